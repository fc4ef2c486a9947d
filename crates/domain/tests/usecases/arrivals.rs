//! What arrived at a sign-in is kept sealed for a while, and who opens it is written down.

use std::sync::Arc;

use chrono::Duration;
use vestibule_domain::arrival::{Arrival, Keep};
use vestibule_domain::ids::SignInId;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::ports::Clock as _;
use vestibule_domain::sign_in::SignInRecord;
use vestibule_domain::testing::{PaperVault, block_on};
use vestibule_domain::usecase::{AdminError, ChangeOrganization, Keeping, OpenArrival, SignIn};

use crate::installation::Installation;
use crate::office::{OPERATOR, newcomer, office, slug};
use crate::saml::Response;

fn open(office: &Installation, id: SignInId) -> Result<Arrival, AdminError> {
    open_with(office, id, 0)
}

fn open_with(office: &Installation, id: SignInId, number: u8) -> Result<Arrival, AdminError> {
    let open = OpenArrival { world: office.world(), vault: Arc::new(PaperVault { number }) };
    block_on(open.run(&OPERATOR, office.acme.organization.id, id)).map(|(arrival, _)| arrival)
}

/// Posts a response to a service that keeps what arrives for so long.
fn post_keeping(office: &Installation, response: &Response, keep: Keep) -> SignInRecord {
    let keeping = Keeping { vault: Arc::new(PaperVault::default()), keep };
    let sign_in = SignIn { keeping, ..office.sign_in() };
    block_on(sign_in.run(&office.posted(response))).unwrap();
    office.contents().history.remove(0)
}

#[test]
fn of_a_believed_response_everything_is_kept_and_the_record_has_the_names() {
    let office = office();
    let mut response = newcomer(&office, "_1");
    response.attributes.insert("groups".into(), vec!["a".into(), "b".into()]);
    let (_, record) = office.post(&response);
    let named: Vec<_> = record.arrived.iter().map(|one| (one.name.as_str(), one.values)).collect();
    assert_eq!(named, [("givenName", 1), ("groups", 2), ("sn", 1)]);
    let Ok(Arrival::Profile(profile)) = open(&office, record.id) else { panic!("it is kept") };
    assert_eq!((profile.name_id, profile.attributes), (response.name_id, response.attributes));
    assert_eq!(office.last_audit(), ("sign_in.arrival_read", record.id.to_string()));
}

#[test]
fn of_a_response_that_is_not_believed_the_response_is_kept_and_no_name() {
    let office = office();
    let forged = Response { forged: true, ..newcomer(&office, "_1") };
    let (_, record) = office.post(&forged);
    assert_eq!(record.arrived, []);
    assert_eq!(open(&office, record.id).unwrap(), Arrival::Response(forged.encoded()));
}

#[test]
fn a_large_response_that_is_not_believed_is_not_kept() {
    let office = office();
    let mut forged = Response { forged: true, ..newcomer(&office, "_1") };
    forged.attributes.insert("groups".into(), vec!["x".repeat(20 * 1024)]);
    let (_, record) = office.post(&forged);
    assert!(matches!(open(&office, record.id), Err(AdminError::NotFound("arrival"))));
    let (_, record) = office.post(&Response { forged: false, ..forged });
    assert!(open(&office, record.id).is_ok(), "somebody vouches for this one");
}

#[test]
fn it_is_kept_for_a_week_unless_the_operator_says_otherwise() {
    let office = office();
    let week = post_keeping(&office, &newcomer(&office, "_1"), Keep::default());
    let day = post_keeping(&office, &newcomer(&office, "_2"), Keep::days(1));
    let never = post_keeping(&office, &newcomer(&office, "_3"), Keep::days(0));
    let kept = |office: &Installation| [&week, &day, &never].map(|record| open(office, record.id).is_ok());
    assert_eq!(kept(&office), [true, true, false]);
    office.clock.advance(Duration::days(1));
    assert_eq!(kept(&office), [true, false, false]);
    office.clock.advance(Duration::days(6) - Duration::microseconds(1));
    assert_eq!(kept(&office), [true, false, false]);
    office.clock.advance(Duration::microseconds(1));
    assert_eq!(kept(&office), [false, false, false]);
    assert_eq!(never.arrived.len(), 2, "the names stay with the record");
}

#[test]
fn an_organization_may_want_it_kept_for_a_shorter_time_and_for_no_longer() {
    let office = office();
    let change = ChangeOrganization(office.world());
    let kept_days = |days: Option<i64>, id: &str, keep| {
        let edit = |draft: &mut OrganizationDraft| draft.keep_arrivals_days = days;
        block_on(change.run(&OPERATOR, &slug(), None, &edit)).unwrap();
        let record = post_keeping(&office, &newcomer(&office, id), keep);
        let open = OpenArrival { world: office.world(), vault: Arc::new(PaperVault::default()) };
        let opened = block_on(open.run(&OPERATOR, office.acme.organization.id, record.id));
        opened.ok().map(|(_, until)| (until - office.clock.now()).num_days())
    };
    let week = Keep::default;
    assert_eq!(kept_days(None, "_1", week()), Some(7));
    assert_eq!(kept_days(Some(2), "_2", week()), Some(2));
    assert_eq!(kept_days(Some(8), "_3", week()), Some(7));
    assert_eq!(kept_days(Some(0), "_4", week()), None);
    assert_eq!(kept_days(Some(2), "_5", Keep(None)), None);
    for days in [-1, 3_651, i64::MAX] {
        let edit = |draft: &mut OrganizationDraft| draft.keep_arrivals_days = Some(days);
        let refused = block_on(change.run(&OPERATOR, &slug(), None, &edit));
        let Err(AdminError::Invalid(problems)) = refused else { panic!("{days} was taken") };
        assert_eq!((&*problems.0[0].pointer, problems.0[0].code), ("/keep_arrivals_days", "invalid"));
    }
}

#[test]
fn nobody_looked_where_nothing_was_kept() {
    let office = office();
    let never = post_keeping(&office, &newcomer(&office, "_1"), Keep(None));
    let before = office.contents().audit;
    assert!(matches!(open(&office, never.id), Err(AdminError::NotFound("arrival"))));
    assert!(matches!(open(&office, office.world().id()), Err(AdminError::NotFound("sign-in"))));
    assert_eq!(office.contents().audit, before);
}

#[test]
fn another_key_does_not_open_it_and_says_so() {
    let office = office();
    let (_, record) = office.post(&newcomer(&office, "_1"));
    assert!(matches!(open_with(&office, record.id, 1), Err(AdminError::SealedElsewhere)));
}
