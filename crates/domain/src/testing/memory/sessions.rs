//! Sessions of signed-in people.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, paged};
use crate::ids::{OrganizationId, UserId};
use crate::ports::{AuditEvent, NamedSessions, Page, Paged, Sessions, SignedIn, StoreError};
use crate::sign_in::Session;
use crate::token::TokenHash;

#[async_trait]
impl Sessions for MemoryStore {
    async fn session(&self, token: &TokenHash, now: DateTime<Utc>) -> Result<Option<SignedIn>, StoreError> {
        let state = self.read();
        let session = state.sessions.values().find(|row| row.token_hash == *token && row.expires_at > now);
        Ok(session.and_then(|session| {
            Some(SignedIn {
                session: session.clone(),
                user: state.users.get(&session.user_id).filter(|user| user.active)?.clone(),
                organization: state.organizations.get(&session.organization_id)?.0.clone(),
                connection: state.connections.get(&session.connection_id)?.details.key.clone(),
            })
        }))
    }

    async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        self.write(|state| {
            state.sessions.retain(|_, session| session.token_hash != *token);
            Ok(())
        })
    }

    async fn end_named_sessions(&self, named: &NamedSessions) -> Result<u64, StoreError> {
        let is_named = |session: &Session| {
            session.organization_id == named.organization_id
                && session.connection_id == named.connection_id
                && session.created_at <= named.begun_until
                && session.name_id.as_ref().is_some_and(|name_id| name_id.value == named.name_id.value)
                && (named.session_indexes.is_empty()
                    || session
                        .session_index
                        .as_ref()
                        .is_some_and(|index| named.session_indexes.contains(index)))
        };
        self.write(|state| {
            let before = state.sessions.len();
            state.sessions.retain(|_, session| !is_named(session));
            Ok((before - state.sessions.len()) as u64)
        })
    }

    async fn sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        now: DateTime<Utc>,
        page: Page,
    ) -> Result<Paged<Session>, StoreError> {
        let state = self.read();
        let of_user = state.sessions.values().filter(|session| {
            session.organization_id == organization && session.user_id == user && session.expires_at > now
        });
        Ok(paged(of_user, page, |id, after| id > after, |session| session.id.0))
    }

    async fn end_sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.must_have_user(organization, user)?;
            state.sessions.retain(|_, session| session.user_id != user);
            Ok(())
        })
    }
}
