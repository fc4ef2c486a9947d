//! The service's own keys.

use async_trait::async_trait;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{AuditEvent, ServiceKeys, StoreError};
use vestibule_domain::service_key::ServiceKey;

use super::{SqliteStore, commit_audited, failed};
use crate::rows::ServiceKeyRow;

#[async_trait]
impl ServiceKeys for SqliteStore {
    async fn service_keys(&self) -> Result<Vec<ServiceKey>, StoreError> {
        let rows: Vec<ServiceKeyRow> = sqlx::query_as("SELECT * FROM service_keys ORDER BY id")
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        Ok(rows.into_iter().map(ServiceKey::from).collect())
    }

    async fn add_service_key(&self, key: &ServiceKey, audit: &AuditEvent) -> Result<(), StoreError> {
        let row = ServiceKeyRow::from(key);
        let insert = sqlx::query(
            "INSERT INTO service_keys (id, usage, state, certificate, sealed, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id)
        .bind(row.usage)
        .bind(row.state)
        .bind(row.certificate)
        .bind(row.sealed)
        .bind(row.created_at);
        self.change(insert, audit).await
    }

    async fn activate_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let usage: Option<String> =
            sqlx::query_scalar("SELECT usage FROM service_keys WHERE id = ? AND state = 'next'")
                .bind(id.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let usage = usage.ok_or(StoreError::Conflict)?;
        // In this order, because the unique key holds after every statement.
        sqlx::query("UPDATE service_keys SET state = 'previous' WHERE usage = ? AND state = 'current'")
            .bind(usage)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query("UPDATE service_keys SET state = 'current' WHERE id = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn remove_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM service_keys WHERE id = ? AND state <> 'current'").bind(id.0);
        self.change(delete, audit).await
    }
}
