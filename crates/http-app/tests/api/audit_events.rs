//! The audit trail: one event for each change, told to whom it belongs.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{AuditEvent, AuditFilter, Page};
use vestibule_domain::testing::logo;
use vestibule_domain::text::OrganizationSlug;
use vestibule_http_app::openapi::document;

use crate::support::{Answer, Api, catalog, settings, text};

const TRAIL: &str = "/organizations/acme/audit-events";

async fn events(api: &Api, path: &str) -> Vec<Value> {
    api.get(path).await.has(200).body["items"].as_array().unwrap().clone()
}

async fn actions(api: &Api, path: &str) -> Vec<String> {
    events(api, path).await.iter().map(|event| text(&event["action"])).collect()
}

#[tokio::test]
async fn an_event_tells_who_did_what_from_what_to_what() {
    let operator = Api::with_acme().await;
    let admin = operator.as_administrator_of("acme").await;
    admin.patch("/organizations/acme/connections/okta", &json!({"display_name": "Okta 2"})).await.has(200);
    let key = text(&operator.get("/organizations/acme/api-keys").await.body["items"][0]["id"]);

    let event = events(&admin, &format!("{TRAIL}?limit=1")).await.remove(0);
    assert_eq!((&event["action"], &event["subject"]), (&json!("connection.changed"), &json!("okta")));
    assert_eq!(
        event["actor"],
        json!({"kind": "api_key", "id": key, "name": "test", "role": "organization_admin"})
    );
    assert_eq!(event["before"]["display_name"], "okta");
    assert_eq!(event["after"]["display_name"], "Okta 2");
    assert!(event["at"].is_string());
    let one = admin.get(&format!("{TRAIL}/{}", text(&event["id"]))).await.has(200);
    assert_eq!(one.body, event);
    admin.get(&format!("{TRAIL}/{key}")).await.has_problem(404, "audit_event_not_found");
    admin.get(&format!("{TRAIL}/x")).await.has_problem(404, "audit_event_not_found");
}

#[tokio::test]
async fn a_trail_is_filtered_and_paged_newest_first() {
    let api = Api::with_acme().await;
    assert_eq!(actions(&api, TRAIL).await, ["connection.created", "connection.created", "catalog.changed"]);
    let admin = api.as_administrator_of("acme").await;
    admin.delete("/organizations/acme/connections/entra").await.has(204);
    let all = events(&api, TRAIL).await;
    let admins = text(&all[0]["actor"]["id"]);
    let of = async |query: &str| actions(&api, &format!("{TRAIL}?{query}")).await;
    assert_eq!(of(&format!("actor={admins}")).await, ["connection.deleted"]);
    assert_eq!(of("actor=command_line").await, ["api_key.created"]);
    assert_eq!(of("actor=system").await, [""; 0]);
    assert_eq!(of("subject=entra").await, ["connection.deleted", "connection.created"]);
    assert_eq!(of("action=connection.created").await.len(), 2);
    assert_eq!(of("action=connection.created&subject=okta").await.len(), 1);
    let instant = |event: &Value| text(&event["at"]).replace('+', "%2B");
    let since = instant(&all[1]);
    assert_eq!(of(&format!("since={since}")).await.len(), 2);
    assert_eq!(of(&format!("until={since}")).await.len(), all.len() - 2);

    let mut paged = Vec::new();
    let mut next = format!("{TRAIL}?limit=2");
    loop {
        let page = api.get(&next).await.has(200).body;
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{TRAIL}?limit=2&cursor={cursor}");
    }
    assert_eq!(paged, all);
    let wrong = api.get(&format!("{TRAIL}?since=today&kind=x")).await.has_problem(422, "invalid_request");
    assert_eq!(wrong.faults().len(), 2);
}

#[tokio::test]
async fn the_trail_of_the_installation_is_the_operators() {
    let operator = Api::with_acme().await;
    let admin = operator.as_administrator_of("acme").await;
    let made = actions(&operator, "/audit-events").await;
    assert_eq!(made, ["organization.created", "api_key.created"]);
    let event = events(&operator, "/audit-events").await.remove(0);
    let id = text(&event["id"]);
    assert_eq!(event["subject"], "acme");
    assert_eq!(operator.get(&format!("/audit-events/{id}")).await.has(200).body, event);
    admin.get("/audit-events").await.has_problem(403, "operator_only");
    admin.get(&format!("/audit-events/{id}")).await.has_problem(403, "operator_only");
    operator.get(&format!("{TRAIL}/{id}")).await.has_problem(404, "audit_event_not_found");

    operator.delete("/organizations/acme").await.has(204);
    assert_eq!(actions(&operator, "/audit-events").await[0], "organization.deleted");
}

/// All events of the organization and of the installation.
async fn all(api: &Api, organization: OrganizationId) -> Vec<AuditEvent> {
    let mut all = Vec::new();
    for owner in [Some(organization), None] {
        let page = Page { after: None, limit: 1_000 };
        all.extend(api.world.store.audit_events(owner, &AuditFilter::default(), page).await.unwrap().items);
    }
    all
}

/// Calls operations, and notes which.
struct Watched {
    api: Api,
    organization: OrganizationId,
    called: BTreeSet<String>,
}

impl Watched {
    /// Does something that must leave one event, whose action and parts are as told: before and after.
    async fn leaves(
        &mut self,
        id: &str,
        call: (Method, &str, Option<Value>),
        action: &str,
        parts: &str,
    ) -> Answer {
        let (method, path, body) = call;
        let api = self.api.clone();
        self.left(id, api.send(method, path, &[], body.as_ref()), action, parts).await
    }

    /// The same of something that is on its way.
    async fn left(
        &mut self,
        id: &str,
        answer: impl Future<Output = Answer>,
        action: &str,
        parts: &str,
    ) -> Answer {
        let before = all(&self.api, self.organization).await;
        let answer = answer.await;
        assert!(answer.status < 300, "{id}: {:#}", answer.body);
        let after = all(&self.api, self.organization).await;
        let is_new = |event: &&AuditEvent| before.iter().all(|known| known.id != event.id);
        let new: Vec<_> = after.iter().filter(is_new).collect();
        let [event] = new[..] else { panic!("{id} left {} events", new.len()) };
        assert_eq!(event.action, action, "{id}");
        let told = [event.before.as_ref().map(|_| "before"), event.after.as_ref().map(|_| "after")];
        assert_eq!(told.into_iter().flatten().collect::<Vec<_>>().join(" "), parts, "{id}");
        self.called.insert(id.to_owned());
        answer
    }
}

#[expect(clippy::too_many_lines, reason = "a line for each operation")]
#[tokio::test]
async fn every_operation_that_changes_something_leaves_one_event() {
    let api = Api::with_acme().await;
    let slug = OrganizationSlug::parse("acme").unwrap();
    let organization = api.world.store.organization(&slug).await.unwrap().unwrap().id;
    // It writes nothing.
    let called = BTreeSet::from(["simulate".to_owned()]);
    let mut watched = Watched { api: api.clone(), organization, called };
    let (acme, okta) = ("/organizations/acme", "/organizations/acme/connections/okta");
    let at = |end: &str| format!("{acme}{end}");
    let provider = format!("{okta}/identity-provider");
    let (post, put, patch, delete) = (Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    let [both, new, gone] = ["before after", "after", "before"];

    let body = Some(json!({"slug": "new", "name": "New"}));
    watched
        .leaves("createOrganization", (post.clone(), "/organizations", body), "organization.created", new)
        .await;
    let body = Some(json!({"locale": "de"}));
    watched.leaves("changeOrganization", (patch.clone(), acme, body), "organization.changed", both).await;
    watched
        .leaves(
            "deleteOrganization",
            (delete.clone(), "/organizations/new", None),
            "organization.deleted",
            gone,
        )
        .await;
    let (place, kind) = (at("/logo"), [("content-type", "image/png")]);
    let sent = api.send_raw(put.clone(), &place, &kind, logo(64, 64).content);
    watched.left("saveLogo", sent, "logo.changed", new).await;
    watched.leaves("removeLogo", (delete.clone(), &at("/logo"), None), "logo.removed", gone).await;
    watched
        .leaves("saveCatalog", (put.clone(), &at("/catalog"), Some(catalog())), "catalog.changed", both)
        .await;
    let body = Some(json!({"key": "third", "display_name": "Third"}));
    watched
        .leaves("createConnection", (post.clone(), &at("/connections"), body), "connection.created", new)
        .await;
    let body = Some(json!({"display_name": "Okta"}));
    watched.leaves("changeConnection", (patch.clone(), okta, body), "connection.changed", both).await;
    watched
        .leaves(
            "deleteConnection",
            (delete.clone(), &at("/connections/third"), None),
            "connection.deleted",
            gone,
        )
        .await;
    let body = Some(json!({"metadata_url": "https://okta.example/metadata"}));
    watched
        .leaves("saveIdentityProvider", (put.clone(), &provider, body), "identity_provider.changed", new)
        .await;
    let awaits = "identity_provider.change_awaits_approval";
    for (id, decision, action) in [
        ("rejectMetadata", "reject", "identity_provider.change_rejected"),
        ("approveMetadata", "approve", "identity_provider.change_approved"),
    ] {
        api.address.says(&format!(" {decision}"));
        let refresh = format!("{provider}/refresh");
        let refreshed = watched.leaves("refreshMetadata", (post.clone(), &refresh, None), awaits, both).await;
        let digest = text(&refreshed.body["identity_provider"]["pending"]["digest"]);
        let place = format!("{provider}/{decision}");
        watched.leaves(id, (post.clone(), &place, Some(json!({"digest": digest}))), action, both).await;
    }
    watched
        .leaves(
            "removeIdentityProvider",
            (delete.clone(), &provider, None),
            "identity_provider.removed",
            gone,
        )
        .await;
    let provisioning = format!("{okta}/provisioning");
    watched
        .leaves("saveProvisioning", (put.clone(), &provisioning, Some(settings())), "settings.changed", both)
        .await;
    let body = Some(json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"}));
    let ada =
        watched.leaves("createUser", (post.clone(), &at("/users"), body), "user.created", new).await.id();
    let ada = at(&format!("/users/{ada}"));
    let body = Some(json!({"first_name": "Augusta"}));
    watched.leaves("changeUser", (patch.clone(), &ada, body), "user.changed", both).await;
    let part = |end: &str| format!("{ada}{end}");
    let (type_of, name_on) = (part("/assignments/employee"), part("/identities/okta"));
    for (id, call) in [
        ("putAssignment", (put.clone(), type_of.as_str(), Some(json!({"role": "learner"})))),
        ("removeAssignment", (delete.clone(), &type_of, None)),
        ("bindIdentity", (put.clone(), &name_on, Some(json!({"name_id": "00u1"})))),
        ("unbindIdentity", (delete.clone(), &name_on, None)),
    ] {
        watched.leaves(id, call, "user.changed", both).await;
    }
    let sessions = part("/sessions");
    watched.leaves("endSessions", (delete.clone(), &sessions, None), "user.sessions_ended", "").await;
    watched.leaves("deleteUser", (delete.clone(), &ada, None), "user.changed", both).await;
    let purge = part("?purge=true");
    watched.leaves("deleteUser", (delete.clone(), &purge, None), "user.purged", "").await;
    let table = "email,first_name,last_name,location,user_type,role\nbob@acme.example,Bob,Builder,,,\n";
    let import = at("/users/import");
    let import = api.send_raw(Method::POST, &import, &[("content-type", "text/csv")], table.into());
    watched.left("importUsers", import, "users.imported", new).await;
    let table = "email,first_name,last_name,location,user_type,role\ncid@acme.example,Cid,Cipher,,,\n";
    let tried = at("/users/import?dry_run=true");
    let tried = api.send_raw(Method::POST, &tried, &[("content-type", "text/csv")], table.into());
    let tried = watched.left("importUsers", tried, "users.imported", new).await.id();
    let apply = at(&format!("/imports/{tried}/apply"));
    watched.leaves("applyImport", (post.clone(), &apply, None), "users.imported", new).await;
    let import = text(&api.get(&at("/imports")).await.has(200).body["items"][0]["id"]);
    let import = at(&format!("/imports/{import}"));
    watched.leaves("deleteImport", (delete.clone(), &import, None), "import.removed", new).await;
    for (make, revoke, place) in [
        ("createApiKey", "revokeApiKey", at("/api-keys")),
        ("createOperatorKey", "revokeOperatorKey", "/api-keys".to_owned()),
    ] {
        let body = Some(json!({"name": "CI"}));
        let key = watched.leaves(make, (post.clone(), &place, body), "api_key.created", new).await;
        assert!(!format!("{:?}", all(&api, organization).await).contains(&text(&key.body["key"])));
        let place = format!("{place}/{}", key.id());
        watched.leaves(revoke, (delete.clone(), &place, None), "api_key.revoked", gone).await;
    }
    let made = |name| (post.clone(), name, Some(json!({"use": "signing"})));
    let key = watched.leaves("rotateServiceKey", made("/service-keys"), "service_key.added", new).await.id();
    let place = format!("/service-keys/{key}/activate");
    watched.leaves("activateServiceKey", (Method::POST, &place, None), "service_key.activated", both).await;
    let key = watched.leaves("rotateServiceKey", made("/service-keys"), "service_key.added", new).await.id();
    let place = format!("/service-keys/{key}");
    watched.leaves("removeServiceKey", (delete, &place, None), "service_key.removed", gone).await;

    let paths = document()["paths"].as_object().unwrap();
    let changing = paths.iter().filter(|(path, _)| path.starts_with("/api/v1/")).flat_map(|(_, item)| {
        let methods = item.as_object().unwrap().iter();
        let changing =
            methods.filter(|(method, _)| ["post", "put", "patch", "delete"].contains(&method.as_str()));
        changing.map(|(_, operation)| text(&operation["operationId"]))
    });
    assert_eq!(watched.called, changing.collect());
}
