//! Links by which administrators set their passwords.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;
use vestibule_domain::administrator::{Administrator, PasswordLink};
use vestibule_domain::ids::{AdministratorId, PasswordLinkId, Version};
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{AuditEvent, PasswordLinks, SessionsToEnd, StoreError};
use vestibule_domain::token::TokenHash;

use super::administrators::{commit_audited, replace};
use super::{PostgresStore, audited, failed, insert};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, AuditRow, NewAdministrator, NewLetter, PasswordLinkRow, granted};

#[derive(FromRow)]
struct OpenRow {
    #[sqlx(flatten)]
    link: PasswordLinkRow,
    administrator: Json<AdministratorRow>,
}

const ADD: &str = concat!(
    "WITH added AS (",
    insert!(password_links, "$1"),
    "), posted AS (",
    insert!(letters, "$2"),
    ") ",
    insert!(audit_events, "$3")
);

/// References are looked at when a statement ends, so that one is enough.
const INVITE: &str = concat!(
    "WITH invited AS (",
    insert!(administrators, "$4"),
    " RETURNING id AS invited_id), granted AS (
        INSERT INTO administrator_grants (organization_id, administrator_id)
        SELECT organization_id, invited_id FROM invited, unnest($5::uuid[]) AS o (organization_id)
    ), added AS (",
    insert!(password_links, "$1"),
    "), posted AS (",
    insert!(letters, "$2"),
    ") ",
    insert!(audit_events, "$3")
);

#[async_trait]
impl PasswordLinks for PostgresStore {
    async fn password_links(&self, administrator: AdministratorId) -> Result<Vec<PasswordLink>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM password_links WHERE administrator_id = $1 ORDER BY created_at DESC, id DESC",
        )
        .bind(administrator.0);
        let rows: Vec<PasswordLinkRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(PasswordLink::from).collect())
    }

    async fn password_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PasswordLink, Administrator)>, StoreError> {
        let found = sqlx::query_as(
            "SELECT l.*, to_json(a) AS administrator FROM password_links AS l \
             JOIN portal_administrators AS a ON a.id = l.administrator_id \
             WHERE l.token_hash = $1 AND l.expires_at > $2 AND NOT a.disabled",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now));
        let row: Option<OpenRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(|row| (row.link.into(), row.administrator.0.into())))
    }

    async fn add_password_link(
        &self,
        link: &PasswordLink,
        seen: Option<PasswordLinkId>,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            // Whoever comes second waits here, and then sees the link of whoever came first.
            let known = sqlx::query("SELECT FROM administrators WHERE id = $1 AND NOT disabled FOR NO KEY UPDATE")
                .bind(link.administrator_id.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
            let newest: Option<Uuid> = sqlx::query_scalar(
                "SELECT id FROM password_links WHERE administrator_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
            )
            .bind(link.administrator_id.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(known.is_some() && newest == seen.map(|id| id.0))?;
            sqlx::query(ADD)
                .bind(Json([PasswordLinkRow::from(link)]))
                .bind(Json([NewLetter::from(letter)]))
                .bind(Json([AuditRow::from(audit)]))
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }

    async fn invite_administrator(
        &self,
        administrator: &Administrator,
        link: &PasswordLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let invite = sqlx::query(INVITE)
            .bind(Json([PasswordLinkRow::from(link)]))
            .bind(Json([NewLetter::from(letter)]))
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([NewAdministrator::of(administrator, false)]))
            .bind(granted(administrator));
        self.change(invite).await
    }

    async fn set_password(
        &self,
        administrator: &Administrator,
        link: &TokenHash,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            // The administrator's row first, as everybody locks them.
            sqlx::query("SELECT FROM administrators WHERE id = $1 FOR NO KEY UPDATE")
                .bind(administrator.id.0)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            let used = sqlx::query(
                "DELETE FROM password_links WHERE token_hash = $1 AND administrator_id = $2 AND expires_at > $3",
            )
            .bind(Hash::from(*link))
            .bind(administrator.id.0)
            .bind(Instant::from(audit.at))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(used.rows_affected() == 1)?;
            replace(&mut transaction, administrator, SessionsToEnd::All).await?;
            commit_audited(transaction, audit).await
        })
        .await
    }

    async fn remove_invited(
        &self,
        administrator: AdministratorId,
        version: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let remove = sqlx::query(audited!(
            "DELETE FROM administrators WHERE id = $2 AND version = $3 AND password IS NULL"
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(administrator.0)
        .bind(version.0);
        self.change(remove).await
    }
}
