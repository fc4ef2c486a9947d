//! Identities that wait for the owner of an address, and sessions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, SqliteConnection};
use uuid::Uuid;
use vestibule_domain::ports::{AuditEvent, LinkStore, NamedSessions, Sessions, SignedIn, StoreError};
use vestibule_domain::sign_in::PendingLink;
use vestibule_domain::text::{ConnectionKey, DisplayName};
use vestibule_domain::token::TokenHash;
use vestibule_domain::user::User;

use super::{SqliteStore, commit_audited, failed, raced};
use crate::codec::{Hash, Instant, Opaque, Text};
use crate::error::unless_conflict;
use crate::rows::{LinkRow, OrganizationRow, PersonRow, SessionRow};

#[async_trait]
impl LinkStore for SqliteStore {
    async fn pending_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PendingLink, User, DisplayName)>, StoreError> {
        let mut state = self.read().await?;
        let link: Option<LinkRow> =
            sqlx::query_as("SELECT * FROM links WHERE token_hash = ? AND expires_at > ?")
                .bind(Hash::from(*token))
                .bind(Instant::from(now))
                .fetch_optional(&mut *state)
                .await
                .map_err(failed)?;
        let Some(link) = link else { return Ok(None) };
        let user = active_user(&mut state, link.organization_id, link.user_id).await.map_err(failed)?;
        let link = PendingLink::from(link);
        let Some(user) = user.filter(|user| link.is_mailed_to(user)) else { return Ok(None) };
        let name: Text<DisplayName> = sqlx::query_scalar("SELECT name FROM organizations WHERE id = ?")
            .bind(link.organization_id.0)
            .fetch_one(&mut *state)
            .await
            .map_err(failed)?;
        Ok(Some((link, user, name.0)))
    }

    async fn redeem_link(
        &self,
        link: &PendingLink,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let stored: Option<LinkRow> =
            sqlx::query_as("SELECT * FROM links WHERE organization_id = ? AND id = ? AND expires_at > ?")
                .bind(link.organization_id.0)
                .bind(link.id.0)
                .bind(Instant::from(now))
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let link = stored.ok_or(StoreError::Conflict)?;
        bind_identity(&mut transaction, &link, now).await?;
        sqlx::query(
            "DELETE FROM links WHERE organization_id = ? AND connection_id = ? AND (user_id = ? OR name_id_hash = ?)",
        )
        .bind(link.organization_id)
        .bind(link.connection_id)
        .bind(link.user_id)
        .bind(link.name_id_hash)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        commit_audited(transaction, audit).await
    }
}

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
}

async fn active_user(
    state: &mut SqliteConnection,
    organization: Uuid,
    user: Uuid,
) -> sqlx::Result<Option<User>> {
    let row: Option<PersonRow> =
        sqlx::query_as("SELECT * FROM people WHERE organization_id = ? AND id = ? AND active")
            .bind(organization)
            .bind(user)
            .fetch_optional(state)
            .await?;
    Ok(row.map(User::from))
}

async fn bind_identity(
    transaction: &mut SqliteConnection,
    link: &LinkRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let bound = sqlx::query(
        "UPDATE users SET version = version + 1, updated_at = ? \
         WHERE organization_id = ? AND id = ? AND active AND email_normalized = ?",
    )
    .bind(Instant::from(now))
    .bind(link.organization_id)
    .bind(link.user_id)
    .bind(link.email.0.normalized())
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    unless_conflict(bound.rows_affected() == 1)?;
    super::users::add_identity(transaction, &link.identity()).await.map_err(raced)
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
