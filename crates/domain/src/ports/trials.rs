//! Trials of connections, for as long as they are kept.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::ids::OrganizationId;
use crate::trial::{Trial, TrialAnswer};

/// Trials, by the id of their request.
#[async_trait]
pub trait Trials: Send + Sync {
    /// Begins a trial.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection is gone.
    async fn begin_trial(&self, trial: &Trial) -> Result<(), StoreError>;

    /// A trial of an organization that has not expired.
    ///
    /// # Errors
    /// The store's.
    async fn trial(
        &self,
        organization: OrganizationId,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Trial>, StoreError>;

    /// How many trials of an organization there are that have not expired.
    ///
    /// # Errors
    /// The store's.
    async fn trials_kept(&self, organization: OrganizationId, now: DateTime<Utc>) -> Result<u64, StoreError>;

    /// Keeps the answer to a trial until an instant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has one already, or has expired by the instant of the answer.
    async fn answer_trial(
        &self,
        organization: OrganizationId,
        id: &str,
        answer: &TrialAnswer,
        kept_until: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}
