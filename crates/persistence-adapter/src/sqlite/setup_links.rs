//! Setup links, and the sessions that begin there.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::{AdministratorId, OrganizationId, SetupLinkId};
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{AuditEvent, SettingUp, SetupLinks, StoreError};
use vestibule_domain::setup_link::{SetupLink, SetupSession};
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::token::TokenHash;

use super::recording::insert_letter;
use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{OpenLinkRow, SettingUpRow, SetupLinkRow, SetupSessionRow};
use crate::setup_links::SESSION;

#[async_trait]
impl SetupLinks for SqliteStore {
    async fn setup_links(&self, organization: OrganizationId) -> Result<Vec<SetupLink>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM setup_links WHERE organization_id = ? ORDER BY id DESC");
        let rows: Vec<SetupLinkRow> =
            found.bind(organization.0).fetch_all(&self.reader).await.map_err(failed)?;
        Ok(rows.into_iter().map(SetupLink::from).collect())
    }

    async fn setup_links_made_by(
        &self,
        administrator: AdministratorId,
    ) -> Result<Vec<SetupLink>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM setup_links WHERE created_by ->> '$.kind' = 'administrator' AND created_by ->> '$.id' = ? \
             ORDER BY id DESC",
        );
        let found = found.bind(administrator.to_string());
        let rows: Vec<SetupLinkRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(rows.into_iter().map(SetupLink::from).collect())
    }

    async fn setup_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(SetupLink, OrganizationSlug)>, StoreError> {
        let row: Option<OpenLinkRow> = sqlx::query_as(
            "SELECT l.*, o.slug FROM setup_links AS l JOIN organizations AS o ON o.id = l.organization_id \
             WHERE l.token_hash = ? AND l.expires_at > ?",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now))
        .fetch_optional(&self.reader)
        .await
        .map_err(failed)?;
        Ok(row.map(Into::into))
    }

    async fn add_setup_link(
        &self,
        link: &SetupLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = SetupLinkRow::from(link);
        let mut transaction = self.write().await?;
        sqlx::query(concat!(
            "INSERT INTO setup_links (",
            columns!(setup_links),
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(row.organization_id)
        .bind(row.id)
        .bind(row.email)
        .bind(row.token_hash)
        .bind(row.created_by)
        .bind(row.created_at)
        .bind(row.expires_at)
        .bind(row.last_used_at)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        insert_letter(&mut transaction, letter).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn remove_setup_link(
        &self,
        organization: OrganizationId,
        id: SetupLinkId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let removed = sqlx::query("DELETE FROM setup_links WHERE organization_id = ? AND id = ?")
            .bind(organization.0)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(removed.rows_affected() == 1)?;
        commit_audited(transaction, audit).await
    }

    async fn begin_setup_session(
        &self,
        session: &SetupSession,
        instead_of: Option<&TokenHash>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = SetupSessionRow::from(session);
        let mut transaction = self.write().await?;
        let used = sqlx::query(
            "UPDATE setup_links SET last_used_at = ?3 WHERE organization_id = ?1 AND id = ?2 AND expires_at > ?3",
        )
        .bind(row.organization_id)
        .bind(row.setup_link_id)
        .bind(row.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(used.rows_affected() == 1)?;
        for ended in [
            "DELETE FROM portal_sessions WHERE token_hash = ?",
            "DELETE FROM setup_sessions WHERE token_hash = ?",
        ] {
            sqlx::query(ended)
                .bind(instead_of.map(|token| Hash::from(*token)))
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        sqlx::query(concat!(
            "INSERT INTO setup_sessions (",
            columns!(setup_sessions),
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(row.id)
        .bind(row.organization_id)
        .bind(row.setup_link_id)
        .bind(row.token_hash)
        .bind(row.address)
        .bind(row.created_at)
        .bind(row.last_seen_at)
        .bind(row.expires_at)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn setup_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SettingUp>, StoreError> {
        let row: Option<SettingUpRow> = sqlx::query_as(SESSION)
            .bind(Hash::from(*token))
            .bind(Instant::from(now))
            .bind(Instant::from(idle_since))
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        Ok(row.map(SettingUp::from))
    }

    async fn note_setup_use(&self, session: &SetupSession, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("UPDATE setup_sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2")
            .bind(session.id.0)
            .bind(Instant::from(at))
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn end_setup_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM setup_sessions WHERE token_hash = ?")
            .bind(Hash::from(*token))
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(failed)
    }
}
