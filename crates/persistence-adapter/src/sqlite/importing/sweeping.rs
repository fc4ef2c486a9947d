//! Clearing away what is left of imports that have ended.

use chrono::{DateTime, Utc};
use vestibule_domain::ports::StoreError;

use crate::codec::Instant;
use crate::importing::{RELEASE_OLD, SWEEP_RESULTS, SWEEP_ROWS, fail_interrupted};
use crate::sqlite::{SqliteStore, failed};

impl SqliteStore {
    pub(super) async fn sweep_ended(
        &self,
        now: DateTime<Utc>,
        kept_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(fail_interrupted!())
            .bind(Instant::from(now))
            .bind(Instant::from(kept_until))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let release = sqlx::query(RELEASE_OLD).bind(Instant::from(now));
        release.execute(&mut *transaction).await.map_err(failed)?;
        let rows = sqlx::query(SWEEP_ROWS).bind(limit);
        let rows = rows.execute(&mut *transaction).await.map_err(failed)?.rows_affected();
        let results = sqlx::query(SWEEP_RESULTS).bind(Instant::from(now)).bind(limit);
        let results = results.execute(&mut *transaction).await.map_err(failed)?.rows_affected();
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
        Ok(rows + results)
    }
}
