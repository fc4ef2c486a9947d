//! Bad input: all of it is named, at once.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api};

fn expect(answer: &Answer, faults: &[(&str, &str)]) {
    let mut wanted: Vec<_> = faults.iter().map(|(p, c)| ((*p).to_owned(), (*c).to_owned())).collect();
    wanted.sort();
    assert_eq!(answer.faults(), wanted, "{:#}", answer.body);
}

#[tokio::test]
async fn every_fault_of_an_organization_is_named_at_once() {
    let api = Api::new().await;
    let body = json!({"name": " ", "jit_provisioning_enabled": "yes", "application_url": "javascript:alert(1)",
                      "allowed_return_origins": ["https://a.example", 5, "https://a.example/path"],
                      "locale": 7, "branding": {"accent_color": "red", "logo": null}, "colour/of~it": "red"});
    let answer = api.post("/organizations", &body).await.has_problem(422, "invalid_request");
    expect(
        &answer,
        &[
            ("/slug", "required"),
            ("/name", "invalid"),
            ("/jit_provisioning_enabled", "wrong_type"),
            ("/application_url", "invalid"),
            ("/allowed_return_origins/1", "wrong_type"),
            ("/allowed_return_origins/2", "invalid"),
            ("/locale", "wrong_type"),
            ("/branding/accent_color", "invalid"),
            ("/branding/logo", "unknown_field"),
            ("/colour~1of~0it", "unknown_field"),
        ],
    );
    assert_eq!(api.get("/organizations").await.body["items"], json!([]));
}

#[tokio::test]
async fn a_number_is_whole_and_in_its_range_however_it_is_written() {
    let api = Api::with_acme().await;
    let patch =
        async |days: Value| api.patch("/organizations/acme", &json!({"keep_arrivals_days": days})).await;
    for (days, kept) in [(json!(0), json!(0)), (json!(3_650), json!(3_650)), (json!(7.0), json!(7))] {
        assert_eq!(patch(days).await.has(200).body["keep_arrivals_days"], kept);
    }
    for (wrong, code) in [
        (json!(-1), "invalid"),
        (json!(3_651), "invalid"),
        (json!(1e300), "invalid"),
        (json!(u64::MAX), "invalid"),
        (json!(0.5), "wrong_type"),
        (json!("7"), "wrong_type"),
        (json!(true), "wrong_type"),
    ] {
        let answer = patch(wrong).await.has_problem(422, "invalid_request");
        expect(&answer, &[("/keep_arrivals_days", code)]);
    }
    assert_eq!(patch(Value::Null).await.has(200).body["keep_arrivals_days"], Value::Null);
}

#[tokio::test]
async fn every_fault_of_a_catalog_is_named_at_once() {
    let api = Api::with_acme().await;
    let body = json!({"user_types": [
        {"key": "a", "name": "A", "roles": [{"key": "r", "name": "R"}, {"key": "r", "privileged": 1}]},
        {"key": "a", "name": "B", "roles": []},
        {"name": "C"},
        "employee",
    ], "location": []});
    let answer = api.put("/organizations/acme/catalog", &body).await.has_problem(422, "invalid_request");
    expect(
        &answer,
        &[
            ("/user_types/0/roles/1/key", "duplicate"),
            ("/user_types/0/roles/1/name", "required"),
            ("/user_types/0/roles/1/privileged", "wrong_type"),
            ("/user_types/1/key", "duplicate"),
            ("/user_types/1/roles", "required"),
            ("/user_types/2/key", "required"),
            ("/user_types/2/roles", "required"),
            ("/user_types/3", "wrong_type"),
            ("/locations", "required"),
            ("/location", "unknown_field"),
        ],
    );
}

#[tokio::test]
async fn every_fault_of_a_connection_is_named_at_once() {
    let api = Api::with_acme().await;
    let body = json!({"key": "Okta!", "technical_contact": {"name": "Help", "email": "nobody", "fax": "1"},
                      "enabled": null, "force_authn": "yes", "name_id_format": "transient", "sign_requests": "sometimes"});
    let answer = api.post("/organizations/acme/connections", &body).await.has_problem(422, "invalid_request");
    expect(
        &answer,
        &[
            ("/key", "invalid"),
            ("/display_name", "required"),
            ("/enabled", "wrong_type"),
            ("/force_authn", "wrong_type"),
            ("/name_id_format", "invalid_choice"),
            ("/sign_requests", "invalid_choice"),
            ("/technical_contact/email", "invalid"),
            ("/technical_contact/fax", "unknown_field"),
        ],
    );
    let okta = "/organizations/acme/connections/okta";
    let answer = api.patch(okta, &json!({"technical_contact": {"phone": "1"}, "display_name": null})).await;
    expect(
        &answer.has_problem(422, "invalid_request"),
        &[
            ("/technical_contact/name", "required"),
            ("/technical_contact/email", "required"),
            ("/display_name", "wrong_type"),
        ],
    );
}

#[tokio::test]
async fn every_fault_of_settings_is_named_at_once() {
    let api = Api::with_acme().await;
    let okta = "/organizations/acme/connections/okta";
    let body = json!({
        "allow_automatic_registration": true, "suppress_welcome_emails": 0,
        "defaults": {"user_type": "pilot", "role": "learner", "location": "Atlantis"},
        "attribute_mapping": {"first_name": " F", "last_name": 1, "nickname": "N"},
        "value_translations": {"role": [{"received": "x", "value": "king"}, {"received": "x"}], "pet": []},
        "link_by_email": "always", "email_domains": ["acme.example", "@", 3], "on_invalid_value": 4,
        "allow_privileged_assignment": true,
    });
    let answer = api.put(&format!("{okta}/provisioning"), &body).await.has_problem(422, "invalid_settings");
    expect(
        &answer,
        &[
            ("/suppress_welcome_emails", "wrong_type"),
            ("/defaults/user_type", "save_default_pair"),
            ("/defaults/location", "save_default_pair"),
            ("/attribute_mapping/first_name", "save_attribute_name"),
            ("/attribute_mapping/last_name", "wrong_type"),
            ("/attribute_mapping/nickname", "unknown_field"),
            ("/value_translations/role/0/value", "save_translation_target"),
            ("/value_translations/role/1/received", "duplicate"),
            ("/value_translations/role/1/value", "required"),
            ("/value_translations/pet", "unknown_field"),
            ("/link_by_email", "invalid_choice"),
            ("/email_domains/1", "invalid"),
            ("/email_domains/2", "wrong_type"),
            ("/on_invalid_value", "wrong_type"),
            ("/allow_privileged_assignment", "unknown_field"),
        ],
    );
    let simulation =
        json!({"settings": {"defaults": {"role": "learner"}, "x": 1}, "attributes": {"A/B": "a"}});
    let answer = api.post(&format!("{okta}/simulate"), &simulation).await.has_problem(422, "invalid_request");
    expect(
        &answer,
        &[
            ("/name_id", "required"),
            ("/attributes/A~1B", "wrong_type"),
            ("/settings/defaults/user_type", "save_default_pair"),
            ("/settings/x", "unknown_field"),
        ],
    );
}

#[tokio::test]
async fn every_fault_of_a_user_is_named_at_once() {
    let api = Api::with_acme().await;
    let users = "/organizations/acme/users";
    let body = json!({
        "email": "ada", "last_name": "Love\u{202E}lace", "location": "Atlantis", "active": "no",
        "assignments": [{"user_type": "employee"}, {"user_type": "employee", "role": "worker", "since": 1}],
        "identities": [{"connection": "ping", "name_id": ""}, 3],
    });
    let faults = [
        ("/email", "invalid"),
        ("/last_name", "invalid"),
        ("/location", "unknown_location"),
        ("/active", "wrong_type"),
        ("/assignments/0/role", "required"),
        ("/assignments/1", "invalid_user_type_or_role"),
        ("/assignments/1/since", "unknown_field"),
        ("/assignments/1/user_type", "duplicate"),
        ("/identities/0/connection", "connection_not_found"),
        ("/identities/0/name_id", "invalid"),
        ("/identities/1", "wrong_type"),
    ];
    let answer = api.post(users, &body).await.has_problem(422, "invalid_request");
    expect(&answer, &[&faults[..], &[("/first_name", "required")]].concat());

    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let path = format!("{users}/{}", api.post(users, &ada).await.has(201).id());
    let answer = api.patch(&path, &body).await.has_problem(422, "invalid_request");
    expect(&answer, &faults);
}

#[tokio::test]
async fn a_body_that_is_not_json_in_one_reading_is_refused() {
    let api = Api::new().await;
    let json = [("content-type", "application/json")];
    for body in
        ["", "{", "{} {}", "\u{FEFF}{}", "{\"slug\": \"a\", \"slug\": \"b\"}", "{\"slug\": 1e999}", "'a'"]
    {
        let answer = api.send_raw(Method::POST, "/organizations", &json, body.into()).await;
        answer.has_problem(400, "malformed_json");
    }
    let not_utf8 = b"{\"slug\": \"\xFF\"}".to_vec();
    api.send_raw(Method::POST, "/organizations", &json, not_utf8).await.has_problem(400, "malformed_json");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    api.send_raw(Method::POST, "/organizations", &json, deep).await.has_problem(400, "malformed_json");

    for body in [json!(null), json!([]), json!("acme"), json!(1)] {
        let answer = api.post("/organizations", &body).await.has_problem(422, "invalid_request");
        expect(&answer, &[("", "wrong_type")]);
    }
    for headers in [&[][..], &[("content-type", "text/plain")], &[("content-type", "application/jsonp")]] {
        let answer = api.send_raw(Method::POST, "/organizations", headers, b"{}".to_vec()).await;
        answer.has_problem(415, "unsupported_media_type");
    }
    let charset = [("content-type", "Application/JSON; charset=utf-8")];
    let body = br#"{"slug": "acme", "name": "Acme"}"#.to_vec();
    api.send_raw(Method::POST, "/organizations", &charset, body).await.has(201);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let api = Api::new().await;
    let json = [("content-type", "application/json")];
    let body = vec![b' '; 3 << 20];
    api.send_raw(Method::POST, "/organizations", &json, body).await.has_problem(413, "request_too_large");
}

#[tokio::test]
async fn a_flood_of_faults_is_answered_within_bounds() {
    let api = Api::with_acme().await;
    let body = json!({"email_domains": vec![Value::Null; 50_000]});
    let answer = api.put("/organizations/acme/connections/okta/provisioning", &body).await;
    let answer = answer.has_problem(422, "invalid_settings");
    assert_eq!(answer.faults().len(), 1_000);
    assert!(answer.body["detail"].as_str().unwrap().contains("not listed"));
}
