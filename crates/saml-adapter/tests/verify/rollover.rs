//! Several certificates, in any order and of any kind.

use rstest::rstest;
use sha2::{Digest, Sha256};
use vestibule_demo_idp::mint::{Curve, SignatureOptions, SigningKey};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::Rejection;

use crate::world::{certificate, key, response, stranger, trusting, verify_with};

fn fingerprint(key: &SigningKey) -> String {
    Sha256::digest(key.certificate_der())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn the_certificate_that_verified_is_named_wherever_it_stands() {
    let (old, new, curve) = (key(), stranger(), SigningKey::ec(Curve::P256).unwrap());
    let orders: [[&SigningKey; 3]; 3] = [[&old, &new, &curve], [&curve, &old, &new], [&new, &curve, &old]];
    for order in orders {
        for signer in order {
            let signed = response().sign_assertion(signer).sign_response(signer);
            let verified = verify_with(&signed.encoded(), &trusting(&order)).unwrap();
            assert_eq!(verified.verified_by, fingerprint(signer));
        }
    }
}

#[test]
fn an_unreadable_certificate_does_not_stand_in_the_way() {
    let mut trusted = trusting(&[&key()]);
    trusted.certificates.insert(0, certificate(b"not a certificate"));
    trusted.certificates.insert(0, certificate(b""));
    assert!(verify_with(&response().sign_assertion(&key()).encoded(), &trusted).is_ok());
}

#[test]
fn a_certificate_that_has_expired_is_still_believed() {
    let instant = |text: &str| text.parse().unwrap();
    let expired =
        key().with_validity(instant("2001-01-01T00:00:00Z"), instant("2002-01-01T00:00:00Z")).unwrap();
    assert!(verify_with(&response().sign_assertion(&key()).encoded(), &trusting(&[&expired])).is_ok());
}

#[rstest]
#[case::none(Vec::new())]
#[case::unreadable(vec![b"not a certificate".to_vec()])]
#[case::empty(vec![Vec::new()])]
#[case::weak(vec![SigningKey::rsa_bits(1024).unwrap().certificate_der()])]
fn without_a_usable_certificate_nothing_is_believed(#[case] certificates: Vec<Vec<u8>>) {
    let trusted = IdpMetadata {
        certificates: certificates.iter().map(|der| certificate(der)).collect(),
        ..trusting(&[])
    };
    for builder in [response(), response().sign_assertion(&key()), response().sign_response(&key())] {
        let rejection = verify_with(&builder.encoded(), &trusted).unwrap_err();
        assert!(matches!(rejection, Rejection::NoTrustedKey | Rejection::NotSigned), "{rejection}");
    }
}

#[test]
fn a_weak_key_is_not_believed_beside_a_strong_one() {
    let weak = SigningKey::rsa_bits(1024).unwrap();
    let signed = response().sign_assertion(&weak).encoded();
    assert_eq!(verify_with(&signed, &trusting(&[&weak, &key()])), Err(Rejection::InvalidSignature));
}

#[test]
fn a_response_and_its_assertion_may_be_signed_by_two_keys_of_any_kind() {
    let keys = [
        key(),
        stranger(),
        SigningKey::rsa_bits(3_072).unwrap(),
        SigningKey::ec(Curve::P256).unwrap(),
        SigningKey::ec(Curve::P384).unwrap(),
        SigningKey::ec(Curve::P521).unwrap(),
    ];
    let all = trusting(&keys.each_ref());
    for (assertion, whole) in keys.iter().flat_map(|one| keys.iter().map(move |other| (one, other))) {
        let signed = response().sign_assertion(assertion).sign_response(whole).encoded();
        let verified = verify_with(&signed, &all).unwrap();
        assert_eq!(verified.verified_by, fingerprint(whole));
        if assertion.certificate_der() != whole.certificate_der() {
            for one in [assertion, whole] {
                assert_eq!(verify_with(&signed, &trusting(&[one])), Err(Rejection::InvalidSignature));
            }
        }
    }
}

#[test]
fn an_assertion_signed_by_another_key_keeps_the_namespaces_that_its_signature_wants() {
    let (rsa, curve) = (key(), SigningKey::ec(Curve::P256).unwrap());
    let wanting = |prefix: &str| {
        let prefixes = vec!["xs".to_owned(), "xsi".to_owned(), prefix.to_owned()];
        SignatureOptions::default().reference(|reference| reference.inclusive_prefixes = prefixes)
    };
    let signed = response()
        .sign_assertion_with(&rsa, wanting("samlp"))
        .sign_response_with(&curve, wanting("saml"))
        .encoded();
    assert!(verify_with(&signed, &trusting(&[&rsa, &curve])).is_ok());
}
