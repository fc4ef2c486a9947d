//! What is minted verifies with xmlsec1, which nobody here wrote; what is broken on purpose does not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test says what went wrong"
)]

use std::process::Command;

use chrono::{DateTime, Utc};
use rstest::rstest;
use vestibule_demo_idp::mint::{
    Attribute, AttributeValue, Curve, KeyInfo, Place, Placement, ResponseBuilder, SignatureOptions,
    SigningKey, Target, Transform, digest, metadata, sign, signature_algorithm, transform,
};

const ACS: &str = "https://sp.example/sso/acme/acs";
const SP: &str = "https://sp.example/sso/acme/metadata";
const IDP: &str = "https://idp.example/metadata";
const RESPONSE: &str = "/*/*[local-name()='Signature']";
const ASSERTION: &str = "//*[local-name()='Assertion']/*[local-name()='Signature']";

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn response() -> ResponseBuilder {
    ResponseBuilder::new(now(), ACS, SP, IDP, "ada@acme.example")
        .in_response_to("_request")
        .attribute("FirstName", ["Ada"])
        .attribute("LastName", ["Lovelace & <Söhne> \"quoted\"\r\n\ttab"])
        .attribute_element(Attribute {
            friendly_name: Some("a \"friendly\" & <odd>\n\tname".to_owned()),
            ..Attribute::new("Role", ["learner", "supervisor"])
        })
        .attribute(
            "Typed",
            [
                AttributeValue::Typed { text: "text".to_owned(), xsi_type: "xs:string".to_owned() },
                AttributeValue::Nil,
                AttributeValue::Raw(
                    "<b xmlns=\"urn:x\" z=\"1\" a='2'>raw<!-- remark --><c/><d xmlns=\"\"/></b>".to_owned(),
                ),
            ],
        )
}

/// Whether xmlsec1 verifies the signature that the XPath finds.
fn verifies(xml: &str, signature: &str, key: &SigningKey) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message.xml");
    let certificate = folder.path().join("certificate.pem");
    std::fs::write(&file, xml).unwrap();
    std::fs::write(&certificate, key.certificate_pem()).unwrap();
    let output = Command::new("xmlsec1")
        .args(["--verify", "--enabled-reference-uris", "empty,same-doc"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"])
        .args(["--node-xpath", signature, "--pubkey-cert-pem"])
        .args([&certificate, &file])
        .output()
        .expect("xmlsec1 is installed");
    if !output.status.success() {
        eprintln!("{}{xml}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

#[rstest]
#[case(signature_algorithm::RSA_SHA256, digest::SHA256)]
#[case(signature_algorithm::RSA_SHA384, digest::SHA384)]
#[case(signature_algorithm::RSA_SHA512, digest::SHA512)]
#[case(signature_algorithm::RSA_SHA1, digest::SHA1)]
fn rsa_signatures_of_response_and_assertion_verify(#[case] algorithm: &str, #[case] digest: &str) {
    let key = SigningKey::demo();
    let options =
        SignatureOptions::algorithm(algorithm).reference(|r| r.digest_algorithm = digest.to_owned());
    let assertion = response().sign_assertion_with(&key, options.clone());
    assert!(verifies(&assertion.xml(), ASSERTION, &key));
    assert!(verifies(&response().sign_response_with(&key, options.clone()).xml(), RESPONSE, &key));
    let both = assertion.sign_response_with(&key, options).xml();
    assert!(verifies(&both, RESPONSE, &key));
    assert!(verifies(&both, ASSERTION, &key));
}

#[rstest]
#[case(Curve::P256)]
#[case(Curve::P384)]
#[case(Curve::P521)]
fn ecdsa_signatures_of_response_and_assertion_verify(
    #[case] curve: Curve,
    #[values(
        signature_algorithm::ECDSA_SHA256,
        signature_algorithm::ECDSA_SHA384,
        signature_algorithm::ECDSA_SHA512
    )]
    algorithm: &str,
) {
    let key = SigningKey::ec(curve).unwrap();
    let options = SignatureOptions::algorithm(algorithm);
    let both = response().sign_assertion_with(&key, options.clone()).sign_response_with(&key, options).xml();
    assert!(verifies(&both, RESPONSE, &key));
    assert!(verifies(&both, ASSERTION, &key));
}

#[test]
fn a_new_rsa_key_signs() {
    let key = SigningKey::rsa_2048().unwrap();
    assert!(verifies(&response().sign_response(&key).xml(), RESPONSE, &key));
    assert!(!verifies(&response().sign_response(&key).xml(), RESPONSE, &SigningKey::demo()));
}

#[rstest]
#[case(transform::EXCLUSIVE)]
#[case(transform::EXCLUSIVE_WITH_COMMENTS)]
#[case(transform::INCLUSIVE)]
#[case(transform::INCLUSIVE_WITH_COMMENTS)]
#[case(transform::INCLUSIVE_1_1)]
fn every_canonicalization_verifies_in_every_manner_of_prefix(
    #[case] method: &str,
    #[values(("samlp", "saml", "ds"), ("", "saml", ""), ("p", "", "dsig"), ("", "", ""))] prefixes: (
        &str,
        &str,
        &str,
    ),
    #[values(Placement::Schema, Placement::First, Placement::Last)] placement: Placement,
) {
    let key = SigningKey::demo();
    let options = SignatureOptions {
        canonicalization: method.to_owned(),
        prefix: prefixes.2.to_owned(),
        placement,
        ..SignatureOptions::default()
    }
    .reference(|r| {
        r.transforms = vec![Transform::new(transform::ENVELOPED_SIGNATURE), Transform::new(method)];
    });
    let both = response()
        .with(|r| {
            prefixes.0.clone_into(&mut r.prefixes.protocol);
            prefixes.1.clone_into(&mut r.prefixes.assertion);
        })
        .inject(
            Place::ResponseAttributes,
            "xmlns:unused=\"urn:unused\" b:z=\"1\" xmlns:b=\"urn:b\" a:z=\"2\" xmlns:a=\"urn:c\"",
        )
        .sign_assertion_with(&key, options.clone())
        .sign_response_with(&key, options)
        .xml();
    assert!(verifies(&both, RESPONSE, &key));
    assert!(verifies(&both, ASSERTION, &key));
}

#[test]
fn a_prefix_list_is_part_of_the_digest() {
    let key = SigningKey::demo();
    let options = SignatureOptions::default()
        .reference(|r| r.inclusive_prefixes = vec!["xs".to_owned(), "outer".to_owned(), "absent".to_owned()]);
    let xml = response()
        .inject(Place::ResponseAttributes, "xmlns:outer=\"urn:outer\"")
        .sign_assertion_with(&key, options)
        .xml();
    assert!(verifies(&xml, ASSERTION, &key));
    assert!(!verifies(&xml.replace("urn:outer", "urn:other"), ASSERTION, &key));
}

#[test]
fn a_signature_without_key_info_verifies() {
    let key = SigningKey::demo();
    let options = SignatureOptions { key_info: KeyInfo::None, ..SignatureOptions::default() };
    let xml = response().sign_assertion_with(&key, options).xml();
    assert!(!xml.contains("KeyInfo"));
    assert!(verifies(&xml, ASSERTION, &key));
}

#[rstest]
#[case(SignatureOptions { corrupt_digest: true, ..SignatureOptions::default() })]
#[case(SignatureOptions { corrupt_signature: true, ..SignatureOptions::default() })]
#[case(SignatureOptions::algorithm(signature_algorithm::HMAC_SHA256))]
fn what_is_corrupted_does_not_verify(#[case] options: SignatureOptions) {
    let key = SigningKey::demo();
    assert!(!verifies(&response().sign_assertion_with(&key, options).xml(), ASSERTION, &key));
}

#[test]
fn what_is_edited_after_signing_does_not_verify() {
    let key = SigningKey::demo();
    let xml = response().sign_assertion(&key).xml();
    assert!(verifies(&xml, ASSERTION, &key));
    assert!(!verifies(&xml.replace(">Ada<", ">Eve<"), ASSERTION, &key));
}

#[test]
fn any_element_can_be_signed_in_any_document() {
    let key = SigningKey::demo();
    let unsigned = response().with(|r| r.assertion.id = Some("_mine".to_owned())).xml();
    let signed =
        sign(&unsigned, &Target::Id("_mine".to_owned()), &key, &SignatureOptions::default()).unwrap();
    assert!(verifies(&signed, ASSERTION, &key));
}

#[test]
fn signed_metadata_verifies() {
    let key = SigningKey::demo();
    let xml = metadata(IDP, "https://idp.example/sso?a=1&b=2", &[key.certificate_der()])
        .with(|m| m.valid_until = Some("2027-01-01T00:00:00Z".to_owned()))
        .signed(&key, &SignatureOptions::default())
        .unwrap();
    assert!(verifies(&xml, RESPONSE, &key));
}
