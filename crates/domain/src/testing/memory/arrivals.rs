//! What arrived at sign-ins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State};
use crate::arrival::SealedArrival;
use crate::ids::{OrganizationId, SignInId};
use crate::ports::{Arrivals, AuditEvent, StoreError};

#[async_trait]
impl Arrivals for MemoryStore {
    async fn arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedArrival>, StoreError> {
        Ok(self.read().arrival(organization, id, now))
    }

    async fn look_at_arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<Option<SealedArrival>, StoreError> {
        self.write(|state| {
            let found = state.arrival(organization, id, now);
            if found.is_some() {
                state.audit.push(audit.clone());
            }
            Ok(found)
        })
    }
}

impl State {
    fn arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
    ) -> Option<SealedArrival> {
        self.history.get(&id).filter(|row| row.organization_id == organization)?;
        self.arrivals.get(&id).filter(|arrival| arrival.forget_after > now).cloned()
    }
}
