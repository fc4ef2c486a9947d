//! Whether a response is believed: the gate, the signature, the checks.

use chrono::{DateTime, Utc};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{EncodedResponse, Expectation, Rejection, ResponseVerifier};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::text::EntityId;

use crate::checks::{self, Subjects};
use crate::gate::{self, Payload};
use crate::limits::MAX_ELEMENTS;
use crate::names::SAML;
use crate::signature::{self, Keys};
use crate::xml::{self, only, text};

/// Believes responses by samael, behind a gate and before checks of our own. It remembers the kinds of keys, so make one
/// and share it.
#[derive(Debug, Default)]
pub struct SamaelVerifier {
    keys: Keys,
}

impl SamaelVerifier {
    /// A verifier.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl ResponseVerifier for SamaelVerifier {
    fn claimed_issuer(&self, response: &EncodedResponse) -> Result<EntityId, Rejection> {
        let xml = gate::decode(&response.0)?;
        let document = gate::parse(&xml)?;
        let envelope = gate::inspect(&document)?;
        let (message, rejection) = match envelope.payload {
            Payload::Plain(assertion) => (assertion, Rejection::AssertionIssuer),
            Payload::Encrypted => (envelope.response, Rejection::ResponseIssuer),
        };
        let issuer = only(message, SAML, "Issuer").and_then(|issuer| text(issuer));
        issuer.and_then(|issuer| EntityId::parse(issuer).ok()).ok_or(rejection)
    }

    fn verify(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        let xml = gate::decode(&response.0)?;
        let document = gate::parse(&xml)?;
        let envelope = gate::inspect(&document)?;
        envelope.assertion()?;

        let signed = signature::verify(&xml, &envelope, &trusted.certificates, &self.keys)?;
        let digested = xml::parse(&signed.digested, MAX_ELEMENTS).ok_or(Rejection::SignedSomethingElse)?;
        let subjects = Subjects::of(&digested, envelope.response)?;
        checks::all(&subjects, trusted, expectation, now, signed.verified_by)
    }
}
