//! Clearing away what has expired.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ports::{Housekeeping, StoreError};

use super::{MIGRATOR, SqliteStore, failed};
use crate::codec::Instant;
use crate::migrating::{APPLIED, must_have_all};

#[async_trait]
impl Housekeeping for SqliteStore {
    async fn ready(&self) -> Result<(), StoreError> {
        let applied: Vec<i64> = sqlx::query_scalar(APPLIED).fetch_all(&self.reader).await.map_err(failed)?;
        must_have_all(&MIGRATOR, &applied)
    }

    async fn erase(&self, limit: u32) -> Result<bool, StoreError> {
        self.erase_some(limit).await
    }

    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let mut gone = 0;
        for statement in [
            "DELETE FROM login_requests WHERE (organization_id, id) IN ( \
             SELECT organization_id, id FROM login_requests WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM used_assertions WHERE (organization_id, connection_id, assertion_hash) IN ( \
             SELECT organization_id, connection_id, assertion_hash FROM used_assertions \
             WHERE forget_after < ? LIMIT ?)",
            "DELETE FROM links WHERE (organization_id, id) IN ( \
             SELECT organization_id, id FROM links WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM sessions WHERE (organization_id, id) IN ( \
             SELECT organization_id, id FROM sessions WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM arrivals WHERE (organization_id, sign_in_id) IN ( \
             SELECT organization_id, sign_in_id FROM arrivals WHERE forget_after < ? LIMIT ?)",
            "DELETE FROM keyed_requests WHERE (api_key_id, key_hash) IN ( \
             SELECT api_key_id, key_hash FROM keyed_requests WHERE kept_until < ? LIMIT ?)",
            "DELETE FROM portal_sessions WHERE id IN ( \
             SELECT id FROM portal_sessions WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM portal_attempts WHERE key IN ( \
             SELECT key FROM portal_attempts WHERE forget_after < ? LIMIT ?)",
        ] {
            let deleted = sqlx::query(statement)
                .bind(Instant::from(now))
                .bind(limit)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            gone += deleted.rows_affected();
        }
        transaction.commit().await.map_err(failed)?;
        Ok(gone)
    }
}
