//! Requests that may be sent again.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use vestibule_domain::idempotency::{
    ClaimedRequest, KeyedRequest, KnownRequest, MOST_ON_A_SHELF, RequestClaim, SealedAnswer,
};
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{KeyedRequests, StoreError};

use super::{SqliteStore, failed};
use crate::codec::{Bytes, Hash, Instant};
use crate::error::unless_conflict;
use crate::keyed_requests::{KEEP, KNOWN, RELEASE, SHELF};
use crate::rows::KnownRequestRow;

/// Takes the place of one that is forgotten, or was not settled.
const CLAIM: &str = "
INSERT OR REPLACE INTO keyed_requests (api_key_id, key_hash, content_hash, claim_id, leased_until, kept_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
";

#[async_trait]
impl KeyedRequests for SqliteStore {
    async fn claim_request(
        &self,
        claim: &RequestClaim,
        now: DateTime<Utc>,
    ) -> Result<ClaimedRequest, StoreError> {
        let mut transaction = self.write().await?;
        if let Some(answer) = found(&mut transaction, claim, now).await.map_err(failed)? {
            return Ok(answer);
        }
        let request = &claim.request;
        sqlx::query(CLAIM)
            .bind(request.api_key.0)
            .bind(Hash::from(request.key))
            .bind(Hash::from(request.content))
            .bind(claim.id.0)
            .bind(Instant::from(claim.leased_until))
            .bind(Instant::from(claim.kept_until))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(ClaimedRequest::New)
    }

    async fn keep_answer(
        &self,
        claim: &RequestClaim,
        answer: &SealedAnswer,
        about: Option<UserId>,
    ) -> Result<(), StoreError> {
        let kept = sqlx::query(KEEP)
            .bind(claim.request.api_key.0)
            .bind(Hash::from(claim.request.key))
            .bind(claim.id.0)
            .bind(Bytes(answer.0.clone()))
            .bind(about.map(|id| id.0))
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        unless_conflict(kept.rows_affected() == 1)
    }

    async fn release_request(&self, claim: &RequestClaim) -> Result<(), StoreError> {
        let released = sqlx::query(RELEASE)
            .bind(claim.request.api_key.0)
            .bind(Hash::from(claim.request.key))
            .bind(claim.id.0);
        released.execute(&self.writer).await.map(drop).map_err(failed)
    }
}

/// What speaks against a claim.
async fn found(
    state: &mut SqliteConnection,
    claim: &RequestClaim,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ClaimedRequest>> {
    let request = &claim.request;
    let known: Option<KnownRequestRow> = sqlx::query_as(KNOWN)
        .bind(request.api_key.0)
        .bind(Hash::from(request.key))
        .fetch_optional(&mut *state)
        .await?;
    match known {
        Some(known) => Ok(KnownRequest::from(known).answers(claim, now)),
        None => Ok(is_full(state, request).await?.then_some(ClaimedRequest::TooMany)),
    }
}

async fn is_full(state: &mut SqliteConnection, request: &KeyedRequest) -> sqlx::Result<bool> {
    let (first, last) = request.shelf();
    let there: i64 = sqlx::query_scalar(SHELF)
        .bind(request.api_key.0)
        .bind(Hash::from(first))
        .bind(Hash::from(last))
        .fetch_one(state)
        .await?;
    Ok(there >= i64::from(MOST_ON_A_SHELF))
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Row as _};

    use super::*;
    use crate::planning::{self, block_on};

    #[test]
    fn a_request_and_its_shelf_are_found_along_the_primary_key() {
        block_on(planning::sqlite(
            |_| Vec::new(),
            async |_, _, connection| {
                for (statement, along) in [
                    (KNOWN, "(api_key_id=? AND key_hash=?)"),
                    (SHELF, "(api_key_id=? AND key_hash>? AND key_hash<?)"),
                ] {
                    let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
                    let rows = explain.fetch_all(&mut *connection).await.unwrap();
                    let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
                    assert!(plan.len() == 1 && plan[0].ends_with(along), "{plan:#?}");
                }
            },
        ));
    }
}
