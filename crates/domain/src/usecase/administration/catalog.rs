//! Replacing an organization's catalog.

use super::{AdminError, World, decide_again, must_be};
use crate::catalog::{Catalog, CatalogDraft};
use crate::connection::Connection;
use crate::ids::Version;
use crate::ports::Actor;
use crate::text::OrganizationSlug;

/// Replaces the catalog, unless a value that would go is in use.
#[derive(Clone)]
pub struct SaveCatalog(pub World);

impl SaveCatalog {
    /// The saved catalog and its version.
    ///
    /// # Errors
    /// Faults of the draft, a stale version, values in use by users or defaults, or the store's.
    #[tracing::instrument(name = "save_catalog", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        draft: &CatalogDraft,
    ) -> Result<(Catalog, Version), AdminError> {
        decide_again(|| self.attempt(actor, slug, expected, draft)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        draft: &CatalogDraft,
    ) -> Result<(Catalog, Version), AdminError> {
        let world = &self.0;
        let organization = world.organization(slug).await?;
        let (before, version) = world.store.catalog(organization.id).await?;
        must_be(version, expected)?;
        let catalog = draft.parse()?;
        let connections = world.store.connections(organization.id).await?;
        let mut in_use: Vec<String> =
            connections.iter().flat_map(|connection| defaults_lost(connection, &catalog)).collect();
        if in_use.is_empty() {
            let audit =
                world.audit(actor, Some(organization.id), "catalog.changed", slug).from(&before).to(&catalog);
            in_use = world.store.replace_catalog(organization.id, &catalog, version, &audit).await?;
        }
        if in_use.is_empty() { Ok((catalog, version.next())) } else { Err(AdminError::InUse(in_use)) }
    }
}

/// The defaults of a connection that would not be valid any more.
fn defaults_lost(connection: &Connection, catalog: &Catalog) -> Vec<String> {
    let defaults = connection.settings.registration.defaults();
    let pair = defaults
        .assignment
        .as_ref()
        .filter(|pair| catalog.role_of(pair).is_none_or(|role| role.privileged))
        .map(ToString::to_string);
    let location = defaults
        .location
        .as_ref()
        .filter(|location| catalog.location(location.as_str()).is_none())
        .map(ToString::to_string);
    pair.into_iter()
        .chain(location)
        .map(|value| format!("{value} (default of connection {})", connection.details.key))
        .collect()
}
