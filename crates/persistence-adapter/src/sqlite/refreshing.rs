//! Metadata that is fetched again and again, and what is told of certificates.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{
    CertificateWarning, CertificateWarnings, MetadataRefreshes, SettledRefresh, StoreError, TrackedRefresh,
};

use super::recording::insert_letter;
use super::{SqliteStore, failed, insert_audit};
use crate::codec::{Document, Instant};
use crate::error::unless_conflict;
use crate::rows::{IdentityProviderColumns, RefreshRow};

#[async_trait]
impl MetadataRefreshes for SqliteStore {
    async fn metadata_refresh(&self, connection: ConnectionId) -> Result<Option<TrackedRefresh>, StoreError> {
        let row: Option<RefreshRow> = sqlx::query_as(
            "SELECT r.organization_id, r.connection_id, r.refresh, r.attempt, c.key AS connection_key, \
             c.identity_provider_version FROM metadata_refreshes AS r \
             JOIN connections AS c ON c.organization_id = r.organization_id AND c.id = r.connection_id \
             WHERE r.connection_id = ?",
        )
        .bind(connection.0)
        .fetch_optional(&self.reader)
        .await
        .map_err(failed)?;
        Ok(row.map(TrackedRefresh::from))
    }

    async fn claim_refreshes(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<TrackedRefresh>, StoreError> {
        // One statement of the only writer: nobody is between its read and its write.
        let rows: Vec<RefreshRow> = sqlx::query_as(
            "UPDATE metadata_refreshes SET attempt = attempt + 1, due_at = ?2 \
             WHERE (organization_id, connection_id) IN ( \
                 SELECT organization_id, connection_id FROM metadata_refreshes WHERE due_at <= ?1 \
                 ORDER BY due_at, connection_id LIMIT ?3) \
             RETURNING organization_id, connection_id, refresh, attempt, \
             (SELECT c.key FROM connections AS c WHERE c.id = connection_id) AS connection_key, \
             (SELECT c.identity_provider_version FROM connections AS c WHERE c.id = connection_id) \
             AS identity_provider_version",
        )
        .bind(Instant::from(now))
        .bind(Instant::from(now + lease))
        .bind(limit)
        .fetch_all(&self.writer)
        .await
        .map_err(failed)?;
        Ok(RefreshRow::longest_due_first(rows))
    }

    async fn settle_refresh(&self, settled: &SettledRefresh) -> Result<(), StoreError> {
        let seen = &settled.tracked;
        let mut transaction = self.write().await?;
        let refreshed = sqlx::query(
            "UPDATE metadata_refreshes SET refresh = ?, due_at = ?, attempt = attempt + 1 \
             WHERE organization_id = ? AND connection_id = ? AND attempt = ? AND EXISTS ( \
             SELECT 1 FROM connections AS c WHERE c.id = connection_id AND c.identity_provider_version = ?)",
        )
        .bind(Document(seen.refresh.clone()))
        .bind(Instant::from(seen.refresh.next_at))
        .bind(seen.organization_id.0)
        .bind(seen.connection_id.0)
        .bind(seen.attempt)
        .bind(seen.identity_provider_version.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(refreshed.rows_affected() == 1)?;
        if let Some(taken) = &settled.taken {
            let columns = IdentityProviderColumns::from(Some(taken));
            sqlx::query(
                "UPDATE connections SET identity_provider = ?, entity_id_hash = ?, \
                 identity_provider_version = identity_provider_version + 1, updated_at = ? \
                 WHERE organization_id = ? AND id = ?",
            )
            .bind(columns.identity_provider)
            .bind(columns.entity_id_hash)
            .bind(Instant::from(settled.at))
            .bind(seen.organization_id.0)
            .bind(seen.connection_id.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        for letter in &settled.letters {
            insert_letter(&mut transaction, letter).await.map_err(failed)?;
        }
        for event in &settled.audit {
            insert_audit(&mut transaction, event).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }
}

#[async_trait]
impl CertificateWarnings for SqliteStore {
    async fn warn_of_certificate(
        &self,
        warning: &CertificateWarning,
        letter: &Letter,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let written = sqlx::query(
            "INSERT INTO certificate_warnings (organization_id, connection_id, sha256_fingerprint, days, at) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(warning.organization_id.0)
        .bind(warning.connection_id.0)
        .bind(warning.sha256_fingerprint.clone())
        .bind(warning.days)
        .bind(Instant::from(warning.at))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if written.rows_affected() == 0 {
            return Ok(false);
        }
        insert_letter(&mut transaction, letter).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }
}
