//! The history of sign-ins.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::explanation::{Change, Entry, Note, Topic, Warning};
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::SignInFilter;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord, WelcomeEmail};
use vestibule_domain::usecase::AdminError;

use super::caller::InOrganization;
use super::query::{List, Query};
use crate::problem::Problem;
use crate::state::AppState;

/// A row of the history, as JSON.
#[derive(Debug, Serialize)]
struct SignInShape {
    id: Uuid,
    #[serde(flatten)]
    decision: DecisionShape,
}

/// What a sign-in ended as, and why: what a row of the history and a simulation have in common.
#[derive(Debug, Serialize)]
pub(super) struct DecisionShape {
    at: DateTime<Utc>,
    outcome: Outcome,
    code: Option<RefusalCode>,
    detail: Option<String>,
    user_id: Option<Uuid>,
    name_id: Option<String>,
    connection: Option<String>,
    settings_version: Option<i64>,
    matched_by: MatchedBy,
    changes: Vec<ChangeShape>,
    explanation: Vec<EntryShape>,
    warnings: Vec<WarningShape>,
    welcome_email: WelcomeEmail,
    verified_by: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChangeShape {
    field: Topic,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Serialize)]
struct EntryShape {
    field: Topic,
    rule: Rule,
    attribute: Option<String>,
    received: Vec<String>,
    result: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct WarningShape {
    field: Topic,
    code: RefusalCode,
    note: Option<String>,
}

impl From<&SignInRecord> for SignInShape {
    fn from(record: &SignInRecord) -> Self {
        Self { id: record.id.0, decision: record.into() }
    }
}

impl From<&SignInRecord> for DecisionShape {
    fn from(record: &SignInRecord) -> Self {
        Self {
            at: record.at,
            outcome: record.outcome,
            code: record.code,
            detail: record.detail.clone(),
            user_id: record.user_id.map(|id| id.0),
            name_id: record.name_id.clone(),
            connection: record.connection.as_ref().map(|connection| connection.key.to_string()),
            settings_version: record.settings_version.map(|version| version.0),
            matched_by: record.matched_by,
            changes: record.changes.iter().map(ChangeShape::from).collect(),
            explanation: record.explanation.iter().map(EntryShape::from).collect(),
            warnings: record.warnings.iter().map(WarningShape::from).collect(),
            welcome_email: record.welcome_email,
            verified_by: record.verified_by.clone(),
        }
    }
}

impl From<&Change> for ChangeShape {
    fn from(change: &Change) -> Self {
        Self { field: change.field, before: change.before.clone(), after: change.after.clone() }
    }
}

impl From<&Entry> for EntryShape {
    fn from(entry: &Entry) -> Self {
        Self {
            field: entry.field,
            rule: entry.rule,
            attribute: entry.attribute.as_ref().map(ToString::to_string),
            received: entry.received.clone(),
            result: entry.result.clone(),
            note: entry.note.as_ref().map(Note::to_string),
        }
    }
}

impl From<&Warning> for WarningShape {
    fn from(warning: &Warning) -> Self {
        Self { field: warning.field, code: warning.code, note: warning.note.as_ref().map(Note::to_string) }
    }
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    let filter = SignInFilter {
        outcome: query.choice("outcome", Outcome::ALL),
        code: query.choice("code", RefusalCode::ALL),
        user_id: query.id("user_id").map(UserId),
        since: query.instant("since"),
        until: query.instant("until"),
    };
    query.finish()?;
    let sign_ins = state.world.store.sign_ins(scope.organization.id, &filter, page).await?;
    Ok(Json(List::of(sign_ins, |record| SignInShape::from(record))).into_response())
}

pub(super) async fn read(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let record = match scope.id() {
        Some(id) => state.world.store.sign_in(scope.organization.id, id).await?,
        None => None,
    };
    let record = record.ok_or(AdminError::NotFound("sign-in"))?;
    Ok(Json(SignInShape::from(&record)).into_response())
}
