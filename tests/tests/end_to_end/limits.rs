//! How much may be asked of a service that guards itself.

use serde_json::Value;
use vestibule_tests::{Caller, Database, Service, Settings};

/// More than a key may ask at once and while it asks.
const MANY: usize = 3_000;

/// A guarded service with the organizations Acme and Globex, and a key of each one's administrators.
async fn guarded() -> (Service, Caller, Caller) {
    let settings = Settings { database: Database::Sqlite, mail_url: None, public_url: None, guarded: true };
    let service = Service::start_with(settings).await;
    service.set_up_acme().await;
    let globex = serde_json::json!({"slug": "globex", "name": "Globex"});
    service.must("POST", "organizations", &globex).await;
    let (acme, globex) = (key(&service, "acme"), key(&service, "globex"));
    (service, acme, globex)
}

fn key(service: &Service, slug: &str) -> Caller {
    let owner = ["--role", "organization_admin", "--organization", slug];
    let made = service.command(&[&["api-key", "create", "--name", "CI"][..], &owner].concat());
    assert!(made.status.success(), "{made:?}");
    service.called_by(String::from_utf8(made.stdout).unwrap().trim_end())
}

async fn status(caller: &Caller, path: &str) -> u16 {
    caller.api("GET", path, &Value::Null).await.status
}

#[tokio::test]
async fn a_key_that_asks_without_end_waits_and_one_of_another_organization_does_not() {
    let (_service, acme, globex) = guarded().await;
    let path = "organizations/acme";
    let mut asked = 0;
    let refused = loop {
        // Side by side, since one after another they might be fewer than the bucket gets back.
        let (one, two, three, four) =
            tokio::join!(status(&acme, path), status(&acme, path), status(&acme, path), status(&acme, path));
        asked += 4;
        if let Some(refused) = [one, two, three, four].into_iter().find(|status| *status != 200) {
            break refused;
        }
        assert!(asked < MANY, "nobody was told to wait");
    };
    assert_eq!(refused, 429);
    assert!(asked >= 500, "it may ask 500 times at once, and was told to wait after {asked}");
    assert_eq!(status(&globex, "organizations/globex").await, 200);
}

#[tokio::test]
async fn a_key_gets_in_behind_an_address_that_guesses() {
    let (service, acme, _) = guarded().await;
    let guess = service.called_by(&format!("vk_{}", "0".repeat(64)));
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(status(&guess, "organizations/acme").await);
    }
    assert_eq!((answers[0], answers[39]), (401, 429));
    assert_eq!(status(&acme, "organizations/acme").await, 200);
    assert_eq!(status(&guess, "organizations/acme").await, 429);
}
