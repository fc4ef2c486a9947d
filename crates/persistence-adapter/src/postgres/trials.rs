//! Trials of connections.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{StoreError, Trials};
use vestibule_domain::trial::{Trial, TrialAnswer};

use super::{PostgresStore, raced};
use crate::codec::{Bytes, Document, Hash, Instant, Opaque};
use crate::rows::TrialRow;

#[async_trait]
impl Trials for PostgresStore {
    async fn begin_trial(&self, trial: &Trial) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "INSERT INTO trials (organization_id, id, connection_id, browser, draft, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(trial.organization_id.0)
        .bind(Opaque(trial.id.clone()))
        .bind(trial.connection_id.0)
        .bind(Hash::from(trial.browser))
        .bind(Document(&trial.draft))
        .bind(Instant::from(trial.expires_at));
        self.in_time(async { insert.execute(&self.pool).await.map_err(raced) }).await?;
        Ok(())
    }

    async fn trial(
        &self,
        organization: OrganizationId,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Trial>, StoreError> {
        let found =
            sqlx::query_as("SELECT * FROM trials WHERE organization_id = $1 AND id = $2 AND expires_at > $3")
                .bind(organization.0)
                .bind(Opaque(id.to_owned()))
                .bind(Instant::from(now));
        let row: Option<TrialRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Trial::from))
    }

    async fn trials_kept(&self, organization: OrganizationId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let kept =
            sqlx::query_scalar("SELECT count(*) FROM trials WHERE organization_id = $1 AND expires_at > $2")
                .bind(organization.0)
                .bind(Instant::from(now));
        let kept: i64 = self.answer(kept.fetch_one(&self.pool)).await?;
        Ok(kept.unsigned_abs())
    }

    async fn answer_trial(
        &self,
        organization: OrganizationId,
        id: &str,
        answer: &TrialAnswer,
        kept_until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let update = sqlx::query(
            "UPDATE trials SET answered_at = $1, sealed = $2, expires_at = $3 \
             WHERE organization_id = $4 AND id = $5 AND answered_at IS NULL AND expires_at > $1",
        )
        .bind(Instant::from(answer.at))
        .bind(Bytes(answer.sealed.clone()))
        .bind(Instant::from(kept_until))
        .bind(organization.0)
        .bind(Opaque(id.to_owned()));
        let written = self.answer(update.execute(&self.pool)).await?;
        if written.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}
