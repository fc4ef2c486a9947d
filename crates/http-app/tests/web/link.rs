//! The owner of an address confirms that an identity is theirs.

use serde_json::{Value, json};
use vestibule_domain::letter::LetterContent;

use crate::support::{HTTPS, Service};

#[tokio::test]
async fn an_identity_is_bound_by_the_button_and_not_by_looking() {
    let service = Service::acme().await;
    service
        .api(
            "POST",
            "organizations/acme/users",
            &json!({"email": "tim@acme.example", "first_name": "Tim", "last_name": "B"}),
        )
        .await;
    let refused = service.answer(service.response("tim@acme.example"), &[]).await;
    refused.is_page(403, "link_verification_sent");
    let letters = service.store.letters();
    let LetterContent::LinkVerification { link, .. } = &letters[0].content else { panic!("another letter") };
    let path = format!("/sso/acme/link/{}", service.secret_key.link_token(*link).reveal());

    for _ in 0..2 {
        let page = service.get(&path, &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("tim@acme.example") && page.body.contains("<form method=\"post\">"));
    }
    let user =
        || async { service.api("GET", "organizations/acme/users", &Value::Null).await["items"][0].clone() };
    assert_eq!(user().await["identities"], json!([]));
    service.post(&path, &[("origin", "https://evil.example")]).await.is_page(403, "cross_site_request");
    assert_eq!(user().await["identities"], json!([]));

    let done = service.post(&path, &[("origin", HTTPS)]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(user().await["identities"][0]["name_id"], "tim@acme.example");
    service.post(&path, &[("origin", HTTPS)]).await.is_page(410, "link_expired");
    service.get(&path, &[]).await.is_page(410, "link_expired");
    service.sign_in("tim@acme.example").await;
}

#[tokio::test]
async fn a_link_that_nobody_mailed_does_nothing() {
    let service = Service::acme().await;
    for token in ["x", &"0".repeat(64), "%00", "..%2F.."] {
        service.get(&format!("/sso/acme/link/{token}"), &[]).await.is_page(410, "link_expired");
    }
    service.get("/sso/nobody/link/x", &[]).await.is_page(404, "organization_not_found");
}
