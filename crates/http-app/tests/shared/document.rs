//! The OpenAPI document, and whether it says of an answer that a test got what the service does.

use axum::http::{HeaderMap, Method};
use serde_json::Value;
use vestibule_http_app::openapi::document;

/// The path, method and description of every operation.
pub(crate) fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters");
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// What a reference in the document leads to.
pub(crate) fn resolved(value: &'static Value) -> &'static Value {
    let reference = value["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    reference.map_or(value, |pointer| document().pointer(pointer).unwrap())
}

/// Fails unless the document says that this request may be answered so. `path` is without the query.
#[track_caller]
pub(crate) fn must_be_described(method: &Method, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
    let method = method.as_str().to_ascii_lowercase();
    // A segment that is written out comes before one that may be anything.
    let template = operations().map(|(template, ..)| template).filter(|template| fits(template, path));
    let template = template.min_by_key(|template| template.matches('{').count());
    let found = operations().find(|(known, of, _)| Some(*known) == template && *of == method);
    let Some((template, _, operation)) = found else {
        let is_page = !path.starts_with("/api/");
        assert!(
            is_page || [404, 405].contains(&status),
            "{method} {path} is not described, and answered {status}"
        );
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
    let kind = kind.to_str().unwrap().split(';').next().unwrap();
    let content = &answer["content"][kind];
    assert!(!content.is_null(), "{method} {template} may not answer {status} as {kind}");
    if let Some(codes) = content["schema"]["properties"]["code"]["enum"].as_array() {
        assert!(
            codes.contains(&body["code"]),
            "{method} {template} may not answer {status} {}",
            body["code"]
        );
    }
    let schema = resolved(&content["schema"]);
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        assert!(body.get(name).is_some(), "{method} {template} answered without {name}");
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
