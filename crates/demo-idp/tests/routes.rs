//! The identity provider's routes, in process and on a listener.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what is wrong")]

use std::io::{Read, Write};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use roxmltree::Document;
use tower::ServiceExt;
use url::form_urlencoded::Serializer;
use vestibule_demo_idp::mint::SigningKey;
use vestibule_demo_idp::{Config, Person, RelyingParty, ServeError, router, serve};

const ACS: &str = "http://localhost:8080/sso/acme/acs";
const SP: &str = "http://localhost:8080/sso/acme/metadata";
const IDP: &str = "http://127.0.0.1:8090";

fn config() -> Config {
    Config {
        public_url: IDP.to_owned(),
        relying_parties: vec![RelyingParty { entity_id: SP.to_owned(), acs_url: ACS.to_owned() }],
        key: SigningKey::demo(),
        people: Person::demo(),
    }
}

fn authn_request(acs: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_request\" Version=\"2.0\" \
         IssueInstant=\"2026-11-24T08:00:00Z\" Destination=\"{IDP}/sso\" AssertionConsumerServiceURL=\"{acs}\">\
         <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{SP}</saml:Issuer></samlp:AuthnRequest>"
    )
}

fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

struct Page {
    status: StatusCode,
    policy: String,
    text: String,
}

impl Page {
    /// The value of a hidden field, which here needs no unescaping.
    fn hidden(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next()
    }

    fn response(&self) -> String {
        let encoded = self.hidden("SAMLResponse").expect(&self.text);
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    }
}

async fn ask(app: &Router, request: Request<Body>) -> Page {
    let response = app.clone().oneshot(request).await.unwrap();
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
    Page {
        status: response.status(),
        policy: policy.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default(),
        text: String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap(),
    }
}

async fn get(app: &Router, path: &str) -> Page {
    ask(app, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(app: &Router, path: &str, fields: &[(&str, &str)]) -> Page {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(app, request.body(Body::from(form(fields))).unwrap()).await
}

#[tokio::test]
async fn a_redirected_request_is_answered() {
    let app = router(config());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(authn_request(ACS).as_bytes()).unwrap();
    let request = STANDARD.encode(encoder.finish().unwrap());
    let query = form(&[("SAMLRequest", &request), ("RelayState", "token")]);

    let page = get(&app, &format!("/sso?{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.hidden("acs"), Some(ACS));
    assert_eq!(page.hidden("request_id"), Some("_request"));
    assert!(page.policy.contains("form-action 'self';"), "{}", page.policy);

    let fields = [("acs", ACS), ("request_id", "_request"), ("relay_state", "token"), ("person", "ada")];
    let page = post(&app, "/sign-in", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.hidden("RelayState"), Some("token"));
    assert!(page.text.contains(&format!("action=\"{ACS}\"")), "{}", page.text);
    assert!(page.text.contains("<script src=\"/assets/post.js\" defer></script>"));
    assert!(page.policy.contains("form-action http: https:;") && !page.policy.contains("unsafe"));
    let xml = page.response();
    assert_eq!(xml.matches("InResponseTo=\"_request\"").count(), 2);
    assert_eq!(xml.matches("<ds:Signature ").count(), 2);
    assert!(xml.contains(">ada@acme.example</saml:NameID>") && xml.contains(">Lovelace<"));
}

#[tokio::test]
async fn a_posted_request_is_answered() {
    let request = STANDARD.encode(authn_request(ACS));
    let page = post(&router(config()), "/sso", &[("SAMLRequest", &request)]).await;
    assert_eq!((page.status, page.hidden("request_id")), (StatusCode::OK, Some("_request")));
}

#[tokio::test]
async fn only_configured_addresses_are_posted_to() {
    let app = router(config());
    let request = STANDARD.encode(authn_request("https://evil.example/acs"));
    for page in [
        post(&app, "/sso", &[("SAMLRequest", &request)]).await,
        post(&app, "/sign-in", &[("acs", "https://evil.example/acs"), ("person", "ada")]).await,
        get(&app, "/start?acs=https://evil.example/acs").await,
        post(&app, "/sso", &[("SAMLRequest", "no request")]).await,
        get(&app, "/sso").await,
        post(&app, "/sign-in", &[("acs", ACS), ("person", "nobody")]).await,
        post(&app, "/sign-in", &[("acs", ACS), ("person", "ada"), ("fault", "none such")]).await,
    ] {
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.text.contains("action=\"https://evil.example"));
    }
}

#[tokio::test]
async fn a_sign_in_can_start_here() {
    let app = router(config());
    assert!(get(&app, "/").await.text.contains("never use it for real sign-ins"));
    let page = get(&app, "/start?RelayState=%2Fhello").await;
    assert_eq!((page.hidden("request_id"), page.hidden("relay_state")), (Some(""), Some("/hello")));
    let xml = post(&app, "/sign-in", &[("acs", ACS), ("request_id", ""), ("person", "ada")]).await.response();
    assert!(!xml.contains("InResponseTo"));
}

#[tokio::test]
async fn attributes_can_be_edited_by_hand() {
    let app = router(config());
    let page = post(&app, "/sign-in", &[("acs", ACS), ("edit", "barbara")]).await;
    assert!(page.text.contains("Everyone\nEng-Managers\nVPN-Users</textarea>"), "{}", page.text);
    let fields =
        [("acs", ACS), ("name_id", "x & y"), ("attribute", "Role"), ("values", "a\r\n<b>"), ("show", "yes")];
    let page = post(&app, "/sign-in", &fields).await;
    assert!(!page.text.contains("<script"), "a response that is shown waits for its button");
    let xml = page.response();
    assert!(xml.contains(">x &amp; y</saml:NameID>"));
    assert!(xml.contains("<saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>&lt;b&gt;<"));
    let control = post(&app, "/sign-in", &[("acs", ACS), ("name_id", "\u{1}")]).await;
    assert_eq!(control.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn markup_in_a_name_stays_text() {
    let app = router(config());
    for page in [get(&app, "/start").await, post(&app, "/sign-in", &[("acs", ACS), ("edit", "zoe")]).await] {
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<b>"), "{}", page.text);
        assert!(page.text.contains("🦄"));
    }
}

#[tokio::test]
async fn faults_break_what_they_say() {
    let app = router(config());
    let send = async |fault: &str| {
        post(&app, "/sign-in", &[("acs", ACS), ("person", "ada"), ("fault", fault)]).await.response()
    };
    assert_eq!(
        post(&app, "/sign-in", &[("acs", ACS), ("person", "ada"), ("fault", "replay")]).await.status,
        400
    );
    let good = send("none").await;
    assert_eq!(send("replay").await, good);
    assert!(!send("unsigned").await.contains("Signature"));
    assert!(send("tampered").await.contains("ada@acme.example.evil.example</saml:NameID>"));
    assert!(!send("wrong-audience").await.contains(&format!("<saml:Audience>{SP}<")));
    assert!(!send("wrong-recipient").await.contains(&format!("Recipient=\"{ACS}\"")));
    assert!(!send("failed").await.contains("Assertion "));
    let instants: Vec<String> = [send("expired").await, good, send("not-yet-valid").await]
        .iter()
        .map(|xml| Document::parse(xml).unwrap().root_element().attribute("IssueInstant").unwrap().to_owned())
        .collect();
    assert!(instants.is_sorted() && instants[0] < instants[1] && instants[1] < instants[2]);
}

#[tokio::test]
async fn metadata_and_assets_are_served() {
    let app = router(config());
    let metadata = get(&app, "/metadata").await.text;
    let document = Document::parse(&metadata).unwrap();
    assert_eq!(document.root_element().attribute("entityID"), Some("http://127.0.0.1:8090/metadata"));
    assert_eq!(metadata, config().metadata_xml());
    assert_eq!(get(&app, "/assets/style.css").await.status, StatusCode::OK);
    assert_eq!(get(&app, "/assets/post.js").await.status, StatusCode::OK);
    assert_eq!(get(&app, "/assets/other").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&app, "/other").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_serves_on_any_free_loopback_port_and_on_no_other_address() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, config(), async {
        let _ = stopped.await;
    }));
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200 OK"));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();

    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = serve(listener, config(), std::future::pending()).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
}
