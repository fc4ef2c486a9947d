//! Identities that wait for the owner of an address.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;
use vestibule_domain::ports::{AuditEvent, LinkStore, StoreError};
use vestibule_domain::sign_in::PendingLink;
use vestibule_domain::text::DisplayName;
use vestibule_domain::token::TokenHash;
use vestibule_domain::user::User;

use super::{SqliteStore, commit_audited, failed, raced};
use crate::codec::{Hash, Instant, Text};
use crate::error::unless_conflict;
use crate::rows::{LinkRow, PersonRow};

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

pub(super) async fn active_user(
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
