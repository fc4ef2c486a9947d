//! No database gets to see a NUL: PostgreSQL keeps none. Where texts are, the document says.

use axum::http::Method;
use serde_json::{Value, json};

use crate::document::operations;
use crate::support::{Answer, Api};

const NUL: &str = "a\0b";

/// Texts in which a NUL arrives and is kept nowhere: a simulation writes nothing, and a digest is only compared.
const KEPT_NOWHERE: [&str; 3] = ["simulate", "approveMetadata", "rejectMetadata"];

/// Every body that a schema describes which has one such text, and the pointer to it. What else is required is there, too.
fn bodies(schema: &Value) -> Vec<(String, Value)> {
    let is = |wanted: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|kind| kind == wanted),
        kind => kind == wanted,
    };
    let mut found = Vec::new();
    if is("object") {
        for (name, property) in schema["properties"].as_object().unwrap() {
            for (at, value) in bodies(property) {
                let mut body = json!({(name): value});
                for required in schema["required"].as_array().into_iter().flatten() {
                    let member = &mut body[required.as_str().unwrap()];
                    *member = if member.is_null() { json!("a") } else { member.take() };
                }
                found.push((format!("/{name}{at}"), body));
            }
        }
    } else if is("array") {
        found.extend(
            bodies(&schema["items"]).into_iter().map(|(at, body)| (format!("/0{at}"), json!([body]))),
        );
    } else if is("string") && schema["enum"].is_null() {
        found.push((String::new(), json!(NUL)));
    }
    found
}

/// The text, or what holds it, is named as a fault; of the two defaults that go together, the other one is.
fn is_named(answer: &Answer, pointer: &str) -> bool {
    let pair = ["/defaults/user_type", "/defaults/role"];
    let is_it = |at: &str| pointer.starts_with(at) || pair.contains(&pointer) && pair.contains(&at);
    answer.faults().iter().any(|(at, _)| !at.is_empty() && is_it(at))
}

#[tokio::test]
async fn a_nul_is_a_fault_in_every_text_of_every_body() {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let ada = api.post("/organizations/acme/users", &ada).await.has(201).id();
    let mut tried = 0;
    for (path, method, operation) in operations() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() || KEPT_NOWHERE.contains(&operation["operationId"].as_str().unwrap()) {
            continue;
        }
        let path = path.replace("{org}", "acme").replace("{connection}", "okta").replace("{id}", &ada);
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        // A certificate is read once the metadata could be.
        let bodies = bodies(schema).into_iter().filter(|(at, _)| at != "/metadata_signing_certificate");
        for (pointer, body) in bodies {
            let answer = api.send(method.clone(), &path, &[], Some(&body)).await.has(422);
            assert!(is_named(&answer, &pointer), "{method} {path} {pointer}: {:#}", answer.body);
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} texts were found");
}

#[tokio::test]
async fn a_nul_is_a_fault_in_every_parameter_of_a_query() {
    let api = Api::with_acme().await;
    for (path, method, operation) in operations() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        let path = path.replace("{org}", "acme");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" || method != "get" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let answer = api.get(&format!("{path}?{name}=a%00b")).await.has_problem(422, "invalid_request");
            assert!(is_named(&answer, &format!("/{name}")), "{path} {name}: {:#}", answer.body);
        }
    }
}
