//! A simulation and the sign-in itself say the same, rule by rule, and what arrived can be looked at and tried again.

use serde_json::{Value, json};
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey};
use vestibule_domain::rule::Rule;

use crate::rule_cases::{catalog, merged, people, settings, sign_ins};
use crate::support::{HTTPS, IDP, Service};

const OKTA: &str = "organizations/acme/connections/okta";

/// A service with the organization that the cases are of.
async fn service(changes: &Value) -> Service {
    let service = Service::acme().await;
    service.api("PUT", &format!("{OKTA}/provisioning"), &json!({})).await;
    service.api("PUT", "organizations/acme/catalog", &catalog()).await;
    service.api("PUT", &format!("{OKTA}/provisioning"), &merged(&settings(), changes)).await;
    for user in people() {
        service.api("POST", "organizations/acme/users", &user).await;
    }
    service
}

fn response(service: &Service, rule: Rule, name_id: &str, attributes: &Value) -> ResponseBuilder {
    use vestibule_domain::ports::Clock as _;
    let sp = format!("{HTTPS}/sso/acme");
    let (acs, metadata) = (format!("{sp}/acs"), format!("{sp}/metadata"));
    let mut response = ResponseBuilder::new(service.clock.now(), &acs, &metadata, IDP, name_id);
    for (name, values) in attributes.as_object().unwrap() {
        let values = values.as_array().unwrap().iter().map(|value| value.as_str().unwrap());
        response = response.attribute(name, values);
    }
    // A NameID that is empty is none; one that changes each time is one that nobody can be recognised by.
    if rule == Rule::MatchUnusableNameId {
        response = response.with(|response| {
            let name_id = response.assertion.subject.as_mut().and_then(|subject| subject.name_id.as_mut());
            let name_id = name_id.unwrap();
            "once".clone_into(&mut name_id.value);
            name_id.format = Some("urn:oasis:names:tc:SAML:2.0:nameid-format:transient".to_owned());
        });
    }
    response
}

/// The newest record.
async fn newest(service: &Service) -> Value {
    let list = service.api("GET", "organizations/acme/sign-ins?limit=1", &Value::Null).await;
    list["items"][0].clone()
}

/// A record without what a simulation cannot know: which rows are written.
fn comparable(record: &Value) -> Value {
    let mut record = record.clone();
    let members = record.as_object_mut().unwrap();
    for own in ["id", "at", "simulated", "checks", "compared_with_saved"] {
        members.remove(own);
    }
    if members["outcome"] == "created" {
        members.remove("user_id");
    }
    record
}

#[tokio::test]
async fn for_each_rule_the_simulation_and_the_sign_in_say_the_same() {
    for (rule, changes, name_id, attributes, shown) in sign_ins() {
        let service = service(&changes).await;
        let response =
            response(&service, rule, name_id, &attributes).sign_assertion(&SigningKey::demo()).encoded();
        let simulate = json!({"saml_response": response});
        let simulated = service.api("POST", &format!("{OKTA}/simulate"), &simulate).await;
        service.post_form(&[("SAMLResponse", &response)], &[]).await;
        let record = newest(&service).await;
        assert_eq!(comparable(&simulated), comparable(&record), "{rule}");
        shown.must_be_in(&record, rule);

        // What arrived says the same once more, unless the sign-in itself has changed who is there.
        if record["outcome"] == "refused" || record["outcome"] == "unchanged" {
            let again = json!({"sign_in_id": record["id"]});
            let again = service.api("POST", &format!("{OKTA}/simulate"), &again).await;
            assert_eq!(comparable(&again), comparable(&record), "{rule}");
        }
    }
}

#[test]
fn no_rule_of_a_sign_in_is_left_out() {
    let cases: Vec<_> = sign_ins().iter().map(|case| case.0).collect();
    for rule in Rule::ALL.iter().filter(|rule| !rule.as_str().starts_with("save_")) {
        assert!(cases.contains(rule), "{rule} has no case");
    }
}

#[tokio::test]
async fn what_arrived_is_opened_for_an_administrator() {
    let service = Service::acme().await;
    service.sign_in("ada@acme.example").await;
    let record = newest(&service).await;
    assert_eq!(
        record["arrived"],
        json!([{"name": "FirstName", "values": 1}, {"name": "LastName", "values": 1}])
    );
    let path = format!("organizations/acme/sign-ins/{}/arrived", record["id"].as_str().unwrap());
    let arrived = service.api("GET", &path, &Value::Null).await;
    assert_eq!(arrived["name_id"], "ada@acme.example");
    assert_eq!(arrived["attributes"], json!({"FirstName": ["Ada"], "LastName": ["Lovelace"]}));
    assert_eq!(arrived["saml_response"], json!(null));
    let looked = service.store.audit_events().pop().unwrap();
    assert_eq!(
        (looked.action, looked.subject),
        ("sign_in.arrival_read".into(), record["id"].as_str().unwrap().to_owned())
    );
    assert_eq!(
        (looked.before, looked.after),
        (None, None),
        "the trail says that somebody looked, and not at what"
    );
}

#[tokio::test]
async fn of_what_was_not_believed_the_response_is_opened() {
    let service = Service::acme().await;
    let unsigned = service.response("ada@acme.example").encoded();
    service.post_form(&[("SAMLResponse", &unsigned)], &[]).await;
    let record = newest(&service).await;
    assert_eq!((&record["check"], &record["arrived"]), (&json!("not_signed"), &json!([])));
    let path = format!("organizations/acme/sign-ins/{}/arrived", record["id"].as_str().unwrap());
    let arrived = service.api("GET", &path, &Value::Null).await;
    assert_eq!((&arrived["saml_response"], &arrived["attributes"]), (&json!(unsigned), &json!(null)));
}
