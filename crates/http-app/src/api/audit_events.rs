//! The audit trail: who changed what, from what to what. One of each organization, and one of the installation, which only an operator
//! sees.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule_domain::ports::{AuditEvent, AuditFilter};
use vestibule_domain::usecase::AdminError;

use super::actors::ActorShape;
use super::caller::{InOrganization, OfInstallation};
use super::query::{List, Query};
use super::scope::Scope;
use crate::openapi::{Operation, Routes};
use crate::problem::Problem;
use crate::state::AppState;

/// An event, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEvent")]
struct AuditEventShape {
    /// The id.
    id: Uuid,
    /// When it happened.
    at: DateTime<Utc>,
    /// Who did it.
    actor: ActorShape,
    /// What was done, as `connection.changed`.
    action: String,
    /// To what: a slug, a key or an id.
    subject: String,
    /// The request's id, as the log has it; null where there was none.
    request_id: Option<String>,
    /// The address from which it was done; null where there was none.
    address: Option<String>,
    /// As it was before; null for something new.
    before: Value,
    /// As it is afterwards; null for something that is gone.
    after: Value,
}

impl From<&AuditEvent> for AuditEventShape {
    fn from(event: &AuditEvent) -> Self {
        let origin = event.actor.origin();
        Self {
            id: event.id.0,
            at: event.at,
            actor: (&event.actor).into(),
            action: event.action.to_string(),
            subject: event.subject.clone(),
            request_id: origin.request_id,
            address: origin.address.map(|address| address.to_string()),
            before: event.before.clone().unwrap_or_default(),
            after: event.after.clone().unwrap_or_default(),
        }
    }
}

fn asked(query: &mut Query) -> AuditFilter {
    AuditFilter {
        actor: query.text("actor"),
        action: query.text("action"),
        subject: query.text("subject"),
        since: query.instant("since"),
        until: query.instant("until"),
    }
}

fn listed(operation: Operation) -> Operation {
    operation
        .says("Newest first.")
        .query(Query::page)
        .query(asked)
        .explains(
            "actor",
            "Events of the key, administrator or user with this id, or of `command_line` or `system`.",
        )
        .explains("action", "Events of exactly this action, as `user.created`.")
        .explains("subject", "Events on exactly this slug, key or id.")
        .explains("since", "Events at or after this instant.")
        .explains("until", "Events before this instant.")
        .answers::<List<AuditEventShape>>(200, "A page of them.")
}

fn one(operation: Operation) -> Operation {
    operation
        .answers::<AuditEventShape>(200, "The event.")
        .such_as(json!({
            "id": "01a21210-7efe-7f54-aeba-024cfeeba752", "at": "2026-11-25T09:36:40.702990Z",
            "actor": {"kind": "api_key", "id": "01a21210-7f18-7a7a-958f-0341db5251c9", "name": "Terraform", "role": "operator"},
            "action": "user.changed", "subject": "01a21210-7f20-7bbb-8000-000000000000",
            "request_id": "01a21210-7efe-7000-8000-000000000001", "address": "192.0.2.7",
            "before": {"active": true}, "after": {"active": false},
        }))
        .problem(404, &["audit_event_not_found"])
}

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Audit events")
        .get("/organizations/{org}/audit-events", list::<InOrganization>, |it| {
            listed(it.named("listAuditEvents", "Lists what was changed in an organization"))
        })
        .get("/organizations/{org}/audit-events/{id}", read::<InOrganization>, |it| {
            one(it.named("readAuditEvent", "Reads what was changed"))
        })
        .get("/audit-events", list::<OfInstallation>, |it| {
            listed(it.named("listServiceAuditEvents", "Lists what was changed in the service as a whole"))
        })
        .get("/audit-events/{id}", read::<OfInstallation>, |it| {
            one(it.named("readServiceAuditEvent", "Reads what was changed in the service as a whole"))
        })
}

async fn list<S: Scope>(
    State(state): State<AppState>,
    scope: S,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    let filter = asked(&mut query);
    query.finish()?;
    let events = state.world.store.audit_events(scope.owner(), &filter, page).await?;
    Ok(Json(List::of(events, |event| AuditEventShape::from(event))).into_response())
}

async fn read<S: Scope>(State(state): State<AppState>, scope: S) -> Result<Response, Problem> {
    let event = match scope.row() {
        Some(id) => state.world.store.audit_event(scope.owner(), id).await?,
        None => None,
    };
    let event = event.ok_or(AdminError::NotFound("audit event"))?;
    Ok(Json(AuditEventShape::from(&event)).into_response())
}
