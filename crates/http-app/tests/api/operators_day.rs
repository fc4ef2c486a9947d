//! What an operator and an organization's administrator do, one thing after another.

use serde_json::{Value, json};

use crate::support::{Api, catalog, settings, text};

#[tokio::test]
async fn an_operator_sets_up_an_organization_and_tries_a_sign_in() {
    let api = Api::new().await;
    let created = api
        .post("/organizations", &json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true}))
        .await
        .has(201);
    assert_eq!(created.header("location"), "/api/v1/organizations/acme");
    assert_eq!(created.body["locale"], json!(null));
    assert_eq!(api.get("/organizations/acme").await.has(200).body, created.body);
    api.post("/organizations", &json!({"slug": "acme", "name": "B"})).await.has_problem(409, "slug_taken");

    let url = json!({"application_url": "https://app.acme.example/", "allowed_return_origins": ["https://app.acme.example"]});
    let changed = api.patch("/organizations/acme", &url).await.has(200);
    assert_eq!(changed.body["name"], "Acme");
    assert_eq!(changed.body["application_url"], "https://app.acme.example/");
    let cleared = api.patch("/organizations/acme", &json!({"application_url": null})).await.has(200);
    assert_eq!(cleared.body["application_url"], json!(null));

    assert_eq!(
        api.get("/organizations/acme/catalog").await.has(200).body,
        json!({"user_types": [], "locations": []})
    );
    assert_eq!(api.put("/organizations/acme/catalog", &catalog()).await.has(200).body, catalog());
    assert_eq!(api.get("/organizations/acme/catalog").await.has(200).body, catalog());

    let contact = json!({"name": "Help", "email": "help@acme.example", "phone": "+1 555 0100"});
    let connection = json!({"key": "okta", "display_name": "Okta", "technical_contact": contact});
    let created = api.post("/organizations/acme/connections", &connection).await.has(201);
    assert_eq!(created.header("location"), "/api/v1/organizations/acme/connections/okta");
    let on_by_default =
        ["enabled", "sp_initiated", "allow_idp_initiated"].map(|flag| created.body[flag].clone());
    assert_eq!(on_by_default, [json!(true), json!(true), json!(false)]);
    let asked = ["force_authn", "name_id_format", "sign_requests"].map(|name| created.body[name].clone());
    assert_eq!(asked, [json!(false), Value::Null, json!("when_wanted")]);
    api.post("/organizations/acme/connections", &connection).await.has_problem(409, "key_taken");
    let okta = "/organizations/acme/connections/okta";
    let phone = json!({"technical_contact": {"phone": null}, "allow_idp_initiated": true});
    let changed = api.patch(okta, &phone).await.has(200).body;
    assert_eq!(
        changed["technical_contact"],
        json!({"name": "Help", "email": "help@acme.example", "phone": null})
    );
    assert_eq!(changed["allow_idp_initiated"], true);
    let asking = json!({"force_authn": true, "name_id_format": "persistent", "sign_requests": "always"});
    let changed = api.patch(okta, &asking).await.has(200).body;
    assert_eq!((&changed["force_authn"], &changed["name_id_format"]), (&json!(true), &json!("persistent")));
    assert_eq!(changed["sign_requests"], "always");
    let changed = api.patch(okta, &json!({"name_id_format": null})).await.has(200).body;
    assert_eq!((&changed["force_authn"], &changed["name_id_format"]), (&json!(true), &Value::Null));

    let saved = api.put(&format!("{okta}/provisioning"), &settings()).await.has(200);
    assert_eq!(saved.body["warnings"], json!([]));
    assert_eq!(api.get(&format!("{okta}/provisioning")).await.has(200).body, settings());

    let person = json!({"name_id": "ada", "attributes": {
        "FirstName": ["Ada"], "LastName": ["Lovelace"], "Email": ["ada@acme.example"],
        "Role": ["Everybody", "Eng-Managers"], "UserType": ["employee"]}});
    let simulated = api.post(&format!("{okta}/simulate"), &person).await.has(200).body;
    assert_eq!(simulated["simulated"], true);
    assert_eq!(simulated.get("id"), None);
    assert_eq!(simulated["outcome"], "created");
    assert_eq!(simulated["code"], json!(null));
    assert_eq!(simulated["connection"], "okta");
    assert_eq!(simulated["settings_version"], 2);
    assert_eq!(simulated["matched_by"], "none");
    assert_eq!(simulated["welcome_email"], "queued");
    let change = json!({"field": "first_name", "before": null, "after": "Ada", "rule": "mapped_attribute"});
    assert_eq!(simulated["changes"][0], change);
    let first_name = simulated["explanation"].as_array().unwrap().iter().find(|e| e["field"] == "first_name");
    assert_eq!(
        *first_name.unwrap(),
        json!({"field": "first_name", "rule": "mapped_attribute", "attribute": "FirstName",
               "received": ["Ada"], "translated": null, "result": "Ada", "note": null, "near_miss": null,
               "message": "The value of first name was taken from the attribute “FirstName”: Ada."})
    );
    assert_eq!(simulated["summary"], "A new user was created, welcomed by mail, and signed in.");
    assert_eq!(simulated["advice"], json!(null));
    assert_eq!(api.get("/organizations/acme/users").await.has(200).body["items"], json!([]));
    assert_eq!(api.get("/organizations/acme/sign-ins").await.has(200).body["items"], json!([]));

    api.delete(okta).await.has(204);
    api.get(okta).await.has_problem(404, "connection_not_found");
    api.delete("/organizations/acme").await.has(204);
    api.get("/organizations/acme").await.has_problem(404, "organization_not_found");
}

#[tokio::test]
async fn an_identity_provider_comes_by_text_or_address_and_goes() {
    let api = Api::with_acme().await;
    let provider = "/organizations/acme/connections/okta/identity-provider";
    api.get(provider).await.has_problem(404, "sso_not_configured");
    api.delete(provider).await.has_problem(404, "sso_not_configured");
    api.get("/organizations/acme/connections/none/identity-provider")
        .await
        .has_problem(404, "connection_not_found");

    let saved = api.put(provider, &json!({"metadata_xml": "idp https://okta.example"})).await.has(200);
    assert_eq!(saved.body["entity_id"], "https://okta.example");
    assert_eq!(saved.body["sso_urls"], json!(["https://idp.example.com/sso"]));
    assert_eq!(saved.body["source"], "xml");
    assert_eq!(saved.body["certificates"][0]["subject"], "CN=idp.example.com");
    assert_eq!(
        [&saved.body["next_refresh_at"], &saved.body["last_refresh_error"]],
        [&json!(null), &json!(null)]
    );
    assert_eq!(api.get(provider).await.has(200).body, saved.body);

    let other = "/organizations/acme/connections/entra/identity-provider";
    api.put(other, &json!({"metadata_xml": "idp https://okta.example"}))
        .await
        .has_problem(409, "entity_id_taken");
    let url = json!({"metadata_url": "https://entra.example/metadata"});
    let saved = api.put(other, &url).await.has(200);
    assert_eq!([&saved.body["source"], &saved.body["entity_id"]], ["url", "https://entra.example"]);

    for (body, pointer, code) in [
        (json!({"metadata_xml": "<html>"}), "/metadata_xml", "not_metadata"),
        (json!({"metadata_url": "https://down.example"}), "/metadata_url", "unreachable"),
        (json!({"metadata_url": "ftp://x"}), "/metadata_url", "invalid"),
        (json!({"metadata_url": 1}), "/metadata_url", "wrong_type"),
        (json!({}), "/metadata_xml", "required"),
        (json!({"metadata_xml": "", "metadata_url": ""}), "/metadata_url", "invalid_choice"),
        (json!({"metadata_xml": "idp x", "metadata": 1}), "/metadata", "unknown_field"),
    ] {
        let answer = api.put(provider, &body).await.has_problem(422, "invalid_request");
        assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    api.delete(provider).await.has(204);
    api.get(provider).await.has_problem(404, "sso_not_configured");
}

#[tokio::test]
async fn users_are_created_changed_and_deactivated() {
    let api = Api::with_acme().await;
    let users = "/organizations/acme/users";
    let ada = json!({
        "email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace", "location": "Paris",
        "assignments": [{"user_type": "employee", "role": "learner"}],
        "identities": [{"connection": "okta", "name_id": "00u1"}],
    });
    let created = api.post(users, &ada).await.has(201);
    let path = format!("{users}/{}", created.id());
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(created.body["created_by"], "api");
    assert_eq!(created.body["active"], true);
    assert_eq!(created.body["last_sign_in_at"], json!(null));
    for member in ["email", "first_name", "last_name", "location", "assignments", "identities"] {
        assert_eq!(created.body[member], ada[member]);
    }
    assert_eq!(api.get(&path).await.has(200).body, created.body);

    let same_address = json!({"email": "ADA@acme.example", "first_name": "A", "last_name": "B"});
    api.post(users, &same_address).await.has_problem(409, "email_in_use");
    let same_name_id = json!({"email": "b@acme.example", "first_name": "A", "last_name": "B",
                              "identities": [{"connection": "okta", "name_id": "00u1"}]});
    api.post(users, &same_name_id).await.has_problem(409, "name_id_in_use");

    let changed = api.patch(&path, &json!({"last_name": "King", "location": null})).await.has(200).body;
    assert_eq!([&changed["last_name"], &changed["location"]], [&json!("King"), &json!(null)]);
    assert_eq!(changed["identities"], ada["identities"]);
    assert_eq!(changed["assignments"], ada["assignments"]);

    let shorter = json!({"user_types": [], "locations": [{"name": "Paris"}]});
    let in_use = api.put("/organizations/acme/catalog", &shorter).await.has_problem(409, "value_in_use");
    assert!(text(&in_use.body["detail"]).contains("employee"), "{:#}", in_use.body);

    let refused = api.delete(&format!("{path}?erase=true")).await.has_problem(422, "invalid_request");
    assert_eq!(refused.faults(), [("/erase".to_owned(), "unknown_parameter".to_owned())]);
    assert_eq!(api.get(&path).await.body["active"], true);
    api.delete(&path).await.has(204);
    api.delete(&path).await.has(204);
    assert_eq!(api.get(&path).await.has(200).body["active"], false);
    assert_eq!(api.patch(&path, &json!({"active": true})).await.has(200).body["active"], true);
    for nobody in ["01890000-0000-7000-8000-000000000000", "me", "%FF"] {
        let answer = api.get(&format!("{users}/{nobody}")).await.has(404);
        assert!(["user_not_found", "not_found"].contains(&text(&answer.body["code"]).as_str()));
    }
}

#[tokio::test]
async fn an_administrator_may_all_but_what_is_the_operators() {
    let operator = Api::with_acme().await;
    operator.post("/organizations", &json!({"slug": "other", "name": "Other"})).await.has(201);
    let api = operator.as_administrator_of("acme").await;

    let own = api.get("/organizations").await.has(200).body;
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!([&own["items"][0]["slug"], &own["next_cursor"]], [&json!("acme"), &json!(null)]);
    let all = operator.get("/organizations").await.has(200).body;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    api.post("/organizations", &json!({"slug": "mine", "name": "M"})).await.has_problem(403, "operator_only");
    api.post("/organizations", &json!({})).await.has_problem(403, "operator_only");
    for operators in [json!({"slug": "x"}), json!({"name": "X"}), json!({"jit_provisioning_enabled": false})]
    {
        api.patch("/organizations/acme", &operators).await.has_problem(403, "operator_only");
    }
    api.delete("/organizations/acme").await.has_problem(403, "operator_only");
    let same = json!({"slug": "acme", "name": "Acme", "locale": "de"});
    assert_eq!(api.patch("/organizations/acme", &same).await.has(200).body["locale"], "de");
    api.put("/organizations/acme/connections/okta/provisioning", &settings()).await.has(200);
}

#[tokio::test]
async fn a_response_is_simulated_without_being_believed_blindly() {
    let api = Api::with_acme().await;
    let okta = "/organizations/acme/connections/okta";
    let simulate = format!("{okta}/simulate");
    let refused = api.post(&simulate, &json!({"saml_response": "ada"})).await.has(200).body;
    assert_eq!([&refused["outcome"], &refused["code"]], ["refused", "wrong_issuer"]);
    let metadata = json!({"metadata_xml": "idp https://okta.example"});
    api.put(&format!("{okta}/identity-provider"), &metadata).await.has(200);
    let refused = api.post(&simulate, &json!({"saml_response": "forged"})).await.has(200).body;
    assert_eq!([&refused["outcome"], &refused["code"]], ["refused", "untrusted_signature"]);
    assert!(text(&refused["detail"]).contains("signed"));
    let believed = api.post(&simulate, &json!({"saml_response": "ada"})).await.has(200).body;
    assert_eq!([&believed["name_id"], &believed["code"]], ["ada", "registration_disabled"]);
    assert_eq!(believed["verified_by"], "ab".repeat(32));

    let both = json!({"saml_response": "ada", "name_id": "ada"});
    let answer = api.post(&simulate, &both).await.has_problem(422, "invalid_request");
    assert_eq!(answer.faults(), [("/saml_response".to_owned(), "invalid_choice".to_owned())]);
}
