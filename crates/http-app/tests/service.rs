//! The running service, on a listener of its own.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use vestibule_demo_idp::mint::{SigningKey, metadata};
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::{Actor, Clock as _, Directory as _, MetadataError, MetadataSource};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::testing::{CountingRandom, FrozenClock, MemoryStore, acme};
use vestibule_domain::usecase::{
    IdentityProviderDraft, MetadataDraft, RefreshMetadata, SaveIdentityProvider, WarnOfCertificates, World,
};
use vestibule_http_app::service::{refresh_metadata, serve, warn_of_certificates};
use vestibule_saml_adapter::XmlMessages;

/// Sends a request, and answers all that comes back.
async fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn what_has_begun_is_answered_before_the_service_stops() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (shutdown, begun, ends) =
        (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
    let (begins, may_end) = (begun.clone(), ends.clone());
    let slowly = async move |ConnectInfo(peer): ConnectInfo<SocketAddr>| {
        begins.cancel();
        may_end.cancelled().await;
        format!("hello {}", peer.ip())
    };
    let running = tokio::spawn(serve(listener, Router::new().route("/", get(slowly)), shutdown.clone()));
    let mut visitor = TcpStream::connect(address).await.unwrap();
    let asking = tokio::spawn(async move {
        ask(&mut visitor, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await
    });
    begun.cancelled().await;
    shutdown.cancel();
    // Nobody new comes in, while the request goes on.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.is_finished());
    ends.cancel();
    let answer = asking.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello 127.0.0.1"), "{answer}");
    running.await.unwrap();
}

/// What a visitor gets who sends this much and then waits until the service closes the connection.
async fn patience_with(address: SocketAddr, sent: &[u8]) -> Vec<u8> {
    let mut visitor = TcpStream::connect(address).await.unwrap();
    visitor.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_mins(1), visitor.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection is kept after {:?}", String::from_utf8_lossy(sent));
    answer
}

#[tokio::test]
async fn nobody_keeps_a_connection_without_asking_for_anything() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(async || "hello"));
    tokio::spawn(serve(listener, router, CancellationToken::new()));
    let (silent, undecided, unfinished, idle, of_http_2) = tokio::join!(
        patience_with(address, b""),
        patience_with(address, b"PRI * HTTP"),
        patience_with(address, b"GET / HTTP/1.1\r\nHost: loc"),
        patience_with(address, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        patience_with(address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
    );
    assert!([silent, undecided, unfinished].iter().all(|answer| !answer.starts_with(b"HTTP/1.1 200")));
    assert!(idle.ends_with(b"hello"));
    assert!(of_http_2.is_empty() || of_http_2.starts_with(b"HTTP/1.1 400"), "{of_http_2:?}");
}

/// These never reach the router, which would have given them the headers of every answer. So they must hold nothing that a browser could show,
/// run or keep.
#[tokio::test]
async fn what_is_no_request_is_answered_by_a_status_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, Router::new().route("/", get(async || "hello")), CancellationToken::new()));
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: <script>\r\n".repeat(200));
    for (request, status) in [("<script>\r\n\r\n", 400), (&*long, 414), (&*many, 431)] {
        let answer = ask(&mut TcpStream::connect(address).await.unwrap(), request).await;
        let answer = answer.to_lowercase();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        assert_eq!(body, "");
        let names = head.lines().skip(1).map(|line| line.split_once(':').unwrap().0);
        let told: Vec<_> =
            names.filter(|name| !["connection", "content-length", "date"].contains(name)).collect();
        assert!(told.is_empty(), "{told:?}");
    }
}

#[tokio::test]
async fn nobody_keeps_a_connection_without_reading_the_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // More than lies in the buffers between the two.
    let router = Router::new().route("/", get(async || vec![b'x'; 64 << 20]));
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(serve(listener, router, shutdown.clone()));
    let mut visitor = TcpStream::connect(address).await.unwrap();
    visitor.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    visitor.readable().await.unwrap();
    tokio::time::sleep(Duration::from_secs(16)).await;
    let mut answer = Vec::new();
    let ended = visitor.read_to_end(&mut answer).await;
    assert!(ended.is_err() || answer.len() < 64 << 20, "{} bytes", answer.len());
    shutdown.cancel();
    running.await.unwrap();
}

/// An address that says what it is told.
struct Address(Mutex<String>);

#[async_trait::async_trait]
impl MetadataSource for Address {
    async fn fetch(&self, _: &WebUrl) -> Result<String, MetadataError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// Metadata of an identity provider with certificates that end in so many days.
fn metadata_with(clock: &FrozenClock, days: &[i64]) -> String {
    let now = clock.now();
    let certificate = |days: &i64| {
        let end = now + chrono::Duration::days(*days);
        SigningKey::demo().with_validity(now, end).unwrap().certificate_der()
    };
    let certificates: Vec<_> = days.iter().map(certificate).collect();
    metadata("https://okta.example/idp", "https://okta.example/sso", &certificates).xml()
}

/// Waits until something is so.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..6_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never was");
}

#[tokio::test]
async fn metadata_is_refreshed_and_certificates_are_told_of_while_the_service_runs() {
    let (store, clock) = (Arc::new(MemoryStore::default()), Arc::new(FrozenClock::default()));
    let acme = acme();
    acme.install(&*store).await;
    let random = Arc::new(CountingRandom::default());
    let world = World { store: store.clone(), clock: clock.clone(), random };
    let address = Arc::new(Address(Mutex::new(metadata_with(&clock, &[900]))));
    let (organization, key) = (&acme.organization, &acme.connection.details.key);
    let save = SaveIdentityProvider {
        world: world.clone(),
        messages: Arc::new(XmlMessages),
        source: address.clone(),
    };
    let draft = IdentityProviderDraft {
        metadata: MetadataDraft::Url("https://okta.example/metadata".to_owned()),
        trust_metadata_url: true,
        metadata_signing_certificate: None,
    };
    save.run(&Actor::CommandLine, &organization.slug, key, None, &draft).await.unwrap();
    *address.0.lock().unwrap() = metadata_with(&clock, &[900, 20]);
    clock.advance(chrono::Duration::days(1));

    let shutdown = CancellationToken::new();
    let refresh = RefreshMetadata { world: world.clone(), messages: Arc::new(XmlMessages), source: address };
    let refreshing = tokio::spawn(refresh_metadata(refresh, shutdown.clone()));
    until(async || {
        let view = store.connection_by_key(organization.id, key).await.unwrap().unwrap();
        view.connection.identity_provider.unwrap().metadata.certificates.len() == 2
    })
    .await;
    let warning = tokio::spawn(warn_of_certificates(WarnOfCertificates(world), shutdown.clone()));
    until(async || {
        let letters = store.letters();
        letters.iter().any(|letter| matches!(letter.content, LetterContent::CertificateExpires { .. }))
    })
    .await;
    shutdown.cancel();
    refreshing.await.unwrap();
    warning.await.unwrap();
    assert_eq!(store.letters().len(), 1);
}
