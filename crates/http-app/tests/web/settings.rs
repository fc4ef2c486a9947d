//! The settings of an organization in the portal: what it is, how it looks, and its end.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::branding::MOST_BYTES;
use vestibule_domain::testing::logo;

use crate::administrators::{ROOT, of_acme, with_root};
use crate::support::{Answer, HTTPS, Service};

const SETTINGS: &str = "/admin/acme/settings";

impl Service {
    /// Sends a form as a browser that is signed in does.
    pub(crate) async fn save(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.fill_in(path, fields, &[("origin", HTTPS), ("cookie", cookie)]).await
    }

    /// Sends a form with a file, which comes last.
    pub(crate) async fn send_file(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
        (name, file): (&str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(
                format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        let head =
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"file\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let headers =
            [("origin", HTTPS), ("cookie", cookie), ("content-type", "multipart/form-data; boundary=x")];
        self.send(Method::POST, path, &headers, body).await
    }

    /// The version that the forms of a page carry.
    pub(crate) async fn version_at(&self, cookie: &str, path: &str) -> String {
        self.visit(path, cookie).await.between("name=\"version\" value=\"", "\"").to_owned()
    }

    async fn acme_now(&self) -> Value {
        self.api("GET", "organizations/acme", &Value::Null).await
    }
}

#[tokio::test]
async fn an_organization_says_its_language_and_how_long_it_keeps_what_arrives() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.visit(SETTINGS, &root).await;
    for language in ["Deutsch", "English", "Español", "Français", "Português"] {
        assert!(page.body.contains(&format!(">{language}</option>")), "{language}");
    }
    let version = service.version_at(&root, SETTINGS).await;
    let fields =
        |days| [("version", &*version), ("name", "Acme"), ("locale", "fr"), ("keep_arrivals_days", days)];
    for wrong in ["soon", "-1", "70000", "<i>"] {
        let answer = service.save(&root, SETTINGS, &fields(wrong)).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains("href=\"#keep_arrivals_days\""), "{wrong}");
        assert!(answer.body.contains("<option value=\"fr\" selected>"), "what was typed stays");
    }
    assert_eq!(service.save(&root, SETTINGS, &fields("3")).await.status, 303);
    let acme = service.acme_now().await;
    assert_eq!((&acme["locale"], &acme["keep_arrivals_days"]), (&json!("fr"), &json!(3)));
}

#[tokio::test]
async fn who_changes_an_organization_over_somebody_elses_change_sees_both() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let version = service.version_at(&root, SETTINGS).await;
    service.api("PATCH", "organizations/acme", &json!({"application_url": "https://theirs.example/"})).await;
    let fields = [("version", &*version), ("name", "Acme"), ("application_url", "https://ours.example/")];
    let answer = service.save(&root, SETTINGS, &fields).await;
    assert_eq!(answer.status, 412);
    for shown in ["Saved meanwhile", "<bdi>https://theirs.example/</bdi>", "<bdi>https://ours.example/</bdi>"]
    {
        assert!(answer.body.contains(shown), "{shown}");
    }
    let version = answer.between("name=\"version\" value=\"", "\"");
    let fields = [("version", version), fields[1], fields[2]];
    assert_eq!(service.save(&root, SETTINGS, &fields).await.status, 303, "now it is meant");
    assert_eq!(service.acme_now().await["application_url"], "https://ours.example/");
}

#[tokio::test]
async fn a_colour_is_shown_before_it_is_saved_and_told_where_it_cannot_be_read() {
    let service = with_root().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let bob = service.signed_in("bob@acme.example").await;
    let path = "/admin/acme/settings/look";
    let version = service.version_at(&bob, SETTINGS).await;
    let fields =
        |color, preview| [("version", &*version), ("branding/accent_color", color), ("preview", preview)];
    let shown = service.save(&bob, path, &fields("#ffd500", "true")).await;
    assert_eq!(shown.status, 200);
    assert!(
        shown.body.contains("On light pages #ffd500 could not be read: its contrast is 1.2"),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("fill=\"#ffd500\""), "it can be read on dark pages");
    assert_eq!(service.acme_now().await["branding"]["accent_color"], Value::Null);
    for preview in ["", "true"] {
        let answer = service.save(&bob, path, &fields("yellow;", preview)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("href=\"#branding-accent_color\"") && answer.body.contains("yellow;"));
    }
    assert_eq!(service.save(&bob, path, &fields("#FFD500", "")).await.status, 303);
    assert_eq!(service.acme_now().await["branding"]["accent_color"], "#ffd500");
    let again = service.save(&bob, path, &fields("#2c4fb8", "")).await;
    assert_eq!(again.status, 412, "the form is as old as the first one");
    assert!(again.body.contains("whose colour is now #ffd500"), "{}", again.body);
}

#[tokio::test]
async fn a_logo_is_taken_shown_and_removed() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let path = "/admin/acme/settings/logo";
    let version = service.version_at(&root, SETTINGS).await;
    let fields = [("version", &*version)];
    let too_large = vec![0; MOST_BYTES + 1];
    let huge = vec![0; 3 * MOST_BYTES];
    for (wrong, told) in [
        (&b""[..], "Choose a file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG, JPEG or WebP"),
        (&too_large, "at most 128 KiB"),
        (&huge, "at most 128 KiB"),
    ] {
        let answer = service.send_file(&root, path, &fields, ("logo", wrong)).await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(
            answer.body.contains(told) && answer.body.contains("href=\"#logo\""),
            "{told}: {}",
            answer.body
        );
    }
    let picture = logo(64, 32).content;
    let answer = service.send_file(&root, path, &fields, ("logo", &picture)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let address = service.acme_now().await["branding"]["logo"]["url"].as_str().unwrap().to_owned();
    assert!(service.visit(SETTINGS, &root).await.body.contains(&format!("src=\"{address}\"")));
    let stale = service.send_file(&root, path, &fields, ("logo", &picture)).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let remove = "/admin/acme/settings/logo/remove";
    assert_eq!(service.save(&root, remove, &fields).await.status, 412);
    let version = service.version_at(&root, SETTINGS).await;
    for _ in 0..2 {
        assert_eq!(service.save(&root, remove, &[("version", &version)]).await.status, 303);
    }
    assert_eq!(service.acme_now().await["branding"]["logo"], Value::Null);
}

#[tokio::test]
async fn an_organization_goes_when_an_operator_types_its_name() {
    let service = with_root().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let (root, bob) = (service.signed_in(ROOT).await, service.signed_in("bob@acme.example").await);
    let path = "/admin/acme/settings/delete";
    service.visit(path, &bob).await.is_page(404, "not_found");
    service.save(&bob, path, &[("slug", "acme")]).await.is_page(404, "not_found");
    let version = service.version_at(&root, path).await;
    let wrong = service.save(&root, path, &[("version", &*version), ("slug", "Acme")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("href=\"#slug\"") && wrong.body.contains("value=\"Acme\""));
    service.api("PATCH", "organizations/acme", &json!({"locale": "de"})).await;
    let stale = service.save(&root, path, &[("version", &*version), ("slug", "acme")]).await;
    assert_eq!(stale.status, 412);
    let version = service.version_at(&root, path).await;
    let fields = [("version", &*version), ("slug", "acme")];
    assert_eq!(service.save(&root, path, &fields).await.header("location"), "/admin");
    service.save(&root, path, &fields).await.is_page(404, "organization_not_found");
    service.visit("/admin/acme", &root).await.is_page(404, "organization_not_found");
}
