//! Why a server did not take a mail, in words that name nobody.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;
use vestibule_domain::ports::MailError;

/// Where a conversation with a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Encrypt,
    LogIn,
    NameSender,
    NameRecipient,
    HandOver,
}

impl Step {
    /// What a negative answer at this step refuses.
    fn refused(self) -> &'static str {
        match self {
            Self::Connect => "the connection",
            Self::Encrypt => "to encrypt",
            Self::LogIn => "the login",
            Self::NameSender => "the sender",
            Self::NameRecipient => "the recipient",
            Self::HandOver => "the mail",
        }
    }

    /// Whether a refusal is about this letter. One at an earlier step would meet every letter: it is the configuration's or
    /// the server's fault, and letters wait until somebody mends it.
    fn is_about_the_letter(self) -> bool {
        matches!(self, Self::NameRecipient | Self::HandOver)
    }
}

/// Why a server did not take a mail.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The conversation ended at a step.
    At(Step, Error),
    /// The server said nothing for so long.
    Silence(Duration),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (step, error) = match self {
            Self::Silence(patience) => {
                return write!(f, "no answer within {} seconds", patience.as_secs_f32());
            }
            Self::At(step, error) => (*step, error),
        };
        if let Some(code) = error.status() {
            write!(f, "refused {} ({code}", step.refused())?;
            if let Some(enhanced) = enhanced_code(error) {
                write!(f, " {enhanced}")?;
            }
            f.write_str(")")
        } else if let Some(system) = system_error(error) {
            write!(f, "the connection failed: {system}")
        } else if error.is_client() && step == Step::Encrypt {
            f.write_str("offers no encryption by STARTTLS")
        } else if error.is_client() && step == Step::LogIn {
            f.write_str("offers no way to log in that is known here (PLAIN, LOGIN)")
        } else if error.is_response() {
            f.write_str("ended the connection, or does not speak SMTP")
        } else {
            f.write_str("the connection failed")
        }
    }
}

impl From<Refusal> for MailError {
    fn from(refusal: Refusal) -> Self {
        let reason = refusal.to_string();
        match refusal {
            Refusal::At(step, error) if step.is_about_the_letter() && error.is_permanent() => {
                Self::Permanent(reason)
            }
            Refusal::At(..) | Refusal::Silence(_) => Self::Transient(reason),
        }
    }
}

/// The enhanced status code (RFC 3463) of an answer, such as `5.1.1`. The words after it are left out: many servers repeat the
/// address in them.
fn enhanced_code(error: &Error) -> Option<String> {
    let answer = error.source()?.to_string();
    let code = answer.split_whitespace().next()?;
    let mut numbers = code.split('.');
    let is_number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let whole = matches!(numbers.next()?, "2" | "4" | "5")
        && is_number(numbers.next()?)
        && is_number(numbers.next()?)
        && numbers.next().is_none();
    whole.then(|| code.to_owned())
}

/// What the operating system or TLS says of a connection. Nothing in it is the server's own words.
fn system_error(error: &Error) -> Option<String> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return Some(cause.to_string().chars().take(200).collect());
        }
        source = cause.source();
    }
    None
}
