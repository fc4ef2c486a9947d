//! Sessions in the portal, and attempts to begin one.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use vestibule_domain::administrator::{AttemptKey, Attempts, PortalSession};
use vestibule_domain::ids::{AdministratorId, PortalSessionId, Version};
use vestibule_domain::ports::{AuditEvent, PortalSessions, SessionsToEnd, SignedInAdministrator, StoreError};
use vestibule_domain::token::TokenHash;

use super::administrators::{commit_audited, end_sessions};
use super::{PostgresStore, failed, insert};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, AttemptsRow, PortalSessionRow};

#[derive(FromRow)]
struct SignedInRow {
    #[sqlx(flatten)]
    session: PortalSessionRow,
    administrator: Json<AdministratorRow>,
}

#[async_trait]
impl PortalSessions for PostgresStore {
    async fn attempts(&self, key: &AttemptKey) -> Result<Option<Attempts>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_attempts WHERE key = $1").bind(&key.0[..]);
        let row: Option<AttemptsRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Attempts::from))
    }

    async fn count_attempt(
        &self,
        key: &AttemptKey,
        seen: Option<&Attempts>,
        attempts: &Attempts,
    ) -> Result<(), StoreError> {
        let count = match seen {
            None => sqlx::query(
                "INSERT INTO portal_attempts (key, count, next_at, forget_after) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT DO NOTHING",
            ),
            Some(_) => sqlx::query(
                "UPDATE portal_attempts SET count = $2, next_at = $3, forget_after = $4 \
                 WHERE key = $1 AND count = $5 AND next_at = $6 AND forget_after = $7",
            ),
        };
        let mut count = count
            .bind(&key.0[..])
            .bind(i64::from(attempts.count))
            .bind(Instant::from(attempts.next_at))
            .bind(Instant::from(attempts.forget_after));
        if let Some(seen) = seen {
            count = count
                .bind(i64::from(seen.count))
                .bind(Instant::from(seen.next_at))
                .bind(Instant::from(seen.forget_after));
        }
        let counted = self.answer(count.execute(&self.pool)).await?;
        unless_conflict(counted.rows_affected() == 1)
    }

    async fn begin_portal_session(
        &self,
        session: &PortalSession,
        version: Version,
        instead_of: Option<&TokenHash>,
        attempts: &AttemptKey,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = PortalSessionRow::from(session);
        self.in_time(async {
            let mut transaction = self.write().await?;
            let signed_in = sqlx::query(
                "UPDATE administrators SET last_signed_in_at = $3 WHERE id = $1 AND version = $2 AND NOT disabled",
            )
            .bind(row.administrator_id)
            .bind(version.0)
            .bind(row.created_at)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(signed_in.rows_affected() == 1)?;
            sqlx::query(concat!(
                "WITH ended AS (DELETE FROM portal_sessions WHERE token_hash = $2), \
                 forgotten AS (DELETE FROM portal_attempts WHERE key = $3) ",
                insert!(portal_sessions, "$1")
            ))
            .bind(Json([row]))
            .bind(instead_of.map(|token| Hash::from(*token)))
            .bind(&attempts.0[..])
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            commit_audited(transaction, audit).await
        })
        .await
    }

    async fn portal_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SignedInAdministrator>, StoreError> {
        let found = sqlx::query_as(
            "SELECT s.*, to_json(a) AS administrator FROM lasting_portal_sessions AS s \
             JOIN portal_administrators AS a ON a.id = s.administrator_id \
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND NOT a.disabled",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now))
        .bind(Instant::from(idle_since));
        let row: Option<SignedInRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(|row| SignedInAdministrator {
            session: row.session.into(),
            administrator: row.administrator.0.into(),
        }))
    }

    async fn portal_sessions(
        &self,
        administrator: AdministratorId,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PortalSession>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM lasting_portal_sessions \
             WHERE administrator_id = $1 AND expires_at > $2 AND last_seen_at > $3 \
             ORDER BY id DESC LIMIT $4",
        )
        .bind(administrator.0)
        .bind(Instant::from(now))
        .bind(Instant::from(idle_since))
        .bind(i64::from(limit));
        let rows: Vec<PortalSessionRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(PortalSession::from).collect())
    }

    async fn note_portal_use(&self, id: PortalSessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let note =
            sqlx::query("UPDATE portal_sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2")
                .bind(id.0)
                .bind(Instant::from(at));
        self.answer(note.execute(&self.pool)).await.map(drop)
    }

    async fn end_portal_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        let end = sqlx::query("DELETE FROM portal_sessions WHERE token_hash = $1").bind(Hash::from(*token));
        self.answer(end.execute(&self.pool)).await.map(drop)
    }

    async fn end_portal_sessions(
        &self,
        administrator: AdministratorId,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            let known = sqlx::query("SELECT FROM administrators WHERE id = $1 FOR SHARE")
                .bind(administrator.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
            unless_conflict(known.is_some())?;
            end_sessions(&mut transaction, administrator, ending).await?;
            commit_audited(transaction, audit).await
        })
        .await
    }
}
