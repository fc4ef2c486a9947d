//! Metadata that is fetched again and again, and what is told of certificates.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use sqlx::types::Json;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{
    CertificateWarning, CertificateWarnings, MetadataRefreshes, SettledRefresh, StoreError, TrackedRefresh,
};

use super::{PostgresStore, failed, insert};
use crate::codec::{Document, Instant};
use crate::error::unless_conflict;
use crate::rows::{AuditRow, IdentityProviderColumns, NewLetter, RefreshRow};

/// What another process is claiming is passed over. The attempt is compared again, for engines that lock later than PostgreSQL does.
const CLAIM: &str = "
WITH due AS MATERIALIZED (
    SELECT organization_id, connection_id, attempt FROM metadata_refreshes WHERE due_at <= $1
    ORDER BY due_at, connection_id LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE metadata_refreshes AS r SET attempt = r.attempt + 1, due_at = $2 FROM due, connections AS c
WHERE r.organization_id = due.organization_id AND r.connection_id = due.connection_id AND r.attempt = due.attempt
AND c.organization_id = r.organization_id AND c.id = r.connection_id
RETURNING r.organization_id, r.connection_id, r.refresh, r.attempt, c.key AS connection_key, c.identity_provider_version
";

/// The warning and its letter, unless somebody was warned before.
const WARN: &str = concat!(
    "WITH warned AS (
        INSERT INTO certificate_warnings (organization_id, connection_id, sha256_fingerprint, days, at)
        VALUES ($2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1
    ) ",
    insert!(letters, "$1"),
    ", warned"
);

#[async_trait]
impl MetadataRefreshes for PostgresStore {
    async fn metadata_refresh(&self, connection: ConnectionId) -> Result<Option<TrackedRefresh>, StoreError> {
        let found = sqlx::query_as(
            "SELECT r.organization_id, r.connection_id, r.refresh, r.attempt, c.key AS connection_key, \
             c.identity_provider_version FROM metadata_refreshes AS r \
             JOIN connections AS c ON c.organization_id = r.organization_id AND c.id = r.connection_id \
             WHERE c.id = $1",
        )
        .bind(connection.0);
        let row: Option<RefreshRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(TrackedRefresh::from))
    }

    async fn claim_refreshes(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<TrackedRefresh>, StoreError> {
        let claim = sqlx::query_as(CLAIM)
            .bind(Instant::from(now))
            .bind(Instant::from(now + lease))
            .bind(i64::from(limit));
        let rows: Vec<RefreshRow> = self.answer(claim.fetch_all(&self.pool)).await?;
        Ok(RefreshRow::longest_due_first(rows))
    }

    /// The connection is locked before its refresh, as where an administrator replaces both.
    async fn settle_refresh(&self, settled: &SettledRefresh) -> Result<(), StoreError> {
        let seen = &settled.tracked;
        self.in_time(async {
            let mut transaction = self.write().await?;
            let as_seen = match &settled.taken {
                None => sqlx::query(
                    "SELECT 1 FROM connections WHERE organization_id = $1 AND id = $2 \
                         AND identity_provider_version = $3 FOR SHARE",
                )
                .bind(seen.organization_id.0)
                .bind(seen.connection_id.0)
                .bind(seen.identity_provider_version.0),
                Some(taken) => {
                    let columns = IdentityProviderColumns::from(Some(taken));
                    sqlx::query(
                        "UPDATE connections SET identity_provider = $4, entity_id_hash = $5, \
                         identity_provider_version = identity_provider_version + 1, updated_at = $6 \
                         WHERE organization_id = $1 AND id = $2 AND identity_provider_version = $3",
                    )
                    .bind(seen.organization_id.0)
                    .bind(seen.connection_id.0)
                    .bind(seen.identity_provider_version.0)
                    .bind(columns.identity_provider)
                    .bind(columns.entity_id_hash)
                    .bind(Instant::from(settled.at))
                }
            };
            let as_seen = as_seen.execute(&mut *transaction).await.map_err(failed)?;
            unless_conflict(as_seen.rows_affected() == 1)?;
            let refreshed = sqlx::query(
                "UPDATE metadata_refreshes SET refresh = $4, due_at = $5, attempt = attempt + 1 \
                 WHERE organization_id = $1 AND connection_id = $2 AND attempt = $3",
            )
            .bind(seen.organization_id.0)
            .bind(seen.connection_id.0)
            .bind(i64::from(seen.attempt))
            .bind(Document(seen.refresh.clone()))
            .bind(Instant::from(seen.refresh.next_at))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(refreshed.rows_affected() == 1)?;
            if !settled.letters.is_empty() {
                sqlx::query(insert!(letters, "$1"))
                    .bind(Json(settled.letters.iter().map(NewLetter::from).collect::<Vec<_>>()))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed)?;
            }
            if !settled.audit.is_empty() {
                sqlx::query(insert!(audit_events, "$1"))
                    .bind(Json(settled.audit.iter().map(AuditRow::from).collect::<Vec<_>>()))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed)?;
            }
            transaction.commit().await.map_err(failed)
        })
        .await
    }
}

#[async_trait]
impl CertificateWarnings for PostgresStore {
    async fn warn_of_certificate(
        &self,
        warning: &CertificateWarning,
        letter: &Letter,
    ) -> Result<bool, StoreError> {
        let warn = sqlx::query(WARN)
            .bind(Json([NewLetter::from(letter)]))
            .bind(warning.organization_id.0)
            .bind(warning.connection_id.0)
            .bind(warning.sha256_fingerprint.as_str())
            .bind(i32::from(warning.days))
            .bind(Instant::from(warning.at));
        let written = self.answer(warn.execute(&self.pool)).await?;
        Ok(written.rows_affected() == 1)
    }
}
