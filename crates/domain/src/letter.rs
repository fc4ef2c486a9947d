//! Letters: mails that are rows before they are mails.

mod samples;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::branding::Branding;
use crate::connection::{Certificate, TechnicalContact};
use crate::email::EmailAddress;
use crate::ids::{LetterId, LinkId, OrganizationId, PasswordLinkId, SetupLinkId, UserId};
use crate::organization::{Locale, Organization};
use crate::text::{ConnectionKey, DisplayName, OrganizationSlug, PersonName};

/// How long a letter is kept once it was delivered or given up, for whoever asks what became of it.
pub const KEPT_ONCE_SETTLED: Duration = Duration::days(30);

/// Who writes where no organization does.
const PRODUCT: &str = "Vestibule";

/// A letter in the outbox. It is written in the transaction of what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its row; also the mail's Message-ID, so that a mail delivered twice can be told.
    pub id: LetterId,
    /// In which organization's name it is sent; none where it is the service that writes, to who administers it.
    pub organization_id: Option<OrganizationId>,
    /// To whom.
    pub to: EmailAddress,
    /// Which user that is; none where it is a technical contact.
    pub user_id: Option<UserId>,
    /// What it says.
    pub content: LetterContent,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// What every letter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondence {
    /// The organization's name in URLs.
    pub organization: OrganizationSlug,
    /// The organization's name.
    pub organization_name: DisplayName,
    /// The first name of the addressee.
    pub first_name: PersonName,
    /// The language to write in.
    pub locale: Locale,
    /// How the organization looked when the letter was written: a letter that is sent twice looks the same. Letters from before there
    /// were looks have none.
    #[serde(default, skip_serializing_if = "Branding::is_plain")]
    pub branding: Branding,
}

impl Correspondence {
    /// What a letter of an organization names, in the language that the person is said to speak, or else in the organization's.
    #[must_use]
    pub fn with(organization: &Organization, first_name: PersonName, spoken: Option<&Locale>) -> Self {
        Self {
            organization: organization.slug.clone(),
            organization_name: organization.name.clone(),
            first_name,
            locale: spoken.or(organization.locale.as_ref()).cloned().unwrap_or_default(),
            branding: organization.branding.clone(),
        }
    }

    /// What a letter to a technical contact names.
    #[must_use]
    pub fn with_contact(organization: &Organization, contact: &TechnicalContact) -> Self {
        Self::with(organization, PersonName::from(&contact.name), None)
    }
}

/// An organization, as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationInLetter {
    /// Its name in URLs.
    #[serde(rename = "organization")]
    pub slug: OrganizationSlug,
    /// Its name.
    #[serde(rename = "organization_name")]
    pub name: DisplayName,
    /// How it looked when the letter was written.
    #[serde(default, skip_serializing_if = "Branding::is_plain")]
    pub branding: Branding,
}

/// What a letter to somebody who administers names. Of them it knows no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAdministrator {
    /// The organization that writes; none where it is the service itself.
    #[serde(flatten)]
    pub organization: Option<OrganizationInLetter>,
    /// The language to write in.
    pub locale: Locale,
}

impl ToAdministrator {
    /// What a letter names that this organization writes, or the service itself.
    #[must_use]
    pub fn by(organization: Option<&Organization>) -> Self {
        Self {
            organization: organization.map(|organization| OrganizationInLetter {
                slug: organization.slug.clone(),
                name: organization.name.clone(),
                branding: organization.branding.clone(),
            }),
            locale: organization.and_then(|organization| organization.locale.clone()).unwrap_or_default(),
        }
    }
}

impl From<&Correspondence> for ToAdministrator {
    /// The same organization to somebody who administers it.
    fn from(about: &Correspondence) -> Self {
        Self {
            organization: Some(OrganizationInLetter {
                slug: about.organization.clone(),
                name: about.organization_name.clone(),
                branding: about.branding.clone(),
            }),
            locale: about.locale.clone(),
        }
    }
}

/// What every letter names, as far as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About<'a> {
    /// The organization's name in URLs.
    pub organization: Option<&'a OrganizationSlug>,
    /// The organization's name, or the product's.
    pub organization_name: &'a str,
    /// The first name of the addressee.
    pub first_name: Option<&'a PersonName>,
    /// The language to write in.
    pub locale: &'a Locale,
    /// How the organization looked; none where it is the service that writes.
    pub branding: Option<&'a Branding>,
}

impl<'a> From<&'a Correspondence> for About<'a> {
    fn from(about: &'a Correspondence) -> Self {
        Self {
            organization: Some(&about.organization),
            organization_name: about.organization_name.as_str(),
            first_name: Some(&about.first_name),
            locale: &about.locale,
            branding: Some(&about.branding),
        }
    }
}

impl<'a> From<&'a ToAdministrator> for About<'a> {
    fn from(about: &'a ToAdministrator) -> Self {
        let organization = about.organization.as_ref();
        Self {
            organization: organization.map(|one| &one.slug),
            organization_name: organization.map_or(PRODUCT, |one| one.name.as_str()),
            first_name: None,
            locale: &about.locale,
            branding: organization.map(|one| &one.branding),
        }
    }
}

/// A connection, as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionInLetter {
    /// Its name in URLs.
    pub key: ConnectionKey,
    /// What people call it.
    pub name: DisplayName,
}

/// A certificate, as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateInLetter {
    /// Its subject.
    pub subject: String,
    /// Its SHA-256 fingerprint.
    pub sha256_fingerprint: String,
    /// When it ends.
    pub not_after: DateTime<Utc>,
}

impl From<&Certificate> for CertificateInLetter {
    fn from(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            sha256_fingerprint: certificate.sha256_fingerprint.clone(),
            not_after: certificate.not_after,
        }
    }
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::EnumCount)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LetterContent {
    /// An account was created at the first sign-in.
    Welcome {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
    },
    /// Somebody signed in with this address: is it you? The link's token is derived from the installation's key.
    LinkVerification {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
        /// The link that waits.
        link: LinkId,
        /// What people call the connection.
        connection_name: DisplayName,
        /// Until when it can be opened.
        expires_at: DateTime<Utc>,
    },
    /// To the technical contact: a signing certificate of the identity provider ends.
    CertificateExpires {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
        /// Of which connection.
        connection: ConnectionInLetter,
        /// Which one.
        certificate: CertificateInLetter,
    },
    /// To the technical contact: the identity provider's metadata has changed, and waits for approval.
    MetadataAwaitsApproval {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
        /// Of which connection.
        connection: ConnectionInLetter,
        /// Certificates that would be believed from then on.
        added: Vec<CertificateInLetter>,
        /// Certificates that would not be believed any more.
        removed: Vec<CertificateInLetter>,
        /// Whether people would be sent elsewhere.
        endpoints_changed: bool,
    },
    /// To the technical contact: for days the identity provider's metadata could not be refreshed.
    MetadataNotRefreshed {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
        /// Of which connection.
        connection: ConnectionInLetter,
        /// Since when.
        since: DateTime<Utc>,
        /// Why not, in a sentence.
        reason: String,
    },
    /// To the old address: it is not the account's any more.
    AddressChanged {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
    },
    /// To an administrator: a link by which they set another password. Its token is derived from the installation's key.
    LostPassword {
        /// From whom.
        #[serde(flatten)]
        about: ToAdministrator,
        /// The link.
        link: PasswordLinkId,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
    /// To a new administrator: a link by which they set their first password.
    Invitation {
        /// From whom.
        #[serde(flatten)]
        about: ToAdministrator,
        /// The link.
        link: PasswordLinkId,
        /// By which address whoever invites them is known; none at the command line, and of a program.
        invited_by: Option<EmailAddress>,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
    /// To whoever looks after an organization's identity provider: a link to the organization's single sign-on pages.
    SetupLink {
        /// From whom.
        #[serde(flatten)]
        about: ToAdministrator,
        /// The link.
        link: SetupLinkId,
        /// By which address whoever asks them is known; none at the command line, and of a program.
        invited_by: Option<EmailAddress>,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
}

impl LetterContent {
    /// When it is too late to send it: its link has expired.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::LinkVerification { expires_at, .. }
            | Self::LostPassword { expires_at, .. }
            | Self::Invitation { expires_at, .. }
            | Self::SetupLink { expires_at, .. } => Some(*expires_at),
            Self::Welcome { .. }
            | Self::AddressChanged { .. }
            | Self::CertificateExpires { .. }
            | Self::MetadataAwaitsApproval { .. }
            | Self::MetadataNotRefreshed { .. } => None,
        }
    }

    /// The kind's word, as logs and template names have it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::LinkVerification { .. } => "link_verification",
            Self::CertificateExpires { .. } => "certificate_expires",
            Self::MetadataAwaitsApproval { .. } => "metadata_awaits_approval",
            Self::MetadataNotRefreshed { .. } => "metadata_not_refreshed",
            Self::AddressChanged { .. } => "address_changed",
            Self::LostPassword { .. } => "lost_password",
            Self::Invitation { .. } => "invitation",
            Self::SetupLink { .. } => "setup_link",
        }
    }

    /// To whom, from whom.
    #[must_use]
    pub fn about(&self) -> About<'_> {
        match self {
            Self::Welcome { about }
            | Self::LinkVerification { about, .. }
            | Self::CertificateExpires { about, .. }
            | Self::MetadataAwaitsApproval { about, .. }
            | Self::MetadataNotRefreshed { about, .. }
            | Self::AddressChanged { about } => about.into(),
            Self::LostPassword { about, .. }
            | Self::Invitation { about, .. }
            | Self::SetupLink { about, .. } => about.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters are kept as they are written here; those of an earlier version may still wait.
    #[test]
    fn a_letter_from_before_there_were_looks_is_read() {
        let kept = r#"{"kind":"welcome","organization":"acme","organization_name":"Acme","first_name":"Ada","locale":"de"}"#;
        let content: LetterContent = serde_json::from_str(kept).unwrap();
        assert!(content.about().branding.is_some_and(Branding::is_plain));
        assert_eq!(serde_json::to_string(&content).unwrap(), kept);
    }

    #[test]
    fn the_service_writes_where_no_organization_does() {
        let content = LetterContent::LostPassword {
            about: ToAdministrator::by(None),
            link: uuid::Uuid::nil().into(),
            expires_at: DateTime::UNIX_EPOCH,
        };
        assert_eq!((content.about().organization_name, content.about().organization), ("Vestibule", None));
        let kept = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<LetterContent>(&kept).unwrap(), content);
    }
}
