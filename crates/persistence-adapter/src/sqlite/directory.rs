//! Finding organizations and connections.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::SqliteConnection;
use vestibule_domain::connection::{Connection, ConnectionView};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Directory, StoreError};
use vestibule_domain::text::{ConnectionKey, EntityId, OrganizationSlug};

use super::{SqliteStore, failed};
use crate::codec::{Bytes, Hash};
use crate::rows::{ConnectionRow, OrganizationRow, view};
use crate::views::VersionsRow;

#[async_trait]
impl Directory for SqliteStore {
    async fn organization(&self, slug: &OrganizationSlug) -> Result<Option<Organization>, StoreError> {
        let row: Option<OrganizationRow> =
            sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE slug = ?"))
                .bind(slug.as_str())
                .fetch_optional(&self.reader)
                .await
                .map_err(failed)?;
        Ok(row.map(Organization::from))
    }

    async fn logo(&self, organization: OrganizationId) -> Result<Option<Vec<u8>>, StoreError> {
        let file: Option<Bytes> = sqlx::query_scalar("SELECT content FROM logos WHERE organization_id = ?")
            .bind(organization.0)
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        Ok(file.map(|bytes| bytes.0))
    }

    async fn connections(&self, organization: OrganizationId) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<ConnectionRow> =
            sqlx::query_as("SELECT * FROM connections WHERE organization_id = ? ORDER BY key")
                .bind(organization.0)
                .fetch_all(&self.reader)
                .await
                .map_err(failed)?;
        Ok(rows.into_iter().map(Connection::from).collect())
    }

    async fn connection_by_key(
        &self,
        organization: OrganizationId,
        key: &ConnectionKey,
    ) -> Result<Option<ConnectionView>, StoreError> {
        let mut state = self.read().await?;
        let row = sqlx::query_as("SELECT * FROM connections WHERE organization_id = ? AND key = ?")
            .bind(organization.0)
            .bind(key.as_str())
            .fetch_optional(&mut *state)
            .await
            .map_err(failed)?;
        view_of(&mut state, row).await.map_err(failed)
    }

    async fn connection_by_issuer(
        &self,
        organization: OrganizationId,
        issuer: &EntityId,
    ) -> Result<Option<Arc<ConnectionView>>, StoreError> {
        let issuer = Hash::of(issuer.as_str());
        let mut state = self.read().await?;
        let versions: Option<VersionsRow> = sqlx::query_as(concat!(
            columns!(versions),
            " WHERE c.organization_id = ? AND c.entity_id_hash = ?"
        ))
        .bind(organization.0)
        .bind(issuer)
        .fetch_optional(&mut *state)
        .await
        .map_err(failed)?;
        let Some(versions) = versions else { return Ok(None) };
        if let Some(view) = self.views.at(&versions) {
            return Ok(Some(view));
        }
        let row =
            sqlx::query_as("SELECT * FROM connections WHERE organization_id = ? AND entity_id_hash = ?")
                .bind(organization.0)
                .bind(issuer)
                .fetch_optional(&mut *state)
                .await
                .map_err(failed)?;
        let view = view_of(&mut state, row).await.map_err(failed)?;
        Ok(view.map(|view| self.views.remember(view)))
    }
}

/// The connection with its organization and catalog.
async fn view_of(
    state: &mut SqliteConnection,
    connection: Option<ConnectionRow>,
) -> sqlx::Result<Option<ConnectionView>> {
    let Some(connection) = connection else { return Ok(None) };
    let organization = sqlx::query_as("SELECT * FROM organizations WHERE id = ?")
        .bind(connection.organization_id)
        .fetch_one(state)
        .await?;
    Ok(Some(view(organization, connection)))
}
