//! What a sign-in reads and writes.

use std::cmp::Reverse;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::outbox::Posted;
use super::{MemoryStore, State, taken_is_conflict, unless_conflict};
use crate::administrator::LETTERS_COUNT_FOR;
use crate::arrival::SealedArrival;
use crate::connection::{Connection, ConnectionView};
use crate::ids::{OrganizationId, Version};
use crate::letter::KEPT_ONCE_SETTLED;
use crate::organization::Organization;
use crate::ports::{AuditEvent, Directory, Housekeeping, LinkStore, SignInStore, StoreError};
use crate::sign_in::{
    LoginRequest, MOST_LINKS, MailedLink, PendingLink, Recording, SignInRecord, Snapshot, Subject, UserWrite,
};
use crate::text::{ConnectionKey, DisplayName, EntityId, OrganizationSlug};
use crate::token::TokenHash;
use crate::user::{Identity, User};

#[async_trait]
impl Directory for MemoryStore {
    async fn organization(&self, slug: &OrganizationSlug) -> Result<Option<Organization>, StoreError> {
        let state = self.read();
        Ok(state.organizations.values().map(|(row, _)| row).find(|row| row.slug == *slug).cloned())
    }

    async fn logo(&self, organization: OrganizationId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read().logos.get(&organization).cloned())
    }

    async fn connections(&self, organization: OrganizationId) -> Result<Vec<Connection>, StoreError> {
        let mut connections: Vec<_> = self.read().connections_of(organization).cloned().collect();
        connections.sort_by(|one, other| one.details.key.cmp(&other.details.key));
        Ok(connections)
    }

    async fn connection_by_key(
        &self,
        organization: OrganizationId,
        key: &ConnectionKey,
    ) -> Result<Option<ConnectionView>, StoreError> {
        Ok(self.read().view(organization, |connection| connection.details.key == *key))
    }

    async fn connection_by_issuer(
        &self,
        organization: OrganizationId,
        issuer: &EntityId,
    ) -> Result<Option<Arc<ConnectionView>>, StoreError> {
        let view = self.read().view(organization, |connection| {
            connection.identity_provider.as_ref().is_some_and(|idp| idp.metadata.entity_id == *issuer)
        });
        Ok(view.map(Arc::new))
    }
}

#[async_trait]
impl SignInStore for MemoryStore {
    async fn open_request(&self, request: &LoginRequest) -> Result<(), StoreError> {
        self.write(|state| {
            let connection = state.connections.get(&request.connection_id);
            unless_conflict(connection.is_some_and(|row| row.organization_id == request.organization_id))?;
            let key = (request.organization_id, request.id.clone());
            unless_conflict(state.requests.insert(key, request.clone()).is_none())
        })
    }

    async fn snapshot(&self, subject: &Subject) -> Result<Snapshot, StoreError> {
        Ok(self.read().snapshot(subject))
    }

    async fn record(&self, recording: &Recording) -> Result<(), StoreError> {
        self.write(|state| state.record(recording))
    }

    async fn record_untrusted(
        &self,
        record: &SignInRecord,
        arrival: Option<&SealedArrival>,
        most: u32,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            state.organization(record.organization_id)?;
            let untrusted = |row: &&SignInRecord| {
                row.organization_id == record.organization_id
                    && row.at >= since
                    && row.user_id.is_none()
                    && row.name_id.is_none()
                    && row.settings_version.is_none()
            };
            let room = state.history.values().filter(untrusted).count() < most as usize;
            if room {
                unless_conflict(state.history.insert(record.id, record.clone()).is_none())?;
                state.arrivals.extend(arrival.map(|arrival| (record.id, arrival.clone())));
            }
            Ok(room)
        })
    }
}

#[async_trait]
impl LinkStore for MemoryStore {
    async fn pending_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PendingLink, User, DisplayName)>, StoreError> {
        let state = self.read();
        let Some(link) = state.links.values().find(|link| link.token_hash == *token && link.expires_at > now)
        else {
            return Ok(None);
        };
        let user = state.users.get(&link.user_id).filter(|user| user.active && link.is_mailed_to(user));
        let organization = state.organizations.get(&link.organization_id);
        Ok(user
            .zip(organization)
            .map(|(user, (organization, _))| (link.clone(), user.clone(), organization.name.clone())))
    }

    async fn redeem_link(
        &self,
        link: &PendingLink,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let stored = state.links.get(&link.id).filter(|stored| stored.expires_at > now).cloned();
            let link = stored.ok_or(StoreError::Conflict)?;
            let mut user = state.users.get(&link.user_id).cloned().ok_or(StoreError::Conflict)?;
            unless_conflict(user.active && link.is_mailed_to(&user))?;
            user.identities.push(link.identity.clone());
            user.version = user.version.next();
            user.updated_at = now;
            state.put_user(user).map_err(taken_is_conflict)?;
            state.links.retain(|_, other| {
                other.identity.connection_id != link.identity.connection_id
                    || (other.user_id != link.user_id && other.identity != link.identity)
            });
            Ok(())
        })
    }
}

#[async_trait]
impl Housekeeping for MemoryStore {
    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, StoreError> {
        self.write(|state| {
            Ok(sweep(&mut state.requests, limit, |row| row.expires_at < now)
                + sweep(&mut state.trials, limit, |row| row.expires_at < now)
                + sweep(&mut state.administrator_requests, limit, |row| row.expires_at < now)
                + sweep(&mut state.assertions, limit, |forget_after| *forget_after < now)
                + sweep(&mut state.links, limit, |row| row.expires_at < now)
                + sweep(&mut state.sessions, limit, |row| row.expires_at < now)
                + sweep(&mut state.arrivals, limit, |row| row.forget_after < now)
                + sweep(&mut state.keyed_requests, limit, |row| row.known.kept_until < now)
                + sweep(&mut state.portal_sessions, limit, |row| row.expires_at < now)
                + sweep(&mut state.attempts, limit, |row| row.forget_after < now)
                + sweep(&mut state.setup_sessions, limit, |row| row.expires_at < now)
                + sweep(&mut state.setup_links, limit, |row| row.expires_at < now - KEPT_ONCE_SETTLED)
                + sweep(&mut state.password_links, limit, |row| row.expires_at < now - LETTERS_COUNT_FOR)
                + sweep(&mut state.outbox, limit, |row| row.is_settled_before(now - KEPT_ONCE_SETTLED)))
        })
    }

    async fn forget(
        &self,
        organization: Option<OrganizationId>,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.write(|state| {
            let records = sweep(&mut state.history, limit, |row| {
                Some(row.organization_id) == organization && row.at < before
            });
            let history = &state.history;
            state.arrivals.retain(|id, _| history.contains_key(id));
            let mut left = limit;
            let events = state.audit.len();
            state.audit.retain(|event| {
                let old = event.organization_id == organization && event.at < before && left > 0;
                left -= u32::from(old);
                !old
            });
            Ok(records + (events - state.audit.len()) as u64)
        })
    }

    /// Here all goes at once when a user is purged.
    async fn erase(&self, _limit: u32) -> Result<bool, StoreError> {
        Ok(false)
    }
}

fn sweep<K: Ord + Clone, V>(
    rows: &mut std::collections::BTreeMap<K, V>,
    limit: u32,
    expired: impl Fn(&V) -> bool,
) -> u64 {
    let keys: Vec<K> = rows
        .iter()
        .filter(|(_, row)| expired(row))
        .map(|(key, _)| key.clone())
        .take(limit as usize)
        .collect();
    for key in &keys {
        rows.remove(key);
    }
    keys.len() as u64
}

impl State {
    fn view(&self, id: OrganizationId, wanted: impl Fn(&Connection) -> bool) -> Option<ConnectionView> {
        let (organization, catalog) = self.organizations.get(&id)?.clone();
        let connection = self.connections_of(id).find(|connection| wanted(connection))?.clone();
        Some(ConnectionView { organization, catalog, connection })
    }

    fn snapshot(&self, subject: &Subject) -> Snapshot {
        let (organization, connection_id) = (subject.organization_id, subject.connection_id);
        let by_identity = subject
            .name_id
            .clone()
            .and_then(|name_id| self.user_with(organization, &Identity { connection_id, name_id }).cloned());
        let mut near_misses: Vec<_> = self
            .users_of(organization)
            .filter_map(|user| user.identity_on(connection_id))
            .filter(|known| {
                subject
                    .name_id
                    .as_ref()
                    .is_some_and(|asked| asked != *known && asked.folded() == known.folded())
            })
            .cloned()
            .collect();
        near_misses.sort();
        let by_email = subject.email.as_ref().and_then(|email| {
            self.users_of(organization).find(|user| user.profile.email.is_same_as(email)).cloned()
        });
        let links = by_email.as_ref().map(|user| self.links_of(user)).unwrap_or_default();
        let ours = self.connections_of(organization).any(|connection| connection.id == connection_id);
        let assertion_used = subject
            .assertion_id
            .as_ref()
            .is_some_and(|id| ours && self.assertions.contains_key(&(connection_id, id.clone())));
        let request = subject
            .request_id
            .as_ref()
            .and_then(|id| self.requests.get(&(organization, id.clone())).cloned());
        Snapshot { by_identity, near_misses, by_email, links, assertion_used, request }
    }

    fn links_of(&self, user: &User) -> Vec<MailedLink> {
        let mut links: Vec<MailedLink> = self
            .links
            .values()
            .filter(|link| link.user_id == user.id)
            .map(|link| MailedLink {
                identity: link.identity.clone(),
                email: link.email.clone(),
                expires_at: link.expires_at,
            })
            .collect();
        links.sort_by_key(|link| Reverse(link.expires_at));
        links.truncate(MOST_LINKS);
        links
    }

    fn record(&mut self, recording: &Recording) -> Result<(), StoreError> {
        let organization = recording.record.organization_id;
        let view = self.view(organization, |connection| connection.id == recording.connection_id);
        unless_conflict(view.is_some_and(|view| view.basis() == recording.basis))?;
        let assertion = (recording.connection_id, recording.assertion.id.clone());
        unless_conflict(self.assertions.insert(assertion, recording.assertion.forget_after).is_none())?;
        if let Some(id) = &recording.request_id {
            let request = self.requests.remove(&(organization, id.clone()));
            unless_conflict(request.is_some_and(|row| row.connection_id == recording.connection_id))?;
        }
        self.write_user(&recording.user).map_err(taken_is_conflict)?;
        if let Some(user) = recording.record.user_id {
            self.must_have_user(organization, user)?;
        }
        if let Some(link) = &recording.link {
            self.must_have_user(link.organization_id, link.user_id)?;
            unless_conflict(self.links.values().all(|other| other.token_hash != link.token_hash))?;
            unless_conflict(self.links.insert(link.id, link.clone()).is_none())?;
        }
        for letter in &recording.letters {
            unless_conflict(self.outbox.insert(letter.id, Posted::new(letter)).is_none())?;
        }
        if let Some(session) = &recording.session {
            self.must_have_user(session.organization_id, session.user_id)?;
            unless_conflict(self.sessions.values().all(|other| other.token_hash != session.token_hash))?;
            unless_conflict(self.sessions.insert(session.id, session.clone()).is_none())?;
        }
        self.arrivals.extend(recording.arrival.clone().map(|arrival| (recording.record.id, arrival)));
        unless_conflict(self.history.insert(recording.record.id, recording.record.clone()).is_none())
    }

    pub(super) fn must_have_user(
        &self,
        organization: OrganizationId,
        id: crate::ids::UserId,
    ) -> Result<(), StoreError> {
        unless_conflict(self.users_of(organization).any(|user| user.id == id))
    }

    fn write_user(&mut self, write: &UserWrite) -> Result<(), StoreError> {
        match write {
            UserWrite::Nothing => Ok(()),
            UserWrite::Create(user) => {
                unless_conflict(!self.users.contains_key(&user.id))?;
                self.put_user(user.clone())
            }
            UserWrite::Update { user, decided_on } => self.update_user(user, *decided_on),
        }
    }

    /// Assignments and identities are added or changed; none is removed.
    fn update_user(&mut self, user: &User, decided_on: Version) -> Result<(), StoreError> {
        let before = self.users_of(user.organization_id).find(|row| row.id == user.id);
        let before = before.filter(|row| row.version == decided_on).ok_or(StoreError::Conflict)?;
        let mut after = User { created_by: before.created_by, created_at: before.created_at, ..user.clone() };
        for (user_type, role) in &before.profile.assignments {
            after.profile.assignments.entry(user_type.clone()).or_insert_with(|| role.clone());
        }
        let kept = before.identities.iter().filter(|identity| !user.identities.contains(identity));
        after.identities.extend(kept.cloned());
        self.put_user(after)
    }
}
