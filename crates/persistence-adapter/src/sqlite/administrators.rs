//! Administrators of the portal.

use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::{AdministratorId, OrganizationId};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Administrators, AuditEvent, Page, Paged, SessionsToEnd, StoreError};

use super::{SqliteStore, commit_audited, failed};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, NewAdministrator, OrganizationRow, granted, paged, rows_of};

#[async_trait]
impl Administrators for SqliteStore {
    async fn administrator(&self, id: AdministratorId) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_administrators WHERE id = ?").bind(id.0);
        let row: Option<AdministratorRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(Administrator::from))
    }

    async fn administrator_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_administrators WHERE email_normalized = ?")
            .bind(email.normalized());
        let row: Option<AdministratorRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(Administrator::from))
    }

    async fn administrators(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<Administrator>, StoreError> {
        let found = match organization {
            None => sqlx::query_as(
                "SELECT * FROM portal_administrators WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
            ),
            Some(_) => sqlx::query_as(
                "SELECT a.* FROM administrator_grants AS g \
                 JOIN portal_administrators AS a ON a.id = g.administrator_id \
                 WHERE g.organization_id = ?3 AND (?1 IS NULL OR g.administrator_id > ?1) \
                 ORDER BY g.administrator_id LIMIT ?2",
            ),
        };
        let found = found.bind(page.after).bind(rows_of(page)).bind(organization.map(|id| id.0));
        let rows: Vec<AdministratorRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn organizations_of(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<Organization>, StoreError> {
        let found = sqlx::query_as(concat!(
            "SELECT ",
            columns!(organization),
            " FROM organizations WHERE id IN (SELECT organization_id FROM administrator_grants \
             WHERE administrator_id = ?1) AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3"
        ))
        .bind(administrator.0)
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<OrganizationRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn add_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert(&mut transaction, &NewAdministrator::of(administrator, false)).await?;
        grant(&mut transaction, administrator).await?;
        commit_audited(transaction, audit).await
    }

    async fn add_first_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert(&mut transaction, &NewAdministrator::of(administrator, true)).await?;
        grant(&mut transaction, administrator).await?;
        commit_audited(transaction, audit).await
    }

    async fn is_last_operator(&self, id: AdministratorId) -> Result<bool, StoreError> {
        is_last_operator(&mut *self.reader.acquire().await.map_err(failed)?, id).await
    }

    async fn replace_administrator(
        &self,
        administrator: &Administrator,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        unless_conflict(
            administrator.is_able_operator() || !is_last_operator(&mut transaction, administrator.id).await?,
        )?;
        replace(&mut transaction, administrator, ending).await?;
        commit_audited(transaction, audit).await
    }
}

async fn is_last_operator(
    connection: &mut SqliteConnection,
    id: AdministratorId,
) -> Result<bool, StoreError> {
    let able = sqlx::query_scalar(concat!(able_operators!(), " LIMIT 2"));
    let able: Vec<Uuid> = able.fetch_all(connection).await.map_err(failed)?;
    Ok(able == [id.0])
}

/// Replaces a row, ends sessions, and with them uses up the links by which a password could be set.
pub(super) async fn replace(
    transaction: &mut Transaction<'static, Sqlite>,
    administrator: &Administrator,
    ending: SessionsToEnd,
) -> Result<(), StoreError> {
    let row = NewAdministrator::of(administrator, false);
    let replaced = sqlx::query(
        "UPDATE administrators SET operator = ?, password = ?, disabled = ?, version = ?, single_sign_on = ? \
         WHERE id = ? AND version = ?",
    )
    .bind(row.operator)
    .bind(row.password)
    .bind(row.disabled)
    .bind(row.version)
    .bind(row.single_sign_on)
    .bind(row.id)
    .bind(row.version - 1)
    .execute(&mut **transaction)
    .await
    .map_err(failed)?;
    unless_conflict(replaced.rows_affected() == 1)?;
    sqlx::query("DELETE FROM administrator_grants WHERE administrator_id = ?")
        .bind(row.id)
        .execute(&mut **transaction)
        .await
        .map_err(failed)?;
    grant(transaction, administrator).await?;
    if !administrator.single_sign_on.is_linked() {
        sqlx::query("DELETE FROM administrator_identities WHERE administrator_id = ?")
            .bind(row.id)
            .execute(&mut **transaction)
            .await
            .map_err(failed)?;
    }
    end_sessions(transaction, administrator.id, ending).await?;
    if ending == SessionsToEnd::None {
        return Ok(());
    }
    sqlx::query("DELETE FROM password_links WHERE administrator_id = ?")
        .bind(administrator.id.0)
        .execute(&mut **transaction)
        .await
        .map(drop)
        .map_err(failed)
}

/// Inserts a row; of the first administrator, if there is none yet.
pub(super) async fn insert(
    transaction: &mut Transaction<'static, Sqlite>,
    row: &NewAdministrator,
) -> Result<(), StoreError> {
    let inserted = sqlx::query(concat!(
        "INSERT INTO administrators (",
        columns!(administrators),
        ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 \
         WHERE ?7 IS NULL OR NOT EXISTS (SELECT 1 FROM administrators)"
    ))
    .bind(row.id)
    .bind(row.email.clone())
    .bind(&row.email_normalized)
    .bind(row.operator)
    .bind(&row.password)
    .bind(row.disabled)
    .bind(row.first)
    .bind(row.version)
    .bind(row.created_at)
    .bind(row.last_signed_in_at)
    .bind(row.single_sign_on)
    .execute(&mut **transaction)
    .await
    .map_err(failed)?;
    unless_conflict(inserted.rows_affected() == 1)
}

pub(super) async fn grant(
    transaction: &mut Transaction<'static, Sqlite>,
    administrator: &Administrator,
) -> Result<(), StoreError> {
    for organization in granted(administrator) {
        sqlx::query("INSERT INTO administrator_grants (organization_id, administrator_id) VALUES (?, ?)")
            .bind(organization)
            .bind(administrator.id.0)
            .execute(&mut **transaction)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Ends sessions of an administrator.
pub(super) async fn end_sessions(
    transaction: &mut Transaction<'static, Sqlite>,
    administrator: AdministratorId,
    ending: SessionsToEnd,
) -> Result<(), StoreError> {
    let mut delete = QueryBuilder::new("DELETE FROM portal_sessions WHERE administrator_id = ");
    delete.push_bind(administrator.0);
    match ending {
        SessionsToEnd::None => return Ok(()),
        SessionsToEnd::AllBut(kept) => {
            delete.push(" AND id <> ").push_bind(kept.0);
        }
        SessionsToEnd::All => {}
    }
    delete.build().execute(&mut **transaction).await.map(drop).map_err(failed)
}
