//! What an administrator of one organization, or somebody who writes what administrators look at, may try on the Admin Portal.

use axum::http::Method;
use serde_json::json;
use vestibule_domain::usecase::KeyOwner;
use vestibule_http_app::web::RateLimits;

use crate::administrators::{ROOT, of_acme, with_root};
use crate::support::{Answer, HTTPS, Service};

const BOB: &str = "bob@acme.example";

/// A service, and the cookie of an administrator of Acme.
async fn as_bob() -> (Service, String) {
    let service = with_root().await;
    service.has_administrator(BOB, &of_acme()).await;
    let bob = service.signed_in(BOB).await;
    (service, bob)
}

async fn upload(service: &Service, cookie: &str, body: String) -> Answer {
    let headers =
        [("content-type", "multipart/form-data; boundary=x"), ("origin", HTTPS), ("cookie", cookie)];
    service.send(Method::POST, "/admin/acme/imports", &headers, body.into_bytes()).await
}

#[tokio::test]
async fn what_stands_before_a_file_is_short() {
    let (service, bob) = as_bob().await;
    let field = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail,first_name,last_name,location,user_type,role\r\neve@acme.example,Eve,Evans,,,\r\n\r\n--x--\r\n";
    let long = "a".repeat(1024 * 1024);
    let endless_head = format!("--x\r\nContent-Disposition: form-data; name=\"{long}\"\r\n\r\n");
    for before in [field("kind", &long), field("other", &long), endless_head] {
        upload(&service, &bob, before + file).await.is_page(400, "malformed_form");
    }
    let answer = upload(&service, &bob, field("kind", "import") + file).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_who_asks_without_end_waits_and_others_do_not() {
    let service = Service::empty(HTTPS, RateLimits::On).await;
    service.api("POST", "organizations", &json!({"slug": "acme", "name": "Acme"})).await;
    service.has_administrator(ROOT, &KeyOwner::Operator).await;
    service.has_administrator(BOB, &of_acme()).await;
    let (root, bob) = (service.signed_in(ROOT).await, service.signed_in(BOB).await);
    let mut answers = 0;
    let waits = loop {
        let answer = service.visit("/admin/acme/settings", &bob).await;
        if answer.status != 200 {
            break answer;
        }
        answers += 1;
        assert!(answers < 3_000, "nobody was told to wait");
    };
    waits.is_page(429, "too_many_requests");
    assert_eq!(waits.header("retry-after"), "1");
    assert!(answers >= 300, "{answers}");
    assert_eq!(service.visit("/admin/acme/settings", &root).await.status, 200);
}

#[tokio::test]
async fn a_form_has_a_largest_size_and_says_so() {
    let (service, bob) = as_bob().await;
    let long = "a".repeat(1024 * 1024);
    let multipart = format!("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{long}\r\n--x--\r\n");
    for (kind, body) in [
        ("application/x-www-form-urlencoded", format!("name={long}")),
        ("multipart/form-data; boundary=x", multipart),
    ] {
        let headers = [("content-type", kind), ("origin", HTTPS), ("cookie", bob.as_str())];
        let answer = service.send(Method::POST, "/admin/acme/catalog", &headers, body.into_bytes()).await;
        answer.is_page(413, "request_too_large");
    }
}

#[tokio::test]
async fn every_cookie_of_the_portal_is_for_this_host_over_https() {
    let service = with_root().await;
    let answer = service.fill_in("/admin/theme", &[("theme", "dark")], &[("origin", HTTPS)]).await;
    assert_eq!(
        answer.header("set-cookie"),
        "vestibule_theme=dark; Path=/admin; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"
    );
}

#[tokio::test]
async fn a_day_that_no_calendar_has_is_no_filter() {
    let (service, bob) = as_bob().await;
    for page in ["audit", "sign-ins"] {
        for filter in ["since", "until"] {
            for day in ["%2B262142-12-31", "-262143-01-01", "-4713-01-01", "9999-12-31", "0000-01-01"] {
                let path = format!("/admin/acme/{page}?{filter}={day}");
                assert_eq!(service.visit(&path, &bob).await.status, 200, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_form_without_its_version_saves_and_deletes_nothing() {
    let (service, bob) = as_bob().await;
    let stale = async |path: &str, fields: &[(&str, &str)]| {
        let path = format!("/admin/acme/sso/okta{path}");
        service.fill_in(&path, fields, &[("origin", HTTPS), ("cookie", &bob)]).await.status
    };
    assert_eq!(stale("/details", &[("key", "okta"), ("display_name", "Okta")]).await, 412);
    assert_eq!(stale("/delete", &[]).await, 412);
    assert_eq!(service.visit("/admin/acme/sso/okta", &bob).await.status, 200);
}
