//! What an organization's first page says needs attention, and what its forms say of limits.

use chrono::Duration;
use serde_json::json;
use vestibule_domain::ports::{Outbox as _, Settlement};

use crate::administrators::{ROOT, with_root};
use crate::support::IDP;

#[tokio::test]
async fn values_that_nobody_knows_are_told_with_what_they_almost_are() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    for (name, location) in [("ada", "london"), ("bob", "london"), ("eve", "<b>Atlantis")] {
        let response = service.response(&format!("{name}@acme.example")).attribute("Location", [location]);
        assert_eq!(service.answer(response, &[]).await.status, 403);
    }
    let page = service.visit("/admin/acme", &root).await;
    for told in [
        "“london”, which is almost “London” is nothing that this organization knows, and 2 sign-ins were refused for it",
        "“&#60;b&#62;Atlantis” is nothing that this organization knows, and a sign-in was refused for it",
        "/admin/acme/sign-ins?code=unknown_location&#38;since=",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let connection = service.visit("/admin/acme/sso/okta", &root).await;
    assert!(connection.body.contains("arrived as “london”, which is almost “London”"), "{}", connection.body);
}

#[tokio::test]
async fn mails_that_did_not_arrive_are_told() {
    let service = with_root().await;
    service.sign_in("ada@acme.example").await;
    service.sign_in("bob@acme.example").await;
    let root = service.signed_in(ROOT).await;
    assert!(!service.visit("/admin/acme", &root).await.body.contains("Needs attention"));
    let claimed = service.store.claim(service.now(), Duration::minutes(1), 1).await.unwrap().remove(0);
    let given_up = Settlement::GivenUp { reason: "no such mailbox".to_owned() };
    service.store.settle(claimed.letter.id, 1, &given_up, service.now()).await.unwrap();
    let page = service.visit("/admin/acme", &root).await;
    assert!(page.body.contains("1 mail could not be delivered; the newest was written on"), "{}", page.body);
    service.clock.advance(Duration::hours(1));
    let root = service.signed_in(ROOT).await;
    let page = service.visit("/admin/acme", &root).await;
    let told = "1 mail could not be delivered, 1 mail waited for more than an hour to be sent;";
    assert!(page.body.contains(told), "{}", page.body);
}

#[tokio::test]
async fn the_last_success_and_failure_are_the_connections_own() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    service.connect("entra", "Entra", "https://entra.example").await;
    service.sign_in("ada@acme.example").await;
    for _ in 0..2 {
        let refused = service.response("eve@acme.example").attribute("Location", ["Atlantis"]);
        assert_eq!(service.answer(refused, &[]).await.status, 403);
    }
    let [okta, entra] = ["okta", "entra"].map(|key| format!("/admin/acme/sso/{key}"));
    assert_eq!(service.visit(&okta, &root).await.body.matches("href=\"/admin/acme/sign-ins/").count(), 2);
    assert_eq!(service.visit(&entra, &root).await.body.matches("href=\"/admin/acme/sign-ins/").count(), 0);
    for (key, expected) in [("okta", 3), ("entra", 0)] {
        let list = service.visit(&format!("/admin/acme/sign-ins?connection={key}"), &root).await;
        assert_eq!(list.body.matches("href=\"/admin/acme/sign-ins/").count(), expected, "{key} of {IDP}");
    }
}

#[tokio::test]
async fn limits_are_told_beside_the_field() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    for number in 0..99 {
        let connection = json!({"key": format!("c{number}"), "display_name": "One more"});
        service.api("POST", "organizations/acme/connections", &connection).await;
        service.api("POST", "organizations/acme/api-keys", &json!({"name": "One more"})).await;
    }
    service.api("POST", "organizations/acme/api-keys", &json!({"name": "The last"})).await;
    let fields = [("key", "another"), ("display_name", "Another <one>")];
    let answer = service.save(&root, "/admin/acme/sso", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.body.contains("href=\"#display_name\"")
            && answer.body.contains("value=\"Another &#60;one&#62;\"")
    );
    let answer = service.save(&root, "/admin/acme/api-keys", &[("name", "One too many")]).await;
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("href=\"#name\"") && answer.body.contains("value=\"One too many\""));
}
