//! Clearing away what has expired.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ports::{Housekeeping, StoreError};

use super::{MIGRATOR, PostgresStore};
use crate::codec::Instant;
use crate::migrating::{APPLIED, must_have_all};

/// The expired rows of a table, save for those that somebody is using at this moment, and their deletion. Materialized, so that the
/// limit counts once.
macro_rules! sweep {
    ($table:literal, $key:literal, $expiry:literal) => {
        concat!(
            "old_",
            $table,
            " AS MATERIALIZED (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $expiry,
            " < $1 LIMIT $2 FOR UPDATE SKIP LOCKED), ",
            $table,
            "_gone AS (DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM old_",
            $table,
            ") RETURNING 1)"
        )
    };
}

const SWEEP: &str = concat!(
    "WITH ",
    sweep!("login_requests", "organization_id, id", "expires_at"),
    ", ",
    sweep!("used_assertions", "organization_id, connection_id, assertion_hash", "forget_after"),
    ", ",
    sweep!("links", "organization_id, id", "expires_at"),
    ", ",
    sweep!("sessions", "organization_id, id", "expires_at"),
    ", ",
    sweep!("arrivals", "organization_id, sign_in_id", "forget_after"),
    ", ",
    sweep!("keyed_requests", "api_key_id, key_hash", "kept_until"),
    ", ",
    sweep!("portal_sessions", "id", "expires_at"),
    ", ",
    sweep!("portal_attempts", "key", "forget_after"),
    " SELECT (SELECT count(*) FROM login_requests_gone) + (SELECT count(*) FROM used_assertions_gone) \
     + (SELECT count(*) FROM links_gone) + (SELECT count(*) FROM sessions_gone) \
     + (SELECT count(*) FROM arrivals_gone) + (SELECT count(*) FROM keyed_requests_gone) \
     + (SELECT count(*) FROM portal_sessions_gone) + (SELECT count(*) FROM portal_attempts_gone)"
);

#[async_trait]
impl Housekeeping for PostgresStore {
    async fn ready(&self) -> Result<(), StoreError> {
        let applied: Vec<i64> = self.answer(sqlx::query_scalar(APPLIED).fetch_all(&self.pool)).await?;
        must_have_all(&MIGRATOR, &applied)
    }

    async fn erase(&self, limit: u32) -> Result<bool, StoreError> {
        self.in_time(self.erase_some(limit)).await
    }

    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, StoreError> {
        let sweep = sqlx::query_scalar(SWEEP).bind(Instant::from(now)).bind(i64::from(limit));
        let gone: i64 = self.answer(sweep.fetch_one(&self.pool)).await?;
        Ok(gone.unsigned_abs())
    }
}
