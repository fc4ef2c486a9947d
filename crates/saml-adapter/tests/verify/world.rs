//! What every test has: one identity provider, one service, one instant.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, encode};
use vestibule_domain::connection::{Certificate, IdpMetadata};
use vestibule_domain::ports::{EncodedResponse, Expectation, Lifetimes, Rejection, ResponseVerifier};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::text::EntityId;
use vestibule_saml_adapter::SamaelVerifier;

pub(crate) const IDP: &str = "https://idp.example/metadata";
pub(crate) const SP: &str = "https://sso.example.com/sso/acme/metadata";
pub(crate) const ACS: &str = "https://sso.example.com/sso/acme/acs";
pub(crate) const PERSON: &str = "ada@acme.example";
pub(crate) const REQUEST: &str = "_request";

static VERIFIER: LazyLock<SamaelVerifier> = LazyLock::new(SamaelVerifier::new);
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::rsa_2048().unwrap());

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

/// The identity provider's key.
pub(crate) fn key() -> SigningKey {
    SigningKey::demo()
}

/// Somebody else's key.
pub(crate) fn stranger() -> SigningKey {
    STRANGER.clone()
}

/// A response that is right once it is signed.
pub(crate) fn response() -> ResponseBuilder {
    ResponseBuilder::new(now(), ACS, SP, IDP, PERSON)
        .in_response_to(REQUEST)
        .attribute("FirstName", ["Ada"])
        .attribute("LastName", ["Lovelace"])
}

pub(crate) fn certificate(der: &[u8]) -> Certificate {
    Certificate {
        der: der.to_vec(),
        subject: "CN=test".to_owned(),
        sha256_fingerprint: "unused".to_owned(),
        not_before: now(),
        not_after: now(),
    }
}

pub(crate) fn trusting(keys: &[&SigningKey]) -> IdpMetadata {
    IdpMetadata {
        entity_id: EntityId::parse(IDP).unwrap(),
        sso_endpoints: Vec::new(),
        slo_endpoints: Vec::new(),
        certificates: keys.iter().map(|key| certificate(&key.certificate_der())).collect(),
        wants_signed_requests: false,
        valid_until: None,
        cache_seconds: None,
    }
}

pub(crate) fn expectation() -> Expectation {
    Expectation { audience: SP.to_owned(), acs_url: ACS.to_owned(), lifetimes: Lifetimes::Enforced }
}

pub(crate) fn verify_with(encoded: &str, trusted: &IdpMetadata) -> Result<VerifiedAssertion, Rejection> {
    VERIFIER.verify(&EncodedResponse(encoded.to_owned()), trusted, &[], &expectation(), now())
}

pub(crate) fn verify_ignoring_time(encoded: &str) -> Result<VerifiedAssertion, Rejection> {
    let expectation = Expectation { lifetimes: Lifetimes::Ignored, ..expectation() };
    VERIFIER.verify(&EncodedResponse(encoded.to_owned()), &trusting(&[&key()]), &[], &expectation, now())
}

/// Verifies XML by the identity provider's key.
pub(crate) fn verify(xml: &str) -> Result<VerifiedAssertion, Rejection> {
    verify_with(&encode(xml), &trusting(&[&key()]))
}

pub(crate) fn issuer_of(xml: &str) -> Result<EntityId, Rejection> {
    VERIFIER.claim(&EncodedResponse(encode(xml))).map(|claim| claim.issuer)
}

/// Signs a response in its assertion, in itself and in both, and verifies each.
pub(crate) fn in_every_way(builder: &ResponseBuilder) -> [Result<VerifiedAssertion, Rejection>; 3] {
    let assertion = builder.clone().sign_assertion(&key());
    let response = builder.clone().sign_response(&key());
    let both = builder.clone().sign_assertion(&key()).sign_response(&key());
    [assertion, response, both].map(|signed| verify(&signed.xml()))
}

#[track_caller]
pub(crate) fn accepted(builder: &ResponseBuilder) -> VerifiedAssertion {
    let [assertion, response, both] = in_every_way(builder).map(|result| result.expect("a legal response"));
    assert_eq!(assertion, response);
    assert_eq!(assertion, both);
    assertion
}

/// Refused for this reason, however it is signed.
#[track_caller]
pub(crate) fn refused(builder: &ResponseBuilder, rejection: &Rejection) {
    for result in in_every_way(builder) {
        assert_eq!(result.as_ref(), Err(rejection));
    }
}
