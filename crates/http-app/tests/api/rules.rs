//! Every rule of sign-ins and settings can be provoked through the API alone.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::rule::Rule;

use crate::rule_cases::{merged, people, sign_ins};
use crate::support::{Api, settings};

const OKTA: &str = "/organizations/acme/connections/okta";

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

async fn acme() -> Api {
    let api = Api::with_acme().await;
    for user in people() {
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
        shown.must_be_in(&record, rule);
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
