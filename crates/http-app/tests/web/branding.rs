//! Pages in an organization's colour, with its logo.

use axum::http::Method;
use serde_json::json;
use vestibule_domain::testing::logo;

use crate::support::{Answer, Service};

impl Service {
    async fn give_logo(&self, width: u32) -> Answer {
        let headers = [("authorization", self.operator()), ("content-type", "image/png")];
        let path = "/api/v1/organizations/acme/logo";
        self.send(Method::PUT, path, &headers, logo(width, 64).content).await
    }
}

#[tokio::test]
async fn a_page_has_the_logo_of_its_organization() {
    let service = Service::acme().await;
    let page = "/sso/acme/signed-out";
    assert!(!service.get(page, &[]).await.body.contains("<img"));
    service.get("/sso/acme/logo", &[]).await.is_page(404, "not_found");
    assert_eq!(service.give_logo(128).await.status, 200);
    let shown = service.get(page, &[]).await;
    assert!(shown.body.contains("width=\"128\" height=\"64\" alt=\"\""), "{}", shown.body);
    let address = shown.between("<img class=\"logo\" src=\"", "\"").to_owned();
    let picture = service.get(&address, &[]).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert!(picture.header("content-security-policy").starts_with("default-src 'none'"));

    // Another logo has another name. A mail shows the one of the day, and is a page of another site.
    assert_eq!(service.give_logo(64).await.status, 200);
    service.get(&address, &[]).await.is_page(404, "not_found");
    let current = service.get("/sso/acme/logo", &[]).await;
    assert_eq!((current.status, current.header("cache-control")), (200, "public, max-age=3600"));
    assert_eq!(current.header("cross-origin-resource-policy"), "cross-origin");
    service.get("/sso/nobody/logo", &[]).await.is_page(404, "organization_not_found");
}

#[tokio::test]
async fn a_page_has_the_colour_of_its_organization() {
    let service = Service::acme().await;
    let page = "/sso/acme/signed-out";
    assert_eq!(service.get(page, &[]).await.body.matches("rel=\"stylesheet\"").count(), 1);
    let green = json!({"branding": {"accent_color": "#0a7d33"}});
    service.api("PATCH", "organizations/acme", &green).await;
    let shown = service.get(page, &[]).await;
    let address = shown.between("href=\"/assets/accent-", "\"");
    let style = service.get(&format!("/assets/accent-{address}"), &[]).await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(style.body.contains("--accent: light-dark(#0a7d33, "), "{}", style.body);
    service.get("/assets/accent-0a7d33.css", &[]).await.is_page(404, "not_found");
}
