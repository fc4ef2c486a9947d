//! An organization's mails, as its administrators look at them.

use serde_json::json;
use vestibule_domain::letter::LetterContent;
use vestibule_languages::Language;

use crate::administrators::{ROOT, of_acme, with_root};

const MAILS: &str = "/admin/acme/settings/mails";

#[tokio::test]
async fn each_mail_is_shown_in_each_language_and_in_the_organizations_look() {
    let service = with_root().await;
    let name = "Acme <script>alert(1)</script>";
    let look = json!({"name": name, "branding": {"accent_color": "#ffd500"}});
    service.api("PATCH", "organizations/acme", &look).await;
    let root = service.signed_in(ROOT).await;
    for kind in LetterContent::kinds() {
        for language in Language::all() {
            let query = format!("kind={kind}&language={}", language.tag());
            let page = service.visit(&format!("{MAILS}?{query}"), &root).await;
            assert_eq!(page.status, 200, "{query}");
            let frame = page.between("<iframe class=\"mail\" src=\"", "\"").replace("&#38;", "&");
            assert_eq!(frame, format!("{MAILS}/shown?{query}"));
            let mail = service.visit(&frame, &root).await;
            assert_eq!(mail.status, 200, "{query}");
            assert!(mail.body.contains(&format!("<html lang=\"{}\"", language.tag())), "{query}");
            assert!(mail.body.contains("#ffd500") && !mail.body.contains("<script"), "{query}");
            assert!(!page.body.contains("<script>alert"), "{query}");
        }
    }
}

#[tokio::test]
async fn a_mail_is_in_a_sandbox_that_the_portal_alone_shows() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.visit(MAILS, &root).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let mail = service.visit(&format!("{MAILS}/shown"), &root).await;
    let policy = mail.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'self'", "form-action 'none'", "; sandbox"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script-src") && !policy.contains("allow-"), "{policy}");
    assert_eq!(mail.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_is_no_kind_or_language_shows_what_the_organization_has() {
    let service = with_root().await;
    service.api("PATCH", "organizations/acme", &json!({"locale": "fr"})).await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let bob = service.signed_in("bob@acme.example").await;
    for query in ["", "?kind=farewell&language=tlh", "?kind=%00&language=../de", "?kind=&language="] {
        let page = service.visit(&format!("{MAILS}{query}"), &bob).await;
        assert!(page.body.contains("kind=welcome") && page.body.contains("language=fr"), "{query}");
    }
    service.visit("/admin/other/settings/mails", &bob).await.is_page(404, "organization_not_found");
    service.visit("/admin/other/settings/mails/shown", &bob).await.is_page(404, "organization_not_found");
    assert_ne!(service.visit(&format!("{MAILS}/shown"), "").await.status, 200);
}
