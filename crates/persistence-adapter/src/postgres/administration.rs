//! Organizations, catalogs, connections and keys, as administrators write them.

use async_trait::async_trait;
use sqlx::postgres::PgArguments;
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use vestibule_domain::branding::Logo;
use vestibule_domain::catalog::{Catalog, InUse};
use vestibule_domain::connection::{Connection, ConnectionDetails, IdentityProvider};
use vestibule_domain::ids::{ConnectionId, OrganizationId, Version};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Administration, AuditEvent, Page, Paged, StoreError};
use vestibule_domain::refresh::MetadataRefresh;
use vestibule_domain::settings::Settings;

use super::sign_ons::end_sessions_through;
use super::{PostgresStore, audited, failed, insert};
use crate::codec::{Bytes, Document, Instant, Text};
use crate::error::unless_conflict;
use crate::rows::{
    AuditRow, ConnectionRow, IdentityProviderColumns, OrganizationRow, WholeOrganizationRow, lost_by, paged,
    rows_of,
};

/// What the organization did before is forgotten with it; that it was deleted is not.
const DELETE_ORGANIZATION: &str = concat!(
    "WITH deleted AS (DELETE FROM organizations WHERE id = $2 AND version = $3 RETURNING id AS gone), \
     forgotten AS (DELETE FROM audit_events WHERE organization_id IN (SELECT gone FROM deleted)) ",
    insert!(audit_events, "$1"),
    ", deleted"
);

/// The mark stands in the organization's row, the file apart.
const REPLACE_LOGO: &str = concat!(
    "WITH changed AS (
        UPDATE organizations SET logo = $4, version = $3, updated_at = $5
        WHERE id = $2 AND version = $3 - 1 RETURNING id AS owner
    ), filed AS (
        INSERT INTO logos (organization_id, content) SELECT owner, $6 FROM changed WHERE $6 IS NOT NULL
        ON CONFLICT (organization_id) DO UPDATE SET content = excluded.content
    ), taken AS (
        DELETE FROM logos USING changed WHERE organization_id = owner AND $6 IS NULL
    ) ",
    insert!(audit_events, "$1"),
    ", changed"
);

/// The refresh of the one before makes place for this one's, or goes.
const REPLACE_IDENTITY_PROVIDER: &str = concat!(
    "WITH changed AS (
        UPDATE connections SET identity_provider = $4, entity_id_hash = $5,
        identity_provider_version = identity_provider_version + 1, updated_at = $6
        WHERE id = $2 AND identity_provider_version = $3 RETURNING organization_id AS owner, id AS connection
    ), scheduled AS (
        INSERT INTO metadata_refreshes (organization_id, connection_id, refresh, due_at)
        SELECT owner, connection, $7, $8 FROM changed WHERE $7 IS NOT NULL
        ON CONFLICT (organization_id, connection_id)
        DO UPDATE SET refresh = excluded.refresh, due_at = excluded.due_at, attempt = metadata_refreshes.attempt + 1
    ), unscheduled AS (
        DELETE FROM metadata_refreshes USING changed
        WHERE organization_id = owner AND connection_id = connection AND $7 IS NULL
    ) ",
    insert!(audit_events, "$1"),
    ", changed"
);

const REPLACE_SETTINGS: &str = concat!(
    "WITH holds AS MATERIALIZED (
        SELECT o.id FROM organizations AS o JOIN connections AS c ON c.organization_id = o.id
        WHERE c.id = $2 AND o.catalog_version = $3 FOR SHARE OF o
    ), changed AS (
        UPDATE connections AS c SET settings = $4, settings_version = c.settings_version + 1, updated_at = $5
        FROM holds WHERE c.organization_id = holds.id AND c.id = $2 AND c.settings_version = $6
        RETURNING 1
    ) ",
    insert!(audit_events, "$1"),
    ", changed"
);

#[async_trait]
impl Administration for PostgresStore {
    async fn organizations(&self, page: Page) -> Result<Paged<Organization>, StoreError> {
        let found = sqlx::query_as(concat!(
            "SELECT ",
            columns!(organization),
            " FROM organizations WHERE $1 IS NULL OR id > $1 ORDER BY id LIMIT $2"
        ))
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<OrganizationRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn create_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let create = sqlx::query(audited!(insert!(organizations, "$2")))
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([WholeOrganizationRow::from(organization)]));
        self.change(create).await
    }

    async fn replace_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let replace = sqlx::query(audited!(
            "UPDATE organizations AS o SET slug = n.slug, name = n.name, \
             jit_provisioning_enabled = n.jit_provisioning_enabled, application_url = n.application_url, \
             allowed_return_origins = n.allowed_return_origins, locale = n.locale, \
             accent_color = n.accent_color, keep_arrivals_days = n.keep_arrivals_days, version = n.version, updated_at = n.updated_at FROM jsonb_populate_recordset(NULL::organizations, $2) AS n \
             WHERE o.id = n.id AND o.version = n.version - 1"
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(Json([OrganizationRow::from(organization)]));
        self.change(replace).await
    }

    async fn replace_logo(
        &self,
        organization: &Organization,
        logo: Option<&Logo>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let row = OrganizationRow::from(organization);
        let replace = sqlx::query(REPLACE_LOGO)
            .bind(Json([AuditRow::from(audit)]))
            .bind(row.id)
            .bind(row.version)
            .bind(row.logo)
            .bind(row.updated_at)
            .bind(logo.map(|logo| Bytes(logo.content.clone())));
        self.change(replace).await
    }

    async fn delete_organization(
        &self,
        organization: OrganizationId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let delete = sqlx::query(DELETE_ORGANIZATION)
            .bind(Json([AuditRow::from(audit)]))
            .bind(organization.0)
            .bind(expected.0);
        self.change(delete).await
    }

    async fn catalog(&self, organization: OrganizationId) -> Result<(Catalog, Version), StoreError> {
        let found = sqlx::query_as("SELECT catalog, catalog_version FROM organizations WHERE id = $1")
            .bind(organization.0);
        let row: Option<(Document<Catalog>, i64)> = self.answer(found.fetch_optional(&self.pool)).await?;
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
        self.in_time(async {
            let mut transaction = self.write().await?;
            let in_use = lock_catalog(&mut transaction, organization, catalog, expected).await?;
            if in_use.is_empty() {
                sqlx::query(audited!(
                    "UPDATE organizations SET catalog = $2, catalog_version = catalog_version + 1 WHERE id = $3"
                ))
                .bind(Json([AuditRow::from(audit)]))
                .bind(Document(catalog.clone()))
                .bind(organization.0)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
                transaction.commit().await.map_err(failed)?;
            }
            Ok(in_use)
        })
        .await
    }

    async fn create_connection(&self, connection: &Connection, audit: &AuditEvent) -> Result<(), StoreError> {
        let create = sqlx::query(audited!(insert!(connections, "$2")))
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([ConnectionRow::from(connection)]));
        self.change(create).await
    }

    async fn replace_connection(
        &self,
        connection: ConnectionId,
        details: &ConnectionDetails,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let replace = sqlx::query(audited!(
            "UPDATE connections SET key = $4, display_name = $5, enabled = $6, sp_initiated = $7, \
             allow_idp_initiated = $8, technical_contact = $9, version = version + 1, updated_at = $10, \
             force_authn = $11, name_id_format = $12, sign_requests = $13, single_logout = $14 \
             WHERE id = $2 AND version = $3"
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(connection.0)
        .bind(expected.0)
        .bind(details.key.as_str())
        .bind(details.display_name.as_str())
        .bind(details.enabled)
        .bind(details.sp_initiated)
        .bind(details.allow_idp_initiated)
        .bind(details.technical_contact.clone().map(Document))
        .bind(Instant::from(audit.at))
        .bind(details.requests.force_authn)
        .bind(details.requests.name_id_format.map(Text))
        .bind(Text(details.requests.sign_requests))
        .bind(details.requests.single_logout);
        if details.enabled {
            return self.change(replace).await;
        }
        self.change_and_end_sessions(connection, replace).await
    }

    async fn delete_connection(
        &self,
        connection: ConnectionId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let delete = sqlx::query(audited!("DELETE FROM connections WHERE id = $2 AND version = $3"))
            .bind(Json([AuditRow::from(audit)]))
            .bind(connection.0)
            .bind(expected.0);
        self.change(delete).await
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
        let replace = sqlx::query(REPLACE_IDENTITY_PROVIDER)
            .bind(Json([AuditRow::from(audit)]))
            .bind(connection.0)
            .bind(expected.0)
            .bind(columns.identity_provider)
            .bind(columns.entity_id_hash)
            .bind(Instant::from(audit.at))
            .bind(refresh.cloned().map(Document))
            .bind(refresh.map(|refresh| Instant::from(refresh.next_at)));
        self.change_and_end_sessions(connection, replace).await
    }

    async fn replace_settings(
        &self,
        connection: ConnectionId,
        settings: &Settings,
        expected: Version,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let replace = sqlx::query(REPLACE_SETTINGS)
            .bind(Json([AuditRow::from(audit)]))
            .bind(connection.0)
            .bind(catalog.0)
            .bind(Document(settings.clone()))
            .bind(Instant::from(audit.at))
            .bind(expected.0);
        self.change(replace).await
    }
}

impl PostgresStore {
    /// A change of a connection that ends the sessions of administrators that began through it.
    async fn change_and_end_sessions(
        &self,
        connection: ConnectionId,
        change: sqlx::query::Query<'_, Postgres, PgArguments>,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            let changed = change.execute(&mut *transaction).await.map_err(failed)?;
            unless_conflict(changed.rows_affected() == 1)?;
            end_sessions_through(&mut transaction, connection).await?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }
}

/// Keeps everybody from assigning values and saving defaults until the transaction ends, and answers those that users hold or
/// connections have as defaults, and the catalog lacks.
///
/// The lock is a statement of its own: the next one sees what those have written who were waited for.
async fn lock_catalog(
    transaction: &mut Transaction<'static, Postgres>,
    organization: OrganizationId,
    catalog: &Catalog,
    expected: Version,
) -> Result<Vec<InUse>, StoreError> {
    let locked = sqlx::query("SELECT 1 FROM organizations WHERE id = $1 AND catalog_version = $2 FOR UPDATE")
        .bind(organization.0)
        .bind(expected.0)
        .fetch_optional(&mut **transaction)
        .await
        .map_err(failed)?;
    unless_conflict(locked.is_some())?;
    let pairs = sqlx::query_as("SELECT DISTINCT user_type, role FROM assignments WHERE organization_id = $1")
        .bind(organization.0)
        .fetch_all(&mut **transaction)
        .await
        .map_err(failed)?;
    let locations = sqlx::query_as(
        "SELECT DISTINCT location FROM users WHERE organization_id = $1 AND location IS NOT NULL",
    )
    .bind(organization.0)
    .fetch_all(&mut **transaction)
    .await
    .map_err(failed)?;
    let connections = sqlx::query_as("SELECT key, settings FROM connections WHERE organization_id = $1")
        .bind(organization.0)
        .fetch_all(&mut **transaction)
        .await
        .map_err(failed)?;
    Ok(lost_by(catalog, pairs, locations, connections))
}
