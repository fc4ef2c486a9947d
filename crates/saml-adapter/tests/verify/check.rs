//! Each check: what just passes it, and what just does not.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use rstest::rstest;
use vestibule_demo_idp::mint::{
    Attribute, NameIdentifier, Place, Status, SubjectConfirmation, method, status,
};
use vestibule_domain::ports::Rejection;

use crate::world::{
    ACS, IDP, REQUEST, SP, accepted, issuer_of, key, now, refused, response, verify, verify_ignoring_time,
};

#[expect(clippy::unnecessary_wraps, reason = "the fields that it is written into are optional")]
fn written(instant: DateTime<Utc>) -> Option<String> {
    Some(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn after(seconds: i64) -> Option<String> {
    written(now() + Duration::seconds(seconds))
}

#[rstest]
#[case(None)]
#[case(Some("1.1"))]
#[case(Some("2.1"))]
#[case(Some("2.0 "))]
fn the_version_is_2_0(#[case] version: Option<&str>) {
    let version = || version.map(str::to_owned);
    refused(&response().with(|r| r.version = version()), &Rejection::Version);
    refused(&response().with(|r| r.assertion.version = version()), &Rejection::Version);
}

#[rstest]
#[case::responder(&[status::RESPONDER, status::AUTHN_FAILED], "AuthnFailed")]
#[case::alone(&[status::REQUESTER], "Requester")]
#[case::beneath_success(&[status::SUCCESS, status::AUTHN_FAILED], "AuthnFailed")]
#[case::not_ours(&["urn:x:ada@acme.example"], "another code")]
#[case::prefix_only(&["urn:oasis:names:tc:SAML:2.0:status:Ada Lovelace"], "another code")]
#[case::none(&[], "none")]
fn the_status_is_success_alone(#[case] codes: &[&str], #[case] word: &str) {
    let codes = codes.iter().map(|&code| code.to_owned()).collect();
    let failed = response().status(|s| s.codes = codes);
    refused(&failed, &Rejection::Status(word.to_owned()));
    // And without an assertion, as a failure really arrives: nobody signs it, and nobody need.
    let bare = failed.inject(Place::InsteadOfAssertion, "").xml();
    assert_eq!(verify(&bare), Err(Rejection::Status(word.to_owned())));
    assert_eq!(issuer_of(&bare), Err(Rejection::Status(word.to_owned())));
}

#[test]
fn there_is_one_status() {
    refused(&response().with(|r| r.status = None), &Rejection::Status("none".to_owned()));
    let two = r#"<samlp:Status><samlp:StatusCode Value="urn:x"/></samlp:Status>"#;
    refused(&response().inject(Place::BeforeAssertion, two), &Rejection::UnexpectedElement);
    let two = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>";
    let message = response().with(|r| {
        r.status = Some(Status { codes: vec![status::SUCCESS.to_owned()], ..Status::default() });
    });
    let xml =
        message.sign_assertion(&key()).xml().replacen("</samlp:Status>", &format!("{two}</samlp:Status>"), 1);
    assert_eq!(verify(&xml), Err(Rejection::Status("none".to_owned())));
}

#[rstest]
#[case("https://sso.example.com/sso/other/acs")]
#[case("https://sso.example.com/sso/acme/acs/")]
#[case("https://SSO.example.com/sso/acme/acs")]
#[case("")]
fn the_destination_is_ours(#[case] destination: &str) {
    refused(&response().with(|r| r.destination = Some(destination.to_owned())), &Rejection::Destination);
}

#[test]
fn a_signed_response_says_its_destination() {
    let without = response().with(|r| r.destination = None);
    assert_eq!(verify(&without.clone().sign_response(&key()).xml()), Err(Rejection::Destination));
    assert!(verify(&without.sign_assertion(&key()).xml()).is_ok());
}

#[rstest]
#[case("https://evil.example/metadata")]
#[case("https://idp.example/metadata ")]
#[case("https://idp.example/Metadata")]
#[case("")]
fn issuers_are_the_connections(#[case] issuer: &str) {
    refused(&response().with(|r| r.issuer = Some(issuer.into())), &Rejection::ResponseIssuer);
    refused(&response().with(|r| r.assertion.issuer = Some(issuer.into())), &Rejection::AssertionIssuer);
}

#[test]
fn an_assertion_has_one_issuer_of_text() {
    refused(&response().with(|r| r.assertion.issuer = None), &Rejection::AssertionIssuer);
    let second = format!("<saml:Issuer>{IDP}</saml:Issuer>");
    let two = response().inject(Place::AssertionEnd, &second);
    assert_eq!(verify(&two.sign_response(&key()).xml()), Err(Rejection::AssertionIssuer));
    assert_eq!(
        issuer_of(&response().with(|r| r.assertion.issuer = None).xml()),
        Err(Rejection::AssertionIssuer)
    );
}

#[test]
fn a_response_is_issued_now() {
    for seconds in [-480, 180] {
        accepted(&response().with(|r| r.issue_instant = after(seconds)));
        accepted(&response().with(|r| r.assertion.issue_instant = after(seconds)));
    }
    for (seconds, response_rejection, assertion_rejection) in [
        (
            -481,
            Rejection::IssuedTooLongAgo("response".into()),
            Rejection::IssuedTooLongAgo("assertion".into()),
        ),
        (181, Rejection::IssuedInFuture("response".into()), Rejection::IssuedInFuture("assertion".into())),
    ] {
        refused(&response().with(|r| r.issue_instant = after(seconds)), &response_rejection);
        refused(&response().with(|r| r.assertion.issue_instant = after(seconds)), &assertion_rejection);
    }
}

#[rstest]
#[case(None)]
#[case(Some("now"))]
#[case(Some("2026-11-24T08:00:00"))]
#[case(Some("2026-11-24T09:00:00+01:00"))]
fn an_instant_is_utc(#[case] instant: Option<&str>) {
    let instant = || instant.map(str::to_owned);
    refused(&response().with(|r| r.issue_instant = instant()), &Rejection::Instant("IssueInstant".into()));
    refused(
        &response().with(|r| r.assertion.issue_instant = instant()),
        &Rejection::Instant("IssueInstant".into()),
    );
    let confirmation = Rejection::Instant("NotOnOrAfter of the bearer confirmation".into());
    refused(&response().confirmation(|c| c.not_on_or_after = instant()), &confirmation);
    if instant().is_some() {
        let conditions = Rejection::Instant("NotBefore of the conditions".into());
        refused(&response().conditions(|c| c.not_before = instant()), &conditions);
        let conditions = Rejection::Instant("NotOnOrAfter of the conditions".into());
        refused(&response().conditions(|c| c.not_on_or_after = instant()), &conditions);
        let session = Rejection::Instant("SessionNotOnOrAfter".into());
        refused(&response().authn_statement(|s| s.session_not_on_or_after = instant()), &session);
    }
}

#[test]
fn there_is_one_subject_with_one_name_id() {
    refused(&response().with(|r| r.assertion.subject = None), &Rejection::Subject);
    refused(
        &response().name_id(|_| ()).with(|r| r.assertion.subject.as_mut().unwrap().name_id = None),
        &Rejection::Subject,
    );
    for more in [
        "<saml:NameID>eve@acme.example</saml:NameID>",
        "<saml:BaseID/>",
        "<saml:EncryptedID/>",
        "<x:NameID xmlns:x=\"urn:x\">eve@acme.example</x:NameID>",
    ] {
        refused(&response().inject(Place::SubjectEnd, more), &Rejection::Subject);
    }
    let second = "<saml:Subject><saml:NameID>eve@acme.example</saml:NameID></saml:Subject>";
    refused(&response().inject(Place::AfterConditions, second), &Rejection::Subject);
}

#[rstest]
#[case::empty("")]
#[case::space(" \n\t")]
#[case::zero_width("ada\u{200B}@acme.example")]
#[case::bidi_override("ada\u{202E}@acme.example")]
#[case::control("ada\u{85}")]
#[case::soft_hyphen("ada\u{AD}")]
fn a_name_id_can_be_told_apart(#[case] text: &str) {
    refused(&response().name_id(|n| *n = text.into()), &Rejection::NameIdText);
}

#[test]
fn a_name_id_is_at_most_1_024_characters() {
    let named = |count: usize| response().name_id(|n| *n = NameIdentifier::from("ä".repeat(count).as_str()));
    assert_eq!(accepted(&named(1_024)).profile.name_id.chars().count(), 1_024);
    refused(&named(1_025), &Rejection::NameIdText);
}

#[test]
fn a_name_id_is_text_alone() {
    let xml =
        response().xml().replace("ada@acme.example", "ada@acme.example<x xmlns=\"urn:x\"/>.evil.example");
    let options = vestibule_demo_idp::mint::SignatureOptions::default();
    let target = vestibule_demo_idp::mint::Target::Assertion;
    let signed = vestibule_demo_idp::mint::sign(&xml, &target, &key(), &options).unwrap();
    assert_eq!(verify(&signed), Err(Rejection::Subject));
}

#[test]
fn a_bearer_confirmation_is_there() {
    let none = response().with(|r| r.assertion.subject.as_mut().unwrap().confirmations.clear());
    refused(&none, &Rejection::NoBearerConfirmation);
    for method in [method::HOLDER_OF_KEY, method::SENDER_VOUCHES, "", "urn:oasis:names:tc:SAML:2.0:cm:Bearer"]
    {
        refused(
            &response().confirmation(|c| method.clone_into(&mut c.method)),
            &Rejection::NoBearerConfirmation,
        );
    }
    refused(&response().confirmation(|c| c.without_data = true), &Rejection::NoBearerConfirmation);
}

#[test]
fn one_confirmation_among_several_is_enough() {
    let other = |change: fn(&mut SubjectConfirmation)| {
        response().with(|r| {
            let confirmations = &mut r.assertion.subject.as_mut().unwrap().confirmations;
            let mut other = confirmations[0].clone();
            change(&mut other);
            confirmations.insert(0, other);
        })
    };
    accepted(&other(|c| method::HOLDER_OF_KEY.clone_into(&mut c.method)));
    let first_of_two_that_hold = other(|_| {}).with(|r| {
        r.assertion.subject.as_mut().unwrap().confirmations[1].in_response_to = None;
    });
    assert_eq!(accepted(&first_of_two_that_hold).in_response_to.as_deref(), Some(REQUEST));
    let first_of_two_that_do_not = other(|c| c.recipient = None).with(|r| {
        r.assertion.subject.as_mut().unwrap().confirmations[1].not_on_or_after = after(-900);
    });
    refused(&first_of_two_that_do_not, &Rejection::Recipient);
    let longer = other(|c| {
        c.recipient = Some("https://elsewhere.example/acs".to_owned());
        c.not_on_or_after = after(900);
    });
    assert_eq!(
        accepted(&longer).not_on_or_after,
        now() + Duration::seconds(900),
        "remembered as long as any of them could be brought again"
    );
}

#[rstest]
#[case(None)]
#[case(Some("https://sso.example.com/sso/other/acs"))]
#[case(Some("https://sso.example.com/sso/acme/acs?x"))]
#[case(Some("https://sso.example.com/sso/acme/ACS"))]
fn the_recipient_is_ours(#[case] recipient: Option<&str>) {
    let recipient = || recipient.map(str::to_owned);
    refused(&response().confirmation(|c| c.recipient = recipient()), &Rejection::Recipient);
}

#[test]
fn a_bearer_confirmation_has_no_not_before() {
    refused(&response().confirmation(|c| c.not_before = after(-60)), &Rejection::ConfirmationNotBefore);
}

#[test]
fn a_confirmation_ends_to_the_second() {
    accepted(&response().confirmation(|c| c.not_on_or_after = after(-179)));
    refused(&response().confirmation(|c| c.not_on_or_after = after(-180)), &Rejection::ConfirmationExpired);
}

#[rstest]
#[case(Some("_request"), None)]
#[case(None, Some("_request"))]
#[case(Some("_request"), Some("_other"))]
#[case(Some(""), None)]
fn both_answer_the_same_request(#[case] outer: Option<&str>, #[case] inner: Option<&str>) {
    let builder = response()
        .with(|r| r.in_response_to = outer.map(str::to_owned))
        .confirmation(|c| c.in_response_to = inner.map(str::to_owned));
    refused(&builder, &Rejection::InResponseToDisagrees);
}

#[test]
fn there_is_one_conditions() {
    refused(&response().with(|r| r.assertion.conditions = None), &Rejection::NoConditions);
    refused(&response().inject(Place::AfterConditions, "<saml:Conditions/>"), &Rejection::NoConditions);
}

#[test]
fn conditions_begin_and_end_to_the_second() {
    accepted(&response().conditions(|c| c.not_before = after(180)));
    refused(&response().conditions(|c| c.not_before = after(181)), &Rejection::ConditionsNotYetValid);
    let fraction = written(now() + Duration::milliseconds(180_001));
    refused(&response().conditions(|c| c.not_before = fraction), &Rejection::ConditionsNotYetValid);
    accepted(&response().conditions(|c| c.not_on_or_after = after(-179)));
    refused(&response().conditions(|c| c.not_on_or_after = after(-180)), &Rejection::ConditionsExpired);
}

#[test]
fn every_audience_restriction_names_us() {
    let audiences = |restrictions: &[&[&str]]| {
        let owned =
            restrictions.iter().map(|one| one.iter().map(|&text| text.to_owned()).collect()).collect();
        response().conditions(|c| c.audience_restrictions = owned)
    };
    accepted(&audiences(&[&["https://other.example", SP]]));
    accepted(&audiences(&[&[SP], &[SP, "https://other.example"]]));
    let wrong: [&[&[&str]]; 8] = [
        &[],
        &[&[]],
        &[&["https://other.example"]],
        &[&[SP], &["https://other.example"]],
        &[&["https://other.example"], &[SP]],
        &[&["https://sso.example.com/sso/acme/metadata/"]],
        &[&["https://sso.example.com/sso/acme/metadata "]],
        &[&["HTTPS://sso.example.com/sso/acme/metadata"]],
    ];
    for restrictions in wrong {
        refused(&audiences(restrictions), &Rejection::Audience);
    }
    let proxy = response().conditions(|c| {
        c.audience_restrictions.clear();
        c.raw = format!("<saml:ProxyRestriction><saml:Audience>{SP}</saml:Audience></saml:ProxyRestriction>");
    });
    refused(&proxy, &Rejection::Audience);
}

#[rstest]
#[case("<saml:Condition xmlns:x=\"urn:x\"/>")]
#[case("<x:OneTimeUse xmlns:x=\"urn:x\"/>")]
#[case("<saml:DoNotCache/>")]
fn unknown_conditions_refuse(#[case] condition: &str) {
    let unknown = response().conditions(|c| condition.clone_into(&mut c.raw));
    refused(&unknown, &Rejection::UnknownCondition);
}

#[test]
fn somebody_signed_in() {
    refused(&response().with(|r| r.assertion.authn_statements.clear()), &Rejection::NoAuthnStatement);
}

#[test]
fn a_session_ends_without_skew() {
    accepted(&response().authn_statement(|s| s.session_not_on_or_after = after(1)));
    refused(&response().authn_statement(|s| s.session_not_on_or_after = after(0)), &Rejection::SessionOver);
    let two = response().with(|r| {
        let mut second = r.assertion.authn_statements[0].clone();
        r.assertion.authn_statements[0].session_not_on_or_after = after(7_200);
        second.session_not_on_or_after = after(3_600);
        r.assertion.authn_statements.push(second);
    });
    assert_eq!(accepted(&two).session_not_on_or_after, Some(now() + Duration::hours(1)), "the earliest");
}

#[test]
fn every_attribute_can_be_read() {
    let nameless = response().attribute_element(Attribute { name: None, ..Attribute::new("x", ["y"]) });
    refused(&nameless, &Rejection::UnreadableAttribute);
    let encrypted = "<saml:AttributeStatement><saml:EncryptedAttribute/></saml:AttributeStatement>";
    refused(&response().inject(Place::AssertionEnd, encrypted), &Rejection::UnreadableAttribute);
}

#[test]
fn an_assertion_has_an_id() {
    let without = response().with(|r| r.assertion.id = None);
    assert_eq!(verify(&without.sign_response(&key()).xml()), Err(Rejection::InvalidId));
}

#[test]
fn a_simulation_ignores_times_and_nothing_else() {
    let old = |change: fn(&mut SubjectConfirmation)| {
        response()
            .with(|r| {
                r.issue_instant = after(-864_000);
                r.assertion.issue_instant = after(-864_000);
            })
            .conditions(|c| {
                c.not_before = after(86_400);
                c.not_on_or_after = after(-86_400);
            })
            .authn_statement(|s| s.session_not_on_or_after = after(-1))
            .confirmation(|c| c.not_on_or_after = after(-86_400))
            .confirmation(change)
            .sign_assertion(&key())
    };
    assert!(verify_ignoring_time(&old(|_| ()).encoded()).is_ok());
    assert!(verify(&old(|_| ()).xml()).is_err());
    let elsewhere = old(|c| c.recipient = Some("https://elsewhere.example".to_owned()));
    assert_eq!(verify_ignoring_time(&elsewhere.encoded()), Err(Rejection::Recipient));
    let unreadable = old(|c| c.not_on_or_after = Some("never".to_owned()));
    assert!(matches!(verify_ignoring_time(&unreadable.encoded()), Err(Rejection::Instant(_))));
}

#[test]
fn a_response_for_another_organization_is_not_for_this_one() {
    let other = vestibule_demo_idp::mint::ResponseBuilder::new(
        now(),
        &ACS.replace("acme", "globex"),
        &SP.replace("acme", "globex"),
        IDP,
        "ada@acme.example",
    );
    refused(&other, &Rejection::Destination);
    let redirected = other.with(|r| r.destination = Some(ACS.to_owned()));
    refused(&redirected, &Rejection::Recipient);
    refused(&redirected.confirmation(|c| c.recipient = Some(ACS.to_owned())), &Rejection::Audience);
}
