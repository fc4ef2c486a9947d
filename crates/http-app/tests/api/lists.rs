//! Lists: pages, filters, and what a query may not say.

use chrono::DateTime;
use serde_json::{Value, json};
use vestibule_domain::ids::{SignInId, Version};
use vestibule_domain::ports::Rejection;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{ConnectionRef, MatchedBy, Outcome, SignInRecord, WelcomeEmail};
use vestibule_domain::text::OrganizationSlug;

use crate::support::{Api, text};

/// One member of each item of all pages of a list.
async fn walk(api: &Api, path: &str, limit: usize, member: &str) -> Vec<String> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let mut all = Vec::new();
    let mut next = format!("{path}{separator}limit={limit}");
    loop {
        let page = api.get(&next).await.has(200).body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().map(|item| text(&item[member])));
        match &page["next_cursor"] {
            Value::Null => return all,
            cursor => next = format!("{path}{separator}limit={limit}&cursor={}", text(cursor)),
        }
    }
}

async fn acme_with_five_users() -> Api {
    let api = Api::with_acme().await;
    for (index, name) in ["Ada", "Bob", "Carl", "Dora", "Eve"].iter().enumerate() {
        let roles = [None, None, None, Some("learner"), Some("supervisor")];
        let pairs: Vec<_> =
            roles[index].iter().map(|role| json!({"user_type": "employee", "role": role})).collect();
        let user = json!({"email": format!("{name}@acme.example"), "first_name": name, "last_name": "Test",
                          "active": index != 2, "location": (index == 4).then_some("Paris"),
                          "assignments": pairs, "identities": [{"connection": "okta", "name_id": format!("id {index}")}]});
        api.post("/organizations/acme/users", &user).await.has(201);
    }
    api
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let api = acme_with_five_users().await;
    for slug in ["b", "c", "d", "e"] {
        api.post("/organizations", &json!({"slug": slug, "name": slug})).await.has(201);
        let connection = json!({"key": format!("more-{slug}"), "display_name": slug});
        api.post("/organizations/acme/connections", &connection).await.has(201);
    }
    for limit in 1..=7 {
        let users = walk(&api, "/organizations/acme/users", limit, "first_name").await;
        assert_eq!(users, ["Ada", "Bob", "Carl", "Dora", "Eve"]);
        let organizations = walk(&api, "/organizations", limit, "slug").await;
        assert_eq!(organizations, ["acme", "b", "c", "d", "e"]);
        let connections = walk(&api, "/organizations/acme/connections", limit, "key").await;
        assert_eq!(connections, ["okta", "entra", "more-b", "more-c", "more-d", "more-e"]);
    }
}

#[tokio::test]
async fn users_are_found_by_address_name_id_beginning_and_state() {
    let api = acme_with_five_users().await;
    for (query, names) in [
        ("email=ADA%40acme.example", &["Ada"][..]),
        ("email=ada", &[]),
        ("name_id=id%201", &["Bob"]),
        ("name_id=ID+1", &[]),
        ("q=d", &["Dora"]),
        ("q=test", &["Ada", "Bob", "Carl", "Dora", "Eve"]),
        ("active=false", &["Carl"]),
        ("active=true&q=C", &[]),
        ("q=", &["Ada", "Bob", "Carl", "Dora", "Eve"]),
        ("location=Paris", &["Eve"]),
        ("user_type=employee", &["Dora", "Eve"]),
        ("user_type=employee&role=supervisor", &["Eve"]),
        ("user_type=contractor&role=supervisor", &[]),
        ("connection=okta&active=false", &["Carl"]),
        ("connection=entra", &[]),
        ("created_by=api&q=e", &["Eve"]),
        ("created_by=import", &[]),
    ] {
        let found = walk(&api, &format!("/organizations/acme/users?{query}"), 2, "first_name").await;
        assert_eq!(found, names, "{query}");
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_with_all_its_faults() {
    let api = Api::with_acme().await;
    for (path, faults) in [
        ("/organizations?limit=0", &[("/limit", "invalid")][..]),
        (
            "/organizations?limit=201&cursor=x&page=2",
            &[("/cursor", "invalid"), ("/limit", "invalid"), ("/page", "unknown_parameter")],
        ),
        ("/organizations/acme/connections?limit=-1", &[("/limit", "invalid")]),
        ("/organizations/acme/users?limit=5&limit=6", &[("/limit", "duplicate")]),
        (
            "/organizations/acme/users?active=yes&mail=x",
            &[("/active", "invalid"), ("/mail", "unknown_parameter")],
        ),
        ("/organizations/acme/users?email=%00", &[("/email", "invalid")]),
        (
            "/organizations/acme/users?role=learner&connection=nowhere&created_by=me",
            &[
                ("/connection", "connection_not_found"),
                ("/created_by", "invalid_choice"),
                ("/user_type", "required"),
            ],
        ),
        (
            "/organizations/acme/sign-ins?outcome=good&code=bad&connection=none&user_id=1&since=today&until=2026-01-01",
            &[
                ("/code", "invalid_choice"),
                ("/connection", "connection_not_found"),
                ("/outcome", "invalid_choice"),
                ("/since", "invalid"),
                ("/until", "invalid"),
                ("/user_id", "invalid"),
            ],
        ),
    ] {
        let answer = api.get(path).await.has_problem(422, "invalid_request");
        let faults: Vec<_> = faults.iter().map(|(p, c)| ((*p).to_owned(), (*c).to_owned())).collect();
        assert_eq!(answer.faults(), faults, "{path}");
    }
    api.get("/organizations?limit=1").await.has(200);
    api.get("/organizations?limit=200").await.has(200);
}

#[tokio::test]
async fn the_history_is_read_newest_first_and_by_what_happened() {
    let api = Api::with_acme().await;
    let store = &api.world.store;
    let organization = store.organization(&OrganizationSlug::parse("acme").unwrap()).await.unwrap().unwrap();
    let connections = store.connections(organization.id).await.unwrap();
    let okta = connections.into_iter().find(|one| one.details.key.as_str() == "okta").unwrap();
    let okta = ConnectionRef { id: okta.id, key: okta.details.key };
    let codes = [RefusalCode::WrongIssuer, RefusalCode::ResponseExpired, RefusalCode::WrongIssuer];
    let mut ids = Vec::new();
    for code in codes {
        let at = api.world.now();
        let id: SignInId = api.world.id();
        let record = SignInRecord {
            id,
            organization_id: organization.id,
            at,
            connection: (code == RefusalCode::ResponseExpired).then(|| okta.clone()),
            outcome: Outcome::Refused,
            code: Some(code),
            detail: Some("a sentence for the administrator".to_owned()),
            rejection: Some(Rejection::NotSigned),
            user_id: None,
            name_id: None,
            settings_version: None::<Version>,
            matched_by: MatchedBy::None,
            changes: Vec::new(),
            explanation: Vec::new(),
            warnings: Vec::new(),
            welcome_email: WelcomeEmail::NotApplicable,
            verified_by: None,
            arrived: Vec::new(),
        };
        assert!(store.record_untrusted(&record, None, 100, DateTime::UNIX_EPOCH).await.unwrap());
        ids.push((id.to_string(), at.to_rfc3339()));
    }
    let history = "/organizations/acme/sign-ins";
    let id = |index: usize| ids[index].0.as_str();
    let newest_first = [id(2), id(1), id(0)];
    assert_eq!(walk(&api, history, 2, "id").await, newest_first);
    assert_eq!(walk(&api, &format!("{history}?code=wrong_issuer"), 1, "id").await, [id(2), id(0)]);
    assert_eq!(walk(&api, &format!("{history}?connection=okta"), 1, "id").await, [id(1)]);
    assert_eq!(walk(&api, &format!("{history}?outcome=created"), 1, "id").await, [""; 0]);
    let at = ids[1].1.replace('+', "%2B");
    assert_eq!(walk(&api, &format!("{history}?since={at}"), 9, "id").await, [id(2), id(1)]);
    assert_eq!(walk(&api, &format!("{history}?until={at}"), 9, "id").await, [id(0)]);

    let one = api.get(&format!("{history}/{}", ids[1].0)).await.has(200).body;
    assert_eq!(one["id"], ids[1].0);
    assert_eq!(one["code"], "response_expired");
    assert_eq!(one["detail"], "a sentence for the administrator");
    assert_eq!(one["connection"], "okta");
    assert_eq!([&one["user_id"], &one["verified_by"]], [&Value::Null; 2]);
    api.get(&format!("{history}/01890000-0000-7000-8000-000000000000"))
        .await
        .has_problem(404, "sign_in_not_found");
}
