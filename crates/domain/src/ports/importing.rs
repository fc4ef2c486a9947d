//! Imports: a table is received a part at a time, and then worked off a few people at a time, by whichever process has it.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::{AuditEvent, Page, Paged, StoreError};
use crate::ids::{ImportId, OrganizationId, UserId, Version};
use crate::import::{Import, ImportCursor, ImportRow, RowOutcome, RowResult};
use crate::letter::Letter;
use crate::organization::Organization;
use crate::user::{Identity, User};

/// Imports of an organization. One that has not ended is leased: to whoever receives the table, or works it off.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Begins an import, leased until `lease_end`, unless the organization knows one by the same
    /// [`idempotency`](Import::idempotency), or another one has not ended. One whose table stopped arriving fails first, if
    /// its lease has ended by `import.created_at`, and is known by its key no more.
    ///
    /// With it the organization has at most [`MOST_KEPT`](crate::import::MOST_KEPT) imports and
    /// [`MOST_TABLES`](crate::import::MOST_TABLES) tables: the oldest that have ended are seen no more, and the oldest dry runs
    /// can be applied no more.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else began one at this moment, or the organization is gone.
    async fn begin_import(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError>;

    /// Adds rows to a table that is being received, and results of rows that need not be looked at again. The lease then
    /// ends at `lease_end`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the import is not being received any more.
    async fn receive_rows(
        &self,
        import: &Import,
        rows: &[ImportRow],
        results: &[RowResult],
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// The table is there: it is worked off from now on, by its receiver until `lease_end`, and then by whoever claims it.
    /// That is the import's first attempt. What is refused by then was refused
    /// [on arrival](Import::refused_on_arrival).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the import is not being received any more.
    async fn start_import(
        &self,
        import: &Import,
        digest: &str,
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Forgets a table that is being received, as if it had never begun to arrive. One that is not is left alone.
    ///
    /// # Errors
    /// The store's.
    async fn abandon_import(&self, import: &Import) -> Result<(), StoreError>;

    /// Imports of an organization, newest first.
    ///
    /// # Errors
    /// The store's.
    async fn imports(
        &self,
        organization: OrganizationId,
        page: Page,
        now: DateTime<Utc>,
    ) -> Result<Paged<Import>, StoreError>;

    /// One import of an organization.
    ///
    /// # Errors
    /// The store's.
    async fn import(
        &self,
        organization: OrganizationId,
        id: ImportId,
        now: DateTime<Utc>,
    ) -> Result<Option<Import>, StoreError>;

    /// Some results, by line. What a dry run had said is none, once it is applied, until the row is worked off again.
    ///
    /// # Errors
    /// The store's.
    async fn import_results(
        &self,
        organization: OrganizationId,
        id: ImportId,
        wanted: ResultsWanted,
    ) -> Result<Vec<RowResult>, StoreError>;

    /// Works a dry run off once more, as `applied` [says](Import::applied_by), unless another import has not ended: by who applies
    /// it until `lease_end`, and then by whoever claims it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it cannot be applied at `applied.applied_at`, somebody else applied it, or somebody began
    /// another import at this moment.
    async fn apply_import(
        &self,
        applied: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<AppliedImport, StoreError>;

    /// Takes the import that runs, is leased to nobody and has waited for the longest time, for `lease`. It is one more
    /// attempt.
    ///
    /// # Errors
    /// The store's.
    async fn claim_import(&self, now: DateTime<Utc>, lease: Duration) -> Result<Option<Import>, StoreError>;

    /// The first `limit` rows after the import's cursor, by their [places](ImportRow::place).
    ///
    /// # Errors
    /// The store's.
    async fn import_rows(&self, import: &Import, limit: u32) -> Result<Vec<ImportRow>, StoreError>;

    /// What is there already that these rows of the import touch. `identities` are those that they bind.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the organization is gone.
    async fn import_surroundings(
        &self,
        import: &Import,
        rows: &[ImportRow],
        identities: &[Identity],
    ) -> Result<ImportSurroundings, StoreError>;

    /// Writes what became of some people, all of it or nothing: their results, which count, the cursor, and, unless it is a
    /// dry run, the users. The lease then ends at `lease_end`. Of an import that was a dry run the results replace what that had
    /// said.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else claimed the import or stopped it, the catalog or a user has another
    /// version, or an address or identity was taken meanwhile: look again, and decide again.
    async fn settle_people(&self, settled: &SettledPeople) -> Result<(), StoreError>;

    /// Writes that an import has ended, as it says; it is kept until `kept_until`. Its table is kept for as long as it can be
    /// [applied](Import::applicable_until).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else claimed it since, or it has ended already.
    async fn end_import(
        &self,
        import: &Import,
        kept_until: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// An import that has ended is seen by nobody any more, and cannot be applied.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has not ended, or is seen no more already.
    async fn remove_import(
        &self,
        import: &Import,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Deletes at most `limit` rows of tables whose import has ended and cannot be applied any more, and at most `limit` results of imports that are kept
    /// no longer, and these imports once none is left; fails those whose table stopped arriving. Answers how many rows went.
    ///
    /// # Errors
    /// The store's.
    async fn sweep_imports(
        &self,
        now: DateTime<Utc>,
        kept_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// What became of the wish to begin an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BegunImport {
    /// It has begun.
    New,
    /// The organization knows one by that key.
    Known(Box<Import>),
    /// Another one has not ended.
    Busy(ImportId),
}

/// What became of the wish to apply a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppliedImport {
    /// It runs.
    Running,
    /// Another import has not ended.
    Busy(ImportId),
}

/// Which results of an import are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultsWanted {
    /// Of which rows.
    pub of: RowsWanted,
    /// From where on.
    pub from: ResultsFrom,
    /// How many.
    pub limit: u32,
}

impl ResultsWanted {
    /// The first `limit` results of all rows after a line.
    #[must_use]
    pub fn after(line: u32, limit: u32) -> Self {
        Self { of: RowsWanted::All, from: ResultsFrom::After(line), limit }
    }
}

/// The rows whose results are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsWanted {
    /// All of them.
    All,
    /// Those that became this.
    Of(RowOutcome),
    /// Those that became something else than the dry run had said.
    Unforeseen,
}

/// The line from which results are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultsFrom {
    /// The first ones after this line.
    After(u32),
    /// The last ones before this line.
    Before(u32),
}

/// What is there that some rows touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSurroundings {
    /// The organization.
    pub organization: Organization,
    /// The users with the rows' addresses.
    pub users: Vec<User>,
    /// Who has the identities.
    pub holders: Vec<(Identity, UserId)>,
    /// Lines that bind an identity which the table gives to another person, too; each with a line that does so.
    pub rivals: Vec<(u32, u32)>,
    /// What the dry run that is applied had said of each line; nothing of a table that was no dry run.
    pub foreseen: Vec<(u32, RowOutcome)>,
}

/// What became of some people of a table.
#[derive(Debug, Clone)]
pub struct SettledPeople {
    /// The import, as it was claimed.
    pub import: Import,
    /// The version of the catalog that they were checked against.
    pub catalog: Version,
    /// Users that are new.
    pub created: Vec<User>,
    /// Users that have changed, each with the version after it.
    pub updated: Vec<User>,
    /// Who is told.
    pub letters: Vec<Letter>,
    /// What became of each row.
    pub results: Vec<RowResult>,
    /// Up to where the table is worked off by it.
    pub cursor: ImportCursor,
    /// When the lease ends.
    pub lease_end: DateTime<Utc>,
}
