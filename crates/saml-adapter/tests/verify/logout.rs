//! Messages of single logout: what is believed, and every way in which one is not.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rstest::rstest;
use url::form_urlencoded::byte_serialize;
use vestibule_demo_idp::mint::{
    Curve, SignatureOptions, SigningKey, Target, encode, sign, signature_algorithm,
};
use vestibule_domain::ports::{
    LogoutContent, LogoutMessage, LogoutOutcome, LogoutRejection, LogoutVerifier as _, MessageField,
    ReceivedMessage, Rejection,
};
use vestibule_saml_adapter::SamaelVerifier;

use crate::world::{IDP, PERSON, key, now, stranger, trusting};

const SLO: &str = "https://sso.example.com/sso/acme/slo";
const SAML: &str = "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";
const SAMLP: &str = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";

fn at(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339()
}

/// A request that is right once it is signed.
fn request() -> String {
    format!(
        "<samlp:LogoutRequest {SAMLP} {SAML} ID=\"_logout\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{SLO}\" \
         NotOnOrAfter=\"{}\"><saml:Issuer>{IDP}</saml:Issuer><saml:NameID SPNameQualifier=\"sp\"> {PERSON}\n</saml:NameID>\
         <samlp:SessionIndex>s1</samlp:SessionIndex><samlp:SessionIndex>s2</samlp:SessionIndex></samlp:LogoutRequest>",
        at(now()),
        at(now() + TimeDelta::minutes(5)),
    )
}

fn response(codes: &str) -> String {
    format!(
        "<samlp:LogoutResponse {SAMLP} {SAML} ID=\"_answer\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{SLO}\" \
         InResponseTo=\"_ours\"><saml:Issuer>{IDP}</saml:Issuer><samlp:Status>{codes}</samlp:Status></samlp:LogoutResponse>",
        at(now()),
    )
}

fn code(word: &str, beneath: &str) -> String {
    format!("<samlp:StatusCode Value=\"{STATUS}{word}\">{beneath}</samlp:StatusCode>")
}

fn signed_by(xml: &str, key: &SigningKey) -> String {
    sign(xml, &Target::Root, key, &SignatureOptions::default()).unwrap()
}

fn in_form(xml: &str) -> ReceivedMessage {
    let field = if xml.contains("LogoutResponse") { MessageField::Response } else { MessageField::Request };
    ReceivedMessage::Post { field, message: encode(xml), relay_state: None }
}

fn encoded(text: &[u8]) -> String {
    byte_serialize(text).collect()
}

fn deflated(xml: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(xml.as_bytes()).unwrap();
    STANDARD.encode(encoder.finish().unwrap())
}

/// The parameters of a query, to be signed.
fn parameters(xml: &str, algorithm: &str, relay_state: Option<&str>) -> String {
    let field = if xml.contains("LogoutResponse") { "SAMLResponse" } else { "SAMLRequest" };
    let state =
        relay_state.map_or_else(String::new, |state| format!("&RelayState={}", encoded(state.as_bytes())));
    format!("{field}={}{state}&SigAlg={}", encoded(deflated(xml).as_bytes()), encoded(algorithm.as_bytes()))
}

/// The query with the signature of these parameters.
fn signed_query(parameters: &str, key: &SigningKey, algorithm: &str) -> String {
    let value = STANDARD.encode(key.sign(algorithm, parameters.as_bytes()).unwrap());
    format!("{parameters}&Signature={}", encoded(value.as_bytes()))
}

fn query(xml: &str, key: &SigningKey) -> String {
    let algorithm = key.default_signature_algorithm();
    signed_query(&parameters(xml, algorithm, None), key, algorithm)
}

fn in_url(xml: &str) -> ReceivedMessage {
    ReceivedMessage::Redirect(query(xml, &key()))
}

fn verify(received: &ReceivedMessage) -> Result<LogoutMessage, LogoutRejection> {
    SamaelVerifier::new().verify(received, &trusting(&[&key()]), SLO, now())
}

/// The message by both bindings, each signed as it has to be.
fn both(xml: &str) -> [Result<LogoutMessage, LogoutRejection>; 2] {
    [in_form(&signed_by(xml, &key())), in_url(xml)].map(|received| verify(&received))
}

#[track_caller]
fn refused(xml: &str, rejection: &LogoutRejection) {
    for result in both(xml) {
        assert_eq!(result.as_ref(), Err(rejection));
    }
}

#[test]
fn a_request_names_a_person_and_sessions() {
    for result in both(&request()) {
        let LogoutMessage { content, relay_state } = result.unwrap();
        let LogoutContent::Request { id, name_id, session_indexes, issued_at } = content else {
            panic!("{content:?}")
        };
        assert_eq!((id.as_str(), name_id.value.as_str(), issued_at), ("_logout", PERSON, now()));
        assert_eq!(name_id.qualifiers.sp_name_qualifier.as_deref(), Some("sp"));
        assert_eq!(session_indexes, ["s1", "s2"]);
        assert_eq!(relay_state, None);
    }
    let received = in_form(&signed_by(&request(), &key()));
    assert_eq!(SamaelVerifier::new().issuer(&received).unwrap().as_str(), IDP);
}

#[rstest]
#[case::ended(code("Success", ""), LogoutOutcome::Ended)]
#[case::partly(code("Success", &code("PartialLogout", "")), LogoutOutcome::Partly)]
#[case::partly_by_responder(code("Responder", &code("PartialLogout", "")), LogoutOutcome::Partly)]
#[case::failed(code("Responder", ""), LogoutOutcome::Failed)]
#[case::denied(code("Requester", &code("RequestDenied", "")), LogoutOutcome::Failed)]
#[case::nothing(String::new(), LogoutOutcome::Failed)]
fn a_response_says_what_became_of_the_identity_providers_session(
    #[case] codes: String,
    #[case] expected: LogoutOutcome,
) {
    for result in both(&response(&codes)) {
        let content = result.unwrap().content;
        let in_response_to = Some("_ours".to_owned());
        assert_eq!(content, LogoutContent::Response { in_response_to, outcome: expected });
    }
}

#[rstest]
#[case::rsa_384(SigningKey::demo(), signature_algorithm::RSA_SHA384)]
#[case::rsa_512(SigningKey::demo(), signature_algorithm::RSA_SHA512)]
#[case::p256(SigningKey::ec(Curve::P256).unwrap(), signature_algorithm::ECDSA_SHA256)]
#[case::p521(SigningKey::ec(Curve::P521).unwrap(), signature_algorithm::ECDSA_SHA512)]
fn a_query_is_signed_by_every_method_that_is_accepted(#[case] key: SigningKey, #[case] algorithm: &str) {
    let query = signed_query(&parameters(&request(), algorithm, Some("state")), &key, algorithm);
    let trusted = trusting(&[&stranger(), &key]);
    let verified = SamaelVerifier::new().verify(&ReceivedMessage::Redirect(query), &trusted, SLO, now());
    assert_eq!(verified.unwrap().relay_state.as_deref(), Some("state"));
}

#[test]
fn the_octets_of_a_query_are_verified_as_they_came() {
    // ADFS and others write the hexadecimal digits small, some encode more than they must, and other parameters come along.
    let algorithm = signature_algorithm::RSA_SHA256;
    let small = parameters(&request(), algorithm, Some("a/b c"))
        .replace("%2B", "%2b")
        .replace("%2F", "%2f")
        .replace("%3D", "%3d")
        .replace("%3A", "%3a")
        .replace('+', "%20");
    let query = signed_query(&small, &key(), algorithm);
    let with_others = format!(
        "lang=en&{query}&x=1&SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE"
    );
    for query in [query.clone(), with_others] {
        let verified = verify(&ReceivedMessage::Redirect(query)).unwrap();
        assert_eq!(verified.relay_state.as_deref(), Some("a/b c"));
    }
    let large = query.replace("%2f", "%2F");
    assert_ne!(large, query);
    let changed = verify(&ReceivedMessage::Redirect(large));
    assert_eq!(changed, Err(Rejection::InvalidSignature.into()));
}

#[test]
fn only_the_identity_providers_own_signature_counts() {
    let xml = request();
    for (received, rejection) in [
        (in_form(&xml), LogoutRejection::NotSigned),
        (in_form(&signed_by(&xml, &stranger())), Rejection::InvalidSignature.into()),
        (ReceivedMessage::Redirect(query(&xml, &stranger())), Rejection::InvalidSignature.into()),
        (in_form(&signed_by(&xml, &key()).replace("s1<", "s3<")), Rejection::InvalidSignature.into()),
        (
            ReceivedMessage::Redirect(format!("SAMLRequest={}", encoded(deflated(&xml).as_bytes()))),
            LogoutRejection::NotSigned,
        ),
        (in_url(&signed_by(&xml, &key())), LogoutRejection::SignedInside),
    ] {
        assert_eq!(verify(&received), Err(rejection), "{received:?}");
    }
    let nobody = SamaelVerifier::new().verify(&in_url(&xml), &trusting(&[]), SLO, now());
    assert_eq!(nobody, Err(Rejection::NoTrustedKey.into()));
    let nobody = SamaelVerifier::new().verify(&in_form(&signed_by(&xml, &key())), &trusting(&[]), SLO, now());
    assert_eq!(nobody, Err(Rejection::NoTrustedKey.into()));
}

/// A signed request inside of another message, or beside what would be read in its place.
#[test]
fn a_wrapped_request_is_refused() {
    let genuine = signed_by(&request(), &key());
    let forged = request().replace("_logout", "_forged").replace(PERSON, "eve@acme.example");
    let inside = |name: &str| {
        forged.replace("</samlp:LogoutRequest>", &format!("<{name}>{genuine}</{name}></samlp:LogoutRequest>"))
    };
    for xml in [inside("samlp:Extensions"), inside("saml:NameID"), inside("samlp:Anything")] {
        let result = verify(&in_form(&xml));
        assert_eq!(result, Err(Rejection::MisplacedSignature.into()), "{xml}");
    }
    let signature =
        &genuine[genuine.find("<ds:Signature").unwrap()..genuine.find("</ds:Signature>").unwrap() + 15];
    let moved = forged.replace("</saml:Issuer>", &format!("</saml:Issuer>{signature}"));
    assert_eq!(verify(&in_form(&moved)), Err(Rejection::ReferenceUri.into()));
    let moved = moved.replace("_forged", "_logout");
    assert_eq!(verify(&in_form(&moved)), Err(Rejection::InvalidSignature.into()));
    let twice = genuine.replace("</saml:Issuer>", &format!("</saml:Issuer>{signature}"));
    assert_eq!(verify(&in_form(&twice)), Err(Rejection::MisplacedSignature.into()));
}

#[test]
fn a_query_has_each_parameter_once() {
    let query = query(&request(), &key());
    let doubled = |name: &str| {
        let value = query.split('&').find(|pair| pair.starts_with(name)).unwrap();
        format!("{query}&{value}")
    };
    for wrong in [
        String::new(),
        "SAMLRequest".to_owned(),
        doubled("SAMLRequest"),
        doubled("SigAlg"),
        doubled("Signature"),
        format!("{query}&RelayState=a&RelayState=b"),
        format!("{query}&SAMLResponse=x"),
        query.replace("SAMLRequest", "samlrequest"),
        format!("{query}&RelayState=%FF"),
    ] {
        assert_eq!(
            verify(&ReceivedMessage::Redirect(wrong.clone())),
            Err(LogoutRejection::Parameters),
            "{wrong}"
        );
    }
    let added = format!("{query}&RelayState=a");
    assert_eq!(verify(&ReceivedMessage::Redirect(added)), Err(Rejection::InvalidSignature.into()));
}

#[test]
fn a_query_is_deflated_and_inflates_to_no_more_than_a_message() {
    let limit = vestibule_saml_adapter::limits::MAX_LOGOUT_BYTES;
    let algorithm = signature_algorithm::RSA_SHA256;
    let padded = |bytes: usize| {
        let padding = " ".repeat(bytes - request().len());
        request().replace("</samlp:LogoutRequest>", &format!("{padding}</samlp:LogoutRequest>"))
    };
    assert!(verify(&in_url(&padded(limit))).is_ok());
    let bomb = parameters(&padded(50_000_000), algorithm, None);
    let plain = parameters("", algorithm, None)
        .replace("SAMLRequest=", &format!("SAMLRequest={}", encoded(STANDARD.encode(request()).as_bytes())));
    let otherwise = format!("{}&SAMLEncoding=urn%3Ax", parameters(&request(), algorithm, None));
    for parameters in [parameters(&padded(limit + 1), algorithm, None), bomb, plain, otherwise] {
        let query = signed_query(&parameters, &key(), algorithm);
        assert_eq!(verify(&ReceivedMessage::Redirect(query)), Err(LogoutRejection::NotDeflated(limit)));
    }
}

#[test]
fn a_querys_signature_is_of_a_method_that_is_accepted() {
    for algorithm in ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", "", "urn:none"] {
        let parameters = parameters(&request(), algorithm, None);
        let query = signed_query(&parameters, &key(), signature_algorithm::RSA_SHA256);
        assert_eq!(verify(&ReceivedMessage::Redirect(query)), Err(LogoutRejection::SignatureMethod));
    }
    let parameters = parameters(&request(), signature_algorithm::RSA_SHA256, None);
    let query = format!("{parameters}&Signature=***");
    assert_eq!(verify(&ReceivedMessage::Redirect(query)), Err(Rejection::SignatureNotBase64.into()));
}

#[test]
fn a_relay_state_has_at_most_80_bytes() {
    let algorithm = signature_algorithm::RSA_SHA256;
    let with = |bytes: usize| {
        let state = "x".repeat(bytes);
        let query = signed_query(&parameters(&request(), algorithm, Some(&state)), &key(), algorithm);
        let message = encode(&signed_by(&request(), &key()));
        let posted =
            ReceivedMessage::Post { field: MessageField::Request, message, relay_state: Some(state) };
        [verify(&ReceivedMessage::Redirect(query)), verify(&posted)]
    };
    assert!(with(80).iter().all(Result::is_ok));
    assert!(with(81).iter().all(|result| *result == Err(LogoutRejection::RelayStateTooLong)));
}

#[test]
fn a_message_is_what_it_was_sent_as() {
    let message = encode(&signed_by(&request(), &key()));
    let posted = ReceivedMessage::Post { field: MessageField::Response, message, relay_state: None };
    assert_eq!(verify(&posted), Err(LogoutRejection::NotALogoutMessage));
    for name in ["AuthnRequest", "ManageNameIDRequest"] {
        refused(&request().replace("LogoutRequest", name), &LogoutRejection::NotALogoutMessage);
    }
    let elsewhere = request().replace("SAML:2.0:protocol", "SAML:2.0:other");
    refused(&elsewhere, &LogoutRejection::NotALogoutMessage);
}

#[rstest]
#[case::version("Version=\"2.0\"", "Version=\"1.1\"", Rejection::Version.into())]
#[case::destination(SLO, "https://sso.example.com/sso/other/slo", LogoutRejection::Destination)]
#[case::no_destination("Destination=", "Elsewhere=", LogoutRejection::Destination)]
#[case::issuer("https://idp.example/metadata", "https://idp.example/Metadata", LogoutRejection::Issuer)]
#[case::no_issuer("saml:Issuer", "saml:NameID", LogoutRejection::Issuer)]
#[case::no_instant("IssueInstant=", "Instant=", Rejection::Instant("IssueInstant".into()).into())]
#[case::stranger_inside("<samlp:SessionIndex>s1", "<samlp:Status/><x/><samlp:SessionIndex>s1", Rejection::UnexpectedElement.into())]
#[case::no_name("saml:NameID", "saml:Issuer", LogoutRejection::Issuer)]
#[case::base_id("<samlp:SessionIndex>s1", "<saml:BaseID/><samlp:SessionIndex>s1", LogoutRejection::NameId)]
#[case::encrypted_id("saml:NameID", "saml:EncryptedID", LogoutRejection::NameId)]
#[case::two_names(
    "<samlp:SessionIndex>s1",
    "<saml:NameID>x</saml:NameID><samlp:SessionIndex>s1",
    LogoutRejection::NameId
)]
#[case::unusable_name(PERSON, "", LogoutRejection::NameId)]
#[case::index_of_elements("s1<", "<b>s1</b><", Rejection::UnexpectedElement.into())]
fn each_check_refuses_with_its_own_reason(
    #[case] from: &str,
    #[case] to: &str,
    #[case] rejection: LogoutRejection,
) {
    let changed = request().replace(from, to);
    assert_ne!(changed, request());
    refused(&changed, &rejection);
}

#[test]
fn times_are_judged_by_our_clock_to_the_second() {
    let issued = |instant: DateTime<Utc>| request().replacen(&at(now()), &at(instant), 1);
    let second = TimeDelta::seconds(1);
    let (latest, oldest) = (now() + TimeDelta::seconds(180), now() - TimeDelta::seconds(480));
    for right in [latest, oldest] {
        assert!(both(&issued(right)).iter().all(Result::is_ok));
    }
    refused(&issued(latest + second), &Rejection::IssuedInFuture("message".into()).into());
    refused(&issued(oldest - second), &Rejection::IssuedTooLongAgo("message".into()).into());

    let until = |instant: DateTime<Utc>| request().replace(&at(now() + TimeDelta::minutes(5)), &at(instant));
    let end = now() - TimeDelta::seconds(180);
    assert!(both(&until(end + second)).iter().all(Result::is_ok));
    refused(&until(end), &LogoutRejection::Expired);
    assert!(both(&request().replace("NotOnOrAfter=", "Until=")).iter().all(Result::is_ok));
}

#[test]
fn a_request_names_at_most_a_hundred_sessions() {
    let with = |count: usize| {
        let all = "<samlp:SessionIndex>s</samlp:SessionIndex>".repeat(count);
        request().replace(
            "<samlp:SessionIndex>s1</samlp:SessionIndex><samlp:SessionIndex>s2</samlp:SessionIndex>",
            &all,
        )
    };
    assert!(both(&with(100)).iter().all(Result::is_ok));
    refused(&with(101), &LogoutRejection::TooManySessions(100));
}

#[test]
fn what_is_no_xml_is_told_as_of_a_response() {
    for (xml, rejection) in [
        ("<!DOCTYPE x><x/>", Rejection::DocumentType),
        ("<samlp:LogoutRequest/>", Rejection::NotWellFormed),
        ("<x><!-- --></x>", Rejection::Comment),
        ("text", Rejection::NotWellFormed),
    ] {
        assert_eq!(verify(&in_form(xml)), Err(rejection.clone().into()));
        assert_eq!(verify(&in_url(xml)), Err(rejection.into()));
    }
    let large = ReceivedMessage::Post {
        field: MessageField::Request,
        message: "A".repeat(131_073),
        relay_state: None,
    };
    assert_eq!(verify(&large), Err(Rejection::TooLarge(131_072).into()));
}
