//! People sign in through identity providers that nobody of this project wrote.

use serde_json::{Value, json};
use vestibule_tests::{
    Database, ForeignIdp, Form, PYSAML2, Page, Provider, SAML_IDP, Service, Visitor, text_of,
};

const ADA: &str = "ada@acme.example";

/// Acme with one connection to an identity provider that runs.
async fn acme_with(provider: &Provider, start: impl FnOnce(&Service) -> ForeignIdp) -> (Service, ForeignIdp) {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let idp = start(&service);
    let metadata = Visitor::default().open(&format!("{}/metadata", idp.url)).await;
    assert_eq!(metadata.status, 200);
    service.connect(provider, &metadata.body).await;
    (service, idp)
}

async fn acme_with_saml_idp() -> (Service, ForeignIdp) {
    acme_with(&SAML_IDP, |service| {
        let person = json!({"FirstName": "Ada", "LastName": "Lovelace"});
        ForeignIdp::saml_idp(&service.acs_url(), &service.entity_id(), ADA, &person)
    })
    .await
}

async fn acme_with_pysaml2() -> (Service, ForeignIdp) {
    acme_with(&PYSAML2, |service| {
        ForeignIdp::pysaml2(&service.entity_id(), ADA, &json!({"givenName": "Ada", "sn": "Lovelace"}))
    })
    .await
}

/// Goes on from the page that posts the identity provider's response, to the last page.
async fn post_response(visitor: &Visitor, page: &Page) -> Page {
    let answer = visitor.submit(page, &Form::with_field(&page.body, "SAMLResponse")).await;
    match &answer.location {
        Some(location) => visitor.follow(answer.url.join(location).unwrap().as_str()).await,
        None => answer,
    }
}

/// Signs in at saml-idp's page as somebody, from the page that asks.
async fn at_saml_idp(visitor: &Visitor, page: &Page, changes: &[(&str, &str)]) -> Page {
    let asked = Form::with_field(&page.body, "_authnRequest");
    let form = changes.iter().fold(asked, |form, (name, value)| form.filled(name, value));
    let answered = visitor.submit(page, &Form { action: "/signin".to_owned(), ..form }).await;
    post_response(visitor, &answered).await
}

/// The page that explains a sign-in must greet that person, and say how it ended.
#[track_caller]
fn greets(page: &Page, outcome: &str, name: &str) {
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains(&format!("data-outcome=\"{outcome}\"")), "{}", page.body);
    assert!(text_of(&page.body, "h1").contains(name), "{}", text_of(&page.body, "h1"));
}

#[tokio::test]
async fn saml_idp_answers_a_request_and_the_person_is_created() {
    let (service, _idp) = acme_with_saml_idp().await;
    let visitor = Visitor::default();
    let asked = visitor.follow(&format!("{}/sso/acme/login?connection=saml-idp", service.url())).await;
    let page = at_saml_idp(&visitor, &asked, &[]).await;
    greets(&page, "created", "Ada Lovelace");
    assert_eq!(service.outbox().mails_to(ADA, 1).await.len(), 1);

    // The same request and the same session of the identity provider cannot be answered twice.
    let again = visitor.follow(&format!("{}/sso/acme/login", service.url())).await;
    let page = at_saml_idp(&visitor, &again, &[("LastName", "King")]).await;
    greets(&page, "updated", "Ada King");
    let users = service.list("users").await;
    assert_eq!((users.len(), &users[0]["last_name"]), (1, &json!("King")));
}

#[tokio::test]
async fn saml_idp_starts_a_sign_in_by_itself() {
    let (service, idp) = acme_with_saml_idp().await;
    let visitor = Visitor::default();
    let home = visitor.open(&idp.url).await;
    let form = Form { action: "/signin".to_owned(), fields: Vec::new() };
    let answered = visitor.submit(&home, &form.filled("userName", "bob@acme.example")).await;
    let page = post_response(&visitor, &answered).await;
    // Without fields of its own saml-idp sends those that it knows.
    greets(&page, "created", "Ada Lovelace");
    assert_eq!(service.list("users").await[0]["email"], "bob@acme.example");

    let at = "organizations/acme/connections/saml-idp";
    service.must("PATCH", at, &json!({"allow_idp_initiated": false})).await;
    let answered = visitor.submit(&home, &Form { action: "/signin".to_owned(), fields: Vec::new() }).await;
    let refused = post_response(&visitor, &answered).await;
    assert_eq!(refused.status, 403);
    let reference = refused.refusal("unsolicited_response");
    let record = service.must("GET", &format!("organizations/acme/sign-ins/{reference}"), &Value::Null).await;
    assert_eq!(record["code"], "unsolicited_response");
}

#[tokio::test]
async fn pysaml2_answers_a_request_and_the_person_is_created_then_updated() {
    let (service, idp) = acme_with_pysaml2().await;
    let visitor = Visitor::default();
    let login = format!("{}/sso/acme/login", service.url());
    let answered = visitor.follow(&login).await;
    greets(&post_response(&visitor, &answered).await, "created", "Ada Lovelace");
    let welcome = service.outbox().mails_to(ADA, 1).await;
    assert!(welcome[0].subject.contains("Acme"), "{}", welcome[0].subject);

    // A page that is sent twice is refused the second time.
    let again = visitor.submit(&answered, &Form::with_field(&answered.body, "SAMLResponse")).await;
    assert!(!again.refusal("replayed_response").is_empty());

    become_somebody(&idp, ADA, &json!({"givenName": "Ada", "sn": "King"})).await;
    let answered = visitor.follow(&login).await;
    greets(&post_response(&visitor, &answered).await, "updated", "Ada King");
    let answered = visitor.follow(&login).await;
    greets(&post_response(&visitor, &answered).await, "unchanged", "Ada King");
    assert_eq!(service.list("users").await.len(), 1);
    assert_eq!(service.list("sign-ins").await.len(), 4);
}

#[tokio::test]
async fn pysaml2_starts_a_sign_in_by_itself() {
    let (service, idp) = acme_with_pysaml2().await;
    let visitor = Visitor::default();
    let answered = visitor.open(&format!("{}/initiate", idp.url)).await;
    greets(&post_response(&visitor, &answered).await, "created", "Ada Lovelace");
    let session = visitor.open(&format!("{}/session", service.url())).await;
    let session: Value = serde_json::from_str(&session.body).unwrap();
    assert_eq!((&session["user"]["email"], &session["connection"]), (&json!(ADA), &json!("pysaml2")));
}

#[tokio::test]
async fn a_person_without_a_last_name_is_refused_and_the_record_says_what_was_looked_for() {
    let (service, idp) = acme_with_pysaml2().await;
    become_somebody(&idp, "grace@acme.example", &json!({"givenName": "Grace"})).await;
    let visitor = Visitor::default();
    let answered = visitor.follow(&format!("{}/sso/acme/login", service.url())).await;
    let refused = post_response(&visitor, &answered).await;
    assert_eq!(refused.status, 403);
    let reference = refused.refusal("missing_required_attribute");
    assert!(!refused.body.contains("grace@acme.example"), "a page of a refusal names nobody");
    let record = service.must("GET", &format!("organizations/acme/sign-ins/{reference}"), &Value::Null).await;
    let entries = record["explanation"].as_array().unwrap();
    let last_name = entries.iter().find(|entry| entry["field"] == "last_name").unwrap();
    assert_eq!(
        (&last_name["rule"], &last_name["attribute"]),
        (&json!("required_name"), &json!("urn:oid:2.5.4.4"))
    );
    assert!(service.list("users").await.is_empty());
}

/// The next answers of pysaml2 are about somebody else.
async fn become_somebody(idp: &ForeignIdp, name_id: &str, attributes: &Value) {
    let body = json!({"name_id": name_id, "attributes": attributes}).to_string();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.put(format!("{}/person", idp.url)).body(body).send().await.unwrap();
    assert!(answer.status().is_success());
}
