//! The service's own keys. They are the installation's, so that only an operator sees or rotates them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::usecase::{ActivateServiceKey, AdminError, RemoveServiceKey, RotateServiceKey};

use super::body::Body;
use super::caller::Operator;
use super::created;
use super::identity_provider::CertificateShape;
use super::object::Object;
use super::once::Once;
use super::query::{List, Query, cut};
use crate::openapi::{Routes, Word};
use crate::problem::Problem;
use crate::state::AppState;

/// A key, as JSON; its private half is in no answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServiceKey")]
struct ServiceKeyShape {
    /// The id.
    id: Uuid,
    /// What it is for.
    #[schemars(with = "Word<KeyUsage>")]
    r#use: &'static str,
    /// Where in a rotation it is.
    #[schemars(with = "Word<KeyState>")]
    state: &'static str,
    /// The certificate, as it is published.
    certificate: CertificateShape,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<&ServiceKey> for ServiceKeyShape {
    fn from(key: &ServiceKey) -> Self {
        Self {
            id: key.id.0,
            r#use: key.usage.as_str(),
            state: key.state.as_str(),
            certificate: (&key.certificate).into(),
            created_at: key.created_at,
        }
    }
}

/// What a new key needs.
const NEW: [&str; 1] = ["use"];

fn read_usage(object: &mut Object<'_>, usage: &mut KeyUsage) {
    object.choice("use", KeyUsage::ALL, usage);
}

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Service keys")
        .get("/service-keys", list, |it| {
            it.named("listServiceKeys", "Lists the service's own keys")
                .says("The same keys for every organization.")
                .query(Query::page)
                .answers::<List<ServiceKeyShape>>(200, "A page of them.")
        })
        .post("/service-keys", Once(rotate), |it| {
            it.named("rotateServiceKey", "Adds the next key of a use")
                .takes(&NEW, |object| read_usage(object, &mut KeyUsage::Signing))
                .such_as(json!({"use": "encryption"}))
                .creates::<ServiceKeyShape>("The key.", "id", "/id")
                .problem(409, &["next_key_exists"])
        })
        .post("/service-keys/{id}/activate", Once(activate), |it| {
            it.named("activateServiceKey", "Makes the next key the current one")
                .answers::<ServiceKeyShape>(200, "The key as it is now.")
                .problem(404, &["service_key_not_found"])
                .problem(409, &["not_the_next_key", "previous_key_exists"])
        })
        .delete("/service-keys/{id}", remove, |it| {
            it.named("removeServiceKey", "Removes a previous or next key")
                .answers_nothing(204, "It is gone.")
                .problem(404, &["service_key_not_found"])
                .problem(409, &["current_key"])
        })
}

pub(super) async fn list(
    State(state): State<AppState>,
    Operator(_): Operator,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let keys = cut(state.world.store.service_keys().await?, page, |key| key.id.0);
    Ok(Json(List::of(keys, |key| ServiceKeyShape::from(key))).into_response())
}

/// Adds the next key of a use.
pub(super) async fn rotate(
    State(state): State<AppState>,
    Operator(actor): Operator,
    body: Body,
) -> Result<Response, Problem> {
    let mut usage = KeyUsage::Signing;
    body.read(&NEW, |object| read_usage(object, &mut usage)).check(|| None)?;
    let rotate = RotateServiceKey { world: state.world, keysmith: state.keysmith };
    let key = rotate.run(&actor, usage).await?;
    let resource = Json(ServiceKeyShape::from(&key)).into_response();
    Ok(created(&format!("/service-keys/{}", key.id), resource))
}

pub(super) async fn activate(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let key = ActivateServiceKey(state.world).run(&actor, parse(&id)?).await?;
    Ok(Json(ServiceKeyShape::from(&key)).into_response())
}

pub(super) async fn remove(
    State(state): State<AppState>,
    Operator(actor): Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    RemoveServiceKey(state.world).run(&actor, parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Only the hyphenated form: one row, one address.
fn parse(id: &str) -> Result<ServiceKeyId, AdminError> {
    let parsed = Some(id).filter(|id| id.len() == 36).and_then(|id| id.parse::<Uuid>().ok());
    parsed.map(ServiceKeyId).ok_or(AdminError::NotFound("service key"))
}
