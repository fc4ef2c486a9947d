//! Sessions in the portal, and attempts to begin one.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use vestibule_domain::administrator::{AttemptKey, Attempts, PortalSession};
use vestibule_domain::ids::{AdministratorId, PortalSessionId, Version};
use vestibule_domain::ports::{AuditEvent, PortalSessions, SessionsToEnd, SignedInAdministrator, StoreError};
use vestibule_domain::token::TokenHash;

use super::administrators::end_sessions;
use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, AttemptsRow, PortalSessionRow};

#[async_trait]
impl PortalSessions for SqliteStore {
    async fn attempts(&self, key: &AttemptKey) -> Result<Option<Attempts>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_attempts WHERE key = ?").bind(&key.0[..]);
        let row: Option<AttemptsRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
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
                "INSERT INTO portal_attempts (key, count, next_at, forget_after) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO NOTHING",
            ),
            Some(_) => sqlx::query(
                "UPDATE portal_attempts SET count = ?2, next_at = ?3, forget_after = ?4 \
                 WHERE key = ?1 AND count = ?5 AND next_at = ?6 AND forget_after = ?7",
            ),
        };
        let mut count = count
            .bind(&key.0[..])
            .bind(attempts.count)
            .bind(Instant::from(attempts.next_at))
            .bind(Instant::from(attempts.forget_after));
        if let Some(seen) = seen {
            count = count
                .bind(seen.count)
                .bind(Instant::from(seen.next_at))
                .bind(Instant::from(seen.forget_after));
        }
        let counted = count.execute(&self.writer).await.map_err(failed)?;
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
        let mut transaction = self.write().await?;
        let signed_in = sqlx::query(
            "UPDATE administrators SET last_signed_in_at = ? WHERE id = ? AND version = ? AND NOT disabled",
        )
        .bind(row.created_at)
        .bind(row.administrator_id)
        .bind(version.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(signed_in.rows_affected() == 1)?;
        sqlx::query("DELETE FROM portal_sessions WHERE token_hash = ?")
            .bind(instead_of.map(|token| Hash::from(*token)))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query("DELETE FROM portal_attempts WHERE key = ?")
            .bind(&attempts.0[..])
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        insert_session(&mut transaction, row).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn portal_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SignedInAdministrator>, StoreError> {
        let mut state = self.read().await?;
        let session: Option<PortalSessionRow> = sqlx::query_as(
            "SELECT * FROM lasting_portal_sessions WHERE token_hash = ? AND expires_at > ? AND last_seen_at > ?",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now))
        .bind(Instant::from(idle_since))
        .fetch_optional(&mut *state)
        .await
        .map_err(failed)?;
        let Some(session) = session else { return Ok(None) };
        let administrator: Option<AdministratorRow> =
            sqlx::query_as("SELECT * FROM portal_administrators WHERE id = ? AND NOT disabled")
                .bind(session.administrator_id)
                .fetch_optional(&mut *state)
                .await
                .map_err(failed)?;
        Ok(administrator.map(|administrator| SignedInAdministrator {
            session: session.into(),
            administrator: administrator.into(),
        }))
    }

    async fn portal_sessions(
        &self,
        administrator: AdministratorId,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PortalSession>, StoreError> {
        let rows: Vec<PortalSessionRow> = sqlx::query_as(
            "SELECT * FROM lasting_portal_sessions \
             WHERE administrator_id = ? AND expires_at > ? AND last_seen_at > ? \
             ORDER BY id DESC LIMIT ?",
        )
        .bind(administrator.0)
        .bind(Instant::from(now))
        .bind(Instant::from(idle_since))
        .bind(limit)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(PortalSession::from).collect())
    }

    async fn note_portal_use(&self, id: PortalSessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("UPDATE portal_sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2")
            .bind(id.0)
            .bind(Instant::from(at))
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn end_portal_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM portal_sessions WHERE token_hash = ?")
            .bind(Hash::from(*token))
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn end_portal_sessions(
        &self,
        administrator: AdministratorId,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM administrators WHERE id = ?")
            .bind(administrator.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(known.is_some())?;
        end_sessions(&mut transaction, administrator, ending).await?;
        commit_audited(transaction, audit).await
    }
}

/// Inserts the row of a session.
pub(super) async fn insert_session(
    transaction: &mut SqliteConnection,
    row: PortalSessionRow,
) -> sqlx::Result<()> {
    sqlx::query(concat!(
        "INSERT INTO portal_sessions (",
        columns!(portal_sessions),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    ))
    .bind(row.id)
    .bind(row.administrator_id)
    .bind(row.token_hash)
    .bind(row.address)
    .bind(row.created_at)
    .bind(row.last_seen_at)
    .bind(row.expires_at)
    .bind(row.naming_id)
    .execute(transaction)
    .await
    .map(drop)
}
