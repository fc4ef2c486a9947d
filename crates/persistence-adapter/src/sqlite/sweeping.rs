//! Clearing away what has expired.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::administrator::LETTERS_COUNT_FOR;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::letter::KEPT_ONCE_SETTLED;
use vestibule_domain::ports::{Housekeeping, StoreError};

use super::{MIGRATOR, SqliteStore, failed};
use crate::codec::Instant;
use crate::migrating::{APPLIED, must_have_all};
use crate::rows::trail_of;

const FORGET_LETTERS: &str = "DELETE FROM letters WHERE id IN ( \
     SELECT id FROM letters WHERE settled_at IS NOT NULL AND settled_at < ? LIMIT ?)";

const FORGET_SETUP_LINKS: &str = "DELETE FROM setup_links WHERE (organization_id, id) IN ( \
     SELECT organization_id, id FROM setup_links WHERE expires_at < ? LIMIT ?)";

const FORGET_PASSWORD_LINKS: &str = "DELETE FROM password_links WHERE id IN ( \
     SELECT id FROM password_links WHERE expires_at < ? LIMIT ?)";

/// The installation has none.
const FORGET_SIGN_INS: &str = "DELETE FROM sign_ins WHERE organization_id = ?1 AND id IN ( \
     SELECT id FROM sign_ins WHERE organization_id = ?1 AND at < ?2 ORDER BY at LIMIT ?3)";

/// Ids are in the order of time, so that the oldest are the first by id, and no more need be looked at.
const FORGET_EVENTS: &str = "DELETE FROM audit_events WHERE organization_id = ?1 AND id IN ( \
     SELECT id FROM (SELECT id, at FROM audit_events WHERE organization_id = ?1 ORDER BY id LIMIT ?3) WHERE at < ?2)";

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
            "DELETE FROM trials WHERE (organization_id, id) IN ( \
             SELECT organization_id, id FROM trials WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM administrator_requests WHERE id IN ( \
             SELECT id FROM administrator_requests WHERE expires_at < ? LIMIT ?)",
            "DELETE FROM setup_sessions WHERE id IN ( \
             SELECT id FROM setup_sessions WHERE expires_at < ? LIMIT ?)",
        ] {
            let deleted = sqlx::query(statement)
                .bind(Instant::from(now))
                .bind(limit)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            gone += deleted.rows_affected();
        }
        let links = sqlx::query(FORGET_PASSWORD_LINKS)
            .bind(Instant::from(now - LETTERS_COUNT_FOR))
            .bind(limit)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        gone += links.rows_affected();
        for statement in [FORGET_LETTERS, FORGET_SETUP_LINKS] {
            let settled = sqlx::query(statement)
                .bind(Instant::from(now - KEPT_ONCE_SETTLED))
                .bind(limit)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            gone += settled.rows_affected();
        }
        transaction.commit().await.map_err(failed)?;
        Ok(gone)
    }

    async fn forget(
        &self,
        organization: Option<OrganizationId>,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let mut gone = 0;
        for statement in [FORGET_SIGN_INS, FORGET_EVENTS] {
            let deleted = sqlx::query(statement)
                .bind(trail_of(organization))
                .bind(Instant::from(before))
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

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Row as _};
    use vestibule_domain::testing::Acme;

    use super::*;
    use crate::planning::{self, block_on};

    #[test]
    fn what_is_old_is_found_along_indexes() {
        block_on(planning::sqlite(
            |_: &Acme| Vec::new(),
            async |_, acme, connection| {
                let then = DateTime::UNIX_EPOCH;
                for statement in [FORGET_SIGN_INS, FORGET_EVENTS] {
                    let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
                    let explain = explain.bind(acme.organization.id.0).bind(Instant::from(then)).bind(500);
                    must_search(&explain.fetch_all(&mut *connection).await.unwrap());
                }
                let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {FORGET_LETTERS}")));
                let explain = explain.bind(Instant::from(then)).bind(500);
                must_search(&explain.fetch_all(&mut *connection).await.unwrap());
            },
        ));
    }

    /// No table is scanned, and nothing sorted. What is scanned are the few rows that were found.
    fn must_search(rows: &[sqlx::sqlite::SqliteRow]) {
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let bad = |line: &&String| {
            line.contains("B-TREE") || (line.starts_with("SCAN") && !line.contains("subquery"))
        };
        assert_eq!(plan.iter().find(bad), None, "{plan:#?}");
        assert!(plan.iter().any(|line| line.starts_with("SEARCH")), "{plan:#?}");
    }
}
