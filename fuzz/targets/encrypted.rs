//! Responses with an encrypted assertion, with anything changed in them or in what was encrypted: the identity stays as it was signed,
//! or the response is refused.
#![no_main]

mod edits;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use vestibule_demo_idp::mint::{
    EncryptionOptions, KeyPlace, ResponseBuilder, SigningKey, content_encryption, metadata,
};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{
    EncodedResponse, Expectation, Keysmith as _, Lifetimes, Rejection, ResponseVerifier as _,
    SamlMessages as _,
};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::token::SecretKey;
use vestibule_saml_adapter::{Keyring, SamaelVerifier, XmlMessages};

use crate::edits::{Edit, edited};

const IDP: &str = "https://idp.example/metadata";
const SP: &str = "https://sso.example.com/sso/acme/metadata";
const ACS: &str = "https://sso.example.com/sso/acme/acs";

#[derive(Debug, Arbitrary)]
struct Edits<'a> {
    response: u8,
    /// Whether what is encrypted is changed, which anybody can encrypt anew, or the response around it.
    inside: bool,
    edits: Vec<Edit<'a>>,
}

struct Trusted {
    verifier: SamaelVerifier,
    metadata: IdpMetadata,
    keys: [ServiceKey; 1],
    expectation: Expectation,
    /// Signed inside, outside and both, each encrypted.
    responses: Vec<Vec<u8>>,
    /// An assertion that is signed.
    assertion: Vec<u8>,
    said: VerifiedAssertion,
}

impl Trusted {
    fn verify(&self, xml: &[u8]) -> Result<VerifiedAssertion, Rejection> {
        let encoded = EncodedResponse(STANDARD.encode(xml));
        self.verifier.verify(&encoded, &self.metadata, &self.keys, &self.expectation, now())
    }

    fn encrypted(&self, builder: &ResponseBuilder, plaintext: Option<Vec<u8>>) -> Vec<u8> {
        let options = EncryptionOptions::default().with(|o| o.plaintext = plaintext);
        builder.clone().encrypt_assertion_with(&self.keys[0].certificate.der, options).xml().into_bytes()
    }
}

static TRUSTED: LazyLock<Trusted> = LazyLock::new(|| {
    let key = SigningKey::demo();
    // One response, so that nothing that is drawn for it differs.
    let response =
        ResponseBuilder::new(now(), ACS, SP, IDP, "ada@acme.example").attribute("FirstName", ["Ada"]);
    let inside = response.clone().sign_assertion(&key);
    let document = metadata(IDP, "https://idp.example/sso", &[key.certificate_der()]).xml();
    let metadata = XmlMessages.parse_idp_metadata(&document, now()).expect("the metadata is right");
    let keyring = Keyring::new(SecretKey::new(&[7; 32]).sealing_key());
    let keys = [service_key(&keyring)];
    let plain = inside.xml();
    let (start, end) = (plain.find("<saml:Assertion"), plain.find("</samlp:Response>"));
    let assertion = plain[start.expect("its start")..end.expect("its end")].as_bytes().to_vec();
    let expectation =
        Expectation { audience: SP.to_owned(), acs_url: ACS.to_owned(), lifetimes: Lifetimes::Enforced };
    let verifier = SamaelVerifier::with_keyring(keyring);
    let encoded = EncodedResponse(STANDARD.encode(&plain));
    let said = verifier.verify(&encoded, &metadata, &[], &expectation, now()).expect("the response is right");
    let mut trusted =
        Trusted { verifier, metadata, keys, expectation, responses: Vec::new(), assertion, said };
    let der = trusted.keys[0].certificate.der.clone();
    for builder in [inside.clone(), response.clone().sign_response(&key), inside.sign_response(&key)] {
        for place in [KeyPlace::KeyInfo, KeyPlace::Retrieved] {
            let gcm = EncryptionOptions::default().with(|o| o.key_place = place);
            let encrypted = builder.clone().encrypt_assertion_with(&der, gcm).xml().into_bytes();
            trusted.responses.push(encrypted);
        }
    }
    let cbc =
        EncryptionOptions::default().with(|o| content_encryption::AES_128_CBC.clone_into(&mut o.content));
    let builder = response.clone().sign_response(&key);
    let encrypted = builder.encrypt_assertion_with(&der, cbc).xml().into_bytes();
    trusted.responses.push(encrypted);
    for xml in &trusted.responses {
        assert_eq!(trusted.verify(xml).as_ref(), Ok(&trusted.said), "the response is right");
    }
    assert!(trusted.verify(&trusted.encrypted(&response, Some(trusted.assertion.clone()))).is_ok());
    trusted
});

fn service_key(keyring: &Keyring) -> ServiceKey {
    let (id, usage) = (ServiceKeyId(uuid::Uuid::nil()), KeyUsage::Encryption);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let made = runtime.block_on(keyring.make(id, usage, now())).expect("a key");
    ServiceKey {
        id,
        usage,
        state: KeyState::Current,
        certificate: made.certificate,
        sealed: made.sealed,
        created_at: now(),
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("an instant")
}

fuzz_target!(|edits: Edits| {
    let trusted = &*TRUSTED;
    let xml = if edits.inside {
        // In a response that nobody signed: in a signed one the ciphertext stays as it is.
        let unsigned = ResponseBuilder::new(now(), ACS, SP, IDP, "ada@acme.example");
        trusted.encrypted(&unsigned, Some(edited(&trusted.assertion, &edits.edits)))
    } else {
        let original = &trusted.responses[usize::from(edits.response) % trusted.responses.len()];
        edited(original, &edits.edits)
    };
    if let Ok(assertion) = trusted.verify(&xml) {
        assert_eq!(assertion, trusted.said);
    }
});
