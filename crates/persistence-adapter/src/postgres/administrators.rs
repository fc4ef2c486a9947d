//! Administrators of the portal.

use async_trait::async_trait;
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::{AdministratorId, OrganizationId};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Administrators, AuditEvent, Page, Paged, SessionsToEnd, StoreError};

use super::{PostgresStore, failed, insert};
use crate::error::unless_conflict;
use crate::rows::{AdministratorRow, AuditRow, NewAdministrator, OrganizationRow, granted, paged, rows_of};

/// Of several first ones at once a unique key lets one in.
const ADD: &str = concat!(
    "WITH added AS (",
    insert!(administrators, "$2"),
    " WHERE first IS NULL OR NOT EXISTS (SELECT FROM administrators) RETURNING id AS added_id
), granted AS (
    INSERT INTO administrator_grants (organization_id, administrator_id)
    SELECT organization_id, added_id FROM added, unnest($3::uuid[]) AS o (organization_id)
) ",
    insert!(audit_events, "$1"),
    ", added"
);

#[async_trait]
impl Administrators for PostgresStore {
    async fn administrator(&self, id: AdministratorId) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_administrators WHERE id = $1").bind(id.0);
        let row: Option<AdministratorRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Administrator::from))
    }

    async fn administrator_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM portal_administrators WHERE email_normalized = $1")
            .bind(email.normalized());
        let row: Option<AdministratorRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Administrator::from))
    }

    async fn administrators(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<Administrator>, StoreError> {
        let found = match organization {
            None => sqlx::query_as(
                "SELECT * FROM portal_administrators WHERE $1 IS NULL OR id > $1 ORDER BY id LIMIT $2",
            )
            .bind(page.after)
            .bind(rows_of(page)),
            Some(organization) => sqlx::query_as(
                "SELECT a.* FROM administrator_grants AS g \
                 JOIN portal_administrators AS a ON a.id = g.administrator_id \
                 WHERE g.organization_id = $3 AND ($1 IS NULL OR g.administrator_id > $1) \
                 ORDER BY g.administrator_id LIMIT $2",
            )
            .bind(page.after)
            .bind(rows_of(page))
            .bind(organization.0),
        };
        let rows: Vec<AdministratorRow> = self.answer(found.fetch_all(&self.pool)).await?;
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
             WHERE administrator_id = $1) AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3"
        ))
        .bind(administrator.0)
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<OrganizationRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn add_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.add(administrator, false, audit).await
    }

    async fn add_first_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.add(administrator, true, audit).await
    }

    async fn is_last_operator(&self, id: AdministratorId) -> Result<bool, StoreError> {
        let able = sqlx::query_scalar(concat!(able_operators!(), " LIMIT 2"));
        let able: Vec<Uuid> = self.answer(able.fetch_all(&self.pool)).await?;
        Ok(able == [id.0])
    }

    async fn replace_administrator(
        &self,
        administrator: &Administrator,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            if !administrator.is_able_operator() {
                let able = concat!(able_operators!(), " ORDER BY id FOR NO KEY UPDATE");
                let able: Vec<Uuid> =
                    sqlx::query_scalar(able).fetch_all(&mut *transaction).await.map_err(failed)?;
                unless_conflict(able != [administrator.id.0])?;
            }
            replace(&mut transaction, administrator, ending).await?;
            commit_audited(transaction, audit).await
        })
        .await
    }
}

impl PostgresStore {
    async fn add(
        &self,
        administrator: &Administrator,
        first: bool,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let add = sqlx::query(ADD)
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([NewAdministrator::of(administrator, first)]))
            .bind(granted(administrator));
        self.change(add).await
    }
}

/// Replaces a row, ends sessions, and with them uses up the links by which a password could be set.
pub(super) async fn replace(
    transaction: &mut Transaction<'static, Postgres>,
    administrator: &Administrator,
    ending: SessionsToEnd,
) -> Result<(), StoreError> {
    let row = NewAdministrator::of(administrator, false);
    let replaced = sqlx::query(
        "UPDATE administrators SET operator = $2, password = $3, disabled = $4, version = $5, single_sign_on = $6 \
         WHERE id = $1 AND version = $5 - 1",
    )
    .bind(row.id)
    .bind(row.operator)
    .bind(row.password)
    .bind(row.disabled)
    .bind(row.version)
    .bind(row.single_sign_on)
    .execute(&mut **transaction)
    .await
    .map_err(failed)?;
    unless_conflict(replaced.rows_affected() == 1)?;
    sqlx::query("DELETE FROM administrator_grants WHERE administrator_id = $1")
        .bind(row.id)
        .execute(&mut **transaction)
        .await
        .map_err(failed)?;
    sqlx::query(
        "INSERT INTO administrator_grants (organization_id, administrator_id) \
         SELECT organization_id, $1 FROM unnest($2::uuid[]) AS o (organization_id)",
    )
    .bind(row.id)
    .bind(granted(administrator))
    .execute(&mut **transaction)
    .await
    .map_err(failed)?;
    if !administrator.single_sign_on.is_linked() {
        sqlx::query("DELETE FROM administrator_identities WHERE administrator_id = $1")
            .bind(row.id)
            .execute(&mut **transaction)
            .await
            .map_err(failed)?;
    }
    end_sessions(transaction, administrator.id, ending).await?;
    if ending == SessionsToEnd::None {
        return Ok(());
    }
    sqlx::query("DELETE FROM password_links WHERE administrator_id = $1")
        .bind(administrator.id.0)
        .execute(&mut **transaction)
        .await
        .map(drop)
        .map_err(failed)
}

/// Ends sessions of an administrator.
pub(super) async fn end_sessions(
    transaction: &mut Transaction<'static, Postgres>,
    administrator: AdministratorId,
    ending: SessionsToEnd,
) -> Result<(), StoreError> {
    let kept = match ending {
        SessionsToEnd::None => return Ok(()),
        SessionsToEnd::AllBut(kept) => Some(kept.0),
        SessionsToEnd::All => None,
    };
    sqlx::query("DELETE FROM portal_sessions WHERE administrator_id = $1 AND ($2 IS NULL OR id <> $2)")
        .bind(administrator.0)
        .bind(kept)
        .execute(&mut **transaction)
        .await
        .map(drop)
        .map_err(failed)
}

/// Ends a transaction with what somebody did in it.
pub(super) async fn commit_audited(
    mut transaction: Transaction<'static, Postgres>,
    audit: &AuditEvent,
) -> Result<(), StoreError> {
    sqlx::query(insert!(audit_events, "$1"))
        .bind(Json([AuditRow::from(audit)]))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)
}
