//! Requests that may be sent again.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vestibule_domain::idempotency::{
    ClaimedRequest, KeyedRequest, KnownRequest, MOST_ON_A_SHELF, RequestClaim, SealedAnswer,
};
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{KeyedRequests, StoreError};

use super::{PostgresStore, failed};
use crate::codec::{Bytes, Hash, Instant};
use crate::error::unless_conflict;
use crate::keyed_requests::{KEEP, KNOWN, RELEASE, SHELF};
use crate::rows::KnownRequestRow;

/// Takes the place of one that is forgotten, or was not settled. Whether it still is so is asked again of the row that is locked:
/// somebody may have claimed it since it was read.
const CLAIM: &str = "
INSERT INTO keyed_requests AS k (api_key_id, key_hash, content_hash, claim_id, leased_until, kept_until)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (api_key_id, key_hash) DO UPDATE SET content_hash = excluded.content_hash, claim_id = excluded.claim_id,
    leased_until = excluded.leased_until, answer = NULL, user_id = NULL, kept_until = excluded.kept_until
WHERE k.kept_until <= $7 OR (k.answer IS NULL AND k.leased_until <= $7 AND k.content_hash = excluded.content_hash)
";

#[async_trait]
impl KeyedRequests for PostgresStore {
    async fn claim_request(
        &self,
        claim: &RequestClaim,
        now: DateTime<Utc>,
    ) -> Result<ClaimedRequest, StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            if let Some(answer) = found(&mut transaction, claim, now).await.map_err(failed)? {
                return Ok(answer);
            }
            let request = &claim.request;
            let claimed = sqlx::query(CLAIM)
                .bind(request.api_key.0)
                .bind(Hash::from(request.key))
                .bind(Hash::from(request.content))
                .bind(claim.id.0)
                .bind(Instant::from(claim.leased_until))
                .bind(Instant::from(claim.kept_until))
                .bind(Instant::from(now))
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            unless_conflict(claimed.rows_affected() == 1)?;
            transaction.commit().await.map_err(failed)?;
            Ok(ClaimedRequest::New)
        })
        .await
    }

    async fn keep_answer(
        &self,
        claim: &RequestClaim,
        answer: &SealedAnswer,
        about: Option<UserId>,
    ) -> Result<(), StoreError> {
        let keep = sqlx::query(KEEP)
            .bind(claim.request.api_key.0)
            .bind(Hash::from(claim.request.key))
            .bind(claim.id.0)
            .bind(Bytes(answer.0.clone()))
            .bind(about.map(|id| id.0));
        let kept = self.answer(keep.execute(&self.pool)).await?;
        unless_conflict(kept.rows_affected() == 1)
    }

    async fn release_request(&self, claim: &RequestClaim) -> Result<(), StoreError> {
        let release = sqlx::query(RELEASE)
            .bind(claim.request.api_key.0)
            .bind(Hash::from(claim.request.key))
            .bind(claim.id.0);
        self.answer(release.execute(&self.pool)).await.map(drop)
    }
}

/// What speaks against a claim.
async fn found(
    state: &mut PgConnection,
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

async fn is_full(state: &mut PgConnection, request: &KeyedRequest) -> sqlx::Result<bool> {
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
    use sqlx::AssertSqlSafe;
    use uuid::Uuid;
    use vestibule_domain::idempotency::RequestHash;

    use super::*;
    use crate::planning::{self, block_on};

    /// An API key with 30,000 requests.
    fn requests() -> Vec<String> {
        let key = Uuid::nil();
        vec![
            format!(
                "INSERT INTO api_keys (id, name, token_hash, created_at) VALUES ('{key}', 'CI', '\\x00', now())"
            ),
            format!(
                "INSERT INTO keyed_requests (api_key_id, key_hash, content_hash, claim_id, leased_until, kept_until) \
                 SELECT '{key}', sha256(n::text::bytea), sha256(''), gen_random_uuid(), now(), now() \
                 FROM generate_series(1, 30000) AS n"
            ),
        ]
    }

    #[test]
    fn a_request_and_its_shelf_are_found_along_the_primary_key() {
        block_on(planning::postgres(
            "keyed",
            |_| requests(),
            async |_, _, connection| {
                let request = KeyedRequest::new(Uuid::nil().into(), "monday", &[]);
                let (first, last) = request.shelf();
                let plan = async |statement: &str, hashes: &[RequestHash], connection: &mut PgConnection| {
                    let explain = format!("EXPLAIN {statement}");
                    let mut explain =
                        sqlx::query_scalar(AssertSqlSafe(explain)).persistent(false).bind(request.api_key.0);
                    for hash in hashes {
                        explain = explain.bind(Hash::from(*hash));
                    }
                    let lines: Vec<String> = explain.fetch_all(connection).await.unwrap();
                    lines.join("\n")
                };
                for (statement, hashes) in [(KNOWN, &[request.key][..]), (SHELF, &[first, last])] {
                    let plan = plan(statement, hashes, connection).await;
                    assert!(plan.contains("keyed_requests_pkey"), "{plan}");
                    assert!(
                        plan.contains("Index Cond: ((api_key_id = ") && plan.contains("AND (key_hash "),
                        "{plan}"
                    );
                    assert!(!plan.contains("Seq Scan"), "{plan}");
                }
            },
        ));
    }
}
