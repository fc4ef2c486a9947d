//! Text that has been looked at: every newtype here can only be made from a string that fits its rules.

use std::fmt;

/// Why a string is not a value of one of the text types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left of it.
    #[error("must not be empty")]
    Empty,
    /// Over the limit, counted in characters.
    #[error("must be at most {0} characters")]
    TooLong(usize),
    /// White space at one of its ends.
    #[error("must not begin or end with white space")]
    SurroundingSpace,
    /// A control character, or one that changes the direction of text.
    #[error("must not contain control characters or characters that change the direction of text")]
    ForbiddenCharacter,
    /// A character that cannot be seen, where two names must not look the same.
    #[error(
        "must not contain the character U+{:04X}, which cannot be seen: it may have come along with what was copied",
        u32::from(*.0)
    )]
    Invisible(char),
    /// The shape that the type wants is another.
    #[error("must be {0}")]
    Malformed(&'static str),
}

/// Implements what all text newtypes share: a checked `parse`, `as_str`, `Display` and serde as a string.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes `text` if it fits.
            ///
            /// # Errors
            /// Says what does not fit.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::text::TextError> {
                let text = text.into();
                let check: fn(&str) -> Result<(), $crate::text::TextError> = $check;
                check(&text)?;
                Ok(Self(text))
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::TextError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::TextError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}
pub(crate) use text_type;

/// Implements `Debug` as the text itself, for types that hold nothing personal.
macro_rules! plain_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }
    )+};
}
pub(crate) use plain_debug;

/// Implements `Debug` without the text, for types that name a person, so that no log line can.
macro_rules! redacted_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
pub(crate) use redacted_debug;

text_type!(
    /// What people call an organization, a connection, a user type, a role or an API key: 1 to 254 characters, all of which are
    /// [seen](INVISIBLE).
    DisplayName,
    |text| name(text, 254)
);
text_type!(
    /// The short name of an organization in URLs: `[a-z0-9-]{1,63}`.
    OrganizationSlug,
    slug
);
text_type!(
    /// The short name of a connection in URLs, unique in its organization: `[a-z0-9-]{1,63}`.
    ConnectionKey,
    slug
);
text_type!(
    /// The key of a user type in an organization's catalog. Exact and case-sensitive.
    UserTypeKey,
    |text| name(text, 100)
);
text_type!(
    /// The key of a role of a user type. Exact and case-sensitive.
    RoleKey,
    |text| name(text, 100)
);
text_type!(
    /// The name of a location in an organization's catalog. Exact and case-sensitive.
    LocationName,
    |text| name(text, 254)
);
text_type!(
    /// The `Name` of a SAML attribute (SAML core 2.0 §2.7.3.1) that a field is read from. Case-sensitive.
    AttributeName,
    |text| line(text, 256)
);
text_type!(
    /// The entity id of an identity provider or service provider (SAML core 2.0 §8.3.6): at most 1,024 characters.
    EntityId,
    |text| line(text, 1_024)
);
text_type!(
    /// A person's first or last name: 1 to 254 characters of text, without controls and direction changes. Whatever else an identity
    /// provider sends in one is kept as it is: nobody is kept out for how their name is written.
    PersonName,
    |text| line(text, 254)
);
plain_debug!(
    DisplayName,
    OrganizationSlug,
    ConnectionKey,
    UserTypeKey,
    RoleKey,
    LocationName,
    AttributeName,
    EntityId
);
redacted_debug!(PersonName);

/// Both are one line of the same length, and a person's name may have more in it.
impl From<&DisplayName> for PersonName {
    fn from(name: &DisplayName) -> Self {
        Self(name.0.clone())
    }
}

/// One line of text: trimmed, not empty, at most `max` characters, nothing invisible that changes what is read.
fn line(text: &str, max: usize) -> Result<(), TextError> {
    if text.trim().is_empty() {
        Err(TextError::Empty)
    } else if text.trim() != text {
        Err(TextError::SurroundingSpace)
    } else if text.chars().count() > max {
        Err(TextError::TooLong(max))
    } else if text.chars().any(is_forbidden) {
        Err(TextError::ForbiddenCharacter)
    } else {
        Ok(())
    }
}

/// Characters that cannot be seen, from one to another: format characters, separators of lines and letters without a shape (Unicode 16,
/// §23 and the property `Default_Ignorable_Code_Point`). The joiners U+200C and U+200D, which scripts and emoji are written with, and what
/// [`is_forbidden`] anywhere are not among them.
pub const INVISIBLE: [(char, char); 15] = [
    ('\u{00AD}', '\u{00AD}'),
    ('\u{034F}', '\u{034F}'),
    ('\u{061C}', '\u{061C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{200B}', '\u{200B}'),
    ('\u{200E}', '\u{200F}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{2060}', '\u{2065}'),
    ('\u{206A}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF9}', '\u{FFFB}'),
];

/// One line of text that an administrator chose, and that others are told apart from by how it looks.
fn name(text: &str, max: usize) -> Result<(), TextError> {
    line(text, max)?;
    let is_invisible = |character: &char| INVISIBLE.iter().any(|(from, to)| (from..=to).contains(&character));
    match text.chars().find(is_invisible) {
        Some(character) => Err(TextError::Invisible(character)),
        None => Ok(()),
    }
}

fn slug(text: &str) -> Result<(), TextError> {
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(()) } else { Err(TextError::Malformed("1 to 63 lower-case letters, digits and hyphens")) }
}

/// C0 and C1 controls, and the bidirectional overrides, embeddings and isolates (Unicode UAX #9 §2), with which
/// a value can be made to read as another one.
#[must_use]
pub fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The first letters of the first two words of a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

/// Shows a text that names a person only as its length, for log lines and `Debug`.
pub struct Redacted<'a>(pub &'a str);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_visible_and_bounded() {
        assert!(PersonName::parse("Zoë 🦊 <b>").is_ok());
        assert_eq!(PersonName::parse("   "), Err(TextError::Empty));
        assert_eq!(PersonName::parse(" Ada"), Err(TextError::SurroundingSpace));
        assert_eq!(PersonName::parse("a".repeat(255)), Err(TextError::TooLong(254)));
        assert!(PersonName::parse("é".repeat(254)).is_ok());
        for forbidden in ['\u{0}', '\n', '\u{85}', '\u{202E}', '\u{2066}'] {
            assert_eq!(PersonName::parse(format!("A{forbidden}a")), Err(TextError::ForbiddenCharacter));
        }
    }

    #[test]
    fn a_name_that_somebody_chose_has_nothing_invisible_in_it() {
        for fine in ["שלום", "می‌خواهم", "👩🏽‍🚀", "❤️", "Zoë & Søn"] {
            assert!(DisplayName::parse(fine).is_ok(), "{fine:?}");
        }
        for invisible in
            ['\u{AD}', '\u{200B}', '\u{200E}', '\u{2028}', '\u{2029}', '\u{2060}', '\u{3164}', '\u{FEFF}']
        {
            let text = format!("A{invisible}a");
            assert_eq!(LocationName::parse(text.as_str()), Err(TextError::Invisible(invisible)));
            assert_eq!(RoleKey::parse(text.as_str()), Err(TextError::Invisible(invisible)));
            assert!(PersonName::parse(text).is_ok(), "{invisible:?}: nobody is kept out for it");
        }
        let told = DisplayName::parse("A\u{200B}").unwrap_err().to_string();
        assert!(told.starts_with("must not contain the character U+200B"), "{told}");
    }

    #[test]
    fn a_slug_is_lower_case_ascii() {
        assert!(OrganizationSlug::parse("acme-2").is_ok());
        for wrong in ["", "Acme", "a_b", "ä", &"a".repeat(64)] {
            assert!(OrganizationSlug::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_has_at_most_two_initials() {
        assert_eq!(initials("Acme"), "A");
        assert_eq!(initials("étoile — du nord"), "ÉD");
        assert_eq!(initials("& Søn"), "S");
        assert_eq!(initials("!"), "");
    }

    #[test]
    fn debug_of_a_name_shows_no_name() {
        assert_eq!(format!("{:?}", PersonName::parse("Ada").unwrap()), "PersonName(…)");
    }
}
