//! Servers that are down, silent, hostile or wrongly configured.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::{X509, X509NameBuilder};
use vestibule_domain::ports::{MailError, Mailer as _};

use crate::support::{SILENCE, Script, ScriptedServer, agreeable, impatient, mailer, welcome};

const TO: &str = "ada@acme.example";

/// Why the server did not take a mail, which is tried again.
async fn postponed(url: &str) -> String {
    match impatient(url).send(&welcome(1, TO)).await {
        Err(MailError::Transient(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// Why a server that answers so did not take a mail, which is tried again.
async fn postponed_by(script: Script) -> String {
    postponed(&ScriptedServer::start(script).await.url()).await
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let reason = postponed(&format!("smtp://127.0.0.1:{port}")).await;
    assert!(reason.starts_with("the connection failed: Connection refused"), "{reason}");
    let told = mailer(&format!("smtp://127.0.0.1:{port}")).check().await.unwrap_err().to_string();
    assert!(told.starts_with(&format!("the mail server 127.0.0.1:{port}: the connection failed")), "{told}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    fn at_once(_: &str) -> &'static str {
        SILENCE
    }
    fn after_the_message(line: &str) -> &'static str {
        if line == "." { SILENCE } else { agreeable(line) }
    }
    for script in [at_once as Script, after_the_message] {
        let began = Instant::now();
        assert_eq!(postponed_by(script).await, "no answer within 0.3 seconds");
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}

#[tokio::test]
async fn a_server_that_never_stops_talking_is_not_listened_to() {
    fn flood(_: &str) -> &'static str {
        static FLOOD: LazyLock<String> =
            LazyLock::new(|| format!("220-{}\r\n", "and more ".repeat(100)).repeat(1_000));
        &FLOOD
    }
    let began = Instant::now();
    postponed_by(flood).await;
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_server_that_is_none_is_tried_again() {
    fn web(_: &str) -> &'static str {
        "HTTP/1.1 400 Bad Request"
    }
    assert_eq!(postponed_by(web).await, "ended the connection, or does not speak SMTP");
}

#[tokio::test]
async fn a_refused_letter_has_a_reason_without_an_address() {
    fn echoing(line: &str) -> &'static str {
        if line.starts_with("RCPT") { "550 <ada@acme.example>: no such user" } else { agreeable(line) }
    }
    fn spam(line: &str) -> &'static str {
        if line == "." {
            "554-5.7.1 ada@acme.example\r\n554 5.7.1 is not fond of this"
        } else {
            agreeable(line)
        }
    }
    for (script, reason) in
        [(echoing as Script, "refused the recipient (550)"), (spam, "refused the mail (554 5.7.1)")]
    {
        let server = ScriptedServer::start(script).await;
        let refused = impatient(&server.url()).send(&welcome(1, TO)).await;
        assert_eq!(refused, Err(MailError::Permanent(reason.to_owned())));
    }
}

#[tokio::test]
async fn a_server_that_refuses_this_service_loses_no_letter() {
    fn nobody(_: &str) -> &'static str {
        "554 5.3.2 no service here"
    }
    fn not_from_here(line: &str) -> &'static str {
        if line.starts_with("MAIL") { "550 5.7.1 no-reply@acme.example may not" } else { agreeable(line) }
    }
    assert_eq!(postponed_by(nobody).await, "refused the connection (554 5.3.2)");
    assert_eq!(postponed_by(not_from_here).await, "refused the sender (550 5.7.1)");
    let server = ScriptedServer::start(not_from_here).await;
    let told = mailer(&server.url()).check().await.unwrap_err().to_string();
    assert!(told.ends_with(": refused the sender (550 5.7.1)"), "{told}");
}

#[tokio::test]
async fn a_wrong_password_loses_no_letter_and_is_not_told() {
    fn wrong(line: &str) -> &'static str {
        if line.starts_with("AUTH") { "535 5.7.8 hunter2 is wrong" } else { agreeable(line) }
    }
    let server = ScriptedServer::start(wrong).await;
    let url = format!("smtp://postman:hunter2@127.0.0.1:{}", server.port);
    assert_eq!(postponed(&url).await, "refused the login (535 5.7.8)");
    let told = mailer(&url).check().await.unwrap_err().to_string();
    assert!(!told.contains("hunter2") && !told.contains("postman"), "{told}");
    assert!(!format!("{:?}", mailer(&url)).contains("hunter2"));
    assert!(!server.heard().contains("MAIL FROM"));
}

#[tokio::test]
async fn a_server_takes_the_login_before_the_mail() {
    let server = ScriptedServer::start(agreeable).await;
    let url = format!("smtp://postman:s%40fe@127.0.0.1:{}/sso.acme.example", server.port);
    impatient(&url).send(&welcome(1, TO)).await.unwrap();
    let heard = server.heard();
    // base64 of "\0postman\0s@fe" (RFC 4616).
    let wanted =
        ["EHLO sso.acme.example", "AUTH PLAIN AHBvc3RtYW4Ac0BmZQ==", "MAIL FROM:<no-reply@acme.example>"];
    let places: Vec<_> =
        wanted.iter().map(|line| heard.find(line).unwrap_or_else(|| panic!("{line}: {heard}"))).collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn a_server_that_offers_no_login_gets_no_password() {
    fn without(line: &str) -> &'static str {
        if line.starts_with("EHLO") { "250 mail.example" } else { agreeable(line) }
    }
    let server = ScriptedServer::start(without).await;
    let reason = postponed(&format!("smtp://postman:hunter2@127.0.0.1:{}", server.port)).await;
    assert_eq!(reason, "offers no way to log in that is known here (PLAIN, LOGIN)");
}

#[tokio::test]
async fn where_encryption_is_required_nothing_is_said_without() {
    let server = ScriptedServer::start(agreeable).await;
    let url = format!("smtp://postman:hunter2@127.0.0.1:{}?tls=required", server.port);
    assert_eq!(postponed(&url).await, "offers no encryption by STARTTLS");
    let heard = server.heard();
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL") && heard.starts_with("EHLO"), "{heard}");
}

#[tokio::test]
async fn a_server_whose_certificate_nobody_knows_gets_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = stranger();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        acceptor.accept(stream).is_err()
    });
    let reason = postponed(&format!("smtps://postman:hunter2@127.0.0.1:{port}")).await;
    assert!(reason.starts_with("the connection failed: invalid peer certificate"), "{reason}");
    assert!(server.join().unwrap(), "the handshake must not come to an end");
}

/// A server with a certificate of its own making.
fn stranger() -> SslAcceptor {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    acceptor.set_private_key(&key).unwrap();
    acceptor.set_certificate(&certificate(&key)).unwrap();
    acceptor.build()
}

fn certificate(key: &PKey<Private>) -> X509 {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "127.0.0.1").unwrap();
    let name = name.build();
    let mut certificate = X509::builder().unwrap();
    certificate.set_version(2).unwrap();
    certificate.set_subject_name(&name).unwrap();
    certificate.set_issuer_name(&name).unwrap();
    certificate.set_pubkey(key).unwrap();
    certificate.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    let names = openssl::x509::extension::SubjectAlternativeName::new()
        .ip("127.0.0.1")
        .build(&certificate.x509v3_context(None, None))
        .unwrap();
    certificate.append_extension(names).unwrap();
    certificate.sign(key, MessageDigest::sha256()).unwrap();
    certificate.build()
}

#[tokio::test]
async fn a_mail_is_taken_once_the_server_has_time() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn busy_at_first(line: &str) -> &'static str {
        if line.starts_with("RCPT") && ASKED.fetch_add(1, Ordering::SeqCst) == 0 {
            "450 4.2.1 greylisted"
        } else {
            agreeable(line)
        }
    }
    let server = ScriptedServer::start(busy_at_first).await;
    let mailer = impatient(&server.url());
    let refused = mailer.send(&welcome(1, TO)).await;
    assert_eq!(refused, Err(MailError::Transient("refused the recipient (450 4.2.1)".to_owned())));
    mailer.send(&welcome(1, TO)).await.unwrap();
}
