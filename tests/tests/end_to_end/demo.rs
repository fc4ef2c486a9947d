//! What `make run` starts.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vestibule_tests::{OutboxFolder, Program, Visitor, free_port, project_root, run};

/// The demo in a folder and on ports of its own.
pub(crate) struct Demo {
    program: Program,
    folder: TempDir,
    ports: [u16; 2],
    pub(crate) service: String,
    pub(crate) idp: String,
}

impl Demo {
    /// Starts it anew, and waits until it has said where it is.
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), [free_port(), free_port()])
    }

    fn start_in(folder: TempDir, ports: [u16; 2]) -> Self {
        let log = folder.path().join("demo.log");
        // Of an earlier start.
        let _ = std::fs::remove_file(&log);
        let program = Program::start(&mut script(&folder, ports), &log);
        let [service, idp] = ports.map(|port| format!("http://localhost:{port}"));
        let mut demo = Self { program, folder, ports, service, idp };
        let end = Instant::now() + Duration::from_mins(1);
        while !demo.program.log().contains("Ctrl-C stops both.") {
            assert!(Instant::now() < end && demo.program.runs(), "{}", demo.program.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        demo
    }

    /// Stops it and starts it again in the same folder.
    fn again(mut self) -> Self {
        self.program.terminate();
        Self::start_in(self.folder, self.ports)
    }

    /// From now on the service knows the identity provider by this metadata.
    pub(crate) async fn with_metadata(&self, change: impl FnOnce(String) -> String) {
        let metadata = Visitor::default().open(&format!("{}/metadata", self.idp)).await.body;
        let body = serde_json::json!({"metadata_xml": change(metadata)});
        self.api("PUT", "connections/demo/identity-provider", &body).await;
    }

    /// Calls the API of Acme as the operator; it must succeed.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &serde_json::Value) {
        let key = std::fs::read_to_string(self.folder.path().join("operator.key")).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/api/v1/organizations/acme/{path}", self.service);
        let request = client.request(method.parse().unwrap(), url).bearer_auth(key.trim_end()).json(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }

    pub(crate) fn outbox(&self) -> OutboxFolder {
        OutboxFolder(self.folder.path().join("outbox"))
    }
}

fn script(folder: &TempDir, [service, idp]: [u16; 2]) -> Command {
    let mut command = Command::new(project_root().join("scripts/demo"));
    command
        .env("DEMO_DIR", folder.path())
        .env("VESTIBULE_PORT", service.to_string())
        .env("DEMO_IDP_PORT", idp.to_string());
    command
}

#[tokio::test]
async fn it_keeps_its_data_when_it_is_started_again() {
    let demo = Demo::start();
    let metadata = Visitor::default().open(&format!("{}/metadata", demo.idp)).await.body;
    let key = std::fs::read_to_string(demo.folder.path().join("operator.key")).unwrap();
    let demo = demo.again();
    assert_eq!(std::fs::read_to_string(demo.folder.path().join("operator.key")).unwrap(), key);
    assert_eq!(Visitor::default().open(&format!("{}/metadata", demo.idp)).await.body, metadata);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let users = client
        .get(format!("{}/api/v1/organizations/acme/users", demo.service))
        .bearer_auth(key.trim_end())
        .send()
        .await
        .unwrap();
    let users: serde_json::Value = users.json().await.unwrap();
    assert_eq!(users["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_port_that_is_taken_is_said_with_the_way_to_choose_another() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    for (ports, variable) in [([port, free_port()], "VESTIBULE_PORT"), ([free_port(), port], "DEMO_IDP_PORT")]
    {
        let output = run(script(&folder, ports).arg("--check"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(told.contains(&format!("port {port} is taken")) && told.contains(variable), "{told}");
    }
}
