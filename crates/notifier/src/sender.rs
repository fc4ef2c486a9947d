//! From whom mails are.

use lettre::message::Mailbox;
use vestibule_domain::text::is_forbidden;

/// The operator's mailbox, such as `Acme <no-reply@acme.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(crate) Mailbox);

/// A text that is no mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a mailbox in ASCII, like Acme <no-reply@acme.example>; only its name may have other letters"
)]
pub struct SenderError;

impl Sender {
    /// Takes an address, or a name and an address in angle brackets (RFC 5322 §3.4).
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        if text.chars().any(is_forbidden) {
            return Err(SenderError);
        }
        let mailbox: Mailbox = text.trim().parse().map_err(|_| SenderError)?;
        // Another address would need a server with SMTPUTF8 (RFC 6531).
        if !AsRef::<str>::as_ref(&mailbox.email).is_ascii() {
            return Err(SenderError);
        }
        Ok(Self(mailbox))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_mailbox() {
        for right in [
            "no-reply@acme.example",
            "Vestibule <no-reply@localhost>",
            "\"Acme, Inc.\" <a@b.example>",
            "Zoë <z@b.example>",
        ] {
            assert!(Sender::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "Acme",
            "a@b.example, c@d.example",
            "A <a@b.example>\r\nBcc: c@d.example",
            "a\u{202E}b <a@b.example>",
            "A <ä@b.example>",
        ] {
            assert_eq!(Sender::parse(wrong), Err(SenderError), "{wrong:?}");
        }
    }
}
