//! Trials of connections.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use crate::ids::OrganizationId;
use crate::ports::{StoreError, Trials};
use crate::trial::{Trial, TrialAnswer};

#[async_trait]
impl Trials for MemoryStore {
    async fn begin_trial(&self, trial: &Trial) -> Result<(), StoreError> {
        self.write(|state| {
            if !state.connections.contains_key(&trial.connection_id) {
                return Err(StoreError::Conflict);
            }
            state.trials.insert((trial.organization_id, trial.id.clone()), trial.clone());
            Ok(())
        })
    }

    async fn trial(
        &self,
        organization: OrganizationId,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Trial>, StoreError> {
        let state = self.read();
        let found = state.trials.get(&(organization, id.to_owned()));
        Ok(found.filter(|trial| trial.expires_at > now).cloned())
    }

    async fn trials_kept(&self, organization: OrganizationId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let state = self.read();
        let kept =
            state.trials.values().filter(|one| one.organization_id == organization && one.expires_at > now);
        Ok(kept.count() as u64)
    }

    async fn answer_trial(
        &self,
        organization: OrganizationId,
        id: &str,
        answer: &TrialAnswer,
        kept_until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let found = state.trials.get_mut(&(organization, id.to_owned()));
            let waiting = found.filter(|trial| trial.answer.is_none() && trial.expires_at > answer.at);
            let trial = waiting.ok_or(StoreError::Conflict)?;
            trial.answer = Some(answer.clone());
            trial.expires_at = kept_until;
            Ok(())
        })
    }
}
