//! Several processes on one database.

use serde_json::{Value, json};
use vestibule_tests::{DEMO, Database, Service, Visitor, minted_metadata};

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
