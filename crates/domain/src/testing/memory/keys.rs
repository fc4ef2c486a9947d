//! The service's own keys.

use async_trait::async_trait;

use super::{MemoryStore, State, unless_conflict};
use crate::ids::ServiceKeyId;
use crate::ports::{AuditEvent, ServiceKeys, StoreError, UniqueKey};
use crate::service_key::{KeyState, ServiceKey};

#[async_trait]
impl ServiceKeys for MemoryStore {
    async fn service_keys(&self) -> Result<Vec<ServiceKey>, StoreError> {
        Ok(self.read().service_keys.values().cloned().collect())
    }

    async fn add_service_key(&self, key: &ServiceKey, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(!state.service_keys.contains_key(&key.id))?;
            state.put_key(key.clone())
        })
    }

    async fn activate_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let next = state.service_keys.get(&id).cloned().ok_or(StoreError::Conflict)?;
            unless_conflict(next.state == KeyState::Next)?;
            let keys: Vec<_> = state.service_keys.values().cloned().collect();
            if let Some(current) = ServiceKey::find(&keys, next.usage, KeyState::Current) {
                state.put_key(ServiceKey { state: KeyState::Previous, ..current.clone() })?;
            }
            state.put_key(ServiceKey { state: KeyState::Current, ..next })
        })
    }

    async fn remove_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let removed = state.service_keys.remove(&id);
            unless_conflict(removed.is_some_and(|key| key.state != KeyState::Current))
        })
    }
}

impl State {
    /// Writes a key, if no other one of its use is in its state.
    fn put_key(&mut self, key: ServiceKey) -> Result<(), StoreError> {
        let same = |other: &ServiceKey| other.usage == key.usage && other.state == key.state;
        if self.service_keys.values().any(|other| other.id != key.id && same(other)) {
            return Err(StoreError::Taken(UniqueKey::ServiceKey));
        }
        self.service_keys.insert(key.id, key);
        Ok(())
    }
}
