//! Several processes on one database.

use serde_json::{Value, json};
use vestibule_tests::{Caller, DEMO, Database, Service, Visitor, minted_metadata};

const ROUNDS: usize = 50;

/// Two people with one new identity at once, on two processes: one user, one mail.
async fn two_at_once(database: Database) {
    let service = Service::start(database).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let (_replica, other) = service.replica().await;
    for round in 0..ROUNDS {
        let person = format!("new{round}@acme.example");
        let (one, two) = (service.minted_response(&person), service.minted_response(&person));
        let visitor = Visitor::default();
        let (here, there) = (service.acs_url(), format!("{other}/sso/acme/acs"));
        let (first, second) =
            tokio::join!(visitor.post_response(&here, &one, None), visitor.post_response(&there, &two, None));
        first.must_redirect();
        second.must_redirect();
    }
    let users = service.list("users?limit=200").await;
    assert_eq!(users.len(), ROUNDS);
    let created = service.list("sign-ins?limit=200&outcome=created").await;
    let unchanged = service.list("sign-ins?limit=200&outcome=unchanged").await;
    assert_eq!((created.len(), unchanged.len()), (ROUNDS, ROUNDS));
    // Both processes empty the outbox.
    let mails = service.outbox().mails_to("@acme.example", ROUNDS).await;
    assert_eq!(mails.len(), ROUNDS);
}

#[tokio::test]
async fn two_at_once_are_one_user_and_one_mail_on_sqlite() {
    two_at_once(Database::Sqlite).await;
}

#[tokio::test]
async fn two_at_once_are_one_user_and_one_mail_on_postgresql() {
    two_at_once(Database::postgres()).await;
}

#[tokio::test]
async fn a_response_is_used_up_on_every_replica() {
    let service = Service::start(Database::postgres()).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let (_replica, other) = service.replica().await;
    let response = service.minted_response("ada@acme.example");
    let visitor = Visitor::default();
    visitor.post_response(&service.acs_url(), &response, None).await.must_redirect();
    let again = visitor.post_response(&format!("{other}/sso/acme/acs"), &response, None).await;
    let reference = again.refusal("replayed_response");
    assert!(!reference.is_empty());
}

#[tokio::test]
async fn settings_saved_on_one_replica_decide_on_the_other() {
    let service = Service::start(Database::postgres()).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let (_replica, other) = service.replica().await;
    let acs = format!("{other}/sso/acme/acs");
    let visitor = Visitor::default();
    visitor.post_response(&acs, &service.minted_response("ada@acme.example"), None).await.must_redirect();
    let at = "organizations/acme/connections/demo/provisioning";
    service.must("PUT", at, &DEMO.settings(&json!({"allow_automatic_registration": false}))).await;
    let refused = visitor.post_response(&acs, &service.minted_response("bob@acme.example"), None).await;
    assert!(!refused.refusal("registration_disabled").is_empty());
}

#[tokio::test]
async fn a_key_that_is_revoked_on_one_replica_is_none_on_the_other() {
    let service = Service::start(Database::postgres()).await;
    service.set_up_acme().await;
    let (_replica, other) = service.replica().await;
    let key = service.must("POST", "organizations/acme/api-keys", &json!({"name": "CI"})).await;
    let elsewhere = service.called_at(&other, key["key"].as_str().unwrap());
    let asked = async || elsewhere.api("GET", "organizations/acme", &Value::Null).await;
    // Twice, so that whatever a replica might remember of a key, it has by now.
    for _ in 0..2 {
        assert_eq!(asked().await.status, 200);
    }
    let row = format!("organizations/acme/api-keys/{}", key["id"].as_str().unwrap());
    service.must("DELETE", &row, &Value::Null).await;
    let refused = asked().await;
    assert_eq!((refused.status, &refused.body["code"]), (401, &json!("unauthorized")));
}

#[tokio::test]
async fn who_is_signed_out_on_one_replica_is_on_the_other() {
    let service = Service::start(Database::postgres()).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let (_replica, other) = service.replica().await;
    let (visitor, session) = (Visitor::default(), format!("{other}/session"));
    let response = service.minted_response("ada@acme.example");
    visitor.post_response(&service.acs_url(), &response, None).await.must_redirect();
    assert_eq!(visitor.open(&session).await.status, 200);
    let user = service.list("users").await.remove(0);
    let sessions = format!("organizations/acme/users/{}/sessions", user["id"].as_str().unwrap());
    service.must("DELETE", &sessions, &Value::Null).await;
    assert_eq!(visitor.open(&session).await.status, 401);
}

/// Sends one request to two processes at once, and then again: the same answer, which is told by both.
async fn the_same_at_two(one: &Caller, other: &Caller, key: &str, path: &str, body: &Value) {
    let (first, second) = tokio::join!(one.post_as(key, path, body), other.post_as(key, path, body));
    let told = one.post_as(key, path, body).await;
    assert_eq!(told.status, 201, "{told:?}");
    assert_eq!(other.post_as(key, path, body).await.body, told.body);
    assert!(first.status == 201 || second.status == 201, "{first:?} {second:?}");
    for answer in [first, second] {
        match answer.status {
            201 => assert_eq!(answer.body, told.body),
            _ => assert_eq!(answer.body["code"], "idempotency_key_in_use"),
        }
    }
}

/// A request that a program sends twice, because it got no answer, reaches two processes.
async fn a_request_is_run_once(database: Database) {
    let service = Service::start(database).await;
    let (_replica, url) = service.replica().await;
    let made = service.must("POST", "api-keys", &json!({"name": "CI"})).await;
    let key = made["key"].as_str().unwrap();
    let (here, there) = (service.called_by(key), service.called_at(&url, key));
    for round in 0..ROUNDS {
        let organization = json!({"slug": format!("acme-{round}"), "name": "Acme"});
        the_same_at_two(&here, &there, &format!("acme {round}"), "organizations", &organization).await;
        let name = json!({"name": format!("key {round}")});
        the_same_at_two(&there, &here, &format!("key {round}"), "api-keys", &name).await;
    }
    let count =
        async |path: &str| here.must("GET", path, &Value::Null).await["items"].as_array().unwrap().len();
    assert_eq!(count("organizations?limit=200").await, ROUNDS);
    assert_eq!(count("api-keys?limit=200").await, ROUNDS + 2, "and the two that called");
    assert_eq!(there.post_as("key 0", "api-keys", &json!({"name": "other"})).await.status, 422);
}

#[tokio::test]
async fn a_request_that_reaches_two_processes_is_run_once_on_sqlite() {
    a_request_is_run_once(Database::Sqlite).await;
}

#[tokio::test]
async fn a_request_that_reaches_two_replicas_is_run_once_on_postgresql() {
    a_request_is_run_once(Database::postgres()).await;
}
