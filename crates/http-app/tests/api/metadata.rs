//! Metadata that is kept fresh, changes that wait, and what an administrator is warned of.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api, text};

const PROVIDER: &str = "/organizations/acme/connections/okta/identity-provider";

/// Acme, one of whose connections takes its metadata from an address.
async fn acme_by_url(trusted: bool) -> Api {
    let api = Api::with_acme().await;
    let url = json!({"metadata_url": "https://okta.example/metadata", "trust_metadata_url": trusted});
    api.put(PROVIDER, &url).await.has(200);
    api
}

async fn refresh(api: &Api) -> Value {
    api.send(Method::POST, &format!("{PROVIDER}/refresh"), &[], None).await.has(200).body
}

async fn decide(api: &Api, what: &str, digest: &str) -> Answer {
    api.post(&format!("{PROVIDER}/{what}"), &json!({"digest": digest})).await
}

fn codes(provider: &Value) -> Vec<(String, String)> {
    let warnings = provider["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| (text(&warning["pointer"]), text(&warning["code"]))).collect()
}

#[tokio::test]
async fn metadata_from_an_address_says_when_it_is_fetched_next() {
    let api = acme_by_url(true).await;
    let provider = api.get(PROVIDER).await.has(200).body;
    assert_eq!(provider["metadata_url"], "https://okta.example/metadata");
    assert_eq!([&provider["source"], &provider["trust_metadata_url"]], [&json!("url"), &json!(true)]);
    assert!(provider["next_refresh_at"].as_str() > provider["fetched_at"].as_str());
    let nothing = ["last_refresh_error", "pending", "metadata_signing_certificate", "valid_until"];
    assert!(nothing.iter().all(|name| provider[name].is_null()));
    assert_eq!(codes(&provider), [("/certificates/0".to_owned(), "certificate_expired".to_owned())]);

    let pasted = json!({"metadata_xml": "idp https://okta.example"});
    let provider = api.put(PROVIDER, &pasted).await.has(200).body;
    assert_eq!([&provider["metadata_url"], &provider["next_refresh_at"]], [&json!(null), &json!(null)]);
    api.send(Method::POST, &format!("{PROVIDER}/refresh"), &[], None)
        .await
        .has_problem(409, "metadata_not_by_url");
}

#[tokio::test]
async fn a_refresh_says_what_came_of_it() {
    let api = acme_by_url(true).await;
    let before = api.get(PROVIDER).await.etag().to_owned();
    assert_eq!(refresh(&api).await["outcome"], "unchanged");
    assert_eq!(api.get(PROVIDER).await.etag(), before);
    api.address.says(" old new");
    let taken = refresh(&api).await;
    assert_eq!((&taken["outcome"], &taken["error"]), (&json!("taken"), &json!(null)));
    assert_eq!(taken["identity_provider"]["certificates"][1]["subject"], "CN=new");
    assert_ne!(api.get(PROVIDER).await.etag(), before);

    api.address.says("gone");
    let failed = refresh(&api).await;
    assert_eq!(failed["outcome"], "failed");
    assert_eq!(failed["error"], json!({"code": "unreachable", "message": "does not answer"}));
    let provider = api.get(PROVIDER).await.has(200).body;
    let error = &provider["last_refresh_error"];
    assert_eq!([&error["code"], &error["message"]], ["unreachable", "does not answer"]);
    assert!(error["at"].is_string() && error["since"] == error["at"]);
    assert_eq!(provider["certificates"].as_array().unwrap().len(), 2, "the last good copy serves");
    assert!(
        codes(&provider).contains(&("/last_refresh_error".to_owned(), "metadata_refresh_failed".to_owned()))
    );
    api.address.says(" old new");
    assert_eq!(refresh(&api).await["identity_provider"]["last_refresh_error"], json!(null));
}

#[tokio::test]
async fn a_change_waits_until_it_is_approved_as_it_was_seen() {
    let api = acme_by_url(false).await;
    decide(&api, "approve", "00").await.has_problem(404, "pending_metadata_not_found");
    api.address.says(" idp.example.com new");
    let waiting = refresh(&api).await;
    assert_eq!(waiting["outcome"], "pending");
    let provider = api.get(PROVIDER).await.has(200);
    assert_eq!(provider.body, waiting["identity_provider"]);
    assert_eq!(provider.body["certificates"].as_array().unwrap().len(), 1);
    let pending = &provider.body["pending"];
    let certificates = pending["certificates"].as_array().unwrap();
    let changes: Vec<_> =
        certificates.iter().map(|one| (text(&one["subject"]), text(&one["change"]))).collect();
    let change = |subject: &str, change: &str| (subject.to_owned(), change.to_owned());
    assert_eq!(changes, [change("CN=idp.example.com", "unchanged"), change("CN=new", "added")]);
    assert_eq!((&pending["endpoints_changed"], pending["fetched_at"].is_string()), (&json!(false), true));
    assert!(codes(&provider.body).contains(&("/pending".to_owned(), "metadata_awaits_approval".to_owned())));
    let seen = text(&pending["digest"]);

    // Somebody changes it before the approval arrives.
    api.address.says(" evil");
    let evil = refresh(&api).await["identity_provider"]["pending"].clone();
    assert_eq!(evil["certificates"][1]["change"], "removed");
    decide(&api, "approve", &seen).await.has_problem(412, "precondition_failed");
    let evil = text(&evil["digest"]);
    assert_eq!(decide(&api, "reject", &evil).await.has(200).body["pending"], json!(null));
    assert_eq!(refresh(&api).await["outcome"], "unchanged");

    api.address.says(" idp.example.com new");
    assert_eq!(refresh(&api).await["outcome"], "pending");
    let stale = [("if-match", "\"99\"")];
    let body = json!({"digest": seen});
    let path = format!("{PROVIDER}/approve");
    api.send(Method::POST, &path, &stale, Some(&body)).await.has_problem(412, "precondition_failed");
    let current = api.get(PROVIDER).await.etag().to_owned();
    let approved = api.send(Method::POST, &path, &[("if-match", &current)], Some(&body)).await.has(200);
    assert_eq!(approved.body["certificates"].as_array().unwrap().len(), 2);
    assert_eq!(approved.body["pending"], json!(null));
    assert_ne!(approved.etag(), current);
    assert_eq!(api.get(PROVIDER).await.body, approved.body);
}

#[tokio::test]
async fn what_is_decided_on_must_be_named() {
    let api = acme_by_url(false).await;
    for what in ["approve", "reject"] {
        for (body, pointer, code) in [
            (json!({}), "/digest", "required"),
            (json!({"digest": 1}), "/digest", "wrong_type"),
            (json!({"digest": "", "all": true}), "/all", "unknown_field"),
        ] {
            let answer =
                api.post(&format!("{PROVIDER}/{what}"), &body).await.has_problem(422, "invalid_request");
            assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())], "{body}");
        }
    }
}

#[tokio::test]
async fn a_pinned_key_must_have_signed_the_metadata() {
    let api = Api::with_acme().await;
    let signed =
        |metadata: &str| json!({"metadata_xml": metadata, "metadata_signing_certificate": "pem federation"});
    let saved =
        api.put(PROVIDER, &signed("idp https://okta.example signed CN=federation")).await.has(200).body;
    assert_eq!(saved["metadata_signing_certificate"]["subject"], "CN=federation");
    for (body, pointer, code) in [
        (signed("idp https://okta.example"), "/metadata_xml", "metadata_signature_missing"),
        (
            json!({"metadata_xml": "idp x", "metadata_signing_certificate": "?"}),
            "/metadata_signing_certificate",
            "unreadable_certificate",
        ),
        (
            json!({"metadata_xml": "idp x", "metadata_signing_certificate": 1}),
            "/metadata_signing_certificate",
            "wrong_type",
        ),
        (
            json!({"metadata_xml": "idp x", "trust_metadata_url": true}),
            "/trust_metadata_url",
            "invalid_choice",
        ),
        (json!({"metadata_xml": "idp x", "trust_metadata_url": "yes"}), "/trust_metadata_url", "wrong_type"),
    ] {
        let answer = api.put(PROVIDER, &body).await.has_problem(422, "invalid_request");
        assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(api.get(PROVIDER).await.body, saved);
    let unpinned = json!({"metadata_xml": "idp https://okta.example", "metadata_signing_certificate": null});
    let saved = api.put(PROVIDER, &unpinned).await.has(200).body;
    assert_eq!(saved["metadata_signing_certificate"], json!(null));
}

#[tokio::test]
async fn an_administrator_of_the_organization_may_do_all_of_it() {
    let api = acme_by_url(false).await.as_administrator_of("acme").await;
    api.address.says(" new");
    assert_eq!(refresh(&api).await["outcome"], "pending");
    let digest = text(&api.get(PROVIDER).await.body["pending"]["digest"]);
    decide(&api, "approve", &digest).await.has(200);
    let none = "/organizations/acme/connections/entra/identity-provider/refresh";
    api.send(Method::POST, none, &[], None).await.has_problem(404, "sso_not_configured");
}
