//! SAML, as the domain speaks of it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Delivery, KeyError, Rejection, Signer};
use crate::connection::{Certificate, IdpMetadata, RequestSettings};
use crate::profile::VerifiedAssertion;
use crate::return_to::WebUrl;
use crate::service_key::ServiceKey;
use crate::text::{EntityId, OrganizationSlug};
use crate::words::words;

/// This service as the service provider of one organization: its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    public_url: String,
    organization: OrganizationSlug,
}

impl ServiceProvider {
    /// The service provider of an organization under a public URL, such as `https://sso.example.com`.
    #[must_use]
    pub fn new(public_url: &str, organization: &OrganizationSlug) -> Self {
        Self { public_url: public_url.trim_end_matches('/').to_owned(), organization: organization.clone() }
    }

    /// Where all its addresses begin.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/sso/{}", self.public_url, self.organization)
    }

    /// Its entity id, which is where its metadata is.
    #[must_use]
    pub fn entity_id(&self) -> String {
        format!("{}/metadata", self.address())
    }

    /// Its single logout service (SAML metadata 2.0 §2.4.2), by the redirect and the POST binding.
    #[must_use]
    pub fn slo_url(&self) -> String {
        format!("{}/slo", self.address())
    }

    /// Its assertion consumer service (SAML metadata 2.0 §2.4.4), by the POST binding.
    #[must_use]
    pub fn acs_url(&self) -> String {
        format!("{}/acs", self.address())
    }
}

/// The `SAMLResponse` field of a form, as received: base64 of XML (SAML bindings 2.0 §3.5.4).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EncodedResponse(pub String);

impl std::fmt::Debug for EncodedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncodedResponse({} bytes)", self.0.len())
    }
}

/// What a response must be meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Our entity id for the organization: the audience.
    pub audience: String,
    /// Our ACS address for the organization: destination and recipient.
    pub acs_url: String,
    /// Whether times are judged.
    pub lifetimes: Lifetimes,
}

/// Whether a response's times are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetimes {
    /// They are.
    Enforced,
    /// They are not: a simulation of a response that was received before.
    Ignored,
}

/// What a response says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who it is from: the assertion's issuer, or the Response's where the assertion is encrypted.
    pub issuer: EntityId,
    /// Whether the assertion is encrypted.
    pub encrypted: bool,
}

words!(
    /// What is looked at when a response is examined.
    Examination {
        /// Whether it can be read, and has a shape that is accepted.
        Form = "form",
        /// Whether it is signed, by a key of the identity provider.
        Signature = "signature",
        /// Whether the identity provider says that the sign-in succeeded.
        Status = "status",
        /// Whom it is from.
        Issuer = "issuer",
        /// Where it was sent.
        Destination = "destination",
        /// Where the person may be brought.
        Recipient = "recipient",
        /// For whom it is meant.
        Audience = "audience",
        /// When it was issued, and when it may be used.
        Times = "times",
        /// Whom it is about.
        Subject = "subject",
        /// That they signed in, and what is said of them.
        Statements = "statements",
    }
);

/// What was found of a response, of what nothing follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What was looked at.
    pub examination: Examination,
    /// Why a sign-in would be refused for it; nothing, where it would not be.
    pub rejection: Option<Rejection>,
    /// What there should be.
    pub expected: Option<String>,
    /// What there is.
    pub received: Option<String>,
}

impl Examined {
    /// What a check found.
    #[must_use]
    pub fn new(examination: Examination, found: Result<(), Rejection>) -> Self {
        Self { examination, rejection: found.err(), expected: None, received: None }
    }

    /// The same, with what there should be.
    #[must_use]
    pub fn expecting(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    /// The same, with what there is.
    #[must_use]
    pub fn receiving(self, received: Option<String>) -> Self {
        Self { received, ..self }
    }
}

/// Believes a response or not. CPU only: it reads no file, no network and no clock.
pub trait ResponseVerifier: Send + Sync {
    /// What a response says of itself before anything vouches for it: it serves to find the connection and the keys.
    ///
    /// # Errors
    /// The response does not pass the gate.
    fn claim(&self, response: &EncodedResponse) -> Result<Claim, Rejection>;

    /// What a response says, if it is to be believed. The caller judges `in_response_to` and replay, which need a store. `keys` are
    /// the service's own, which an encrypted assertion is decrypted with; none are needed for others.
    ///
    /// # Errors
    /// The first check that failed.
    fn verify(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection>;

    /// What every check finds, also after one that fails, for who sets up a connection. Nobody is believed by it. Who cannot tell more
    /// answers the first fault.
    fn examine(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Vec<Examined> {
        let verified = self.verify(response, trusted, keys, expectation, now);
        vec![Examined::new(Examination::Signature, verified.map(drop))]
    }
}

/// Writes and reads SAML messages other than responses.
pub trait SamlMessages: Send + Sync {
    /// An AuthnRequest (SAML core 2.0 §3.4.1) on its way to the identity provider: in a redirect where it takes one, otherwise
    /// in a form. It is signed if there is a signer.
    ///
    /// # Errors
    /// The metadata offers no endpoint that can be used, or the key does not sign.
    fn authn_request(
        &self,
        request: &RequestMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Option<Signer<'_>>,
    ) -> Result<Delivery, MessageError>;

    /// This service's own metadata for an organization (SAML metadata 2.0 §2.4.4).
    /// It publishes the certificates of `keys`, the current one of each use first.
    fn sp_metadata(&self, service_provider: &ServiceProvider, keys: &[ServiceKey]) -> String;

    /// What of a metadata document is signed by the key of a certificate: all of it, but for the signature. Only that may
    /// be read afterwards.
    ///
    /// # Errors
    /// Says, for an administrator, that it is not signed, not by that key, or in a way that is not accepted.
    fn signed_metadata(&self, xml: &str, by: &Certificate) -> Result<String, MetadataError>;

    /// Reads a certificate (RFC 7468) whose key is to sign something.
    ///
    /// # Errors
    /// Says, for an administrator, what is wrong with it.
    fn parse_certificate(&self, pem: &str) -> Result<Certificate, MetadataError>;

    /// Reads an identity provider's metadata.
    ///
    /// # Errors
    /// Says, for an administrator, what is wrong with it.
    fn parse_idp_metadata(&self, xml: &str, now: DateTime<Utc>) -> Result<IdpMetadata, MetadataError>;
}

/// What an AuthnRequest says.
#[derive(Debug, Clone, Copy)]
pub struct RequestMessage<'a> {
    /// Its ID.
    pub id: &'a str,
    /// What the identity provider sends back beside its response.
    pub relay_state: &'a str,
    /// Who asks.
    pub service_provider: &'a ServiceProvider,
    /// What the connection wants it to ask for.
    pub settings: RequestSettings,
    /// When.
    pub issued_at: DateTime<Utc>,
}

/// Fetches metadata by URL.
#[async_trait]
pub trait MetadataSource: Send + Sync {
    /// The document at `url`.
    ///
    /// # Errors
    /// It cannot be fetched, or may not.
    async fn fetch(&self, url: &WebUrl) -> Result<String, MetadataError>;
}

/// Why a message cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The identity provider's metadata offers no way.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// It was to be signed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What is wrong with metadata, in a sentence for an administrator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MetadataError {
    /// A stable word: `service_provider_metadata`, `html_page`, `no_signing_key`, ….
    pub code: &'static str,
    /// The sentence.
    pub message: String,
}

impl MetadataError {
    /// A fault of metadata.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
