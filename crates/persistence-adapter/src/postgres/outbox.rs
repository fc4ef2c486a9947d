//! The outbox.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use vestibule_domain::ids::{LetterId, OrganizationId};
use vestibule_domain::ports::{ClaimedLetter, Outbox, Settlement, StoreError, Undelivered};

use super::PostgresStore;
use crate::codec::Instant;
use crate::error::unless_conflict;
use crate::rows::{LetterRow, SettledColumns, UNDELIVERED, UndeliveredRow};

/// What another process is claiming is passed over. The attempt is compared again, for engines that lock later than PostgreSQL does.
const CLAIM: &str = "
WITH due AS MATERIALIZED (
    SELECT id, attempt FROM letters WHERE settled_at IS NULL AND due_at <= $1
    ORDER BY created_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE letters AS l SET attempt = l.attempt + 1, claimed = TRUE, due_at = $2 FROM due
WHERE l.id = due.id AND l.attempt = due.attempt
RETURNING l.organization_id, l.id, l.recipient, l.user_id, l.content, l.created_at, l.due_at, l.attempt
";

#[async_trait]
impl Outbox for PostgresStore {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedLetter>, StoreError> {
        let claim = sqlx::query_as(CLAIM)
            .bind(Instant::from(now))
            .bind(Instant::from(now + lease))
            .bind(i64::from(limit));
        let rows: Vec<LetterRow> = self.answer(claim.fetch_all(&self.pool)).await?;
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
        let settle = sqlx::query(
            "UPDATE letters SET claimed = FALSE, due_at = coalesce($1, due_at), settled_at = $2, failure = $3 \
             WHERE id = $4 AND attempt = $5 AND claimed AND settled_at IS NULL",
        )
        .bind(columns.due_at)
        .bind(columns.settled_at)
        .bind(columns.failure)
        .bind(id.0)
        .bind(i64::from(attempt));
        let settled = self.answer(settle.execute(&self.pool)).await?;
        unless_conflict(settled.rows_affected() == 1)
    }

    async fn undelivered(
        &self,
        organization: OrganizationId,
        written_by: DateTime<Utc>,
    ) -> Result<Undelivered, StoreError> {
        let count = sqlx::query_as(UNDELIVERED).bind(organization.0).bind(Instant::from(written_by));
        let row: UndeliveredRow = self.answer(count.fetch_one(&self.pool)).await?;
        Ok(row.into())
    }
}
