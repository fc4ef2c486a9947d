//! Keys of this API: an organization's, and the operators', which only an operator sees. A key is shown once, when it is made.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::ApiKey;
use vestibule_domain::usecase::{AdminError, ApiKeyDraft, CreateApiKey, KeyOwner, RevokeApiKey};

use super::actors::ActorShape;
use super::body::Body;
use super::caller::{InOrganization, OfInstallation};
use super::created;
use super::object::Object;
use super::once::Once;
use super::query::{List, Query};
use super::scope::Scope;
use crate::openapi::{Operation, Routes, texts};
use crate::problem::Problem;
use crate::state::AppState;

/// A key, as JSON, without the key itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
struct ApiKeyShape {
    /// The id.
    id: Uuid,
    /// What people call it.
    name: String,
    /// What it may do.
    #[schemars(extend("enum" = ["operator", "organization_admin"]))]
    role: &'static str,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// By whom; null for a key that was made before this was written down.
    created_by: Option<ActorShape>,
    /// From when on it is no key any more; null if that is never.
    expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour; null if it never was.
    last_used_at: Option<DateTime<Utc>>,
}

/// A key with itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NewApiKey")]
struct NewApiKeyShape {
    /// What stands in the list from now on.
    #[serde(flatten)]
    row: ApiKeyShape,
    /// The key itself, this once.
    key: String,
}

impl From<&ApiKey> for ApiKeyShape {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            name: key.name.to_string(),
            role: key.role.as_str(),
            created_at: key.created_at,
            created_by: key.created_by.as_ref().map(ActorShape::from),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// What a new key needs.
const NEW: [&str; 1] = ["name"];

fn read_draft(object: &mut Object<'_>, draft: &mut ApiKeyDraft) {
    object.text("name", &mut draft.name).like(texts::name);
    object.optional_text("expires_at", &mut draft.expires_at).like(|| json!({"format": "date-time"}));
}

fn listed(operation: Operation) -> Operation {
    operation.says("Oldest first.").query(Query::page).answers::<List<ApiKeyShape>>(200, "A page of them.")
}

fn new(operation: Operation) -> Operation {
    operation
        .says("The answer has the key itself, this once.")
        .takes(&NEW, |object| read_draft(object, &mut ApiKeyDraft::default()))
        .such_as(json!({"name": "Terraform"}))
        .creates::<NewApiKeyShape>("The key.", "id", "/id")
        .problem(409, &["too_many_api_keys"])
}

fn one(operation: Operation) -> Operation {
    operation.answers::<ApiKeyShape>(200, "The key.").problem(404, &["api_key_not_found"])
}

fn revoked(operation: Operation) -> Operation {
    operation
        .says("It is none from the next request on. A key may revoke itself.")
        .answers_nothing(204, "It is revoked.")
        .problem(404, &["api_key_not_found"])
}

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("API keys")
        .get("/organizations/{org}/api-keys", list::<InOrganization>, |it| {
            listed(it.named("listApiKeys", "Lists an organization's keys"))
        })
        .post("/organizations/{org}/api-keys", Once(create::<InOrganization>), |it| {
            new(it.named("createApiKey", "Makes a key of an organization's administrators"))
        })
        .get("/organizations/{org}/api-keys/{id}", read::<InOrganization>, |it| {
            one(it.named("readApiKey", "Reads what is known of a key"))
        })
        .delete("/organizations/{org}/api-keys/{id}", revoke::<InOrganization>, |it| {
            revoked(it.named("revokeApiKey", "Revokes a key"))
        })
        .get("/api-keys", list::<OfInstallation>, |it| {
            listed(it.named("listOperatorKeys", "Lists the operators' keys"))
        })
        .post("/api-keys", Once(create::<OfInstallation>), |it| {
            new(it.named("createOperatorKey", "Makes an operator's key"))
        })
        .get("/api-keys/{id}", read::<OfInstallation>, |it| {
            one(it.named("readOperatorKey", "Reads what is known of an operator's key"))
        })
        .delete("/api-keys/{id}", revoke::<OfInstallation>, |it| {
            revoked(it.named("revokeOperatorKey", "Revokes an operator's key"))
        })
}

async fn list<S: Scope>(
    State(state): State<AppState>,
    scope: S,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let keys = state.world.store.api_keys(scope.owner(), page).await?;
    Ok(Json(List::of(keys, |key| ApiKeyShape::from(key))).into_response())
}

async fn create<S: Scope>(State(state): State<AppState>, scope: S, body: Body) -> Result<Response, Problem> {
    let (owner, place) = match scope.organization() {
        Some(Organization { slug, .. }) => {
            (KeyOwner::Organization(slug.clone()), format!("/organizations/{slug}/api-keys"))
        }
        None => (KeyOwner::Operator, "/api-keys".to_owned()),
    };
    let mut draft = ApiKeyDraft::default();
    let faults = body.read(&NEW, |object| read_draft(object, &mut draft));
    faults.check(|| draft.parse(state.world.now()).err())?;
    let (key, secret) = CreateApiKey(state.world.clone()).run(scope.actor(), &draft, &owner).await?;
    let shape = NewApiKeyShape { row: (&key).into(), key: secret.reveal().to_owned() };
    Ok(created(&format!("{place}/{}", key.id), Json(shape).into_response()))
}

async fn read<S: Scope>(State(state): State<AppState>, scope: S) -> Result<Response, Problem> {
    let id = scope.row().ok_or(AdminError::NotFound("API key"))?;
    let key = state.world.api_key(scope.owner(), id).await?;
    Ok(Json(ApiKeyShape::from(&key)).into_response())
}

async fn revoke<S: Scope>(State(state): State<AppState>, scope: S) -> Result<Response, Problem> {
    let id = scope.row().ok_or(AdminError::NotFound("API key"))?;
    RevokeApiKey(state.world.clone()).run(scope.actor(), scope.owner(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
