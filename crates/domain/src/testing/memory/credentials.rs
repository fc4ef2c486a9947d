//! Keys of the administration API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, paged, unless_conflict};
use crate::ids::{AdministratorId, ApiKeyId, OrganizationId};
use crate::ports::{Actor, ApiKey, AuditEvent, Credentials, Page, Paged, StoreError};
use crate::token::TokenHash;

#[async_trait]
impl Credentials for MemoryStore {
    async fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.read().api_keys.values().find(|key| key.token_hash == *token).cloned())
    }

    async fn api_key_by_id(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.read().api_keys.get(&id).cloned())
    }

    async fn api_keys(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        let state = self.read();
        let rows = state.api_keys.values().filter(|key| key.role.organization() == organization);
        Ok(paged(rows, page, |id, after| id > after, |key| key.id.0))
    }

    async fn api_keys_made_by(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        let state = self.read();
        let rows = state
            .api_keys
            .values()
            .filter(|key| key.created_by.as_ref().and_then(Actor::administrator) == Some(administrator));
        Ok(paged(rows, page, |id, after| id > after, |key| key.id.0))
    }

    async fn create_api_key(&self, key: &ApiKey, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            if let Some(organization) = key.role.organization() {
                state.organization(organization)?;
            }
            unless_conflict(state.api_keys.values().all(|other| other.token_hash != key.token_hash))?;
            unless_conflict(state.api_keys.insert(key.id, key.clone()).is_none())
        })
    }

    async fn revoke_api_key(&self, id: ApiKeyId, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.api_keys.remove(&id).is_some())?;
            state.forget_requests_without_key();
            Ok(())
        })
    }

    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|state| {
            if let Some(key) = state.api_keys.get_mut(&id) {
                key.last_used_at = key.last_used_at.max(Some(at));
            }
            Ok(())
        })
    }
}
