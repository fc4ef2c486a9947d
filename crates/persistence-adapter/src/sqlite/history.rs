//! The history of sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::{OrganizationId, SignInId};
use vestibule_domain::ports::{DayCount, Page, Paged, SignInFilter, SignInHistory, StoreError};
use vestibule_domain::sign_in::SignInRecord;

use super::{SqliteStore, failed};
use crate::codec::{Instant, Text};
use crate::history::{ON_SQLITE, bind_history};
use crate::rows::{DayCountRow, ReadSignInRow, paged, rows_of};

#[async_trait]
impl SignInHistory for SqliteStore {
    async fn sign_ins(
        &self,
        organization: OrganizationId,
        filter: &SignInFilter,
        page: Page,
    ) -> Result<Paged<SignInRecord>, StoreError> {
        let found = sqlx::query_as(ON_SQLITE.page(filter));
        let rows: Vec<ReadSignInRow> =
            bind_history!(found, organization, filter, page).fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |read| read.row.id))
    }

    async fn sign_in(
        &self,
        organization: OrganizationId,
        id: SignInId,
    ) -> Result<Option<SignInRecord>, StoreError> {
        let row: Option<ReadSignInRow> =
            sqlx::query_as(read_sign_ins!("WHERE organization_id = ? AND id = ?"))
                .bind(organization.0)
                .bind(id.0)
                .fetch_optional(&self.reader)
                .await
                .map_err(failed)?;
        Ok(row.map(SignInRecord::from))
    }

    async fn sign_ins_by_day(
        &self,
        organization: OrganizationId,
        since: DateTime<Utc>,
    ) -> Result<Vec<DayCount>, StoreError> {
        let counts: Vec<DayCountRow> = sqlx::query_as(
            "SELECT date(at / 1000000, 'unixepoch') AS day, outcome, count(*) AS count FROM sign_ins \
             WHERE organization_id = ? AND at >= ? GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind(organization.0)
        .bind(Instant::from(since))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(counts.into_iter().map(DayCount::from).collect())
    }
}
