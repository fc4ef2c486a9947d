//! Encrypted assertions: which are decrypted, and that nobody gets in by one who would not get in without.

mod failing;
mod shape;

use std::ops::Range;
use std::sync::LazyLock;

use rstest::rstest;
use uuid::Uuid;
use vestibule_demo_idp::mint::{
    EncryptionOptions, KeyPlace, ResponseBuilder, content_encryption as content, digest, encode,
    key_transport as transport, mask,
};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{EncodedResponse, Keysmith, Rejection, ResponseVerifier};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::token::SecretKey;
use vestibule_saml_adapter::{Keyring, SamaelVerifier};

use crate::world::{PERSON, expectation, key, now, response, stranger, trusting, verify};

static OURS: LazyLock<ServiceKey> = LazyLock::new(|| made(1, KeyUsage::Encryption, KeyState::Current));

fn keyring() -> Keyring {
    Keyring::new(SecretKey::new(&[7; 32]).sealing_key())
}

fn made(id: u128, usage: KeyUsage, state: KeyState) -> ServiceKey {
    let id = ServiceKeyId(Uuid::from_u128(id));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let made = runtime.block_on(keyring().make(id, usage, now())).unwrap();
    ServiceKey { id, usage, state, certificate: made.certificate, sealed: made.sealed, created_at: now() }
}

fn decrypt_with(
    xml: &str,
    keys: &[ServiceKey],
    trusted: &IdpMetadata,
) -> Result<VerifiedAssertion, Rejection> {
    let verifier = SamaelVerifier::with_keyring(keyring());
    verifier.verify(&EncodedResponse(encode(xml)), trusted, keys, &expectation(), now())
}

fn decrypt(xml: &str) -> Result<VerifiedAssertion, Rejection> {
    decrypt_with(xml, std::slice::from_ref(&OURS), &trusting(&[&key()]))
}

/// Encrypts for the service's current key.
fn encrypted(builder: &ResponseBuilder, change: impl FnOnce(&mut EncryptionOptions)) -> ResponseBuilder {
    let options = EncryptionOptions::default().with(change);
    builder.clone().encrypt_assertion_with(&OURS.certificate.der, options)
}

fn inside() -> ResponseBuilder {
    response().sign_assertion(&key())
}

fn outside() -> ResponseBuilder {
    response().sign_response(&key())
}

fn both() -> ResponseBuilder {
    inside().sign_response(&key())
}

/// Where the element of a name stands, of which there is one.
fn place_of(name: &str, xml: &str) -> Range<usize> {
    let end = format!("</{name}>");
    xml.find(&format!("<{name}")).unwrap()..xml.find(&end).unwrap() + end.len()
}

/// The text of a response's assertion.
fn assertion_of(builder: &ResponseBuilder) -> String {
    let xml = builder.xml();
    xml[place_of("saml:Assertion", &xml)].to_owned()
}

/// The text of a response's encrypted assertion.
fn encrypted_assertion_of(builder: &ResponseBuilder) -> String {
    let xml = builder.xml();
    xml[place_of("saml:EncryptedAssertion", &xml)].to_owned()
}

/// An encrypted assertion by AES-CBC.
fn cbc_element() -> String {
    encrypted_assertion_of(&encrypted(&response(), |o| content::AES_128_CBC.clone_into(&mut o.content)))
}

#[rstest]
#[case::mgf1p(transport::RSA_OAEP_MGF1P, None, None)]
#[case::mgf1p_sha1(transport::RSA_OAEP_MGF1P, Some(digest::SHA1), None)]
#[case::mgf1p_sha256(transport::RSA_OAEP_MGF1P, Some(digest::SHA256), None)]
#[case::mgf1p_that_says_so(transport::RSA_OAEP_MGF1P, None, Some(mask::SHA1))]
#[case::oaep(transport::RSA_OAEP, None, None)]
#[case::oaep_sha256(transport::RSA_OAEP, Some(digest::SHA256), Some(mask::SHA256))]
#[case::oaep_mixed(transport::RSA_OAEP, Some(digest::SHA256), Some(mask::SHA1))]
fn an_encrypted_assertion_is_believed_as_if_it_were_not(
    #[case] transport: &str,
    #[case] digest: Option<&str>,
    #[case] mask: Option<&str>,
) {
    let methods = [
        (content::AES_128_GCM, &[inside(), outside(), both()][..]),
        (content::AES_192_GCM, &[inside(), outside(), both()]),
        (content::AES_256_GCM, &[inside(), outside(), both()]),
        (content::AES_128_CBC, &[outside(), both()]),
        (content::AES_192_CBC, &[outside(), both()]),
        (content::AES_256_CBC, &[outside(), both()]),
    ];
    for (content, signed) in methods {
        for builder in signed {
            for key_place in [KeyPlace::KeyInfo, KeyPlace::Retrieved, KeyPlace::Beside] {
                let encrypted = encrypted(builder, |o| {
                    content.clone_into(&mut o.content);
                    transport.clone_into(&mut o.transport);
                    o.digest = digest.map(str::to_owned);
                    o.mask = mask.map(str::to_owned);
                    o.key_place = key_place;
                });
                let xml = encrypted.xml();
                assert!(!xml.contains(PERSON));
                assert_eq!(decrypt(&xml), verify(&builder.xml()), "{content} {key_place:?}");
                assert!(decrypt(&xml).is_ok());
            }
        }
    }
}

#[test]
fn values_may_be_in_lines() {
    let xml = encrypted(&both(), |_| {}).xml();
    assert!(
        decrypt(&xml.replace("<xenc:CipherValue>", "<xenc:CipherValue>\r\n  ")).is_err(),
        "the response is signed"
    );
    let xml = encrypted(&inside(), |_| {}).xml();
    assert!(decrypt(&xml.replace("<xenc:CipherValue>", "<xenc:CipherValue>\r\n  ")).is_ok());
}

#[test]
fn namespaces_may_come_from_around_it() {
    let declaration = " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";
    for builder in [inside(), outside(), both()] {
        let assertion = assertion_of(&builder).replace(declaration, "");
        let xml = encrypted(&builder, |o| o.plaintext = Some(assertion.into_bytes())).xml();
        assert_eq!(decrypt(&xml), verify(&builder.xml()));
    }
}

#[test]
fn cipher_block_chaining_needs_a_signature_around_it() {
    for method in [content::AES_128_CBC, content::AES_192_CBC, content::AES_256_CBC] {
        let xml = encrypted(&inside(), |o| method.clone_into(&mut o.content)).xml();
        assert_eq!(decrypt(&xml), Err(Rejection::UnprotectedEncryption));
    }
}

#[test]
fn encryption_is_no_signature() {
    assert_eq!(decrypt(&encrypted(&response(), |_| {}).xml()), Err(Rejection::NotSigned));
    let inside = response().sign_assertion(&stranger());
    assert_eq!(decrypt(&encrypted(&inside, |_| {}).xml()), Err(Rejection::InvalidSignature));
    let stranger_around = both().sign_response(&stranger());
    assert_eq!(decrypt(&encrypted(&stranger_around, |_| {}).xml()), Err(Rejection::InvalidSignature));
    let stranger_inside = response().sign_assertion(&stranger()).sign_response(&key());
    assert_eq!(decrypt(&encrypted(&stranger_inside, |_| {}).xml()), Err(Rejection::InvalidSignature));
    let xml = encrypted(&both(), |_| {}).xml();
    let nobody = decrypt_with(&xml, std::slice::from_ref(&OURS), &trusting(&[]));
    assert_eq!(nobody, Err(Rejection::NoTrustedKey));
}

#[test]
fn what_is_decrypted_is_checked_as_everything_else() {
    let elsewhere = response().conditions(|c| c.audience_restrictions = vec![vec!["https://x".to_owned()]]);
    for builder in [elsewhere.clone().sign_assertion(&key()), elsewhere.sign_response(&key())] {
        assert_eq!(decrypt(&encrypted(&builder, |_| {}).xml()), Err(Rejection::Audience));
    }
    let nowhere = response().with(|r| r.destination = None);
    let around = encrypted(&nowhere.clone().sign_assertion(&key()).sign_response(&key()), |_| {});
    assert_eq!(decrypt(&around.xml()), Err(Rejection::Destination), "a signed response says where to");
    assert!(decrypt(&encrypted(&nowhere.sign_assertion(&key()), |_| {}).xml()).is_ok());
}

#[test]
fn an_encrypted_assertion_is_the_only_one() {
    let xml = encrypted(&inside(), |_| {}).xml();
    let plain = assertion_of(&inside());
    let forged = xml.replace("</samlp:Response>", &format!("{plain}</samlp:Response>"));
    assert_eq!(decrypt(&forged), Err(Rejection::UnexpectedAssertion));
}

#[test]
fn the_envelope_cannot_be_changed_around_it() {
    let xml = encrypted(&both(), |_| {}).xml();
    let tampered = xml.replace("<samlp:StatusCode", "<samlp:StatusCode x=\"y\"");
    assert_ne!(xml, tampered);
    assert_eq!(decrypt(&tampered), Err(Rejection::InvalidSignature));
    // Somebody else's assertion, encrypted, in the place of the one that the response's signature covers.
    let other = encrypted(&response().name_id(|n| *n = "eve@acme.example".into()), |_| {});
    let mut swapped = xml.clone();
    swapped.replace_range(place_of("saml:EncryptedAssertion", &xml), &encrypted_assertion_of(&other));
    assert_eq!(decrypt(&swapped), Err(Rejection::InvalidSignature));
}

#[test]
fn during_a_rotation_every_published_key_decrypts() {
    let next = made(2, KeyUsage::Encryption, KeyState::Next);
    let previous = made(3, KeyUsage::Encryption, KeyState::Previous);
    let keys = [OURS.clone(), next, previous];
    for one in &keys {
        let xml = both().encrypt_assertion(&one.certificate.der).xml();
        assert!(decrypt_with(&xml, &keys, &trusting(&[&key()])).is_ok());
        let others: Vec<_> = keys.iter().filter(|other| other.id != one.id).cloned().collect();
        let retired = decrypt_with(&xml, &others, &trusting(&[&key()]));
        assert_eq!(retired, Err(Rejection::NotDecrypted));
    }
}

#[test]
fn only_a_key_for_encryption_that_opens_decrypts() {
    let xml = encrypted(&both(), |_| {}).xml();
    let refused = |keys: &[ServiceKey]| decrypt_with(&xml, keys, &trusting(&[&key()])).unwrap_err();
    assert_eq!(refused(&[]), Rejection::NotDecrypted);
    let signing = ServiceKey { usage: KeyUsage::Signing, ..OURS.clone() };
    assert_eq!(refused(&[signing]), Rejection::NotDecrypted);
    let of_another_row = ServiceKey { id: ServiceKeyId(Uuid::from_u128(9)), ..OURS.clone() };
    assert_eq!(refused(&[of_another_row]), Rejection::NotDecrypted);
    assert_eq!(verify(&xml), Err(Rejection::EncryptedAssertion), "without a keyring");
}
