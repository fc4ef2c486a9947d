//! Administrators, and their sessions in the portal.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State, paged, unless_conflict};
use crate::administrator::{
    Administrator, AdministratorRole, AttemptKey, Attempts, PortalSession, SingleSignOn,
};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, OrganizationId, PortalSessionId, Version};
use crate::organization::Organization;
use crate::ports::{
    Administrators, AuditEvent, Page, Paged, PortalSessions, SessionsToEnd, SignedInAdministrator,
    StoreError, UniqueKey,
};
use crate::token::TokenHash;

impl State {
    fn must_have_organizations_of(&self, administrator: &Administrator) -> Result<(), StoreError> {
        match &administrator.role {
            AdministratorRole::Operator => Ok(()),
            AdministratorRole::OrganizationAdmin(organizations) => {
                organizations.iter().try_for_each(|id| self.organization(*id).map(drop))
            }
        }
    }

    pub(super) fn add_administrator(&mut self, administrator: &Administrator) -> Result<(), StoreError> {
        self.must_have_organizations_of(administrator)?;
        if self.administrators.values().any(|other| other.email.is_same_as(&administrator.email)) {
            return Err(StoreError::Taken(UniqueKey::Administrator));
        }
        unless_conflict(self.administrators.insert(administrator.id, administrator.clone()).is_none())
    }

    fn is_last_operator(&self, id: AdministratorId) -> bool {
        let mut able = self.administrators.values().filter(|row| row.is_able_operator());
        able.next().is_some_and(|row| row.id == id) && able.next().is_none()
    }

    pub(super) fn replace_administrator(
        &mut self,
        administrator: &Administrator,
        ending: SessionsToEnd,
    ) -> Result<(), StoreError> {
        self.must_have_organizations_of(administrator)?;
        let row = self.administrators.get_mut(&administrator.id).ok_or(StoreError::Conflict)?;
        unless_conflict(row.version == administrator.version.before())?;
        // Who is linked came by their identity, and by nothing that is written here.
        let single_sign_on = match (&administrator.single_sign_on, &row.single_sign_on) {
            (SingleSignOn::Linked(_), SingleSignOn::Linked(_)) => row.single_sign_on.clone(),
            (SingleSignOn::Linked(_), _) => SingleSignOn::Allowed,
            (other, _) => other.clone(),
        };
        let Administrator { role, password, disabled, version, .. } = administrator.clone();
        *row = Administrator { role, password, single_sign_on, disabled, version, ..row.clone() };
        self.end_portal_sessions(administrator.id, ending);
        if ending != SessionsToEnd::None {
            self.password_links.retain(|_, link| link.administrator_id != administrator.id);
        }
        Ok(())
    }

    fn end_portal_sessions(&mut self, administrator: AdministratorId, ending: SessionsToEnd) {
        self.portal_sessions.retain(|id, session| {
            session.administrator_id != administrator
                || match ending {
                    SessionsToEnd::None => true,
                    SessionsToEnd::AllBut(kept) => *id == kept,
                    SessionsToEnd::All => false,
                }
        });
    }
}

#[async_trait]
impl Administrators for MemoryStore {
    async fn administrator(&self, id: AdministratorId) -> Result<Option<Administrator>, StoreError> {
        Ok(self.read().administrators.get(&id).cloned())
    }

    async fn administrator_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Administrator>, StoreError> {
        Ok(self.read().administrators.values().find(|row| row.email.is_same_as(email)).cloned())
    }

    async fn administrators(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<Administrator>, StoreError> {
        let state = self.read();
        let rows = state.administrators.values().filter(|row| match (&row.role, organization) {
            (_, None) => true,
            (AdministratorRole::Operator, Some(_)) => false,
            (AdministratorRole::OrganizationAdmin(own), Some(organization)) => own.contains(&organization),
        });
        Ok(paged(rows, page, |id, after| id > after, |row| row.id.0))
    }

    async fn organizations_of(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<Organization>, StoreError> {
        let state = self.read();
        let role = state.administrators.get(&administrator).map(|row| &row.role);
        let rows = state.organizations.values().map(|(organization, _)| organization).filter(|organization| {
            matches!(role, Some(AdministratorRole::OrganizationAdmin(own)) if own.contains(&organization.id))
        });
        Ok(paged(rows, page, |id, after| id > after, |organization| organization.id.0))
    }

    async fn add_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| state.add_administrator(administrator))
    }

    async fn add_first_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.administrators.is_empty())?;
            state.add_administrator(administrator)
        })
    }

    async fn is_last_operator(&self, id: AdministratorId) -> Result<bool, StoreError> {
        Ok(self.read().is_last_operator(id))
    }

    async fn replace_administrator(
        &self,
        administrator: &Administrator,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(administrator.is_able_operator() || !state.is_last_operator(administrator.id))?;
            state.replace_administrator(administrator, ending)
        })
    }
}

#[async_trait]
impl PortalSessions for MemoryStore {
    async fn attempts(&self, key: &AttemptKey) -> Result<Option<Attempts>, StoreError> {
        Ok(self.read().attempts.get(key).copied())
    }

    async fn count_attempt(
        &self,
        key: &AttemptKey,
        seen: Option<&Attempts>,
        attempts: &Attempts,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            unless_conflict(state.attempts.get(key) == seen)?;
            state.attempts.insert(*key, *attempts);
            Ok(())
        })
    }

    async fn begin_portal_session(
        &self,
        session: &PortalSession,
        version: Version,
        instead_of: Option<&TokenHash>,
        attempts: &AttemptKey,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let row = state.administrators.get_mut(&session.administrator_id).ok_or(StoreError::Conflict)?;
            unless_conflict(row.version == version && !row.disabled)?;
            row.last_signed_in_at = Some(session.created_at);
            state.portal_sessions.retain(|_, other| Some(&other.token_hash) != instead_of);
            state.attempts.remove(attempts);
            unless_conflict(
                state.portal_sessions.values().all(|other| other.token_hash != session.token_hash),
            )?;
            unless_conflict(state.portal_sessions.insert(session.id, session.clone()).is_none())
        })
    }

    async fn portal_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SignedInAdministrator>, StoreError> {
        let state = self.read();
        let found = state
            .portal_sessions
            .values()
            .find(|row| row.token_hash == *token)
            .filter(lives(now, idle_since));
        Ok(found.and_then(|session| {
            let administrator = state.administrators.get(&session.administrator_id)?;
            (!administrator.disabled && state.goes_on(session, administrator)).then(|| {
                SignedInAdministrator { session: session.clone(), administrator: administrator.clone() }
            })
        }))
    }

    async fn portal_sessions(
        &self,
        administrator: AdministratorId,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PortalSession>, StoreError> {
        let state = self.read();
        let rows = state.portal_sessions.values().rev().filter(lives(now, idle_since));
        let Some(whose) = state.administrators.get(&administrator) else { return Ok(Vec::new()) };
        let own = rows.filter(|row| row.administrator_id == administrator && state.goes_on(row, whose));
        Ok(own.take(limit as usize).cloned().collect())
    }

    async fn note_portal_use(&self, id: PortalSessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|state| {
            if let Some(session) = state.portal_sessions.get_mut(&id) {
                session.last_seen_at = session.last_seen_at.max(at);
            }
            Ok(())
        })
    }

    async fn end_portal_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        self.write(|state| {
            state.portal_sessions.retain(|_, session| session.token_hash != *token);
            Ok(())
        })
    }

    async fn end_portal_sessions(
        &self,
        administrator: AdministratorId,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.administrators.contains_key(&administrator))?;
            state.end_portal_sessions(administrator, ending);
            Ok(())
        })
    }
}

/// Whether a session has not ended by itself.
fn lives(now: DateTime<Utc>, idle_since: DateTime<Utc>) -> impl Fn(&&PortalSession) -> bool {
    move |session| session.expires_at > now && session.last_seen_at > idle_since
}
