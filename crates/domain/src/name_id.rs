//! The NameID of a person at an identity provider.

use serde::{Deserialize, Serialize};

use crate::text::{Redacted, TextError, redacted_debug, text_type};

text_type!(
    /// The value of a `<saml:NameID>` (SAML core 2.0 §2.2.3): how an identity provider calls one person, always.
    ///
    /// Not empty, at most 1,024 characters, trimmed of XML white space at both ends and of nothing else. Compared exactly.
    NameId,
    |text| {
        if text.is_empty() {
            Err(TextError::Empty)
        } else if trim_xml_space(text) != text {
            Err(TextError::SurroundingSpace)
        } else if text.chars().count() > 1_024 {
            Err(TextError::TooLong(1_024))
        } else if text.chars().any(is_deceptive) {
            Err(TextError::ForbiddenCharacter)
        } else {
            Ok(())
        }
    }
);
redacted_debug!(NameId);

/// SAML core 2.0 §8.3.8: another one at each sign-in, so that nobody could ever be recognised by it.
pub const TRANSIENT_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

impl NameId {
    /// Takes the text of a NameID element as it stands in an assertion.
    ///
    /// # Errors
    /// Empty, over 1,024 characters, of the transient format, or with characters that cannot be seen.
    pub fn from_assertion(text: &str, format: Option<&str>) -> Result<Self, TextError> {
        if format == Some(TRANSIENT_FORMAT) {
            return Err(TextError::Malformed("of a format other than transient"));
        }
        Self::parse(trim_xml_space(text))
    }

    /// The form in which near misses are found: without letter case and surrounding space.
    #[must_use]
    pub fn folded(&self) -> String {
        self.as_str().trim().to_lowercase()
    }
}

/// A NameID as an identity provider wrote it, by which it knows a person again that is named to it (SAML core 2.0 §2.2.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameIdentifier {
    /// The text, without space around it.
    pub value: String,
    /// The format, if one was given.
    pub format: Option<String>,
    /// The qualifiers.
    #[serde(flatten)]
    pub qualifiers: Qualifiers,
}

/// In whose name space a NameID is (SAML core 2.0 §2.2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualifiers {
    /// The one that gives the names, as `NameQualifier`.
    pub name_qualifier: Option<String>,
    /// The one that the names are given to, as `SPNameQualifier`.
    pub sp_name_qualifier: Option<String>,
}

impl std::fmt::Debug for NameIdentifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameIdentifier")
            .field("value", &Redacted(&self.value))
            .field("format", &self.format)
            .field("qualifiers", &self.qualifiers)
            .finish()
    }
}

pub(crate) fn trim_xml_space(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Controls, zero-width characters and direction changes: two NameIDs must never look alike.
fn is_deceptive(character: char) -> bool {
    crate::text::is_forbidden(character)
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}' | '\u{061C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_xml_white_space_is_trimmed() {
        assert_eq!(NameId::from_assertion("\r\n\t ada \n", None).unwrap().as_str(), "ada");
        assert_eq!(NameId::from_assertion("\u{A0}ada", None).unwrap().as_str(), "\u{A0}ada");
        assert_eq!(NameId::from_assertion("\u{A0}Ada", None).unwrap().folded(), "ada");
    }

    #[test]
    fn what_nobody_could_be_recognised_by_is_no_name_id() {
        assert!(NameId::from_assertion(" ", None).is_err());
        assert!(NameId::from_assertion("x", Some(TRANSIENT_FORMAT)).is_err());
        assert!(NameId::from_assertion(&"x".repeat(1_025), None).is_err());
        assert!(NameId::from_assertion("a\u{200B}da", None).is_err());
        assert!(NameId::from_assertion(&"é".repeat(1_024), None).is_ok());
    }
}
