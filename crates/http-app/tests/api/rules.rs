//! Every rule of sign-ins and settings can be provoked through the API alone.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::rule::Rule;

use crate::support::{Api, settings};

const OKTA: &str = "/organizations/acme/connections/okta";

/// What shows a rule.
enum Shown {
    /// An entry of the explanation.
    Explained,
    /// A member of the simulated record.
    Said(&'static str, Value),
}

/// A sign-in that shows a rule: changes to the settings, the NameID, the attributes.
fn sign_ins() -> Vec<(Rule, Value, &'static str, Value, Shown)> {
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

/// Settings that show a rule of saving: whether they are refused, and whether the organization has JIT.
fn saves() -> Vec<(Rule, Value, bool, bool)> {
    let mapping = |field: &str, attribute: Value| {
        let mapping = merged(&settings()["attribute_mapping"], &json!({field: attribute}));
        json!({"attribute_mapping": mapping})
    };
    vec![
        (Rule::SaveRequiresNames, mapping("first_name", json!(null)), true, true),
        (Rule::SaveRequiresPair, merged(&mapping("role", json!(null)), &json!({"defaults": {}})), true, true),
        (
            Rule::SaveDefaultPair,
            json!({"defaults": {"user_type": "employee", "role": "administrator"}}),
            true,
            true,
        ),
        (Rule::SaveJitNotEnabled, json!({}), true, false),
        (Rule::SaveInertDefaults, json!({"allow_automatic_registration": false}), false, true),
        (Rule::SaveEmailUnmapped, mapping("email", json!(null)), false, true),
        (
            Rule::SaveTranslationTarget,
            json!({"value_translations": {"location": [{"received": "NYC", "value": "Atlantis"}]}}),
            true,
            true,
        ),
        (Rule::SaveAttributeName, mapping("location", json!("Location ")), true, true),
    ]
}

/// The first object with the members of the second in place of its own.
fn merged(first: &Value, second: &Value) -> Value {
    let mut members = first.as_object().unwrap().clone();
    members.extend(second.as_object().unwrap().clone());
    Value::Object(members)
}

async fn acme() -> Api {
    let api = Api::with_acme().await;
    let identity = |name_id: &str| json!([{"connection": "okta", "name_id": name_id}]);
    let employee = json!([{"user_type": "employee", "role": "learner"}]);
    for user in [
        json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace",
               "identities": identity("ada"), "assignments": employee}),
        json!({"email": "bob@acme.example", "first_name": "Bob", "last_name": "Smith"}),
        json!({"email": "carl@acme.example", "first_name": "Carl", "last_name": "Gauss",
               "identities": identity("carl"), "active": false}),
    ] {
        api.post("/organizations/acme/users", &user).await.has(201);
    }
    api
}

#[tokio::test]
async fn every_rule_of_a_sign_in_can_be_provoked_through_the_api_alone() {
    let api = acme().await;
    api.put(&format!("{OKTA}/provisioning"), &settings()).await.has(200);
    for (rule, changes, name_id, attributes, shown) in sign_ins() {
        let body =
            json!({"name_id": name_id, "attributes": attributes, "settings": merged(&settings(), &changes)});
        let record = api.post(&format!("{OKTA}/simulate"), &body).await.has(200).body;
        match shown {
            Shown::Explained => {
                let entries = record["explanation"].as_array().unwrap();
                assert!(entries.iter().any(|entry| entry["rule"] == rule.as_str()), "{rule}: {record:#}");
            }
            Shown::Said(member, value) => assert_eq!(record[member], value, "{rule}: {record:#}"),
        }
    }
}

#[tokio::test]
async fn every_rule_of_saving_settings_can_be_provoked_through_the_api_alone() {
    let api = acme().await;
    let path = format!("{OKTA}/provisioning");
    for (rule, changes, refused, jit) in saves() {
        api.patch("/organizations/acme", &json!({"jit_provisioning_enabled": jit})).await.has(200);
        let answer = api.put(&path, &merged(&settings(), &changes)).await;
        let findings = if refused {
            answer.has_problem(422, "invalid_settings").body["errors"].clone()
        } else {
            answer.has(200).body["warnings"].clone()
        };
        let codes: Vec<_> = findings.as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert_eq!(codes, [rule.as_str()], "{findings:#}");
    }
    let stale = api.send(Method::PUT, &path, &[("if-match", "\"0\"")], Some(&settings())).await;
    stale.has_problem(412, Rule::SaveVersion.as_str());
}

#[test]
fn no_rule_is_left_out() {
    let mut provoked: Vec<_> = sign_ins().iter().map(|case| case.0).collect();
    provoked.extend(saves().iter().map(|case| case.0));
    provoked.push(Rule::SaveVersion);
    for rule in Rule::ALL {
        assert!(provoked.contains(rule), "{rule} is provoked by no case");
    }
}
