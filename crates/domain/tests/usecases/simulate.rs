//! What a sign-in would do. That it is what the sign-in then does, the properties show.

use std::collections::BTreeMap;

use vestibule_domain::ids::SignInId;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::sign_in::{Outcome, SignInRecord};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, Simulation, SimulationInput};

use crate::installation::Installation;
use crate::office::{newcomer, office, office_with_ada, okta, slug};
use crate::saml::Response;

fn simulate(office: &Installation, simulation: &Simulation) -> Result<SignInRecord, AdminError> {
    let before = office.contents();
    let result = block_on(office.simulate().run(&slug(), &okta(), simulation));
    assert_eq!(office.contents(), before, "a simulation writes nothing");
    result
}

fn of(response: &Response) -> Simulation {
    Simulation { input: SimulationInput::Response(response.encoded()), settings: None }
}

fn of_attributes(response: &Response, settings: Option<SettingsDraft>) -> Simulation {
    let (name_id, attributes) = (response.name_id.clone(), response.attributes.clone());
    Simulation { input: SimulationInput::Attributes { name_id, attributes }, settings }
}

#[test]
fn attributes_are_enough() {
    let office = office();
    let record = simulate(&office, &of_attributes(&newcomer(&office, "_1"), None)).unwrap();
    assert_eq!((record.outcome, record.id), (Outcome::Created, SignInId(uuid::Uuid::nil())));
    assert_eq!((record.verified_by, record.user_id), (None, None));
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
