//! Keys of the API, an organization's and the operators'.

use chrono::{DateTime, Duration};
use serde_json::{Value, json};
use vestibule_domain::usecase::KeyOwner;

use crate::support::{Api, text};

const KEYS: &str = "/organizations/acme/api-keys";

async fn made(api: &Api, path: &str, name: &str) -> (String, Api) {
    let made = api.post(path, &json!({"name": name})).await.has(201);
    let id = made.id();
    assert_eq!(made.header("location"), format!("/api/v1{path}/{id}"));
    (id, api.authorized(Some(&format!("Bearer {}", text(&made.body["key"])))))
}

async fn names(api: &Api, path: &str) -> Vec<String> {
    let list = api.get(path).await.has(200).body;
    list["items"].as_array().unwrap().iter().map(|key| text(&key["name"])).collect()
}

#[tokio::test]
async fn an_administrator_makes_lists_and_revokes_keys_of_the_organization() {
    let operator = Api::with_acme().await;
    let (first, boss) = made(&operator, KEYS, "Boss").await;
    let (second, worker) = made(&boss, KEYS, "Worker").await;
    assert_eq!(names(&worker, KEYS).await, ["Boss", "Worker"]);

    let key = boss.get(&format!("{KEYS}/{second}")).await.has(200).body;
    assert_eq!((&key["name"], &key["role"]), (&json!("Worker"), &json!("organization_admin")));
    assert_eq!(
        key["created_by"],
        json!({"kind": "api_key", "id": first, "name": "Boss", "role": "organization_admin"})
    );
    assert_eq!((&key["key"], &key["expires_at"]), (&Value::Null, &Value::Null), "it was shown once");
    assert!(key["created_at"].is_string());

    boss.delete(&format!("{KEYS}/{second}")).await.has(204);
    worker.get(KEYS).await.has_problem(401, "unauthorized");
    assert_eq!(names(&boss, KEYS).await, ["Boss"]);
    for gone in [&*second, "x", "01A21210-7efe-7f54-aeba-024cfeeba752", "01a212107efe7f54aeba024cfeeba752"] {
        boss.get(&format!("{KEYS}/{gone}")).await.has_problem(404, "api_key_not_found");
        boss.delete(&format!("{KEYS}/{gone}")).await.has_problem(404, "api_key_not_found");
    }
    boss.delete(&format!("{KEYS}/{first}")).await.has(204);
    boss.delete(&format!("{KEYS}/{first}")).await.has_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_key_that_is_used_says_when() {
    let api = Api::with_acme().await;
    let (id, worker) = made(&api, KEYS, "Worker").await;
    let last_used_at = async || api.get(&format!("{KEYS}/{id}")).await.has(200).body["last_used_at"].clone();
    assert_eq!(last_used_at().await, Value::Null);
    worker.get(KEYS).await.has(200);
    // It is written down beside the request.
    for _ in 0..100 {
        if last_used_at().await.is_string() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the use of the key was not written down");
}

#[tokio::test]
async fn an_operator_makes_lists_and_revokes_the_operators_keys() {
    let api = Api::with_acme().await;
    let (id, other) = made(&api, "/api-keys", "Other").await;
    assert_eq!(names(&other, "/api-keys").await, ["test", "Other"]);
    assert_eq!(other.get(&format!("/api-keys/{id}")).await.has(200).body["role"], "operator");
    other.post("/organizations", &json!({"slug": "new", "name": "New"})).await.has(201);
    other.delete(&format!("/api-keys/{id}")).await.has(204);
    other.get("/api-keys").await.has_problem(401, "unauthorized");
    api.get(&format!("/api-keys/{id}")).await.has_problem(404, "api_key_not_found");
}

#[tokio::test]
async fn the_operators_keys_are_nobody_elses() {
    let operator = Api::with_acme().await;
    let (id, _) = made(&operator, "/api-keys", "Other").await;
    let admin = operator.as_administrator_of("acme").await;
    admin.get("/api-keys").await.has_problem(403, "operator_only");
    admin.post("/api-keys", &json!({"name": "Mine"})).await.has_problem(403, "operator_only");
    admin.get(&format!("/api-keys/{id}")).await.has_problem(403, "operator_only");
    admin.delete(&format!("/api-keys/{id}")).await.has_problem(403, "operator_only");
    for caller in [&operator, &admin] {
        caller.get(&format!("{KEYS}/{id}")).await.has_problem(404, "api_key_not_found");
        caller.delete(&format!("{KEYS}/{id}")).await.has_problem(404, "api_key_not_found");
    }
    let admins = text(&operator.get(KEYS).await.body["items"][0]["id"]);
    operator.delete(&format!("/api-keys/{admins}")).await.has_problem(404, "api_key_not_found");
    admin.get(KEYS).await.has(200);
}

#[tokio::test]
async fn every_fault_of_a_new_key_is_named() {
    let api = Api::with_acme().await;
    for path in [KEYS, "/api-keys"] {
        let faults =
            async |body: Value| api.post(path, &body).await.has_problem(422, "invalid_request").faults();
        let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(faults(json!({})).await, [fault("/name", "required")]);
        let wrong = json!({"name": " ", "expires_at": "2001-01-01T00:00:00Z", "role": "operator"});
        let expected =
            [fault("/expires_at", "invalid"), fault("/name", "invalid"), fault("/role", "unknown_field")];
        assert_eq!(faults(wrong).await, expected);
        let wrong = json!({"name": 7, "expires_at": 7});
        assert_eq!(faults(wrong).await, [fault("/expires_at", "wrong_type"), fault("/name", "wrong_type")]);
    }
    assert_eq!(names(&api, KEYS).await, [""; 0]);
}

#[tokio::test]
async fn a_key_ends_when_it_was_said_to() {
    let api = Api::with_acme().await;
    // The clock goes on by a millisecond each time that somebody looks at it.
    let end = api.world.now() + Duration::milliseconds(60);
    let made = api.post(KEYS, &json!({"name": "Short", "expires_at": end.to_rfc3339()})).await.has(201);
    let told = DateTime::parse_from_rfc3339(&text(&made.body["expires_at"])).unwrap();
    assert_eq!(told.to_utc(), end);
    let short = api.authorized(Some(&format!("Bearer {}", text(&made.body["key"]))));
    short.get(KEYS).await.has(200);
    while api.world.now() < end {}
    short.get(KEYS).await.has_problem(401, "unauthorized");
    assert_eq!(names(&api, KEYS).await, ["Short"], "whoever revokes it still finds it");
}

#[tokio::test]
async fn a_list_of_keys_is_paged() {
    let api = Api::with_acme().await;
    let mut expected = Vec::new();
    for name in ["a", "b", "c"] {
        made(&api, KEYS, name).await;
        expected.push(name);
    }
    api.with_key_of(&KeyOwner::Operator).await;
    let first = api.get(&format!("{KEYS}?limit=2")).await.has(200).body;
    let cursor = text(&first["next_cursor"]);
    let rest = api.get(&format!("{KEYS}?limit=2&cursor={cursor}")).await.has(200).body;
    assert_eq!(rest["next_cursor"], Value::Null);
    let pages = [&first, &rest].map(|page| page["items"].as_array().unwrap().clone()).concat();
    assert_eq!(pages.iter().map(|key| text(&key["name"])).collect::<Vec<_>>(), expected);
    api.get(&format!("{KEYS}?name=a")).await.has_problem(422, "invalid_request");
}
