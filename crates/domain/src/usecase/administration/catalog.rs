//! Replacing an organization's catalog.

use super::{AdminError, World, decide_again, must_be};
use crate::catalog::{Catalog, CatalogDraft};
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
        let audit =
            world.audit(actor, Some(organization.id), "catalog.changed", slug).from(&before).to(&catalog);
        let in_use = world.store.replace_catalog(organization.id, &catalog, version, &audit).await?;
        if in_use.is_empty() { Ok((catalog, version.next())) } else { Err(AdminError::InUse(in_use)) }
    }
}
