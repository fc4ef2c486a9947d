//! What outlives a process.

use vestibule_tests::{DEMO, Database, Service, Visitor, minted_metadata};

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
