//! How much may be asked of a service that guards itself.

use serde_json::Value;
use vestibule_tests::{Caller, Database, Service, Settings};

async fn status(caller: &Caller) -> u16 {
    caller.api("GET", "organizations/acme", &Value::Null).await.status
}

#[tokio::test]
async fn a_key_gets_in_behind_an_address_that_guesses() {
    let settings = Settings { database: Database::Sqlite, mail_url: None, public_url: None, guarded: true };
    let service = Service::start_with(settings).await;
    service.set_up_acme().await;
    let owner = ["--role", "organization_admin", "--organization", "acme"];
    let made = service.command(&[&["api-key", "create", "--name", "CI"][..], &owner].concat());
    assert!(made.status.success(), "{made:?}");
    let acme = service.called_by(String::from_utf8(made.stdout).unwrap().trim_end());
    let guess = service.called_by(&format!("vk_{}", "0".repeat(64)));
    assert_eq!(status(&guess).await, 401);
    // It may guess once more every two seconds. On a slow machine these may go by between one call and the next, so that it is tried
    // until it is refused before and after.
    for _ in 0..200 {
        let (before, own, after) = (status(&guess).await, status(&acme).await, status(&guess).await);
        assert_eq!(own, 200);
        if (before, after) == (429, 429) {
            return;
        }
    }
    panic!("nobody was told to wait");
}
