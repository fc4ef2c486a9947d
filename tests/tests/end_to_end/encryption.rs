//! People whose identity provider encrypts what it says of them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vestibule_demo_idp::mint::SigningKey;
use vestibule_tests::{Crowd, DEMO, Database, ForeignIdp, Form, PYSAML2, Service, Visitor, minted_metadata};

const ADA: &str = "ada@acme.example";

/// Signs Ada in at pysaml2, which has xmlsec1 encrypt, and answers the status of the last page and the record.
async fn at_pysaml2(sign: &str, encrypt: &str) -> (u16, Value) {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let options = ["--sign", sign, "--encrypt", encrypt];
    let person = json!({"givenName": "Ada", "sn": "Lovelace"});
    let idp = ForeignIdp::pysaml2_with(&options, &service.entity_id(), ADA, &person);
    let metadata = Visitor::default().open(&format!("{}/metadata", idp.url)).await;
    service.connect(&PYSAML2, &metadata.body).await;

    let visitor = Visitor::default();
    let answered = visitor.follow(&format!("{}/sso/acme/login", service.url())).await;
    let form = Form::with_field(&answered.body, "SAMLResponse");
    let posted = form.fields.iter().find(|(name, _)| name == "SAMLResponse").unwrap();
    let xml = String::from_utf8(STANDARD.decode(&posted.1).unwrap()).unwrap();
    assert!(xml.contains("EncryptedAssertion") && !xml.contains(ADA));
    let answer = visitor.submit(&answered, &form).await;
    (answer.status, service.list("sign-ins").await.remove(0))
}

#[tokio::test]
async fn what_pysaml2_and_xmlsec1_encrypt_is_decrypted() {
    for (sign, encrypt) in [
        ("assertion", "aes128-gcm"),
        ("response", "aes192-gcm"),
        ("both", "aes256-gcm"),
        ("response", "aes128-cbc"),
        ("both", "aes192-cbc"),
        ("both", "aes256-cbc"),
    ] {
        let (status, record) = at_pysaml2(sign, encrypt).await;
        assert_eq!((status, &record["outcome"]), (303, &json!("created")), "{sign} {encrypt}: {record:#}");
        assert_eq!(record["name_id"], ADA);
    }
}

#[tokio::test]
async fn cipher_block_chaining_without_a_signed_response_is_refused() {
    let (status, record) = at_pysaml2("assertion", "aes256-cbc").await;
    assert_eq!((status, &record["code"]), (403, &json!("unsupported_response")));
}

/// The certificates for encryption that the service publishes (DER), the one to use first.
async fn published(service: &Service) -> Vec<Vec<u8>> {
    let metadata = Visitor::default().open(&service.entity_id()).await.body;
    let descriptors = metadata.split("use=\"encryption\"").skip(1);
    let certificate = |descriptor: &str| {
        let (_, rest) = descriptor.split_once("X509Certificate>").unwrap();
        STANDARD.decode(rest.split_once('<').unwrap().0.replace(char::is_whitespace, "")).unwrap()
    };
    descriptors.map(certificate).collect()
}

/// A person signs in without a pause, by every certificate that was published when they began.
async fn rotation_refuses_nobody(database: Database) {
    let service = Arc::new(Service::start(database).await);
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let crowd = Crowd::of(2, {
        let service = service.clone();
        move |person, _| {
            let service = service.clone();
            async move {
                for certificate in published(&service).await {
                    let response = service.minted(&format!("person{person}@acme.example"), "Ada");
                    let response =
                        response.encrypt_assertion(&certificate).sign_response(&SigningKey::demo());
                    let (visitor, posted) = (Visitor::default(), response.encoded());
                    visitor.post_response(&service.acs_url(), &posted, None).await.must_redirect();
                }
            }
        }
    });
    crowd.go_on().await;
    let first = published(&service).await;
    let next = service.must("POST", "service-keys", &json!({"use": "encryption"})).await;
    crowd.go_on().await;
    let both = published(&service).await;
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    let id = next["id"].as_str().unwrap();
    service.must("POST", &format!("service-keys/{id}/activate"), &Value::Null).await;
    crowd.go_on().await;
    assert_eq!(published(&service).await, [both[1].clone(), both[0].clone()]);
    crowd.stop().await;
    assert!(service.list("sign-ins?outcome=refused").await.is_empty());

    let keys = service.must("GET", "service-keys", &Value::Null).await;
    let previous =
        keys["items"].as_array().unwrap().iter().find(|key| key["state"] == "previous").unwrap()["id"]
            .as_str()
            .unwrap();
    service.must("DELETE", &format!("service-keys/{previous}"), &Value::Null).await;
    let late = service.minted(ADA, "Ada").encrypt_assertion(&first[0]).sign_response(&SigningKey::demo());
    let page = Visitor::default().post_response(&service.acs_url(), &late.encoded(), None).await;
    assert!(!page.refusal("untrusted_signature").is_empty(), "a retired key decrypts nothing");
}

#[tokio::test]
async fn a_rotation_during_a_run_of_encrypted_sign_ins_refuses_nobody() {
    rotation_refuses_nobody(Database::Sqlite).await;
}

#[tokio::test]
async fn a_rotation_during_a_run_of_encrypted_sign_ins_refuses_nobody_on_postgresql() {
    rotation_refuses_nobody(Database::postgres()).await;
}
