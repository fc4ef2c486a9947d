//! What arrived at sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::ids::{OrganizationId, SignInId};
use vestibule_domain::ports::{Arrivals, AuditEvent, StoreError};

use super::{SqliteStore, commit_audited, failed};
use crate::codec::Instant;
use crate::rows::ArrivalRow;

#[async_trait]
impl Arrivals for SqliteStore {
    async fn arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedArrival>, StoreError> {
        let mut state = self.read().await?;
        find(&mut state, organization, id, now).await.map_err(failed)
    }

    async fn look_at_arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<Option<SealedArrival>, StoreError> {
        let mut transaction = self.write().await?;
        let found = find(&mut transaction, organization, id, now).await.map_err(failed)?;
        if found.is_some() {
            commit_audited(transaction, audit).await?;
        }
        Ok(found)
    }
}

async fn find(
    state: &mut SqliteConnection,
    organization: OrganizationId,
    id: SignInId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<SealedArrival>> {
    let row: Option<ArrivalRow> = sqlx::query_as(
        "SELECT * FROM arrivals WHERE organization_id = ? AND sign_in_id = ? AND forget_after > ?",
    )
    .bind(organization.0)
    .bind(id.0)
    .bind(Instant::from(now))
    .fetch_optional(state)
    .await?;
    Ok(row.map(SealedArrival::from))
}
