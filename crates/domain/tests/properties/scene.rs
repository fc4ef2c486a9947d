//! Sign-ins of all kinds, drawn from so few words that they meet.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use vestibule_domain::field::Field;
use vestibule_domain::name_id::TRANSIENT_FORMAT;
use vestibule_domain::settings::{DefaultsDraft, LinkByEmail, OnInvalidValue, SettingsDraft};
use vestibule_domain::testing::acme;
use vestibule_domain::user::Identity;

use crate::installation::Installation;
use crate::organization::{catalog, settings, translations};
use crate::saml::Response;

/// An organization, whom it knows, and who signs in.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    jit_enabled: bool,
    enabled: bool,
    pub(crate) settings: SettingsDraft,
    people: Vec<Person>,
    name_id: &'static str,
    format: Option<&'static str>,
    attributes: BTreeMap<&'static str, Vec<&'static str>>,
}

#[derive(Debug, Clone)]
struct Person {
    email: &'static str,
    name_id: Option<&'static str>,
    active: bool,
    location: Option<&'static str>,
    assignments: BTreeMap<&'static str, &'static str>,
}

impl Scene {
    /// A service that holds all of it.
    pub(crate) fn installation(&self) -> Installation {
        let mut acme = acme();
        acme.catalog = catalog();
        acme.organization.jit_provisioning_enabled = self.jit_enabled;
        acme.connection.details.enabled = self.enabled;
        acme.connection.settings = self.settings.parse(&acme.catalog, true).unwrap().settings;
        let installation = Installation::of(acme);
        for person in &self.people {
            let mut user = installation.acme.user(person.email);
            let connection_id = installation.connection_id();
            let name_id = person.name_id.map(|name_id| name_id.parse().unwrap());
            user.identities =
                name_id.map(|name_id| Identity { connection_id, name_id }).into_iter().collect();
            user.active = person.active;
            user.profile.location = person.location.map(|name| name.parse().unwrap());
            let pairs = person.assignments.iter();
            user.profile.assignments = pairs.map(|(t, r)| (t.parse().unwrap(), r.parse().unwrap())).collect();
            installation.knows(&user);
        }
        installation
    }

    /// The sign-in, in an assertion of its own.
    pub(crate) fn response(&self, id: &str, installation: &Installation) -> Response {
        Response {
            format: self.format.map(Into::into),
            attributes: self.attributes(),
            ..installation.response(id, self.name_id)
        }
    }

    pub(crate) fn attributes(&self) -> BTreeMap<String, Vec<String>> {
        let owned = |values: &Vec<&str>| values.iter().map(ToString::to_string).collect();
        self.attributes.iter().map(|(name, values)| ((*name).to_owned(), owned(values))).collect()
    }
}

prop_compose! {
    /// Any scene whose settings can be saved.
    pub(crate) fn scenes()(
        jit_enabled in prop::bool::weighted(0.9),
        enabled in prop::bool::weighted(0.95),
        settings in any_settings(),
        people in people(),
        name_id in name_ids(),
        format in weighted(0.05, Just(TRANSIENT_FORMAT)),
        attributes in attributes(),
    ) -> Scene {
        Scene { jit_enabled, enabled, settings, people, name_id, format, attributes }
    }
}

fn name_ids() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("ada"),
        3 => Just("new"),
        2 => select(vec!["bob", "ada@acme.example", "new@acme.example", "bob@b.example"]),
        1 => select(vec!["ADA", " bob", "", "a\u{200b}da"]),
    ]
}

fn attributes() -> impl Strategy<Value = BTreeMap<&'static str, Vec<&'static str>>> {
    let one = |attribute: &'static str, usual: f64, good: Vec<&'static str>, bad: Vec<&'static str>| {
        let value = prop_oneof![9 => select(good), 1 => select(bad), 1 => Just("")];
        let values = prop_oneof![9 => vec(value.clone(), 1), 1 => vec(value, 0..4)];
        weighted(usual, values).prop_map(move |values| values.map(|values| (attribute, values)))
    };
    let fields = (
        one("FirstName", 0.9, vec!["Ada", "Augusta"], vec!["A\u{202e}da"]),
        one("LastName", 0.9, vec!["Lovelace", "Byron"], vec!["\u{7}"]),
        one(
            "Email",
            0.7,
            vec![
                "ada@acme.example",
                "ADA@Acme.example",
                "bob@acme.example",
                "new@acme.example",
                "bob@b.example",
            ],
            vec!["ada", "a@b@c"],
        ),
        one("Location", 0.5, vec!["Berlin", "New York", "NYC"], vec!["Atlantis", "7"]),
        one("UserType", 0.5, vec!["employee", "contractor", "auditor", "Staff"], vec!["pirate"]),
        one(
            "Role",
            0.5,
            vec!["learner", "supervisor", "admin", "visitor", "inspector", "Leads"],
            vec!["captain"],
        ),
        one("role", 0.1, vec!["learner"], vec!["VPN"]),
    );
    fields.prop_map(|(first, last, email, location, user_type, role, near_miss)| {
        [first, last, email, location, user_type, role, near_miss].into_iter().flatten().collect()
    })
}

/// Up to three people, none of whom has another's address or NameID.
fn people() -> impl Strategy<Value = Vec<Person>> {
    let person = |email: &'static str, name_id: &'static str| {
        (
            weighted(0.6, Just(name_id)),
            prop::bool::weighted(0.85),
            weighted(0.7, select(vec!["Berlin", "New York"])),
            held(),
        )
            .prop_map(move |(name_id, active, location, assignments)| Person {
                email,
                name_id,
                active,
                location,
                assignments,
            })
    };
    let people = (
        weighted(0.7, person("ada@acme.example", "ada")),
        weighted(0.5, person("bob@acme.example", "bob")),
        weighted(0.3, person("bob@b.example", "ada@acme.example")),
    );
    people.prop_map(|(one, two, three)| [one, two, three].into_iter().flatten().collect())
}

fn held() -> impl Strategy<Value = BTreeMap<&'static str, &'static str>> {
    let pairs = vec![
        ("employee", "learner"),
        ("employee", "supervisor"),
        ("employee", "admin"),
        ("contractor", "visitor"),
        ("auditor", "inspector"),
    ];
    vec(select(pairs), 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

/// Settings that can be saved, in which everything varies.
pub(crate) fn any_settings() -> impl Strategy<Value = SettingsDraft> {
    let mapped = prop_oneof![1 => Just(Field::ALL.to_vec()), 2 => subsequence(Field::ALL.to_vec(), 0..=6)];
    let defaults = (
        select(vec![
            None,
            Some(("employee", "learner")),
            Some(("employee", "supervisor")),
            Some(("contractor", "visitor")),
        ]),
        weighted(0.5, select(vec!["Berlin", "New York"])),
    );
    let behaviour = (
        prop::bool::weighted(0.85),
        any::<bool>(),
        select(LinkByEmail::ALL),
        select(vec![
            vec![],
            vec![],
            vec!["acme.example"],
            vec!["acme.example", "b.example"],
            vec!["c.example"],
        ]),
        select(OnInvalidValue::ALL),
        any::<bool>(),
        any::<bool>(),
    );
    (mapped, defaults, behaviour).prop_filter_map(
        "settings that can be saved",
        |(mapped, defaults, behaviour)| {
            let (open, suppress, link_by_email, domains, on_invalid_value, privileged, translating) =
                behaviour;
            let mut draft = SettingsDraft {
                allow_automatic_registration: open,
                suppress_welcome_emails: suppress,
                link_by_email,
                on_invalid_value,
                allow_privileged_assignments: privileged,
                email_domains: domains.into_iter().map(Into::into).collect(),
                ..settings()
            };
            let required = [Field::FirstName, Field::LastName];
            draft
                .attribute_mapping
                .retain(|field, _| mapped.contains(field) || (open && required.contains(field)));
            let (pair, location) = defaults;
            draft.defaults = DefaultsDraft {
                user_type: pair.map(|(user_type, _)| user_type.into()),
                role: pair.map(|(_, role)| role.into()),
                location: location.map(Into::into),
            };
            if translating {
                let tables: [(Field, &[(&str, &str)]); 3] = [
                    (Field::Location, &[("NYC", "New York")]),
                    (Field::UserType, &[("Staff", "employee")]),
                    (Field::Role, &[("Leads", "supervisor"), ("Root", "admin")]),
                ];
                draft.value_translations = tables.map(|(field, pairs)| (field, translations(pairs))).into();
            }
            draft.parse(&catalog(), true).is_ok().then_some(draft)
        },
    )
}
