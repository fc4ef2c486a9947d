//! Connections of an organization.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
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
use super::once::Once;
use super::query::{List, Query, cut};
use crate::openapi::{Routes, Word, texts};
use crate::problem::Problem;
use crate::state::AppState;

/// A connection, as JSON. When it was last written is left out: its parts are written apart, and this part's entity tag
/// must not change with theirs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Connection")]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own in the JSON")]
struct ConnectionShape {
    /// The id.
    id: Uuid,
    /// Its name in addresses.
    key: String,
    /// Its name where people choose a connection.
    display_name: String,
    /// Whether it lets anybody in.
    enabled: bool,
    /// Whether a sign-in may start at this service.
    sp_initiated: bool,
    /// Whether a sign-in may start at the identity provider.
    allow_idp_initiated: bool,
    /// Whether people must prove anew who they are.
    force_authn: bool,
    /// The form of NameID that is asked for; null leaves it to the identity provider.
    #[schemars(with = "Option<Word<NameIdFormat>>")]
    name_id_format: Option<NameIdFormat>,
    /// Whether requests are signed.
    #[schemars(with = "Word<SignRequests>")]
    sign_requests: SignRequests,
    /// Whether who signs out here signs out at the identity provider, too.
    single_logout: bool,
    /// Whom a refused person is told to ask.
    technical_contact: Option<TechnicalContactShape>,
    /// When it was created.
    created_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TechnicalContact")]
struct TechnicalContactShape {
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their telephone number.
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
            single_logout: draft.requests.single_logout,
            technical_contact: draft.technical_contact.map(|contact| TechnicalContactShape {
                name: contact.name,
                email: contact.email,
                phone: contact.phone,
            }),
            created_at: connection.created_at,
        }
    }
}

/// A connection, for example.
fn example() -> Value {
    json!({
        "id": "01a21210-7f18-7a7a-958f-0341db5251c9", "key": "okta", "display_name": "Okta", "enabled": true,
        "sp_initiated": true, "allow_idp_initiated": false, "force_authn": false, "name_id_format": null,
        "sign_requests": "when_wanted",
        "single_logout": false,
        "technical_contact": {"name": "Acme IT", "email": "it@acme.example", "phone": "+1 555 0100"},
        "created_at": "2026-11-25T09:36:40.728026Z",
    })
}

/// What a new connection needs.
const NEW: [&str; 2] = ["key", "display_name"];

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Connections")
        .get("/organizations/{org}/connections", list, |it| {
            it.named("listConnections", "Lists connections")
                .says("Oldest first.")
                .query(Query::page)
                .answers::<List<ConnectionShape>>(200, "A page of them.")
        })
        .post("/organizations/{org}/connections", Once(create), |it| {
            it.named("createConnection", "Creates a connection")
                .takes(&NEW, |object| read_draft(object, &mut ConnectionDraft::default()))
                .such_as(json!({"key": "okta", "display_name": "Okta", "allow_idp_initiated": true}))
                .creates::<ConnectionShape>("The connection.", "connection", "/key")
                .such_as(example())
                .tagged()
                .problem(409, &["key_taken", "too_many_connections"])
        })
        .get("/organizations/{org}/connections/{connection}", read, |it| {
            it.named("readConnection", "Reads a connection")
                .answers::<ConnectionShape>(200, "The connection.")
                .such_as(example())
                .tagged()
        })
        .patch("/organizations/{org}/connections/{connection}", change, |it| {
            it.named("changeConnection", "Changes a connection")
                .takes(&[], |object| read_draft(object, &mut ConnectionDraft::default()))
                .such_as(json!({"enabled": false}))
                .answers::<ConnectionShape>(200, "The connection as it is now.")
                .tagged()
                .problem(403, &["administrators_connection"])
                .problem(409, &["key_taken"])
        })
        .delete("/organizations/{org}/connections/{connection}", delete, |it| {
            it.named("deleteConnection", "Deletes a connection")
                .problem(403, &["administrators_connection"])
                .says("With its identities and sessions. Users and history stay.")
                .answers_nothing(204, "It is gone.")
        })
}

fn read_draft(object: &mut Object<'_>, draft: &mut ConnectionDraft) {
    object.text("key", &mut draft.key).like(texts::slug);
    object.text("display_name", &mut draft.display_name).like(texts::name);
    object.flag("enabled", &mut draft.enabled);
    object.flag("sp_initiated", &mut draft.sp_initiated);
    object.flag("allow_idp_initiated", &mut draft.allow_idp_initiated);
    object.flag("force_authn", &mut draft.requests.force_authn);
    object.optional_choice("name_id_format", NameIdFormat::ALL, &mut draft.requests.name_id_format);
    object.choice("sign_requests", SignRequests::ALL, &mut draft.requests.sign_requests);
    object.flag("single_logout", &mut draft.requests.single_logout);
    object.optional_object(
        "technical_contact",
        &["name", "email"],
        &mut draft.technical_contact,
        |object, contact: &mut TechnicalContactDraft| {
            object.text("name", &mut contact.name).like(texts::name);
            object.text("email", &mut contact.email).like(texts::email);
            object.optional_text("phone", &mut contact.phone).like(texts::name);
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
    body.read(&NEW, |object| read_draft(object, &mut draft)).check(|| draft.parse().err())?;
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
