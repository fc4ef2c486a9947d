//! Applying a dry run: its table is worked off once more, and this time written.

use super::super::administration::{AdminError, decide_again};
use super::super::world::World;
use super::{ImportError, LEASE};
use crate::ids::ImportId;
use crate::import::Import;
use crate::ports::{Actor, AppliedImport};
use crate::text::OrganizationSlug;

/// Applies a dry run, once. Every row is decided anew, on what is there now, and whatever becomes something else than the dry
/// run had said is [marked](crate::import::RowResult::foreseen).
#[derive(Clone)]
pub struct ApplyImport(pub World);

impl ApplyImport {
    /// Begins to apply it. If it is [small](Import::is_small), it is the caller's to work off, by
    /// [`ImportUsers::finish`](super::ImportUsers::finish).
    ///
    /// # Errors
    /// No such import, [`ImportError::NotApplicable`], [`ImportError::Busy`], or the store's.
    #[tracing::instrument(name = "apply_import", skip_all, fields(organization.slug = %slug, import.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: ImportId,
    ) -> Result<Import, AdminError> {
        decide_again(|| self.attempt(actor, slug, id)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: ImportId,
    ) -> Result<Import, AdminError> {
        let (store, now) = (&self.0.store, self.0.now());
        let organization = self.0.organization(slug).await?.id;
        let import = store.import(organization, id, now).await?.ok_or(AdminError::NotFound("import"))?;
        if !import.is_applicable(now) {
            return Err(ImportError::NotApplicable.into());
        }
        let applied = import.applied_by(actor, now);
        let lease_end = if applied.is_small() { now + LEASE } else { now };
        match store.apply_import(&applied, lease_end).await? {
            AppliedImport::Running => Ok(applied),
            AppliedImport::Busy(other) => Err(ImportError::Busy(other).into()),
        }
    }
}
