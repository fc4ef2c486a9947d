//! The service's own keys. They are the installation's, so that only an operator sees or rotates them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::service_key::{KeyUsage, ServiceKey};
use vestibule_domain::usecase::{ActivateServiceKey, AdminError, RemoveServiceKey, RotateServiceKey};

use super::body::Body;
use super::caller::Operator;
use super::created;
use super::query::{List, Query, cut};
use crate::problem::Problem;
use crate::state::AppState;

/// A key, as JSON; its private half is in no answer.
#[derive(Debug, Serialize)]
struct ServiceKeyShape {
    id: Uuid,
    r#use: &'static str,
    state: &'static str,
    certificate: CertificateShape,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
struct CertificateShape {
    subject: String,
    sha256_fingerprint: String,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

impl From<&ServiceKey> for ServiceKeyShape {
    fn from(key: &ServiceKey) -> Self {
        let certificate = CertificateShape {
            subject: key.certificate.subject.clone(),
            sha256_fingerprint: key.certificate.sha256_fingerprint.clone(),
            not_before: key.certificate.not_before,
            not_after: key.certificate.not_after,
        };
        Self {
            id: key.id.0,
            r#use: key.usage.as_str(),
            state: key.state.as_str(),
            certificate,
            created_at: key.created_at,
        }
    }
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
    body.read(&["use"], |object| object.choice("use", KeyUsage::ALL, &mut usage)).check(|| None)?;
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
