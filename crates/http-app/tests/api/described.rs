//! The OpenAPI document lists every address, each of them named and on purpose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vestibule_http_app::openapi::document;

use crate::document::{operations, resolved};

/// Every address that other programs may rely on, with its methods.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("/api/docs", &["get"]),
    ("/api/openapi.json", &["get"]),
    ("/api/v1/api-keys", &["get", "post"]),
    ("/api/v1/api-keys/{id}", &["delete", "get"]),
    ("/api/v1/audit-events", &["get"]),
    ("/api/v1/audit-events/{id}", &["get"]),
    ("/api/v1/organizations", &["get", "post"]),
    ("/api/v1/organizations/{org}", &["delete", "get", "patch"]),
    ("/api/v1/organizations/{org}/api-keys", &["get", "post"]),
    ("/api/v1/organizations/{org}/api-keys/{id}", &["delete", "get"]),
    ("/api/v1/organizations/{org}/audit-events", &["get"]),
    ("/api/v1/organizations/{org}/audit-events/{id}", &["get"]),
    ("/api/v1/organizations/{org}/catalog", &["get", "put"]),
    ("/api/v1/organizations/{org}/connections", &["get", "post"]),
    ("/api/v1/organizations/{org}/connections/{connection}", &["delete", "get", "patch"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider", &["delete", "get", "put"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/approve", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/refresh", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/reject", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/provisioning", &["get", "put"]),
    ("/api/v1/organizations/{org}/connections/{connection}/simulate", &["post"]),
    ("/api/v1/organizations/{org}/imports", &["get"]),
    ("/api/v1/organizations/{org}/imports/{id}", &["delete", "get"]),
    ("/api/v1/organizations/{org}/imports/{id}/apply", &["post"]),
    ("/api/v1/organizations/{org}/imports/{id}/results", &["get"]),
    ("/api/v1/organizations/{org}/logo", &["delete", "put"]),
    ("/api/v1/organizations/{org}/sign-ins", &["get"]),
    ("/api/v1/organizations/{org}/sign-ins/{id}", &["get"]),
    ("/api/v1/organizations/{org}/sign-ins/{id}/arrived", &["get"]),
    ("/api/v1/organizations/{org}/users", &["get", "post"]),
    ("/api/v1/organizations/{org}/users/import", &["post"]),
    ("/api/v1/organizations/{org}/users/{id}", &["delete", "get", "patch"]),
    ("/api/v1/organizations/{org}/users/{id}/assignments/{user_type}", &["delete", "put"]),
    ("/api/v1/organizations/{org}/users/{id}/identities/{connection}", &["delete", "put"]),
    ("/api/v1/organizations/{org}/users/{id}/sessions", &["delete", "get"]),
    ("/api/v1/service-keys", &["get", "post"]),
    ("/api/v1/service-keys/{id}", &["delete"]),
    ("/api/v1/service-keys/{id}/activate", &["post"]),
    ("/healthz", &["get"]),
    ("/readyz", &["get"]),
    ("/session", &["get"]),
    ("/session/logout", &["post"]),
    ("/sso/{org}/acs", &["post"]),
    ("/sso/{org}/slo", &["get", "post"]),
    ("/sso/{org}/link/{token}", &["get", "post"]),
    ("/sso/{org}/login", &["get"]),
    ("/sso/{org}/metadata", &["get"]),
];

#[test]
fn the_document_lists_every_address() {
    let described: BTreeSet<_> = operations().map(|(path, method, _)| (path, method)).collect();
    let known: BTreeSet<_> = ADDRESSES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method)))
        .collect();
    assert_eq!(described, known);
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_summary() {
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations() {
        let name = operation["operationId"].as_str().unwrap();
        assert!(!name.is_empty() && names.insert(name), "{method} {path}: {name}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{method} {path}");
        for answer in responses.values() {
            assert!(!resolved(answer)["description"].as_str().unwrap().is_empty(), "{method} {path}");
        }
    }
}

#[test]
fn an_example_has_the_members_that_its_schema_has() {
    let mut examples = 0;
    for (path, method, operation) in operations() {
        let answers = operation["responses"].as_object().unwrap().values();
        let bodies = answers.map(resolved).chain([&operation["requestBody"]]);
        let contents =
            bodies.filter_map(|body| body["content"].as_object()).flat_map(|content| content.values());
        for content in contents.filter(|content| content["example"].is_object()) {
            let (schema, example) = (resolved(&content["schema"]), content["example"].as_object().unwrap());
            let properties = schema["properties"].as_object().unwrap();
            assert!(
                example.keys().all(|name| properties.contains_key(name)),
                "{method} {path}: {example:#?}"
            );
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(example.contains_key(required.as_str().unwrap()), "{method} {path}: {required}");
            }
            examples += 1;
        }
    }
    assert!(examples > 15, "only {examples} examples were found");
}

#[test]
fn every_post_of_the_api_takes_a_key_by_which_it_is_run_once() {
    let mut posts = 0;
    for (path, method, operation) in operations() {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let takes_key = parameters.map(|parameter| &parameter["name"]).any(|name| name == "Idempotency-Key");
        assert_eq!(takes_key, method == "post" && path.starts_with("/api/v1/"), "{method} {path}");
        posts += usize::from(takes_key);
    }
    assert!(posts > 10, "only {posts} were found");
}

#[test]
fn a_change_of_the_document_is_one_on_purpose() {
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&sorted(document())).unwrap());
}

/// The members by name: in which order serde_json keeps them depends on what else is built.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.iter().map(|(name, value)| (name, sorted(value))).collect();
            members.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_changelog_of_the_interface_names_every_operation() {
    let changelog = include_str!("../../../../docs/reference/api-changelog.md");
    let missing: Vec<_> = operations()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .filter(|name| !changelog.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/reference/api-changelog.md says nothing of {missing:?}");
}
