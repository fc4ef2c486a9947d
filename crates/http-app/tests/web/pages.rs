//! The pages' HTML.

use crate::support::Service;

/// A page with what changes from release to release taken out.
fn stable(html: &str) -> String {
    let mut out = String::new();
    for line in html.lines().filter(|line| !line.trim().is_empty()) {
        let line = match line.find("/assets/") {
            Some(at) => {
                let end = line[at..].find('"').map_or(line.len(), |end| at + end);
                format!("{}/assets/…{}", &line[..at], &line[end..])
            }
            None => line.to_owned(),
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[tokio::test]
async fn the_refusal_page() {
    let service = Service::acme().await;
    let response = service.response("ada@acme.example").attribute("Location", ["Atlantis"]);
    let answer = service.answer(response, &[]).await;
    let reference = answer.reference().to_owned();
    insta::assert_snapshot!(stable(&answer.body).replace(&reference, "REFERENCE"));
}

#[tokio::test]
async fn the_signed_in_page() {
    let service = Service::acme().await;
    let cookie = service.sign_in("ada@acme.example").await;
    let page = service.get("/sso/acme/signed-in", &[("cookie", &cookie)]).await;
    let reference = page.reference().to_owned();
    insta::assert_snapshot!(stable(&page.body).replace(&reference, "REFERENCE"));
}

#[tokio::test]
async fn the_signed_in_page_explains_the_sign_in_that_began_the_session() {
    let service = Service::acme().await;
    let cookie = service.sign_in("ada@acme.example").await;
    service.clock.advance(chrono::Duration::seconds(1));
    let elsewhere = service.response("ada@acme.example").attribute("Location", ["Atlantis"]);
    service.answer(elsewhere, &[]).await.is_page(403, "unknown_location");
    let page = service.get("/sso/acme/signed-in", &[("cookie", &cookie)]).await;
    assert!(page.body.contains("data-outcome=\"created\""), "{}", page.body);
}

#[tokio::test]
async fn what_an_attribute_brings_along_is_text() {
    let service = Service::acme().await;
    let evil = "<script>alert(1)</script>\"'&";
    let response = service.response("ada@acme.example").with(|response| {
        for attribute in response.assertion.attribute_statements.iter_mut().flatten() {
            if attribute.name.as_deref() == Some("FirstName") {
                attribute.values = vec![evil.into()];
            }
        }
    });
    let answer = service.answer(response, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = service.get("/sso/acme/signed-in", &[("cookie", &answer.cookie())]).await;
    assert!(page.body.contains("&#60;script&#62;"), "{}", page.body);
    assert!(!page.body.contains("<script"), "{}", page.body);
}

#[tokio::test]
async fn the_page_of_the_api_shows_every_operation_and_runs_nothing() {
    let service = Service::acme().await;
    let page = service.get("/api/docs", &[]).await;
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{}", page.body);
    for path in vestibule_http_app::openapi::document()["paths"].as_object().unwrap().values() {
        for operation in
            path.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str())
        {
            assert!(page.body.contains(&format!("id=\"{operation}\"")), "{operation}");
        }
    }
}
