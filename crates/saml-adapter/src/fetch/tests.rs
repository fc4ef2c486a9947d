use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// Answers every request on 127.0.0.1 by what its path gets from `answer`, as a whole HTTP response.
async fn server(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    server_of_requests(move |request| answer(request.split(' ').nth(1).unwrap_or_default()).into_bytes())
        .await
}

/// The same by the whole request.
async fn server_of_requests(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let read = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let _ = stream.write_all(&answer(&request)).await;
        }
    });
    origin
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

async fn fetch(source: &HttpMetadataSource, url: &str) -> Result<String, &'static str> {
    source.fetch(&WebUrl::parse(url).unwrap()).await.map_err(|error| error.code)
}

/// Asks 127.0.0.1 alone, over plain HTTP.
fn only_this_machine() -> HttpMetadataSource {
    let may_ask = |address| address == IpAddr::V4(Ipv4Addr::LOCALHOST);
    HttpMetadataSource::guarded(Guard { http: true, may_ask }, FETCH_TIMEOUT).unwrap()
}

#[tokio::test]
async fn what_an_address_answers_is_fetched() {
    let origin = server(|path| match path {
        "/metadata?x=1" => ok("<metadata/>"),
        "/binary" => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\u{FEFF}".to_owned(),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno".to_owned(),
    })
    .await;
    let source = HttpMetadataSource::for_development().unwrap();
    assert_eq!(fetch(&source, &format!("{origin}/metadata?x=1")).await.as_deref(), Ok("<metadata/>"));
    assert_eq!(fetch(&source, &format!("{origin}/other")).await, Err("fetch_failed"));
}

#[tokio::test]
async fn an_answer_ends_at_the_limit() {
    let origin = server(|path| match path {
        "/largest" => ok(&"x".repeat(MAX_METADATA_BYTES)),
        "/larger" => ok(&"x".repeat(MAX_METADATA_BYTES + 1)),
        _ => format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(2 * MAX_METADATA_BYTES)),
    })
    .await;
    let source = HttpMetadataSource::for_development().unwrap();
    assert_eq!(fetch(&source, &format!("{origin}/largest")).await.unwrap().len(), MAX_METADATA_BYTES);
    assert_eq!(fetch(&source, &format!("{origin}/larger")).await, Err("too_large"));
    assert_eq!(fetch(&source, &format!("{origin}/endless")).await, Err("too_large"));
}

#[tokio::test]
async fn redirects_are_followed_three_times() {
    let origin = server(|path| match path.strip_prefix("/").unwrap().parse::<u8>().unwrap() {
        0 => ok("<metadata/>"),
        left => moved(&format!("/{}", left - 1)),
    })
    .await;
    let source = HttpMetadataSource::for_development().unwrap();
    assert_eq!(fetch(&source, &format!("{origin}/3")).await.as_deref(), Ok("<metadata/>"));
    assert_eq!(fetch(&source, &format!("{origin}/4")).await, Err("too_many_redirects"));
}

/// A listener that nobody may call.
async fn neighbour(address: &str) -> (TcpListener, u16) {
    let listener = TcpListener::bind(address).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn nobody_called(listener: TcpListener) -> bool {
    tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_err()
}

#[tokio::test]
async fn a_redirect_inwards_is_not_followed() {
    let (listener, port) = neighbour("127.0.0.2:0").await;
    let origin = server(move |path| match path {
        "/address" => moved(&format!("http://127.0.0.2:{port}/")),
        "/mapped" => moved(&format!("http://[::ffff:127.0.0.2]:{port}/")),
        _ => moved("ftp://127.0.0.1/"),
    })
    .await;
    let source = only_this_machine();
    assert_eq!(fetch(&source, &format!("{origin}/address")).await, Err("address_not_allowed"));
    assert_eq!(fetch(&source, &format!("{origin}/mapped")).await, Err("address_not_allowed"));
    assert!(fetch(&source, &format!("{origin}/scheme")).await.is_err());
    assert!(nobody_called(listener).await);
}

#[tokio::test]
async fn inner_addresses_are_not_asked_however_they_are_written() {
    let (listener, port) = neighbour("127.0.0.1:0").await;
    let source = HttpMetadataSource::new().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
    ] {
        let url = format!("https://{host}:{port}/metadata");
        assert_eq!(fetch(&source, &url).await, Err("address_not_allowed"), "{host}");
    }
    assert!(nobody_called(listener).await);
}

#[tokio::test]
async fn plain_http_is_not_asked() {
    let (listener, port) = neighbour("127.0.0.1:0").await;
    let source = HttpMetadataSource::new().unwrap();
    assert_eq!(fetch(&source, &format!("http://127.0.0.1:{port}/")).await, Err("url_not_https"));
    assert!(nobody_called(listener).await);
}

#[tokio::test]
async fn names_resolve_to_addresses_that_may_be_asked() {
    let resolve = |guard: Guard| async move {
        let found = guard.resolve("localhost".parse().unwrap()).await;
        found.map(Iterator::collect::<Vec<_>>)
    };
    let anybody = resolve(Guard { http: true, may_ask: |_| true }).await.unwrap();
    assert!(!anybody.is_empty());
    let nobody = resolve(Guard { http: true, may_ask: address::is_public }).await;
    assert_eq!(nobody.unwrap_err().downcast_ref(), Some(&Forbidden::NotPublic));
}

#[tokio::test]
async fn nobody_is_told_anything_but_the_address() {
    let origin = server_of_requests(|request| {
        let lower = request.to_ascii_lowercase();
        for header in ["cookie:", "authorization:", "referer:", "accept-encoding:"] {
            assert!(!lower.contains(header), "{request}");
        }
        if request.starts_with("GET /0 ") {
            let cookie = "HTTP/1.1 302 Found\r\nLocation: /1\r\nSet-Cookie: a=b; Path=/\r\n";
            format!("{cookie}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        } else {
            ok("<metadata/>").into_bytes()
        }
    })
    .await;
    let source = HttpMetadataSource::for_development().unwrap();
    for _ in 0..2 {
        assert_eq!(fetch(&source, &format!("{origin}/0")).await.as_deref(), Ok("<metadata/>"));
    }
}

#[tokio::test]
async fn a_redirect_with_a_password_is_not_followed() {
    let origin = server(|_| moved("http://ada:secret@127.0.0.1:1/")).await;
    let source = HttpMetadataSource::for_development().unwrap();
    assert_eq!(fetch(&source, &origin).await, Err("address_not_allowed"));
}

#[tokio::test]
async fn nothing_is_inflated() {
    use std::io::Write as _;

    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 64 * MAX_METADATA_BYTES]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < MAX_METADATA_BYTES);
    let origin = server_of_requests(move |_| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            bomb.len()
        );
        [head.as_bytes(), &bomb].concat()
    })
    .await;
    let source = HttpMetadataSource::for_development().unwrap();
    assert_eq!(fetch(&source, &origin).await, Err("not_utf8"));
}

/// However it is spread: a server that says nothing, and one that says a byte now and then.
#[tokio::test]
async fn the_whole_of_it_has_one_end_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let trickling = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [silent.local_addr().unwrap(), trickling.local_addr().unwrap()];
    tokio::spawn(async move {
        let (mut stream, _) = trickling.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4_096]).await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(b"<").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let guard = Guard { http: true, may_ask: |_| true };
    let source = HttpMetadataSource::guarded(guard, Duration::from_millis(300)).unwrap();
    for address in addresses {
        let began = Instant::now();
        assert_eq!(fetch(&source, &format!("http://{address}/")).await, Err("fetch_timeout"));
        assert!(began.elapsed() < Duration::from_secs(30));
    }
    drop(silent);
}
