//! A person signs out in one place, and is signed out in the other: with pysaml2 and xmlsec1, by both bindings.

use serde_json::json;
use vestibule_tests::{Database, ForeignIdp, Form, PYSAML2, Page, Service, Visitor};

const ADA: &str = "ada@acme.example";

/// Acme with a running identity provider whose messages of single logout travel this way, and Ada, signed in.
async fn signed_in(binding: &str) -> (Service, ForeignIdp, Visitor) {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let person = json!({"givenName": "Ada", "sn": "Lovelace"});
    let idp = ForeignIdp::pysaml2_with(&["--logout", binding], &service.entity_id(), ADA, &person);
    let metadata = Visitor::default().open(&format!("{}/metadata", idp.url)).await;
    service.connect(&PYSAML2, &metadata.body).await;
    service.must("PATCH", "organizations/acme/connections/pysaml2", &json!({"single_logout": true})).await;
    let visitor = Visitor::default();
    sign_in(&service, &visitor).await;
    (service, idp, visitor)
}

async fn sign_in(service: &Service, visitor: &Visitor) {
    let answered = visitor.follow(&format!("{}/sso/acme/login", service.url())).await;
    visitor.submit(&answered, &Form::with_field(&answered.body, "SAMLResponse")).await.must_redirect();
    assert_eq!(session(service, visitor).await, 200);
}

async fn session(service: &Service, visitor: &Visitor) -> u16 {
    visitor.open(&format!("{}/session", service.url())).await.status
}

/// Carries a message to where it is sent, and on, to the last page.
async fn carry(visitor: &Visitor, mut page: Page) -> Page {
    for _ in 0..6 {
        page = if let Some(location) = &page.location {
            visitor.open(page.url.join(location).unwrap().as_str()).await
        } else if let Some(field) = ["SAMLRequest", "SAMLResponse"]
            .into_iter()
            .find(|field| page.body.contains(&format!("name=\"{field}\"")))
        {
            visitor.submit(&page, &Form::with_field(&page.body, field)).await
        } else {
            return page;
        };
    }
    panic!("it never ends, the last at {}", page.url)
}

async fn who_signs_out_here_is_signed_out_there(binding: &str) {
    let (service, idp, visitor) = signed_in(binding).await;
    let out = visitor.post_form(&format!("{}/session/logout", service.url()), &[]).await;
    assert_eq!(session(&service, &visitor).await, 401, "the session here ends first");
    let last = carry(&visitor, out).await;
    assert!(last.url.as_str().starts_with(&service.url()), "{}", last.url);
    assert!(last.body.contains("signed out at your identity provider, too"), "{}", last.body);
    drop(idp);
}

async fn who_signs_out_there_is_signed_out_here(binding: &str) {
    let (service, idp, visitor) = signed_in(binding).await;
    let elsewhere = Visitor::default();
    sign_in(&service, &elsewhere).await;
    // The identity provider names the later session alone.
    let page = elsewhere.open(&format!("{}/logout", idp.url)).await;
    let last = carry(&elsewhere, page).await;
    assert_eq!(last.body, "urn:oasis:names:tc:SAML:2.0:status:Success state & more");
    assert_eq!(session(&service, &elsewhere).await, 401);
    assert_eq!(session(&service, &visitor).await, 200);
}

#[tokio::test]
async fn who_signs_out_here_is_signed_out_there_by_redirects() {
    who_signs_out_here_is_signed_out_there("redirect").await;
}

#[tokio::test]
async fn who_signs_out_here_is_signed_out_there_by_forms() {
    who_signs_out_here_is_signed_out_there("post").await;
}

#[tokio::test]
async fn who_signs_out_there_is_signed_out_here_by_redirects() {
    who_signs_out_there_is_signed_out_here("redirect").await;
}

#[tokio::test]
async fn who_signs_out_there_is_signed_out_here_by_forms() {
    who_signs_out_there_is_signed_out_here("post").await;
}
