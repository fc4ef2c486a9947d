//! What was changed.

use async_trait::async_trait;

use super::{MemoryStore, paged};
use crate::ids::{AuditEventId, OrganizationId};
use crate::ports::{AuditEvent, AuditFilter, AuditTrail, Page, Paged, StoreError};

#[async_trait]
impl AuditTrail for MemoryStore {
    async fn audit_events(
        &self,
        organization: Option<OrganizationId>,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Paged<AuditEvent>, StoreError> {
        let state = self.read();
        let mut found: Vec<_> = state
            .audit
            .iter()
            .filter(|event| event.organization_id == organization && fits(event, filter))
            .collect();
        found.sort_by_key(|event| std::cmp::Reverse(event.id));
        Ok(paged(found.into_iter(), page, |id, after| id < after, |event| event.id.0))
    }

    async fn audit_event(
        &self,
        organization: Option<OrganizationId>,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let state = self.read();
        let found = state.audit.iter().find(|event| event.organization_id == organization && event.id == id);
        Ok(found.cloned())
    }
}

fn fits(event: &AuditEvent, filter: &AuditFilter) -> bool {
    filter.actor.as_ref().is_none_or(|actor| event.actor.key() == *actor)
        && filter.action.as_ref().is_none_or(|action| event.action == **action)
        && filter.subject.as_ref().is_none_or(|subject| event.subject == *subject)
        && filter.since.is_none_or(|since| event.at >= since)
        && filter.until.is_none_or(|until| event.at < until)
}
