//! An operator's first day with the service, by the API alone: from an empty database to people who sign in.

use serde_json::{Value, json};
use vestibule_demo_idp::mint::SigningKey;
use vestibule_tests::{Caller, DEMO, Database, Page, Service, Visitor, minted_metadata};

const CONNECTION: &str = "organizations/acme/connections/demo";

/// Grace worked with the application before single sign-on came. Whoever wrote the table down took Lin's role for a dream job.
const PEOPLE: &str = "\
email,first_name,last_name,location,user_type,role,connection,name_id
grace@acme.example,Grace,Hopper,London,employee,supervisor,demo,grace
lin@acme.example,Lin,Chen,London,employee,astronaut,,
";

#[tokio::test]
async fn the_first_day_by_the_api_alone_on_sqlite() {
    first_day(Database::Sqlite).await;
}

#[tokio::test]
async fn the_first_day_by_the_api_alone_on_postgresql() {
    first_day(Database::postgres()).await;
}

async fn first_day(database: Database) {
    let service = Service::start(database).await;
    // The operator makes the organization and its catalog, and hands the rest over to Acme's own administrator.
    service.set_up_acme().await;
    let key = service.must("POST", "organizations/acme/api-keys", &json!({"name": "Acme IT"})).await;
    let acme = service.called_by(key["key"].as_str().unwrap());

    connect_the_identity_provider(&acme).await;
    let settings = save_settings_after_five_faults(&acme).await;
    import_people_after_a_dry_run(&acme).await;

    the_first_people_sign_in(&service, &acme).await;
    let refused = sign_in_as_a_manager(&service).await.refusal("invalid_user_type_or_role");
    understand_the_refusal(&acme, &refused).await;
    let simulated = mend_the_mapping_after_simulating_it(&acme, settings, &refused).await;
    the_manager_signs_in(&service, &acme, &simulated).await;

    the_trail_tells_the_whole_day(&service, &acme, key["id"].as_str().unwrap()).await;
}

async fn connect_the_identity_provider(acme: &Caller) {
    let connection = json!({"key": "demo", "display_name": "Sign-in by demo", "allow_idp_initiated": true});
    acme.must("POST", "organizations/acme/connections", &connection).await;
    let metadata = json!({"metadata_xml": minted_metadata()});
    let provider = acme.must("PUT", &format!("{CONNECTION}/identity-provider"), &metadata).await;
    assert_eq!(provider["entity_id"], "https://idp.example");
    assert_eq!(provider["certificates"].as_array().unwrap().len(), 1);
}

/// Everything that is wrong is said at once, and nothing of it is kept. Answers the settings that were saved in the end.
async fn save_settings_after_five_faults(acme: &Caller) -> Value {
    let path = format!("{CONNECTION}/provisioning");
    let before = acme.must("GET", &path, &Value::Null).await;
    let faulty = DEMO.settings(&json!({
        "suppress_welcome_email": true,
        "defaults": {"user_type": "employee", "role": "learner", "location": "Atlantis"},
        "attribute_mapping": {"first_name": "FirstName ", "last_name": null, "email": "Email", "role": "Role"},
        "value_translations": {"role": [{"received": "Eng-Managers", "value": "manager"}]},
    }));
    let refused = acme.api("PUT", &path, &faulty).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("invalid_settings")));
    let mut faults: Vec<_> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            ("/attribute_mapping/first_name", "save_attribute_name"),
            ("/attribute_mapping/last_name", "save_requires_names"),
            ("/defaults/location", "save_default_pair"),
            ("/suppress_welcome_email", "unknown_field"),
            ("/value_translations/role/0/value", "save_translation_target"),
        ]
    );
    assert_eq!(acme.must("GET", &path, &Value::Null).await, before);

    let mapping =
        json!({"first_name": "FirstName", "last_name": "LastName", "email": "Email", "role": "Role"});
    let settings = DEMO.settings(&json!({"attribute_mapping": mapping}));
    let saved = acme.must("PUT", &path, &settings).await;
    assert_eq!(saved["warnings"], json!([]));
    settings
}

async fn import_people_after_a_dry_run(acme: &Caller) {
    let dry = acme.send_table("?dry_run=true", "people, dry", PEOPLE.to_owned()).await;
    assert_eq!(dry.status, 200, "{dry:#?}");
    assert_eq!(dry.body["counts"], json!({"created": 1, "updated": 0, "unchanged": 0, "refused": 1}));
    let lin = &dry.body["rows"][1];
    assert_eq!((&lin["line"], &lin["outcome"]), (&json!(3), &json!("refused")));
    assert_eq!(lin["errors"][0]["pointer"], "/role");
    assert_eq!(acme.list("users").await, Vec::<Value>::new(), "a dry run writes nothing");

    let corrected = PEOPLE.replace("astronaut", "learner");
    let imported = acme.send_table("", "people", corrected).await;
    assert_eq!(imported.status, 200, "{imported:#?}");
    assert_eq!(imported.body["counts"], json!({"created": 2, "updated": 0, "unchanged": 0, "refused": 0}));
    assert_eq!(acme.list("users").await.len(), 2);
}

/// Grace is recognised, and Ada is new.
async fn the_first_people_sign_in(service: &Service, acme: &Caller) {
    for (name_id, first_name, last_name) in [("grace", "Grace", "Hopper"), ("ada", "Ada", "Lovelace")] {
        let visitor = Visitor::default();
        sign_in(&visitor, service, [name_id, first_name, last_name], &[]).await.must_redirect();
        assert_eq!(visitor.open(&format!("{}/session", service.url())).await.status, 200);
    }
    let sign_ins = acme.list("sign-ins").await;
    let [ada, grace] = &sign_ins[..] else { panic!("{sign_ins:#?}") };
    assert_eq!([&grace["outcome"], &grace["matched_by"]], ["unchanged", "identity"]);
    assert_eq!([&ada["outcome"], &ada["welcome_email"]], ["created", "queued"]);
    let welcomes = service.outbox().mails_to("ada@acme.example", 1).await;
    assert_eq!(welcomes.len(), 1);
    assert!(welcomes[0].subject.contains("Acme"), "{}", welcomes[0].subject);
}

/// Sam, who comes with a role by a name that only the identity provider has for it.
async fn sign_in_as_a_manager(service: &Service) -> Page {
    sign_in(&Visitor::default(), service, ["sam", "Sam", "Bell"], &["Eng-Managers"]).await
}

async fn sign_in(
    visitor: &Visitor,
    service: &Service,
    [name_id, first_name, last_name]: [&str; 3],
    roles: &[&str],
) -> Page {
    let mut response = service
        .minted_person(name_id, first_name, last_name)
        .attribute("Email", [format!("{name_id}@acme.example").as_str()]);
    if !roles.is_empty() {
        response = response.attribute("Role", roles.iter().copied());
    }
    let response = response.sign_assertion(&SigningKey::demo()).encoded();
    visitor.post_response(&service.acs_url(), &response, None).await
}

/// The reference on Sam's page leads to what happened, in words, and to what to do about it.
async fn understand_the_refusal(acme: &Caller, reference: &str) {
    let record = acme.must("GET", &format!("organizations/acme/sign-ins/{reference}"), &Value::Null).await;
    assert_eq!([&record["outcome"], &record["code"]], ["refused", "invalid_user_type_or_role"]);
    assert_eq!(
        record["summary"],
        "The sign-in was refused: what arrived leads to no user type and role that may be given."
    );
    assert!(record["advice"].as_str().unwrap().contains("the value translations"), "{record:#}");
    let entries = record["explanation"].as_array().unwrap();
    let role = entries.iter().find(|entry| entry["field"] == "role").unwrap();
    assert_eq!(role["received"], json!(["Eng-Managers"]));
    assert!(
        role["message"].as_str().unwrap().starts_with("What was sent for role cannot be used"),
        "{role:#}"
    );
    assert!(role["note"].as_str().unwrap().contains("not in the organization's catalog"), "{role:#}");
    assert_eq!(record["user_id"], Value::Null);
}

/// A draft is tried on the sign-in that was refused, and saved once it lets Sam in. Answers what the draft would do.
async fn mend_the_mapping_after_simulating_it(acme: &Caller, settings: Value, reference: &str) -> Value {
    let mut mended = settings;
    mended["value_translations"] = json!({"role": [{"received": "Eng-Managers", "value": "supervisor"}]});
    let draft = json!({"sign_in_id": reference, "settings": mended});
    let simulated = acme.must("POST", &format!("{CONNECTION}/simulate"), &draft).await;
    assert_eq!([&simulated["outcome"], &simulated["code"]], [&json!("created"), &Value::Null]);
    let saved = &simulated["compared_with_saved"];
    assert_eq!([&saved["outcome"], &saved["code"]], ["refused", "invalid_user_type_or_role"]);
    assert_eq!(acme.list("users?email=sam@acme.example").await, Vec::<Value>::new());

    acme.must("PUT", &format!("{CONNECTION}/provisioning"), &mended).await;
    simulated
}

/// And it is as was simulated.
async fn the_manager_signs_in(service: &Service, acme: &Caller, simulated: &Value) {
    sign_in_as_a_manager(service).await.must_redirect();
    let record = acme.list("sign-ins?limit=1").await.remove(0);
    for member in ["outcome", "changes", "explanation", "welcome_email"] {
        assert_eq!(record[member], simulated[member], "{member}");
    }
    let sam = acme.list("users?email=sam@acme.example").await.remove(0);
    assert_eq!(sam["id"], record["user_id"]);
    assert_eq!(sam["assignments"], json!([{"user_type": "employee", "role": "supervisor"}]));
}

/// Who did what: the operator until Acme had a key of its own, then Acme. People who sign in change no settings, and a simulation does
/// nothing.
async fn the_trail_tells_the_whole_day(service: &Service, acme: &Caller, key: &str) {
    let mut events = acme.list("audit-events").await;
    events.reverse();
    let actions: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "catalog.changed",
            "api_key.created",
            "connection.created",
            "identity_provider.changed",
            "settings.changed",
            "users.imported",
            "users.imported",
            "settings.changed",
        ]
    );
    assert!(events[..2].iter().all(|event| event["actor"]["name"] == "test"), "{events:#?}");
    assert!(events[2..].iter().all(|event| event["actor"]["id"] == key), "{events:#?}");
    let tried = events[5..7].iter().map(|event| &event["after"]["dry_run"]);
    assert!(tried.eq([true, false]), "{events:#?}");

    let last = &events[7];
    assert_eq!([&last["actor"]["name"], &last["address"]], ["Acme IT", "127.0.0.1"]);
    assert_eq!(last["before"]["value_translations"], json!({}));
    assert_eq!(last["after"]["value_translations"]["role"][0]["value"], "supervisor");
    let installation = service.must("GET", "audit-events", &Value::Null).await;
    assert_eq!(installation["items"][0]["action"], "organization.created");
}
