//! Whatever arrives, a decision is made.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::Config;
use vestibule_domain::asserted::Asserted;
use vestibule_domain::catalog::{CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::decide::{Policy, decide};
use vestibule_domain::field::Field;
use vestibule_domain::profile::Profile;
use vestibule_domain::settings::{DefaultsDraft, SettingsDraft, TranslationDraft};
use vestibule_domain::sign_in::{Outcome, Snapshot};
use vestibule_domain::testing::acme;

use crate::organization::catalog;
use crate::scene::any_settings;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x20\u{a0}\u{202e}]{0,4}",
        "[a-zA-Z@. ]{0,300}",
        Just("FirstName".to_owned()),
        Just("ada@acme.example".to_owned()),
    ]
}

fn optional() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.2, text())
}

fn attribute_names() -> impl Strategy<Value = String> {
    prop_oneof!["(First|Last)Name|Email|Location|UserType|[rR]ole", text()]
}

prop_compose! {
    fn profiles()(
        name_id in text(),
        name_id_format in prop::option::of(text()),
        attributes in btree_map(attribute_names(), vec(text(), 0..25), 0..6),
        friendly_names in btree_map(attribute_names(), attribute_names(), 0..4),
    ) -> Profile {
        Profile { name_id, name_id_format, attributes, friendly_names, ..Profile::default() }
    }
}

prop_compose! {
    fn drafts()(
        allow_automatic_registration in any::<bool>(),
        (user_type, role, location) in (optional(), optional(), optional()),
        mapped in subsequence(Field::ALL.to_vec(), 0..=6),
        names in vec(attribute_names(), 6),
        translated in subsequence(Field::ALL.to_vec(), 0..=2),
        tables in vec(vec((text(), text()), 0..4), 2),
        email_domains in vec(text(), 0..3),
    ) -> SettingsDraft {
        let draft = |(received, value)| TranslationDraft { received, value };
        let tables = tables.into_iter().map(|pairs| pairs.into_iter().map(draft).collect());
        SettingsDraft {
            allow_automatic_registration,
            defaults: DefaultsDraft { user_type, role, location },
            attribute_mapping: mapped.into_iter().zip(names).collect(),
            value_translations: translated.into_iter().zip(tables).collect(),
            email_domains,
            ..SettingsDraft::default()
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(300) })]

    #[test]
    fn every_profile_is_decided(profile in profiles(), draft in any_settings(), known in any::<bool>()) {
        let acme = acme();
        let catalog = catalog();
        let settings = draft.parse(&catalog, true).unwrap().settings;
        let asserted = Asserted::read(&profile, &settings, &catalog);
        let user = known.then(|| acme.user("ada@acme.example"));
        let snapshot = Snapshot { by_identity: user, ..Snapshot::default() };
        let policy = Policy {
            connection_id: acme.connection.id,
            settings: &settings,
            catalog: &catalog,
            enabled: true,
            jit_enabled: true,
        };
        let decision = decide(&policy, &snapshot, &asserted);
        prop_assert_eq!(decision.code().is_some(), decision.outcome() == Outcome::Refused);
        for entry in &decision.explanation {
            prop_assert!(entry.received.len() <= 20, "a flood of values is not written down");
            prop_assert!(entry.received.iter().all(|value| value.chars().count() <= 300));
        }
    }

    #[test]
    fn every_draft_is_saved_or_its_faults_are_named(draft in drafts(), jit_enabled in any::<bool>()) {
        match draft.parse(&catalog(), jit_enabled) {
            Ok(saved) => {
                let again = SettingsDraft::from(&saved.settings).parse(&catalog(), jit_enabled).unwrap();
                prop_assert_eq!(again.settings, saved.settings, "what is saved can be saved again");
            }
            Err(problems) => {
                prop_assert!(!problems.0.is_empty());
                prop_assert!(problems.0.iter().all(|problem| problem.pointer.starts_with('/')));
            }
        }
    }

    #[test]
    fn every_catalog_is_taken_or_its_faults_are_named(
        keys in vec((text(), text(), vec((text(), any::<bool>()), 0..3)), 0..4),
        locations in vec(text(), 0..3),
    ) {
        let role = |(key, privileged): (String, bool)| RoleDraft { name: key.clone(), key, privileged };
        let user_types = keys.into_iter().map(|(key, name, roles)| UserTypeDraft {
            key,
            name,
            roles: roles.into_iter().map(role).collect(),
        });
        let draft = CatalogDraft { user_types: user_types.collect(), locations };
        if let Ok(catalog) = draft.parse() {
            prop_assert_eq!(catalog.user_types().len(), draft.user_types.len());
            prop_assert!(catalog.user_types().iter().all(|user_type| !user_type.roles.is_empty()));
        }
    }
}
