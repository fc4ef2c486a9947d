//! Setup links, and the sessions that begin there.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use vestibule_domain::ids::{AdministratorId, OrganizationId, SetupLinkId};
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{AuditEvent, SettingUp, SetupLinks, StoreError};
use vestibule_domain::setup_link::{SetupLink, SetupSession};
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::token::TokenHash;

use super::administrators::commit_audited;
use super::{PostgresStore, audited, failed, insert};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{AuditRow, NewLetter, OpenLinkRow, SettingUpRow, SetupLinkRow, SetupSessionRow};
use crate::setup_links::SESSION;

const ADD: &str = concat!(
    "WITH added AS (",
    insert!(setup_links, "$2"),
    "), posted AS (",
    insert!(letters, "$3"),
    ") ",
    insert!(audit_events, "$1")
);

#[async_trait]
impl SetupLinks for PostgresStore {
    async fn setup_links(&self, organization: OrganizationId) -> Result<Vec<SetupLink>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM setup_links WHERE organization_id = $1 ORDER BY id DESC")
            .bind(organization.0);
        let rows: Vec<SetupLinkRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(SetupLink::from).collect())
    }

    async fn setup_links_made_by(
        &self,
        administrator: AdministratorId,
    ) -> Result<Vec<SetupLink>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM setup_links WHERE created_by::json ->> 'kind' = 'administrator' AND created_by::json ->> 'id' = $1 \
             ORDER BY id DESC",
        )
        .bind(administrator.to_string());
        let rows: Vec<SetupLinkRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(SetupLink::from).collect())
    }

    async fn setup_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(SetupLink, OrganizationSlug)>, StoreError> {
        let found = sqlx::query_as(
            "SELECT l.*, o.slug FROM setup_links AS l JOIN organizations AS o ON o.id = l.organization_id \
             WHERE l.token_hash = $1 AND l.expires_at > $2",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now));
        let row: Option<OpenLinkRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Into::into))
    }

    async fn add_setup_link(
        &self,
        link: &SetupLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let add = sqlx::query(ADD)
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([SetupLinkRow::from(link)]))
            .bind(Json([NewLetter::from(letter)]));
        self.change(add).await
    }

    async fn remove_setup_link(
        &self,
        organization: OrganizationId,
        id: SetupLinkId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let remove = sqlx::query(audited!("DELETE FROM setup_links WHERE organization_id = $2 AND id = $3"))
            .bind(Json([AuditRow::from(audit)]))
            .bind(organization.0)
            .bind(id.0);
        self.change(remove).await
    }

    async fn begin_setup_session(
        &self,
        session: &SetupSession,
        instead_of: Option<&TokenHash>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = SetupSessionRow::from(session);
        self.in_time(async {
            let mut transaction = self.write().await?;
            let used = sqlx::query(
                "UPDATE setup_links SET last_used_at = $3 WHERE organization_id = $1 AND id = $2 AND expires_at > $3",
            )
            .bind(row.organization_id)
            .bind(row.setup_link_id)
            .bind(row.created_at)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(used.rows_affected() == 1)?;
            sqlx::query(concat!(
                "WITH ended AS (DELETE FROM portal_sessions WHERE token_hash = $2), \
                 ended_here AS (DELETE FROM setup_sessions WHERE token_hash = $2) ",
                insert!(setup_sessions, "$1")
            ))
            .bind(Json([row]))
            .bind(instead_of.map(|token| Hash::from(*token)))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            commit_audited(transaction, audit).await
        })
        .await
    }

    async fn setup_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SettingUp>, StoreError> {
        let found = sqlx::query_as(SESSION)
            .bind(Hash::from(*token))
            .bind(Instant::from(now))
            .bind(Instant::from(idle_since));
        let row: Option<SettingUpRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(SettingUp::from))
    }

    async fn note_setup_use(&self, session: &SetupSession, at: DateTime<Utc>) -> Result<(), StoreError> {
        let note =
            sqlx::query("UPDATE setup_sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2")
                .bind(session.id.0)
                .bind(Instant::from(at));
        self.answer(note.execute(&self.pool)).await.map(drop)
    }

    async fn end_setup_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        let end = sqlx::query("DELETE FROM setup_sessions WHERE token_hash = $1").bind(Hash::from(*token));
        self.answer(end.execute(&self.pool)).await.map(drop)
    }
}
