//! Requests that may be sent again.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State, unless_conflict};
use crate::idempotency::{
    ClaimedRequest, KeyedRequest, KnownRequest, MOST_ON_A_SHELF, RequestClaim, RequestHash, SealedAnswer,
};
use crate::ids::{ApiKeyId, RequestClaimId, UserId};
use crate::ports::{KeyedRequests, StoreError};

/// A request, whose it is, and whom its answer is about.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub(super) known: KnownRequest,
    claim: RequestClaimId,
    pub(super) about: Option<UserId>,
}

fn place(request: &KeyedRequest) -> (ApiKeyId, RequestHash) {
    (request.api_key, request.key)
}

#[async_trait]
impl KeyedRequests for MemoryStore {
    async fn claim_request(
        &self,
        claim: &RequestClaim,
        now: DateTime<Utc>,
    ) -> Result<ClaimedRequest, StoreError> {
        self.write(|state| {
            let request = &claim.request;
            unless_conflict(state.api_keys.contains_key(&request.api_key))?;
            match state.keyed_requests.get(&place(request)) {
                Some(keyed) => {
                    if let Some(answer) = keyed.known.clone().answers(claim, now) {
                        return Ok(answer);
                    }
                }
                None if state.shelf(request) >= MOST_ON_A_SHELF as usize => {
                    return Ok(ClaimedRequest::TooMany);
                }
                None => {}
            }
            let known = KnownRequest {
                content: request.content,
                leased_until: claim.leased_until,
                kept_until: claim.kept_until,
                answer: None,
            };
            state.keyed_requests.insert(place(request), Keyed { known, claim: claim.id, about: None });
            Ok(ClaimedRequest::New)
        })
    }

    async fn keep_answer(
        &self,
        claim: &RequestClaim,
        answer: &SealedAnswer,
        about: Option<UserId>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let keyed = state.claimed(claim).ok_or(StoreError::Conflict)?;
            keyed.known.answer = Some(answer.clone());
            keyed.about = about;
            Ok(())
        })
    }

    async fn release_request(&self, claim: &RequestClaim) -> Result<(), StoreError> {
        self.write(|state| {
            if state.claimed(claim).is_some() {
                state.keyed_requests.remove(&place(&claim.request));
            }
            Ok(())
        })
    }
}

impl State {
    /// How many requests are on the shelf of this one.
    fn shelf(&self, request: &KeyedRequest) -> usize {
        let (first, last) = request.shelf();
        self.keyed_requests.range((request.api_key, first)..=(request.api_key, last)).count()
    }

    /// The request, if it is the claim's and not answered.
    fn claimed(&mut self, claim: &RequestClaim) -> Option<&mut Keyed> {
        let keyed = self.keyed_requests.get_mut(&place(&claim.request))?;
        (keyed.claim == claim.id && keyed.known.answer.is_none()).then_some(keyed)
    }

    /// Requests go with the API key that they came with.
    pub(super) fn forget_requests_without_key(&mut self) {
        let keys = &self.api_keys;
        self.keyed_requests.retain(|(key, _), _| keys.contains_key(key));
    }
}
