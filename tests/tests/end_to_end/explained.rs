//! A refused sign-in is explained by what arrived, and the mapping mended after a draft was tried on it.

use serde_json::{Value, json};
use vestibule_demo_idp::mint::SigningKey;
use vestibule_tests::{DEMO, Database, Service, Visitor, minted_metadata};

const CONNECTIONS: &str = "organizations/acme/connections";

/// A response with an attribute that nobody maps.
fn response(service: &Service) -> String {
    let response = service.minted("ada@acme.example", "Ada").attribute("Badge", ["tell-nobody-4711"]);
    response.sign_assertion(&SigningKey::demo()).encoded()
}

async fn explained_and_mended(database: Database) {
    let mut service = Service::start(database).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let connection = format!("{CONNECTIONS}/{}", DEMO.key);
    let mapping = json!({"first_name": "firstname", "last_name": DEMO.last_name});
    let wrong = DEMO.settings(&json!({"attribute_mapping": mapping}));
    service.must("PUT", &format!("{connection}/provisioning"), &wrong).await;

    let visitor = Visitor::default();
    let refused = visitor.post_response(&service.acs_url(), &response(&service), None).await;
    let reference = refused.refusal("missing_required_attribute");
    let path = format!("organizations/acme/sign-ins/{reference}");
    let record = service.must("GET", &path, &Value::Null).await;
    let entries = record["explanation"].as_array().unwrap();
    let first_name = entries.iter().find(|entry| entry["field"] == "first_name").unwrap();
    assert_eq!(first_name["near_miss"], json!({"arrived": "FirstName", "difference": "case"}));
    assert_eq!(record["arrived"][0], json!({"name": "Badge", "values": 1}));
    service.kill_and_restart().await;
    let arrived = service.must("GET", &format!("{path}/arrived"), &Value::Null).await;
    assert_eq!(arrived["attributes"]["Badge"], json!(["tell-nobody-4711"]));

    let draft = json!({"sign_in_id": reference, "settings": DEMO.settings(&json!({}))});
    let simulated = service.must("POST", &format!("{connection}/simulate"), &draft).await;
    assert_eq!(
        (&simulated["outcome"], &simulated["compared_with_saved"]["code"]),
        (&json!("created"), &record["code"])
    );
    service.must("PUT", &format!("{connection}/provisioning"), &DEMO.settings(&json!({}))).await;
    visitor.post_response(&service.acs_url(), &response(&service), None).await.must_redirect();
    let created = service.list("sign-ins").await.remove(0);
    assert_eq!((&created["outcome"], &created["changes"]), (&simulated["outcome"], &simulated["changes"]));

    let user = created["user_id"].as_str().unwrap();
    service.must("DELETE", &format!("organizations/acme/users/{user}?purge=true"), &Value::Null).await;
    let path = format!("organizations/acme/sign-ins/{}/arrived", created["id"].as_str().unwrap());
    let gone = service.api("GET", &path, &Value::Null).await;
    assert_eq!((gone.status, &gone.body["code"]), (404, &json!("arrival_not_kept")));
    nowhere_stands("tell-nobody-4711", &service);
}

/// Neither in the database's files nor in a mail or a log.
fn nowhere_stands(secret: &str, service: &Service) {
    let files = std::fs::read_dir(service.folder()).unwrap().map(|file| file.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", file.display());
    }
    assert!(!service.log().contains(secret));
}

#[tokio::test]
async fn a_refusal_is_explained_by_what_arrived_and_mended_on_sqlite() {
    explained_and_mended(Database::Sqlite).await;
}

#[tokio::test]
async fn a_refusal_is_explained_by_what_arrived_and_mended_on_postgresql() {
    explained_and_mended(Database::postgres()).await;
}
