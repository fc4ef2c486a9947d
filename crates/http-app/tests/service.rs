//! The running service, on a listener of its own.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use vestibule_http_app::service::serve;

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
    let slowly = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| {
        tokio::time::sleep(Duration::from_millis(300)).await;
        format!("hello {}", peer.ip())
    };
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(serve(listener, Router::new().route("/", get(slowly)), shutdown.clone()));
    let mut visitor = TcpStream::connect(address).await.unwrap();
    let asking = tokio::spawn(async move {
        ask(&mut visitor, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    shutdown.cancel();
    let answer = asking.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello 127.0.0.1"), "{answer}");
    running.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// What a visitor gets who sends this much and then waits until the service closes the connection.
async fn patience_with(address: SocketAddr, sent: &[u8]) -> Vec<u8> {
    let mut visitor = TcpStream::connect(address).await.unwrap();
    visitor.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(25), visitor.read_to_end(&mut answer)).await;
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
