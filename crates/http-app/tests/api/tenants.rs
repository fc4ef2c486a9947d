//! One organization's key shows nothing of another, not even that it exists.

use axum::http::Method;
use serde_json::json;

use crate::document::operations;
use crate::support::{Answer, Api};

/// Every address below an organization with one of its methods, as the document lists them; `{id}` stands for a row.
fn addresses() -> impl Iterator<Item = (&'static str, Method)> {
    operations().filter_map(|(path, method, _)| {
        let address = path.strip_prefix("/api/v1/organizations/{org}")?;
        Some((address, Method::from_bytes(method.to_uppercase().as_bytes()).unwrap()))
    })
}

/// What an answer tells, whichever request it is of.
fn without_request_id(mut answer: Answer) -> Answer {
    answer.headers.remove("x-request-id").unwrap();
    answer
}

#[tokio::test]
async fn a_key_of_another_organization_is_answered_as_if_there_were_none() {
    let operator = Api::with_acme().await;
    operator.post("/organizations", &json!({"slug": "rival", "name": "Rival"})).await.has(201);
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let ada = operator.post("/organizations/acme/users", &ada).await.has(201).id();
    let rival = operator.as_administrator_of("rival").await;

    let mut tried = 0;
    for (address, method) in addresses() {
        let address =
            address.replace("{connection}", "okta").replace("{user_type}", "employee").replace("{id}", &ada);
        for (headers, body) in [(&[][..], None), (&[("if-match", "x")][..], Some(&json!({})))] {
            let at = |slug: &str| format!("/organizations/{slug}{address}?limit=0");
            let foreign = rival.send(method.clone(), &at("acme"), headers, body).await;
            let unknown = rival.send(method.clone(), &at("nobody"), headers, body).await;
            let foreign = foreign.has_problem(404, "organization_not_found");
            let [foreign, unknown] = [foreign, unknown].map(without_request_id);
            assert_eq!(foreign.body, unknown.body, "{method} {address}");
            assert_eq!(foreign.headers, unknown.headers, "{method} {address}");
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} requests were tried");
    operator.get(&format!("/organizations/acme/users/{ada}")).await.has(200);
}

#[tokio::test]
async fn a_row_of_another_organization_is_not_found_even_by_an_operator() {
    let api = Api::with_acme().await;
    api.post("/organizations", &json!({"slug": "rival", "name": "Rival"})).await.has(201);
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let ada = api.post("/organizations/acme/users", &ada).await.has(201).id();
    let elsewhere = format!("/organizations/rival/users/{ada}");
    api.get(&elsewhere).await.has_problem(404, "user_not_found");
    api.patch(&elsewhere, &json!({"first_name": "Eve"})).await.has_problem(404, "user_not_found");
    api.delete(&elsewhere).await.has_problem(404, "user_not_found");
    api.delete(&format!("{elsewhere}?purge=true")).await.has_problem(404, "user_not_found");
    let part = |end: &str| format!("{elsewhere}/{end}");
    let role = json!({"role": "learner"});
    api.put(&part("assignments/employee"), &role).await.has_problem(404, "user_not_found");
    api.delete(&part("assignments/employee")).await.has_problem(404, "user_not_found");
    api.get(&part("sessions")).await.has_problem(404, "user_not_found");
    api.delete(&part("sessions")).await.has_problem(404, "user_not_found");
    let name = json!({"name_id": "00u1"});
    api.put(&part("identities/okta"), &name).await.has_problem(404, "connection_not_found");
    api.delete(&part("identities/okta")).await.has_problem(404, "connection_not_found");
    api.get(&format!("/organizations/acme/users/{ada}")).await.has(200);
    api.get("/organizations/rival/connections/okta").await.has_problem(404, "connection_not_found");
}

#[tokio::test]
async fn nothing_is_answered_without_a_key() {
    let operator = Api::with_acme().await;
    let wrong = format!("Bearer vk_{}", "f".repeat(64));
    let strangers =
        [None, Some("Bearer"), Some("Bearer "), Some("Basic dms6"), Some("vk_1"), Some(wrong.as_str())];
    for stranger in strangers {
        let api = operator.authorized(stranger);
        for (address, method) in addresses() {
            let path = format!("/organizations/acme{address}").replace("{connection}", "okta");
            let answer = api.send(method, &path, &[], None).await.has_problem(401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        for method in [Method::GET, Method::POST] {
            api.send(method, "/organizations", &[], None).await.has_problem(401, "unauthorized");
        }
    }
}

#[tokio::test]
async fn the_scheme_of_a_key_is_read_in_any_case() {
    let operator = Api::new().await;
    let key = operator.authorization().replace("Bearer", "bEARER");
    operator.authorized(Some(&key)).get("/organizations").await.has(200);
}
