//! Nobody overwrites what they have not seen.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Api, catalog, settings};

/// Addresses with a body that changes what is there, and the code of a stale change.
fn changes(user: &str) -> Vec<(Method, String, Value, &'static str)> {
    let okta = "/organizations/acme/connections/okta";
    vec![
        (Method::PATCH, "/organizations/acme".into(), json!({"locale": "de"}), "precondition_failed"),
        (Method::PUT, "/organizations/acme/catalog".into(), catalog(), "precondition_failed"),
        (Method::PATCH, okta.into(), json!({"enabled": false}), "precondition_failed"),
        (Method::PUT, format!("{okta}/provisioning"), settings(), "save_version"),
        (
            Method::PUT,
            format!("{okta}/identity-provider"),
            json!({"metadata_xml": "idp https://okta.example"}),
            "precondition_failed",
        ),
        (Method::PATCH, user.to_owned(), json!({"last_name": "King"}), "precondition_failed"),
    ]
}

async fn acme() -> (Api, String) {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let ada = api.post("/organizations/acme/users", &ada).await.has(201).id();
    let provider = json!({"metadata_xml": "idp https://first.example"});
    api.put("/organizations/acme/connections/okta/identity-provider", &provider).await.has(200);
    (api, format!("/organizations/acme/users/{ada}"))
}

#[tokio::test]
async fn a_stale_change_is_refused_and_a_fresh_one_made() {
    let (api, user) = acme().await;
    for (method, path, body, code) in changes(&user) {
        let seen = api.get(&path).await.has(200);
        let etag = seen.etag().to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag} is a strong entity tag");
        let send = async |tag: &str| api.send(method.clone(), &path, &[("if-match", tag)], Some(&body)).await;
        let changed = send(&etag).await.has(200);
        assert_ne!(changed.etag(), etag, "{path}");
        send(&etag).await.has_problem(412, code);
        for never in ["\"0\"", "\"x\"", &format!("W/{}", changed.etag())] {
            send(never).await.has_problem(412, code);
        }
        assert_eq!(api.get(&path).await.etag(), changed.etag(), "{path}");
        send(&format!("\"x\", {}", changed.etag())).await.has(200);
        send("*").await.has(200);
        for malformed in ["1", "\"1", "\"1\" \"2\"", ""] {
            send(malformed).await.has_problem(400, "malformed_header");
        }
    }
}

#[tokio::test]
async fn a_stale_deletion_is_refused() {
    let (api, user) = acme().await;
    let okta = "/organizations/acme/connections/okta";
    for path in [user.as_str(), &format!("{okta}/identity-provider"), okta, "/organizations/acme"] {
        let etag = api.get(path).await.etag().to_owned();
        let stale = api.send(Method::DELETE, path, &[("if-match", "\"0\"")], None).await;
        stale.has_problem(412, "precondition_failed");
        api.send(Method::DELETE, path, &[("if-match", &etag)], None).await.has(204);
    }
}

#[tokio::test]
async fn what_does_not_exist_was_seen_by_nobody() {
    let api = Api::with_acme().await;
    let path = "/organizations/acme/connections/okta/identity-provider";
    let body = json!({"metadata_xml": "idp https://okta.example"});
    for tag in ["*", "\"1\""] {
        let answer = api.send(Method::PUT, path, &[("if-match", tag)], Some(&body)).await;
        answer.has_problem(412, "precondition_failed");
    }
    api.put(path, &body).await.has(200);
}

#[tokio::test]
async fn what_the_client_has_already_is_not_sent_again() {
    let (api, _) = acme().await;
    let okta = "/organizations/acme/connections/okta";
    for path in ["/organizations/acme", "/organizations/acme/catalog", okta, &format!("{okta}/provisioning")]
    {
        let etag = api.get(path).await.has(200).etag().to_owned();
        for tag in [&etag, &format!("W/{etag}"), &format!("\"x\",{etag}"), "*"] {
            let answer = api.send(Method::GET, path, &[("if-none-match", tag)], None).await.has(304);
            assert_eq!((answer.etag(), &answer.body), (etag.as_str(), &Value::Null));
        }
        for tag in ["\"x\"", "x"] {
            api.send(Method::GET, path, &[("if-none-match", tag)], None).await.has(200);
        }
    }
}

#[tokio::test]
async fn parts_of_a_connection_have_versions_of_their_own() {
    let (api, _) = acme().await;
    let okta = "/organizations/acme/connections/okta";
    let before = api.get(okta).await;
    api.put(&format!("{okta}/provisioning"), &settings()).await.has(200);
    let after = api.get(okta).await;
    assert_eq!((before.etag(), &before.body), (after.etag(), &after.body));
}

#[tokio::test]
async fn a_created_resource_has_the_entity_tag_that_reading_it_answers() {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    for (path, body) in [
        ("/organizations", json!({"slug": "b", "name": "B"})),
        ("/organizations/acme/connections", json!({"key": "c", "display_name": "C"})),
        ("/organizations/acme/users", ada),
    ] {
        let created = api.post(path, &body).await.has(201);
        let location = created.header("location").strip_prefix("/api/v1").unwrap();
        assert_eq!(api.get(location).await.has(200).etag(), created.etag());
    }
}
