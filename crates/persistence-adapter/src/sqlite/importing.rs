//! Imports.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use sqlx::SqliteConnection;
use sqlx::types::Json;
use vestibule_domain::ids::{ImportId, OrganizationId};
use vestibule_domain::import::{Import, ImportRow, KEPT_DAYS, RowCounts, RowResult};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{
    AuditEvent, BegunImport, ImportSurroundings, Imports, Page, Paged, SettledPeople, StoreError,
};
use vestibule_domain::user::{Identity, User};

use super::recording::{add_to_user, insert_letter};
use super::users::{insert_user, must_have_catalog};
use super::{SqliteStore, commit_audited, failed, raced};
use crate::codec::{Document, Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{
    HolderRow, ImportColumns, OrganizationRow, PersonRow, ResultRow, TableRow, holder, identity_hash, paged,
    people_of, rows_of,
};

/// Of a table that stopped arriving nobody will know the key again: it may be sent anew.
macro_rules! fail_interrupted {
    () => {
        "UPDATE imports SET state = 'failed', failure = 'upload_interrupted', idempotency_hash = NULL, \
         ended_at = ?, due_at = ? WHERE state = 'receiving' AND due_at <= ?"
    };
}

#[async_trait]
impl Imports for SqliteStore {
    async fn begin_import(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        let mut transaction = self.write().await?;
        let (organization, now) = (import.organization_id.0, import.created_at);
        sqlx::query(concat!(fail_interrupted!(), " AND organization_id = ?"))
            .bind(Instant::from(now))
            .bind(Instant::from(now + Duration::days(KEPT_DAYS)))
            .bind(Instant::from(now))
            .bind(organization)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let known: Option<ImportColumns> =
            sqlx::query_as("SELECT * FROM imports WHERE organization_id = ? AND idempotency_hash = ?")
                .bind(organization)
                .bind(import.idempotency.map(Hash::from))
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let begun = if let Some(known) = known {
            BegunImport::Known(Box::new(known.into()))
        } else {
            let busy = sqlx::query_scalar(
                "SELECT id FROM imports WHERE organization_id = ? AND state IN ('receiving', 'running')",
            )
            .bind(organization)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            if let Some(id) = busy {
                BegunImport::Busy(ImportId(id))
            } else {
                insert(&mut transaction, &ImportColumns::of(import, lease_end)).await.map_err(failed)?;
                BegunImport::New
            }
        };
        transaction.commit().await.map_err(failed)?;
        Ok(begun)
    }

    async fn receive_rows(
        &self,
        import: &Import,
        rows: &[ImportRow],
        results: &[RowResult],
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let arrived = i64::try_from(rows.len() + results.len()).unwrap_or(i64::MAX);
        let received = sqlx::query(
            "UPDATE imports SET rows_total = rows_total + ?, refused = refused + ?, due_at = ? \
             WHERE organization_id = ? AND id = ? AND state = 'receiving'",
        )
        .bind(arrived)
        .bind(RowCounts::of(results).refused)
        .bind(Instant::from(lease_end))
        .bind(import.organization_id.0)
        .bind(import.id.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(received.rows_affected() == 1)?;
        for row in TableRow::all_of(import, rows) {
            sqlx::query(
                "INSERT INTO import_rows (organization_id, import_id, person, line, identity_hash, content) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(row.organization_id)
            .bind(row.import_id)
            .bind(row.person)
            .bind(row.line)
            .bind(row.identity_hash)
            .bind(row.content)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        insert_results(&mut transaction, import, results).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn start_import(
        &self,
        import: &Import,
        digest: &str,
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let started = sqlx::query(
            "UPDATE imports SET state = 'running', digest = ?, attempt = 1, due_at = ? \
             WHERE organization_id = ? AND id = ? AND state = 'receiving'",
        )
        .bind(digest)
        .bind(Instant::from(lease_end))
        .bind(import.organization_id.0)
        .bind(import.id.0)
        .execute(&self.writer)
        .await
        .map_err(failed)?;
        unless_conflict(started.rows_affected() == 1)
    }

    /// What there is of it is swept away a part at a time, because it may be much.
    async fn abandon_import(&self, import: &Import) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE imports SET state = 'failed', idempotency_hash = NULL, due_at = created_at, \
             ended_at = created_at WHERE organization_id = ? AND id = ? AND state = 'receiving'",
        )
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
        let rows: Vec<ImportColumns> = sqlx::query_as(concat!(
            "SELECT * FROM imports WHERE organization_id = ?1 AND (?2 IS NULL OR id < ?2) AND ",
            seen_at!("?3"),
            " ORDER BY id DESC LIMIT ?4"
        ))
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
        let row: Option<ImportColumns> = sqlx::query_as(concat!(
            "SELECT * FROM imports WHERE organization_id = ? AND id = ? AND ",
            seen_at!("?")
        ))
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
        after: u32,
        limit: u32,
    ) -> Result<Vec<RowResult>, StoreError> {
        let rows: Vec<ResultRow> = sqlx::query_as(
            "SELECT * FROM import_results WHERE organization_id = ? AND import_id = ? AND line > ? \
             ORDER BY line LIMIT ?",
        )
        .bind(organization.0)
        .bind(id.0)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(RowResult::from).collect())
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
        let rows: Vec<(Document<ImportRow>,)> = sqlx::query_as(
            "SELECT content FROM import_rows WHERE organization_id = ? AND import_id = ? \
             AND (person, line) > (?, ?) ORDER BY person, line LIMIT ?",
        )
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
        let mut transaction = self.read().await?;
        let id = import.organization_id.0;
        let organization: Option<OrganizationRow> =
            sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE id = ?"))
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let users: Vec<PersonRow> = sqlx::query_as(
            "SELECT * FROM people WHERE organization_id = ? \
             AND email_normalized IN (SELECT value FROM json_each(?))",
        )
        .bind(id)
        .bind(Json(people_of(rows)))
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
        let mut found = ImportSurroundings {
            organization: organization.map(Organization::from).ok_or(StoreError::Conflict)?,
            users: users.into_iter().map(User::from).collect(),
            holders: Vec::new(),
            rivals: Vec::new(),
        };
        for identity in identities {
            let found_holder: Option<HolderRow> = sqlx::query_as(
                "SELECT connection_id, name_id, user_id FROM identities \
                 WHERE organization_id = ? AND connection_id = ? AND name_id_hash = ?",
            )
            .bind(id)
            .bind(identity.connection_id.0)
            .bind(Hash::of(identity.name_id.as_str()))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            found.holders.extend(found_holder.map(holder));
        }
        for (row, hash) in rows.iter().filter_map(|row| Some((row, identity_hash(row)?))) {
            let rival: Option<u32> = sqlx::query_scalar(
                "SELECT line FROM import_rows WHERE organization_id = ? AND import_id = ? \
                 AND identity_hash = ? AND person <> ? ORDER BY line LIMIT 1",
            )
            .bind(id)
            .bind(import.id.0)
            .bind(hash)
            .bind(row.person())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            found.rivals.extend(rival.map(|rival| (row.line, rival)));
        }
        Ok(found)
    }

    async fn settle_people(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let (import, counts) = (&settled.import, RowCounts::of(&settled.results));
        must_have_catalog(&mut transaction, import.organization_id.0, settled.catalog).await?;
        let ours = sqlx::query(
            "UPDATE imports SET created = created + ?, updated = updated + ?, unchanged = unchanged + ?, \
             refused = refused + ?, cursor_person = ?, cursor_line = ?, due_at = ? \
             WHERE organization_id = ? AND id = ? AND state = 'running' AND attempt = ?",
        )
        .bind(counts.created)
        .bind(counts.updated)
        .bind(counts.unchanged)
        .bind(counts.refused)
        .bind(&settled.cursor.person)
        .bind(settled.cursor.line)
        .bind(Instant::from(settled.lease_end))
        .bind(import.organization_id.0)
        .bind(import.id.0)
        .bind(import.attempt)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(ours.rows_affected() == 1)?;
        for user in &settled.created {
            insert_user(&mut transaction, user).await.map_err(raced)?;
        }
        for user in &settled.updated {
            add_to_user(&mut transaction, user, user.version.before()).await?;
        }
        for letter in &settled.letters {
            insert_letter(&mut transaction, letter).await.map_err(raced)?;
        }
        insert_results(&mut transaction, import, &settled.results).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
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
             cursor_line = 0 WHERE organization_id = ? AND id = ? AND attempt = ? \
             AND state IN ('receiving', 'running')",
        )
        .bind(columns.state)
        .bind(columns.failure)
        .bind(columns.ended_at)
        .bind(columns.due_at)
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
            "UPDATE imports SET due_at = ?1, idempotency_hash = NULL WHERE organization_id = ?2 AND id = ?3 \
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
        let mut transaction = self.write().await?;
        sqlx::query(fail_interrupted!())
            .bind(Instant::from(now))
            .bind(Instant::from(kept_until))
            .bind(Instant::from(now))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let mut gone = 0;
        for statement in [
            "DELETE FROM import_rows WHERE (organization_id, import_id, person, line) IN ( \
             SELECT r.organization_id, r.import_id, r.person, r.line FROM imports AS i JOIN import_rows AS r \
             ON r.organization_id = i.organization_id AND r.import_id = i.id \
             WHERE i.state IN ('done', 'failed', 'cancelled') LIMIT ?2)",
            "DELETE FROM import_results WHERE (organization_id, import_id, line) IN ( \
             SELECT r.organization_id, r.import_id, r.line FROM imports AS i JOIN import_results AS r \
             ON r.organization_id = i.organization_id AND r.import_id = i.id \
             WHERE i.state IN ('done', 'failed', 'cancelled') AND i.due_at <= ?1 LIMIT ?2)",
        ] {
            let deleted = sqlx::query(statement)
                .bind(Instant::from(now))
                .bind(limit)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            gone += deleted.rows_affected();
        }
        sqlx::query(
            "DELETE FROM imports WHERE (organization_id, id) IN ( \
             SELECT i.organization_id, i.id FROM imports AS i \
             WHERE i.state IN ('done', 'failed', 'cancelled') AND i.due_at <= ?1 \
             AND NOT EXISTS (SELECT 1 FROM import_rows AS r \
                 WHERE r.organization_id = i.organization_id AND r.import_id = i.id) \
             AND NOT EXISTS (SELECT 1 FROM import_results AS r \
                 WHERE r.organization_id = i.organization_id AND r.import_id = i.id) LIMIT ?2)",
        )
        .bind(Instant::from(now))
        .bind(limit)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(gone)
    }
}

async fn insert(transaction: &mut SqliteConnection, row: &ImportColumns) -> sqlx::Result<()> {
    sqlx::query(concat!(
        "INSERT INTO imports (",
        columns!(imports),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))
    .bind(row.organization_id)
    .bind(row.id)
    .bind(row.actor.clone())
    .bind(row.dry_run)
    .bind(row.welcome)
    .bind(row.idempotency_hash)
    .bind(row.digest.clone())
    .bind(row.state.clone())
    .bind(row.failure.clone())
    .bind(row.rows_total)
    .bind(row.created)
    .bind(row.updated)
    .bind(row.unchanged)
    .bind(row.refused)
    .bind(row.cursor_person.clone())
    .bind(row.cursor_line)
    .bind(row.attempt)
    .bind(row.due_at)
    .bind(row.created_at)
    .bind(row.ended_at)
    .execute(transaction)
    .await
    .map(drop)
}

async fn insert_results(
    transaction: &mut SqliteConnection,
    import: &Import,
    results: &[RowResult],
) -> sqlx::Result<()> {
    for row in ResultRow::all_of(import, results) {
        sqlx::query(
            "INSERT INTO import_results (organization_id, import_id, line, outcome, user_id, faults) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(row.organization_id)
        .bind(row.import_id)
        .bind(row.line)
        .bind(row.outcome)
        .bind(row.user_id)
        .bind(row.faults)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}
