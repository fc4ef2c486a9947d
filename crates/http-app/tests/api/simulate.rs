//! Simulations of anything: what is sent, whom it is for, and what they are compared with.

use serde_json::{Value, json};

use crate::rule_cases::{merged, people};
use crate::support::{Answer, Api, settings};

const OKTA: &str = "/organizations/acme/connections/okta";

async fn acme() -> Api {
    let api = Api::with_acme().await;
    api.put(&format!("{OKTA}/provisioning"), &settings()).await.has(200);
    for user in people() {
        api.post("/organizations/acme/users", &user).await.has(201);
    }
    api
}

async fn simulate(api: &Api, body: &Value) -> Answer {
    api.post(&format!("{OKTA}/simulate"), body).await
}

fn newcomer() -> Value {
    json!({"name_id": "new", "attributes": {"FirstName": ["New"], "LastName": ["Person"], "Email": ["new@acme.example"]}})
}

#[tokio::test]
async fn a_user_is_chosen_imagined_or_nobody() {
    let api = acme().await;
    let users = api.get("/organizations/acme/users?email=bob@acme.example").await.has(200).body;
    let bob = &users["items"][0]["id"];
    let with = |user: Value| merged(&newcomer(), &json!({"user": user}));
    let chosen = simulate(&api, &with(json!({"user_id": bob}))).await.has(200).body;
    assert_eq!((&chosen["outcome"], &chosen["user_id"]), (&json!("updated"), bob));
    assert_eq!(
        chosen["changes"][0],
        json!({"field": "first_name", "before": "Bob", "after": "New", "rule": "mapped_attribute"})
    );
    let imagined = json!({"email": "old@acme.example", "first_name": "New", "last_name": "Old",
                          "identities": [{"connection": "okta", "name_id": "new"}]});
    let imagined = simulate(&api, &with(imagined)).await.has(200).body;
    assert_eq!((&imagined["outcome"], &imagined["user_id"]), (&json!("updated"), &json!(null)));
    let nobody = merged(&with(json!(null)), &json!({"name_id": "ada"}));
    assert_eq!(simulate(&api, &nobody).await.has(200).body["outcome"], "created");
}

#[tokio::test]
async fn a_draft_is_compared_with_what_is_saved() {
    let api = acme().await;
    let body = |changes: Value| merged(&newcomer(), &json!({"settings": merged(&settings(), &changes)}));
    let closed = simulate(&api, &body(json!({"allow_automatic_registration": false}))).await.has(200).body;
    assert_eq!(closed["code"], "registration_disabled");
    let saved = &closed["compared_with_saved"];
    assert_eq!(
        (&saved["differs"], &saved["outcome"], &saved["code"]),
        (&json!(true), &json!("created"), &json!(null))
    );
    assert_eq!(saved["changes"][0]["after"], "New");
    let same = simulate(&api, &body(json!({}))).await.has(200).body;
    assert_eq!(same["compared_with_saved"]["differs"], false);
    assert_eq!(simulate(&api, &newcomer()).await.has(200).body["compared_with_saved"], json!(null));
}

#[tokio::test]
async fn the_checks_of_a_response_are_told_in_words() {
    let api = acme().await;
    let metadata = json!({"metadata_xml": "idp https://okta.example"});
    api.put(&format!("{OKTA}/identity-provider"), &metadata).await.has(200);
    let checks = simulate(&api, &json!({"saml_response": "ada"})).await.has(200).body["checks"].clone();
    let told: Vec<_> =
        checks.as_array().unwrap().iter().map(|check| (&check["checkpoint"], &check["passed"])).collect();
    let (yes, no) = (json!(true), json!(false));
    let words = ["signature", "age", "use", "request"].map(|word| json!(word));
    assert_eq!(told, [(&words[0], &yes), (&words[1], &yes), (&words[2], &yes), (&words[3], &no)]);
    assert_eq!(
        (&checks[3]["code"], &checks[3]["check"]),
        (&json!("unsolicited_response"), &json!("unsolicited"))
    );
    let message = checks[0]["message"].as_str().unwrap();
    assert!(message.contains("CN=idp.example.com"), "{message}");
}

#[tokio::test]
async fn a_body_says_one_thing_and_all_of_its_faults_are_named() {
    let api = acme().await;
    for (body, faults) in [
        (json!({}), vec![("/name_id", "required")]),
        (json!({"name_id": "a", "saml_response": "b"}), vec![("/saml_response", "invalid_choice")]),
        (json!({"sign_in_id": "x"}), vec![("/sign_in_id", "invalid")]),
        (
            json!({"name_id": "a", "user": {}}),
            vec![
                ("/user/email", "required"),
                ("/user/first_name", "required"),
                ("/user/last_name", "required"),
            ],
        ),
        (json!({"name_id": "a", "user": {"user_id": 1}}), vec![("/user/user_id", "wrong_type")]),
        (json!({"name_id": "a", "user": 1}), vec![("/user", "wrong_type")]),
        (
            json!({"name_id": "a", "x": 1, "user": {"email": "?", "first_name": "", "last_name": "L", "location": "Atlantis"}, "settings": merged(&settings(), &json!({"attribute_mapping": {}}))}),
            vec![
                ("/settings/attribute_mapping/first_name", "save_requires_names"),
                ("/settings/attribute_mapping/last_name", "save_requires_names"),
                ("/user/email", "invalid"),
                ("/user/first_name", "invalid"),
                ("/user/location", "unknown_location"),
                ("/x", "unknown_field"),
            ],
        ),
    ] {
        let answer = simulate(&api, &body).await.has_problem(422, "invalid_request");
        let expected: Vec<_> =
            faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
        assert_eq!(answer.faults(), expected, "{body}");
    }
    let unknown = json!({"sign_in_id": "01a21210-8046-75e6-b5dd-0a1af625ae6d"});
    simulate(&api, &unknown).await.has_problem(404, "sign_in_not_found");
    let nobody = merged(&newcomer(), &json!({"user": {"user_id": "01a21210-8046-75e6-b5dd-0a1af625ae6d"}}));
    let answer = simulate(&api, &nobody).await.has_problem(422, "invalid_request");
    assert_eq!(answer.faults(), [("/user/user_id".to_owned(), "user_not_found".to_owned())]);
}
