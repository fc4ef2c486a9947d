use rstest::rstest;
use vestibule_demo_idp::mint::{
    Curve, Metadata, Placement, SignatureOptions, SigningKey, Target, Transform, digest, metadata, sign,
    signature_algorithm, transform,
};
use vestibule_domain::connection::IdpMetadata;

use super::*;
use crate::limits::MAX_METADATA_BYTES;
use crate::metadata::{from_pem, parse};

const ENTITY: &str = "https://idp.example";

fn right() -> Metadata {
    metadata(ENTITY, "https://idp.example/sso", &[SigningKey::demo().certificate_der()])
}

fn certificate(key: &SigningKey) -> Certificate {
    from_pem(&key.certificate_pem()).unwrap()
}

/// What is read of a document that this key must have signed.
fn read(xml: &str, by: &SigningKey) -> Result<IdpMetadata, &'static str> {
    let text = signed(xml, &certificate(by)).map_err(|error| {
        assert!(error.message.ends_with('.') && !error.message.contains("response"), "{error}");
        error.code
    })?;
    parse(&text, "2026-11-24T08:00:00Z".parse().unwrap()).map_err(|error| error.code)
}

fn signed_by(key: &SigningKey) -> String {
    right().signed(key, &SignatureOptions::default()).unwrap()
}

#[rstest]
#[case::rsa(SigningKey::demo(), signature_algorithm::RSA_SHA256)]
#[case::rsa_512(SigningKey::demo(), signature_algorithm::RSA_SHA512)]
#[case::ec(SigningKey::ec(Curve::P256).unwrap(), signature_algorithm::ECDSA_SHA256)]
fn metadata_that_the_key_signed_is_read(#[case] key: SigningKey, #[case] method: &str) {
    let xml = right().signed(&key, &SignatureOptions::algorithm(method)).unwrap();
    let expected = parse(&right().xml(), "2026-11-24T08:00:00Z".parse().unwrap()).unwrap();
    for text in
        [xml.clone(), format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- ours -->{xml}")]
    {
        assert_eq!(read(&text, &key).as_ref(), Ok(&expected));
    }
}

#[test]
fn products_metadata_is_read_when_it_is_signed() {
    let der = SigningKey::demo().certificate_der();
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    for text in [
        include_str!("../tests/products/adfs.xml"),
        include_str!("../tests/products/simplesamlphp.xml"),
        include_str!("../tests/products/entra.xml"),
        &with_id(include_str!("../tests/products/shibboleth.xml")),
        &with_id(include_str!("../tests/products/keycloak_of_old.xml")),
    ] {
        let mut text = text.to_owned();
        for name in ["SIGNING", "NEXT", "OTHER"] {
            text = text.replace(&format!("{{{name}}}"), &base64);
            text = text.replace(&format!("{{{name}_LINES}}"), &base64);
        }
        let key = SigningKey::demo();
        let options = SignatureOptions::default().with(|o| o.placement = Placement::First);
        let signed = sign(&text, &Target::Root, &key, &options).unwrap();
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(read(&signed, &key), Ok(parse(&text, now).unwrap()));
    }
}

/// The text with an ID on its root, as whoever signs it writes one.
fn with_id(text: &str) -> String {
    let root = text.find("<Entit").unwrap();
    let end = root + text[root..].find([' ', '\n']).unwrap();
    format!("{} ID=\"_root\"{}", &text[..end], &text[end..])
}

#[test]
fn unsigned_metadata_and_another_keys_are_refused() {
    let (key, other) = (SigningKey::demo(), SigningKey::ec(Curve::P256).unwrap());
    assert_eq!(read(&right().xml(), &key), Err("metadata_signature_missing"));
    assert_eq!(read(&signed_by(&other), &key), Err("metadata_signature_invalid"));
    let another_rsa = SigningKey::rsa_2048().unwrap();
    assert_eq!(read(&signed_by(&another_rsa), &key), Err("metadata_signature_invalid"));
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    let key = SigningKey::demo();
    let xml = signed_by(&key);
    for (from, to) in [
        ("https://idp.example/sso", "https://evil.example/sso"),
        ("entityID=\"https://idp.example\"", "entityID=\"https://evil.example\""),
        ("</md:IDPSSODescriptor>", "</md:IDPSSODescriptor><md:Organization/>"),
        ("use=\"signing\"", ""),
    ] {
        let changed = xml.replacen(from, to, 1);
        assert_ne!(changed, xml, "{from}");
        assert_eq!(read(&changed, &key), Err("metadata_signature_invalid"), "{from}");
    }
    // A comment is not signed, and cannot take a part of a text away.
    let commented = xml.replacen(
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        "<!-- x --></ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        1,
    );
    assert_ne!(commented, xml);
    assert_eq!(read(&commented, &key), read(&xml, &key));
    assert!(read(&xml, &key).is_ok());
}

/// Signed metadata inside, beside or around other metadata.
#[test]
fn a_signature_over_a_part_vouches_for_nothing() {
    let key = SigningKey::demo();
    let inner = signed_by(&key);
    let evil =
        metadata("https://evil.example", "https://evil.example/sso", &[SigningKey::demo().certificate_der()]);
    let around = |children: &str, id: &str| {
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"{id}\">{children}</md:EntitiesDescriptor>"
        )
    };
    let evil_first = evil.with(|m| m.raw.clone_from(&inner)).xml();
    for (xml, expected) in [
        (around(&inner, "_other"), "metadata_signature_unsupported"),
        (around(&inner, "_metadata"), "metadata_signature_unsupported"),
        (evil_first.clone(), "metadata_signature_unsupported"),
        (evil_first.replacen("ID=\"_metadata\"", "ID=\"_evil\"", 1), "metadata_signature_unsupported"),
    ] {
        assert_eq!(read(&xml, &key), Err(expected), "{xml}");
    }
    let signature = &inner[inner.find("<ds:Signature").unwrap()..inner.find("</ds:Signature>").unwrap() + 15];
    let transplanted = evil_first.replacen('>', &format!(">{signature}"), 1);
    assert!(read(&transplanted, &key).is_err());
    let twice = inner.replacen(signature, &signature.repeat(2), 1);
    assert_eq!(read(&twice, &key), Err("metadata_signature_unsupported"));
}

#[rstest]
#[case::last(SignatureOptions::default().with(|o| o.placement = Placement::Last))]
#[case::sha_1(SignatureOptions::algorithm("http://www.w3.org/2000/09/xmldsig#rsa-sha1"))]
#[case::inclusive(SignatureOptions::default().with(|o| o.canonicalization = transform::INCLUSIVE.to_owned()))]
#[case::everything(SignatureOptions::default().reference(|r| r.uri = Some(String::new())))]
#[case::elsewhere(SignatureOptions::default().reference(|r| r.uri = Some("http://127.0.0.1:1/".to_owned())))]
#[case::one_transform(SignatureOptions::default().reference(|r| r.transforms.truncate(1)))]
#[case::xslt(SignatureOptions::default().reference(|r| r.transforms.push(Transform::new("http://www.w3.org/TR/1999/REC-xslt-19991116"))))]
#[case::digest(SignatureOptions::default().reference(|r| r.digest_algorithm = digest::SHA1.to_owned()))]
fn only_the_one_form_of_a_signature_is_accepted(#[case] options: SignatureOptions) {
    let xml = right().signed(&SigningKey::demo(), &options).unwrap();
    assert_eq!(read(&xml, &SigningKey::demo()), Err("metadata_signature_unsupported"));
}

#[test]
fn a_document_is_gated_before_its_signature() {
    let key = SigningKey::demo();
    let xml = signed_by(&key);
    assert_eq!(read("<html></html>", &key), Err("html_page"));
    assert_eq!(read(&format!("<!DOCTYPE x>{xml}"), &key), Err("document_type"));
    assert_eq!(read(&" ".repeat(MAX_METADATA_BYTES + 1), &key), Err("too_large"));
    assert_eq!(read(&xml[..xml.len() - 30], &key), Err("truncated"));
    let instructed = xml.replacen("<md:IDPSSODescriptor", "<?x y?><md:IDPSSODescriptor", 1);
    assert_eq!(read(&instructed, &key), Err("metadata_signature_unsupported"));
    let twice = right().with(|m| m.raw = "<md:Extensions ID=\"_metadata\"/>".to_owned());
    let twice = twice.signed(&key, &SignatureOptions::default()).unwrap();
    assert_eq!(read(&twice, &key), Err("metadata_signature_unsupported"));
}

#[test]
fn large_metadata_is_verified_in_time() {
    let key = SigningKey::demo();
    let many = right().with(|m| {
        m.raw =
            "<md:ContactPerson contactType=\"technical\"><md:GivenName>Ada</md:GivenName></md:ContactPerson>"
                .repeat(8_000);
    });
    let xml = many.signed(&key, &SignatureOptions::default()).unwrap();
    let began = std::time::Instant::now();
    assert!(read(&xml, &key).is_ok());
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn a_signing_certificate_is_one_and_strong() {
    let pem = SigningKey::demo().certificate_pem();
    assert_eq!(from_pem(&pem).unwrap().der, SigningKey::demo().certificate_der());
    let code = |pem: &str| from_pem(pem).unwrap_err().code;
    assert_eq!(code(""), "unreadable_certificate");
    assert_eq!(code("please find attached"), "unreadable_certificate");
    assert_eq!(code(&pem.repeat(2)), "unreadable_certificate");
    assert_eq!(code(&pem.replace("MII", "MIJ")), "unreadable_certificate");
    assert_eq!(code(&SigningKey::rsa_bits(1_024).unwrap().certificate_pem()), "weak_key");
    let private = format!("{pem}{}", SigningKey::demo().private_key_pem().unwrap());
    assert_eq!(code(&private), "private_key");
}
