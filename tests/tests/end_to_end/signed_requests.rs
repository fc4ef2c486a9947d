//! Requests that the service signs, as pysaml2 and xmlsec1 verify them.

use serde_json::json;
use vestibule_tests::{Database, ForeignIdp, Form, PYSAML2, Page, Service, Visitor};

const ADA: &str = "ada@acme.example";

/// What pysaml2, which wants requests signed, answers to the request of a connection with these settings.
async fn asked(options: &[&str], sign_requests: &str) -> Page {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let person = json!({"givenName": "Ada", "sn": "Lovelace"});
    let idp = ForeignIdp::pysaml2_with(options, &service.entity_id(), ADA, &person);
    let metadata = Visitor::default().open(&format!("{}/metadata", idp.url)).await;
    service.connect(&PYSAML2, &metadata.body).await;
    let connection = "organizations/acme/connections/pysaml2";
    service.must("PATCH", connection, &json!({"sign_requests": sign_requests})).await;

    let visitor = Visitor::default();
    let page = visitor.follow(&format!("{}/sso/acme/login", service.url())).await;
    if page.body.contains("name=\"SAMLRequest\"") {
        visitor.submit(&page, &Form::with_field(&page.body, "SAMLRequest")).await
    } else {
        page
    }
}

const BINDINGS: [&[&str]; 4] = [
    &["--requests", "redirect"],
    &["--requests", "redirect", "--sso-query", "tenant=a%20b&x='1'"],
    &["--requests", "post"],
    &["--requests", "post", "--sso-query", "tenant=a%20b&x='1'"],
];

#[tokio::test]
async fn a_signed_request_is_verified_by_pysaml2() {
    for binding in BINDINGS {
        let options = [binding, &["--want-signed-requests"]].concat();
        let page = asked(&options, "when_wanted").await;
        assert_eq!(page.status, 200, "{binding:?}: {}", page.body);
        assert!(page.body.contains("name=\"SAMLResponse\""), "{binding:?}: {}", page.body);
    }
}

#[tokio::test]
async fn a_request_that_is_not_signed_is_refused_by_pysaml2() {
    for binding in [BINDINGS[0], BINDINGS[2]] {
        let options = [binding, &["--want-signed-requests"]].concat();
        let page = asked(&options, "never").await;
        assert_eq!((page.status, page.body.as_str()), (403, "not signed correctly"), "{binding:?}");
    }
}
