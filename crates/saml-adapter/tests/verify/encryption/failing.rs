//! Assertions that cannot be opened, or hold what they should not: what is told of them, and what nobody may learn.

use rstest::rstest;
use vestibule_demo_idp::mint::{
    EncryptionOptions, Place, ResponseBuilder, SignatureOptions, content_encryption as content, encode,
    signature_algorithm,
};
use vestibule_domain::ports::{EncodedResponse, Examination, Rejection, ResponseVerifier};
use vestibule_domain::refusal::RefusalCode;
use vestibule_saml_adapter::SamaelVerifier;

use super::{
    OURS, assertion_of, both, cbc_element, decrypt, encrypted, encrypted_assertion_of, inside, keyring,
    outside,
};
use crate::world::{PERSON, expectation, key, now, response, stranger, trusting};

/// Whatever goes wrong in decrypting, the answer is the same.
#[rstest]
#[case::content(|o: &mut EncryptionOptions| o.corrupt_content = true)]
#[case::key(|o: &mut EncryptionOptions| o.corrupt_key = true)]
#[case::not_utf_8(|o: &mut EncryptionOptions| o.plaintext = Some(b"<a>\xFF</a>".to_vec()))]
#[case::not_xml(|o: &mut EncryptionOptions| o.plaintext = Some(b"<a>".to_vec()))]
#[case::text(|o: &mut EncryptionOptions| o.plaintext = Some(b"text".to_vec()))]
#[case::nothing(|o: &mut EncryptionOptions| o.plaintext = Some(Vec::new()))]
#[case::unknown_prefix(|o: &mut EncryptionOptions| o.plaintext = Some(b"<nope:a/>".to_vec()))]
#[case::text_beside(|o: &mut EncryptionOptions| o.plaintext = Some(format!("x{}", assertion_of(&inside())).into_bytes()))]
#[case::out_of_its_place(|o: &mut EncryptionOptions| {
    let empty = "<x xmlns=\"urn:x\">".to_owned();
    o.plaintext = Some(format!("{}</samlp:Response>{empty}", assertion_of(&inside())).into_bytes());
})]
fn every_failure_of_decryption_looks_the_same(#[case] spoil: fn(&mut EncryptionOptions)) {
    for builder in [inside(), outside(), both()] {
        let refused = decrypt(&encrypted(&builder, spoil).xml());
        assert_eq!(refused, Err(Rejection::NotDecrypted));
    }
    assert_eq!(Rejection::NotDecrypted.code(), RefusalCode::UntrustedSignature);
}

#[test]
fn a_signed_response_that_was_encrypted_wrongly_looks_the_same() {
    let plaintexts = [&b"<a>"[..], b"<a>\xFF</a>", b"text", b""].map(|text| Some(text.to_vec()));
    for (plaintext, corrupt_key) in plaintexts.into_iter().map(|text| (text, false)).chain([(None, true)]) {
        for builder in [outside(), both()] {
            let xml = encrypted(&builder, |o| {
                content::AES_128_CBC.clone_into(&mut o.content);
                o.plaintext.clone_from(&plaintext);
                o.corrupt_key = corrupt_key;
            });
            assert_eq!(decrypt(&xml.xml()), Err(Rejection::NotDecrypted), "{plaintext:?}");
        }
    }
}

/// Replaces the text of the n-th `CipherValue`: the first is the key's, the second the assertion's.
fn with_value(xml: &str, nth: usize, value: &str) -> String {
    let mark = "<xenc:CipherValue>";
    let start = xml.match_indices(mark).nth(nth).unwrap().0 + mark.len();
    let end = start + xml[start..].find('<').unwrap();
    format!("{}{value}{}", &xml[..start], &xml[end..])
}

#[test]
fn short_and_odd_ciphertexts_are_refused_and_nothing_panics() {
    let xml = encrypted(&inside(), |_| {}).xml();
    for length in [0, 1, 11, 12, 13, 15, 16, 27, 28, 29, 31, 32, 48, 300] {
        let value = encode(&"x".repeat(length));
        for nth in [0, 1] {
            assert_eq!(decrypt(&with_value(&xml, nth, &value)), Err(Rejection::NotDecrypted), "{length}");
        }
    }
    for nth in [0, 1] {
        for value in ["*", "AAA", "AA==AA==", "<x xmlns=\"urn:x\"/>"] {
            assert_eq!(decrypt(&with_value(&xml, nth, value)), Err(Rejection::EncryptionParts), "{value}");
        }
    }
    for length in [0, 15, 16, 17, 31, 32, 33, 48] {
        let short = outside()
            .inject(Place::InsteadOfAssertion, &with_value(&cbc_element(), 1, &encode(&"x".repeat(length))));
        assert_eq!(decrypt(&short.xml()), Err(Rejection::NotDecrypted), "{length}");
    }
}

#[test]
fn what_is_decrypted_passes_the_gate_too() {
    let assertion = assertion_of(&inside());
    let nested = encrypted_assertion_of(&encrypted(&inside(), |_| {}));
    for (plaintext, rejection) in [
        (inside().xml(), Rejection::NotDecrypted),
        (nested, Rejection::NotDecrypted),
        ("<x xmlns=\"urn:x\"/>".to_owned(), Rejection::NotDecrypted),
        (format!("<!DOCTYPE x>{assertion}"), Rejection::NotDecrypted),
        (format!("<!-- -->{assertion}"), Rejection::NotDecrypted),
        (format!("<?xml version=\"1.0\"?>{assertion}"), Rejection::NotDecrypted),
        (assertion.replace(PERSON, "ada@acme.example<!-- -->.evil.example"), Rejection::NotDecrypted),
        (format!("{assertion}{assertion}"), Rejection::NotDecrypted),
        (format!("{assertion}<samlp:Status/>"), Rejection::NotDecrypted),
        (assertion.replace(PERSON, "eve@acme.example"), Rejection::InvalidSignature),
        ("<a>".repeat(70) + &"</a>".repeat(70), Rejection::NotDecrypted),
    ] {
        let xml = encrypted(&inside(), |o| o.plaintext = Some(plaintext.clone().into_bytes())).xml();
        assert_eq!(decrypt(&xml), Err(rejection), "{plaintext}");
    }
}

/// An assertion of another identity provider.
fn of_another() -> ResponseBuilder {
    response().with(|r| r.assertion.issuer = Some("https://another.example".into()))
}

/// Whoever signs for one organization may send blocks of another's assertion, and must not learn from the answer what they hold.
#[test]
fn blocks_of_somebody_elses_assertion_are_not_told_of() {
    let nested = encrypted_assertion_of(&encrypted(&inside(), |_| {}));
    let assertion = assertion_of(&inside());
    let sha_1 = SignatureOptions::algorithm(signature_algorithm::RSA_SHA1);
    for plaintext in [
        "<x xmlns=\"urn:x\"/>".to_owned(),
        inside().xml(),
        nested,
        format!("<!DOCTYPE x>{assertion}"),
        assertion.replace(PERSON, "ada@acme.example<!-- -->"),
        assertion.replace(" ID=\"", " ID=\"1"),
        assertion.replace(PERSON, "eve@acme.example"),
        assertion_of(&response().sign_assertion(&stranger())),
        assertion_of(&response().sign_assertion_with(&key(), sha_1)),
        assertion_of(&of_another()),
    ] {
        let refused = |method: &str| {
            decrypt(
                &encrypted(&outside(), |o| {
                    method.clone_into(&mut o.content);
                    o.plaintext = Some(plaintext.clone().into_bytes());
                })
                .xml(),
            )
        };
        assert_eq!(refused(content::AES_256_CBC), Err(Rejection::NotDecrypted), "{plaintext}");
        assert!(refused(content::AES_256_GCM).is_err());
    }
    // Of what an identity provider itself has sent, its administrator is told.
    let late = response().conditions(|c| c.audience_restrictions = Vec::new()).sign_response(&key());
    let late = encrypted(&late, |o| content::AES_256_CBC.clone_into(&mut o.content));
    assert_eq!(decrypt(&late.xml()), Err(Rejection::Audience));
}

/// Metadata of any name and key can be uploaded: what another organization's assertion says is not told by a trial of it either.
#[test]
fn nobody_learns_of_whom_an_assertion_for_another_organization_speaks() {
    let subject = |builder: &ResponseBuilder, method: &str| {
        let xml = encrypted(builder, |o| method.clone_into(&mut o.content)).xml();
        let verifier = SamaelVerifier::with_keyring(keyring());
        let examined = verifier.examine(
            &EncodedResponse(encode(&xml)),
            &trusting(&[&key()]),
            std::slice::from_ref(&OURS),
            &expectation(),
            now(),
        );
        let subject = examined.into_iter().find(|one| one.examination == Examination::Subject);
        subject.unwrap().received
    };
    let for_another = response().conditions(|conditions| {
        for restriction in &mut conditions.audience_restrictions {
            *restriction = vec!["https://sso.example.com/sso/other/metadata".to_owned()];
        }
    });
    for method in [content::AES_256_GCM, content::AES_256_CBC] {
        assert_eq!(subject(&for_another.clone().sign_response(&key()), method), None, "{method}");
        assert!(subject(&outside(), method).is_some_and(|said| said.contains(PERSON)), "{method}");
    }
    assert_eq!(subject(&for_another.sign_assertion(&key()), content::AES_256_GCM), None);
}

/// By AES-GCM only who has encrypted it learns what is wrong with what is inside.
#[test]
fn what_is_authentic_is_told_of() {
    let plaintexts = [
        (assertion_of(&of_another()), Rejection::AssertionIssuer),
        (
            assertion_of(
                &response()
                    .sign_assertion_with(&key(), SignatureOptions::algorithm(signature_algorithm::RSA_SHA1)),
            ),
            Rejection::SignatureMethod,
        ),
    ];
    for (plaintext, rejection) in plaintexts {
        let xml = encrypted(&outside(), |o| o.plaintext = Some(plaintext.into_bytes())).xml();
        assert_eq!(decrypt(&xml), Err(rejection));
    }
}
