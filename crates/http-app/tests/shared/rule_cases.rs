//! A sign-in for each rule, of an organization whose people they are: by the simulation alone, and by the simulation and the sign-in
//! itself.

use serde_json::{Value, json};
use vestibule_domain::rule::Rule;

/// What shows a rule.
pub(crate) enum Shown {
    /// An entry of the explanation.
    Explained,
    /// A member of the simulated record.
    Said(&'static str, Value),
}

/// A sign-in that shows a rule: changes to the settings, the NameID, the attributes.
pub(crate) fn sign_ins() -> Vec<(Rule, Value, &'static str, Value, Shown)> {
    let new = json!({"FirstName": ["New"], "LastName": ["Person"], "Email": ["new@acme.example"]});
    let with = |more: Value| merged(&new, &more);
    let none = || json!({});
    let explained = || Shown::Explained;
    vec![
        (Rule::MatchIdentity, none(), "ada", none(), explained()),
        (Rule::MatchNearMiss, none(), "ADA", none(), explained()),
        (Rule::MatchEmail, none(), "b", with(json!({"Email": ["bob@acme.example"]})), explained()),
        (Rule::MatchBoundElsewhere, none(), "x", with(json!({"Email": ["ada@acme.example"]})), explained()),
        (Rule::MatchNone, none(), "new", new.clone(), Shown::Said("matched_by", json!("none"))),
        (Rule::MatchDeactivated, none(), "carl", none(), explained()),
        (Rule::MatchUnusableNameId, none(), " ", new.clone(), explained()),
        (Rule::EmailDomain, json!({"email_domains": ["b.example"]}), "new", new.clone(), explained()),
        (Rule::Registration, json!({"allow_automatic_registration": false}), "new", new.clone(), explained()),
        (Rule::RequiredName, none(), "new", with(json!({"FirstName": []})), explained()),
        (Rule::RequiredEmail, none(), "new", with(json!({"Email": []})), explained()),
        (Rule::MappedAttribute, none(), "new", with(json!({"Location": ["Paris"]})), explained()),
        (Rule::DefaultValue, none(), "new", new.clone(), explained()),
        (Rule::RoleOfType, none(), "new", with(json!({"UserType": ["contractor"]})), explained()),
        (
            Rule::PairInCatalog,
            none(),
            "new",
            with(json!({"UserType": ["contractor"], "Role": ["learner"]})),
            explained(),
        ),
        (Rule::InvalidValue, none(), "new", with(json!({"Location": ["Atlantis"]})), explained()),
        (
            Rule::PrivilegedPair,
            none(),
            "new",
            with(json!({"UserType": ["employee"], "Role": ["administrator"]})),
            explained(),
        ),
        (Rule::Welcome, none(), "new", new.clone(), Shown::Said("welcome_email", json!("queued"))),
        (Rule::KeepCurrent, none(), "ada", none(), explained()),
        (Rule::EmailChange, none(), "ada", json!({"Email": ["a.lovelace@acme.example"]}), explained()),
        (
            Rule::AddAssignment,
            none(),
            "ada",
            json!({"UserType": ["contractor"], "Role": ["worker"]}),
            explained(),
        ),
        (
            Rule::ChangeRole,
            none(),
            "ada",
            json!({"UserType": ["employee"], "Role": ["supervisor"]}),
            explained(),
        ),
        (
            Rule::SameAssignment,
            none(),
            "ada",
            json!({"UserType": ["employee"], "Role": ["learner"]}),
            explained(),
        ),
        (Rule::IncompletePair, none(), "ada", json!({"Role": ["learner"]}), explained()),
        (
            Rule::NeverRemoved,
            none(),
            "ada",
            json!({"UserType": ["contractor"], "Role": ["worker"]}),
            Shown::Said(
                "changes",
                json!([{"field": "assignments", "before": null, "after": "contractor/worker", "rule": "add_assignment"}]),
            ),
        ),
    ]
}

impl Shown {
    /// The record must show the rule.
    #[track_caller]
    pub(crate) fn must_be_in(self, record: &Value, rule: Rule) {
        match self {
            Self::Explained => {
                let entries = record["explanation"].as_array().unwrap();
                assert!(entries.iter().any(|entry| entry["rule"] == rule.as_str()), "{rule}: {record:#}");
            }
            Self::Said(member, value) => assert_eq!(record[member], value, "{rule}: {record:#}"),
        }
    }
}

/// The first object with the members of the second in place of its own.
pub(crate) fn merged(first: &Value, second: &Value) -> Value {
    let mut members = first.as_object().unwrap().clone();
    members.extend(second.as_object().unwrap().clone());
    Value::Object(members)
}

/// Ada, who is known by her NameID, Bob by his address alone, and Carl, who is deactivated.
pub(crate) fn people() -> [Value; 3] {
    let identity = |name_id: &str| json!([{"connection": "okta", "name_id": name_id}]);
    let employee = json!([{"user_type": "employee", "role": "learner"}]);
    [
        json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace",
               "identities": identity("ada"), "assignments": employee}),
        json!({"email": "bob@acme.example", "first_name": "Bob", "last_name": "Smith"}),
        json!({"email": "carl@acme.example", "first_name": "Carl", "last_name": "Gauss",
               "identities": identity("carl"), "active": false}),
    ]
}

pub(crate) fn catalog() -> Value {
    json!({
        "user_types": [
            {"key": "employee", "name": "Employee", "roles": [
                {"key": "learner", "name": "Learner", "privileged": false},
                {"key": "supervisor", "name": "Supervisor", "privileged": false},
                {"key": "administrator", "name": "Administrator", "privileged": true},
            ]},
            {"key": "contractor", "name": "Contractor", "roles": [
                {"key": "worker", "name": "Worker", "privileged": false},
            ]},
        ],
        "locations": [{"name": "New York"}, {"name": "Paris"}],
    })
}

pub(crate) fn settings() -> Value {
    json!({
        "allow_automatic_registration": true,
        "suppress_welcome_emails": false,
        "defaults": {"user_type": "employee", "role": "learner", "location": "New York"},
        "attribute_mapping": {
            "first_name": "FirstName", "last_name": "LastName", "email": "Email",
            "location": "Location", "user_type": "UserType", "role": "Role",
        },
        "value_translations": {"role": [{"received": "Eng-Managers", "value": "supervisor"}]},
        "link_by_email": "verify",
        "email_domains": [],
        "on_invalid_value": "refuse",
        "allow_privileged_assignments": false,
    })
}
