//! What is done with one user.

use axum::http::Method;
use serde_json::json;

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
