//! Letters that nobody gets: for looking at mails before they are sent.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{CertificateInLetter, ConnectionInLetter, Correspondence, Letter, LetterContent};
use crate::branding::Branding;
use crate::email::EmailAddress;
use crate::organization::Locale;
use crate::text::{ConnectionKey, DisplayName, OrganizationSlug, PersonName, TextError};

impl Correspondence {
    /// Ada, of an organization that is only an example.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            organization: well_formed(OrganizationSlug::parse("example")),
            organization_name: well_formed(DisplayName::parse("Example")),
            first_name: well_formed(PersonName::parse("Ada")),
            locale: Locale::default(),
            branding: Branding::default(),
        }
    }
}

impl Letter {
    /// One letter of each kind, about a connection that is nobody's, in no organization's name.
    #[must_use]
    pub fn samples(about: &Correspondence, at: DateTime<Utc>) -> Vec<Self> {
        let letter = |content| Self {
            id: Uuid::nil().into(),
            organization_id: None,
            to: well_formed(EmailAddress::parse("ada@example.com")),
            user_id: None,
            content,
            created_at: at,
        };
        LetterContent::samples(about, at).into_iter().map(letter).collect()
    }
}

impl LetterContent {
    fn samples(about: &Correspondence, at: DateTime<Utc>) -> Vec<Self> {
        let about = || about.clone();
        let certificate = |digits: &str, days| CertificateInLetter {
            subject: "CN=idp.example, O=Example".to_owned(),
            sha256_fingerprint: digits.repeat(8),
            not_after: at + Duration::days(days),
        };
        let (ends, begins) = (|| certificate("5e0a1c7f", 14), certificate("b38d42e9", 730));
        vec![
            Self::Welcome { about: about() },
            Self::LinkVerification {
                about: about(),
                link: Uuid::nil().into(),
                connection_name: connection().name,
                expires_at: at + Duration::hours(24),
            },
            Self::AddressChanged { about: about() },
            Self::CertificateExpires { about: about(), connection: connection(), certificate: ends() },
            Self::MetadataAwaitsApproval {
                about: about(),
                connection: connection(),
                added: vec![begins],
                removed: vec![ends()],
                endpoints_changed: true,
            },
            Self::MetadataNotRefreshed {
                about: about(),
                connection: connection(),
                since: at - Duration::days(3),
                reason: "The metadata's address did not answer in time.".to_owned(),
            },
            Self::LostPassword {
                about: (&about()).into(),
                link: Uuid::nil().into(),
                expires_at: at + Duration::minutes(30),
            },
            Self::Invitation {
                about: (&about()).into(),
                link: Uuid::nil().into(),
                invited_by: None,
                expires_at: at + Duration::days(7),
            },
            Self::SetupLink {
                about: (&about()).into(),
                link: Uuid::nil().into(),
                invited_by: None,
                expires_at: at + Duration::days(7),
            },
        ]
    }

    /// The words of all kinds, in the order of the samples.
    #[must_use]
    pub fn kinds() -> Vec<&'static str> {
        Self::samples(&Correspondence::sample(), DateTime::UNIX_EPOCH).iter().map(Self::kind).collect()
    }
}

fn connection() -> ConnectionInLetter {
    ConnectionInLetter {
        key: well_formed(ConnectionKey::parse("okta")),
        name: well_formed(DisplayName::parse("Okta")),
    }
}

#[expect(clippy::expect_used, reason = "they are written above, and a test makes them")]
fn well_formed<T>(parsed: Result<T, TextError>) -> T {
    parsed.expect("a sample is well-formed")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::EnumCount as _;

    use super::*;

    #[test]
    fn there_is_a_sample_of_each_kind() {
        let kinds: BTreeSet<_> = LetterContent::kinds().into_iter().collect();
        assert_eq!(kinds.len(), LetterContent::COUNT);
    }
}
