//! Letters, composers and servers to test with.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mailparse::{MailHeaderMap as _, ParsedMail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;
use vestibule_domain::branding::Branding;
use vestibule_domain::letter::{
    CertificateInLetter, ConnectionInLetter, Correspondence, Letter, LetterContent,
};
use vestibule_domain::ports::Clock as _;
use vestibule_domain::testing::FrozenClock;
use vestibule_domain::token::SecretKey;
use vestibule_notifier::{Composer, ConfiguredMailer, MailUrl, Sender, SmtpMailer};

pub(crate) fn composer() -> Composer {
    let sender = Sender::parse("Acme SSO <no-reply@acme.example>").unwrap();
    Composer::new(sender, "https://sso.acme.example", SecretKey::new(&[7; 32])).unwrap()
}

/// When every letter of these tests is written: 2026-01-02 03:04:05 UTC.
pub(crate) fn then() -> DateTime<Utc> {
    FrozenClock::default().now()
}

pub(crate) fn about() -> Correspondence {
    Correspondence {
        organization: "acme".parse().unwrap(),
        organization_name: "Acme & Søn".parse().unwrap(),
        first_name: "Zoë".parse().unwrap(),
        locale: "en".parse().unwrap(),
        branding: Branding::default(),
    }
}

/// A letter whose id is that number.
pub(crate) fn letter(number: u128, to: &str, content: LetterContent) -> Letter {
    Letter {
        id: Uuid::from_u128(number).into(),
        organization_id: Some(Uuid::from_u128(9).into()),
        to: to.parse().unwrap(),
        user_id: None,
        content,
        created_at: then(),
    }
}

pub(crate) fn welcome(number: u128, to: &str) -> Letter {
    letter(number, to, LetterContent::Welcome { about: about() })
}

pub(crate) fn link_verification(about: Correspondence) -> LetterContent {
    LetterContent::LinkVerification {
        about,
        link: Uuid::from_u128(4).into(),
        connection_name: "Okta “für alle”".parse().unwrap(),
        expires_at: then() + chrono::Duration::hours(24),
    }
}

/// Letters to a technical contact: of a certificate, of a change that waits, of a failure.
pub(crate) fn to_the_contact(about: &Correspondence, subject: &str) -> [LetterContent; 3] {
    let connection =
        || ConnectionInLetter { key: "okta".parse().unwrap(), name: "Okta “für alle”".parse().unwrap() };
    let certificate = |digit: &str, days| CertificateInLetter {
        subject: subject.to_owned(),
        sha256_fingerprint: digit.repeat(64),
        not_after: then() + chrono::Duration::days(days),
    };
    [
        LetterContent::CertificateExpires {
            about: about.clone(),
            connection: connection(),
            certificate: certificate("a", 14),
        },
        LetterContent::MetadataAwaitsApproval {
            about: about.clone(),
            connection: connection(),
            added: vec![certificate("b", 700)],
            removed: vec![certificate("a", 14)],
            endpoints_changed: true,
        },
        LetterContent::MetadataNotRefreshed {
            about: about.clone(),
            connection: connection(),
            since: then(),
            reason: "The metadata's address did not answer in time.".to_owned(),
        },
    ]
}

/// Letters to who administers: of a lost password, an invitation, a link to set up single sign-on.
pub(crate) fn to_administrators(about: &Correspondence) -> [LetterContent; 3] {
    let (link, expires_at) = (Uuid::from_u128(5), then() + chrono::Duration::days(7));
    let invited_by = Some("root@acme.example".parse().unwrap());
    [
        LetterContent::LostPassword { about: about.into(), link: link.into(), expires_at },
        LetterContent::Invitation {
            about: about.into(),
            link: link.into(),
            invited_by: invited_by.clone(),
            expires_at,
        },
        LetterContent::SetupLink { about: about.into(), link: link.into(), invited_by, expires_at },
    ]
}

/// An address that no other test writes to.
pub(crate) fn address(name: &str) -> String {
    format!("{name}-{}@acme.example", std::process::id())
}

pub(crate) fn mailer(url: &str) -> ConfiguredMailer {
    ConfiguredMailer::new(MailUrl::parse(url).unwrap(), composer()).unwrap()
}

/// A mailer that does not wait for long.
pub(crate) fn impatient(url: &str) -> SmtpMailer {
    match mailer(url) {
        ConfiguredMailer::Smtp(mailer) => mailer.with_patience(Duration::from_millis(300)),
        ConfiguredMailer::File(_) => panic!("{url} is no server"),
    }
}

/// The mail server of the test services.
pub(crate) fn test_server() -> String {
    of_the_services("VESTIBULE_TEST_SMTP_URL")
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the test services set is no configuration of the service"
)]
fn of_the_services(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: start this with scripts/with-test-services"))
}

/// What the mail server of the test services took for an address: the envelope, as JSON, and the message.
pub(crate) struct Received {
    pub(crate) envelope: String,
    pub(crate) message: Vec<u8>,
}

impl Received {
    /// Waits for a mail to the address.
    pub(crate) async fn by(address: &str) -> Self {
        let began = Instant::now();
        loop {
            if let Some(received) = Self::all_by(address).pop() {
                return received;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "no mail arrived");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn all_by(address: &str) -> Vec<Self> {
        let folder = PathBuf::from(of_the_services("VESTIBULE_TEST_SMTP_MAILDIR"));
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let messages = files.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
        messages
            .filter_map(|path| {
                let envelope = std::fs::read_to_string(path.with_extension("json")).ok()?;
                let is_mine = envelope.contains(&format!("\"{address}\""));
                is_mine.then(|| Self { envelope, message: std::fs::read(path).unwrap() })
            })
            .collect()
    }

    pub(crate) fn parsed(&self) -> ParsedMail<'_> {
        mailparse::parse_mail(&self.message).unwrap()
    }
}

pub(crate) fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    assert_eq!(mail.headers.get_all_values(name).len(), 1, "{name}");
    mail.headers.get_first_value(name).unwrap()
}

/// A mail server that answers as a test says, and remembers what it was told.
pub(crate) struct ScriptedServer {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What it answers to a line.
pub(crate) type Script = fn(&str) -> &'static str;

/// An answer that is none: the server keeps silent.
pub(crate) const SILENCE: &str = "";

/// What every server says that has nothing against a mail.
pub(crate) fn agreeable(line: &str) -> &'static str {
    match line.split_whitespace().next().unwrap_or_default() {
        "" => "220 mail.example ESMTP",
        "EHLO" => "250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
        "AUTH" => "235 2.7.0 welcome",
        "DATA" => "354 go on",
        "QUIT" => "221 2.0.0 goodbye",
        _ => "250 2.0.0 fine",
    }
}

impl ScriptedServer {
    /// Listens on a free port. The script is asked for the greeting with an empty line, and for the answer to a message with
    /// a dot.
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, script, ears.clone()));
            }
        });
        Self { port, heard }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }
}

async fn talk(stream: TcpStream, script: Script, ears: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let mut in_message = false;
    loop {
        let said = line.trim_end().to_owned();
        let answer = if !in_message || said == "." { script(&said) } else { SILENCE };
        if answer != SILENCE {
            in_message = answer.starts_with("354");
            if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
        line.clear();
        match stream.read_line(&mut line).await {
            Ok(length) if length > 0 => ears.lock().unwrap().push(line.trim_end().to_owned()),
            // Bytes that are no text, or nobody there any more.
            _ => return,
        }
    }
}
