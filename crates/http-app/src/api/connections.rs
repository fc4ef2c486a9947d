//! Connections of an organization.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::connection::{
    Connection, ConnectionDraft, NameIdFormat, SignRequests, TechnicalContactDraft,
};
use vestibule_domain::usecase::{ChangeConnection, CreateConnection, DeleteConnection};

use super::body::Body;
use super::caller::{InOrganization, OnConnection};
use super::created;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use super::query::{List, Query, cut};
use crate::problem::Problem;
use crate::state::AppState;

/// A connection, as JSON. When it was last written is left out: its parts are written apart, and this part's entity tag
/// must not change with theirs.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own in the JSON")]
struct ConnectionShape {
    id: Uuid,
    key: String,
    display_name: String,
    enabled: bool,
    sp_initiated: bool,
    allow_idp_initiated: bool,
    force_authn: bool,
    name_id_format: Option<NameIdFormat>,
    sign_requests: SignRequests,
    technical_contact: Option<TechnicalContactShape>,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
struct TechnicalContactShape {
    name: String,
    email: String,
    phone: Option<String>,
}

impl From<&Connection> for ConnectionShape {
    fn from(connection: &Connection) -> Self {
        let draft = ConnectionDraft::from(&connection.details);
        Self {
            id: connection.id.0,
            key: draft.key,
            display_name: draft.display_name,
            enabled: draft.enabled,
            sp_initiated: draft.sp_initiated,
            allow_idp_initiated: draft.allow_idp_initiated,
            force_authn: draft.requests.force_authn,
            name_id_format: draft.requests.name_id_format,
            sign_requests: draft.requests.sign_requests,
            technical_contact: draft.technical_contact.map(|contact| TechnicalContactShape {
                name: contact.name,
                email: contact.email,
                phone: contact.phone,
            }),
            created_at: connection.created_at,
        }
    }
}

fn read_draft(object: &mut Object<'_>, draft: &mut ConnectionDraft) {
    object.text("key", &mut draft.key);
    object.text("display_name", &mut draft.display_name);
    object.flag("enabled", &mut draft.enabled);
    object.flag("sp_initiated", &mut draft.sp_initiated);
    object.flag("allow_idp_initiated", &mut draft.allow_idp_initiated);
    object.flag("force_authn", &mut draft.requests.force_authn);
    object.optional_choice("name_id_format", NameIdFormat::ALL, &mut draft.requests.name_id_format);
    object.choice("sign_requests", SignRequests::ALL, &mut draft.requests.sign_requests);
    object.optional_object(
        "technical_contact",
        &["name", "email"],
        &mut draft.technical_contact,
        |object, contact: &mut TechnicalContactDraft| {
            object.text("name", &mut contact.name);
            object.text("email", &mut contact.email);
            object.optional_text("phone", &mut contact.phone);
        },
    );
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let connections = state.world.store.connections(scope.organization.id).await?;
    let page = cut(connections, page, |connection| connection.id.0);
    Ok(Json(List::of(page, |connection| ConnectionShape::from(connection))).into_response())
}

pub(super) async fn create(
    State(state): State<AppState>,
    scope: InOrganization,
    body: Body,
) -> Result<Response, Problem> {
    let slug = &scope.organization.slug;
    let mut draft = ConnectionDraft::default();
    body.read(&["key", "display_name"], |object| read_draft(object, &mut draft))
        .check(|| draft.parse().err())?;
    let connection = CreateConnection(state.world).run(&scope.actor, slug, &draft).await?;
    let resource = tagged(connection.version, ConnectionShape::from(&connection));
    Ok(created(&format!("/organizations/{slug}/connections/{}", connection.details.key), resource))
}

pub(super) async fn read(on: OnConnection, seen: IfNoneMatch) -> Response {
    let connection = &on.view.connection;
    seen.answer(connection.version, ConnectionShape::from(connection))
}

pub(super) async fn change(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let before = &on.view.connection;
    let expected = seen.expected(before.version)?;
    let edit = |draft: &mut ConnectionDraft| body.read(&[], |object| read_draft(object, draft));
    let mut draft = ConnectionDraft::from(&before.details);
    edit(&mut draft).check(|| draft.parse().err())?;
    let edit = |draft: &mut ConnectionDraft| drop(edit(draft));
    let after = ChangeConnection(state.world).run(&on.actor, on.slug(), on.key(), expected, &edit).await?;
    Ok(tagged(after.version, ConnectionShape::from(&after)))
}

pub(super) async fn delete(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let expected = seen.expected(on.view.connection.version)?;
    DeleteConnection(state.world).run(&on.actor, on.slug(), on.key(), expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
