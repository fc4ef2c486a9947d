//! Identity providers whose metadata changes at its address, while people sign in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use vestibule_demo_idp::mint::{SignatureOptions, SigningKey, metadata};
use vestibule_tests::{
    Crowd, DEMO, Database, MetadataAddress, Page, Service, Settings, Visitor, minted_metadata_of,
};

const PROVIDER: &str = "organizations/acme/connections/demo/identity-provider";

async fn acme_by(database: Database, address: &MetadataAddress, trusted: bool) -> Service {
    let service = Service::start(database).await;
    service.set_up_acme().await;
    let identity_provider = json!({"metadata_url": address.url, "trust_metadata_url": trusted});
    service.connect_with(&DEMO, &identity_provider).await;
    service
}

async fn refresh(service: &Service) -> Value {
    service.must("POST", &format!("{PROVIDER}/refresh"), &Value::Null).await
}

async fn sign_in(service: &Service, person: &str, key: &SigningKey) -> Page {
    let response = service.minted(person, "Ada").sign_assertion(key).encoded();
    Visitor::default().post_response(&service.acs_url(), &response, None).await
}

#[tokio::test]
async fn a_certificate_that_changes_at_its_address_is_believed_once_it_is_approved() {
    let (old, new) = (SigningKey::demo(), SigningKey::rsa_2048().unwrap());
    let address = MetadataAddress::saying(&minted_metadata_of(&[&old]));
    let service = acme_by(Database::Sqlite, &address, false).await;
    let contact = json!({"technical_contact": {"name": "Grace", "email": "it@acme.example"}});
    service.must("PATCH", "organizations/acme/connections/demo", &contact).await;
    sign_in(&service, "ada@acme.example", &old).await.must_redirect();

    address.says(&minted_metadata_of(&[&new]));
    let refreshed = refresh(&service).await;
    assert_eq!(refreshed["outcome"], "pending");
    let pending = &refreshed["identity_provider"]["pending"];
    let changes: Vec<_> =
        pending["certificates"].as_array().unwrap().iter().map(|one| one["change"].clone()).collect();
    assert_eq!(changes, ["added", "removed"]);
    let early = sign_in(&service, "ada@acme.example", &new).await;
    assert!(!early.refusal("untrusted_signature").is_empty());
    sign_in(&service, "ada@acme.example", &old).await.must_redirect();
    let mails = service.outbox().mails_to("it@acme.example", 1).await;
    assert_eq!(mails.len(), 1);
    let fingerprint = pending["certificates"][0]["sha256_fingerprint"].as_str().unwrap();
    assert!(mails[0].text.contains(fingerprint) && mails[0].html.contains(fingerprint));
    let told = service.command(&["check"]);
    assert!(String::from_utf8(told.stdout).unwrap().contains("acme/demo: the metadata has changed"));

    let digest = json!({"digest": pending["digest"]});
    let approved = service.must("POST", &format!("{PROVIDER}/approve"), &digest).await;
    assert_eq!(approved["certificates"][0]["sha256_fingerprint"], fingerprint);
    sign_in(&service, "ada@acme.example", &new).await.must_redirect();
    let late = sign_in(&service, "ada@acme.example", &old).await;
    assert!(!late.refusal("untrusted_signature").is_empty());
    let sign_ins = service.list("sign-ins").await;
    let believed = sign_ins.iter().find(|sign_in| sign_in["outcome"] != "refused").unwrap();
    assert_eq!(believed["verified_by"], fingerprint);
}

/// Several people sign in without a pause, by whichever of the two keys is believed at that moment for sure.
async fn rollover_refuses_nobody(database: Database) {
    let (old, new) = (SigningKey::demo(), SigningKey::rsa_2048().unwrap());
    let address = MetadataAddress::saying(&minted_metadata_of(&[&old]));
    let service = Arc::new(acme_by(database, &address, true).await);
    let (both, new_alone) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let crowd = Crowd::of(4, {
        let (service, old, new) = (service.clone(), old.clone(), new.clone());
        let (both, new_alone) = (both.clone(), new_alone.clone());
        move |person, before| {
            let by_new = new_alone.load(Ordering::SeqCst) || both.load(Ordering::SeqCst) && before % 2 == 0;
            let (service, key) = (service.clone(), if by_new { &new } else { &old }.clone());
            async move {
                sign_in(&service, &format!("person{person}@acme.example"), &key).await.must_redirect();
            }
        }
    });
    crowd.go_on().await;
    assert_eq!(refresh(&service).await["outcome"], "unchanged");
    address.says(&minted_metadata_of(&[&old, &new]));
    assert_eq!(refresh(&service).await["outcome"], "taken");
    both.store(true, Ordering::SeqCst);
    crowd.go_on().await;
    new_alone.store(true, Ordering::SeqCst);
    // Who has begun to sign in by the old key may end it.
    crowd.go_on().await;
    address.says(&minted_metadata_of(&[&new]));
    assert_eq!(refresh(&service).await["outcome"], "taken");
    crowd.go_on().await;
    crowd.stop().await;
    let refused = service.list("sign-ins?outcome=refused").await;
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test]
async fn a_rollover_during_a_run_of_sign_ins_refuses_nobody() {
    rollover_refuses_nobody(Database::Sqlite).await;
}

#[tokio::test]
async fn a_rollover_during_a_run_of_sign_ins_refuses_nobody_on_postgresql() {
    rollover_refuses_nobody(Database::postgres()).await;
}

#[tokio::test]
async fn metadata_must_be_signed_where_a_key_is_pinned() {
    let (federation, other) = (SigningKey::rsa_2048().unwrap(), SigningKey::rsa_2048().unwrap());
    let described = |key: &SigningKey| {
        metadata("https://idp.example", "https://idp.example/sso", &[key.certificate_der()])
    };
    let signed =
        |key: &SigningKey, by: &SigningKey| described(key).signed(by, &SignatureOptions::default()).unwrap();
    let address = MetadataAddress::saying(&described(&SigningKey::demo()).xml());
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let pinned = json!({"metadata_url": address.url, "trust_metadata_url": true,
                        "metadata_signing_certificate": federation.certificate_pem()});
    let connection = json!({"key": "demo", "display_name": "Demo", "allow_idp_initiated": true});
    service.must("POST", "organizations/acme/connections", &connection).await;
    let refused = service.api("PUT", PROVIDER, &pinned).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["errors"][0]["code"], "metadata_signature_missing");

    address.says(&signed(&SigningKey::demo(), &federation));
    service.must("PUT", PROVIDER, &pinned).await;
    address.says(&signed(&other, &other));
    let failed = refresh(&service).await;
    assert_eq!(
        (&failed["outcome"], &failed["error"]["code"]),
        (&json!("failed"), &json!("metadata_signature_invalid"))
    );
    let settings = DEMO.settings(&json!({}));
    service.must("PUT", "organizations/acme/connections/demo/provisioning", &settings).await;
    sign_in(&service, "ada@acme.example", &SigningKey::demo()).await.must_redirect();
    address.says(&signed(&other, &federation));
    assert_eq!(refresh(&service).await["outcome"], "taken");
    sign_in(&service, "ada@acme.example", &other).await.must_redirect();
}

#[tokio::test]
async fn the_guard_is_on_unless_it_is_switched_off() {
    let address = MetadataAddress::saying(&minted_metadata_of(&[&SigningKey::demo()]));
    let settings = Settings { database: Database::Sqlite, mail_url: None, public_url: None, guarded: true };
    let service = Service::start_with(settings).await;
    service.set_up_acme().await;
    let connection = json!({"key": "demo", "display_name": "Demo"});
    service.must("POST", "organizations/acme/connections", &connection).await;
    for (url, code) in [
        (address.url.clone(), "url_not_https"),
        (address.url.replace("http://", "https://"), "address_not_allowed"),
    ] {
        let refused = service.api("PUT", PROVIDER, &json!({"metadata_url": url})).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!(code)));
    }
}
