//! Sign-ins in words that a person understands, and in data that a program does.

use serde_json::{Value, json};

use crate::support::{Api, settings, text};

const SIMULATE: &str = "/organizations/acme/connections/okta/simulate";

async fn simulated(api: &Api, name_id: &str, attributes: Value) -> Value {
    let body = json!({"name_id": name_id, "attributes": attributes, "settings": settings()});
    api.post(SIMULATE, &body).await.has(200).body
}

fn entry<'a>(record: &'a Value, field: &str) -> &'a Value {
    let entries = record["explanation"].as_array().unwrap();
    entries.iter().find(|entry| entry["field"] == field).unwrap_or_else(|| panic!("{record:#}"))
}

#[tokio::test]
async fn a_name_that_almost_arrived_is_told_in_data_and_in_words() {
    let api = Api::with_acme().await;
    let almost = json!({"firstname": ["Ada"], "LastName": ["Lovelace"], "Email": ["ada@acme.example"]});
    let record = simulated(&api, "ada", almost).await;
    let first_name = entry(&record, "first_name");
    assert_eq!(first_name["near_miss"], json!({"arrived": "firstname", "difference": "case"}));
    let message = text(&first_name["message"]);
    assert!(
        message
            .starts_with("A new user needs a first name, and nothing arrived in the attribute “FirstName”."),
        "{message}"
    );
    assert!(message.contains(&text(&first_name["note"])), "{message}");
    assert_eq!(entry(&record, "last_name")["near_miss"], json!(null));
    let summary = "The sign-in was refused: no first or last name arrived that can be used.";
    assert_eq!(record["summary"], summary);
    assert!(text(&record["advice"]).contains("an attribute \"firstname\" arrived"), "{:#}", record["advice"]);
    assert_eq!(record["check"], json!(null));
}

#[tokio::test]
async fn a_response_that_is_not_believed_says_which_check_and_what_to_do() {
    let api = Api::with_acme().await;
    let metadata = json!({"metadata_xml": "idp https://okta.example"});
    api.put("/organizations/acme/connections/okta/identity-provider", &metadata).await.has(200);
    let record = api.post(SIMULATE, &json!({"saml_response": "forged"})).await.has(200).body;
    assert_eq!((&record["code"], &record["check"]), (&json!("untrusted_signature"), &json!("not_signed")));
    assert!(text(&record["advice"]).starts_with("Switch on signing at the identity provider"));
    assert!(text(&record["summary"]).starts_with("The sign-in was refused: the response is not signed"));
}

#[tokio::test]
async fn advice_has_the_addresses_of_this_service() {
    let api = Api::with_acme().await;
    let metadata = json!({"metadata_xml": "idp https://okta.example"});
    api.put("/organizations/acme/connections/okta/identity-provider", &metadata).await.has(200);
    let record = api.post(SIMULATE, &json!({"saml_response": "misdirected"})).await.has(200).body;
    let own = "`https://sso.example.com/sso/acme/acs`";
    for told in [&record["advice"], &record["checks"][0]["message"]] {
        assert!(text(told).contains(own), "{told}");
    }
}

#[tokio::test]
async fn a_translated_value_says_from_what_and_what_did_not_change_says_so() {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace",
                     "identities": [{"connection": "okta", "name_id": "ada"}]});
    api.post("/organizations/acme/users", &ada).await.has(201);
    let arriving = json!({"FirstName": ["Ada"], "LastName": ["King"], "UserType": ["employee"],
                          "Role": ["VPN", "Eng-Managers"]});
    let record = simulated(&api, "ada", arriving).await;
    assert_eq!(record["outcome"], "updated", "{record:#}");
    let role = entry(&record, "role");
    assert_eq!((&role["translated"], &role["result"]), (&json!("Eng-Managers"), &json!("supervisor")));
    assert!(text(&role["message"]).contains("“Eng-Managers” arrived"), "{role:#}");
    let first_name = entry(&record, "first_name");
    assert_eq!(first_name["translated"], json!(null));
    let message = text(&first_name["message"]);
    assert!(message.starts_with("The value of first name is as it was: Ada."), "{message}");
    let message = text(&entry(&record, "last_name")["message"]);
    assert!(
        message.starts_with("The value of last name was taken from the attribute “LastName”: King."),
        "{message}"
    );
}

#[tokio::test]
async fn a_warning_says_what_stayed_and_what_to_do() {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace",
                     "identities": [{"connection": "okta", "name_id": "ada"}]});
    api.post("/organizations/acme/users", &ada).await.has(201);
    let mut settings = settings();
    settings["on_invalid_value"] = json!("keep_current");
    let body = json!({"name_id": "ada", "attributes": {"Location": ["Atlantis"]}, "settings": settings});
    let record = api.post(SIMULATE, &body).await.has(200).body;
    let message = text(&record["warnings"][0]["message"]);
    assert!(
        message.starts_with("What was sent for location was not taken, and what was there stayed: "),
        "{message}"
    );
    assert!(
        message.ends_with("Add the location to the catalog, or a value translation for what is sent."),
        "{message}"
    );
}
