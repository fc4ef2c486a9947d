//! Users of an organization.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::connection::Connection;
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::UserFilter;
use vestibule_domain::usecase::{AdminError, ChangeUser, CreateUser, IdentityDraft, UserDraft};
use vestibule_domain::user::{CreatedBy, User};

use super::body::Body;
use super::caller::InOrganization;
use super::created;
use super::etag::{IfMatch, tagged};
use super::object::Object;
use super::query::{List, Query};
use crate::problem::Problem;
use crate::state::AppState;

/// A user, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct UserShape {
    id: Uuid,
    email: String,
    identities: Vec<IdentityShape>,
    first_name: String,
    last_name: String,
    location: Option<String>,
    active: bool,
    assignments: Vec<AssignmentShape>,
    created_by: CreatedBy,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    last_sign_in_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct IdentityShape {
    connection: String,
    name_id: String,
}

#[derive(Debug, Serialize)]
struct AssignmentShape {
    user_type: String,
    role: String,
}

impl UserShape {
    /// The user, whose identities are of some of these connections.
    pub(crate) fn of(user: &User, connections: &[Connection]) -> Self {
        let profile = &user.profile;
        let identities = user.identities.iter().filter_map(|identity| {
            let connection = connections.iter().find(|connection| connection.id == identity.connection_id)?;
            Some(IdentityShape {
                connection: connection.details.key.to_string(),
                name_id: identity.name_id.to_string(),
            })
        });
        let assignments = profile.assignments.iter();
        Self {
            id: user.id.0,
            email: profile.email.to_string(),
            identities: identities.collect(),
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            location: profile.location.as_ref().map(ToString::to_string),
            active: user.active,
            assignments: assignments
                .map(|(user_type, role)| AssignmentShape {
                    user_type: user_type.to_string(),
                    role: role.to_string(),
                })
                .collect(),
            created_by: user.created_by,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_sign_in_at: user.last_sign_in_at,
        }
    }
}

/// An assignment, while it is read.
#[derive(Default)]
struct AssignmentDraft {
    user_type: String,
    role: String,
}

fn read_draft(object: &mut Object<'_>, draft: &mut UserDraft) {
    object.text("email", &mut draft.email);
    object.text("first_name", &mut draft.first_name);
    object.text("last_name", &mut draft.last_name);
    object.optional_text("location", &mut draft.location);
    object.flag("active", &mut draft.active);
    if object.has("assignments") {
        let mut assignments: Vec<AssignmentDraft> = Vec::new();
        object.list("assignments", &["user_type", "role"], &mut assignments, |object, draft| {
            object.text("user_type", &mut draft.user_type);
            object.text("role", &mut draft.role);
        });
        draft.assignments = assignments.into_iter().map(|draft| (draft.user_type, draft.role)).collect();
    }
    object.list(
        "identities",
        &["connection", "name_id"],
        &mut draft.identities,
        |object, draft: &mut IdentityDraft| {
            object.text("connection", &mut draft.connection);
            object.text("name_id", &mut draft.name_id);
        },
    );
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    let filter = UserFilter {
        email: query.text("email"),
        name_id: query.text("name_id"),
        text: query.text("q"),
        active: query.flag("active"),
    };
    query.finish()?;
    let (store, organization) = (&state.world.store, scope.organization.id);
    let users = store.users(organization, &filter, page).await?;
    let connections = store.connections(organization).await?;
    Ok(Json(List::of(users, |user| UserShape::of(user, &connections))).into_response())
}

pub(super) async fn create(
    State(state): State<AppState>,
    scope: InOrganization,
    body: Body,
) -> Result<Response, Problem> {
    let slug = &scope.organization.slug;
    let create = CreateUser(state.world.clone());
    let mut draft = UserDraft::default();
    let faults = body.read(&["email", "first_name", "last_name"], |object| read_draft(object, &mut draft));
    if !faults.is_empty() {
        return Err(faults.with(create.faults(slug, &draft).await?).into());
    }
    let user = create.run(&scope.actor, slug, &draft).await?;
    let resource = answer(&state, &user).await?;
    Ok(created(&format!("/organizations/{slug}/users/{}", user.id), resource))
}

pub(super) async fn read(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    answer(&state, &user(&state, &scope).await?).await
}

pub(super) async fn change(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let before = user(&state, &scope).await?;
    let expected = seen.expected(before.version)?;
    let slug = &scope.organization.slug;
    let change = ChangeUser(state.world.clone());
    let edit = |draft: &mut UserDraft| body.read(&[], |object| read_draft(object, draft));
    let faults = edit(&mut UserDraft::default());
    let edit = |draft: &mut UserDraft| drop(edit(draft));
    if !faults.is_empty() {
        return Err(faults.with(change.faults(slug, before.id, &edit).await?).into());
    }
    let user = change.run(&scope.actor, slug, before.id, expected, &edit).await?;
    answer(&state, &user).await
}

pub(super) async fn deactivate(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    query: Query,
) -> Result<Response, Problem> {
    let user = user(&state, &scope).await?;
    // A parameter that asks for more than deactivation must not be overlooked.
    query.finish()?;
    let expected = seen.expected(user.version)?;
    if user.active {
        let slug = &scope.organization.slug;
        let change = ChangeUser(state.world);
        change.run(&scope.actor, slug, user.id, expected, &|draft| draft.active = false).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The user that the path names.
async fn user(state: &AppState, scope: &InOrganization) -> Result<User, Problem> {
    let user = match scope.id::<UserId>() {
        Some(id) => state.world.store.user(scope.organization.id, id).await?,
        None => None,
    };
    Ok(user.ok_or(AdminError::NotFound("user"))?)
}

/// The user with the entity tag. There is no 304 for users: a connection's new key changes how its users look, and not
/// their version.
async fn answer(state: &AppState, user: &User) -> Result<Response, Problem> {
    let connections = state.world.store.connections(user.organization_id).await?;
    Ok(tagged(user.version, UserShape::of(user, &connections)))
}
