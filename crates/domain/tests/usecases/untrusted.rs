//! A response that nobody vouches for.

use chrono::Duration;
use vestibule_domain::ports::EncodedResponse;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{Outcome, WelcomeEmail};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::PostedResponse;

use crate::office::{newcomer, office};
use crate::saml::Response;
use crate::sign_in::refused;

#[test]
fn it_writes_a_record_that_names_nobody_and_nothing_else() {
    let office = office();
    let good = newcomer(&office, "_1");
    let rows = [
        (Response { forged: true, ..good.clone() }, RefusalCode::UntrustedSignature, true),
        (Response { expired: true, ..good.clone() }, RefusalCode::ResponseExpired, true),
        (Response { issuer: "https://evil.example".into(), ..good.clone() }, RefusalCode::WrongIssuer, false),
    ];
    for (response, code, by_a_connection) in rows {
        let (answer, record) = office.post(&response);
        let refused = refused(answer);
        assert_eq!((refused.code, record.code, record.outcome), (code, Some(code), Outcome::Refused));
        assert_eq!((record.user_id, record.name_id, record.settings_version), (None, None, None));
        assert_eq!((record.explanation.len(), record.changes.len()), (0, 0));
        assert_eq!(record.welcome_email, WelcomeEmail::NotApplicable);
        assert!(record.detail.is_some(), "the administrator reads what was wrong");
        assert_eq!(
            (record.connection.is_some(), refused.contact.is_some()),
            (by_a_connection, by_a_connection)
        );
    }
    let contents = office.contents();
    assert_eq!((contents.users, contents.letters), (Vec::new(), Vec::new()));
    assert!(matches!(office.post(&good).1.outcome, Outcome::Created), "its assertion is not used up");
}

#[test]
fn it_may_be_no_response_at_all() {
    let office = office();
    let posted =
        PostedResponse { response: EncodedResponse("?".into()), ..office.posted(&newcomer(&office, "_1")) };
    let answer = block_on(office.sign_in().run(&posted)).unwrap();
    assert_eq!(refused(answer).code, RefusalCode::MalformedResponse);
    assert_eq!(office.contents().history[0].connection, None);
}

#[test]
fn a_connection_without_an_identity_provider_believes_nobody() {
    let mut acme = vestibule_domain::testing::acme();
    let identity_provider = acme.connection.identity_provider.take().unwrap();
    let office = crate::installation::Installation::of(acme);
    let response = Response::new("_1", identity_provider.metadata.entity_id.as_str(), "ada");
    assert_eq!(refused(office.post(&response).0).code, RefusalCode::WrongIssuer);
}

#[test]
fn a_hundred_an_hour_are_kept_and_the_others_refused_all_the_same() {
    let office = office();
    let forged = Response { forged: true, ..newcomer(&office, "_1") };
    let post = || {
        let answer = block_on(office.sign_in().run(&office.posted(&forged))).unwrap();
        assert_eq!(refused(answer).code, RefusalCode::UntrustedSignature);
        office.contents().history.len()
    };
    for kept in 1..=100 {
        assert_eq!(post(), kept);
    }
    assert_eq!(post(), 100);
    office.post(&newcomer(&office, "_2"));
    assert_eq!(post(), 101, "what is believed is always kept");
    office.clock.advance(Duration::hours(1) + Duration::microseconds(1));
    assert_eq!(post(), 102);
}
