//! The service's own keys.

use async_trait::async_trait;
use sqlx::types::Json;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{AuditEvent, ServiceKeys, StoreError};
use vestibule_domain::service_key::ServiceKey;

use super::{PostgresStore, audited, failed, insert};
use crate::rows::{AuditRow, ServiceKeyRow};

#[async_trait]
impl ServiceKeys for PostgresStore {
    async fn service_keys(&self) -> Result<Vec<ServiceKey>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM service_keys ORDER BY id");
        let rows: Vec<ServiceKeyRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(ServiceKey::from).collect())
    }

    async fn add_service_key(&self, key: &ServiceKey, audit: &AuditEvent) -> Result<(), StoreError> {
        let add = sqlx::query(audited!(insert!(service_keys, "$2")))
            .bind(Json([AuditRow::from(audit)]))
            .bind(Json([ServiceKeyRow::from(key)]));
        self.change(add).await
    }

    async fn activate_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            let usage: Option<String> = sqlx::query_scalar(
                "SELECT usage FROM service_keys WHERE id = $1 AND state = 'next' FOR UPDATE",
            )
            .bind(id.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            let usage = usage.ok_or(StoreError::Conflict)?;
            // In this order, because the unique key holds after every statement.
            sqlx::query("UPDATE service_keys SET state = 'previous' WHERE usage = $1 AND state = 'current'")
                .bind(usage)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            sqlx::query(audited!("UPDATE service_keys SET state = 'current' WHERE id = $2"))
                .bind(Json([AuditRow::from(audit)]))
                .bind(id.0)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }

    async fn remove_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        let remove = sqlx::query(audited!("DELETE FROM service_keys WHERE id = $2 AND state <> 'current'"))
            .bind(Json([AuditRow::from(audit)]))
            .bind(id.0);
        self.change(remove).await
    }
}
