//! Answering a request once, however often it is sent.

use std::sync::Arc;

use tracing::{error, warn};

use super::world::{ATTEMPTS, World};
use crate::idempotency::{ClaimedRequest, KeyedRequest, RequestClaim, SealedAnswer};
use crate::ids::UserId;
use crate::ports::{KeyError, StoreError, Vault};

/// Why a request with a key is not run.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// It is being run.
    #[error("the request with this key has not been answered yet")]
    InUse,
    /// The key was given to another request.
    #[error("the key was used for another request before")]
    Reused,
    /// Too many requests of the API key are remembered.
    #[error("there were too many requests with keys in a day")]
    TooMany,
    /// It was answered, and the answer sealed under another key than this installation has now.
    #[error("the answer was sealed under the key of another key file")]
    SealedElsewhere,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sees to it that a request is run once.
#[derive(Clone)]
pub struct AnswerOnce {
    /// The store, the time and chance.
    pub world: World,
    /// Who seals answers.
    pub vault: Arc<dyn Vault>,
}

/// What is to be done with a request.
#[derive(Debug)]
pub enum Answering {
    /// To run it.
    New(OpenRequest),
    /// To give the answer that it had before.
    Again(Vec<u8>),
}

impl AnswerOnce {
    /// Claims the request, or finds its answer.
    ///
    /// # Errors
    /// [`IdempotencyError`].
    #[tracing::instrument(name = "answer_once", skip_all, fields(api_key.id = %request.api_key))]
    pub async fn run(&self, request: KeyedRequest) -> Result<Answering, IdempotencyError> {
        for _ in 0..ATTEMPTS {
            match self.attempt(request).await {
                Err(IdempotencyError::Store(StoreError::Conflict)) => {}
                result => return result,
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn attempt(&self, request: KeyedRequest) -> Result<Answering, IdempotencyError> {
        let world = &self.world;
        let now = world.now();
        let claim = RequestClaim::new(world.id(), request, now);
        match world.store.claim_request(&claim, now).await? {
            ClaimedRequest::New => Ok(Answering::New(OpenRequest { once: self.clone(), claim })),
            ClaimedRequest::Answered(answer) => match answer.open(&request, &*self.vault) {
                Ok(answer) => Ok(Answering::Again(answer)),
                Err(_) => Err(IdempotencyError::SealedElsewhere),
            },
            ClaimedRequest::Running => Err(IdempotencyError::InUse),
            ClaimedRequest::Another => Err(IdempotencyError::Reused),
            ClaimedRequest::TooMany => Err(IdempotencyError::TooMany),
        }
    }
}

/// A request that is being run. One that is dropped unsettled can be sent again when its lease ends.
pub struct OpenRequest {
    once: AnswerOnce,
    claim: RequestClaim,
}

impl std::fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenRequest({})", self.claim.id)
    }
}

impl OpenRequest {
    /// Keeps the answer, which tells of a user, perhaps. One that is too large is not kept, and neither is the claim. The request has been
    /// run, so that its sender gets the answer whatever becomes of it here.
    pub async fn keep(self, answer: &[u8], about: Option<UserId>) {
        match SealedAnswer::seal(answer, &self.claim.request, &*self.once.vault) {
            Ok(Some(sealed)) => match self.once.world.store.keep_answer(&self.claim, &sealed, about).await {
                Ok(()) => {}
                // The API key was revoked, by this very request, perhaps; or the lease has ended.
                Err(StoreError::Conflict) => {
                    warn!("an answer was not kept, because its request is forgotten");
                }
                Err(failure) => warn!(error = %failure, "an answer could not be kept"),
            },
            Ok(None) => self.release().await,
            Err(failure) => self.not_sealed(failure).await,
        }
    }

    /// Forgets the request, so that it is run when it is sent again.
    pub async fn release(self) {
        if let Err(failure) = self.once.world.store.release_request(&self.claim).await {
            warn!(error = %failure, "a request could not be released; it can be sent again when its lease ends");
        }
    }

    async fn not_sealed(self, failure: KeyError) {
        error!(error = %failure, "an answer could not be sealed, and is not kept");
        self.release().await;
    }
}
