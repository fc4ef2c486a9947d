//! Signed responses with anything changed in them: the identity stays as it was signed, or the response is refused.
#![no_main]

mod edits;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, metadata};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{
    EncodedResponse, Expectation, Lifetimes, ResponseVerifier as _, SamlMessages as _,
};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

use crate::edits::{Edit, edited};

const IDP: &str = "https://idp.example/metadata";
const SP: &str = "https://sso.example.com/sso/acme/metadata";
const ACS: &str = "https://sso.example.com/sso/acme/acs";

#[derive(Debug, Arbitrary)]
struct Edits<'a> {
    response: u8,
    edits: Vec<Edit<'a>>,
}

struct Trusted {
    verifier: SamaelVerifier,
    metadata: IdpMetadata,
    expectation: Expectation,
    /// Each with what it says.
    responses: [(Vec<u8>, VerifiedAssertion); 3],
}

static TRUSTED: LazyLock<Trusted> = LazyLock::new(|| {
    let key = SigningKey::demo();
    let response = || {
        ResponseBuilder::new(now(), ACS, SP, IDP, "ada@acme.example")
            .attribute("FirstName", ["Ada"])
            .attribute("Role", ["learner", "staff"])
    };
    let responses = [
        response().sign_assertion(&key).xml(),
        response().sign_response(&key).xml(),
        response().sign_assertion(&key).sign_response(&key).xml(),
    ];
    let document = metadata(IDP, "https://idp.example/sso", &[key.certificate_der()]).xml();
    let metadata = XmlMessages.parse_idp_metadata(&document, now()).expect("the metadata is right");
    let expectation =
        Expectation { audience: SP.to_owned(), acs_url: ACS.to_owned(), lifetimes: Lifetimes::Enforced };
    let verifier = SamaelVerifier::new();
    let responses = responses.map(|xml| {
        let encoded = EncodedResponse(STANDARD.encode(&xml));
        let said =
            verifier.verify(&encoded, &metadata, &[], &expectation, now()).expect("the response is right");
        (xml.into_bytes(), said)
    });
    Trusted { verifier, metadata, expectation, responses }
});

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("an instant")
}

fuzz_target!(|edits: Edits| {
    let trusted = &*TRUSTED;
    let (original, said) = &trusted.responses[usize::from(edits.response) % trusted.responses.len()];
    let encoded = EncodedResponse(STANDARD.encode(edited(original, &edits.edits)));
    if let Ok(assertion) =
        trusted.verifier.verify(&encoded, &trusted.metadata, &[], &trusted.expectation, now())
    {
        assert_eq!(assertion, *said);
    }
});
