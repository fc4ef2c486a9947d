//! The outbox.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use vestibule_domain::ids::{LetterId, OrganizationId};
use vestibule_domain::ports::{ClaimedLetter, Outbox, Settlement, StoreError, Undelivered};

use super::{SqliteStore, failed};
use crate::codec::Instant;
use crate::error::unless_conflict;
use crate::rows::{LetterRow, SettledColumns, UNDELIVERED, UndeliveredRow};

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedLetter>, StoreError> {
        // One statement of the only writer: nobody is between its read and its write.
        let rows: Vec<LetterRow> = sqlx::query_as(
            "UPDATE letters SET attempt = attempt + 1, claimed = TRUE, due_at = ?2 \
             WHERE id IN ( \
                 SELECT id FROM letters WHERE settled_at IS NULL AND due_at <= ?1 \
                 ORDER BY created_at, id LIMIT ?3) \
             RETURNING organization_id, id, recipient, user_id, content, created_at, due_at, attempt",
        )
        .bind(Instant::from(now))
        .bind(Instant::from(now + lease))
        .bind(limit)
        .fetch_all(&self.writer)
        .await
        .map_err(failed)?;
        Ok(LetterRow::oldest_first(rows))
    }

    async fn settle(
        &self,
        id: LetterId,
        attempt: u32,
        settlement: &Settlement,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let columns = SettledColumns::new(settlement, now);
        let settled = sqlx::query(
            "UPDATE letters SET claimed = FALSE, due_at = coalesce(?, due_at), settled_at = ?, failure = ? \
             WHERE id = ? AND attempt = ? AND claimed AND settled_at IS NULL",
        )
        .bind(columns.due_at)
        .bind(columns.settled_at)
        .bind(columns.failure)
        .bind(id.0)
        .bind(attempt)
        .execute(&self.writer)
        .await
        .map_err(failed)?;
        unless_conflict(settled.rows_affected() == 1)
    }

    async fn undelivered(
        &self,
        organization: OrganizationId,
        written_by: DateTime<Utc>,
    ) -> Result<Undelivered, StoreError> {
        let count = sqlx::query_as(UNDELIVERED).bind(organization.0).bind(Instant::from(written_by));
        let row: UndeliveredRow = count.fetch_one(&self.reader).await.map_err(failed)?;
        Ok(row.into())
    }
}
