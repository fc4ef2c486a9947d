//! Users of an organization.

mod parts;
mod sessions;
mod shape;

pub(crate) use shape::PersonShape;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{Page, UserFilter};
use vestibule_domain::usecase::{
    AdminError, ChangeUser, CreateUser, IdentityDraft, MOST_OF_A_USER, PurgeUser, UserDraft,
};
use vestibule_domain::user::{CreatedBy, User};

use super::body::Body;
use super::caller::InOrganization;
use super::created;
use super::etag::{IfMatch, tagged};
use super::object::Object;
use super::once::{About, Once};
use super::query::{List, Query};
use shape::UserShape;

use crate::openapi::{Routes, texts};
use crate::problem::Problem;
use crate::state::AppState;

/// What a new user needs.
const NEW: [&str; 3] = ["email", "first_name", "last_name"];

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Users")
        .get("/organizations/{org}/users", list, |it| {
            it.named("listUsers", "Lists users")
                .says("Oldest first. A page may have fewer users than `limit`, even none, and a `next_cursor` all the same.")
                .query(asked)
                .explains("email", "The user with this address, in any letter case.")
                .explains("name_id", "Users whom an identity provider calls so.")
                .explains("q", "Users whose address, first or last name begins with the text, in any letter case.")
                .explains("active", "Users who can sign in, or cannot.")
                .explains("location", "Users at this location.")
                .explains("user_type", "Users of this type.")
                .explains("role", "Users who have this role of that type; only together with `user_type`.")
                .explains("connection", "Users whom the identity provider of this connection can sign in.")
                .explains("created_by", "Users who came to be like this.")
                .answers::<List<UserShape>>(200, "A page of them.")
        })
        .post("/organizations/{org}/users", Once(create), |it| {
            it.named("createUser", "Creates a user")
                .takes(&NEW, |object| read_draft(object, &mut UserDraft::default()))
                .such_as(json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"}))
                .creates::<UserShape>("The user.", "id", "/id")
                .tagged()
                .problem(409, &["email_in_use", "name_id_in_use"])
        })
        .get("/organizations/{org}/users/{id}", read, |it| {
            it.named("readUser", "Reads a user")
                .answers::<UserShape>(200, "The user.")
                .tagged()
                .problem(404, &["user_not_found"])
        })
        .patch("/organizations/{org}/users/{id}", change, |it| {
            it.named("changeUser", "Changes a user")
                .says("`assignments` and `identities` are replaced as a whole.")
                .takes(&[], |object| read_draft(object, &mut UserDraft::default()))
                .such_as(json!({"active": false}))
                .answers::<UserShape>(200, "The user as it is now.")
                .tagged()
                .problem(404, &["user_not_found"])
                .problem(409, &["email_in_use", "name_id_in_use"])
        })
        .delete("/organizations/{org}/users/{id}", delete, |it| {
            it.named("deleteUser", "Deactivates or erases a user")
                .says("Who is deactivated stays, and cannot sign in. To erase cannot be undone.")
                .query(is_purge)
                .explains("purge", "Whether the person is erased.")
                .answers_nothing(204, "The user is deactivated, or erased.")
                .problem(404, &["user_not_found"])
        })
        .and(parts::routes())
        .and(sessions::routes())
}

/// An assignment, while it is read.
#[derive(Default)]
struct AssignmentDraft {
    user_type: String,
    role: String,
}

/// Reads what a body says of a user.
pub(super) fn read_draft(object: &mut Object<'_>, draft: &mut UserDraft) {
    object.text("email", &mut draft.email).like(texts::email);
    object.text("first_name", &mut draft.first_name).like(texts::person);
    object.text("last_name", &mut draft.last_name).like(texts::person);
    object.optional_text("location", &mut draft.location).like(texts::location);
    object.flag("active", &mut draft.active);
    if object.has("assignments") {
        let mut assignments: Vec<AssignmentDraft> = Vec::new();
        object
            .list("assignments", &["user_type", "role"], &mut assignments, |object, draft| {
                object.text("user_type", &mut draft.user_type).like(texts::key);
                object.text("role", &mut draft.role).like(texts::key);
            })
            .at_most(MOST_OF_A_USER);
        draft.assignments = assignments.into_iter().map(|draft| (draft.user_type, draft.role)).collect();
    }
    object
        .list(
            "identities",
            &["connection", "name_id"],
            &mut draft.identities,
            |object, draft: &mut IdentityDraft| {
                object.text("connection", &mut draft.connection).like(texts::slug);
                object.text("name_id", &mut draft.name_id).like(texts::name_id);
            },
        )
        .at_most(MOST_OF_A_USER);
}

/// Which part of the list is asked for, of whom, and the key of the connection in question.
fn asked(query: &mut Query) -> (Page, UserFilter, Option<String>) {
    let filter = UserFilter {
        email: query.text("email"),
        name_id: query.text("name_id"),
        text: query.text("q"),
        active: query.flag("active"),
        location: query.text("location"),
        user_type: query.text("user_type"),
        role: query.text("role"),
        connection: None,
        created_by: query.choice("created_by", CreatedBy::ALL),
    };
    if filter.role.is_some() && filter.user_type.is_none() {
        query.fault("user_type", "required", "is required beside role, which is a role of a user type");
    }
    let connection = query.text("connection");
    (query.page(), filter, connection)
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let (store, organization) = (&state.world.store, scope.organization.id);
    let (page, mut filter, connection) = asked(&mut query);
    let connections = store.connections(organization).await?;
    filter.connection = connection.and_then(|key| query.among(&connections, &key));
    query.finish()?;
    let users = store.users(organization, &filter, page).await?;
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
    let faults = body.read(&NEW, |object| read_draft(object, &mut draft));
    if !faults.is_empty() {
        return Err(faults.with(create.faults(slug, &draft).await?).into());
    }
    let user = create.run(&scope.actor, slug, &draft).await?;
    let resource = answer(&state, &user).await?;
    let made = created(&format!("/organizations/{slug}/users/{}", user.id), resource);
    Ok((Extension(About(Some(user.id))), made).into_response())
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

/// Whether a user is not only deactivated.
fn is_purge(query: &mut Query) -> bool {
    query.flag("purge").unwrap_or(false)
}

/// Deactivates the user, or erases them.
pub(super) async fn delete(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    mut query: Query,
) -> Result<Response, Problem> {
    let user = user(&state, &scope).await?;
    // A parameter that asks for more than deactivation must not be overlooked.
    let purge = is_purge(&mut query);
    query.finish()?;
    let expected = seen.expected(user.version)?;
    let slug = &scope.organization.slug;
    if purge {
        PurgeUser(state.world).run(&scope.actor, slug, user.id, expected).await?;
    } else if user.active {
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
