//! Responses arrive at the ACS.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vestibule_demo_idp::mint::SigningKey;

use crate::support::{IDP, Service};

const ACS: &str = "/sso/acme/acs";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_first_sign_in_makes_a_user_and_says_why() {
    let service = Service::acme().await;
    let (request, cookie) = service.begin("").await;
    let response = service.response("ada@acme.example").in_response_to(&request);
    let answer = service.answer(response, &[("cookie", &cookie)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/sso/acme/signed-in"), "{}", answer.body);
    let session = answer.header("set-cookie");
    assert!(session.starts_with("__Host-vestibule_session="), "{session}");
    assert!(session.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"), "{session}");

    let page = service.get("/sso/acme/signed-in", &[("cookie", &answer.cookie())]).await;
    assert_eq!(page.status, 200);
    for shown in [
        "Ada Lovelace",
        "New York",
        "Employee – Learner",
        "New account",
        "FirstName",
        "mapped_attribute",
        "default_value",
        "data-outcome=\"created\"",
        "Acme &#38; Söhne",
    ] {
        assert!(page.body.contains(shown), "{shown} is not in {}", page.body);
    }
    assert_eq!(service.store.letters().len(), 1);
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    assert_eq!(users["items"].as_array().unwrap().len(), 1);
    let record =
        service.api("GET", &format!("organizations/acme/sign-ins/{}", page.reference()), &Value::Null).await;
    assert_eq!(record["outcome"], "created");
}

#[tokio::test]
async fn a_person_goes_where_they_wanted_to_go() {
    let service = Service::acme().await;
    service.api("PATCH", "organizations/acme", &json!({"application_url": "https://app.acme.example/home", "allowed_return_origins": ["https://app.acme.example"]})).await;
    for (query, place) in [
        ("?return_to=/reports?year%3D2026", "/reports?year=2026"),
        ("?return_to=https://app.acme.example/x", "https://app.acme.example/x"),
        ("", "https://app.acme.example/home"),
    ] {
        let (request, cookie) = service.begin(query).await;
        let response = service.response("ada@acme.example").in_response_to(&request);
        let answer = service.answer(response, &[("cookie", &cookie)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, place), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_relay_state_of_nobodys_leads_nowhere_else() {
    let service = Service::acme().await;
    for (relay_state, place) in [
        ("/reports", "/reports"),
        ("https://evil.example/", "/sso/acme/signed-in"),
        ("//evil.example", "/sso/acme/signed-in"),
        ("/\r\nSet-Cookie: a=b", "/sso/acme/signed-in"),
    ] {
        let key = vestibule_demo_idp::mint::SigningKey::demo();
        let encoded = service.response("ada@acme.example").sign_assertion(&key).encoded();
        let answer = service.post_form(&[("SAMLResponse", &encoded), ("RelayState", relay_state)], &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, place), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_answer_must_arrive_in_the_browser_that_asked() {
    let service = Service::acme().await;
    let (request, cookie) = service.begin("").await;
    let (_, other) = service.begin("").await;
    let response = || service.response("ada@acme.example").in_response_to(&request);
    service.answer(response(), &[]).await.is_page(403, "unknown_request");
    service.answer(response(), &[("cookie", &other)]).await.is_page(403, "unknown_request");
    assert_eq!(service.answer(response(), &[("cookie", &cookie)]).await.status, 303);
}

#[tokio::test]
async fn on_http_a_missing_cookie_is_overlooked_and_a_wrong_one_is_not() {
    let service = Service::acme_on("http://localhost:8080").await;
    let (request, _) = service.begin("").await;
    let (_, other) = service.begin("").await;
    let response = || service.response("ada@acme.example").in_response_to(&request);
    service.answer(response(), &[("cookie", &other)]).await.is_page(403, "unknown_request");
    assert_eq!(service.answer(response(), &[]).await.status, 303);
}

#[tokio::test]
async fn a_response_works_once() {
    let service = Service::acme().await;
    let response = service.response("ada@acme.example");
    assert_eq!(service.answer(response.clone(), &[]).await.status, 303);
    service.answer(response, &[]).await.is_page(403, "replayed_response");
}

/// The same response may be written in many ways. However it is, it is one that was used or none at all.
#[tokio::test]
async fn a_response_works_once_however_it_is_encoded() {
    let service = Service::acme().await;
    let encoded = service.response("ada@acme.example").sign_assertion(&SigningKey::demo()).encoded();
    assert_eq!(service.post_form(&[("SAMLResponse", &encoded)], &[]).await.status, 303);
    let lines = |end: &str| {
        let lines: Vec<_> =
            encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join(end)
    };
    for again in [encoded.clone(), lines("\n"), lines("\r\n"), format!("{encoded}\r\n")] {
        let answer = service.post_form(&[("SAMLResponse", &again)], &[]).await;
        answer.is_page(403, "replayed_response");
    }
    let percent = encoded.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02x}"));
    let form = [("content-type", FORM), ("origin", IDP), ("sec-fetch-site", "cross-site")];
    let posted = service.send(Method::POST, ACS, &form, format!("SAMLResponse={percent}").into_bytes()).await;
    posted.is_page(403, "replayed_response");

    let xml = STANDARD.decode(&encoded).unwrap();
    let marked = STANDARD.encode([b"\xef\xbb\xbf", &*xml].concat());
    for odd in [
        lines(" "),
        lines("\t"),
        encoded.trim_end_matches('=').to_owned() + "====",
        encoded.replace('+', "-").replace('/', "_") + "-",
        STANDARD.encode(&encoded),
        marked,
    ] {
        let answer = service.post_form(&[("SAMLResponse", &odd)], &[]).await;
        assert!([400, 403].contains(&answer.status), "{odd}: {} {}", answer.status, answer.body);
        assert!(!answer.headers.contains_key("set-cookie"), "{odd}");
    }
    let twice = [("SAMLResponse", &*encoded), ("SAMLResponse", &*encoded)];
    assert!([400, 403].contains(&service.post_form(&twice, &[]).await.status));
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    let sign_ins = service.api("GET", "organizations/acme/sign-ins?outcome=created", &Value::Null).await;
    assert_eq!(
        (users["items"].as_array().unwrap().len(), sign_ins["items"].as_array().unwrap().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_refusal_names_code_reference_and_contact_and_nothing_else() {
    let service = Service::acme().await;
    let response = service.response("ada@acme.example").attribute("Location", ["Atlantis"]);
    let answer = service.answer(response.clone(), &[]).await;
    answer.is_page(403, "unknown_location");
    assert!(answer.body.contains("Acme IT &#60;desk&#62;") && answer.body.contains("mailto:it@acme.example"));
    for secret in ["Atlantis", "ada@acme.example", "Lovelace", "New York"] {
        assert!(!answer.body.contains(secret), "{secret} is in {}", answer.body);
    }
    assert!(answer.headers.get("set-cookie").is_none());
    let path = format!("organizations/acme/sign-ins/{}", answer.reference());
    assert_eq!(service.api("GET", &path, &Value::Null).await["code"], "unknown_location");

    let again = response.with(|response| response.assertion.id = Some("_another".to_owned()));
    let problem = service.answer(again, &[("accept", "application/problem+json")]).await;
    let problem = problem.is_problem(403, "unknown_location");
    assert!(problem["reference"].is_string());
}

#[tokio::test]
async fn what_nobody_vouches_for_signs_nobody_in() {
    let service = Service::acme().await;
    let unsigned = service.response("ada@acme.example").encoded();
    service.post_form(&[("SAMLResponse", &unsigned)], &[]).await.is_page(403, "untrusted_signature");
    let stranger = service.response("ada@acme.example").with(|response| {
        response.issuer = Some("https://evil.example".into());
        response.assertion.issuer = Some("https://evil.example".into());
    });
    service.answer(stranger, &[]).await.is_page(403, "wrong_issuer");
    service.api("PATCH", "organizations/acme/connections/okta", &json!({"allow_idp_initiated": false})).await;
    service.answer(service.response("ada@acme.example"), &[]).await.is_page(403, "unsolicited_response");
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    assert_eq!(users["items"], json!([]));
}
