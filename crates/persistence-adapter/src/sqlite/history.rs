//! The history of sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::{OrganizationId, SignInId};
use vestibule_domain::ports::{DayCount, Page, Paged, SignInFilter, SignInHistory, StoreError};
use vestibule_domain::sign_in::SignInRecord;

use super::{SqliteStore, failed};
use crate::codec::{Instant, Text};
use crate::rows::{DayCountRow, ReadSignInRow, paged, rows_of};

#[async_trait]
impl SignInHistory for SqliteStore {
    async fn sign_ins(
        &self,
        organization: OrganizationId,
        filter: &SignInFilter,
        page: Page,
    ) -> Result<Paged<SignInRecord>, StoreError> {
        let rows: Vec<ReadSignInRow> = sqlx::query_as(read_sign_ins!(
            "WHERE organization_id = ?1 AND (?2 IS NULL OR id < ?2) \
             AND (?3 IS NULL OR outcome = ?3) AND (?4 IS NULL OR code = ?4) AND (?5 IS NULL OR user_id = ?5) \
             AND (?6 IS NULL OR at >= ?6) AND (?7 IS NULL OR at < ?7) \
             ORDER BY id DESC LIMIT ?8"
        ))
        .bind(organization.0)
        .bind(page.after)
        .bind(filter.outcome.map(Text))
        .bind(filter.code.map(Text))
        .bind(filter.user_id.map(|id| id.0))
        .bind(filter.since.map(Instant::from))
        .bind(filter.until.map(Instant::from))
        .bind(rows_of(page))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
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
