//! The outbox.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::{MemoryStore, unless_conflict};
use crate::ids::{LetterId, OrganizationId};
use crate::letter::Letter;
use crate::ports::{ClaimedLetter, Outbox, Settlement, StoreError, Undelivered};

/// A letter and how far it has come.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    pub(super) letter: Letter,
    attempt: u32,
    /// When it may be claimed: at first when it is written, then when its lease ends or its retry is due.
    due_at: DateTime<Utc>,
    /// Whether somebody claimed it and has not said yet what became of it.
    claimed: bool,
    /// When it was settled that nothing more will be tried.
    settled_at: Option<DateTime<Utc>>,
    /// Whether it was settled that it does not arrive.
    given_up: bool,
}

impl Posted {
    pub(super) fn new(letter: &Letter) -> Self {
        Self {
            letter: letter.clone(),
            attempt: 0,
            due_at: letter.created_at,
            claimed: false,
            settled_at: None,
            given_up: false,
        }
    }

    /// Whether it was settled before an instant.
    pub(super) fn is_settled_before(&self, instant: DateTime<Utc>) -> bool {
        self.settled_at.is_some_and(|at| at < instant)
    }
}

impl MemoryStore {
    /// Puts a letter into the outbox alone, without the sign-in that it tells of.
    pub fn post(&self, letter: &Letter) {
        self.read().outbox.insert(letter.id, Posted::new(letter));
    }
}

#[async_trait]
impl Outbox for MemoryStore {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedLetter>, StoreError> {
        self.write(|state| {
            let mut due: Vec<&mut Posted> = state
                .outbox
                .values_mut()
                .filter(|row| row.settled_at.is_none() && row.due_at <= now)
                .collect();
            due.sort_by_key(|row| (row.letter.created_at, row.letter.id));
            let claimed = due.into_iter().take(limit as usize).map(|row| {
                row.attempt += 1;
                row.claimed = true;
                row.due_at = now + lease;
                ClaimedLetter { letter: row.letter.clone(), attempt: row.attempt }
            });
            Ok(claimed.collect())
        })
    }

    async fn settle(
        &self,
        id: LetterId,
        attempt: u32,
        settlement: &Settlement,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let row = state.outbox.get_mut(&id).ok_or(StoreError::Conflict)?;
            unless_conflict(row.claimed && row.settled_at.is_none() && row.attempt == attempt)?;
            row.claimed = false;
            row.given_up = matches!(settlement, Settlement::GivenUp { .. });
            match settlement {
                Settlement::Delivered | Settlement::GivenUp { .. } => row.settled_at = Some(now),
                Settlement::RetryAt { at, .. } => row.due_at = *at,
            }
            Ok(())
        })
    }

    async fn undelivered(
        &self,
        organization: OrganizationId,
        written_by: DateTime<Utc>,
    ) -> Result<Undelivered, StoreError> {
        let state = self.read();
        let mut found = Undelivered::default();
        for row in state.outbox.values().filter(|row| row.letter.organization_id == Some(organization)) {
            let waits = row.settled_at.is_none() && row.letter.created_at <= written_by;
            found.given_up += u64::from(row.given_up);
            found.waiting += u64::from(waits);
            if row.given_up || waits {
                found.newest = found.newest.max(Some(row.letter.created_at));
            }
        }
        Ok(found)
    }
}
