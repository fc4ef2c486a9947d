//! The catalog of an organization.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::usecase::SaveCatalog;

use super::body::Body;
use super::caller::InOrganization;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use crate::problem::Problem;
use crate::state::AppState;

/// A catalog, as JSON.
#[derive(Debug, Serialize)]
struct CatalogShape {
    user_types: Vec<UserTypeShape>,
    locations: Vec<LocationShape>,
}

#[derive(Debug, Serialize)]
struct UserTypeShape {
    key: String,
    name: String,
    roles: Vec<RoleShape>,
}

#[derive(Debug, Serialize)]
struct RoleShape {
    key: String,
    name: String,
    privileged: bool,
}

#[derive(Debug, Serialize)]
struct LocationShape {
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

fn read_draft(object: &mut Object<'_>, draft: &mut CatalogDraft) {
    object.list("user_types", &["key", "name", "roles"], &mut draft.user_types, read_user_type);
    object.list("locations", &["name"], &mut draft.locations, |object, name| object.text("name", name));
}

fn read_user_type(object: &mut Object<'_>, draft: &mut UserTypeDraft) {
    object.text("key", &mut draft.key);
    object.text("name", &mut draft.name);
    object.list("roles", &["key", "name"], &mut draft.roles, |object, role: &mut RoleDraft| {
        object.text("key", &mut role.key);
        object.text("name", &mut role.name);
        object.flag("privileged", &mut role.privileged);
    });
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
