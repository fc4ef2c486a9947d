//! What outlives a process.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule_tests::{DEMO, Database, MetadataAddress, Service, Visitor, minted_metadata};

async fn acme(database: Database) -> Service {
    let service = Service::start(database).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    service
}

async fn killed_and_restarted(database: Database) {
    let mut service = acme(database).await;
    let visitor = Visitor::default();
    let response = service.minted_response("ada@acme.example");
    visitor.post_response(&service.acs_url(), &response, None).await.must_redirect();
    let session = format!("{}/session", service.url());
    assert_eq!(visitor.open(&session).await.status, 200);

    service.kill_and_restart().await;
    assert_eq!(visitor.open(&session).await.status, 200, "the session outlives the process");
    let replayed = visitor.post_response(&service.acs_url(), &response, None).await;
    assert!(!replayed.refusal("replayed_response").is_empty());
    assert_eq!(service.list("users").await.len(), 1);
    assert_eq!(service.outbox().mails_to("ada@acme.example", 1).await.len(), 1);
}

#[tokio::test]
async fn a_killed_process_forgets_nothing_on_sqlite() {
    killed_and_restarted(Database::Sqlite).await;
}

#[tokio::test]
async fn a_killed_process_forgets_nothing_on_postgresql() {
    killed_and_restarted(Database::postgres()).await;
}

#[tokio::test]
async fn a_request_that_was_started_before_a_restart_is_answered_after_it() {
    let mut service = acme(Database::Sqlite).await;
    let visitor = Visitor::default();
    let login = format!("{}/sso/acme/login?return_to=/session", service.url());
    let asked = visitor.open(&login).await;
    let url: url::Url = asked.must_redirect().parse().unwrap();
    let relay_state = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    service.kill_and_restart().await;
    // The RelayState of this service's requests is their ID.
    let response = service
        .minted("ada@acme.example", "Ada")
        .in_response_to(&relay_state)
        .sign_response(&vestibule_demo_idp::mint::SigningKey::demo());
    let answered = visitor.post_response(&service.acs_url(), &response.encoded(), Some(&relay_state)).await;
    assert_eq!(answered.must_redirect(), "/session");
}

#[tokio::test]
async fn a_terminated_process_ends_well() {
    let mut service = acme(Database::Sqlite).await;
    assert_eq!(service.terminate(), Some(0), "{}", service.log());
    service.restart().await;
    assert_eq!(service.list("connections").await.len(), 1);
}

/// Whoever sent it is gone, and hears by its key what became of it.
#[tokio::test]
async fn a_request_with_a_key_is_finished_before_the_process_ends() {
    let address = MetadataAddress::saying(&minted_metadata());
    let mut service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect_with(&DEMO, &json!({"metadata_url": address.url})).await;
    let made = service.must("POST", "api-keys", &json!({"name": "CI"})).await;
    let key = made["key"].as_str().unwrap().to_owned();
    let caller = service.called_by(&key);
    let refresh = "organizations/acme/connections/demo/identity-provider/refresh";
    address.keeps_waiting();
    let asking = tokio::spawn(async move { caller.post_as("monday", refresh, &Value::Null).await });
    let asked = address.clone();
    tokio::task::spawn_blocking(move || asked.until_asked()).await.unwrap();
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());

    assert!(service.begin_to_end().await, "it ended before the request: {}", service.log());
    address.says(&minted_metadata());
    assert_eq!(service.terminate(), Some(0), "{}", service.log());
    service.restart().await;
    // It would fail, if it were run again.
    address.says("");
    let answer = service.called_by(&key).post_as("monday", refresh, &Value::Null).await;
    assert_eq!((answer.status, &answer.body["outcome"]), (200, &json!("unchanged")), "{answer:?}");
    let failed = service.called_by(&key).post_as("tuesday", refresh, &Value::Null).await;
    assert_ne!((failed.status, &failed.body["outcome"]), (200, &json!("unchanged")), "{failed:?}");
}

#[tokio::test]
async fn what_is_older_than_the_days_that_it_is_kept_is_forgotten() {
    let service = acme(Database::postgres()).await;
    let sign_in = async |person: &str| {
        let response = service.minted_response(person);
        Visitor::default().post_response(&service.acs_url(), &response, None).await.must_redirect();
    };
    sign_in("ada@acme.example").await;
    service.database().execute("UPDATE sign_ins SET at = at - interval '3 days'");
    service.database().execute("UPDATE audit_events SET at = at - interval '3 days'");
    sign_in("bob@acme.example").await;
    assert_eq!(service.list("sign-ins").await.len(), 2);
    let (_replica, _) = service.replica_with(&[("VESTIBULE_KEEP_HISTORY_DAYS", "2")]).await;
    let end = Instant::now() + Duration::from_mins(1);
    while service.list("sign-ins").await.len() + service.list("audit-events").await.len() > 1 {
        assert!(Instant::now() < end, "nothing is forgotten: {}", service.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(service.list("sign-ins").await[0]["name_id"], "bob@acme.example");
    assert_eq!(service.list("users").await.len(), 2, "people are no history");
}
