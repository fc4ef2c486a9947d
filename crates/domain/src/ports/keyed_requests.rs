//! Requests that may be sent again, and what they were answered.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::idempotency::{ClaimedRequest, RequestClaim, SealedAnswer};
use crate::ids::UserId;

/// Remembers requests by their keys. They go with the API key that they came with.
#[async_trait]
pub trait KeyedRequests: Send + Sync {
    /// Claims a request, unless [what is known of it](crate::idempotency::KnownRequest::answers) says otherwise. Of several who claim one at
    /// once, one gets it. Where none is known, and as many of the API key as [may be](crate::idempotency::MOST_ON_A_SHELF) on
    /// its [shelf](crate::idempotency::KeyedRequest::shelf), it is too many.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody was faster, or the API key is gone.
    async fn claim_request(
        &self,
        claim: &RequestClaim,
        now: DateTime<Utc>,
    ) -> Result<ClaimedRequest, StoreError>;

    /// Keeps the answer of a claimed request, which tells of a user, perhaps: who is purged takes it along.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the request is not the claim's any more.
    async fn keep_answer(
        &self,
        claim: &RequestClaim,
        answer: &SealedAnswer,
        about: Option<UserId>,
    ) -> Result<(), StoreError>;

    /// Forgets a request that is not answered, so that it can be sent again. One that is not the claim's any more stays as it is.
    ///
    /// # Errors
    /// The store's.
    async fn release_request(&self, claim: &RequestClaim) -> Result<(), StoreError>;
}
