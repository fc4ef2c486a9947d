//! Where mails go, as an operator writes it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Where mails go.
///
/// | URL | |
/// | --- | --- |
/// | `file://FOLDER` | one `.eml` file a message; a folder without a slash in front is relative |
/// | `smtps://[USER:PASSWORD@]HOST[:465]` | encrypted from the first byte |
/// | `smtp://[USER:PASSWORD@]HOST?tls=required` | encrypted by STARTTLS, or nothing is sent; port 587 |
/// | `smtp://HOST?tls=opportunistic` | encrypted where the server offers it; port 25 |
/// | `smtp://HOST?tls=none` | not encrypted; port 25 |
///
/// Without `tls`, `smtp://` is encrypted where the server offers it; with a password it must be; to this machine it is not.
/// A password never goes to another machine unencrypted. A path is the name to greet the server with: `smtp://HOST/sso.example.com`.
/// Users and passwords are percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailUrl {
    /// Into a folder.
    Folder(PathBuf),
    /// To a mail server.
    Server(SmtpServer),
}

/// A mail server, and how to speak with it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) greeting: Option<String>,
}

/// When a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    Never,
    /// By STARTTLS, where the server offers it.
    IfOffered,
    /// By STARTTLS, or not at all.
    Required,
    /// From the first byte.
    FromTheStart,
}

/// What is wrong with the URL of a mail server. It never repeats the URL, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailUrlError {
    /// It is something else.
    #[error("must be file://FOLDER, smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT")]
    Malformed,
    /// The query says something that means nothing here.
    #[error("may say ?tls=required, ?tls=opportunistic or ?tls=none after smtp://, and nothing else")]
    Option,
    /// Half a login.
    #[error("must have both a user and a password, or neither, percent-encoded")]
    Credentials,
    /// The password would be readable on its way.
    #[error("sends no password unencrypted: take smtps://, or ?tls=required")]
    ReadablePassword,
    /// The name to greet with is none.
    #[error("may have one path, the host name to greet the mail server with")]
    Greeting,
}

impl MailUrl {
    /// Takes a URL.
    ///
    /// ```
    /// use vestibule_notifier::{MailUrl, MailUrlError};
    ///
    /// assert!(MailUrl::parse("smtps://postman:secret@mail.example.com").is_ok());
    /// let readable = MailUrl::parse("smtp://postman:secret@mail.example.com?tls=none");
    /// assert_eq!(readable, Err(MailUrlError::ReadablePassword));
    /// ```
    ///
    /// # Errors
    /// Says what is wrong, without repeating the URL.
    pub fn parse(text: &str) -> Result<Self, MailUrlError> {
        match text.split_once("://") {
            Some(("file", folder)) if !folder.is_empty() && !folder.contains('\0') => {
                Ok(Self::Folder(folder.into()))
            }
            Some(("smtp" | "smtps", _)) => {
                SmtpServer::parse(&Url::parse(text).map_err(|_| MailUrlError::Malformed)?).map(Self::Server)
            }
            _ => Err(MailUrlError::Malformed),
        }
    }
}

impl SmtpServer {
    fn parse(url: &Url) -> Result<Self, MailUrlError> {
        let host = host(url)?;
        let credentials = credentials(url)?;
        let encryption = encryption(url, credentials.is_some(), is_loopback(&host))?;
        let may_be_readable = matches!(encryption, Encryption::Never | Encryption::IfOffered);
        if credentials.is_some() && may_be_readable && !is_loopback(&host) {
            return Err(MailUrlError::ReadablePassword);
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::FromTheStart => 465,
            Encryption::Required => 587,
            Encryption::Never | Encryption::IfOffered => 25,
        });
        Ok(Self { host, port, encryption, credentials, greeting: greeting(url)? })
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({}:{}, {:?})", self.host, self.port, self.encryption)
    }
}

/// The host, an IPv6 address without its brackets. The `url` crate knows names and IPv4 addresses only where a scheme is of
/// the web.
fn host(url: &Url) -> Result<String, MailUrlError> {
    match url.host() {
        Some(Host::Ipv6(address)) => Ok(address.to_string()),
        Some(Host::Ipv4(address)) => Ok(address.to_string()),
        Some(Host::Domain(name)) if is_host_name(name) => Ok(name.to_ascii_lowercase()),
        _ => Err(MailUrlError::Malformed),
    }
}

fn is_host_name(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailUrlError> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None | Some("")) => Err(MailUrlError::Credentials),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn decoded(text: &str) -> Result<String, MailUrlError> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| MailUrlError::Credentials)?;
    if text.contains('\0') { Err(MailUrlError::Credentials) } else { Ok(text.into_owned()) }
}

fn encryption(url: &Url, has_password: bool, is_loopback: bool) -> Result<Encryption, MailUrlError> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(Encryption::FromTheStart),
        ("smtp", Some("tls=required")) => Ok(Encryption::Required),
        ("smtp", Some("tls=opportunistic")) => Ok(Encryption::IfOffered),
        ("smtp", Some("tls=none")) => Ok(Encryption::Never),
        ("smtp", None) => Ok(match (is_loopback, has_password) {
            (true, _) => Encryption::Never,
            (false, true) => Encryption::Required,
            (false, false) => Encryption::IfOffered,
        }),
        _ => Err(MailUrlError::Option),
    }
}

fn greeting(url: &Url) -> Result<Option<String>, MailUrlError> {
    match url.path().trim_matches('/') {
        "" => Ok(None),
        name if is_host_name(name) => Ok(Some(name.to_owned())),
        _ => Err(MailUrlError::Greeting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> SmtpServer {
        match MailUrl::parse(url) {
            Ok(MailUrl::Server(server)) => server,
            other => panic!("{url} is {other:?}"),
        }
    }

    #[test]
    fn a_server_is_encrypted_as_far_as_it_goes() {
        for (url, port, encryption) in [
            ("smtps://mail.example", 465, Encryption::FromTheStart),
            ("smtps://u:p@mail.example:2465", 2465, Encryption::FromTheStart),
            ("smtp://mail.example", 25, Encryption::IfOffered),
            ("smtp://mail.example?tls=opportunistic", 25, Encryption::IfOffered),
            ("smtp://mail.example?tls=none", 25, Encryption::Never),
            ("smtp://mail.example:26?tls=required", 26, Encryption::Required),
            ("smtp://u:p@mail.example", 587, Encryption::Required),
            ("smtp://u:p@mail.example?tls=required", 587, Encryption::Required),
            ("smtp://localhost", 25, Encryption::Never),
            ("smtp://u:p@127.0.0.1:1025", 1025, Encryption::Never),
            ("smtp://u:p@[::1]", 25, Encryption::Never),
            ("smtp://[2001:db8::1]", 25, Encryption::IfOffered),
        ] {
            let server = server(url);
            assert_eq!((server.port, server.encryption), (port, encryption), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_readable_on_its_way() {
        for url in [
            "smtp://u:p@mail.example?tls=none",
            "smtp://u:p@mail.example?tls=opportunistic",
            "smtp://u:p@localhost.example?tls=none",
            "smtp://u:p@10.0.0.1?tls=none",
        ] {
            assert_eq!(MailUrl::parse(url), Err(MailUrlError::ReadablePassword), "{url}");
        }
    }

    #[test]
    fn a_login_is_percent_encoded() {
        let credentials = server("smtps://a%40b.example:p%2Fw%C3%B6@mail.example").credentials;
        assert_eq!(credentials, Some(Credentials::new("a@b.example".to_owned(), "p/wö".to_owned())));
        for url in ["smtps://u@mail.example", "smtps://:p@mail.example", "smtps://u:%FF@mail.example"] {
            assert_eq!(MailUrl::parse(url), Err(MailUrlError::Credentials), "{url}");
        }
    }

    #[test]
    fn hosts_and_greetings_are_names() {
        assert_eq!(server("smtp://[::1]:25").host, "::1");
        assert_eq!(server("smtp://Mail.Example").host, "mail.example");
        assert_eq!(server("smtp://mail.example/sso.example").greeting.as_deref(), Some("sso.example"));
        assert_eq!(MailUrl::parse("smtp://mail.example/a/b"), Err(MailUrlError::Greeting));
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "",
            "outbox",
            "file://",
            "smtp://",
            "smtps:mail",
            "http://mail",
            "smtp://a%0d%0ab",
            "imap://u:p@m",
        ] {
            assert_eq!(MailUrl::parse(url), Err(MailUrlError::Malformed), "{url}");
        }
        for url in ["smtp://m?tls=yes", "smtp://m?a=b", "smtps://m?tls=none", "smtp://m?"] {
            assert_eq!(MailUrl::parse(url), Err(MailUrlError::Option), "{url}");
        }
    }

    #[test]
    fn folders_are_taken_as_they_are() {
        for (url, folder) in [("file://./outbox", "./outbox"), ("file:///var/mail%20s", "/var/mail%20s")] {
            assert_eq!(MailUrl::parse(url), Ok(MailUrl::Folder(folder.into())));
        }
    }

    #[test]
    fn debug_shows_no_password() {
        assert!(!format!("{:?}", MailUrl::parse("smtps://user:hunter2@mail.example")).contains("hunter2"));
    }
}
