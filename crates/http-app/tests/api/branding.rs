//! How an organization looks.

use axum::http::Method;
use serde_json::json;
use vestibule_domain::branding::MOST_BYTES;
use vestibule_domain::testing::logo;

use crate::support::{Answer, Api, text};

const ACME: &str = "/organizations/acme";
const LOGO: &str = "/organizations/acme/logo";

async fn put(api: &Api, headers: &[(&str, &str)], file: Vec<u8>) -> Answer {
    api.send_raw(Method::PUT, LOGO, headers, file).await
}

#[tokio::test]
async fn a_colour_is_said_and_unsaid() {
    let api = Api::with_acme().await.as_administrator_of("acme").await;
    let nothing = json!({"accent_color": null, "logo": null});
    assert_eq!(api.get(ACME).await.has(200).body["branding"], nothing);
    let yellow = json!({"branding": {"accent_color": "#FFD500"}});
    assert_eq!(api.patch(ACME, &yellow).await.has(200).body["branding"]["accent_color"], "#ffd500");
    let other = api.patch(ACME, &json!({"locale": "de"})).await.has(200);
    assert_eq!(other.body["branding"]["accent_color"], "#ffd500");
    let none = json!({"branding": {"accent_color": null}});
    assert_eq!(api.patch(ACME, &none).await.has(200).body["branding"], nothing);
}

#[tokio::test]
async fn a_logo_is_given_replaced_and_taken_away() {
    let api = Api::with_acme().await.as_administrator_of("acme").await;
    api.delete(LOGO).await.has_problem(404, "logo_not_found");
    let first = put(&api, &[("content-type", "image/png")], logo(64, 32).content).await.has(200);
    let shown = &first.body["branding"]["logo"];
    assert!(text(&shown["url"]).starts_with("/sso/acme/logo/"), "{shown}");
    assert_eq!(
        [&shown["media_type"], &shown["width"], &shown["height"]],
        [&json!("image/png"), &json!(64), &json!(32)]
    );
    assert_eq!(api.get(ACME).await.has(200).body, first.body);

    let stale = [("content-type", "image/png"), ("if-match", "\"1\"")];
    put(&api, &stale, logo(32, 32).content).await.has_problem(412, "precondition_failed");
    // What a file is, its bytes say.
    let seen = [("content-type", "image/jpeg"), ("if-match", first.etag())];
    let second = put(&api, &seen, logo(32, 32).content).await.has(200);
    assert_eq!(second.body["branding"]["logo"]["media_type"], "image/png");
    assert_ne!(second.body["branding"]["logo"]["url"], shown["url"]);
    api.delete(LOGO).await.has(204);
    assert_eq!(api.get(ACME).await.has(200).body["branding"]["logo"], json!(null));
}

#[tokio::test]
async fn what_is_no_logo_is_refused() {
    let api = Api::with_acme().await;
    let png = || logo(64, 64).content;
    for kind in ["image/svg+xml", "text/html", "application/json", ""] {
        put(&api, &[("content-type", kind)], png()).await.has_problem(415, "unsupported_media_type");
    }
    let packed = [("content-type", "image/png"), ("content-encoding", "gzip")];
    put(&api, &packed, png()).await.has_problem(415, "unsupported_media_type");
    let kind = [("content-type", "image/png")];
    for (file, code) in [
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "unknown_kind"),
        (Vec::new(), "unknown_kind"),
        (png()[..18].to_vec(), "damaged"),
    ] {
        let refused = put(&api, &kind, file).await.has_problem(422, "invalid_request");
        assert_eq!(refused.faults(), [(String::new(), code.to_owned())]);
    }
    let mut large = png();
    large.resize(MOST_BYTES + 1, 0);
    put(&api, &kind, large).await.has_problem(413, "request_too_large");
    assert_eq!(api.get(ACME).await.has(200).body["branding"]["logo"], json!(null));
}
