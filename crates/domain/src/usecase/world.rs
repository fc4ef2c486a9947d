//! What every use-case works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::ids::OrganizationId;
use crate::ports::{Actor, AuditEvent, Claim, Clock, Random, Store, StoreError};
use crate::service_key::ServiceKey;

/// The store, the time and chance.
#[derive(Clone)]
pub struct World {
    /// Where everything is written down.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids and tokens come from.
    pub random: Arc<dyn Random>,
}

/// How often a use-case starts again when somebody was faster.
pub(super) const ATTEMPTS: usize = 5;

impl World {
    /// A new row id.
    #[must_use]
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.random.id(self.now())
    }

    /// Random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The service's own keys that a response may need: none, unless its assertion is encrypted.
    pub(super) async fn keys_for(&self, claim: &Claim) -> Result<Vec<ServiceKey>, StoreError> {
        if claim.encrypted { self.store.service_keys().await } else { Ok(Vec::new()) }
    }

    pub(super) fn audit(
        &self,
        actor: &Actor,
        organization_id: Option<OrganizationId>,
        action: &'static str,
        subject: impl ToString,
    ) -> AuditEvent {
        let at = self.now();
        AuditEvent {
            id: self.random.id(at),
            organization_id,
            at,
            actor: actor.clone(),
            action: action.into(),
            subject: subject.to_string(),
            before: None,
            after: None,
        }
    }
}

impl AuditEvent {
    pub(super) fn from(mut self, before: &impl Serialize) -> Self {
        self.before = serde_json::to_value(before).ok();
        self
    }

    pub(super) fn to(mut self, after: &impl Serialize) -> Self {
        self.after = serde_json::to_value(after).ok();
        self
    }
}
