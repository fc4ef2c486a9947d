//! A POST with an `Idempotency-Key` is run once, however often it is sent.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::testing::{FailingStore, Failure};

use crate::support::{Answer, Api, text};

const KEYS: &str = "/organizations/acme/api-keys";
const USERS: &str = "/organizations/acme/users";

impl Api {
    /// Posts under a key.
    async fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[("idempotency-key", key)], Some(body)).await
    }

    async fn count(&self, path: &str) -> usize {
        self.get(path).await.has(200).body["items"].as_array().unwrap().len()
    }
}

impl Answer {
    #[track_caller]
    fn must_be_of_before(self) -> Self {
        assert_eq!(self.headers.get("idempotent-replayed").unwrap(), "true", "{:#}", self.body);
        self
    }

    #[track_caller]
    fn must_be_new(self) -> Self {
        assert!(!self.headers.contains_key("idempotent-replayed"), "{:#}", self.body);
        self
    }
}

fn organization(slug: &str) -> Value {
    json!({"slug": slug, "name": "New"})
}

fn ada() -> Value {
    json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"})
}

#[tokio::test]
async fn a_key_that_is_made_is_told_again_and_not_made_again() {
    let api = Api::with_acme().await;
    let body = json!({"name": "Terraform"});
    let first = api.post_as("monday", KEYS, &body).await.has(201).must_be_new();
    for _ in 0..2 {
        let again = api.post_as("monday", KEYS, &body).await.has(201).must_be_of_before();
        assert_eq!(again.body, first.body);
        for name in ["content-type", "location"] {
            assert_eq!(again.header(name), first.header(name));
        }
    }
    assert_eq!(api.count(KEYS).await, 1);
    let key = format!("Bearer {}", text(&first.body["key"]));
    api.authorized(Some(&key)).get("/organizations/acme").await.has(200);
    let other = api.post_as("tuesday", KEYS, &body).await.has(201).must_be_new();
    assert_ne!(other.body["key"], first.body["key"]);
    assert_eq!(api.count(KEYS).await, 2);
}

#[tokio::test]
async fn an_etag_is_told_again() {
    let api = Api::with_acme().await;
    let first = api.post_as("monday", USERS, &ada()).await.has(201);
    let again = api.post_as("monday", USERS, &ada()).await.has(201).must_be_of_before();
    assert_eq!((again.etag(), again.id()), (first.etag(), first.id()));
}

#[tokio::test]
async fn of_twins_that_come_at_once_one_is_run() {
    let api = Api::new().await;
    for round in 0..20 {
        let body = organization(&format!("new-{round}"));
        let key = format!("round {round}");
        let post = || api.post_as(&key, "/organizations", &body);
        let (one, other, third) = tokio::join!(post(), post(), post());
        let mut made = 0;
        for answer in [one, other, third] {
            match answer.status {
                201 => made += 1,
                _ => drop(answer.has_problem(409, "idempotency_key_in_use")),
            }
        }
        assert!(made > 0, "none was run");
        post().await.has(201).must_be_of_before();
    }
    assert_eq!(api.count("/organizations").await, 20);
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let api = Api::with_acme().await;
    api.post_as("monday", KEYS, &json!({"name": "CI"})).await.has(201);
    for (path, body) in [
        (KEYS.to_owned(), json!({"name": "C"})),
        (format!("{KEYS}?x=1"), json!({"name": "CI"})),
        ("/api-keys".to_owned(), json!({"name": "CI"})),
    ] {
        api.post_as("monday", &path, &body).await.has_problem(422, "idempotency_key_reused");
    }
    assert_eq!(api.count(KEYS).await, 1);
}

#[tokio::test]
async fn each_api_key_has_keys_of_its_own() {
    let api = Api::with_acme().await;
    let boss = api.as_administrator_of("acme").await;
    let body = json!({"name": "CI"});
    let one = api.post_as("monday", KEYS, &body).await.has(201);
    let other = boss.post_as("monday", KEYS, &body).await.has(201).must_be_new();
    assert_ne!(one.body["key"], other.body["key"]);
    // Nobody else's answer is told to who has no key any more.
    let nobody = api.authorized(Some("Bearer vk_0"));
    nobody.post_as("monday", KEYS, &body).await.has_problem(401, "unauthorized");
    api.delete(&format!("{KEYS}/{}", text(&boss.get(KEYS).await.body["items"][0]["id"]))).await.has(204);
    boss.post_as("monday", KEYS, &body).await.has_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_refusal_is_told_again() {
    let api = Api::with_acme().await;
    let taken = organization("acme");
    api.post_as("monday", "/organizations", &taken).await.has_problem(409, "slug_taken").must_be_new();
    let faulty = json!({"slug": "Acme", "color": "red"});
    let faults = api.post_as("tuesday", "/organizations", &faulty).await.has(422).faults();
    api.delete("/organizations/acme").await.has(204);
    api.post_as("monday", "/organizations", &taken).await.has_problem(409, "slug_taken").must_be_of_before();
    let again = api.post_as("tuesday", "/organizations", &faulty).await.has(422).must_be_of_before();
    assert_eq!(again.faults(), faults);
    api.post_as("wednesday", "/organizations", &taken).await.has(201);
}

#[tokio::test]
async fn a_request_that_failed_is_run_again() {
    let api = Api::new().await;
    let body = organization("acme");
    // That the API key is used is written down now, and not among what fails.
    assert_eq!(api.count("/organizations").await, 0);
    tokio::time::sleep(Duration::from_millis(1)).await;
    for (failure, key) in [(Failure::Unavailable, "monday"), (Failure::Corrupt, "tuesday")] {
        let mut failed = 0;
        for nth in 1..=8 {
            let store = Arc::new(FailingStore::at(api.world.store.clone(), nth, failure));
            let answer = api.on(store).post_as(key, "/organizations", &body).await;
            if answer.status < 500 {
                answer.has(201);
                api.delete("/organizations/acme").await.has(204);
                break;
            }
            failed += 1;
        }
        assert!(failed >= 3, "{failed}");
        assert_eq!(api.count("/organizations").await, 0);
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_finds_the_answer_later() {
    let api = Api::with_acme().await;
    let body = json!({"name": "CI"});
    // The request has begun when the other branch is looked at.
    tokio::select! {
        biased;
        answer = api.post_as("monday", KEYS, &body) => panic!("it was answered at once: {answer:?}"),
        () = std::future::ready(()) => {}
    }
    for _ in 0..100 {
        let answer = api.post_as("monday", KEYS, &body).await;
        if answer.status == 201 {
            answer.must_be_of_before();
            assert_eq!(api.count(KEYS).await, 1);
            return;
        }
        answer.has_problem(409, "idempotency_key_in_use");
        tokio::task::yield_now().await;
    }
    panic!("the request was not finished");
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let api = Api::with_acme().await;
    let body = json!({"name": "CI"});
    for malformed in ["", &"x".repeat(256), "caf\u{e9}", "a\tb"] {
        api.post_as(malformed, KEYS, &body).await.has_problem(400, "malformed_header");
        let nobody = api.authorized(None);
        nobody.post_as(malformed, KEYS, &body).await.has_problem(401, "unauthorized");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "a")];
    api.send(Method::POST, KEYS, &twice, Some(&body)).await.has_problem(400, "malformed_header");
    assert_eq!(api.count(KEYS).await, 0);
    api.post_as(&"x".repeat(255), KEYS, &body).await.has(201);
    api.post_as("\"~ !\"", KEYS, &body).await.has(201).must_be_new();
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let api = Api::with_acme().await;
    let key = [("idempotency-key", "monday"), ("content-type", "application/json")];
    let body = vec![b' '; 3 * 1024 * 1024];
    api.send_raw(Method::POST, KEYS, &key, body).await.has_problem(413, "request_too_large");
    api.post_as("monday", KEYS, &json!({"name": "CI"})).await.has(201).must_be_new();
}

#[tokio::test]
async fn other_methods_overlook_the_key() {
    let api = Api::with_acme().await;
    let key = [("idempotency-key", "monday"), ("idempotency-key", "")];
    let name = |name: &str| json!({"name": name});
    for renamed in ["One", "Two"] {
        let body = name(renamed);
        let changed = api.send(Method::PATCH, "/organizations/acme", &key, Some(&body)).await.has(200);
        assert_eq!(changed.must_be_new().body["name"], renamed);
    }
    let read = api.send(Method::GET, "/organizations/acme", &key, None).await.has(200);
    assert_eq!(read.body["name"], "Two");
    api.send(Method::DELETE, "/organizations/acme", &key, None).await.has(204);
    api.send(Method::DELETE, "/organizations/acme", &key, None).await.has(404);
}

#[tokio::test]
async fn who_is_erased_takes_the_answer_along() {
    let api = Api::with_acme().await;
    let first = api.post_as("monday", USERS, &ada()).await.has(201);
    let at = format!("{USERS}/{}", first.id());
    let by_attributes = json!({"name_id": "ada", "attributes": {}, "user": {"user_id": first.id()}});
    let simulate = "/organizations/acme/connections/okta/simulate";
    let simulated = api.post_as("tuesday", simulate, &by_attributes).await;
    assert_eq!(simulated.body["user_id"], first.id(), "{:#}", simulated.body);
    api.post_as("tuesday", simulate, &by_attributes).await.must_be_of_before();
    api.delete(&format!("{at}?purge=true")).await.has(204);
    api.post_as("tuesday", simulate, &by_attributes).await.must_be_new();
    let second = api.post_as("monday", USERS, &ada()).await.has(201).must_be_new();
    assert_ne!(second.id(), first.id());
}

const OKTA: &str = "/organizations/acme/connections/okta";

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_stopped_and_not_begun_again_at_once() {
    let api = Api::with_acme().await;
    let url = json!({"metadata_url": "https://idp.example.com/metadata"});
    api.put(&format!("{OKTA}/identity-provider"), &url).await.has(200);
    api.address.says("nothing");
    let refresh = format!("{OKTA}/identity-provider/refresh");
    let key = [("idempotency-key", "monday")];
    let began = tokio::time::Instant::now();
    api.send(Method::POST, &refresh, &key, None).await.has_problem(408, "request_timeout");
    assert!(began.elapsed() < Duration::from_secs(31));
    tokio::time::sleep(Duration::from_mins(5)).await;
    // The store's clock is another one, and stands at a few milliseconds later.
    api.address.says("");
    let again = api.send(Method::POST, &refresh, &key, None).await;
    again.has_problem(409, "idempotency_key_in_use");
    api.send(Method::POST, &refresh, &[("idempotency-key", "tuesday")], None).await.has(200);
}

#[tokio::test]
async fn what_panics_is_told_and_not_begun_again_at_once() {
    let api = Api::with_acme().await;
    api.post("/organizations", &organization("other")).await.has(201);
    let connections = "/organizations/other/connections";
    api.post(connections, &json!({"key": "okta", "display_name": "Okta"})).await.has(201);
    let okta = format!("{connections}/okta");
    let url = json!({"metadata_url": "https://idp.example.com/metadata"});
    api.put(&format!("{okta}/identity-provider"), &url).await.has(200);
    // The verifier of these tests panics where it is asked of another organization than Acme.
    let (simulate, response) = (format!("{okta}/simulate"), json!({"saml_response": "ada"}));
    api.post_as("monday", &simulate, &response).await.has_problem(500, "internal_error");
    api.post_as("monday", &simulate, &response).await.has_problem(409, "idempotency_key_in_use");
}
