//! Somebody who has a signed response, or none, and wants to be somebody else.

use std::net::TcpListener;

use rstest::rstest;
use vestibule_demo_idp::mint::{Curve, KeyInfo, Place, SignatureOptions, SigningKey, signature_algorithm};
use vestibule_domain::ports::Rejection;

use crate::world::{PERSON, key, response, stranger, trusting, verify, verify_with};

const EVE: &str = "eve@acme.example";

/// The text from one mark to the end of another.
fn cut(xml: &str, from: &str, to: &str) -> (String, String, String) {
    let start = xml.find(from).unwrap();
    let end = start + xml[start..].find(to).unwrap() + to.len();
    (xml[..start].to_owned(), xml[start..end].to_owned(), xml[end..].to_owned())
}

fn assertion_of(xml: &str) -> (String, String, String) {
    cut(xml, "<saml:Assertion", "</saml:Assertion>")
}

fn forged() -> String {
    let (_, assertion, _) = assertion_of(&response().name_id(|n| *n = EVE.into()).xml());
    assertion
}

#[test]
fn an_unsigned_response_is_not_believed() {
    assert_eq!(verify(&response().xml()), Err(Rejection::NotSigned));
    let signed = response().sign_assertion(&key()).xml();
    let (before, _, after) = cut(&signed, "<ds:Signature", "</ds:Signature>");
    assert_eq!(verify(&format!("{before}{after}")), Err(Rejection::NotSigned));
}

#[test]
fn a_changed_response_is_not_believed() {
    for signed in [response().sign_assertion(&key()), response().sign_response(&key())] {
        let xml = signed.xml();
        for (from, to) in [(PERSON, EVE), ("Ada", "Eve"), ("_request", "_another")] {
            assert_eq!(verify(&xml.replace(from, to)), Err(Rejection::InvalidSignature), "{from}");
        }
    }
}

#[rstest]
#[case::digest(|o: &mut SignatureOptions| o.corrupt_digest = true)]
#[case::signature(|o: &mut SignatureOptions| o.corrupt_signature = true)]
fn every_signature_that_is_there_verifies(#[case] corrupt: fn(&mut SignatureOptions)) {
    let options = SignatureOptions::default().with(corrupt);
    for signed in [
        response().sign_assertion_with(&key(), options.clone()),
        response().sign_response_with(&key(), options.clone()),
        response().sign_assertion_with(&key(), options.clone()).sign_response(&key()),
        response().sign_assertion(&key()).sign_response_with(&key(), options.clone()),
    ] {
        assert_eq!(verify(&signed.xml()), Err(Rejection::InvalidSignature));
    }
}

#[test]
fn a_foreign_key_is_not_believed_whatever_key_info_says() {
    let key_infos = [
        KeyInfo::Certificate,
        KeyInfo::None,
        KeyInfo::Raw(format!("<ds:KeyName>{PERSON}</ds:KeyName>")),
        KeyInfo::Raw("<ds:RetrievalMethod URI=\"http://127.0.0.1:1/key\"/>".to_owned()),
    ];
    for key_info in key_infos {
        let options = SignatureOptions::default().with(|o| o.key_info = key_info.clone());
        for signed in [
            response().sign_assertion_with(&stranger(), options.clone()),
            response().sign_response_with(&stranger(), options.clone()),
            response().sign_assertion_with(&stranger(), options.clone()).sign_response(&key()),
            response().sign_assertion(&key()).sign_response_with(&stranger(), options.clone()),
        ] {
            assert_eq!(verify(&signed.xml()), Err(Rejection::InvalidSignature));
        }
    }
}

#[test]
fn a_key_of_another_kind_is_not_believed() {
    let curve = SigningKey::ec(Curve::P256).unwrap();
    let signed = response().sign_assertion(&curve);
    assert_eq!(verify(&signed.xml()), Err(Rejection::InvalidSignature));
    let rsa_called_ecdsa = SignatureOptions::algorithm(signature_algorithm::ECDSA_SHA256);
    let signed = response().sign_assertion_with(&key(), rsa_called_ecdsa).encoded();
    assert_eq!(verify_with(&signed, &trusting(&[&key(), &curve])), Err(Rejection::InvalidSignature));
}

/// XML signature wrapping in its eight known shapes and some more: the signed original somewhere, a forgery where it is read.
#[rstest]
#[case::beside_before(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| format!("{before}{}{original}{after}", forged()))]
#[case::beside_after(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| format!("{before}{original}{}{after}", forged()))]
#[case::original_in_the_forgery(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    format!("{before}{}{after}", forged().replace("</saml:Assertion>", &format!("{original}</saml:Assertion>")))
})]
#[case::original_in_the_forged_subject(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    format!("{before}{}{after}", forged().replace("</saml:Subject>", &format!("{original}</saml:Subject>")))
})]
#[case::original_in_advice(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    let advice = format!("</saml:Conditions><saml:Advice>{original}</saml:Advice>");
    format!("{before}{}{after}", forged().replace("</saml:Conditions>", &advice))
})]
#[case::forgery_in_the_original(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    format!("{before}{}{after}", original.replace("</saml:Assertion>", &format!("{}</saml:Assertion>", forged())))
})]
#[case::original_in_extensions(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    let extensions = format!("<samlp:Extensions>{original}</samlp:Extensions><samlp:Status>");
    format!("{}{}{after}", before.replace("<samlp:Status>", &extensions), forged())
})]
#[case::original_in_the_signature(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    let (start, signature, end) = cut(original, "<ds:Signature", "</ds:Signature>");
    let bare = format!("{start}{end}");
    let object = signature.replace("</ds:Signature>", &format!("<ds:Object>{bare}</ds:Object></ds:Signature>"));
    let forged = forged().replacen("</saml:Issuer>", &format!("</saml:Issuer>{object}"), 1);
    format!("{before}{forged}{after}")
})]
#[case::original_in_key_info(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    let (start, signature, end) = cut(original, "<ds:Signature", "</ds:Signature>");
    let key_info = signature.replace("</ds:KeyInfo>", &format!("{start}{end}</ds:KeyInfo>"));
    let forged = forged().replacen("</saml:Issuer>", &format!("</saml:Issuer>{key_info}"), 1);
    format!("{before}{forged}{after}")
})]
#[case::original_in_status_detail(Rejection::UnexpectedAssertion, |before: &str, original: &str, after: &str| {
    let detail = format!("<samlp:StatusDetail>{original}</samlp:StatusDetail></samlp:Status>");
    format!("{}{}{after}", before.replace("</samlp:Status>", &detail), forged())
})]
#[case::signature_moved_to_the_forgery(Rejection::ReferenceUri, |before: &str, original: &str, after: &str| {
    let (_, signature, _) = cut(original, "<ds:Signature", "</ds:Signature>");
    format!("{before}{}{after}", forged().replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1))
})]
#[case::original_as_an_unknown_element(Rejection::ReferenceUri, |before: &str, original: &str, after: &str| {
    let renamed = original.replace("saml:Assertion", "saml:Evidence");
    let (start, signature, end) = cut(&renamed, "<ds:Signature", "</ds:Signature>");
    let forged = forged().replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1);
    format!("{before}{}{after}", forged.replace("</saml:Subject>", &format!("{start}{end}</saml:Subject>")))
})]
#[case::signature_of_the_forgerys_own_id(Rejection::InvalidSignature, |before: &str, original: &str, after: &str| {
    let (start, signature, end) = cut(original, "<ds:Signature", "</ds:Signature>");
    format!("{before}{}{signature}{}{after}", start.replace(PERSON, EVE), end.replace(PERSON, EVE))
})]
fn wrapping_leads_nowhere(#[case] rejection: Rejection, #[case] wrap: fn(&str, &str, &str) -> String) {
    let once = response().sign_assertion(&key());
    for signed in [once.clone(), once.sign_response(&key())] {
        let xml = signed.xml();
        let (before, original, after) = assertion_of(&xml);
        assert_eq!(verify(&wrap(&before, &original, &after)), Err(rejection.clone()));
    }
}

#[test]
fn a_signed_response_in_a_forged_one_leads_nowhere() {
    let signed = response().sign_response(&key()).xml();
    for place in [
        Place::ResponseStart,
        Place::ResponseEnd,
        Place::AssertionEnd,
        Place::SubjectEnd,
        Place::SubjectConfirmationData,
        Place::AfterConditions,
    ] {
        let wrapped = response().name_id(|n| *n = EVE.into()).inject(place, &signed).xml();
        assert_eq!(verify(&wrapped), Err(Rejection::NotAResponse), "{place:?}");
    }
    let (_, signature, _) = cut(&signed, "<ds:Signature", "</ds:Signature>");
    let object =
        signature.replace("</ds:Signature>", &format!("<ds:Object>{signed}</ds:Object></ds:Signature>"));
    let wrapped = response().name_id(|n| *n = EVE.into()).inject(Place::ResponseAfterIssuer, &object).xml();
    assert_eq!(verify(&wrapped), Err(Rejection::NotAResponse));
}

#[test]
fn duplicate_ids_lead_nowhere() {
    let signed = response().with(|r| r.assertion.id = Some("_a".to_owned())).sign_assertion(&key()).xml();
    let (before, original, after) = assertion_of(&signed);
    let (start, signature, end) = cut(&original, "<ds:Signature", "</ds:Signature>");
    let forged = format!("{start}{signature}{end}").replace(PERSON, EVE);
    let renamed = original.replace("saml:Assertion", "saml:Original");
    let wrapped = format!(
        "{before}{}{after}",
        forged.replace("</saml:Assertion>", &format!("{renamed}</saml:Assertion>"))
    );
    assert_eq!(verify(&wrapped), Err(Rejection::DuplicateId));
}

#[test]
fn an_unsigned_envelope_only_ever_refuses() {
    // Whoever has a signed assertion writes the envelope: it can't make the assertion say anything else.
    let signed = response().sign_assertion(&key()).xml();
    let (before, assertion, after) = assertion_of(&signed);
    let solicited = format!("{before}{assertion}{after}");
    assert_eq!(verify(&solicited).unwrap().in_response_to.as_deref(), Some("_request"));
    let unsolicited = before.replace(" InResponseTo=\"_request\"", "");
    let result = verify(&format!("{unsolicited}{assertion}{after}"));
    assert_eq!(result, Err(Rejection::InResponseToDisagrees));
    let elsewhere = before.replace("InResponseTo=\"_request\"", "InResponseTo=\"_other\"");
    let result = verify(&format!("{elsewhere}{assertion}{after}"));
    assert_eq!(result, Err(Rejection::InResponseToDisagrees));
}

#[test]
fn an_assertion_goes_by_its_signed_namespace() {
    // The name of a signed element of another namespace is not read as SAML's.
    let foreign = response().xml().replace("urn:oasis:names:tc:SAML:2.0:assertion", "urn:x");
    assert_eq!(verify(&foreign), Err(Rejection::UnexpectedElement));
    let shadow = response()
        .inject(Place::SubjectEnd, "")
        .xml()
        .replace("<saml:NameID", "<saml:NameID xmlns:saml=\"urn:x\"");
    let target = vestibule_demo_idp::mint::Target::Assertion;
    let signed =
        vestibule_demo_idp::mint::sign(&shadow, &target, &key(), &SignatureOptions::default()).unwrap();
    assert_eq!(verify(&signed), Err(Rejection::Subject));
}

#[test]
fn nothing_that_a_response_names_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let reference = SignatureOptions::default().reference(|r| r.uri = Some(url.clone()));
    let retrieval = SignatureOptions::default()
        .with(|o| o.key_info = KeyInfo::Raw(format!("<ds:RetrievalMethod URI=\"{url}\"/>")));
    let signed = response().sign_response(&key()).xml();
    for xml in [
        response().sign_assertion_with(&key(), reference).xml(),
        response().sign_assertion_with(&stranger(), retrieval.clone()).xml(),
        response().sign_assertion_with(&key(), retrieval).xml(),
        format!("<!DOCTYPE r SYSTEM \"{url}\">{signed}"),
        format!("<!DOCTYPE r [<!ENTITY e SYSTEM \"{url}\">]>{}", signed.replace("Ada", "&e;")),
        format!("<?xml-stylesheet href=\"{url}\"?>{signed}"),
        signed.replacen("<samlp:Response", &format!("<samlp:Response xml:base=\"{url}\""), 1),
    ] {
        let _ = verify(&xml);
    }
    assert!(listener.accept().is_err(), "nobody has called");
}

#[test]
fn an_attribute_is_not_taken_for_a_namespace() {
    // `x:xmlns` would hide the signature's element from one parser and not from the other.
    let signature = SignatureOptions::default().with(|o| o.prefix = String::new());
    let signed = response().sign_assertion_with(&key(), signature).xml();
    let disguised =
        signed.replacen("<Signature xmlns", "<Signature xmlns:x=\"urn:x\" x:xmlns=\"urn:x\" xmlns", 1);
    assert_ne!(disguised, signed);
    assert_eq!(verify(&disguised), Err(Rejection::NotWellFormed));
}
