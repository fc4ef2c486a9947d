//! What arrived at sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::ids::{OrganizationId, SignInId};
use vestibule_domain::ports::{Arrivals, AuditEvent, StoreError};

use super::{PostgresStore, insert};
use crate::codec::Instant;
use crate::rows::{ArrivalRow, AuditRow};

const LOOK: &str = concat!(
    "WITH found AS MATERIALIZED (
        SELECT a.organization_id AS organization, a.sign_in_id AS sign_in FROM arrivals AS a
        WHERE a.organization_id = $2 AND a.sign_in_id = $3 AND a.forget_after > $4
    ), seen AS (",
    insert!(audit_events, "$1"),
    ", found)
    SELECT a.* FROM arrivals AS a JOIN found ON a.organization_id = found.organization AND a.sign_in_id = found.sign_in"
);

#[async_trait]
impl Arrivals for PostgresStore {
    async fn arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedArrival>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM arrivals WHERE organization_id = $1 AND sign_in_id = $2 AND forget_after > $3",
        )
        .bind(organization.0)
        .bind(id.0)
        .bind(Instant::from(now));
        let row: Option<ArrivalRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(SealedArrival::from))
    }

    async fn look_at_arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<Option<SealedArrival>, StoreError> {
        let look = sqlx::query_as(LOOK)
            .bind(Json([AuditRow::from(audit)]))
            .bind(organization.0)
            .bind(id.0)
            .bind(Instant::from(now));
        let row: Option<ArrivalRow> = self.answer(look.fetch_optional(&self.pool)).await?;
        Ok(row.map(SealedArrival::from))
    }
}
