//! Keys of the administration API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::{AdministratorId, ApiKeyId, OrganizationId};
use vestibule_domain::ports::{ApiKey, AuditEvent, Credentials, Page, Paged, StoreError};
use vestibule_domain::token::TokenHash;

use super::{SqliteStore, failed};
use crate::codec::{Hash, Instant};
use crate::rows::{ApiKeyRow, paged, rows_of};

#[async_trait]
impl Credentials for SqliteStore {
    async fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM api_keys WHERE token_hash = ?1").bind(Hash::from(*token));
        let row: Option<ApiKeyRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(ApiKey::from))
    }

    async fn api_key_by_id(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM api_keys WHERE id = ?1").bind(id.0);
        let row: Option<ApiKeyRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(ApiKey::from))
    }

    async fn api_keys(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM api_keys WHERE organization_id IS ?1 AND (?2 IS NULL OR id > ?2) \
             ORDER BY id LIMIT ?3",
        )
        .bind(organization.map(|id| id.0))
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<ApiKeyRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn api_keys_made_by(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        // There are no more keys than people look after, so that reading all of them is soon done.
        let found = sqlx::query_as(
            "SELECT * FROM api_keys WHERE created_by ->> '$.kind' = 'administrator' AND created_by ->> '$.id' = ?1 \
             AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3",
        )
        .bind(administrator.to_string())
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<ApiKeyRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn create_api_key(&self, key: &ApiKey, audit: &AuditEvent) -> Result<(), StoreError> {
        let row = ApiKeyRow::from(key);
        let insert = sqlx::query(concat!(
            "INSERT INTO api_keys (",
            columns!(api_keys),
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(row.id)
        .bind(row.organization_id)
        .bind(row.name)
        .bind(row.token_hash)
        .bind(row.created_at)
        .bind(row.created_by)
        .bind(row.expires_at)
        .bind(row.last_used_at);
        self.change(insert, audit).await
    }

    async fn revoke_api_key(&self, id: ApiKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM api_keys WHERE id = ?").bind(id.0);
        self.change(delete, audit).await
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let note = sqlx::query(
            "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)",
        )
        .bind(id.0)
        .bind(Instant::from(at));
        note.execute(&self.writer).await.map(drop).map_err(failed)
    }
}
