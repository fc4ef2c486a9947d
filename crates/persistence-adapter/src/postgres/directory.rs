//! Finding organizations and connections.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::FromRow;
use sqlx::types::Json;
use vestibule_domain::connection::{Connection, ConnectionView};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Directory, StoreError};
use vestibule_domain::text::{ConnectionKey, EntityId, OrganizationSlug};

use super::PostgresStore;
use crate::codec::{Bytes, Hash};
use crate::rows::{ConnectionRow, OrganizationRow, WholeOrganizationRow, view};
use crate::views::VersionsRow;

/// A connection, and its organization as JSON.
#[derive(FromRow)]
struct ViewRow {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    organization: Json<WholeOrganizationRow>,
}

impl From<ViewRow> for ConnectionView {
    fn from(row: ViewRow) -> Self {
        view(row.organization.0, row.connection)
    }
}

#[async_trait]
impl Directory for PostgresStore {
    async fn organization(&self, slug: &OrganizationSlug) -> Result<Option<Organization>, StoreError> {
        let found =
            sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE slug = $1"))
                .bind(slug.as_str());
        let row: Option<OrganizationRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Organization::from))
    }

    async fn logo(&self, organization: OrganizationId) -> Result<Option<Vec<u8>>, StoreError> {
        let found =
            sqlx::query_scalar("SELECT content FROM logos WHERE organization_id = $1").bind(organization.0);
        let file: Option<Bytes> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(file.map(|bytes| bytes.0))
    }

    async fn connections(&self, organization: OrganizationId) -> Result<Vec<Connection>, StoreError> {
        let found = sqlx::query_as(concat!(
            "SELECT ",
            columns!(connections),
            " FROM connections WHERE organization_id = $1 ORDER BY key"
        ))
        .bind(organization.0);
        let rows: Vec<ConnectionRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(Connection::from).collect())
    }

    async fn connection_by_key(
        &self,
        organization: OrganizationId,
        key: &ConnectionKey,
    ) -> Result<Option<ConnectionView>, StoreError> {
        let found = sqlx::query_as(
            "SELECT c.*, to_json(o) AS organization FROM connections AS c \
             JOIN organizations AS o ON o.id = c.organization_id WHERE c.organization_id = $1 AND c.key = $2",
        )
        .bind(organization.0)
        .bind(key.as_str());
        let row: Option<ViewRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(ConnectionView::from))
    }

    async fn connection_by_issuer(
        &self,
        organization: OrganizationId,
        issuer: &EntityId,
    ) -> Result<Option<Arc<ConnectionView>>, StoreError> {
        let issuer = Hash::of(issuer.as_str());
        let versions = sqlx::query_as(concat!(
            columns!(versions),
            " WHERE c.organization_id = $1 AND c.entity_id_hash = $2"
        ))
        .bind(organization.0)
        .bind(issuer);
        let versions: Option<VersionsRow> = self.answer(versions.fetch_optional(&self.pool)).await?;
        let Some(versions) = versions else { return Ok(None) };
        if let Some(view) = self.views.at(&versions) {
            return Ok(Some(view));
        }
        let found = sqlx::query_as(
            "SELECT c.*, to_json(o) AS organization FROM connections AS c \
             JOIN organizations AS o ON o.id = c.organization_id WHERE c.organization_id = $1 AND c.entity_id_hash = $2",
        )
        .bind(organization.0)
        .bind(issuer);
        let row: Option<ViewRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(|row| self.views.remember(row.into())))
    }
}
