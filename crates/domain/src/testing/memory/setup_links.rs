//! Links to the single sign-on pages of one organization, and the sessions that begin there.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::outbox::Posted;
use super::{MemoryStore, unless_conflict};
use crate::ids::{AdministratorId, OrganizationId, SetupLinkId};
use crate::letter::Letter;
use crate::ports::{AuditEvent, SettingUp, SetupLinks, StoreError};
use crate::setup_link::{SetupLink, SetupSession};
use crate::text::OrganizationSlug;
use crate::token::TokenHash;

#[async_trait]
impl SetupLinks for MemoryStore {
    async fn setup_links(&self, organization: OrganizationId) -> Result<Vec<SetupLink>, StoreError> {
        let state = self.read();
        let links = state.setup_links.values().rev();
        Ok(links.filter(|link| link.organization_id == organization).cloned().collect())
    }

    async fn setup_links_made_by(
        &self,
        administrator: AdministratorId,
    ) -> Result<Vec<SetupLink>, StoreError> {
        let state = self.read();
        let links = state.setup_links.values().rev();
        Ok(links.filter(|link| link.created_by.administrator() == Some(administrator)).cloned().collect())
    }

    async fn setup_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(SetupLink, OrganizationSlug)>, StoreError> {
        let state = self.read();
        let link = state.setup_links.values().find(|link| link.token_hash == *token && link.expires_at > now);
        Ok(link.and_then(|link| {
            let (organization, _) = state.organizations.get(&link.organization_id)?;
            Some((link.clone(), organization.slug.clone()))
        }))
    }

    async fn add_setup_link(
        &self,
        link: &SetupLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.organization(link.organization_id)?;
            unless_conflict(state.setup_links.values().all(|other| other.token_hash != link.token_hash))?;
            unless_conflict(state.setup_links.insert(link.id, link.clone()).is_none())?;
            unless_conflict(state.outbox.insert(letter.id, Posted::new(letter)).is_none())
        })
    }

    async fn remove_setup_link(
        &self,
        organization: OrganizationId,
        id: SetupLinkId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let link = state.setup_links.remove(&id).ok_or(StoreError::Conflict)?;
            state.setup_sessions.retain(|_, session| session.link_id != id);
            unless_conflict(link.organization_id == organization)
        })
    }

    async fn begin_setup_session(
        &self,
        session: &SetupSession,
        instead_of: Option<&TokenHash>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let link = state.setup_links.get_mut(&session.link_id).ok_or(StoreError::Conflict)?;
            unless_conflict(link.organization_id == session.organization_id)?;
            unless_conflict(link.expires_at > session.created_at)?;
            link.last_used_at = Some(session.created_at);
            state.portal_sessions.retain(|_, other| Some(&other.token_hash) != instead_of);
            state.setup_sessions.retain(|_, other| Some(&other.token_hash) != instead_of);
            unless_conflict(
                state.setup_sessions.values().all(|other| other.token_hash != session.token_hash),
            )?;
            unless_conflict(state.setup_sessions.insert(session.id, session.clone()).is_none())
        })
    }

    async fn setup_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SettingUp>, StoreError> {
        let state = self.read();
        let session = state.setup_sessions.values().find(|session| {
            session.token_hash == *token && session.expires_at > now && session.last_seen_at > idle_since
        });
        Ok(session.and_then(|session| {
            let link = state.setup_links.get(&session.link_id)?;
            let (organization, _) = state.organizations.get(&link.organization_id)?;
            Some(SettingUp {
                session: session.clone(),
                link: link.clone(),
                organization: organization.slug.clone(),
            })
        }))
    }

    async fn note_setup_use(&self, session: &SetupSession, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|state| {
            if let Some(row) = state.setup_sessions.get_mut(&session.id) {
                row.last_seen_at = row.last_seen_at.max(at);
            }
            Ok(())
        })
    }

    async fn end_setup_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        self.write(|state| {
            state.setup_sessions.retain(|_, session| session.token_hash != *token);
            Ok(())
        })
    }
}
