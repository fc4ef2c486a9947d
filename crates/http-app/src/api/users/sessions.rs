//! Where a user is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::connection::Connection;
use vestibule_domain::sign_in::Session;
use vestibule_domain::usecase::EndSessions;

use super::user;
use crate::api::caller::InOrganization;
use crate::api::query::{List, Query};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::state::AppState;

/// A session, as JSON. The token by which it is known is nowhere kept.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserSession")]
struct UserSessionShape {
    /// The id.
    id: Uuid,
    /// The key of the connection through which the person signed in; null where it has just gone.
    connection: Option<String>,
    /// When they signed in.
    created_at: DateTime<Utc>,
    /// When it ends, if nobody ends it before.
    expires_at: DateTime<Utc>,
}

impl UserSessionShape {
    /// The session, which began through one of these connections.
    fn of(session: &Session, connections: &[Connection]) -> Self {
        let through = connections.iter().find(|connection| connection.id == session.connection_id);
        Self {
            id: session.id.0,
            connection: through.map(|connection| connection.details.key.to_string()),
            created_at: session.created_at,
            expires_at: session.expires_at,
        }
    }
}

const SESSIONS: &str = "/organizations/{org}/users/{id}/sessions";

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Users")
        .get(SESSIONS, list, |it| {
            it.named("listSessions", "Lists where a user is signed in")
                .says("Oldest first.")
                .query(Query::page)
                .answers::<List<UserSessionShape>>(200, "A page of them.")
                .problem(404, &["user_not_found"])
        })
        .delete(SESSIONS, end, |it| {
            it.named("endSessions", "Signs a user out everywhere")
                .says("They can sign in again, unless they are deactivated.")
                .answers_nothing(204, "All of the user's sessions have ended.")
                .problem(404, &["user_not_found"])
        })
}

async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let user = user(&state, &scope).await?;
    let (store, organization) = (&state.world.store, scope.organization.id);
    let connections = store.connections(organization).await?;
    let sessions = store.sessions_of(organization, user.id, state.world.now(), page).await?;
    Ok(Json(List::of(sessions, |session| UserSessionShape::of(session, &connections))).into_response())
}

async fn end(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let user = user(&state, &scope).await?;
    EndSessions(state.world).run(&scope.actor, &scope.organization.slug, user.id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
