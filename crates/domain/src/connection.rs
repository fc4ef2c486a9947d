//! Connections: one identity provider of an organization, and what it may do.

mod requests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::email::EmailAddress;
use crate::ids::{ConnectionId, OrganizationId, Version};
use crate::organization::Organization;
use crate::problem::Problems;
use crate::return_to::WebUrl;
use crate::settings::Settings;
use crate::text::{ConnectionKey, DisplayName, EntityId};

pub use requests::{NameIdFormat, RequestSettings, SignRequests};

/// One identity provider of an organization with its provisioning settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its row.
    pub id: ConnectionId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What an administrator says of it.
    pub details: ConnectionDetails,
    /// Whom it believes; nobody until an administrator says.
    pub identity_provider: Option<IdentityProvider>,
    /// What a sign-in through it makes of a person.
    pub settings: Settings,
    /// How often the details were written.
    pub version: Version,
    /// How often the identity provider was written.
    pub identity_provider_version: Version,
    /// How often the settings were written.
    pub settings_version: Version,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When any part of it was last written.
    pub updated_at: DateTime<Utc>,
}

/// How often each part of a connection was written: whoever has seen these has seen the whole connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionVersions {
    /// The details.
    pub details: Version,
    /// The identity provider.
    pub identity_provider: Version,
    /// The settings.
    pub settings: Version,
}

impl Connection {
    /// The versions of all parts.
    #[must_use]
    pub fn versions(&self) -> ConnectionVersions {
        ConnectionVersions {
            details: self.version,
            identity_provider: self.identity_provider_version,
            settings: self.settings_version,
        }
    }
}

/// What an administrator says of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionDetails {
    /// Its name in URLs, unique in the organization.
    pub key: ConnectionKey,
    /// Its name for people.
    pub display_name: DisplayName,
    /// A disabled connection refuses every sign-in, however it was started.
    pub enabled: bool,
    /// Whether a sign-in may start here (SAML profiles 2.0 §4.1.3).
    pub sp_initiated: bool,
    /// Whether a sign-in may start at the identity provider (SAML profiles 2.0 §4.1.5).
    pub allow_idp_initiated: bool,
    /// What this service asks of the identity provider.
    #[serde(flatten)]
    pub requests: RequestSettings,
    /// Whom a refused person is told to ask.
    pub technical_contact: Option<TechnicalContact>,
}

/// Whom to ask about a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicalContact {
    /// Their name.
    pub name: DisplayName,
    /// Their address.
    pub email: EmailAddress,
    /// Their telephone number, as written.
    pub phone: Option<DisplayName>,
}

/// An identity provider as its metadata describes it (SAML metadata 2.0 §2.4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdpMetadata {
    /// Who it says it is.
    pub entity_id: EntityId,
    /// Where a person is sent to sign in, in the order of the metadata.
    pub sso_endpoints: Vec<SsoEndpoint>,
    /// The keys that it signs with. Never empty in what is saved; a verifier believes nothing when it is.
    pub certificates: Vec<Certificate>,
    /// Where it takes and answers messages of single logout, in the order of the metadata; nowhere in many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slo_endpoints: Vec<SloEndpoint>,
    /// Whether it wants requests signed.
    pub wants_signed_requests: bool,
    /// Until when the metadata says it is valid.
    pub valid_until: Option<DateTime<Utc>>,
    /// For how many seconds a copy of the metadata may be kept before it is fetched anew.
    #[serde(default)]
    pub cache_seconds: Option<u64>,
}

/// One place to send a person to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoEndpoint {
    /// How the request travels.
    pub binding: Binding,
    /// The address.
    pub location: WebUrl,
}

/// One place for messages of single logout (SAML metadata 2.0 §2.2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SloEndpoint {
    /// How they travel.
    pub binding: Binding,
    /// The address.
    pub location: WebUrl,
    /// The address for answers, where it is another one.
    pub response_location: Option<WebUrl>,
}

/// How a message travels in a browser (SAML bindings 2.0 §3.4, §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// HTTP-Redirect.
    Redirect,
    /// HTTP-POST.
    Post,
}

/// A signing certificate; what is believed is its key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// DER (RFC 5280).
    pub der: Vec<u8>,
    /// The subject, as text.
    pub subject: String,
    /// SHA-256 of the DER, in lower-case hexadecimal.
    pub sha256_fingerprint: String,
    /// From when it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid. A past date warns the administrator and refuses nobody.
    pub not_after: DateTime<Utc>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.sha256_fingerprint)
    }
}

/// The identity provider of a connection, and where its description came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// The description.
    pub metadata: IdpMetadata,
    /// Where it came from.
    pub source: MetadataOrigin,
    /// When it was read.
    pub fetched_at: DateTime<Utc>,
    /// Whether what its address says from now on is taken without asking anybody.
    #[serde(default)]
    pub trust_metadata_url: bool,
    /// The certificate by whose key all its metadata must be signed, if there is one.
    #[serde(default)]
    pub metadata_signing_certificate: Option<Certificate>,
}

impl IdentityProvider {
    /// The address that its metadata is fetched from, if it is.
    #[must_use]
    pub fn metadata_url(&self) -> Option<&WebUrl> {
        match &self.source {
            MetadataOrigin::Xml => None,
            MetadataOrigin::Url(url) => Some(url),
        }
    }
}

/// Where metadata came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "url")]
pub enum MetadataOrigin {
    /// A file, or pasted text.
    Xml,
    /// Fetched from an address.
    Url(WebUrl),
}

/// A connection with all that a sign-in through it needs, read in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// Whose it is.
    pub organization: Organization,
    /// What is valid there.
    pub catalog: Catalog,
    /// The connection itself.
    pub connection: Connection,
}

/// The versions that a decision was made on. Recording it compares them, so that no sign-in is written under
/// rules that changed, or through a connection that was disabled, while it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The organization's row.
    pub organization: Version,
    /// Its catalog.
    pub catalog: Version,
    /// The connection's details.
    pub connection: Version,
    /// Its identity provider.
    pub identity_provider: Version,
    /// Its settings.
    pub settings: Version,
}

impl ConnectionView {
    /// The versions of all that it holds.
    #[must_use]
    pub fn basis(&self) -> Basis {
        Basis {
            organization: self.organization.version,
            catalog: self.organization.catalog_version,
            connection: self.connection.version,
            identity_provider: self.connection.identity_provider_version,
            settings: self.connection.settings_version,
        }
    }
}

/// A connection's details as somebody wrote them down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionDraft {
    /// Its name in URLs.
    pub key: String,
    /// Its name for people.
    pub display_name: String,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// Whether a sign-in may start here.
    pub sp_initiated: bool,
    /// Whether a sign-in may start at the identity provider.
    pub allow_idp_initiated: bool,
    /// What this service asks of the identity provider.
    pub requests: RequestSettings,
    /// Whom to ask.
    pub technical_contact: Option<TechnicalContactDraft>,
}

/// A technical contact as somebody wrote it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TechnicalContactDraft {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their telephone number.
    pub phone: Option<String>,
}

impl Default for ConnectionDraft {
    fn default() -> Self {
        Self {
            key: String::new(),
            display_name: String::new(),
            enabled: true,
            sp_initiated: true,
            allow_idp_initiated: false,
            requests: RequestSettings::default(),
            technical_contact: None,
        }
    }
}

impl ConnectionDraft {
    /// The details that the draft describes.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(&self) -> Result<ConnectionDetails, Problems> {
        let mut problems = Problems::default();
        let key = problems.text("/key", ConnectionKey::parse(&self.key));
        let display_name = problems.text("/display_name", DisplayName::parse(&self.display_name));
        let technical_contact =
            self.technical_contact.as_ref().and_then(|contact| contact.parse(&mut problems));
        match (key, display_name) {
            (Some(key), Some(display_name)) => problems.into_result(ConnectionDetails {
                key,
                display_name,
                enabled: self.enabled,
                sp_initiated: self.sp_initiated,
                allow_idp_initiated: self.allow_idp_initiated,
                requests: self.requests,
                technical_contact,
            }),
            _ => Err(problems),
        }
    }
}

impl TechnicalContactDraft {
    fn parse(&self, problems: &mut Problems) -> Option<TechnicalContact> {
        let name = problems.text("/technical_contact/name", DisplayName::parse(&self.name));
        let email = problems.text("/technical_contact/email", EmailAddress::parse(&self.email));
        let phone = self
            .phone
            .as_ref()
            .and_then(|phone| problems.text("/technical_contact/phone", DisplayName::parse(phone)));
        Some(TechnicalContact { name: name?, email: email?, phone })
    }
}
