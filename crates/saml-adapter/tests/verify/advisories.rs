//! What was published against other products: one test for each class that the other files do not have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use vestibule_demo_idp::mint::{Curve, KeyInfo, Place, SignatureOptions, SigningKey, signature_algorithm};
use vestibule_domain::ports::Rejection;

use crate::world::{PERSON, key, response, trusting, verify, verify_with};

/// Puts a text in the place of an element's.
fn with_text(xml: &str, element: &str, text: &str) -> String {
    let start = xml.find(&format!("<{element}>")).unwrap() + element.len() + 2;
    let end = start + xml[start..].find("</").unwrap();
    format!("{}{text}{}", &xml[..start], &xml[end..])
}

/// A second digest, where a search by name would find it first, does not stand in for the signed one.
#[test]
fn a_digest_elsewhere_is_not_read() {
    let digest = "<ds:DigestValue xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">AAAA</ds:DigestValue>";
    let xml = response().inject(Place::SubjectEnd, digest).sign_assertion(&key()).xml();
    assert_eq!(verify(&xml.replace(PERSON, "eve@acme.example")), Err(Rejection::InvalidSignature));
}

/// Canonicalization that fails in libxml yields nothing, and the digest of nothing is known to everybody.
#[test]
fn a_canonical_form_of_nothing_is_not_believed() {
    let of_nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let signed = response().inject(Place::AssertionAttributes, "xmlns:ns=\"1\"").sign_assertion(&key()).xml();
    assert_eq!(verify(&with_text(&signed, "ds:DigestValue", of_nothing)), Err(Rejection::InvalidSignature));
    // A signature by the right key, over nothing.
    let empty = key().sign(signature_algorithm::RSA_SHA256, b"").unwrap();
    let forged = with_text(&signed, "ds:SignatureValue", &STANDARD.encode(empty))
        .replace("<ds:SignedInfo>", "<ds:SignedInfo xmlns:ns=\"1\">");
    assert_eq!(verify(&forged), Err(Rejection::InvalidSignature));
}

#[rstest]
#[case::zero(vec![0; 64])]
#[case::zero_and_one([vec![0; 63], vec![1], vec![0; 32]].concat())]
#[case::all_ones(vec![0xFF; 64])]
#[case::oversized(vec![1; 4_096])]
#[case::odd(vec![1; 63])]
#[case::one_byte(vec![1])]
#[case::der(vec![0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01])]
fn an_ecdsa_value_out_of_range_is_not_believed(#[case] value: Vec<u8>) {
    let curve = SigningKey::ec(Curve::P256).unwrap();
    let signed = response().sign_assertion(&curve).xml();
    let forged = with_text(&signed, "ds:SignatureValue", &STANDARD.encode(value));
    let result = verify_with(&STANDARD.encode(forged), &trusting(&[&curve]));
    assert_eq!(result, Err(Rejection::InvalidSignature));
}

#[rstest]
#[case::zero(vec![0; 256])]
#[case::one([vec![0; 255], vec![1]].concat())]
#[case::modulus_size([vec![0xFF; 256]].concat())]
#[case::longer(vec![1; 257])]
#[case::short(vec![1])]
fn an_rsa_value_out_of_range_is_not_believed(#[case] value: Vec<u8>) {
    let signed = response().sign_assertion(&key()).xml();
    let forged = with_text(&signed, "ds:SignatureValue", &STANDARD.encode(value));
    assert_eq!(verify(&forged), Err(Rejection::InvalidSignature));
}

#[rstest]
#[case::trailing_bits("AB==")]
#[case::no_padding("AAA")]
#[case::url_safe("-_-_")]
#[case::two_texts("AAA=AAA=")]
fn base64_in_a_signature_is_strict(#[case] text: &str) {
    let signed = response().sign_assertion(&key()).xml();
    for element in ["ds:DigestValue", "ds:SignatureValue"] {
        assert_eq!(verify(&with_text(&signed, element, text)), Err(Rejection::SignatureNotBase64));
    }
}

#[test]
fn the_public_key_is_no_secret_for_an_hmac() {
    let options = SignatureOptions::algorithm(signature_algorithm::HMAC_SHA256);
    let forged = response().name_id(|n| *n = "eve@acme.example".into());
    for signed in [
        forged.clone().sign_assertion_with(&key(), options.clone()),
        forged.sign_response_with(&key(), options),
    ] {
        assert_eq!(verify(&signed.xml()), Err(Rejection::SignatureMethod));
    }
}

/// An assertion smuggled into each place where the schemas let anything stand.
#[rstest]
#[case::advice("<saml:Advice>", "</saml:Advice>")]
#[case::attribute_value(
    "<saml:AttributeStatement><saml:Attribute Name=\"x\"><saml:AttributeValue>",
    "</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
)]
#[case::authn_context(
    "<saml:AuthnStatement><saml:AuthnContext><saml:AuthnContextDecl>",
    "</saml:AuthnContextDecl></saml:AuthnContext></saml:AuthnStatement>"
)]
fn an_assertion_in_an_open_place_is_one_too_many(#[case] before: &str, #[case] after: &str) {
    let second = response();
    let second = second.assertion_xml(&second.assertion);
    let builder = response().inject(Place::AfterConditions, &format!("{before}{second}{after}"));
    for signed in [builder.clone().sign_assertion(&key()), builder.sign_response(&key())] {
        assert_eq!(verify(&signed.xml()), Err(Rejection::UnexpectedAssertion));
    }
}

#[test]
fn an_assertion_in_key_info_is_one_too_many() {
    let second = response();
    let inside = KeyInfo::Raw(second.assertion_xml(&second.assertion));
    let options = SignatureOptions::default().with(|o| o.key_info = inside);
    let signed = response().sign_response_with(&key(), options).xml();
    assert_eq!(verify(&signed), Err(Rejection::UnexpectedAssertion));
}

/// xmlsec finds an attribute by its local name alone; what is signed can't be changed by one of another namespace.
#[rstest]
#[case::reference("<ds:Reference ", "<ds:Reference xmlns:x=\"urn:x\" x:URI=\"#_other\" ")]
#[case::transform("<ds:Transform ", "<ds:Transform xmlns:x=\"urn:x\" x:Algorithm=\"urn:x\" ")]
#[case::method("<ds:SignatureMethod ", "<ds:SignatureMethod xmlns:x=\"urn:x\" x:Algorithm=\"urn:x\" ")]
fn an_attribute_of_another_namespace_changes_what_is_signed(#[case] tag: &str, #[case] with: &str) {
    let signed = response().sign_assertion(&key()).xml();
    let changed = signed.replacen(tag, with, 1);
    assert_ne!(changed, signed);
    assert_eq!(verify(&changed), Err(Rejection::InvalidSignature));
}

#[rstest]
#[case::utf_16_le(|xml: &str| xml.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), Rejection::NotWellFormed)]
#[case::utf_16_bom(|xml: &str| format!("\u{FEFF}{xml}").encode_utf16().flat_map(u16::to_le_bytes).collect(), Rejection::NotUtf8)]
#[case::utf_7(|xml: &str| format!("+ADw-{}", &xml[1..]).into_bytes(), Rejection::NotWellFormed)]
#[case::overlong(|xml: &str| [b"\xC0\xBC", &xml.as_bytes()[1..]].concat(), Rejection::NotUtf8)]
fn another_encoding_is_not_guessed(#[case] encode: fn(&str) -> Vec<u8>, #[case] rejection: Rejection) {
    let bytes = encode(&response().sign_assertion(&key()).xml());
    assert_eq!(verify_with(&STANDARD.encode(bytes), &trusting(&[&key()])), Err(rejection));
}

#[rstest]
#[case::lang("xml:lang=\"en\"")]
#[case::space("xml:space=\"preserve\"")]
#[case::base("xml:base=\"http://127.0.0.1:1/\"")]
fn what_xml_inherits_does_not_reach_the_assertion(#[case] attribute: &str) {
    let signed = response().inject(Place::ResponseAttributes, attribute).sign_assertion(&key()).xml();
    assert_eq!(verify(&signed).unwrap().profile.name_id, PERSON);
}

/// Asked for `Name`, the parser would give `x:Name`.
#[test]
fn an_attribute_of_another_namespace_is_not_samls() {
    let foreign = [
        ("<saml:Attribute ", "Name=\"Role\""),
        ("<saml:Assertion ", "ID=\"_other\" x:Version=\"1.1\""),
        ("<saml:SubjectConfirmationData ", "Recipient=\"urn:x\" x:NotBefore=\"never\""),
        ("<samlp:StatusCode ", "Value=\"urn:x\""),
        ("<samlp:Response ", "Destination=\"urn:x\""),
    ];
    for (tag, attributes) in foreign {
        let with = format!("{tag}xmlns:x=\"urn:x\" x:{attributes} ");
        let xml = response().xml().replace(tag, &with);
        let target = vestibule_demo_idp::mint::Target::Assertion;
        let signed =
            vestibule_demo_idp::mint::sign(&xml, &target, &key(), &SignatureOptions::default()).unwrap();
        // An ID of another namespace is not the Assertion's; the minter takes it for one.
        if tag.contains("Assertion ") {
            assert_eq!(verify(&signed), Err(Rejection::ReferenceUri));
            continue;
        }
        let profile = verify(&signed).expect(tag).profile;
        assert_eq!(profile.attributes["FirstName"], ["Ada"], "{tag}");
        assert_eq!(profile.name_id, PERSON);
    }
}
