//! Who is signed in.

use serde_json::{Value, json};

use crate::support::{HTTPS, Service};

#[tokio::test]
async fn nobody_is_signed_in_without_a_cookie_that_is_a_session() {
    let service = Service::acme().await;
    let unknown = format!("__Host-vestibule_session={}", "0".repeat(64));
    for cookie in ["", "__Host-vestibule_session=", "__Host-vestibule_session=\u{e9}", "a=b; ;=", &unknown] {
        let answer = service.get("/session", &[("cookie", cookie)]).await;
        answer.is_problem(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Cookie");
    }
    let page = service.get("/sso/acme/signed-in", &[("cookie", &unknown)]).await;
    assert_eq!((page.status, page.header("location")), (303, "/sso/acme/login"));
}

#[tokio::test]
async fn a_session_is_json_and_headers() {
    let service = Service::acme().await;
    let cookie = service.sign_in("ada@acme.example").await;
    let answer = service.get("/session", &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 200);
    let session: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(session["user"]["email"], "ada@acme.example");
    assert_eq!(session["organization"]["slug"], "acme");
    assert_eq!(session["connection"], "okta");
    assert!(session["expires_at"].is_string());
    assert_eq!(answer.header("x-vestibule-user-id"), session["user"]["id"].as_str().unwrap());
    assert_eq!(answer.header("x-vestibule-email"), "ada@acme.example");
    assert_eq!(answer.header("x-vestibule-organization"), "acme");
    assert_eq!(answer.header("x-vestibule-assignments"), "employee/learner");
}

#[tokio::test]
async fn a_person_signs_out_and_nobody_does_it_for_them() {
    let service = Service::acme().await;
    let cookie = service.sign_in("ada@acme.example").await;
    for elsewhere in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let answer = service.post("/session/logout", &[("cookie", &cookie), elsewhere]).await;
        answer.is_page(403, "cross_site_request");
    }
    assert_eq!(service.get("/session", &[("cookie", &cookie)]).await.status, 200);
    let out = service.post("/session/logout", &[("cookie", &cookie), ("origin", HTTPS)]).await;
    assert_eq!((out.status, out.header("location")), (303, "/sso/acme/signed-out"));
    assert!(out.header("set-cookie").ends_with("; Max-Age=0"));
    assert_eq!(service.get("/session", &[("cookie", &cookie)]).await.status, 401);
    assert_eq!(service.get("/sso/acme/signed-out", &[]).await.status, 200);
    let nobody = service.post("/session/logout", &[]).await;
    assert_eq!((nobody.status, nobody.header("location")), (303, "/"));
}

#[tokio::test]
async fn a_session_of_one_organization_shows_nothing_of_another() {
    let service = Service::acme().await;
    let cookie = service.sign_in("ada@acme.example").await;
    service.has_another_organization().await;
    let answer = service.get("/sso/other/signed-in", &[("cookie", &cookie)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/sso/other/login"));
}

/// Where the API has the user of a session.
async fn user_of(service: &Service, cookie: &str) -> String {
    let session = service.get("/session", &[("cookie", cookie)]).await;
    format!("organizations/acme/users/{}", session.header("x-vestibule-user-id"))
}

#[tokio::test]
async fn an_administrator_sees_where_a_person_is_signed_in_and_signs_them_out() {
    let service = Service::acme().await;
    let cookies = [
        service.sign_in("ada@acme.example").await,
        service.sign_in("ada@acme.example").await,
        service.sign_in("ada@acme.example").await,
    ];
    let bob = service.sign_in("bob@acme.example").await;
    let sessions = format!("{}/sessions", user_of(&service, &cookies[0]).await);
    let first = service.api("GET", &format!("{sessions}?limit=2"), &Value::Null).await;
    let begun: Vec<_> = first["items"].as_array().unwrap().iter().map(|it| &it["connection"]).collect();
    assert_eq!(begun, ["okta", "okta"]);
    let names: Vec<_> = first["items"][0].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 4, "no token is told: {names:?}");
    let next = format!("{sessions}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = service.api("GET", &next, &Value::Null).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    assert_ne!(rest["items"][0]["id"], first["items"][0]["id"]);

    service.api("DELETE", &sessions, &Value::Null).await;
    for cookie in &cookies {
        assert_eq!(service.get("/session", &[("cookie", cookie)]).await.status, 401);
    }
    assert_eq!(service.get("/session", &[("cookie", &bob)]).await.status, 200);
    assert_eq!(service.api("GET", &sessions, &Value::Null).await["items"], json!([]));
    let again = service.sign_in("ada@acme.example").await;
    assert_eq!(service.get("/session", &[("cookie", &again)]).await.status, 200);
}

#[tokio::test]
async fn who_loses_the_identity_by_which_they_came_is_signed_out() {
    let service = Service::acme().await;
    for end in ["unbound", "renamed", "replaced as a whole"] {
        let cookie = service.sign_in(&format!("{}@acme.example", end.replace(' ', "-"))).await;
        let user = user_of(&service, &cookie).await;
        let okta = format!("{user}/identities/okta");
        service.api("PATCH", &user, &json!({"last_name": "King"})).await;
        assert_eq!(service.get("/session", &[("cookie", &cookie)]).await.status, 200);
        match end {
            "unbound" => service.api("DELETE", &okta, &Value::Null).await,
            "renamed" => service.api("PUT", &okta, &json!({"name_id": "somebody else"})).await,
            _ => service.api("PATCH", &user, &json!({"identities": []})).await,
        };
        assert_eq!(service.get("/session", &[("cookie", &cookie)]).await.status, 401, "{end}");
    }
}
