//! Forgetting what has become old.

use chrono::{DateTime, Duration, Utc};

use super::world::World;
use crate::ids::OrganizationId;
use crate::ports::{Page, StoreError};

/// For how long the history of sign-ins and the audit trail are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeepHistory(Option<Duration>);

impl KeepHistory {
    /// So many days; 0: for ever.
    #[must_use]
    pub fn days(days: u16) -> Self {
        Self((days > 0).then(|| Duration::days(days.into())))
    }
}

/// Forgets sign-ins and audit events that are older than they are to be kept.
#[derive(Clone)]
pub struct ForgetHistory {
    /// The store and the time.
    pub world: World,
    /// For how long they are kept.
    pub keep: KeepHistory,
}

/// How many organizations are read at once.
const AT_ONCE: u32 = 200;

impl ForgetHistory {
    /// Goes through every organization and the installation, in steps of at most `limit` rows of each kind. Answers how many went. Where it is
    /// stopped in between, the rest goes the next time.
    ///
    /// # Errors
    /// The store's.
    #[tracing::instrument(name = "forget_history", skip_all)]
    pub async fn run(&self, limit: u32) -> Result<u64, StoreError> {
        let Some(kept_for) = self.keep.0 else { return Ok(0) };
        let before = self.world.now() - kept_for;
        let mut gone = self.of(None, before, limit).await?;
        let mut after = None;
        loop {
            let page = self.world.store.organizations(Page { after, limit: AT_ONCE }).await?;
            for organization in &page.items {
                gone += self.of(Some(organization.id), before, limit).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(gone);
            }
        }
    }

    async fn of(
        &self,
        organization: Option<OrganizationId>,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let step = self.world.store.forget(organization, before, limit).await?;
            gone += step;
            if step < u64::from(limit) {
                return Ok(gone);
            }
        }
    }
}
