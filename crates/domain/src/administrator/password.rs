//! Passwords, as NIST SP 800-63B §5.1.1.2 wants them: long, of any characters, and none that everybody thinks of.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::email::EmailAddress;

/// The fewest characters of a new password.
pub const SHORTEST_PASSWORD: usize = 12;

/// The most characters of a password.
pub const LONGEST_PASSWORD: usize = 128;

/// What no text of so many bytes can be: a password of the longest kind, before it is normalized.
const MOST_BYTES: usize = 2_048;

/// A password in clear. Wiped from memory when it is dropped. It is compared in Unicode's form NFKC, so that it is the same
/// however a keyboard writes an umlaut.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// The hash of a password with its salt and parameters, as a PHC string. Only its adapter reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error("must be at least {SHORTEST_PASSWORD} characters")]
    TooShort,
    /// Too many characters.
    #[error("must be at most {LONGEST_PASSWORD} characters")]
    TooLong,
    /// It is their own address.
    #[error("must not be the e-mail address")]
    OwnAddress,
    /// Whoever tries the commonest ones finds it.
    #[error("is too easy to guess; a few words that have nothing to do with each other make a good one")]
    Guessable,
}

impl Password {
    /// A password that somebody signs in with; none where the text is too long to be anybody's.
    #[must_use]
    pub fn presented(text: &str) -> Option<Self> {
        Self::normalized(text).filter(|password| password.length() <= LONGEST_PASSWORD)
    }

    /// A password that the owner of `email`, if that is known, chooses. Whether it is easy to guess is asked elsewhere:
    /// [`Passwords::is_guessable`](crate::ports::Passwords::is_guessable).
    ///
    /// # Errors
    /// It is too short, too long, or the address itself.
    pub fn chosen(text: &str, email: Option<&EmailAddress>) -> Result<Self, WeakPassword> {
        let password = Self::normalized(text).ok_or(WeakPassword::TooLong)?;
        match password.length() {
            ..SHORTEST_PASSWORD => Err(WeakPassword::TooShort),
            SHORTEST_PASSWORD..=LONGEST_PASSWORD if email.is_some_and(|email| password.is(email)) => {
                Err(WeakPassword::OwnAddress)
            }
            SHORTEST_PASSWORD..=LONGEST_PASSWORD => Ok(password),
            _ => Err(WeakPassword::TooLong),
        }
    }

    /// The password itself, for a hash.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn normalized(text: &str) -> Option<Self> {
        (text.len() <= MOST_BYTES).then(|| Self(Zeroizing::new(text.nfkc().collect())))
    }

    fn is(&self, email: &EmailAddress) -> bool {
        self.0.trim().eq_ignore_ascii_case(email.as_str())
    }

    fn length(&self) -> usize {
        self.0.chars().count()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<String, WeakPassword> {
        let email = EmailAddress::parse("ada.lovelace@acme.example").unwrap_or_else(|_| panic!("an address"));
        Password::chosen(text, Some(&email)).map(|password| password.reveal().to_owned())
    }

    #[test]
    fn a_password_is_12_to_128_characters_of_any_kind() {
        assert_eq!(chosen(&"a".repeat(11)), Err(WeakPassword::TooShort));
        for right in ["a".repeat(12), "é".repeat(128), " spaces are characters ".to_owned(), "🦊".repeat(12)]
        {
            assert_eq!(chosen(&right), Ok(right));
        }
        assert_eq!(chosen(&"a".repeat(129)), Err(WeakPassword::TooLong));
        assert_eq!(chosen(&"a".repeat(1_000_000)), Err(WeakPassword::TooLong));
        assert!(Password::presented(&"a".repeat(129)).is_none() && Password::presented("short").is_some());
    }

    #[test]
    fn a_password_is_not_ones_address() {
        assert_eq!(chosen("Ada.Lovelace@ACME.example"), Err(WeakPassword::OwnAddress));
    }

    #[test]
    fn a_password_is_the_same_however_it_is_written() {
        let composed =
            Password::presented("Zu\u{308}rich ﬁne ①").map(|password| password.reveal().to_owned());
        assert_eq!(composed.as_deref(), Some("Zürich fine 1"));
        // One character that becomes eighteen.
        assert_eq!(chosen(&"\u{FDFA}".repeat(12)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn debug_shows_no_password() {
        let shown =
            format!("{:?} {:?}", Password::presented("hunter2"), PasswordHash("$argon2id$x".to_owned()));
        assert_eq!(shown, "Some(Password(…)) PasswordHash(…)");
    }
}
