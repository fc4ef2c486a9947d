//! What is done with one user.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::Api;

const USERS: &str = "/organizations/acme/users";

async fn acme_with_ada() -> (Api, String) {
    let api = Api::with_acme().await;
    let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    let ada = api.post(USERS, &ada).await.has(201).id();
    (api, format!("{USERS}/{ada}"))
}

#[tokio::test]
async fn a_user_is_purged_only_when_that_is_said() {
    let (api, ada) = acme_with_ada().await;
    for wrong in ["purge=maybe", "purge=", "purge=true&purge=true", "purge=true&force=true", "erase=true"] {
        api.delete(&format!("{ada}?{wrong}")).await.has_problem(422, "invalid_request");
    }
    api.delete(&format!("{ada}?purge=false")).await.has(204);
    assert_eq!(api.get(&ada).await.has(200).body["active"], false);
    api.delete(&format!("{ada}?purge=true")).await.has(204);
    api.get(&ada).await.has_problem(404, "user_not_found");
    api.delete(&format!("{ada}?purge=true")).await.has_problem(404, "user_not_found");
}

#[tokio::test]
async fn a_user_is_purged_as_they_were_seen() {
    let (api, ada) = acme_with_ada().await;
    let path = format!("{ada}?purge=true");
    let seen = api.get(&ada).await.etag().to_owned();
    api.patch(&ada, &json!({"last_name": "King"})).await.has(200);
    let purge = async |tag: &str| api.send(Method::DELETE, &path, &[("if-match", tag)], None).await;
    purge(&seen).await.has_problem(412, "precondition_failed");
    let now = api.get(&ada).await.has(200).etag().to_owned();
    purge(&now).await.has(204);
}

#[tokio::test]
async fn a_purged_address_is_free_again() {
    let (api, ada) = acme_with_ada().await;
    api.delete(&format!("{ada}?purge=true")).await.has(204);
    let again = json!({"email": "ADA@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
    api.post(USERS, &again).await.has(201);
}

#[tokio::test]
async fn a_user_says_where_each_value_came_from() {
    let (api, ada) = acme_with_ada().await;
    let pair = json!([{"user_type": "employee", "role": "learner"}]);
    let user = api.patch(&ada, &json!({"assignments": pair})).await.has(200).body;
    let origin = |at: &serde_json::Value| json!({"kind": "administrator", "connection": null, "attribute": null, "sign_in_id": null, "at": at});
    let (made, changed) = (&user["created_at"], &user["updated_at"]);
    assert_eq!(
        user["provenance"],
        json!({"first_name": origin(made), "last_name": origin(made), "email": origin(made), "location": null,
               "assignments": {"employee": origin(changed)}})
    );
    assert_eq!(api.get(USERS).await.has(200).body["items"][0]["provenance"], user["provenance"]);
}

#[tokio::test]
async fn a_role_is_given_changed_and_taken_one_user_type_at_a_time() {
    let (api, ada) = acme_with_ada().await;
    let (employee, contractor) = (format!("{ada}/assignments/employee"), format!("{ada}/assignments/none"));
    let role = |role: &str| json!({"role": role});
    let given = api.put(&employee, &role("learner")).await.has(200);
    assert_eq!(given.body["assignments"], json!([{"user_type": "employee", "role": "learner"}]));
    let changed = api.put(&employee, &role("supervisor")).await.has(200);
    assert_eq!(changed.body["assignments"], json!([{"user_type": "employee", "role": "supervisor"}]));
    assert_eq!(changed.body["provenance"]["assignments"]["employee"]["kind"], "administrator");
    assert_eq!(api.get(&ada).await.etag(), changed.etag());

    for wrong in [role("king"), role("")] {
        let answer = api.put(&employee, &wrong).await.has_problem(422, "invalid_request");
        assert_eq!(answer.faults(), [("/role".into(), "invalid_user_type_or_role".into())]);
    }
    let answer = api.put(&contractor, &role("learner")).await.has_problem(422, "invalid_request");
    assert_eq!(answer.faults(), [("/role".into(), "invalid_user_type_or_role".into())]);
    let body = json!({"role": "king", "user_type": "employee"});
    let answer = api.put(&employee, &body).await.has_problem(422, "invalid_request");
    assert_eq!(
        answer.faults(),
        [
            ("/role".to_owned(), "invalid_user_type_or_role".to_owned()),
            ("/user_type".to_owned(), "unknown_field".to_owned())
        ]
    );
    for (wrong, code) in [(json!({}), "required"), (json!({"role": 1}), "wrong_type")] {
        let answer = api.put(&employee, &wrong).await.has_problem(422, "invalid_request");
        assert_eq!(answer.faults(), [("/role".into(), code.into())]);
    }
    assert_eq!(api.get(&ada).await.etag(), changed.etag(), "nothing of that was written");

    api.delete(&contractor).await.has_problem(404, "assignment_not_found");
    api.delete(&employee).await.has(204);
    assert_eq!(api.get(&ada).await.has(200).body["assignments"], json!([]));
    api.delete(&employee).await.has_problem(404, "assignment_not_found");
}

#[tokio::test]
async fn a_user_type_is_found_whatever_its_key() {
    let (api, ada) = acme_with_ada().await;
    let key = "a/b ü%";
    let catalog = json!({"user_types": [{"key": key, "name": "A", "roles": [{"key": "r", "name": "R"}]}], "locations": []});
    api.put("/organizations/acme/catalog", &catalog).await.has(200);
    let path = format!("{ada}/assignments/a%2Fb%20%C3%BC%25");
    let user = api.put(&path, &json!({"role": "r"})).await.has(200).body;
    assert_eq!(user["assignments"], json!([{"user_type": key, "role": "r"}]));
    api.delete(&path).await.has(204);
}

#[tokio::test]
async fn an_identity_is_bound_replaced_and_unbound_one_connection_at_a_time() {
    let (api, ada) = acme_with_ada().await;
    let bob = json!({"email": "bob@acme.example", "first_name": "Bob", "last_name": "Builder",
                     "identities": [{"connection": "okta", "name_id": "00u2"}]});
    api.post(USERS, &bob).await.has(201);
    let on = |connection: &str| format!("{ada}/identities/{connection}");
    let name = |name: &str| json!({"name_id": name});
    api.put(&on("okta"), &name("00u1")).await.has(200);
    let bound = api.put(&on("entra"), &name("00u2")).await.has(200);
    let identities = |okta: &str| json!([{"connection": "okta", "name_id": okta}, {"connection": "entra", "name_id": "00u2"}]);
    assert_eq!(bound.body["identities"], identities("00u1"));
    assert_eq!(api.put(&on("okta"), &name(" 00u3 ")).await.has(200).body["identities"], identities("00u3"));
    let etag = api.get(&ada).await.etag().to_owned();

    api.put(&on("okta"), &name("00u2")).await.has_problem(409, "name_id_in_use");
    api.put(&on("nobody"), &name("00u2")).await.has_problem(404, "connection_not_found");
    api.put(&on("No!"), &name("00u2")).await.has_problem(404, "connection_not_found");
    api.delete(&on("nobody")).await.has_problem(404, "connection_not_found");
    for (wrong, code) in
        [(name(" "), "invalid"), (json!({}), "required"), (name(&"x".repeat(1_025)), "invalid")]
    {
        let answer = api.put(&on("okta"), &wrong).await.has_problem(422, "invalid_request");
        assert_eq!(answer.faults(), [("/name_id".into(), code.into())]);
    }
    assert_eq!(api.get(&ada).await.etag(), etag, "nothing of that was written");

    api.delete(&on("okta")).await.has(204);
    api.delete(&on("okta")).await.has_problem(404, "identity_not_found");
    let left = json!([{"connection": "entra", "name_id": "00u2"}]);
    assert_eq!(api.get(&ada).await.has(200).body["identities"], left);
}

#[tokio::test]
async fn a_part_of_a_user_is_changed_as_the_user_was_seen() {
    let (api, ada) = acme_with_ada().await;
    let send = async |method: Method, end: &str, tag: &str, body: Option<&Value>| {
        api.send(method, &format!("{ada}/{end}"), &[("if-match", tag)], body).await
    };
    let parts = [
        ("assignments/employee", json!({"role": "learner"})),
        ("identities/okta", json!({"name_id": "00u1"})),
    ];
    for (end, body) in &parts {
        let seen = api.get(&ada).await.etag().to_owned();
        send(Method::PUT, end, &seen, Some(body)).await.has(200);
        send(Method::PUT, end, &seen, Some(body)).await.has_problem(412, "precondition_failed");
        send(Method::DELETE, end, &seen, None).await.has_problem(412, "precondition_failed");
        send(Method::DELETE, end, "1", None).await.has_problem(400, "malformed_header");
    }
    for (end, _) in &parts {
        let seen = api.get(&ada).await.etag().to_owned();
        send(Method::DELETE, end, &seen, None).await.has(204);
    }
}

#[tokio::test]
async fn nobody_is_signed_in_before_they_sign_in() {
    let (api, ada) = acme_with_ada().await;
    let sessions = format!("{ada}/sessions");
    assert_eq!(api.get(&sessions).await.has(200).body, json!({"items": [], "next_cursor": null}));
    api.get(&format!("{sessions}?active=true")).await.has_problem(422, "invalid_request");
    api.delete(&sessions).await.has(204);
    let nobody = format!("{USERS}/01a21210-7f30-7c5f-98af-bfbd18e878ec/sessions");
    api.get(&nobody).await.has_problem(404, "user_not_found");
    api.delete(&nobody).await.has_problem(404, "user_not_found");
}
