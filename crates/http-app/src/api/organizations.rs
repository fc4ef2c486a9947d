//! Organizations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule_domain::arrival::MOST_KEPT_DAYS;
use vestibule_domain::branding::LogoKind;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::organization::{MOST_ORIGINS, Organization, OrganizationDraft};
use vestibule_domain::ports::{KeyRole, Page, Paged, StoreError};
use vestibule_domain::usecase::{ChangeOrganization, CreateOrganization, DeleteOrganization, World};

use super::body::Body;
use super::caller::{Caller, InOrganization, Operator};
use super::created;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use super::once::Once;
use super::query::{List, Query};
use crate::openapi::{Routes, Word, texts};
use crate::problem::Problem;
use crate::state::AppState;
use crate::web::logo_path;

/// An organization, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Organization")]
pub(super) struct OrganizationShape {
    /// The id.
    id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// Its name for people.
    name: String,
    /// Whether automatic registration may be allowed here at all.
    jit_provisioning_enabled: bool,
    /// Where a person goes after a sign-in that has no `return_to`; null: the page that explains the sign-in.
    application_url: Option<String>,
    /// Origins that `return_to` may lead to.
    allowed_return_origins: Vec<String>,
    /// The language of its mails and pages, as a tag, unless the identity provider says which one a person speaks; null: that of the
    /// person's browser.
    locale: Option<String>,
    /// How its pages look.
    branding: BrandingShape,
    /// For how many days what arrives at sign-ins is kept at most, 0: not at all; null, or more than the service's: for as long as the
    /// service keeps it.
    keep_arrivals_days: Option<u16>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Branding")]
struct BrandingShape {
    /// The colour of buttons, links and marks; null: the service's own. Where it could not be read it is darkened or brightened.
    accent_color: Option<String>,
    /// The logo; null: the initials stand in its place.
    logo: Option<LogoShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Logo")]
struct LogoShape {
    /// Where it is.
    url: String,
    /// What kind of picture it is.
    #[schemars(with = "Word<LogoKind>")]
    media_type: LogoKind,
    /// Its width in pixels.
    width: usize,
    /// Its height in pixels.
    height: usize,
}

impl LogoShape {
    fn of(organization: &Organization) -> Option<Self> {
        let (mark, url) = (organization.branding.logo.as_ref()?, logo_path(organization)?);
        Some(Self { url, media_type: mark.kind, width: mark.width, height: mark.height })
    }
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
            locale: draft.locale,
            branding: BrandingShape { accent_color: draft.accent_color, logo: LogoShape::of(organization) },
            keep_arrivals_days: organization.keep_arrivals_days,
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        }
    }
}

/// An organization, for example.
fn example() -> Value {
    json!({
        "id": "01a21210-7efe-7f54-aeba-024cfeeba752", "slug": "acme", "name": "Acme", "jit_provisioning_enabled": true,
        "application_url": "https://app.acme.example/", "allowed_return_origins": ["https://app.acme.example"],
        "locale": "en", "branding": {"accent_color": "#2c4fb8", "logo": null}, "keep_arrivals_days": null,
        "created_at": "2026-11-25T09:36:40.702990Z", "updated_at": "2026-11-25T09:36:40.702990Z",
    })
}

/// What a new organization needs.
const NEW: [&str; 2] = ["slug", "name"];

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Organizations")
        .get("/organizations", list, |it| {
            it.named("listOrganizations", "Lists organizations")
                .says("Oldest first. An organization's administrator sees that one alone.")
                .query(Query::page)
                .answers::<List<OrganizationShape>>(200, "A page of them.")
        })
        .post("/organizations", Once(create), |it| {
            it.named("createOrganization", "Creates an organization")
                .says("Its catalog is empty at first.")
                .takes(&NEW, |object| read_draft(object, &mut OrganizationDraft::default()))
                .such_as(json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true}))
                .creates::<OrganizationShape>("The organization.", "org", "/slug")
                .such_as(example())
                .tagged()
                .problem(409, &["slug_taken"])
        })
        .get("/organizations/{org}", read, |it| {
            it.named("readOrganization", "Reads an organization")
                .answers::<OrganizationShape>(200, "The organization.")
                .such_as(example())
                .tagged()
        })
        .patch("/organizations/{org}", change, |it| {
            it.named("changeOrganization", "Changes an organization")
                .says("A new slug changes the addresses that identity providers were told. Only an operator changes `slug`, `name` and `jit_provisioning_enabled`.")
                .takes(&[], |object| read_draft(object, &mut OrganizationDraft::default()))
                .such_as(json!({"application_url": "https://app.acme.example/"}))
                .answers::<OrganizationShape>(200, "The organization as it is now.")
                .tagged()
                .problem(403, &["operator_only"])
                .problem(409, &["slug_taken"])
        })
        .delete("/organizations/{org}", delete, |it| {
            it.named("deleteOrganization", "Deletes an organization")
                .says("With all that is in it.")
                .answers_nothing(204, "It is gone.")
                .problem(403, &["operator_only"])
        })
}

fn read_draft(object: &mut Object<'_>, draft: &mut OrganizationDraft) {
    object.text("slug", &mut draft.slug).like(texts::slug);
    object.text("name", &mut draft.name).like(texts::name);
    object.flag("jit_provisioning_enabled", &mut draft.jit_provisioning_enabled);
    object.optional_text("application_url", &mut draft.application_url).like(texts::web_url);
    object
        .texts("allowed_return_origins", &mut draft.allowed_return_origins)
        .like(texts::origin)
        .at_most(MOST_ORIGINS);
    object.optional_text("locale", &mut draft.locale).like(texts::language);
    object.object("branding", |branding| {
        branding.optional_text("accent_color", &mut draft.accent_color).like(texts::color);
    });
    let most = i64::from(MOST_KEPT_DAYS);
    object.optional_number("keep_arrivals_days", 0..=most, &mut draft.keep_arrivals_days);
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
    body.read(&NEW, |object| read_draft(object, &mut draft)).check(|| draft.parse().err())?;
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
