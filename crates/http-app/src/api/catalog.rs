//! The catalog of an organization.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use vestibule_domain::catalog::{Catalog, CatalogDraft, MOST_KEYS, MOST_LOCATIONS, RoleDraft, UserTypeDraft};
use vestibule_domain::usecase::SaveCatalog;

use super::body::Body;
use super::caller::InOrganization;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use crate::openapi::{Routes, texts};
use crate::problem::Problem;
use crate::state::AppState;

/// A catalog, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Catalog")]
struct CatalogShape {
    /// What a user can be.
    user_types: Vec<UserTypeShape>,
    /// Where a user can work.
    locations: Vec<LocationShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserType")]
struct UserTypeShape {
    /// What settings and identity providers call it.
    key: String,
    /// What people call it.
    name: String,
    /// The roles that a user of this type can have.
    roles: Vec<RoleShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Role")]
struct RoleShape {
    /// What settings and identity providers call it.
    key: String,
    /// What people call it.
    name: String,
    /// Whether only an identity provider that may do so assigns it.
    privileged: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Location")]
struct LocationShape {
    /// Its name.
    name: String,
}

impl From<&Catalog> for CatalogShape {
    fn from(catalog: &Catalog) -> Self {
        let user_types = catalog.user_types().iter().map(|user_type| UserTypeShape {
            key: user_type.key.to_string(),
            name: user_type.name.to_string(),
            roles: user_type
                .roles
                .iter()
                .map(|role| RoleShape {
                    key: role.key.to_string(),
                    name: role.name.to_string(),
                    privileged: role.privileged,
                })
                .collect(),
        });
        let locations = catalog.locations().iter().map(|name| LocationShape { name: name.to_string() });
        Self { user_types: user_types.collect(), locations: locations.collect() }
    }
}

/// Both lists are required: a catalog is replaced as a whole, and a list forgotten would be one emptied.
const REQUIRED: [&str; 2] = ["user_types", "locations"];

/// Its address.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Catalog")
        .get("/organizations/{org}/catalog", read, |it| {
            it.named("readCatalog", "Reads the catalog")
                .says("The values that are valid in the organization.")
                .answers::<CatalogShape>(200, "The catalog.")
                .tagged()
        })
        .put("/organizations/{org}/catalog", save, |it| {
            it.named("saveCatalog", "Replaces the catalog")
                .says("A value that a user has, or that is a default, cannot be removed.")
                .takes(&REQUIRED, |object| read_draft(object, &mut CatalogDraft::default()))
                .such_as(json!({
                    "user_types": [{"key": "employee", "name": "Employee", "roles": [
                        {"key": "learner", "name": "Learner", "privileged": false},
                        {"key": "supervisor", "name": "Supervisor", "privileged": false}]}],
                    "locations": [{"name": "New York"}],
                }))
                .answers::<CatalogShape>(200, "The catalog as it is now.")
                .tagged()
                .problem(409, &["value_in_use"])
        })
}

fn read_draft(object: &mut Object<'_>, draft: &mut CatalogDraft) {
    object
        .list("user_types", &["key", "name", "roles"], &mut draft.user_types, read_user_type)
        .at_most(MOST_KEYS);
    object
        .list("locations", &["name"], &mut draft.locations, |object, name| {
            object.text("name", name).like(texts::location);
        })
        .at_most(MOST_LOCATIONS);
}

fn read_user_type(object: &mut Object<'_>, draft: &mut UserTypeDraft) {
    object.text("key", &mut draft.key).like(texts::key);
    object.text("name", &mut draft.name).like(texts::name);
    object
        .list("roles", &["key", "name"], &mut draft.roles, |object, role: &mut RoleDraft| {
            object.text("key", &mut role.key).like(texts::key);
            object.text("name", &mut role.name).like(texts::name);
            object.flag("privileged", &mut role.privileged);
        })
        .at_least(1)
        .at_most(MOST_KEYS);
}

pub(super) async fn read(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfNoneMatch,
) -> Result<Response, Problem> {
    let (catalog, version) = state.world.store.catalog(scope.organization.id).await?;
    Ok(seen.answer(version, CatalogShape::from(&catalog)))
}

pub(super) async fn save(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let InOrganization { actor, organization, .. } = scope;
    let expected = seen.expected(organization.catalog_version)?;
    let mut draft = CatalogDraft::default();
    body.read(&REQUIRED, |object| read_draft(object, &mut draft)).check(|| draft.parse().err())?;
    let (catalog, version) =
        SaveCatalog(state.world).run(&actor, &organization.slug, expected, &draft).await?;
    Ok(tagged(version, CatalogShape::from(&catalog)))
}
