//! nginx in front of an application that knows nothing of SAML, by `deploy/proxy/nginx.conf`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use url::Url;
use vestibule_demo_idp::mint::SigningKey;
use vestibule_tests::{
    DEMO, Database, Program, Service, Settings, Visitor, free_port, minted_metadata, project_root, run,
};

const HOST: &str = "app.example.com";

/// Answers each request with its own head. Answers where it listens.
fn application() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().for_each(|visitor| answer(&visitor)));
    port
}

fn answer(mut visitor: &TcpStream) {
    let lines = BufReader::new(visitor).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let head: Vec<String> = lines.collect();
    let head = head.join("\n");
    let length = head.len();
    let _ = write!(visitor, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}");
}

/// The sample with this test's ports and certificate in the places that its head says are to be changed.
fn configuration(folder: &Path, public: u16, service: u16, application: u16) -> String {
    let sample = fs::read_to_string(project_root().join("deploy/proxy/nginx.conf")).unwrap();
    let folder = folder.display();
    let mut site = sample;
    for (from, to) in [
        ("    listen 80;\n    listen [::]:80;\n", format!("    listen 127.0.0.1:{};\n", free_port())),
        (
            "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n",
            format!("    listen 127.0.0.1:{public} ssl http2;\n"),
        ),
        ("127.0.0.1:8080", format!("127.0.0.1:{service}")),
        ("127.0.0.1:3000", format!("127.0.0.1:{application}")),
        ("/etc/ssl/app.example.com/", format!("{folder}/")),
    ] {
        assert!(site.contains(from), "the sample has no {from:?} any more");
        site = site.replace(from, &to);
    }
    // nginx asks its port again in a redirect; the sample's is the usual one.
    format!(
        "daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/f;\n\
         uwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{site}}}\n"
    )
}

fn nginx(folder: &Path, public: u16, service: u16) -> Program {
    let certificate = run(Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", "-subj", "/CN=app.example.com"])
        .args([
            "-addext",
            "subjectAltName=DNS:app.example.com",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .args(["-keyout", "privkey.pem", "-out", "fullchain.pem"]));
    assert!(certificate.status.success(), "{certificate:?}");
    let path = folder.join("nginx.conf");
    fs::write(&path, configuration(folder, public, service, application())).unwrap();
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-p").arg(folder).arg("-c").arg(&path).args(["-e", "stderr"]);
    let mut program = Program::start(&mut command, &folder.join("nginx.log"));
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", public)).is_ok() {
            return program;
        }
        assert!(program.runs(), "{}", program.log());
        thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("nginx does not listen: {}", program.log());
}

#[tokio::test]
async fn an_application_behind_nginx_learns_who_is_there() {
    let public = free_port();
    let url = format!("https://{HOST}:{public}");
    let settings = Settings {
        database: Database::Sqlite,
        mail_url: None,
        public_url: Some(url.clone()),
        guarded: false,
    };
    let service = Service::start_with(settings).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let folder = tempfile::tempdir().unwrap();
    let service_port = Url::parse(&service.url()).unwrap().port().unwrap();
    let _nginx = nginx(folder.path(), public, service_port);
    let certificate = fs::read(folder.path().join("fullchain.pem")).unwrap();
    let visitor = Visitor::of_host(HOST, public, &certificate);

    // Who is not signed in is sent to the organization's sign-in, and from there to the identity provider.
    let reports = format!("{url}/reports");
    let sent = visitor.open(&reports).await;
    assert_eq!(sent.must_redirect(), format!("{url}/sso/acme/login?return_to=/reports"));
    let asked = visitor.open(sent.must_redirect()).await;
    let asked = Url::parse(asked.must_redirect()).unwrap();
    let relay_state = asked.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    let response = service
        .minted("ada@acme.example", "Ada")
        .in_response_to(&relay_state)
        .sign_assertion(&SigningKey::demo())
        .encoded();
    let back = visitor.post_response(&service.acs_url(), &response, Some(&relay_state)).await;
    assert_eq!(back.must_redirect(), "/reports");

    // Who is signed in reaches the application, under the name that the service knows and no other.
    let page = visitor.open_with(&reports, "X-Vestibule-Email", "boss@acme.example").await;
    assert_eq!(page.status, 200);
    let said = page.body.to_lowercase();
    assert!(said.contains("x-vestibule-email: ada@acme.example"), "{said}");
    assert!(said.contains("x-vestibule-organization: acme"), "{said}");
    assert!(said.contains("x-vestibule-assignments: employee/learner"), "{said}");
    assert!(said.contains("x-vestibule-user-id: ") && !said.contains("boss@acme.example"), "{said}");

    // Without the cookie of this browser nobody is there.
    let stranger = Visitor::of_host(HOST, public, &certificate);
    stranger.open_with(&reports, "X-Vestibule-Email", "boss@acme.example").await.must_redirect();
    let in_vain = stranger.post_response(&service.acs_url(), &response, Some(&relay_state)).await;
    assert!(!in_vain.refusal("replayed_response").is_empty());
}
