//! What an assertion says of a person, before any rule has looked at it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::name_id::{NameId, NameIdentifier, Qualifiers, trim_xml_space};
use crate::organization::Locale;
use crate::text::{EntityId, Redacted, TextError};

/// An assertion that a verifier vouches for: everything in it was covered by a signature of the connection's own
/// identity provider. Only an implementation of [`ResponseVerifier`](crate::ports::ResponseVerifier) makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// The assertion's ID (SAML core 2.0 §2.3.3), used once on a connection.
    pub assertion_id: String,
    /// Who asserts.
    pub issuer: EntityId,
    /// The request that this answers (SAML core 2.0 §2.4.1.2); none in a sign-in that began at the identity provider.
    pub in_response_to: Option<String>,
    /// Until when the subject may be confirmed; a used assertion is remembered until then and the skew have passed.
    pub not_on_or_after: DateTime<Utc>,
    /// When the identity provider wants the session to end (SAML core 2.0 §2.7.2).
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// The identity provider's name for its session.
    pub session_index: Option<String>,
    /// The SHA-256 fingerprint of the certificate whose key verified the signature.
    pub verified_by: String,
    /// Who the person is said to be.
    pub profile: Profile,
}

/// What directories call the language of a person.
const LANGUAGE_ATTRIBUTES: [&str; 3] = ["preferredLanguage", "urn:oid:2.16.840.1.113730.3.1.39", "locale"];

/// What arrived about a person. Names and values stay as they were sent until a mapping reads them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The NameID's text.
    pub name_id: String,
    /// The NameID's format, if one was given (SAML core 2.0 §8.3).
    pub name_id_format: Option<String>,
    /// The qualifiers of the NameID.
    pub name_id_qualifiers: Qualifiers,
    /// All values of each attribute `Name`, in the order of the assertion.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The `Name` of each attribute that has a `FriendlyName`, by that. Only ever used to hint at a mistaken mapping.
    pub friendly_names: BTreeMap<String, String>,
}

impl Profile {
    /// The NameID, where a person can be recognised by it.
    ///
    /// # Errors
    /// Says why not.
    pub fn name_id(&self) -> Result<NameId, TextError> {
        NameId::from_assertion(&self.name_id, self.name_id_format.as_deref())
    }

    /// Which language the identity provider says that the person speaks: the first that it names in one of the attributes that
    /// directories have for it (inetOrgPerson, RFC 2798 §2.7; OpenID Connect's `locale`), in letters of any case.
    #[must_use]
    pub fn language(&self) -> Option<Locale> {
        let known = |name: &&String| LANGUAGE_ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name));
        let named = self.attributes.keys().filter(known);
        let values = named.filter_map(|name| self.attributes[name].first());
        // It may be written as a list that a browser would send, or as programs in Java write it.
        let mut tags = values.filter_map(|value| value.split([',', ';']).next());
        tags.find_map(|tag| Locale::parse(tag.trim().replace('_', "-")).ok())
    }

    /// The NameID with all that stood by it, as the identity provider must be given it back.
    #[must_use]
    pub fn name_identifier(&self) -> NameIdentifier {
        NameIdentifier {
            value: trim_xml_space(&self.name_id).to_owned(),
            format: self.name_id_format.clone(),
            qualifiers: self.name_id_qualifiers.clone(),
        }
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("name_id", &Redacted(&self.name_id))
            .field("attributes", &self.attributes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_as_directories_write_it() {
        let spoken = |name: &str, value: &str| {
            let attributes = BTreeMap::from([(name.to_owned(), vec![value.to_owned()])]);
            Profile { attributes, ..Profile::default() }.language().map(|locale| locale.to_string())
        };
        assert_eq!(spoken("preferredLanguage", "de").as_deref(), Some("de"));
        assert_eq!(spoken("preferredlanguage", "en-US, de;q=0.8").as_deref(), Some("en-US"));
        assert_eq!(spoken("urn:oid:2.16.840.1.113730.3.1.39", " fr;q=1 ").as_deref(), Some("fr"));
        assert_eq!(spoken("locale", "pt_BR").as_deref(), Some("pt-BR"));
        for (name, value) in [("locale", ""), ("locale", "deutsch, bitte!"), ("language", "de")] {
            assert_eq!(spoken(name, value).filter(|tag| tag != "deutsch"), None, "{name}: {value}");
        }
    }
}
