//! Imports.

mod applying;
mod receiving;
mod settling;
mod sweeping;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;
use vestibule_domain::ids::{ImportId, OrganizationId};
use vestibule_domain::import::{Import, ImportRow, RowResult};
use vestibule_domain::ports::{
    AppliedImport, AuditEvent, BegunImport, ImportSurroundings, Imports, Page, Paged, ResultsWanted,
    RowsWanted, SettledPeople, StoreError,
};
use vestibule_domain::user::Identity;

use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Document, Instant, Text};
use crate::error::unless_conflict;
use crate::importing::{
    ABANDON, ONE, PAGE, ROWS, START, UNFINISHED, by_line, instead_of_foreseen, line_of, results,
};
use crate::rows::{ImportColumns, ResultRow, paged, rows_of};

#[async_trait]
impl Imports for SqliteStore {
    async fn begin_import(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        self.begin_or_find(import, lease_end).await
    }

    async fn receive_rows(
        &self,
        import: &Import,
        rows: &[ImportRow],
        results: &[RowResult],
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.take_rows(import, rows, results, lease_end).await
    }

    async fn start_import(
        &self,
        import: &Import,
        digest: &str,
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let started = sqlx::query(START)
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .bind(digest)
            .bind(Instant::from(lease_end))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        unless_conflict(started.rows_affected() == 1)
    }

    async fn abandon_import(&self, import: &Import) -> Result<(), StoreError> {
        sqlx::query(ABANDON)
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn imports(
        &self,
        organization: OrganizationId,
        page: Page,
        now: DateTime<Utc>,
    ) -> Result<Paged<Import>, StoreError> {
        let rows: Vec<ImportColumns> = sqlx::query_as(PAGE)
            .bind(organization.0)
            .bind(page.after)
            .bind(Instant::from(now))
            .bind(rows_of(page))
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn import(
        &self,
        organization: OrganizationId,
        id: ImportId,
        now: DateTime<Utc>,
    ) -> Result<Option<Import>, StoreError> {
        let row: Option<ImportColumns> = sqlx::query_as(ONE)
            .bind(organization.0)
            .bind(id.0)
            .bind(Instant::from(now))
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        Ok(row.map(Import::from))
    }

    async fn import_results(
        &self,
        organization: OrganizationId,
        id: ImportId,
        wanted: ResultsWanted,
    ) -> Result<Vec<RowResult>, StoreError> {
        let mut found = sqlx::query_as(results(wanted))
            .bind(organization.0)
            .bind(id.0)
            .bind(line_of(wanted.from))
            .bind(wanted.limit);
        if let RowsWanted::Of(outcome) = wanted.of {
            found = found.bind(Text(outcome));
        }
        let rows: Vec<ResultRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(by_line(rows, wanted.from))
    }

    async fn apply_import(
        &self,
        applied: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<AppliedImport, StoreError> {
        self.apply(applied, lease_end).await
    }

    async fn claim_import(&self, now: DateTime<Utc>, lease: Duration) -> Result<Option<Import>, StoreError> {
        // Most of the time there is none, and then nobody waits for the only writer.
        let waiting: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM imports WHERE state = 'running' AND due_at <= ?)",
        )
        .bind(Instant::from(now))
        .fetch_one(&self.reader)
        .await
        .map_err(failed)?;
        if !waiting {
            return Ok(None);
        }
        let row: Option<ImportColumns> = sqlx::query_as(
            "UPDATE imports SET attempt = attempt + 1, due_at = ?2 WHERE (organization_id, id) IN ( \
                 SELECT organization_id, id FROM imports WHERE state = 'running' AND due_at <= ?1 \
                 ORDER BY due_at, id LIMIT 1) \
             RETURNING *",
        )
        .bind(Instant::from(now))
        .bind(Instant::from(now + lease))
        .fetch_optional(&self.writer)
        .await
        .map_err(failed)?;
        Ok(row.map(Import::from))
    }

    async fn import_rows(&self, import: &Import, limit: u32) -> Result<Vec<ImportRow>, StoreError> {
        let rows: Vec<(Document<ImportRow>,)> = sqlx::query_as(ROWS)
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .bind(&import.cursor.person)
            .bind(import.cursor.line)
            .bind(limit)
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        Ok(rows.into_iter().map(|(row,)| row.0).collect())
    }

    async fn import_surroundings(
        &self,
        import: &Import,
        rows: &[ImportRow],
        identities: &[Identity],
    ) -> Result<ImportSurroundings, StoreError> {
        self.surroundings(import, rows, identities).await
    }

    async fn settle_people(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        self.settle(settled).await
    }

    async fn end_import(
        &self,
        import: &Import,
        kept_until: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let columns = ImportColumns::of(import, kept_until);
        let ended = sqlx::query(
            "UPDATE imports SET state = ?, failure = ?, ended_at = ?, due_at = ?, cursor_person = '', \
             cursor_line = 0, applicable_until = iif(may_be_kept, ?, NULL) WHERE organization_id = ? AND id = ? AND attempt = ? \
             AND state IN ('receiving', 'running')",
        )
        .bind(columns.state)
        .bind(columns.failure)
        .bind(columns.ended_at)
        .bind(columns.due_at)
        .bind(columns.applicable_until)
        .bind(columns.organization_id)
        .bind(columns.id)
        .bind(columns.attempt)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(ended.rows_affected() == 1)?;
        commit_audited(transaction, audit).await
    }

    async fn remove_import(
        &self,
        import: &Import,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let removed = sqlx::query(
            "UPDATE imports SET due_at = ?1, idempotency_hash = NULL, applicable_until = NULL \
             WHERE organization_id = ?2 AND id = ?3 \
             AND state NOT IN ('receiving', 'running') AND due_at > ?1",
        )
        .bind(Instant::from(now))
        .bind(import.organization_id.0)
        .bind(import.id.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(removed.rows_affected() == 1)?;
        commit_audited(transaction, audit).await
    }

    async fn sweep_imports(
        &self,
        now: DateTime<Utc>,
        kept_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.sweep_ended(now, kept_until, limit).await
    }
}

/// What became of rows.
async fn insert_results(transaction: &mut SqliteConnection, rows: Vec<ResultRow>) -> sqlx::Result<()> {
    for row in rows {
        sqlx::query(concat!(
            "INSERT INTO import_results (",
            columns!(import_results),
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            instead_of_foreseen!()
        ))
        .bind(row.organization_id)
        .bind(row.import_id)
        .bind(row.line)
        .bind(row.outcome)
        .bind(row.user_id)
        .bind(row.faults)
        .bind(row.foreseen)
        .bind(row.tried)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

/// The import of an organization that has not ended, unless it is this one.
async fn unfinished(
    transaction: &mut SqliteConnection,
    organization: Uuid,
    but: Option<ImportId>,
) -> Result<Option<ImportId>, StoreError> {
    let found = sqlx::query_scalar(UNFINISHED)
        .bind(organization)
        .bind(but.map(|id| id.0))
        .fetch_optional(transaction)
        .await
        .map_err(failed)?;
    Ok(found.map(ImportId))
}
