//! Beginning an import, and applying a dry run.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, KEPT_DAYS, MOST_KEPT, MOST_TABLES};
use vestibule_domain::ports::{AppliedImport, BegunImport, StoreError};

use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::importing::{APPLY, FORGET_OLDEST, RELEASE_OLDEST, UNFINISHED, fail_interrupted};
use crate::postgres::{PostgresStore, failed, insert, raced};
use crate::rows::ImportColumns;

impl PostgresStore {
    pub(super) async fn begin_or_find(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        let (organization, now) = (import.organization_id.0, import.created_at);
        let mut transaction = self.write().await?;
        sqlx::query(concat!(fail_interrupted!(), " AND organization_id = $3"))
            .bind(Instant::from(now))
            .bind(Instant::from(now + Duration::days(KEPT_DAYS)))
            .bind(organization)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let known: Option<ImportColumns> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(imports),
            " FROM imports WHERE organization_id = $1 AND idempotency_hash = $2"
        ))
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
            let forget = forget.bind(i64::from(MOST_KEPT - 1));
            forget.execute(&mut *transaction).await.map_err(failed)?;
            let release = sqlx::query(RELEASE_OLDEST).bind(organization).bind(i64::from(MOST_TABLES - 1));
            release.execute(&mut *transaction).await.map_err(failed)?;
            // Whoever began one since then has its key, or is the organization's only one.
            sqlx::query(insert!(imports, "$1"))
                .bind(Json([ImportColumns::of(import, lease_end)]))
                .execute(&mut *transaction)
                .await
                .map_err(raced)?;
            BegunImport::New
        };
        transaction.commit().await.map_err(failed)?;
        Ok(begun)
    }

    pub(super) async fn apply(
        &self,
        applied: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<AppliedImport, StoreError> {
        let mut transaction = self.write().await?;
        let other = unfinished(&mut transaction, applied.organization_id.0, Some(applied.id)).await?;
        if let Some(other) = other {
            return Ok(AppliedImport::Busy(other));
        }
        let columns = ImportColumns::of(applied, lease_end);
        let running = sqlx::query(APPLY)
            .bind(columns.organization_id)
            .bind(columns.id)
            .bind(columns.attempt - 1)
            .bind(columns.actor)
            .bind(columns.applied_at)
            .bind(columns.due_at)
            .execute(&mut *transaction)
            .await
            // Somebody else's is the organization's only one since then.
            .map_err(raced)?;
        unless_conflict(running.rows_affected() == 1)?;
        transaction.commit().await.map_err(failed)?;
        Ok(AppliedImport::Running)
    }
}

/// The import of an organization that has not ended, unless it is this one.
async fn unfinished(
    transaction: &mut PgConnection,
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
