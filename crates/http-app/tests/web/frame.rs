//! Around every request.

use crate::support::{HTTPS, Service};

#[tokio::test]
async fn a_request_has_an_id_and_the_callers_own_if_it_can_stand_in_a_log() {
    let service = Service::acme().await;
    let own = service.get("/healthz", &[("x-request-id", "a b~1")]).await;
    assert_eq!(own.header("x-request-id"), "a b~1");
    let generated = service.get("/healthz", &[]).await.header("x-request-id").to_owned();
    assert_eq!(generated.len(), 36);
    for wrong in [&"a".repeat(129), "", "\u{e9}", "a\tb"] {
        let answer = service.get("/nothing", &[("x-request-id", wrong)]).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{wrong:?}");
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_from_harm() {
    let service = Service::acme().await;
    for path in ["/", "/nothing", "/session", "/healthz", "/sso/acme/login", "/api/v1/organizations"] {
        let answer = service.get(path, &[]).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_request_says_once_for_which_host_it_is() {
    let service = Service::acme().await;
    assert_eq!(service.get("/healthz", &[]).await.status, 200);
    service.get("/", &[("host", "evil.example")]).await.is_page(400, "malformed_header");
}

#[tokio::test]
async fn the_stylesheet_may_be_kept_forever() {
    let service = Service::acme().await;
    let page = service.get("/", &[]).await;
    let path = page.body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let style = service.get(path, &[]).await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn the_stylesheet_is_packed_for_who_takes_it_so_and_a_page_for_nobody() {
    let service = Service::acme().await;
    let page = service.get("/", &[("accept-encoding", "gzip")]).await;
    assert_eq!(page.header("content-encoding"), "");
    let path = page.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let whole = service.get(&path, &[]).await;
    for (said, packed) in [
        ("gzip", true),
        ("br, GZIP;q=0.5", true),
        ("deflate, gzip", true),
        ("", false),
        ("br", false),
        ("gzip;q=0", false),
        ("gzip ; q=0.00", false),
    ] {
        let style = service.get(&path, &[("accept-encoding", said)]).await;
        assert_eq!((style.status, style.header("vary")), (200, "accept-encoding"));
        assert_eq!(style.header("content-encoding") == "gzip", packed, "{said}");
        assert_eq!(style.body == whole.body, !packed, "{said}");
    }
}

#[tokio::test]
async fn the_service_says_that_it_lives_and_that_it_is_ready() {
    let service = Service::acme().await;
    assert_eq!(service.get("/healthz", &[]).await.body, r#"{"status":"ok"}"#);
    assert_eq!(service.get("/readyz", &[]).await.body, r#"{"status":"ready"}"#);
}

#[tokio::test]
async fn the_metadata_of_this_service_is_at_its_entity_id() {
    let service = Service::acme().await;
    let answer = service.get("/sso/acme/metadata", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/samlmetadata+xml"));
    assert!(answer.body.contains(&format!("entityID=\"{HTTPS}/sso/acme/metadata\"")));
    service.get("/sso/nobody/metadata", &[]).await.is_page(404, "organization_not_found");
}
