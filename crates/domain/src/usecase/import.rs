//! Importing users: a table is received, and then worked off.

mod applying;
mod receiving;
mod running;

pub use applying::ApplyImport;
pub use receiving::{BeginImport, ImportBegun, Reception};
pub use running::ImportUsers;

use chrono::Duration;
use serde::Serialize;

use super::administration::{AdminError, decide_again};
use super::world::World;
use crate::ids::ImportId;
use crate::import::{Import, ImportFailure, ImportState, KEPT_DAYS, RowCounts};
use crate::ports::{Actor, AuditEvent, StoreError};
use crate::text::OrganizationSlug;

/// Why no import was begun or applied, or why a table was not taken. In every case no user was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// An organization has one import at a time: two could not say what will be without knowing of each other.
    #[error("the import {0} has not ended")]
    Busy(ImportId),
    /// The key was sent with another table or other options before.
    #[error("the key was used for something else before")]
    KeyReused,
    /// The table that came with this key before is still arriving.
    #[error("what was sent with this key is still arriving")]
    KeyInUse,
    /// The table has more rows than one may have.
    #[error("a table has at most {} rows", crate::import::MOST_ROWS)]
    TooManyRows,
    /// Somebody stopped the import while the table arrived.
    #[error("the import was stopped meanwhile")]
    Stopped,
    /// It is no dry run, was applied already, or its table is not kept any more.
    #[error("only a dry run can be applied, once, and for as long as its table is kept")]
    NotApplicable,
}

/// For how long an import belongs to who claimed it, after each step.
const LEASE: Duration = Duration::seconds(20);
/// For how long it belongs to who receives its table, after each sign of life. A table may be silent for half a minute.
const RECEIVING_LEASE: Duration = Duration::minutes(1);

/// What the audit trail says of an import.
#[derive(Serialize)]
struct Summary {
    state: ImportState,
    failure: Option<ImportFailure>,
    dry_run: bool,
    welcome: bool,
    rows_total: u32,
    counts: RowCounts,
}

impl World {
    /// The event of an import that is now as it says.
    fn import_event(&self, actor: &Actor, import: &Import, action: &'static str) -> AuditEvent {
        self.audit(actor, Some(import.organization_id), action, import.id).to(&Summary {
            state: import.state,
            failure: import.failure,
            dry_run: import.options.dry_run,
            welcome: import.options.welcome,
            rows_total: import.rows_total,
            counts: import.counts,
        })
    }

    /// Ends an import in that state.
    async fn end_import(
        &self,
        actor: &Actor,
        import: &Import,
        state: ImportState,
        failure: Option<ImportFailure>,
    ) -> Result<Import, StoreError> {
        let now = self.now();
        let applicable_until = import.applicable_if_ended(state, now);
        let ended = Import { state, failure, ended_at: Some(now), applicable_until, ..import.clone() };
        let action = if state == ImportState::Cancelled { "import.cancelled" } else { "users.imported" };
        let event = self.import_event(actor, &ended, action);
        self.store.end_import(&ended, now + Duration::days(KEPT_DAYS), &event).await?;
        Ok(ended)
    }
}

/// Clears away what is left of imports that have ended: their tables at once, or when they cannot be applied any more, their
/// results after a time.
#[derive(Clone)]
pub struct SweepImports(pub World);

impl SweepImports {
    /// Deletes at most `limit` rows of each. Answers how many went.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, limit: u32) -> Result<u64, StoreError> {
        let now = self.0.now();
        self.0.store.sweep_imports(now, now + Duration::days(KEPT_DAYS), limit).await
    }
}

/// Stops an import that has not ended, or removes one that has. What is done stays done.
#[derive(Clone)]
pub struct DeleteImport(pub World);

impl DeleteImport {
    /// Stops or removes.
    ///
    /// # Errors
    /// No such import, or the store's.
    #[tracing::instrument(name = "delete_import", skip_all, fields(organization.slug = %slug, import.id = %id))]
    pub async fn run(&self, actor: &Actor, slug: &OrganizationSlug, id: ImportId) -> Result<(), AdminError> {
        decide_again(|| self.attempt(actor, slug, id)).await
    }

    async fn attempt(&self, actor: &Actor, slug: &OrganizationSlug, id: ImportId) -> Result<(), AdminError> {
        let world = &self.0;
        let organization = world.organization(slug).await?.id;
        let import = world.store.import(organization, id, world.now()).await?;
        let import = import.ok_or(AdminError::NotFound("import"))?;
        if import.state.has_ended() {
            let event = world.import_event(actor, &import, "import.removed");
            world.store.remove_import(&import, world.now(), &event).await?;
        } else {
            world.end_import(actor, &import, ImportState::Cancelled, None).await?;
        }
        Ok(())
    }
}
