//! What is known of a person: where each value came from, where they are signed in, and what stays of them.

use serde_json::{Value, json};
use vestibule_tests::{DEMO, Database, Service, Visitor, minted_metadata};

/// Acme, where Ada has signed in. Answers her browser, and where the API has her.
async fn acme_with_ada(database: Database) -> (Service, Visitor, String) {
    let service = Service::start(database).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let visitor = Visitor::default();
    sign_in(&service, &visitor).await;
    let user = service.list("users").await.remove(0);
    let user = format!("organizations/acme/users/{}", user["id"].as_str().unwrap());
    (service, visitor, user)
}

async fn sign_in(service: &Service, visitor: &Visitor) {
    let response = service.minted_response("ada@acme.example");
    visitor.post_response(&service.acs_url(), &response, None).await.must_redirect();
    assert!(is_signed_in(service, visitor).await);
}

async fn is_signed_in(service: &Service, visitor: &Visitor) -> bool {
    visitor.open(&format!("{}/session", service.url())).await.status == 200
}

#[tokio::test]
async fn each_value_says_which_sign_in_or_administrator_it_came_from() {
    let (service, visitor, ada) = acme_with_ada(Database::Sqlite).await;
    let sign_in_id = service.list("sign-ins").await[0]["id"].clone();
    let user = service.must("GET", &ada, &Value::Null).await;
    let origin = |kind: &str, attribute: Value, at: &Value| json!({"kind": kind, "connection": "demo", "attribute": attribute, "sign_in_id": sign_in_id, "at": at});
    let (at, provenance) = (&user["created_at"], &user["provenance"]);
    assert_eq!(provenance["first_name"], origin("attribute", json!("FirstName"), at));
    assert_eq!(provenance["email"], origin("name_id", Value::Null, at));
    assert_eq!(provenance["location"], origin("default", Value::Null, at));
    assert_eq!(provenance["assignments"]["employee"], origin("default", Value::Null, at));

    let role = json!({"role": "supervisor"});
    service.must("PUT", &format!("{ada}/assignments/employee"), &role).await;
    sign_in(&service, &visitor).await;
    let user = service.must("GET", &ada, &Value::Null).await;
    let (now, provenance) = (&user["provenance"]["assignments"]["employee"], &user["provenance"]);
    assert_eq!([&now["kind"], &now["sign_in_id"]], [&json!("administrator"), &Value::Null]);
    assert_eq!(provenance["first_name"]["sign_in_id"], sign_in_id, "who says the same again changes nothing");
}

/// An administrator signs Ada out, takes away the name by which she came, and erases her.
async fn ada_goes(database: Database) {
    let (service, visitor, ada) = acme_with_ada(database).await;
    let sessions = format!("{ada}/sessions");
    let live = service.must("GET", &sessions, &Value::Null).await;
    assert_eq!(live["items"].as_array().unwrap().len(), 1, "{live:#}");
    service.must("DELETE", &sessions, &Value::Null).await;
    assert!(!is_signed_in(&service, &visitor).await);

    sign_in(&service, &visitor).await;
    service.must("DELETE", &format!("{ada}/identities/demo"), &Value::Null).await;
    assert!(!is_signed_in(&service, &visitor).await);
    service.must("PUT", &format!("{ada}/identities/demo"), &json!({"name_id": "ada@acme.example"})).await;
    sign_in(&service, &visitor).await;

    let before = service.list("audit-events").await;
    assert!(json!(before).to_string().contains("Lovelace"));
    service.must("DELETE", &format!("{ada}?purge=true"), &Value::Null).await;
    assert!(!is_signed_in(&service, &visitor).await);
    assert_eq!(service.api("GET", &ada, &Value::Null).await.status, 404);
    let (events, sign_ins) = (service.list("audit-events").await, service.list("sign-ins").await);
    assert_eq!((events.len(), sign_ins.len()), (before.len() + 1, 3));
    let sign_in = sign_ins[0]["id"].as_str().unwrap();
    let arrived = format!("organizations/acme/sign-ins/{sign_in}/arrived");
    assert_eq!(service.api("GET", &arrived, &Value::Null).await.body["code"], "arrival_not_kept");
    for told in [json!(events), json!(sign_ins)] {
        for word in ["ada@", "Ada", "Lovelace"] {
            assert!(!told.to_string().contains(word), "{word} is still told: {told:#}");
        }
    }
    assert!(!service.log().contains("ada@"), "the log names nobody");
}

#[tokio::test]
async fn who_is_erased_is_read_of_by_nobody_from_that_moment_on_sqlite() {
    ada_goes(Database::Sqlite).await;
}

#[tokio::test]
async fn who_is_erased_is_read_of_by_nobody_from_that_moment_on_postgresql() {
    ada_goes(Database::postgres()).await;
}

#[tokio::test]
async fn an_organization_that_wants_nothing_kept_has_nothing_kept() {
    let (service, visitor, _) = acme_with_ada(Database::Sqlite).await;
    let newest = async || {
        let id = service.list("sign-ins").await[0]["id"].as_str().unwrap().to_owned();
        service.api("GET", &format!("organizations/acme/sign-ins/{id}/arrived"), &Value::Null).await.status
    };
    assert_eq!(newest().await, 200);
    service.must("PATCH", "organizations/acme", &json!({"keep_arrivals_days": 0})).await;
    sign_in(&service, &visitor).await;
    assert_eq!(newest().await, 404);
}
