//! Encrypted assertions: which are decrypted, and that nobody gets in by one who would not get in without.

use std::net::TcpListener;
use std::sync::LazyLock;

use rstest::rstest;
use uuid::Uuid;
use vestibule_demo_idp::mint::{
    EncryptionOptions, KeyPlace, ResponseBuilder, SignatureOptions, content_encryption as content, digest,
    encode, key_transport as transport, mask, signature_algorithm,
};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{EncodedResponse, Examination, Keysmith, Rejection, ResponseVerifier};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::refusal::RefusalCode;
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

/// The text of a response's assertion.
fn assertion_of(builder: &ResponseBuilder) -> String {
    let xml = builder.xml();
    let (start, end) = (xml.find("<saml:Assertion").unwrap(), xml.find("</saml:Assertion>").unwrap());
    xml[start..end].to_owned() + "</saml:Assertion>"
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
        let value = vestibule_demo_idp::mint::encode(&"x".repeat(length));
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
        let short = outside().inject(
            vestibule_demo_idp::mint::Place::InsteadOfAssertion,
            &with_value(&cbc_element(), 1, &encode(&"x".repeat(length))),
        );
        assert_eq!(decrypt(&short.xml()), Err(Rejection::NotDecrypted), "{length}");
    }
}

/// An `EncryptedAssertion` by AES-CBC.
fn cbc_element() -> String {
    let xml = encrypted(&response(), |o| content::AES_128_CBC.clone_into(&mut o.content)).xml();
    let end = "</saml:EncryptedAssertion>";
    let (start, stop) = (xml.find("<saml:EncryptedAssertion").unwrap(), xml.find(end).unwrap() + end.len());
    xml[start..stop].to_owned()
}

#[test]
fn other_methods_are_refused_by_name() {
    for method in [content::TRIPLE_DES_CBC, "urn:x", ""] {
        let xml = encrypted(&both(), |o| method.clone_into(&mut o.content)).xml();
        assert_eq!(decrypt(&xml), Err(Rejection::EncryptionMethod), "{method}");
    }
    let transports: [(&str, Option<&str>, Option<&str>); 6] = [
        (transport::RSA_1_5, None, None),
        ("urn:x", None, None),
        (transport::RSA_OAEP_MGF1P, Some(digest::SHA512), None),
        (transport::RSA_OAEP_MGF1P, None, Some(mask::SHA256)),
        (transport::RSA_OAEP, None, Some(mask::SHA512)),
        (transport::RSA_OAEP, Some("urn:x"), None),
    ];
    for (transport, digest, mask) in transports {
        let xml = encrypted(&both(), |o| {
            transport.clone_into(&mut o.transport);
            o.digest = digest.map(str::to_owned);
            o.mask = mask.map(str::to_owned);
        });
        assert_eq!(decrypt(&xml.xml()), Err(Rejection::KeyTransport), "{transport}");
    }
}

#[rstest]
#[case::label(
    "</xenc:EncryptionMethod><xenc:CipherData>",
    "<xenc:OAEPparams>AAAA</xenc:OAEPparams></xenc:EncryptionMethod><xenc:CipherData>",
    Rejection::KeyTransport
)]
#[case::content_alone("xmlenc#Element", "xmlenc#Content", Rejection::EncryptionParts)]
#[case::another_name("xenc:EncryptedData", "xenc:EncryptedDatum", Rejection::EncryptionParts)]
#[case::no_value("xenc:CipherValue", "xenc:CipherValues", Rejection::EncryptionParts)]
#[case::two_values(
    "<xenc:CipherValue>",
    "<xenc:CipherValue>AAAA</xenc:CipherValue><xenc:CipherValue>",
    Rejection::EncryptionParts
)]
#[case::no_key("xenc:EncryptedKey", "xenc:Key", Rejection::EncryptionParts)]
#[case::something_beside(
    "</saml:EncryptedAssertion>",
    "<x xmlns=\"urn:x\"/></saml:EncryptedAssertion>",
    Rejection::EncryptionParts
)]
#[case::key_elsewhere(
    "<ds:KeyInfo",
    "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/><ds:KeyInfo",
    Rejection::EncryptionParts
)]
#[case::no_method(
    "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/>",
    "",
    Rejection::EncryptionMethod
)]
fn an_encrypted_assertion_has_one_shape(#[case] from: &str, #[case] to: &str, #[case] rejection: Rejection) {
    let xml = encrypted(&inside(), |_| {}).xml();
    let spoiled = xml.replace(from, to);
    assert_ne!(xml, spoiled);
    assert_eq!(decrypt(&spoiled), Err(rejection));
}

#[test]
fn there_is_one_key_and_the_way_to_it_is_right() {
    let xml = encrypted(&inside(), |o| o.key_place = KeyPlace::Retrieved).xml();
    for uri in ["#_other", "", "_key", "https://x.example/key", "#xpointer(id('_key'))"] {
        let elsewhere = xml.replace("URI=\"#_key\"", &format!("URI=\"{uri}\""));
        assert_eq!(decrypt(&elsewhere), Err(Rejection::EncryptionParts), "{uri}");
    }
    let start = xml.find("<xenc:EncryptedKey").unwrap();
    let end = xml.find("</xenc:EncryptedKey>").unwrap() + "</xenc:EncryptedKey>".len();
    let second = xml[start..end].replace("_key", "_second");
    let two = format!("{}{second}{}", &xml[..end], &xml[end..]);
    assert_eq!(decrypt(&two), Err(Rejection::EncryptionParts));
}

#[test]
fn nothing_that_an_encrypted_assertion_names_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let xml = encrypted(&inside(), |o| o.key_place = KeyPlace::Retrieved).xml();
    let reference = format!("<xenc:CipherReference URI=\"{url}\"/>");
    for (from, to) in
        [("<xenc:CipherValue>", format!("{reference}<xenc:CipherValue>")), ("#_key", url.clone())]
    {
        assert!(decrypt(&xml.replace(from, &to)).is_err());
    }
    assert_eq!(
        decrypt(&xml.replace("<xenc:CipherValue>", &format!("{reference}<xenc:CipherValue>"))),
        Err(Rejection::CipherReference)
    );
    let signed = outside().inject(
        vestibule_demo_idp::mint::Place::InsteadOfAssertion,
        &cbc_element().replace("<xenc:CipherValue>", &format!("{reference}<xenc:CipherValue>")),
    );
    assert_eq!(decrypt(&signed.xml()), Err(Rejection::CipherReference));
    assert!(listener.accept().is_err(), "nobody has called");
}

#[test]
fn what_is_decrypted_passes_the_gate_too() {
    let assertion = assertion_of(&inside());
    let nested = {
        let xml = encrypted(&inside(), |_| {}).xml();
        let start = xml.find("<saml:EncryptedAssertion").unwrap();
        let end = xml.find("</saml:EncryptedAssertion>").unwrap() + "</saml:EncryptedAssertion>".len();
        xml[start..end].to_owned()
    };
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
    let nested = {
        let xml = encrypted(&inside(), |_| {}).xml();
        let end = "</saml:EncryptedAssertion>";
        xml[xml.find("<saml:EncryptedAssertion").unwrap()..xml.find(end).unwrap() + end.len()].to_owned()
    };
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
    let other = encrypted(&response().name_id(|n| *n = "eve@acme.example".into()), |_| {}).xml();
    let element = |xml: &str| {
        let end = "</saml:EncryptedAssertion>";
        let start = xml.find("<saml:EncryptedAssertion").unwrap();
        (start, xml.find(end).unwrap() + end.len())
    };
    let ((start, end), (from, to)) = (element(&xml), element(&other));
    let swapped = format!("{}{}{}", &xml[..start], &other[from..to], &xml[end..]);
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
