//! What nobody should send.

use axum::http::Method;

use crate::support::Service;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn a_response_that_is_none_is_malformed() {
    let service = Service::acme().await;
    for response in ["", "%%%", "not base64!", "PHg+", "AAAA", &"A".repeat(100_000)] {
        let answer = service.post_form(&[("SAMLResponse", response)], &[]).await;
        assert!(answer.status == 400 || answer.status == 403, "{response}: {}", answer.status);
        assert_eq!(answer.reference().len(), 36, "{}", answer.body);
    }
    let answer = service.post_form(&[("SAMLResponse", "not base64!")], &[JSON]).await;
    assert_eq!(answer.is_problem(400, "malformed_response")["reference"].as_str().unwrap().len(), 36);
    for body in
        ["", "RelayState=x", "SAMLResponse=YQ==&SAMLResponse=YQ==", "SAMLResponse", "\u{0}\u{0}=&&&=%zz"]
    {
        let answer =
            service.send(Method::POST, "/sso/acme/acs", &[FORM, JSON], body.as_bytes().to_vec()).await;
        answer.is_problem(400, "malformed_response");
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let service = Service::acme().await;
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
        let answer = service
            .send(Method::POST, "/sso/acme/acs", &[("content-type", kind), JSON], b"{}".to_vec())
            .await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let page = service.send(Method::POST, "/sso/acme/acs", &[], b"{}".to_vec()).await;
    page.is_page(415, "unsupported_media_type");
    let charset = ("content-type", "Application/X-WWW-Form-URLEncoded; charset=UTF-8");
    let answer =
        service.send(Method::POST, "/sso/acme/acs", &[charset, JSON], b"SAMLResponse=x".to_vec()).await;
    answer.is_problem(400, "malformed_response");
}

#[tokio::test]
async fn a_response_has_a_largest_size() {
    let service = Service::acme().await;
    let just_right = "A".repeat(256 * 1024);
    service.post_form(&[("SAMLResponse", &just_right)], &[JSON]).await.is_problem(400, "malformed_response");
    let too_large = "A".repeat(256 * 1024 + 1);
    service.post_form(&[("SAMLResponse", &too_large)], &[JSON]).await.is_problem(413, "response_too_large");
    let huge = vec![b'A'; 4 * 1024 * 1024];
    let answer = service.send(Method::POST, "/sso/acme/acs", &[FORM, JSON], huge.clone()).await;
    answer.is_problem(413, "response_too_large");
    service.send(Method::POST, "/sso/acme/acs", &[FORM], huge).await.is_page(413, "response_too_large");
}

#[tokio::test]
async fn a_wrong_method_or_path_is_said_so() {
    let service = Service::acme().await;
    let answer = service.get("/sso/acme/acs", &[JSON]).await;
    answer.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
    let page = service.send(Method::DELETE, "/sso/acme/login", &[], Vec::new()).await;
    page.is_page(405, "method_not_allowed");
    assert_eq!(page.header("allow"), "GET,HEAD");
    service.get("/session/logout", &[JSON]).await.is_problem(405, "method_not_allowed");
    service
        .send(Method::PUT, "/api/v1/organizations", &[("authorization", &service.operator)], Vec::new())
        .await
        .is_problem(405, "method_not_allowed");
    for path in
        ["/nothing", "/sso", "/sso/acme", "/sso/acme/acs/", "/api/v2", "/assets/style.css", "/..%2f", "/%ff"]
    {
        let answer = service.get(path, &[JSON]).await;
        answer.is_problem(404, "not_found");
        service.get(path, &[("accept", "text/html")]).await.is_page(404, "not_found");
    }
    service.get("/api/v1/nothing", &[("accept", "text/html")]).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn an_unknown_organization_has_no_acs() {
    let service = Service::acme().await;
    for org in ["nobody", "ACME", "%ff", "a%2Fb"] {
        let path = format!("/sso/{org}/acs");
        let answer = service.send(Method::POST, &path, &[FORM, JSON], b"SAMLResponse=x".to_vec()).await;
        assert_eq!(answer.status / 100, 4, "{org}: {}", answer.status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{org}: {}", answer.body);
    }
}
