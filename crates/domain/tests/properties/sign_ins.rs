//! What holds of every sign-in on a store.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::settings::{DefaultsDraft, SettingsDraft};
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{SignInAnswer, SimulatedUser, Simulation, SimulationInput};
use vestibule_domain::user::User;

use crate::installation::Installation;
use crate::saml::Response;
use crate::scene::{Scene, scenes};

/// The codes with which a rule refuses.
const BY_A_RULE: [RefusalCode; 12] = [
    RefusalCode::AmbiguousMatch,
    RefusalCode::ConnectionDisabled,
    RefusalCode::EmailDomainNotAllowed,
    RefusalCode::EmailInUse,
    RefusalCode::InvalidUserTypeOrRole,
    RefusalCode::LinkVerificationSent,
    RefusalCode::MissingEmail,
    RefusalCode::MissingRequiredAttribute,
    RefusalCode::RegistrationDisabled,
    RefusalCode::UnknownLocation,
    RefusalCode::UnsupportedResponse,
    RefusalCode::UserDeactivated,
];

fn simulate(
    installation: &Installation,
    response: &Response,
    settings: Option<SettingsDraft>,
) -> SignInRecord {
    let input = SimulationInput::Response(response.encoded());
    let simulation = Simulation { input, settings, user: SimulatedUser::Known, presumes_enabled: false };
    let acme = &installation.acme;
    let (slug, key) = (&acme.organization.slug, &acme.connection.details.key);
    block_on(installation.simulate().run(slug, key, &simulation)).unwrap().record
}

/// A user without what every sign-in moves on.
fn lasting(user: &User) -> User {
    User { version: vestibule_domain::ids::Version::FIRST, last_sign_in_at: None, ..user.clone() }
}

fn all_lasting(users: &[User]) -> Vec<User> {
    users.iter().map(lasting).collect()
}

#[test]
fn the_scenes_reach_every_outcome_and_every_refusal_by_a_rule() {
    let mut outcomes = BTreeSet::new();
    let mut codes = BTreeSet::new();
    let mut matches = BTreeSet::new();
    let mut warned = false;
    let mut runner = TestRunner::deterministic();
    for _ in 0..2_000 {
        let scene = scenes().new_tree(&mut runner).unwrap().current();
        let installation = scene.installation();
        let record = simulate(&installation, &scene.response("_1", &installation), None);
        outcomes.insert(record.outcome);
        codes.extend(record.code);
        matches.insert((record.outcome != Outcome::Refused, record.matched_by));
        warned |= !record.warnings.is_empty();
    }
    assert_eq!(outcomes, Outcome::ALL.iter().copied().collect());
    assert_eq!(codes, BTreeSet::from(BY_A_RULE));
    assert_eq!(matches.len(), 2 * MatchedBy::ALL.len());
    assert!(warned);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn a_sign_in_repeated_changes_nothing(scene in scenes()) {
        let installation = scene.installation();
        let (_, first) = installation.post(&scene.response("_1", &installation));
        let before = installation.contents();
        let (_, second) = installation.post(&scene.response("_2", &installation));
        let after = installation.contents();

        prop_assert_eq!(second.code, first.code);
        prop_assert_eq!(&second.changes, &Vec::new());
        prop_assert_eq!(&second.warnings, &first.warnings);
        prop_assert_eq!(all_lasting(&after.users), all_lasting(&before.users));
        let expected = if first.outcome == Outcome::Refused { Outcome::Refused } else { Outcome::Unchanged };
        prop_assert_eq!(second.outcome, expected);
        // Nobody is told anything twice.
        prop_assert_eq!(after.letters.len(), before.letters.len());
    }

    #[test]
    fn no_assignment_is_removed_and_every_type_has_one_role(scene in scenes()) {
        let installation = scene.installation();
        let before = installation.contents().users;
        let (_, record) = installation.post(&scene.response("_1", &installation));
        let after = installation.contents().users;

        prop_assert_eq!(after.len(), before.len() + usize::from(record.outcome == Outcome::Created));
        for before in &before {
            let after = after.iter().find(|user| user.id == before.id).unwrap();
            let (held, holds) = (&before.profile.assignments, &after.profile.assignments);
            prop_assert!(held.keys().all(|user_type| holds.contains_key(user_type)));
            let touched = holds.iter().filter(|(user_type, role)| held.get(*user_type) != Some(*role)).count();
            prop_assert!(touched <= 1);
        }
        for user in &after {
            for (user_type, role) in &user.profile.assignments {
                let known = installation.acme.catalog.user_type(user_type.as_str()).unwrap();
                prop_assert!(known.role(role.as_str()).is_some());
            }
        }
    }

    #[test]
    fn a_simulation_tells_what_the_sign_in_then_does_and_writes_nothing(scene in scenes()) {
        let installation = scene.installation();
        let response = scene.response("_1", &installation);
        let before = installation.contents();
        let simulated = simulate(&installation, &response, None);
        prop_assert_eq!(&installation.contents(), &before);
        let (_, record) = installation.post(&response);

        let created = record.outcome == Outcome::Created;
        let expected = SignInRecord {
            id: simulated.id,
            user_id: if created { None } else { record.user_id },
            ..record
        };
        prop_assert_eq!(simulated, expected);
    }

    #[test]
    fn a_simulation_by_attributes_tells_what_one_of_a_response_does(scene in scenes()) {
        let installation = scene.installation();
        let response = Response { format: None, ..scene.response("_1", &installation) };
        let input = SimulationInput::Attributes { name_id: response.name_id.clone(), attributes: scene.attributes() };
        let acme = &installation.acme;
        let (slug, key) = (&acme.organization.slug, &acme.connection.details.key);
        let run = installation.simulate();
        let by_attributes = block_on(run.run(slug, key, &Simulation { input, settings: None, user: SimulatedUser::Known, presumes_enabled: false })).unwrap().record;
        let by_response = simulate(&installation, &response, None);
        prop_assert_eq!(SignInRecord { verified_by: by_response.verified_by.clone(), ..by_attributes }, by_response);
    }

    #[test]
    fn defaults_never_reach_a_user_who_exists(scene in scenes()) {
        let installation = scene.installation();
        let response = scene.response("_1", &installation);
        let with = simulate(&installation, &response, Some(closed(&scene, scene.settings.defaults.clone())));
        let without = simulate(&installation, &response, Some(closed(&scene, DefaultsDraft::default())));
        prop_assert_eq!(&with, &without);
        let open = simulate(&installation, &response, None);
        if open.matched_by != MatchedBy::None {
            prop_assert_eq!(open, without);
        }
    }

    #[test]
    fn a_refusal_writes_nothing_but_its_record_and_uses_the_assertion_up(scene in scenes()) {
        let installation = scene.installation();
        let response = scene.response("_1", &installation);
        let before = installation.contents();
        let (answer, record) = installation.post(&response);
        let after = installation.contents();
        if record.outcome == Outcome::Refused {
            prop_assert!(matches!(answer, SignInAnswer::Refused(refused) if Some(refused.code) == record.code));
            prop_assert_eq!(&record.changes, &Vec::new());
            prop_assert_eq!(&after.users, &before.users);
            prop_assert_eq!(&after.audit, &before.audit);
            let asked = usize::from(record.code == Some(RefusalCode::LinkVerificationSent));
            prop_assert_eq!(after.letters.len(), asked);
        } else {
            prop_assert!(matches!(answer, SignInAnswer::Welcomed(_)));
        }
        prop_assert_eq!(&after.history, &vec![record]);
        let (_, again) = installation.post(&response);
        prop_assert_eq!(again.code, Some(RefusalCode::ReplayedResponse));
        prop_assert_eq!(installation.contents().users, after.users);
    }
}

/// The scene's settings with registration closed and these defaults, which must not matter then.
fn closed(scene: &Scene, defaults: DefaultsDraft) -> SettingsDraft {
    SettingsDraft { allow_automatic_registration: false, defaults, ..scene.settings.clone() }
}
