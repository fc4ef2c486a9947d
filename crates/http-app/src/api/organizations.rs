//! Organizations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::organization::{Organization, OrganizationDraft};
use vestibule_domain::ports::{KeyRole, Page, Paged, StoreError};
use vestibule_domain::usecase::{ChangeOrganization, CreateOrganization, DeleteOrganization, World};

use super::body::Body;
use super::caller::{Caller, InOrganization, Operator};
use super::created;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use super::query::{List, Query};
use crate::problem::Problem;
use crate::state::AppState;

/// An organization, as JSON.
#[derive(Debug, Serialize)]
struct OrganizationShape {
    id: Uuid,
    slug: String,
    name: String,
    jit_provisioning_enabled: bool,
    application_url: Option<String>,
    allowed_return_origins: Vec<String>,
    locale: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<&Organization> for OrganizationShape {
    fn from(organization: &Organization) -> Self {
        let draft = OrganizationDraft::from(organization);
        Self {
            id: organization.id.0,
            slug: draft.slug,
            name: draft.name,
            jit_provisioning_enabled: draft.jit_provisioning_enabled,
            application_url: draft.application_url,
            allowed_return_origins: draft.allowed_return_origins,
            locale: organization.locale.to_string(),
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        }
    }
}

fn read_draft(object: &mut Object<'_>, draft: &mut OrganizationDraft) {
    object.text("slug", &mut draft.slug);
    object.text("name", &mut draft.name);
    object.flag("jit_provisioning_enabled", &mut draft.jit_provisioning_enabled);
    object.optional_text("application_url", &mut draft.application_url);
    object.texts("allowed_return_origins", &mut draft.allowed_return_origins);
    object.optional_text("locale", &mut draft.locale);
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let organizations = match caller.role {
        KeyRole::Operator => state.world.store.organizations(page).await?,
        KeyRole::OrganizationAdmin(own) => only(&state.world, own, page).await?,
    };
    Ok(Json(List::of(organizations, |organization| OrganizationShape::from(organization))).into_response())
}

/// The list of an organization's own administrators, which has that organization alone.
async fn only(world: &World, own: OrganizationId, page: Page) -> Result<Paged<Organization>, StoreError> {
    // The list is in the order of ids, so what comes after the id just before an organization's is that organization.
    let before = Uuid::from_u128(own.0.as_u128().wrapping_sub(1));
    let mut found = world.store.organizations(Page { after: Some(before), limit: 1 }).await?.items;
    found.retain(|organization| organization.id == own && page.after.is_none_or(|after| after < own.0));
    Ok(Paged { items: found, next: None })
}

pub(super) async fn create(
    State(state): State<AppState>,
    Operator(actor): Operator,
    body: Body,
) -> Result<Response, Problem> {
    let mut draft = OrganizationDraft::default();
    body.read(&["slug", "name"], |object| read_draft(object, &mut draft)).check(|| draft.parse().err())?;
    let organization = CreateOrganization(state.world).run(&actor, &draft).await?;
    let resource = tagged(organization.version, OrganizationShape::from(&organization));
    Ok(created(&format!("/organizations/{}", organization.slug), resource))
}

pub(super) async fn read(scope: InOrganization, seen: IfNoneMatch) -> Response {
    seen.answer(scope.organization.version, OrganizationShape::from(&scope.organization))
}

pub(super) async fn change(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let InOrganization { actor, organization, .. } = scope;
    let expected = seen.expected(organization.version)?;
    let edit = |draft: &mut OrganizationDraft| body.read(&[], |object| read_draft(object, draft));
    let mut draft = OrganizationDraft::from(&organization);
    edit(&mut draft).check(|| draft.parse().err())?;
    let edit = |draft: &mut OrganizationDraft| drop(edit(draft));
    let after = ChangeOrganization(state.world).run(&actor, &organization.slug, expected, &edit).await?;
    Ok(tagged(after.version, OrganizationShape::from(&after)))
}

pub(super) async fn delete(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let InOrganization { actor, organization, .. } = scope;
    let expected = seen.expected(organization.version)?;
    DeleteOrganization(state.world).run(&actor, &organization.slug, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
