//! Keys of the administration API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use vestibule_domain::ids::{AdministratorId, ApiKeyId, OrganizationId};
use vestibule_domain::ports::{ApiKey, AuditEvent, Credentials, Page, Paged, StoreError};
use vestibule_domain::token::TokenHash;

use super::{PostgresStore, audited, insert};
use crate::codec::{Hash, Instant};
use crate::rows::{ApiKeyRow, AuditRow, paged, rows_of};

#[async_trait]
impl Credentials for PostgresStore {
    async fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM api_keys WHERE token_hash = $1").bind(Hash::from(*token));
        let row: Option<ApiKeyRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(ApiKey::from))
    }

    async fn api_key_by_id(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM api_keys WHERE id = $1").bind(id.0);
        let row: Option<ApiKeyRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(ApiKey::from))
    }

    async fn api_keys(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM api_keys WHERE organization_id IS NOT DISTINCT FROM $1 AND ($2 IS NULL OR id > $2) \
             ORDER BY id LIMIT $3",
        )
        .bind(organization.map(|id| id.0))
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<ApiKeyRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn api_keys_made_by(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        // There are no more keys than people look after, so that reading all of them is soon done.
        let found = sqlx::query_as(
            "SELECT * FROM api_keys WHERE created_by::json ->> 'kind' = 'administrator' AND created_by::json ->> 'id' = $1 \
             AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3",
        )
        .bind(administrator.to_string())
        .bind(page.after)
        .bind(rows_of(page));
        let rows: Vec<ApiKeyRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn create_api_key(&self, key: &ApiKey, audit: &AuditEvent) -> Result<(), StoreError> {
        let create = sqlx::query(audited!(insert!(api_keys, "$2")))
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([ApiKeyRow::from(key)]));
        self.change(create).await
    }

    async fn revoke_api_key(&self, id: ApiKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        let revoke = sqlx::query(audited!("DELETE FROM api_keys WHERE id = $2"))
            .bind(Json([AuditRow::from(audit)]))
            .bind(id.0);
        self.change(revoke).await
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let note = sqlx::query(
            "UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        )
        .bind(id.0)
        .bind(Instant::from(at));
        self.answer(note.execute(&self.pool)).await.map(drop)
    }
}
