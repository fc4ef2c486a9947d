//! Which settings can be saved.

use vestibule_domain::field::Field;
use vestibule_domain::ids::Version;
use vestibule_domain::ports::{Actor, Directory};
use vestibule_domain::settings::{DefaultsDraft, SettingsDraft};
use vestibule_domain::testing::{CountingRandom, FrozenClock, MemoryStore, acme, block_on};
use vestibule_domain::usecase::{AdminError, SaveSettings, World};

use std::sync::Arc;

use crate::organization::{catalog, settings, translations};

/// A settings table's row: what is edited, and the pointers and codes of the faults, or of the warnings.
type Row<'a> = (&'a str, &'a dyn Fn(&mut SettingsDraft), &'a [(&'a str, &'a str)]);

fn draft(edit: &dyn Fn(&mut SettingsDraft)) -> SettingsDraft {
    let mut draft = settings();
    edit(&mut draft);
    draft
}

/// Exactly these faults keep each draft from being saved; none, and it is saved.
fn check_faults(jit_enabled: bool, rows: &[Row<'_>]) {
    for (row, edit, wanted) in rows {
        let saved = draft(*edit).parse(&catalog(), jit_enabled);
        let faults = saved.err().unwrap_or_default();
        let faults: Vec<_> = faults.0.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
        assert_eq!(faults, *wanted, "{row}");
    }
}

/// Each draft is saved with exactly these warnings.
fn check_warnings(rows: &[Row<'_>]) {
    for (row, edit, wanted) in rows {
        let saved = draft(*edit).parse(&catalog(), true).unwrap();
        let warnings: Vec<_> = saved.warnings.iter().map(|said| (said.pointer.as_str(), said.code)).collect();
        assert_eq!(warnings, *wanted, "{row}");
    }
}

fn unmap(draft: &mut SettingsDraft, fields: &[Field]) {
    draft.attribute_mapping.retain(|field, _| !fields.contains(field));
}

fn pair_by_default(draft: &mut SettingsDraft, user_type: Option<&str>, role: Option<&str>) {
    draft.defaults.user_type = user_type.map(Into::into);
    draft.defaults.role = role.map(Into::into);
}

#[test]
fn save_requires_names() {
    let first = ("/attribute_mapping/first_name", "save_requires_names");
    let last = ("/attribute_mapping/last_name", "save_requires_names");
    check_faults(
        true,
        &[
            ("both mapped", &|_| {}, &[]),
            ("no first name", &|d| unmap(d, &[Field::FirstName]), &[first]),
            ("no last name", &|d| unmap(d, &[Field::LastName]), &[last]),
            ("neither", &|d| unmap(d, &[Field::FirstName, Field::LastName]), &[first, last]),
            (
                "neither, and registration is closed",
                &|d| {
                    unmap(d, &[Field::FirstName, Field::LastName]);
                    d.allow_automatic_registration = false;
                },
                &[],
            ),
            (
                "both from one attribute",
                &|d| {
                    d.attribute_mapping.insert(Field::LastName, "FirstName".into());
                },
                &[],
            ),
        ],
    );
}

#[test]
fn save_requires_pair() {
    let fault: &[_] = &[("/defaults/user_type", "save_requires_pair")];
    let no_default = |d: &mut SettingsDraft| pair_by_default(d, None, None);
    check_faults(
        true,
        &[
            ("both", &|_| {}, &[]),
            ("defaults alone", &|d| unmap(d, &[Field::UserType, Field::Role]), &[]),
            ("mapped alone", &|d| no_default(d), &[]),
            (
                "neither",
                &|d| {
                    no_default(d);
                    unmap(d, &[Field::UserType, Field::Role]);
                },
                fault,
            ),
            (
                "the type mapped, no default",
                &|d| {
                    no_default(d);
                    unmap(d, &[Field::Role]);
                },
                fault,
            ),
            (
                "the role mapped, no default",
                &|d| {
                    no_default(d);
                    unmap(d, &[Field::UserType]);
                },
                fault,
            ),
            (
                "half a default, half mapped",
                &|d| {
                    pair_by_default(d, Some("employee"), None);
                    unmap(d, &[Field::UserType]);
                },
                &[("/defaults/role", "save_default_pair"), fault[0]],
            ),
            (
                "neither, and registration is closed",
                &|d| {
                    no_default(d);
                    unmap(d, &[Field::UserType, Field::Role]);
                    d.allow_automatic_registration = false;
                },
                &[],
            ),
        ],
    );
}

#[test]
fn save_default_pair() {
    const CODE: &str = "save_default_pair";
    let role = ("/defaults/role", CODE);
    let user_type = ("/defaults/user_type", CODE);
    let location = ("/defaults/location", CODE);
    check_faults(
        true,
        &[
            ("a pair", &|d| pair_by_default(d, Some("contractor"), Some("visitor")), &[]),
            ("no role", &|d| pair_by_default(d, Some("employee"), None), &[role]),
            (
                "no role, and the type has only one",
                &|d| pair_by_default(d, Some("contractor"), None),
                &[role],
            ),
            ("no type", &|d| pair_by_default(d, None, Some("learner")), &[user_type]),
            ("no such type", &|d| pair_by_default(d, Some("pirate"), Some("learner")), &[user_type]),
            ("no such role", &|d| pair_by_default(d, Some("employee"), Some("captain")), &[role]),
            ("a role of another type", &|d| pair_by_default(d, Some("contractor"), Some("learner")), &[role]),
            ("another letter case", &|d| pair_by_default(d, Some("employee"), Some("Learner")), &[role]),
            ("an empty role", &|d| pair_by_default(d, Some("employee"), Some("")), &[role]),
            ("a privileged pair", &|d| pair_by_default(d, Some("employee"), Some("admin")), &[role]),
            (
                "a privileged pair, although allowed to be assigned",
                &|d| {
                    pair_by_default(d, Some("employee"), Some("admin"));
                    d.allow_privileged_assignments = true;
                },
                &[role],
            ),
            ("no location", &|d| d.defaults.location = None, &[]),
            ("no such location", &|d| d.defaults.location = Some("Atlantis".into()), &[location]),
            (
                "a location in another letter case",
                &|d| d.defaults.location = Some("berlin".into()),
                &[location],
            ),
            (
                "all at once, and registration is closed",
                &|d| {
                    d.allow_automatic_registration = false;
                    pair_by_default(d, Some("pirate"), Some("captain"));
                    d.defaults.location = Some(String::new());
                },
                &[user_type, location],
            ),
        ],
    );
}

#[test]
fn save_jit_not_enabled() {
    check_faults(
        false,
        &[
            ("registration is open", &|_| {}, &[("/allow_automatic_registration", "save_jit_not_enabled")]),
            ("registration is closed", &|d| d.allow_automatic_registration = false, &[]),
        ],
    );
}

#[test]
fn save_inert_defaults() {
    let inert: &[_] = &[("/defaults", "save_inert_defaults")];
    let close = |d: &mut SettingsDraft| d.allow_automatic_registration = false;
    check_warnings(&[
        ("registration is open", &|_| {}, &[]),
        ("registration is closed", &close, inert),
        (
            "a location alone",
            &|d| {
                close(d);
                pair_by_default(d, None, None);
            },
            inert,
        ),
        (
            "a pair alone",
            &|d| {
                close(d);
                d.defaults.location = None;
            },
            inert,
        ),
        (
            "no defaults",
            &|d| {
                close(d);
                d.defaults = DefaultsDraft::default();
            },
            &[],
        ),
    ]);
    let closed = draft(&close).parse(&catalog(), true).unwrap().settings;
    assert_eq!(SettingsDraft::from(&closed), draft(&close), "they are kept for when it is opened again");
}

#[test]
fn save_email_unmapped() {
    let unmapped: &[_] = &[("/attribute_mapping/email", "save_email_unmapped")];
    check_warnings(&[
        ("mapped", &|_| {}, &[]),
        ("not mapped", &|d| unmap(d, &[Field::Email]), unmapped),
        (
            "not mapped, and registration is closed",
            &|d| {
                unmap(d, &[Field::Email]);
                d.allow_automatic_registration = false;
                d.defaults = DefaultsDraft::default();
            },
            unmapped,
        ),
    ]);
}

#[test]
fn save_translation_target() {
    const CODE: &str = "save_translation_target";
    fn translate(d: &mut SettingsDraft, field: Field, pairs: &[(&str, &str)]) {
        d.value_translations.insert(field, translations(pairs));
    }
    check_faults(
        true,
        &[
            ("a role of some type", &|d| translate(d, Field::Role, &[("Guests", "visitor")]), &[]),
            ("several to one value", &|d| translate(d, Field::Role, &[("a", "admin"), ("b", "admin")]), &[]),
            (
                "no role",
                &|d| translate(d, Field::Role, &[("a", "visitor"), ("b", "captain")]),
                &[("/value_translations/role/1/value", CODE)],
            ),
            (
                "a role in another letter case",
                &|d| translate(d, Field::Role, &[("a", "Visitor")]),
                &[("/value_translations/role/0/value", CODE)],
            ),
            (
                "no user type",
                &|d| translate(d, Field::UserType, &[("a", "visitor")]),
                &[("/value_translations/user_type/0/value", CODE)],
            ),
            (
                "no location",
                &|d| translate(d, Field::Location, &[("a", "Berlin "), ("b", "")]),
                &[
                    ("/value_translations/location/0/value", CODE),
                    ("/value_translations/location/1/value", CODE),
                ],
            ),
            (
                "no name",
                &|d| translate(d, Field::FirstName, &[("a", "A\u{202e}")]),
                &[("/value_translations/first_name/0/value", CODE)],
            ),
            (
                "no address",
                &|d| translate(d, Field::Email, &[("a", "ada")]),
                &[("/value_translations/email/0/value", CODE)],
            ),
        ],
    );
}

#[test]
fn save_attribute_name() {
    const CODE: &str = "save_attribute_name";
    fn name(d: &mut SettingsDraft, field: Field, name: &str) {
        d.attribute_mapping.insert(field, name.into());
    }
    let role: &[_] = &[("/attribute_mapping/role", CODE)];
    check_faults(
        true,
        &[
            ("a URN", &|d| name(d, Field::Role, "urn:oid:2.5.4.12"), &[]),
            ("256 characters", &|d| name(d, Field::Role, &"ä".repeat(256)), &[]),
            ("257 characters", &|d| name(d, Field::Role, &"ä".repeat(257)), role),
            ("inner space", &|d| name(d, Field::Role, "Job Role"), &[]),
            ("space before", &|d| name(d, Field::Role, " Role"), role),
            ("space behind", &|d| name(d, Field::Role, "Role\t"), role),
            ("empty", &|d| name(d, Field::Role, ""), role),
            (
                "a required one that is empty is mapped badly, not unmapped",
                &|d| name(d, Field::LastName, ""),
                &[("/attribute_mapping/last_name", CODE)],
            ),
            ("one attribute for two fields", &|d| name(d, Field::Role, "UserType"), &[]),
        ],
    );
}

#[test]
fn save_version() {
    let acme = acme();
    let store = Arc::new(MemoryStore::default());
    let world = World {
        store: store.clone(),
        clock: Arc::new(FrozenClock::default()),
        random: Arc::new(CountingRandom::default()),
    };
    let (slug, key) = (&acme.organization.slug, &acme.connection.details.key);
    let save = |expected: Option<i64>| {
        let nothing = SettingsDraft::default();
        let saved = SaveSettings(world.clone());
        block_on(async { saved.run(&Actor::CommandLine, slug, key, expected.map(Version), &nothing).await })
    };
    block_on(acme.install(&*store));
    let version_now = || {
        let view = block_on(store.connection_by_key(acme.organization.id, key)).unwrap().unwrap();
        view.connection.settings_version
    };

    assert_eq!(save(Some(1)).unwrap().1, Version(2), "the version that was seen");
    assert!(matches!(save(Some(1)), Err(AdminError::Stale)), "somebody saved in between");
    assert!(matches!(save(Some(3)), Err(AdminError::Stale)), "a version that is not there yet");
    assert_eq!(version_now(), Version(2), "a stale save writes nothing");
    assert_eq!(save(None).unwrap().1, Version(3), "whoever names no version has seen none");
    assert_eq!(version_now(), Version(3));
}

#[test]
fn all_faults_are_reported_at_once() {
    check_faults(
        false,
        &[(
            "six faults",
            &|d| {
                pair_by_default(d, Some("employee"), Some("captain"));
                unmap(d, &[Field::FirstName, Field::UserType, Field::Role]);
                d.attribute_mapping.insert(Field::Email, " ".into());
                d.value_translations.insert(Field::Location, translations(&[("a", "Atlantis")]));
                d.email_domains = vec!["acme.example".into(), "no domain".into()];
            },
            &[
                ("/allow_automatic_registration", "save_jit_not_enabled"),
                ("/attribute_mapping/email", "save_attribute_name"),
                ("/defaults/role", "save_default_pair"),
                ("/value_translations/location/0/value", "save_translation_target"),
                ("/email_domains/1", "invalid"),
                ("/attribute_mapping/first_name", "save_requires_names"),
            ],
        )],
    );
}
