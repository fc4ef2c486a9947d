//! Clearing away what has expired.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::administrator::LETTERS_COUNT_FOR;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::letter::KEPT_ONCE_SETTLED;
use vestibule_domain::ports::{Housekeeping, StoreError};

use super::{MIGRATOR, PostgresStore};
use crate::codec::Instant;
use crate::migrating::{APPLIED, must_have_all};
use crate::rows::trail_of;

/// The expired rows of a table, save for those that somebody is using at this moment, and their deletion. Materialized, so that the
/// limit counts once.
macro_rules! sweep {
    ($table:literal, $key:literal, $expired:literal) => {
        concat!(
            "old_",
            $table,
            " AS MATERIALIZED (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $expired,
            " LIMIT $2 FOR UPDATE SKIP LOCKED), ",
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
    sweep!("login_requests", "organization_id, id", "expires_at < $1"),
    ", ",
    sweep!("used_assertions", "organization_id, connection_id, assertion_hash", "forget_after < $1"),
    ", ",
    sweep!("links", "organization_id, id", "expires_at < $1"),
    ", ",
    sweep!("sessions", "organization_id, id", "expires_at < $1"),
    ", ",
    sweep!("arrivals", "organization_id, sign_in_id", "forget_after < $1"),
    ", ",
    sweep!("keyed_requests", "api_key_id, key_hash", "kept_until < $1"),
    ", ",
    sweep!("portal_sessions", "id", "expires_at < $1"),
    ", ",
    sweep!("portal_attempts", "key", "forget_after < $1"),
    ", ",
    sweep!("trials", "organization_id, id", "expires_at < $1"),
    ", ",
    sweep!("letters", "id", "settled_at < $3"),
    ", ",
    sweep!("password_links", "id", "expires_at < $4"),
    ", ",
    sweep!("setup_sessions", "id", "expires_at < $1"),
    ", ",
    sweep!("administrator_requests", "id", "expires_at < $1"),
    ", ",
    sweep!("setup_links", "organization_id, id", "expires_at < $3"),
    " SELECT (SELECT count(*) FROM login_requests_gone) + (SELECT count(*) FROM used_assertions_gone) \
     + (SELECT count(*) FROM links_gone) + (SELECT count(*) FROM sessions_gone) \
     + (SELECT count(*) FROM arrivals_gone) + (SELECT count(*) FROM keyed_requests_gone) \
     + (SELECT count(*) FROM portal_sessions_gone) + (SELECT count(*) FROM portal_attempts_gone) \
     + (SELECT count(*) FROM trials_gone) + (SELECT count(*) FROM letters_gone) \
     + (SELECT count(*) FROM password_links_gone) + (SELECT count(*) FROM administrator_requests_gone) \
     + (SELECT count(*) FROM setup_sessions_gone) + (SELECT count(*) FROM setup_links_gone)"
);

/// What is old of an organization ($1), or of the installation, which has no sign-ins. Ids are in the order of time, so that the oldest events are
/// the first by id, and no more need be looked at.
const FORGET: &str = "
WITH old_sign_ins AS MATERIALIZED (
    SELECT id FROM sign_ins WHERE organization_id = $1 AND at < $3 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
),
sign_ins_gone AS (
    DELETE FROM sign_ins WHERE organization_id = $1 AND id IN (SELECT id FROM old_sign_ins) RETURNING 1
),
oldest_events AS MATERIALIZED (
    SELECT id, at FROM audit_events WHERE organization_id = $1 ORDER BY id LIMIT $2
),
events_gone AS (
    DELETE FROM audit_events WHERE organization_id = $1 AND id IN (SELECT id FROM oldest_events WHERE at < $3)
    RETURNING 1
)
SELECT (SELECT count(*) FROM sign_ins_gone) + (SELECT count(*) FROM events_gone)
";

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
        let sweep = sqlx::query_scalar(SWEEP)
            .bind(Instant::from(now))
            .bind(i64::from(limit))
            .bind(Instant::from(now - KEPT_ONCE_SETTLED))
            .bind(Instant::from(now - LETTERS_COUNT_FOR));
        let gone: i64 = self.answer(sweep.fetch_one(&self.pool)).await?;
        Ok(gone.unsigned_abs())
    }

    async fn forget(
        &self,
        organization: Option<OrganizationId>,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let forget = sqlx::query_scalar(FORGET)
            .bind(trail_of(organization))
            .bind(i64::from(limit))
            .bind(Instant::from(before));
        let gone: i64 = self.answer(forget.fetch_one(&self.pool)).await?;
        Ok(gone.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;
    use vestibule_domain::testing::Acme;

    use super::*;
    use crate::planning::{self, block_on};

    /// 30,000 sign-ins, events and settled letters, a second apart.
    fn history(acme: &Acme) -> Vec<String> {
        let organization = format!("'{}'::uuid", acme.organization.id);
        let (at, series) = ("to_timestamp(1800000000 + n)", "generate_series(0, 29999) AS n");
        vec![
            format!(
                "INSERT INTO sign_ins (organization_id, id, at, outcome, matched_by, welcome_email, untrusted, report) \
                 SELECT {organization}, gen_random_uuid(), {at}, 'refused', 'none', 'not_applicable', FALSE, '{{}}' \
                 FROM {series}"
            ),
            format!(
                "INSERT INTO audit_events (organization_id, id, at, actor, actor_key, action, subject) \
                 SELECT {organization}, gen_random_uuid(), {at}, '{{}}', 'system', 'a', 's' FROM {series}"
            ),
            format!(
                "INSERT INTO letters (organization_id, id, recipient, content, created_at, due_at, settled_at) \
                 SELECT {organization}, gen_random_uuid(), 'a@b.example', '{{}}', {at}, {at}, {at} FROM {series}"
            ),
        ]
    }

    #[test]
    fn what_is_old_is_found_along_indexes() {
        block_on(planning::postgres("forgetting", history, async |_, acme, connection| {
            let then = Instant::from(DateTime::from_timestamp(1_800_000_100, 0).unwrap());
            let explain = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {FORGET}")));
            let explain = explain.bind(acme.organization.id.0).bind(50_i64).bind(then).persistent(false);
            let forgetting: Vec<String> = explain.fetch_all(&mut *connection).await.unwrap();
            let explain = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {SWEEP}")));
            let explain = explain.bind(then).bind(50_i64).bind(then).bind(then).persistent(false);
            let sweeping: Vec<String> = explain.fetch_all(&mut *connection).await.unwrap();
            let plan = [forgetting, sweeping].concat().join("\n");
            for table in ["sign_ins", "audit_events", "letters"] {
                assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}");
            }
            for index in ["sign_ins_time", "audit_events_pkey", "letters_settled"] {
                assert!(plan.contains(index), "{index}:\n{plan}");
            }
        }));
    }
}
