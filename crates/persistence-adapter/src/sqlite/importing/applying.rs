//! Applying a dry run.

use chrono::{DateTime, Utc};
use vestibule_domain::import::Import;
use vestibule_domain::ports::{AppliedImport, StoreError};

use super::unfinished;
use crate::error::unless_conflict;
use crate::importing::APPLY;
use crate::rows::ImportColumns;
use crate::sqlite::{SqliteStore, failed};

impl SqliteStore {
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
            .map_err(failed)?;
        unless_conflict(running.rows_affected() == 1)?;
        transaction.commit().await.map_err(failed)?;
        Ok(AppliedImport::Running)
    }
}
