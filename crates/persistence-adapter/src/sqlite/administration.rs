//! Organizations, catalogs, connections and keys, as administrators write them.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteArguments;
use vestibule_domain::branding::Logo;
use vestibule_domain::catalog::{Catalog, InUse};
use vestibule_domain::connection::{Connection, ConnectionDetails, IdentityProvider};
use vestibule_domain::ids::{ConnectionId, OrganizationId, Version};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Administration, AuditEvent, Page, Paged, StoreError};
use vestibule_domain::refresh::MetadataRefresh;
use vestibule_domain::settings::Settings;

use super::sign_ons::end_sessions_through;
use super::users::must_have_catalog;
use super::{SqliteStore, commit_audited, failed};
use crate::codec::{Bytes, Document, Instant, Text};
use crate::error::unless_conflict;
use crate::rows::{
    ConnectionRow, IdentityProviderColumns, OrganizationRow, WholeOrganizationRow, lost_by, paged, rows_of,
};

type Query = sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>;

impl SqliteStore {
    /// A change of one row and its audit event, unless the row does not stand at the expected version.
    pub(super) async fn change(&self, change: Query, audit: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let changed = change.execute(&mut *transaction).await.map_err(failed)?;
        unless_conflict(changed.rows_affected() == 1)?;
        commit_audited(transaction, audit).await
    }
}

#[async_trait]
impl Administration for SqliteStore {
    async fn organizations(&self, page: Page) -> Result<Paged<Organization>, StoreError> {
        let rows: Vec<OrganizationRow> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(organization),
            " FROM organizations WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2"
        ))
        .bind(page.after)
        .bind(rows_of(page))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn create_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let WholeOrganizationRow { row, catalog } = organization.into();
        let insert = sqlx::query(
            "INSERT INTO organizations (id, slug, name, jit_provisioning_enabled, application_url, \
             allowed_return_origins, locale, accent_color, logo, keep_arrivals_days, catalog, version, \
             catalog_version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id)
        .bind(row.slug)
        .bind(row.name)
        .bind(row.jit_provisioning_enabled)
        .bind(row.application_url)
        .bind(row.allowed_return_origins)
        .bind(row.locale)
        .bind(row.accent_color)
        .bind(row.logo)
        .bind(row.keep_arrivals_days)
        .bind(catalog)
        .bind(row.version)
        .bind(row.catalog_version)
        .bind(row.created_at)
        .bind(row.updated_at);
        self.change(insert, audit).await
    }

    async fn replace_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = OrganizationRow::from(organization);
        let update = sqlx::query(
            "UPDATE organizations SET slug = ?, name = ?, jit_provisioning_enabled = ?, application_url = ?, \
             allowed_return_origins = ?, locale = ?, accent_color = ?, keep_arrivals_days = ?, version = ?, updated_at = ? \
             WHERE id = ? AND version = ?",
        )
        .bind(row.slug)
        .bind(row.name)
        .bind(row.jit_provisioning_enabled)
        .bind(row.application_url)
        .bind(row.allowed_return_origins)
        .bind(row.locale)
        .bind(row.accent_color)
        .bind(row.keep_arrivals_days)
        .bind(row.version)
        .bind(row.updated_at)
        .bind(row.id)
        .bind(row.version - 1);
        self.change(update, audit).await
    }

    async fn replace_logo(
        &self,
        organization: &Organization,
        logo: Option<&Logo>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = OrganizationRow::from(organization);
        let mut transaction = self.write().await?;
        let changed = sqlx::query(
            "UPDATE organizations SET logo = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
        )
        .bind(row.logo)
        .bind(row.version)
        .bind(row.updated_at)
        .bind(row.id)
        .bind(row.version - 1)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(changed.rows_affected() == 1)?;
        let file = match logo {
            Some(logo) => {
                sqlx::query("INSERT OR REPLACE INTO logos (organization_id, content) VALUES (?, ?)")
                    .bind(row.id)
                    .bind(Bytes(logo.content.clone()))
            }
            None => sqlx::query("DELETE FROM logos WHERE organization_id = ?").bind(row.id),
        };
        file.execute(&mut *transaction).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn delete_organization(
        &self,
        organization: OrganizationId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("DELETE FROM organizations WHERE id = ? AND version = ?")
            .bind(organization.0)
            .bind(expected.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(deleted.rows_affected() == 1)?;
        sqlx::query("DELETE FROM audit_events WHERE organization_id = ?")
            .bind(organization.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn catalog(&self, organization: OrganizationId) -> Result<(Catalog, Version), StoreError> {
        let row: Option<(Document<Catalog>, i64)> =
            sqlx::query_as("SELECT catalog, catalog_version FROM organizations WHERE id = ?")
                .bind(organization.0)
                .fetch_optional(&self.reader)
                .await
                .map_err(failed)?;
        let (catalog, version) = row.ok_or(StoreError::Conflict)?;
        Ok((catalog.0, Version(version)))
    }

    async fn replace_catalog(
        &self,
        organization: OrganizationId,
        catalog: &Catalog,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<Vec<InUse>, StoreError> {
        let mut transaction = self.write().await?;
        must_have_catalog(&mut transaction, organization.0, expected).await?;
        let in_use = in_use(&mut transaction, organization, catalog).await.map_err(failed)?;
        if in_use.is_empty() {
            sqlx::query("UPDATE organizations SET catalog = ?, catalog_version = ? WHERE id = ?")
                .bind(Document(catalog.clone()))
                .bind(expected.next().0)
                .bind(organization.0)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            commit_audited(transaction, audit).await?;
        }
        Ok(in_use)
    }

    async fn create_connection(&self, connection: &Connection, audit: &AuditEvent) -> Result<(), StoreError> {
        let row = ConnectionRow::from(connection);
        let insert = sqlx::query(
            "INSERT INTO connections (organization_id, id, key, display_name, enabled, sp_initiated, \
             allow_idp_initiated, force_authn, name_id_format, sign_requests, single_logout, technical_contact, \
             identity_provider, entity_id_hash, settings, version, identity_provider_version, settings_version, \
             created_at, updated_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.organization_id)
        .bind(row.id)
        .bind(row.key)
        .bind(row.display_name)
        .bind(row.enabled)
        .bind(row.sp_initiated)
        .bind(row.allow_idp_initiated)
        .bind(row.force_authn)
        .bind(row.name_id_format)
        .bind(row.sign_requests)
        .bind(row.single_logout)
        .bind(row.technical_contact)
        .bind(row.identity_provider.identity_provider)
        .bind(row.identity_provider.entity_id_hash)
        .bind(row.settings)
        .bind(row.version)
        .bind(row.identity_provider_version)
        .bind(row.settings_version)
        .bind(row.created_at)
        .bind(row.updated_at);
        self.change(insert, audit).await
    }

    async fn replace_connection(
        &self,
        connection: ConnectionId,
        details: &ConnectionDetails,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let update = sqlx::query(
            "UPDATE connections SET key = ?, display_name = ?, enabled = ?, sp_initiated = ?, \
             allow_idp_initiated = ?, force_authn = ?, name_id_format = ?, sign_requests = ?, \
             single_logout = ?, \
             technical_contact = ?, version = version + 1, updated_at = ? \
             WHERE id = ? AND version = ?",
        )
        .bind(details.key.to_string())
        .bind(details.display_name.to_string())
        .bind(details.enabled)
        .bind(details.sp_initiated)
        .bind(details.allow_idp_initiated)
        .bind(details.requests.force_authn)
        .bind(details.requests.name_id_format.map(Text))
        .bind(Text(details.requests.sign_requests))
        .bind(details.requests.single_logout)
        .bind(details.technical_contact.clone().map(Document))
        .bind(Instant::from(audit.at))
        .bind(connection.0)
        .bind(expected.0);
        let mut transaction = self.write().await?;
        let changed = update.execute(&mut *transaction).await.map_err(failed)?;
        unless_conflict(changed.rows_affected() == 1)?;
        if !details.enabled {
            end_sessions_through(&mut transaction, connection).await?;
        }
        commit_audited(transaction, audit).await
    }

    async fn delete_connection(
        &self,
        connection: ConnectionId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM connections WHERE id = ? AND version = ?")
            .bind(connection.0)
            .bind(expected.0);
        self.change(delete, audit).await
    }

    async fn replace_identity_provider(
        &self,
        connection: ConnectionId,
        identity_provider: Option<&IdentityProvider>,
        refresh: Option<&MetadataRefresh>,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let columns = IdentityProviderColumns::from(identity_provider);
        let mut transaction = self.write().await?;
        let updated = sqlx::query(
            "UPDATE connections SET identity_provider = ?, entity_id_hash = ?, \
             identity_provider_version = identity_provider_version + 1, updated_at = ? \
             WHERE id = ? AND identity_provider_version = ?",
        )
        .bind(columns.identity_provider)
        .bind(columns.entity_id_hash)
        .bind(Instant::from(audit.at))
        .bind(connection.0)
        .bind(expected.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(updated.rows_affected() == 1)?;
        end_sessions_through(&mut transaction, connection).await?;
        sqlx::query("DELETE FROM metadata_refreshes WHERE connection_id = ?")
            .bind(connection.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        if let Some(refresh) = refresh {
            sqlx::query(
                "INSERT INTO metadata_refreshes (organization_id, connection_id, refresh, due_at) \
                 SELECT organization_id, id, ?, ? FROM connections WHERE id = ?",
            )
            .bind(Document(refresh.clone()))
            .bind(Instant::from(refresh.next_at))
            .bind(connection.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        commit_audited(transaction, audit).await
    }

    async fn replace_settings(
        &self,
        connection: ConnectionId,
        settings: &Settings,
        expected: Version,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let update = sqlx::query(
            "UPDATE connections SET settings = ?, settings_version = settings_version + 1, updated_at = ? \
             WHERE id = ? AND settings_version = ? AND EXISTS ( \
             SELECT 1 FROM organizations WHERE id = connections.organization_id AND catalog_version = ?)",
        )
        .bind(Document(settings.clone()))
        .bind(Instant::from(audit.at))
        .bind(connection.0)
        .bind(expected.0)
        .bind(catalog.0);
        self.change(update, audit).await
    }
}

/// Values that users hold or connections have as defaults, and the catalog lacks.
async fn in_use(
    transaction: &mut SqliteConnection,
    organization: OrganizationId,
    catalog: &Catalog,
) -> sqlx::Result<Vec<InUse>> {
    let pairs = sqlx::query_as("SELECT DISTINCT user_type, role FROM assignments WHERE organization_id = ?")
        .bind(organization.0)
        .fetch_all(&mut *transaction)
        .await?;
    let locations = sqlx::query_as(
        "SELECT DISTINCT location FROM users WHERE organization_id = ? AND location IS NOT NULL",
    )
    .bind(organization.0)
    .fetch_all(&mut *transaction)
    .await?;
    let connections = sqlx::query_as("SELECT key, settings FROM connections WHERE organization_id = ?")
        .bind(organization.0)
        .fetch_all(transaction)
        .await?;
    Ok(lost_by(catalog, pairs, locations, connections))
}
