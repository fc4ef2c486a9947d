//! What a sign-in would do. That it is what the sign-in then does, the properties show.

use std::collections::BTreeMap;

use vestibule_domain::ids::{SignInId, UserId};
use vestibule_domain::ports::Rejection;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{
    AdminError, Checkpoint, IdentityDraft, Simulated, SimulatedUser, Simulation, SimulationInput, UserDraft,
};

use crate::installation::Installation;
use crate::office::{newcomer, office, office_with_ada, okta, slug};
use crate::saml::Response;

fn simulate(office: &Installation, simulation: &Simulation) -> Result<SignInRecord, AdminError> {
    run(office, simulation).map(|simulated| simulated.record)
}

fn run(office: &Installation, simulation: &Simulation) -> Result<Simulated, AdminError> {
    let before = office.contents();
    let result = block_on(office.simulate().run(&slug(), &okta(), simulation));
    assert_eq!(office.contents(), before, "a simulation writes nothing");
    result
}

fn of_input(input: SimulationInput) -> Simulation {
    Simulation { input, settings: None, user: SimulatedUser::Known, presumes_enabled: false }
}

fn of(response: &Response) -> Simulation {
    of_input(SimulationInput::Response(response.encoded()))
}

fn of_attributes(response: &Response, settings: Option<SettingsDraft>) -> Simulation {
    let (name_id, attributes) = (response.name_id.clone(), response.attributes.clone());
    Simulation { settings, ..of_input(SimulationInput::Attributes { name_id, attributes }) }
}

#[test]
fn attributes_are_enough() {
    let office = office();
    let record = simulate(&office, &of_attributes(&newcomer(&office, "_1"), None)).unwrap();
    assert_eq!((record.outcome, record.id), (Outcome::Created, SignInId(uuid::Uuid::nil())));
    assert_eq!((record.verified_by, record.user_id), (None, None));
}

#[test]
fn a_connection_that_is_not_enabled_yet_can_be_tried_as_if_it_were() {
    let office = office();
    office.change_connection(|details| details.enabled = false);
    let as_it_is = of_attributes(&newcomer(&office, "_1"), None);
    let as_it_will_be = Simulation { presumes_enabled: true, ..as_it_is.clone() };
    assert_eq!(simulate(&office, &as_it_is).unwrap().code, Some(RefusalCode::ConnectionDisabled));
    assert_eq!(simulate(&office, &as_it_will_be).unwrap().outcome, Outcome::Created);
}

#[test]
fn a_response_is_checked_and_reported() {
    let office = office();
    let good = newcomer(&office, "_1");
    let record = simulate(&office, &of(&good)).unwrap();
    assert_eq!((record.outcome, record.verified_by.as_deref()), (Outcome::Created, Some("00ff")));

    let forged = simulate(&office, &of(&Response { forged: true, ..good })).unwrap();
    assert_eq!((forged.outcome, forged.code), (Outcome::Refused, Some(RefusalCode::UntrustedSignature)));
    assert!(forged.detail.is_some());
    assert_eq!(forged.name_id, None, "nobody vouches for it");
}

#[test]
fn the_age_of_a_response_its_use_and_its_request_do_not_matter() {
    let office = office_with_ada();
    let used = office.response("_1", "ada@acme.example");
    office.post(&used);
    let old = Response { expired: true, in_response_to: Some("_gone".into()), ..used };
    assert_eq!(simulate(&office, &of(&old)).unwrap().outcome, Outcome::Unchanged);
}

#[test]
fn a_draft_is_tried_in_place_of_the_saved_settings() {
    let office = office();
    let saved = SettingsDraft::from(&office.connection().settings);
    let closed = SettingsDraft { allow_automatic_registration: false, ..saved.clone() };
    let record = simulate(&office, &of_attributes(&newcomer(&office, "_1"), Some(closed))).unwrap();
    assert_eq!(record.code, Some(RefusalCode::RegistrationDisabled));

    let faulty = SettingsDraft { attribute_mapping: BTreeMap::new(), ..saved };
    let Err(AdminError::Invalid(problems)) =
        simulate(&office, &of_attributes(&newcomer(&office, "_1"), Some(faulty)))
    else {
        panic!("the draft has faults")
    };
    let pointers: Vec<_> = problems.0.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(pointers, ["/settings/attribute_mapping/first_name", "/settings/attribute_mapping/last_name"]);
}

#[test]
fn a_connection_without_an_identity_provider_believes_no_response() {
    let mut acme = vestibule_domain::testing::acme();
    acme.connection.identity_provider = None;
    let office = Installation::of(acme);
    let response = Response::new("_1", "https://okta.example/idp", "new@acme.example");
    assert_eq!(simulate(&office, &of(&response)).unwrap().code, Some(RefusalCode::WrongIssuer));
    let by_attributes = of_attributes(&newcomer_of(&response), None);
    assert_eq!(simulate(&office, &by_attributes).unwrap().outcome, Outcome::Created);
}

fn newcomer_of(response: &Response) -> Response {
    let names = [("givenName", "Nora"), ("sn", "New")];
    let attributes = names.map(|(name, value)| (name.to_owned(), vec![value.to_owned()])).into();
    Response { attributes, ..response.clone() }
}

#[test]
fn what_does_not_exist_is_said_to() {
    let office = office();
    let simulation = of_attributes(&newcomer(&office, "_1"), None);
    let run = office.simulate();
    let nowhere = block_on(run.run(&"nowhere".parse().unwrap(), &okta(), &simulation));
    assert!(matches!(nowhere, Err(AdminError::NotFound("organization"))));
    let unknown = block_on(run.run(&slug(), &"entra".parse().unwrap(), &simulation));
    assert!(matches!(unknown, Err(AdminError::NotFound("connection"))));
}

/// What a sign-in would be refused for, by checkpoint.
fn found(simulated: &Simulated) -> Vec<(Checkpoint, Option<Rejection>)> {
    simulated.checks.iter().map(|checked| (checked.checkpoint, checked.rejection.clone())).collect()
}

#[test]
fn what_would_refuse_a_response_now_is_reported_check_by_check() {
    let office = office_with_ada();
    let fresh = office.response("_1", "ada@acme.example");
    let all = [Checkpoint::Signature, Checkpoint::Age, Checkpoint::Use, Checkpoint::Request];
    let simulated = run(&office, &of(&fresh)).unwrap();
    assert_eq!(found(&simulated), all.map(|checkpoint| (checkpoint, None)));
    assert!(simulated.checks[0].certificate.as_deref().is_some_and(|subject| subject.contains("Okta")));

    office.post(&fresh);
    let old = Response { expired: true, in_response_to: Some("_gone".into()), ..fresh.clone() };
    let simulated = run(&office, &of(&old)).unwrap();
    let rejections: Vec<_> = found(&simulated).into_iter().map(|(_, rejection)| rejection).collect();
    assert_eq!(rejections[0], None);
    assert_eq!(rejections[1].as_ref().map(Rejection::code), Some(RefusalCode::ResponseExpired));
    assert_eq!(rejections[2..], [Some(Rejection::Replayed), Some(Rejection::UnknownRequest)]);
    assert_eq!(simulated.record.outcome, Outcome::Unchanged, "none of it refuses a simulation");

    office.change_connection(|details| details.allow_idp_initiated = false);
    assert_eq!(found(&run(&office, &of(&fresh)).unwrap())[3].1, Some(Rejection::Unsolicited));

    let forged = run(&office, &of(&Response { forged: true, ..fresh })).unwrap();
    assert_eq!(found(&forged).len(), 1, "nothing in it is looked at");
    assert_eq!(found(&forged)[0].1, forged.record.rejection);
}

#[test]
fn attributes_alone_have_nothing_to_check() {
    let office = office();
    assert_eq!(run(&office, &of_attributes(&newcomer(&office, "_1"), None)).unwrap().checks, []);
}

#[test]
fn a_past_sign_in_is_tried_again_as_long_as_what_arrived_is_kept() {
    let office = office();
    office.set(|draft| draft.allow_automatic_registration = false);
    let (_, refused) = office.post(&newcomer(&office, "_1"));
    assert_eq!(refused.code, Some(RefusalCode::RegistrationDisabled));
    let again = of_input(SimulationInput::SignIn(refused.id));
    let simulated = run(&office, &again).unwrap();
    let expected = SignInRecord { id: SignInId(uuid::Uuid::nil()), ..refused };
    assert_eq!((simulated.record, simulated.checks), (expected, Vec::new()));

    let saved = SettingsDraft::from(&office.connection().settings);
    let open = SettingsDraft { allow_automatic_registration: true, ..saved };
    let open = Simulation { settings: Some(open), ..again.clone() };
    assert_eq!(simulate(&office, &open).unwrap().outcome, Outcome::Created);

    office.clock.advance(chrono::Duration::days(7));
    assert!(matches!(simulate(&office, &again), Err(AdminError::NotFound("arrival"))));
}

#[test]
fn a_past_response_that_was_not_believed_is_checked_again() {
    let office = office();
    let (_, record) = office.post(&Response { forged: true, ..newcomer(&office, "_1") });
    let simulated = run(&office, &of_input(SimulationInput::SignIn(record.id))).unwrap();
    assert_eq!(simulated.record.rejection, record.rejection);
    assert_eq!(found(&simulated), [(Checkpoint::Signature, record.rejection)]);
}

#[test]
fn only_a_sign_in_through_the_connection_is_tried_again() {
    let office = office();
    let (_, record) = office.post(&newcomer(&office, "_1"));
    office.add_connection("entra", |_| {});
    let again = of_input(SimulationInput::SignIn(record.id));
    let elsewhere = block_on(office.simulate().run(&slug(), &"entra".parse().unwrap(), &again));
    let Err(AdminError::Invalid(problems)) = elsewhere else { panic!("it is another connection's") };
    assert_eq!(problems.0[0].pointer, "/sign_in_id");
    let nothing = of_input(SimulationInput::SignIn(office.world().id()));
    assert!(matches!(simulate(&office, &nothing), Err(AdminError::NotFound("sign-in"))));
}

#[test]
fn a_chosen_user_is_recognised_whatever_the_name_id() {
    let office = office_with_ada();
    let ada = office.contents().users.remove(0);
    let input = of_attributes(&newcomer(&office, "_1"), None);
    let chosen = Simulation { user: SimulatedUser::Chosen(ada.id), ..input.clone() };
    let record = simulate(&office, &chosen).unwrap();
    assert_eq!((record.outcome, record.matched_by), (Outcome::Updated, MatchedBy::Identity));
    assert_eq!(record.user_id, Some(ada.id));
    let rules: Vec<_> = record.changes.iter().map(|change| record.rule_of(change)).collect();
    assert_eq!(rules, vec![Some(Rule::MappedAttribute); record.changes.len()]);

    let nobody = Simulation { user: SimulatedUser::Chosen(UserId(uuid::Uuid::max())), ..input };
    let Err(AdminError::Invalid(problems)) = simulate(&office, &nobody) else {
        panic!("there is no such user")
    };
    assert_eq!((problems.0[0].pointer.as_str(), problems.0[0].code), ("/user/user_id", "user_not_found"));
}

/// Somebody who is nowhere written down, with the newcomer's address.
fn somebody(edit: impl FnOnce(&mut UserDraft)) -> SimulatedUser {
    let mut draft = UserDraft {
        email: "new@acme.example".into(),
        first_name: "Nora".into(),
        last_name: "Old".into(),
        ..UserDraft::default()
    };
    edit(&mut draft);
    SimulatedUser::Imagined(Box::new(draft))
}

#[test]
fn an_imagined_user_is_recognised_by_the_rules() {
    let office = office();
    let identity = |name_id: &str| vec![IdentityDraft { connection: "okta".into(), name_id: name_id.into() }];
    let rows = [
        (somebody(|draft| draft.identities = identity("new@acme.example")), MatchedBy::Identity, None),
        (somebody(|draft| draft.email = "b@acme.example".into()), MatchedBy::None, None),
        (
            somebody(|draft| draft.identities = identity("NEW@acme.example")),
            MatchedBy::None,
            Some(RefusalCode::AmbiguousMatch),
        ),
        (
            somebody(|draft| draft.identities = identity("other")),
            MatchedBy::Email,
            Some(RefusalCode::EmailInUse),
        ),
        (somebody(|draft| draft.active = false), MatchedBy::Email, Some(RefusalCode::UserDeactivated)),
        (SimulatedUser::Nobody, MatchedBy::None, None),
    ];
    for (user, matched_by, code) in rows {
        let simulation = Simulation { user, ..of_attributes(&newcomer(&office, "_1"), None) };
        let record = simulate(&office, &simulation).unwrap();
        assert_eq!(
            (record.matched_by, record.code, record.user_id),
            (matched_by, code, None),
            "{:?}",
            simulation.user
        );
    }
}

#[test]
fn nobody_is_there_where_nobody_is_imagined() {
    let office = office_with_ada();
    let mut ada = newcomer(&office, "_1");
    ada.name_id = "ada@acme.example".into();
    let nobody = Simulation { user: SimulatedUser::Nobody, ..of_attributes(&ada, None) };
    assert_eq!(simulate(&office, &nobody).unwrap().outcome, Outcome::Created);
}

#[test]
fn faults_of_the_settings_and_of_the_user_are_named_together() {
    let office = office();
    let saved = SettingsDraft::from(&office.connection().settings);
    let faulty = SettingsDraft { attribute_mapping: BTreeMap::new(), ..saved };
    let user = somebody(|draft| draft.email = "?".into());
    let simulation = Simulation { user, ..of_attributes(&newcomer(&office, "_1"), Some(faulty)) };
    let Err(AdminError::Invalid(problems)) = simulate(&office, &simulation) else {
        panic!("there are faults")
    };
    let pointers: Vec<_> = problems.0.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        ["/settings/attribute_mapping/first_name", "/settings/attribute_mapping/last_name", "/user/email"]
    );
    let named = block_on(office.simulate().faults(&slug(), &okta(), &simulation)).unwrap();
    assert_eq!(named, problems);
}

#[test]
fn a_draft_is_compared_with_what_is_saved() {
    let office = office();
    let saved = SettingsDraft::from(&office.connection().settings);
    let closed = SettingsDraft { allow_automatic_registration: false, ..saved };
    let simulated = run(&office, &of_attributes(&newcomer(&office, "_1"), Some(closed))).unwrap();
    assert_eq!(simulated.record.outcome, Outcome::Refused);
    assert_eq!(simulated.saved.map(|saved| saved.outcome), Some(Outcome::Created));
    assert!(run(&office, &of_attributes(&newcomer(&office, "_1"), None)).unwrap().saved.is_none());
}
