//! The history of sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::{OrganizationId, SignInId};
use vestibule_domain::ports::{DayCount, Page, Paged, SignInFilter, SignInHistory, StoreError};
use vestibule_domain::sign_in::SignInRecord;

use super::PostgresStore;
use crate::codec::{Instant, Text};
use crate::history::{ON_POSTGRES, bind_history};
use crate::rows::{DayCountRow, ReadSignInRow, paged, rows_of};

#[async_trait]
impl SignInHistory for PostgresStore {
    async fn sign_ins(
        &self,
        organization: OrganizationId,
        filter: &SignInFilter,
        page: Page,
    ) -> Result<Paged<SignInRecord>, StoreError> {
        let found = bind_history!(sqlx::query_as(ON_POSTGRES.page(filter)), organization, filter, page);
        let rows: Vec<ReadSignInRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |read| read.row.id))
    }

    async fn sign_in(
        &self,
        organization: OrganizationId,
        id: SignInId,
    ) -> Result<Option<SignInRecord>, StoreError> {
        let found = sqlx::query_as(read_sign_ins!("WHERE organization_id = $1 AND id = $2"))
            .bind(organization.0)
            .bind(id.0);
        let row: Option<ReadSignInRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(SignInRecord::from))
    }

    async fn sign_ins_by_day(
        &self,
        organization: OrganizationId,
        since: DateTime<Utc>,
    ) -> Result<Vec<DayCount>, StoreError> {
        let counted = sqlx::query_as(
            "SELECT (at AT TIME ZONE 'UTC')::date AS day, outcome, count(*) AS count FROM sign_ins \
             WHERE organization_id = $1 AND at >= $2 GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind(organization.0)
        .bind(Instant::from(since));
        let counts: Vec<DayCountRow> = self.answer(counted.fetch_all(&self.pool)).await?;
        Ok(counts.into_iter().map(DayCount::from).collect())
    }
}
