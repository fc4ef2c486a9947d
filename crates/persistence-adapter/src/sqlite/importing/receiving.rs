//! Beginning an import, and receiving its table.

use chrono::{DateTime, Duration, Utc};
use sqlx::SqliteConnection;
use vestibule_domain::import::{Import, ImportRow, KEPT_DAYS, MOST_KEPT, MOST_TABLES, RowCounts, RowResult};
use vestibule_domain::ports::{BegunImport, StoreError};

use super::{insert_results, unfinished};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::importing::{FORGET_OLDEST, RELEASE_OLDEST, fail_interrupted};
use crate::rows::{ImportColumns, ResultRow, TableRow};
use crate::sqlite::{SqliteStore, failed};

impl SqliteStore {
    pub(super) async fn begin_or_find(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        let mut transaction = self.write().await?;
        let (organization, now) = (import.organization_id.0, import.created_at);
        sqlx::query(concat!(fail_interrupted!(), " AND organization_id = $3"))
            .bind(Instant::from(now))
            .bind(Instant::from(now + Duration::days(KEPT_DAYS)))
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
        } else if let Some(id) = unfinished(&mut transaction, organization, None).await? {
            BegunImport::Busy(id)
        } else {
            let forget = sqlx::query(FORGET_OLDEST).bind(organization).bind(Instant::from(now));
            let forget = forget.bind(MOST_KEPT - 1);
            forget.execute(&mut *transaction).await.map_err(failed)?;
            let release = sqlx::query(RELEASE_OLDEST).bind(organization).bind(MOST_TABLES - 1);
            release.execute(&mut *transaction).await.map_err(failed)?;
            insert(&mut transaction, &ImportColumns::of(import, lease_end)).await.map_err(failed)?;
            BegunImport::New
        };
        transaction.commit().await.map_err(failed)?;
        Ok(begun)
    }

    pub(super) async fn take_rows(
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
        insert_results(&mut transaction, ResultRow::on_arrival(import, results)).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}

async fn insert(transaction: &mut SqliteConnection, row: &ImportColumns) -> sqlx::Result<()> {
    sqlx::query(concat!(
        "INSERT INTO imports (",
        columns!(imports),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
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
    .bind(row.refused_on_arrival)
    .bind(row.unforeseen)
    .bind(row.applicable_until)
    .bind(row.applied_at)
    .execute(transaction)
    .await
    .map(drop)
}
