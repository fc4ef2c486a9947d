//! The OpenAPI document says what the service does: of every answer that these tests get, and of every address.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, Method};
use serde_json::Value;
use vestibule_http_app::openapi::document;

/// Every address that other programs may rely on, with its methods.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("/api/docs", &["get"]),
    ("/api/openapi.json", &["get"]),
    ("/api/v1/organizations", &["get", "post"]),
    ("/api/v1/organizations/{org}", &["delete", "get", "patch"]),
    ("/api/v1/organizations/{org}/catalog", &["get", "put"]),
    ("/api/v1/organizations/{org}/connections", &["get", "post"]),
    ("/api/v1/organizations/{org}/connections/{connection}", &["delete", "get", "patch"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider", &["delete", "get", "put"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/approve", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/refresh", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/identity-provider/reject", &["post"]),
    ("/api/v1/organizations/{org}/connections/{connection}/provisioning", &["get", "put"]),
    ("/api/v1/organizations/{org}/connections/{connection}/simulate", &["post"]),
    ("/api/v1/organizations/{org}/sign-ins", &["get"]),
    ("/api/v1/organizations/{org}/sign-ins/{id}", &["get"]),
    ("/api/v1/organizations/{org}/users", &["get", "post"]),
    ("/api/v1/organizations/{org}/users/{id}", &["delete", "get", "patch"]),
    ("/api/v1/service-keys", &["get", "post"]),
    ("/api/v1/service-keys/{id}", &["delete"]),
    ("/api/v1/service-keys/{id}/activate", &["post"]),
    ("/healthz", &["get"]),
    ("/readyz", &["get"]),
    ("/session", &["get"]),
    ("/session/logout", &["post"]),
    ("/sso/{org}/acs", &["post"]),
    ("/sso/{org}/link/{token}", &["get", "post"]),
    ("/sso/{org}/login", &["get"]),
    ("/sso/{org}/metadata", &["get"]),
];

/// The path, method and description of every operation.
pub(crate) fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters");
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// What a reference in the document leads to.
fn resolved(value: &'static Value) -> &'static Value {
    let reference = value["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    reference.map_or(value, |pointer| document().pointer(pointer).unwrap())
}

/// Fails unless the document says that this request may be answered so. `path` is without the query.
#[track_caller]
pub(crate) fn must_be_described(method: &Method, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
    let method = method.as_str().to_ascii_lowercase();
    let found = operations().find(|(template, known, _)| *known == method && fits(template, path));
    let Some((template, _, operation)) = found else {
        assert!([404, 405].contains(&status), "{method} {path} is not described, and answered {status}");
        return;
    };
    let answer = &operation["responses"][status.to_string()];
    assert!(!answer.is_null(), "{method} {template} may not answer {status}: {body:#}");
    let answer = resolved(answer);
    for (name, header) in answer["headers"].as_object().unwrap() {
        // The frame around the API adds it.
        if name != "X-Request-Id" && resolved(header)["required"] == true {
            assert!(headers.contains_key(name), "{method} {template} answered {status} without {name}");
        }
    }
    for name in ["etag", "location"] {
        let described = answer["headers"].as_object().unwrap().keys();
        let described = described.map(|name| name.to_ascii_lowercase()).any(|described| described == name);
        assert_eq!(headers.contains_key(name), described, "{method} {template} {status}: {name}");
    }
    let Some(kind) = headers.get("content-type") else {
        assert!(answer["content"].is_null(), "{method} {template} answered {status} without a body");
        return;
    };
    let content = &answer["content"][kind.to_str().unwrap()];
    assert!(!content.is_null(), "{method} {template} may not answer {status} as {kind:?}");
    if let Some(codes) = content["schema"]["properties"]["code"]["enum"].as_array() {
        assert!(
            codes.contains(&body["code"]),
            "{method} {template} may not answer {status} {}",
            body["code"]
        );
    }
    let schema = resolved(&content["schema"]);
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            !body[name.as_str().unwrap()].is_null() || body.get(name.as_str().unwrap()).is_some(),
            "{name}: {body:#}"
        );
    }
    if let Some(properties) = schema["properties"].as_object() {
        for name in body.as_object().unwrap().keys() {
            assert!(properties.contains_key(name), "{method} {template} does not describe {name}");
        }
    }
}

/// Whether a path is one of a template.
fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found))
                if expected == found || expected.starts_with('{') && !found.is_empty() => {}
            _ => return false,
        }
    }
}

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
fn a_change_of_the_document_is_one_on_purpose() {
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(document()).unwrap());
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
