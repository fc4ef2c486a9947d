//! Sessions of signed-in people.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, SqliteConnection};
use vestibule_domain::ids::{OrganizationId, UserId};
use vestibule_domain::ports::{AuditEvent, NamedSessions, Page, Paged, Sessions, SignedIn, StoreError};
use vestibule_domain::sign_in::Session;
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::token::TokenHash;

use super::links::active_user;
use super::recording::must_exist;
use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Hash, Instant, Opaque, Text};
use crate::rows::{OrganizationRow, SessionRow, paged, rows_of};

#[async_trait]
impl Sessions for SqliteStore {
    async fn session(&self, token: &TokenHash, now: DateTime<Utc>) -> Result<Option<SignedIn>, StoreError> {
        let mut state = self.read().await?;
        signed_in(&mut state, *token, now).await.map_err(failed)
    }

    async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE token_hash = ?")
            .bind(Hash::from(*token))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn end_named_sessions(&self, named: &NamedSessions) -> Result<u64, StoreError> {
        let mut delete = QueryBuilder::new("DELETE FROM sessions WHERE organization_id = ");
        delete
            .push_bind(named.organization_id.0)
            .push(" AND connection_id = ")
            .push_bind(named.connection_id.0);
        delete.push(" AND name_id_hash = ").push_bind(Hash::of(&named.name_id.value));
        delete.push(" AND created_at <= ").push_bind(Instant::from(named.begun_until));
        if !named.session_indexes.is_empty() {
            let mut indexes = delete.push(" AND session_index IN (").separated(", ");
            for index in &named.session_indexes {
                indexes.push_bind(Opaque(index.clone()));
            }
            delete.push(")");
        }
        let deleted = delete.build().execute(&self.writer).await.map_err(failed)?;
        Ok(deleted.rows_affected())
    }

    async fn sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        now: DateTime<Utc>,
        page: Page,
    ) -> Result<Paged<Session>, StoreError> {
        let rows: Vec<SessionRow> = sqlx::query_as(
            "SELECT * FROM sessions WHERE organization_id = ?1 AND user_id = ?2 AND (?3 IS NULL OR id > ?3) \
             AND expires_at > ?4 ORDER BY id LIMIT ?5",
        )
        .bind(organization.0)
        .bind(user.0)
        .bind(page.after)
        .bind(Instant::from(now))
        .bind(rows_of(page))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn end_sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        must_exist(&mut transaction, organization, user).await?;
        sqlx::query("DELETE FROM sessions WHERE organization_id = ? AND user_id = ?")
            .bind(organization.0)
            .bind(user.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        commit_audited(transaction, audit).await
    }
}

async fn signed_in(
    state: &mut SqliteConnection,
    token: TokenHash,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<SignedIn>> {
    let session: Option<SessionRow> =
        sqlx::query_as("SELECT * FROM sessions WHERE token_hash = ? AND expires_at > ?")
            .bind(Hash::from(token))
            .bind(Instant::from(now))
            .fetch_optional(&mut *state)
            .await?;
    let Some(session) = session else { return Ok(None) };
    let Some(user) = active_user(state, session.organization_id, session.user_id).await? else {
        return Ok(None);
    };
    let organization: OrganizationRow =
        sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE id = ?"))
            .bind(session.organization_id)
            .fetch_one(&mut *state)
            .await?;
    let connection: Text<ConnectionKey> =
        sqlx::query_scalar("SELECT key FROM connections WHERE organization_id = ? AND id = ?")
            .bind(session.organization_id)
            .bind(session.connection_id)
            .fetch_one(state)
            .await?;
    Ok(Some(SignedIn {
        session: session.into(),
        user,
        organization: organization.into(),
        connection: connection.0,
    }))
}
