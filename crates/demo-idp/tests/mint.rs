//! What is minted says what was asked for.

#![expect(clippy::unwrap_used, reason = "a test stops at what is wrong")]

use chrono::{DateTime, Utc};
use roxmltree::{Document, Node};
use vestibule_demo_idp::mint::{
    Assertion, Attribute, AttributeValue, MintError, Place, ProxyRestriction, ResponseBuilder, SigningKey,
    SubjectConfirmation, instant, metadata, random_id, status,
};

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn response() -> ResponseBuilder {
    ResponseBuilder::new(now(), "https://sp/acs", "https://sp", "https://idp", "ada@acme.example")
}

fn all<'a>(document: &'a Document<'a>, name: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.tag_name().name() == name).collect()
}

fn one<'a>(document: &'a Document<'a>, name: &str) -> Node<'a, 'a> {
    let found = all(document, name);
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn names(node: Node) -> Vec<String> {
    node.children().map(|child| child.tag_name().name().to_owned()).collect()
}

#[test]
fn the_default_is_right() {
    let key = SigningKey::demo();
    let xml = response()
        .in_response_to("_request")
        .attribute("FirstName", ["Ada"])
        .sign_assertion(&key)
        .sign_response(&key)
        .xml();
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!(names(root), ["Issuer", "Signature", "Status", "Assertion"]);
    assert_eq!(
        names(one(&document, "Assertion")),
        ["Issuer", "Signature", "Subject", "Conditions", "AuthnStatement", "AttributeStatement"]
    );
    assert_eq!(root.attribute("Destination"), Some("https://sp/acs"));
    assert_eq!(root.attribute("InResponseTo"), Some("_request"));
    let data = one(&document, "SubjectConfirmationData");
    assert_eq!(data.attribute("Recipient"), Some("https://sp/acs"));
    assert_eq!(data.attribute("InResponseTo"), Some("_request"));
    assert_eq!(data.attribute("NotOnOrAfter"), Some("2026-11-24T08:05:00Z"));
    assert_eq!(one(&document, "Audience").text(), Some("https://sp"));
    assert_ne!(root.attribute("ID"), one(&document, "Assertion").attribute("ID"));
}

#[test]
fn anything_can_be_absent() {
    let xml = response()
        .with(|r| {
            (r.id, r.version, r.issue_instant, r.destination, r.issuer, r.status) =
                (None, None, None, None, None, None);
            r.assertion = Assertion::default();
        })
        .xml();
    let empty = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><saml:Assertion \
                 xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"></saml:Assertion></samlp:Response>";
    assert_eq!(xml, empty);
}

#[test]
fn lists_can_be_of_any_length() {
    let restriction =
        ProxyRestriction { count: Some("0".to_owned()), audiences: vec!["https://proxy".to_owned()] };
    let xml = response()
        .status(|s| s.codes = vec![status::RESPONDER.to_owned(), status::AUTHN_FAILED.to_owned()])
        .conditions(|c| {
            c.audience_restrictions = vec![vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]];
            c.one_time_use = true;
            c.proxy_restriction = Some(restriction);
            c.raw = "<saml:Condition></saml:Condition>".to_owned();
        })
        .authn_statement(|a| a.session_not_on_or_after = Some("2026-11-24T09:00:00Z".to_owned()))
        .with(|r| {
            let subject = r.assertion.subject.as_mut().expect("there is a subject");
            subject.confirmations.push(SubjectConfirmation { without_data: true, ..Default::default() });
        })
        .attribute("Role", ["a", "b"])
        .with(|r| r.assertion.attribute_statements.push(Vec::new()))
        .attribute_element(Attribute {
            friendly_name: Some("friend".to_owned()),
            ..Attribute::new("N", [AttributeValue::Nil])
        })
        .xml();
    let document = Document::parse(&xml).unwrap();
    let codes = all(&document, "StatusCode");
    assert_eq!(codes[1].parent(), Some(codes[0]));
    assert_eq!(
        names(one(&document, "Conditions")),
        ["AudienceRestriction", "AudienceRestriction", "OneTimeUse", "ProxyRestriction", "Condition"]
    );
    assert_eq!(all(&document, "SubjectConfirmation").len(), 2);
    assert_eq!(all(&document, "SubjectConfirmationData").len(), 1);
    assert_eq!(
        one(&document, "AuthnStatement").attribute("SessionNotOnOrAfter"),
        Some("2026-11-24T09:00:00Z")
    );
    let statements = all(&document, "AttributeStatement");
    assert_eq!(statements.len(), 2);
    assert_eq!((names(statements[0]).len(), names(statements[1]).len()), (1, 1));
    assert_eq!(all(&document, "AttributeValue").len(), 3);
}

#[test]
fn raw_xml_goes_where_it_is_put() {
    let second = response().assertion_xml(&response().assertion);
    let xml = response()
        .inject(Place::BeforeResponse, "<!DOCTYPE x>")
        .inject(Place::BeforeAssertion, &second)
        .inject(Place::AfterConditions, "<saml:Advice></saml:Advice>")
        .inject(Place::ResponseAttributes, "Consent=\"c\"")
        .inject(Place::AfterResponse, "garbage <")
        .sign_response(&SigningKey::demo())
        .xml();
    assert!(xml.starts_with("<!DOCTYPE x><samlp:Response ") && xml.ends_with("</samlp:Response>garbage <"));
    assert_eq!(xml.matches("<saml:Assertion ").count(), 2);
    assert!(xml.contains("</saml:Conditions><saml:Advice></saml:Advice><saml:AuthnStatement"));
    assert!(xml.contains(" Consent=\"c\">"));
    let none = response().inject(Place::InsteadOfAssertion, "");
    assert!(!none.xml().contains("Assertion"));
    assert!(matches!(none.sign_assertion(&SigningKey::demo()).build(), Err(MintError::NoTarget)));
    let broken = response().inject(Place::AssertionEnd, "<broken>").sign_assertion(&SigningKey::demo());
    assert!(matches!(broken.build(), Err(MintError::Malformed(_))));
}

#[test]
fn metadata_says_what_was_asked_for() {
    let der = SigningKey::demo().certificate_der();
    let xml = metadata("https://idp", "https://idp/sso", std::slice::from_ref(&der))
        .key(Some("encryption"), &der)
        .key(None, &der)
        .with(|m| {
            m.want_authn_requests_signed = Some("true".to_owned());
            m.valid_until = Some("2027-01-01T00:00:00Z".to_owned());
            m.role_cache_duration = Some("PT1H".to_owned());
        })
        .xml();
    let document = Document::parse(&xml).unwrap();
    let usages: Vec<_> = all(&document, "KeyDescriptor").iter().map(|key| key.attribute("use")).collect();
    assert_eq!(usages, [Some("signing"), Some("encryption"), None]);
    assert_eq!(document.root_element().attribute("validUntil"), Some("2027-01-01T00:00:00Z"));
    let role = one(&document, "IDPSSODescriptor");
    assert_eq!(role.attribute("WantAuthnRequestsSigned"), Some("true"));
    assert_eq!(role.attribute("cacheDuration"), Some("PT1H"));
    assert_eq!(all(&document, "SingleSignOnService").len(), 2);
}

#[test]
fn a_certificate_is_valid_as_long_as_it_was_asked_to_be() {
    let key = SigningKey::demo().with_validity(now(), now() + chrono::Duration::days(1)).unwrap();
    let certificate = openssl::x509::X509::from_der(&key.certificate_der()).unwrap();
    assert_eq!(certificate.not_before().to_string(), "Nov 24 08:00:00 2026 GMT");
    assert_eq!(certificate.not_after().to_string(), "Nov 25 08:00:00 2026 GMT");
    assert!(certificate.public_key().unwrap().public_eq(key.private_key()));
}

#[test]
fn instants_and_ids_have_their_form() {
    assert_eq!(instant(now()), "2026-11-24T08:00:00Z");
    assert_eq!(instant(now() + chrono::Duration::microseconds(1_234_567)), "2026-11-24T08:00:01.234Z");
    assert_ne!(random_id(), random_id());
    assert_eq!(random_id().len(), 41);
}
