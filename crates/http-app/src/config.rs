//! What an operator can set: each by a flag and by an environment variable. All faults are named at once.

mod faults;
mod key_file;
mod public_url;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use vestibule_domain::arrival::Keep;
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::KeepHistory;

pub use faults::{Fault, Faults};
pub use key_file::{KeyFileError, create_key_file, read_key_file};
pub use public_url::PublicUrl;

/// The settings as they were written, not looked at yet: clap would stop at the first fault.
#[derive(Args, Clone)]
pub struct Flags {
    /// Address to listen on; port 0 takes a free one and logs it.
    #[arg(long, value_name = "ADDRESS", env = "VESTIBULE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Address under which people and identity providers reach this service.
    #[arg(long, value_name = "URL", env = "VESTIBULE_PUBLIC_URL", default_value = "http://localhost:8080")]
    pub public_url: String,
    /// Take a public URL with plain http whose host is not this machine. Cookies and sign-ins then travel readable.
    #[arg(long, env = "VESTIBULE_ALLOW_INSECURE_HTTP", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub allow_insecure_http: bool,
    /// Fetch metadata over plain http and from private addresses, too: for development, or for an identity provider inside
    /// one's own network.
    #[arg(long, env = "VESTIBULE_ALLOW_INSECURE_METADATA", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub allow_insecure_metadata: bool,
    /// Database: sqlite://FILE or postgres://….
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite://vestibule.db"
    )]
    pub database_url: String,
    /// Where mails go: file://FOLDER (one .eml file a message), smtp://… or smtps://….
    #[arg(
        long,
        value_name = "URL",
        env = "VESTIBULE_MAIL_URL",
        hide_env_values = true,
        default_value = "file://./outbox"
    )]
    pub mail_url: String,
    /// From whom mails are.
    #[arg(
        long,
        value_name = "MAILBOX",
        env = "VESTIBULE_MAIL_FROM",
        default_value = "Vestibule <no-reply@localhost>"
    )]
    pub mail_from: String,
    /// Folder of one's own templates of mails, in place of those of the program that have the same names.
    #[arg(long, value_name = "FOLDER", env = "VESTIBULE_TEMPLATES_DIR")]
    pub templates_dir: Option<PathBuf>,
    /// File with the key that secrets are derived from; made at the first start if missing.
    #[arg(long, value_name = "FILE", env = "VESTIBULE_SECRET_KEY_FILE", default_value = "vestibule.key")]
    pub secret_key_file: PathBuf,
    /// For how many days what arrives at a sign-in is kept, sealed, so that it can be explained and tried again; 0: not at all.
    #[arg(long, value_name = "DAYS", env = "VESTIBULE_KEEP_ASSERTIONS_DAYS", default_value = "7")]
    pub keep_assertions_days: String,
    /// For how many days the history of sign-ins and the audit trail are kept; 0: for ever.
    #[arg(long, value_name = "DAYS", env = "VESTIBULE_KEEP_HISTORY_DAYS", default_value = "0")]
    pub keep_history_days: String,
    /// Whether to limit what one address, one key and one organization may ask: on or off.
    #[arg(long, value_name = "on|off", env = "VESTIBULE_RATE_LIMITS", default_value = "on")]
    pub rate_limits: String,
    /// How logs are written: pretty or json. [default: pretty on a terminal, else json]. RUST_LOG filters them.
    #[arg(long, value_name = "pretty|json", env = "VESTIBULE_LOG_FORMAT")]
    pub log_format: Option<String>,
}

/// The settings of the service itself, which have been looked at.
#[derive(Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where people and identity providers reach this service.
    pub public_url: PublicUrl,
    /// Whether metadata may be fetched over plain http and from private addresses.
    pub allow_insecure_metadata: bool,
    /// Where the key is, or will be.
    pub secret_key_file: PathBuf,
    /// The key, where its file is there already.
    pub secret_key: Option<SecretKey>,
    /// For how long what arrives at a sign-in is kept.
    pub keep_assertions: Keep,
    /// For how long the history of sign-ins and the audit trail are kept.
    pub keep_history: KeepHistory,
    /// Whether to limit what one address, one key and one organization may ask.
    pub rate_limits: bool,
    /// How logs are written; by what standard error is, if nobody says.
    pub log_format: Option<LogFormat>,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs, a JSON object a line.
    Json,
}

impl Flags {
    /// The settings that the flags describe, but for those of an adapter, which `compose` has the adapter parse.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(self) -> Result<Config, Faults> {
        let mut faults = Faults::default();
        let listen = faults.keep("--listen", parse_listen(&self.listen));
        let public_url =
            faults.keep("--public-url", PublicUrl::parse(&self.public_url, self.allow_insecure_http));
        let secret_key = faults.keep(
            "--secret-key-file",
            read_key_file(&self.secret_key_file).map_err(|error| error.to_string()),
        );
        let keep_assertions =
            faults.keep("--keep-assertions-days", parse_days(&self.keep_assertions_days).map(Keep::days));
        let keep_history =
            faults.keep("--keep-history-days", parse_days(&self.keep_history_days).map(KeepHistory::days));
        let rate_limits = faults.keep("--rate-limits", parse_switch(&self.rate_limits));
        let log_format =
            faults.keep("--log-format", self.log_format.as_deref().map(parse_log_format).transpose());
        match (listen, public_url, secret_key, keep_assertions, keep_history, rate_limits, log_format) {
            (
                Some(listen),
                Some(public_url),
                Some(secret_key),
                Some(keep_assertions),
                Some(keep_history),
                Some(rate_limits),
                Some(log_format),
            ) if faults.is_empty() => Ok(Config {
                listen,
                public_url,
                allow_insecure_metadata: self.allow_insecure_metadata,
                secret_key_file: self.secret_key_file,
                secret_key,
                keep_assertions,
                keep_history,
                rate_limits,
                log_format,
            }),
            _ => Err(faults),
        }
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an IP address and a port, like 127.0.0.1:8080".to_owned())
}

/// The most days that anything can be kept by the day.
const MOST_DAYS: u16 = 3_650;

fn parse_days(text: &str) -> Result<u16, String> {
    let days = text.parse().ok().filter(|days| *days <= MOST_DAYS);
    days.ok_or_else(|| format!("must be a number of days from 0 to {MOST_DAYS}"))
}

fn parse_switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("must be on or off".to_owned()),
    }
}

fn parse_log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be pretty or json".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> Flags {
        Flags {
            listen: "127.0.0.1:0".to_owned(),
            public_url: "http://localhost:8080".to_owned(),
            allow_insecure_http: false,
            allow_insecure_metadata: false,
            database_url: "sqlite://vestibule.db".to_owned(),
            mail_url: "file://./outbox".to_owned(),
            mail_from: "Vestibule <no-reply@localhost>".to_owned(),
            templates_dir: None,
            secret_key_file: "/nonexistent/vestibule.key".into(),
            keep_assertions_days: "7".to_owned(),
            keep_history_days: "0".to_owned(),
            rate_limits: "on".to_owned(),
            log_format: None,
        }
    }

    #[test]
    fn the_defaults_have_no_fault() {
        let config = flags().parse().unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(config.keep_assertions, Keep::default());
        assert_eq!(config.keep_history, KeepHistory::default());
        assert!(config.rate_limits && config.secret_key.is_none() && !config.public_url.is_https());
    }

    #[test]
    fn keeping_nothing_is_said_by_zero() {
        for (text, keep) in [("0", Keep(None)), ("1", Keep::days(1)), ("3650", Keep::days(3650))] {
            let flags = Flags { keep_assertions_days: text.to_owned(), ..flags() };
            assert_eq!(flags.parse().ok().map(|config| config.keep_assertions), Some(keep));
        }
        for text in ["", "-1", "1.5", "7 days", "99999"] {
            let flags = Flags { keep_assertions_days: text.to_owned(), ..flags() };
            assert!(flags.parse().is_err(), "{text}");
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let wrong = Flags {
            listen: "localhost".to_owned(),
            public_url: "http://sso.example.com".to_owned(),
            keep_assertions_days: "3651".to_owned(),
            keep_history_days: "-1".to_owned(),
            rate_limits: "maybe".to_owned(),
            log_format: Some("xml".to_owned()),
            ..flags()
        };
        let told = wrong.parse().err().unwrap().to_string();
        for flag in [
            "--listen",
            "--public-url",
            "--keep-assertions-days",
            "--keep-history-days",
            "--rate-limits",
            "--log-format",
        ] {
            assert!(told.contains(flag), "{flag} is not in {told}");
        }
        assert!(told.contains("VESTIBULE_PUBLIC_URL"));
    }
}
