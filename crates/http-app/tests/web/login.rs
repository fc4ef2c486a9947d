//! A sign-in begins.

use serde_json::json;
use vestibule_http_app::web::RateLimits;

use crate::support::{IDP, Service};

#[tokio::test]
async fn a_person_is_sent_to_the_identity_provider_with_a_cookie() {
    let service = Service::acme().await;
    let answer = service.get("/sso/acme/login", &[]).await;
    assert_eq!(answer.status, 303);
    assert!(answer.header("location").starts_with(&format!("{IDP}/sso?SAMLRequest=")));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-vestibule_login="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=None; Max-Age=600"), "{cookie}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn where_no_redirect_is_taken_a_page_posts_the_request() {
    let service = Service::acme().await;
    service.okta_takes_posts_alone("https://idp.example:8443/sso?tenant=\"><script>&x=1").await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let answer = service.get("/sso/acme/login", &[]).await;
        assert_eq!((answer.status, answer.headers.get("location")), (200, None));
        assert!(answer.header("set-cookie").starts_with("__Host-vestibule_login="));
        let form = answer.between("<form", "</form>");
        let action = "action=\"https://idp.example:8443/sso?tenant=&#34;&#62;&#60;script&#62;&#38;x=1\"";
        assert!(form.contains(action), "{form}");
        assert!(form.contains("name=\"SAMLRequest\"") && form.contains("name=\"RelayState\""), "{form}");
        assert!(form.contains("<button"), "{form}");

        let nonce = answer.between("<script nonce=\"", "\"");
        assert_eq!(answer.body.matches("<script").count(), 1);
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none';",
            &format!("script-src 'nonce-{nonce}';"),
            "form-action https://idp.example:8443 https:;",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        nonces.push(nonce.to_owned());
    }
    assert_ne!(nonces[0], nonces[1]);
    assert!(nonces[0].len() == 32, "{nonces:?}");
}

#[tokio::test]
async fn on_http_the_cookie_is_one_that_browsers_take_there() {
    let service = Service::acme_on("http://localhost:8080").await;
    let answer = service.get("/sso/acme/login", &[]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("vestibule_login="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    assert!(answer.headers.get("strict-transport-security").is_none());
}

#[tokio::test]
async fn tabs_share_the_cookie_of_their_browser_and_a_broken_one_is_replaced() {
    let service = Service::acme().await;
    let (_, cookie) = service.begin("").await;
    let second = service.get("/sso/acme/login", &[("cookie", &cookie)]).await;
    assert_eq!(second.cookie(), cookie);
    for broken in
        ["__Host-vestibule_login=x", "__Host-vestibule_login=\"", ";;=;", "__Host-vestibule_login=\u{e9}"]
    {
        let answer = service.get("/sso/acme/login", &[("cookie", broken)]).await;
        assert_eq!(answer.status, 303, "{broken}");
        assert_ne!(answer.cookie(), cookie);
        assert_eq!(answer.cookie().len(), cookie.len());
    }
}

#[tokio::test]
async fn nobody_is_sent_back_to_a_place_that_is_not_listed() {
    let service = Service::acme().await;
    for place in ["https://evil.example/", "//evil.example", "%2F%5Cevil.example", "javascript:alert(1)", "x"]
    {
        let answer = service.get(&format!("/sso/acme/login?return_to={place}"), &[]).await;
        answer.is_page(400, "return_to_not_allowed");
        assert!(!answer.body.contains("evil"));
    }
    assert_eq!(service.get("/sso/acme/login?return_to=/reports", &[]).await.status, 303);
}

#[tokio::test]
async fn what_there_is_not_is_said_so() {
    let service = Service::acme().await;
    let json = [("accept", "application/json")];
    service.get("/sso/nobody/login", &json).await.is_problem(404, "organization_not_found");
    service.get("/sso/A%20B/login", &json).await.is_problem(404, "organization_not_found");
    service.get("/sso/acme/login?connection=nix", &json).await.is_problem(404, "connection_not_found");
    service.get("/sso/acme/login?connection=..%2F", &json).await.is_problem(404, "connection_not_found");
    service.get("/sso/nobody/login", &[]).await.is_page(404, "organization_not_found");
    let bare = json!({"key": "bare", "display_name": "Bare"});
    service.api("POST", "organizations/acme/connections", &bare).await;
    service.get("/sso/acme/login?connection=bare", &json).await.is_problem(404, "sso_not_configured");
    service.api("PATCH", "organizations/acme/connections/okta", &json!({"enabled": false})).await;
    service.get("/sso/acme/login?connection=okta", &json).await.is_problem(403, "connection_disabled");
    service.get("/sso/acme/login", &json).await.is_problem(403, "connection_disabled");
}

#[tokio::test]
async fn of_several_connections_one_is_chosen() {
    let service = Service::acme().await;
    service.connect("entra", "Entra <ID>", "https://entra.example").await;
    let answer = service.get("/sso/acme/login?return_to=/a%26b?c=d", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Entra &#60;ID&#62;"), "{}", answer.body);
    assert!(
        answer.body.contains("/sso/acme/login?connection=okta&#38;return_to=%2Fa%26b%3Fc%3Dd"),
        "{}",
        answer.body
    );
    let chosen = service.get("/sso/acme/login?connection=entra", &[]).await;
    assert!(chosen.header("location").starts_with("https://entra.example/sso"));
}

#[tokio::test(start_paused = true)]
async fn what_starts_no_sign_in_counts_against_nobody() {
    let service = Service::empty("http://localhost", RateLimits::On).await;
    let json = [("accept", "application/json")];
    // None of these is a row, so none counts.
    for _ in 0..400 {
        assert_eq!(service.get("/sso/acme/login", &json).await.status, 404);
    }
}
