//! One assignment or identity of a user, under its key.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::usecase::{AdminError, PutUserPart, RemoveUserPart, UserPart};

use super::shape::UserShape;
use super::{answer, user};
use crate::api::body::Body;
use crate::api::caller::InOrganization;
use crate::api::etag::IfMatch;
use crate::api::object::Object;
use crate::openapi::{Operation, Routes, texts};
use crate::problem::Problem;
use crate::state::AppState;

const ASSIGNMENT: &str = "/organizations/{org}/users/{id}/assignments/{user_type}";
const IDENTITY: &str = "/organizations/{org}/users/{id}/identities/{connection}";

fn of_user(operation: Operation) -> Operation {
    operation.problem(404, &["user_not_found"])
}

fn put_one(operation: Operation, part: UserPart<'static>) -> Operation {
    of_user(operation)
        .takes(&[part.member()], |object| read_value(object, part, &mut String::new()))
        .such_as(json!({part.member(): if part.member() == "role" { "supervisor" } else { "00u1" }}))
        .answers::<UserShape>(200, "The user as it is now.")
        .tagged()
}

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Users")
        .put(ASSIGNMENT, put_assignment, |it| {
            let it = it.named("putAssignment", "Gives a user a role of a user type");
            put_one(it, UserPart::Assignment("")).says("In place of the role that they had of it.")
        })
        .delete(ASSIGNMENT, remove_assignment, |it| {
            of_user(it.named("removeAssignment", "Takes a user type and its role from a user"))
                .answers_nothing(204, "The user has none.")
                .problem(404, &["assignment_not_found"])
        })
        .put(IDENTITY, bind_identity, |it| {
            let it = it.named("bindIdentity", "Says what an identity provider calls a user");
            put_one(it, UserPart::Identity(""))
                .says("In place of what it called them before; who signed in by that is signed out.")
                .problem(404, &["connection_not_found"])
                .problem(409, &["name_id_in_use"])
        })
        .delete(IDENTITY, unbind_identity, |it| {
            of_user(it.named("unbindIdentity", "Takes an identity from a user"))
                .says("Who signed in by it is signed out.")
                .answers_nothing(204, "The user has none on the connection.")
                .problem(404, &["connection_not_found", "identity_not_found"])
        })
}

fn read_value(object: &mut Object<'_>, part: UserPart<'_>, into: &mut String) {
    let schema = match part {
        UserPart::Assignment(_) => texts::key,
        UserPart::Identity(_) => texts::name_id,
    };
    object.text(part.member(), into).like(schema);
}

async fn put_assignment(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    put(&state, &scope, &seen, &body, UserPart::Assignment(scope.key("user_type"))).await
}

async fn remove_assignment(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
) -> Result<Response, Problem> {
    remove(&state, &scope, &seen, UserPart::Assignment(scope.key("user_type"))).await
}

async fn bind_identity(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let connection = connection(&state, &scope).await?;
    put(&state, &scope, &seen, &body, UserPart::Identity(connection)).await
}

async fn unbind_identity(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let connection = connection(&state, &scope).await?;
    remove(&state, &scope, &seen, UserPart::Identity(connection)).await
}

/// The key of the connection that the path names.
async fn connection<'a>(state: &AppState, scope: &'a InOrganization) -> Result<&'a str, Problem> {
    let key =
        ConnectionKey::parse(scope.key("connection")).map_err(|_| AdminError::NotFound("connection"))?;
    state.world.connection(&scope.organization.slug, &key).await?;
    Ok(scope.key("connection"))
}

async fn put(
    state: &AppState,
    scope: &InOrganization,
    seen: &IfMatch,
    body: &Body,
    part: UserPart<'_>,
) -> Result<Response, Problem> {
    let before = user(state, scope).await?;
    let expected = seen.expected(before.version)?;
    let slug = &scope.organization.slug;
    let put = PutUserPart(state.world.clone());
    let mut value = String::new();
    let faults = body.read(&[part.member()], |object| read_value(object, part, &mut value));
    if !faults.is_empty() {
        return Err(faults.with(put.faults(slug, before.id, part, &value).await?).into());
    }
    let user = put.run(&scope.actor, slug, before.id, expected, part, &value).await?;
    answer(state, &user).await
}

async fn remove(
    state: &AppState,
    scope: &InOrganization,
    seen: &IfMatch,
    part: UserPart<'_>,
) -> Result<Response, Problem> {
    let before = user(state, scope).await?;
    let expected = seen.expected(before.version)?;
    let remove = RemoveUserPart(state.world.clone());
    remove.run(&scope.actor, &scope.organization.slug, before.id, expected, part).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
