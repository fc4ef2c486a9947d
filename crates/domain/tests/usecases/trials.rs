//! Trying a connection for real.

use std::sync::Arc;

use chrono::Duration;
use vestibule_domain::field::Field;
use vestibule_domain::ports::{Delivery, Rejection};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::sign_in::Outcome;
use vestibule_domain::testing::{PaperVault, block_on};
use vestibule_domain::token::Token;
use vestibule_domain::trial::Trial;
use vestibule_domain::usecase::{
    AdminError, BeginTrial, Bounded, BrowserBinding, PostedResponse, ReceiveTrial, ReportTrial, TrialBegun,
    TrialError, TrialReport,
};

use crate::installation::Installation;
use crate::office::{newcomer, office, okta, slug};
use crate::saml::Response;

fn begin(office: &Installation, draft: &SettingsDraft) -> Result<TrialBegun, TrialError> {
    block_on(BeginTrial(Installation::begin(office.world())).run(&slug(), &okta(), draft, None))
}

/// The draft of the saved settings.
fn saved(office: &Installation) -> SettingsDraft {
    SettingsDraft::from(&office.acme.connection.settings)
}

/// A trial that waits, by the id of its request, and the browser's cookie.
fn waiting(office: &Installation, draft: &SettingsDraft) -> (String, Token) {
    let begun = begin(office, draft).unwrap();
    let Delivery::Redirect(url) = begun.delivery else { panic!("not a redirect") };
    (url.as_str().split_once("?id=").unwrap().1.to_owned(), begun.browser)
}

fn answer(office: &Installation, response: &Response, id: &str, browser: Option<&Token>) -> Option<Trial> {
    let posted = PostedResponse {
        relay_state: Some(id.to_owned()),
        browser: browser.map(|token| Token::presented(token.reveal())),
        ..office.posted(response)
    };
    let receive = ReceiveTrial {
        world: office.world(),
        vault: Arc::new(PaperVault::default()),
        browser_binding: BrowserBinding::Required,
    };
    block_on(receive.run(&posted)).unwrap()
}

fn report(office: &Installation, id: &str) -> Result<TrialReport, AdminError> {
    block_on(ReportTrial(office.simulate()).run(&slug(), &okta(), id))
}

#[test]
fn a_trial_of_a_draft_tells_what_would_become_of_the_person_and_makes_nobody() {
    let office = office();
    let mut draft = saved(&office);
    draft.attribute_mapping.insert(Field::FirstName, "Vorname".to_owned());
    let (id, browser) = waiting(&office, &draft);
    assert!(report(&office, &id).unwrap().record.is_none(), "nothing came yet");
    let (users, history) = (office.contents().users, office.contents().history);

    let answered = answer(&office, &newcomer(&office, "_1"), &id, Some(&browser)).unwrap();
    assert_eq!(answered.id, id);
    let report = report(&office, &id).unwrap();
    let record = report.record.unwrap();
    assert_eq!(record.code, Some(RefusalCode::MissingRequiredAttribute), "by the draft, which is not saved");
    assert_eq!(report.draft, draft);
    assert!(report.examined.iter().all(|examined| examined.rejection.is_none()));
    assert_eq!((office.contents().users, office.contents().history), (users, history));
}

#[test]
fn an_organization_has_fifty_trials_at_most() {
    let office = office();
    let draft = saved(&office);
    for _ in 0..Bounded::Trials.most() {
        begin(&office, &draft).unwrap();
    }
    let refused = begin(&office, &draft).unwrap_err();
    assert!(matches!(refused, TrialError::Admin(AdminError::TooMany(Bounded::Trials))), "{refused:?}");
    // Those that nobody answers are soon forgotten.
    office.clock.advance(Duration::minutes(10));
    begin(&office, &draft).unwrap();
}

#[test]
fn a_trial_goes_through_a_connection_that_lets_nobody_in() {
    let mut office = office();
    office.acme.connection.details.enabled = false;
    let office = Installation::of(office.acme);
    let (id, browser) = waiting(&office, &saved(&office));
    answer(&office, &newcomer(&office, "_1"), &id, Some(&browser)).unwrap();
    let record = report(&office, &id).unwrap().record.unwrap();
    assert_eq!((record.outcome, record.code), (Outcome::Created, None), "as it will be once it is enabled");
}

#[test]
fn what_is_not_believed_is_reported() {
    let office = office();
    let (id, browser) = waiting(&office, &saved(&office));
    let forged = Response { forged: true, ..newcomer(&office, "_1") };
    answer(&office, &forged, &id, Some(&browser)).unwrap();
    let report = report(&office, &id).unwrap();
    assert_eq!(report.examined[0].rejection, Some(Rejection::InvalidSignature));
    assert_eq!(report.record.unwrap().code, Some(RefusalCode::UntrustedSignature));
}

#[test]
fn only_the_browser_that_asked_answers_and_only_once_and_in_time() {
    let office = office();
    let (id, browser) = waiting(&office, &saved(&office));
    let response = newcomer(&office, "_1");
    assert!(answer(&office, &response, &id, None).is_none());
    assert!(answer(&office, &response, &id, Some(&Token::presented("another"))).is_none());
    assert!(answer(&office, &response, "_trial_unknown", Some(&browser)).is_none());
    assert!(answer(&office, &response, &id, Some(&browser)).is_some());
    assert!(answer(&office, &response, &id, Some(&browser)).is_none(), "again");

    let (late, browser) = waiting(&office, &saved(&office));
    office.clock.advance(Duration::minutes(10));
    assert!(answer(&office, &response, &late, Some(&browser)).is_none());
}

#[test]
fn a_faulty_draft_is_not_tried() {
    let office = office();
    let draft = SettingsDraft { email_domains: vec!["not a domain".into()], ..saved(&office) };
    let Err(TrialError::Admin(AdminError::Invalid(problems))) = begin(&office, &draft) else {
        panic!("it was tried")
    };
    assert_eq!(problems.0[0].pointer, "/email_domains/0");
}
