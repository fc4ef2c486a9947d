//! Links by which administrators set their passwords.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{Sqlite, Transaction};
use uuid::Uuid;
use vestibule_domain::administrator::{Administrator, PasswordLink};
use vestibule_domain::ids::{AdministratorId, PasswordLinkId, Version};
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{AuditEvent, PasswordLinks, SessionsToEnd, StoreError};
use vestibule_domain::token::TokenHash;

use super::administrators::{grant, insert, replace};
use super::recording::insert_letter;
use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Hash, Instant};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, NewAdministrator, PasswordLinkRow};

#[async_trait]
impl PasswordLinks for SqliteStore {
    async fn password_links(&self, administrator: AdministratorId) -> Result<Vec<PasswordLink>, StoreError> {
        let rows: Vec<PasswordLinkRow> = sqlx::query_as(
            "SELECT * FROM password_links WHERE administrator_id = ? ORDER BY created_at DESC, id DESC",
        )
        .bind(administrator.0)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(PasswordLink::from).collect())
    }

    async fn password_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PasswordLink, Administrator)>, StoreError> {
        let mut state = self.read().await?;
        let link: Option<PasswordLinkRow> =
            sqlx::query_as("SELECT * FROM password_links WHERE token_hash = ? AND expires_at > ?")
                .bind(Hash::from(*token))
                .bind(Instant::from(now))
                .fetch_optional(&mut *state)
                .await
                .map_err(failed)?;
        let Some(link) = link else { return Ok(None) };
        let administrator: Option<AdministratorRow> =
            sqlx::query_as("SELECT * FROM portal_administrators WHERE id = ? AND NOT disabled")
                .bind(link.administrator_id)
                .fetch_optional(&mut *state)
                .await
                .map_err(failed)?;
        Ok(administrator.map(|administrator| (link.into(), administrator.into())))
    }

    async fn add_password_link(
        &self,
        link: &PasswordLink,
        seen: Option<PasswordLinkId>,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let known: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM administrators WHERE id = ? AND NOT disabled")
                .bind(link.administrator_id.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let newest: Option<Uuid> = sqlx::query_scalar(
            "SELECT id FROM password_links WHERE administrator_id = ? ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(link.administrator_id.0)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(known.is_some() && newest == seen.map(|id| id.0))?;
        add(&mut transaction, link, letter).await?;
        commit_audited(transaction, audit).await
    }

    async fn invite_administrator(
        &self,
        administrator: &Administrator,
        link: &PasswordLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert(&mut transaction, &NewAdministrator::of(administrator, false)).await?;
        grant(&mut transaction, administrator).await?;
        add(&mut transaction, link, letter).await?;
        commit_audited(transaction, audit).await
    }

    async fn set_password(
        &self,
        administrator: &Administrator,
        link: &TokenHash,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let used = sqlx::query(
            "DELETE FROM password_links WHERE token_hash = ? AND administrator_id = ? AND expires_at > ?",
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
    }

    async fn remove_invited(
        &self,
        administrator: AdministratorId,
        version: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let removed =
            sqlx::query("DELETE FROM administrators WHERE id = ? AND version = ? AND password IS NULL")
                .bind(administrator.0)
                .bind(version.0)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        unless_conflict(removed.rows_affected() == 1)?;
        commit_audited(transaction, audit).await
    }
}

async fn add(
    transaction: &mut Transaction<'static, Sqlite>,
    link: &PasswordLink,
    letter: &Letter,
) -> Result<(), StoreError> {
    let row = PasswordLinkRow::from(link);
    sqlx::query(concat!(
        "INSERT INTO password_links (",
        columns!(password_links),
        ") VALUES (?, ?, ?, ?, ?, ?)"
    ))
    .bind(row.id)
    .bind(row.administrator_id)
    .bind(row.invitation)
    .bind(row.token_hash)
    .bind(row.created_at)
    .bind(row.expires_at)
    .execute(&mut **transaction)
    .await
    .map_err(failed)?;
    insert_letter(&mut *transaction, letter).await.map_err(failed)
}
