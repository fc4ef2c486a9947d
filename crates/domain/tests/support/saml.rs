//! An identity provider whose responses are JSON, and who believes them.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Claim, EncodedResponse, Expectation, Lifetimes, Rejection, ResponseVerifier};
use vestibule_domain::profile::{Profile, VerifiedAssertion};
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::text::EntityId;

/// A response that says what it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Response {
    /// The assertion's ID.
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) in_response_to: Option<String>,
    pub(crate) name_id: String,
    pub(crate) format: Option<String>,
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
    /// When the identity provider wants the session to end.
    pub(crate) session_end: Option<DateTime<Utc>>,
    /// Whether its signature is not its issuer's.
    pub(crate) forged: bool,
    /// Whether its time is over.
    pub(crate) expired: bool,
    /// Whether the service's own keys are needed to read it.
    pub(crate) encrypted: bool,
}

impl Response {
    /// One that nobody asked for and that says nothing but who the person is.
    pub(crate) fn new(id: &str, issuer: &str, name_id: &str) -> Self {
        Self {
            id: id.into(),
            issuer: issuer.into(),
            in_response_to: None,
            name_id: name_id.into(),
            format: None,
            attributes: BTreeMap::new(),
            session_end: None,
            forged: false,
            expired: false,
            encrypted: false,
        }
    }

    pub(crate) fn encoded(&self) -> EncodedResponse {
        EncodedResponse(serde_json::to_string(self).unwrap())
    }
}

/// Believes a [`Response`] that is neither forged nor expired.
pub(crate) struct JsonVerifier;

fn read(response: &EncodedResponse) -> Result<Response, Rejection> {
    serde_json::from_str(&response.0).map_err(|_| Rejection::NotWellFormed)
}

impl ResponseVerifier for JsonVerifier {
    fn claim(&self, response: &EncodedResponse) -> Result<Claim, Rejection> {
        let said = read(response)?;
        Ok(Claim { issuer: EntityId::parse(said.issuer).unwrap(), encrypted: said.encrypted })
    }

    fn verify(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        assert_eq!(expectation.audience, "https://sso.example.com/sso/acme/metadata");
        assert_eq!(expectation.acs_url, "https://sso.example.com/sso/acme/acs");
        let said = read(response)?;
        assert!(said.encrypted || keys.is_empty(), "nobody asks for keys that nobody needs");
        if said.encrypted && ServiceKey::find(keys, KeyUsage::Encryption, KeyState::Current).is_none() {
            return Err(Rejection::NotDecrypted);
        }
        if said.forged {
            return Err(Rejection::InvalidSignature);
        }
        if said.issuer != trusted.entity_id.as_str() {
            return Err(Rejection::AssertionIssuer);
        }
        if said.expired && expectation.lifetimes == Lifetimes::Enforced {
            return Err(Rejection::ConditionsExpired);
        }
        Ok(VerifiedAssertion {
            assertion_id: said.id,
            issuer: trusted.entity_id.clone(),
            in_response_to: said.in_response_to,
            not_on_or_after: now + Duration::minutes(5),
            session_not_on_or_after: said.session_end,
            session_index: Some("_session".into()),
            verified_by: trusted.certificates[0].sha256_fingerprint.clone(),
            profile: Profile {
                name_id: said.name_id,
                name_id_format: said.format,
                attributes: said.attributes,
                ..Profile::default()
            },
        })
    }
}
