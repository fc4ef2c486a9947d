//! The history of sign-ins.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::explanation::{Change, Entry, Note, Topic, Warning};
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{Page, SignInFilter};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord, WelcomeEmail};
use vestibule_domain::usecase::AdminError;

use super::caller::InOrganization;
use super::query::{List, Query};
use crate::openapi::{Routes, Word};
use crate::problem::Problem;
use crate::state::AppState;

/// A row of the history, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignIn")]
struct SignInShape {
    /// The id, which refused people are shown as a reference.
    id: Uuid,
    #[serde(flatten)]
    decision: DecisionShape,
}

/// What a sign-in ended as, and why: what a row of the history and a simulation have in common.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Decision")]
pub(super) struct DecisionShape {
    /// When it was decided.
    at: DateTime<Utc>,
    /// What became of it.
    #[schemars(with = "Word<Outcome>")]
    outcome: Outcome,
    /// Why it was refused.
    #[schemars(with = "Option<Word<RefusalCode>>")]
    code: Option<RefusalCode>,
    /// What the service saw that the code does not say.
    detail: Option<String>,
    /// The user who signed in.
    user_id: Option<Uuid>,
    /// As whom the identity provider presented the person.
    name_id: Option<String>,
    /// The key of the connection.
    connection: Option<String>,
    /// The version of the provisioning settings that decided.
    settings_version: Option<i64>,
    /// By what the user was recognised.
    #[schemars(with = "Word<MatchedBy>")]
    matched_by: MatchedBy,
    /// What was changed.
    changes: Vec<ChangeShape>,
    /// Why, a field at a time.
    explanation: Vec<EntryShape>,
    /// What was odd.
    warnings: Vec<WarningShape>,
    /// What became of the welcome mail.
    #[schemars(with = "Word<WelcomeEmail>")]
    welcome_email: WelcomeEmail,
    /// The fingerprint of the certificate by whose key the response was verified.
    verified_by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Change")]
struct ChangeShape {
    /// What was changed.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// The value before.
    before: Option<String>,
    /// The value after.
    after: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Explanation")]
struct EntryShape {
    /// What it is about.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// The rule that decided.
    #[schemars(with = "Word<Rule>")]
    rule: Rule,
    /// The attribute that was looked for.
    attribute: Option<String>,
    /// The values that arrived.
    received: Vec<String>,
    /// The value that resulted.
    result: Option<String>,
    /// What else to say.
    note: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignInWarning")]
struct WarningShape {
    /// What it is about.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// What is odd, as the code of a refusal.
    #[schemars(with = "Word<RefusalCode>")]
    code: RefusalCode,
    /// What else to say.
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

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Sign-ins")
        .get("/organizations/{org}/sign-ins", list, |it| {
            it.named("listSignIns", "Lists sign-ins")
                .says("Newest first, each with its explanation.")
                .query(asked)
                .explains("outcome", "Sign-ins with this outcome.")
                .explains("code", "Sign-ins that were refused for this reason.")
                .explains("user_id", "Sign-ins of this user.")
                .explains("since", "Sign-ins at this instant and later.")
                .explains("until", "Sign-ins before this instant.")
                .answers::<List<SignInShape>>(200, "A page of them.")
        })
        .get("/organizations/{org}/sign-ins/{id}", read, |it| {
            it.named("readSignIn", "Reads a sign-in")
                .answers::<SignInShape>(200, "The sign-in.")
                .problem(404, &["sign_in_not_found"])
        })
}

/// Which part of the history is asked for.
fn asked(query: &mut Query) -> (Page, SignInFilter) {
    let filter = SignInFilter {
        outcome: query.choice("outcome", Outcome::ALL),
        code: query.choice("code", RefusalCode::ALL),
        user_id: query.id("user_id").map(UserId),
        since: query.instant("since"),
        until: query.instant("until"),
    };
    (query.page(), filter)
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let (page, filter) = asked(&mut query);
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
