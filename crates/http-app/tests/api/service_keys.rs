//! The service's own keys, as an operator rotates them.

use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::testing::PaperKeysmith;
use vestibule_domain::usecase::PrepareServiceKeys;

use crate::support::{Api, text};

/// A service that has made its first keys.
async fn prepared() -> Api {
    let api = Api::new().await;
    let prepare = PrepareServiceKeys { world: api.world.clone(), keysmith: Arc::new(PaperKeysmith) };
    prepare.run().await.unwrap();
    api
}

/// Use and state of each key, sorted: those that were made in the same millisecond stand in the list in either order.
async fn keys(api: &Api) -> Vec<(String, String)> {
    let list = api.get("/service-keys").await.has(200);
    let items = list.body["items"].as_array().unwrap();
    let mut keys: Vec<_> = items.iter().map(|key| (text(&key["use"]), text(&key["state"]))).collect();
    keys.sort();
    keys
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(usage, state)| ((*usage).to_owned(), (*state).to_owned())).collect()
}

#[tokio::test]
async fn an_operator_rotates_a_key() {
    let api = prepared().await;
    assert_eq!(keys(&api).await, pairs(&[("encryption", "current"), ("signing", "current")]));
    let list = api.get("/service-keys").await;
    let first = list.body["items"].as_array().unwrap().iter().find(|key| key["use"] == "encryption");
    let first = text(&first.unwrap()["id"]);

    let added = api.post("/service-keys", &json!({"use": "encryption"})).await.has(201);
    let id = added.id();
    assert_eq!(added.header("location"), format!("/api/v1/service-keys/{id}"));
    assert_eq!((&added.body["use"], &added.body["state"]), (&json!("encryption"), &json!("next")));
    assert_eq!(added.body["certificate"]["subject"], "CN=Vestibule");
    // Their order is that of the feature of serde_json which another member of a build may ask for.
    let mut members: Vec<_> = added.body.as_object().unwrap().keys().cloned().collect();
    members.sort_unstable();
    assert_eq!(members, ["certificate", "created_at", "id", "state", "use"]);
    api.post("/service-keys", &json!({"use": "encryption"})).await.has_problem(409, "next_key_exists");

    let path = format!("/service-keys/{id}/activate");
    let activated = api.send(Method::POST, &path, &[], None).await.has(200);
    assert_eq!(activated.body["state"], "current");
    api.send(Method::POST, &path, &[], None).await.has_problem(409, "not_the_next_key");
    let expected = [("encryption", "current"), ("encryption", "previous"), ("signing", "current")];
    assert_eq!(keys(&api).await, pairs(&expected));

    api.delete(&format!("/service-keys/{id}")).await.has_problem(409, "current_key");
    let third = api.post("/service-keys", &json!({"use": "encryption"})).await.has(201).id();
    let early = api.send(Method::POST, &format!("/service-keys/{third}/activate"), &[], None).await;
    early.has_problem(409, "previous_key_exists");
    api.delete(&format!("/service-keys/{first}")).await.has(204);
    api.delete(&format!("/service-keys/{first}")).await.has_problem(404, "service_key_not_found");
    api.send(Method::POST, &format!("/service-keys/{third}/activate"), &[], None).await.has(200);
}

#[tokio::test]
async fn a_list_of_keys_is_paged() {
    let api = prepared().await;
    let page = api.get("/service-keys?limit=1").await.has(200);
    let cursor = text(&page.body["next_cursor"]);
    let rest = api.get(&format!("/service-keys?limit=1&cursor={cursor}")).await.has(200);
    let mut uses = [&page, &rest].map(|list| text(&list.body["items"][0]["use"]));
    uses.sort();
    assert_eq!(uses, ["encryption", "signing"]);
    assert_eq!(rest.body["next_cursor"], Value::Null);
    api.get("/service-keys?limit=0").await.has_problem(422, "invalid_request");
    api.get("/service-keys?use=signing").await.has_problem(422, "invalid_request");
}

#[tokio::test]
async fn every_fault_of_a_new_key_is_named() {
    let api = prepared().await;
    let faults = async |body: Value| api.post("/service-keys", &body).await.has(422).faults();
    assert_eq!(faults(json!({})).await, pairs(&[("/use", "required")]));
    assert_eq!(faults(json!({"use": "both"})).await, pairs(&[("/use", "invalid_choice")]));
    let unknown = faults(json!({"use": "signing", "bits": 1024})).await;
    assert_eq!(unknown, pairs(&[("/bits", "unknown_field")]));
    assert_eq!(keys(&api).await.len(), 2);
}

#[tokio::test]
async fn only_an_operator_sees_and_rotates_keys() {
    let operator = prepared().await;
    operator.post("/organizations", &json!({"slug": "acme", "name": "Acme"})).await.has(201);
    let id = text(&operator.get("/service-keys").await.body["items"][0]["id"]);
    let body = json!({"use": "signing"});
    let calls = [
        (Method::GET, "/service-keys".to_owned(), None),
        (Method::POST, "/service-keys".to_owned(), Some(&body)),
        (Method::POST, format!("/service-keys/{id}/activate"), None),
        (Method::DELETE, format!("/service-keys/{id}"), None),
    ];
    let (admin, nobody) = (operator.as_administrator_of("acme").await, operator.authorized(None));
    for (method, path, body) in calls {
        admin.send(method.clone(), &path, &[], body).await.has_problem(403, "operator_only");
        nobody.send(method, &path, &[], body).await.has_problem(401, "unauthorized");
    }
    assert_eq!(keys(&operator).await.len(), 2);
}

#[tokio::test]
async fn what_is_no_id_of_a_key_is_not_found() {
    let api = prepared().await;
    for id in ["x", "00000000-0000-7000-8000-000000000000", "00000000000070008000000000000000"] {
        api.delete(&format!("/service-keys/{id}")).await.has_problem(404, "service_key_not_found");
        let activated = api.send(Method::POST, &format!("/service-keys/{id}/activate"), &[], None).await;
        activated.has_problem(404, "service_key_not_found");
    }
}
