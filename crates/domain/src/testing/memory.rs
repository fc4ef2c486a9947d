//! A store that forgets everything when it is dropped, and keeps the same contract as the databases.

mod administration;
mod administrator_sign_ons;
mod administrators;
mod arrivals;
mod audit;
mod credentials;
mod importing;
mod keyed_requests;
mod keys;
mod outbox;
mod password_links;
mod refreshing;
mod sessions;
mod setup_links;
mod sign_in;
mod trials;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AttemptKey, Attempts, PasswordLink,
    PortalSession,
};
use crate::arrival::SealedArrival;
use crate::catalog::Catalog;
use crate::connection::Connection;
use crate::idempotency::RequestHash;
use crate::ids::{
    AdministratorId, ApiKeyId, ConnectionId, ImportId, LetterId, LinkId, OrganizationId, PasswordLinkId,
    PortalSessionId, ServiceKeyId, SessionId, SetupLinkId, SetupSessionId, SignInId, UserId, Version,
};
use crate::letter::Letter;
use crate::organization::Organization;
use crate::ports::{ApiKey, AuditEvent, Page, Paged, StoreError, UniqueKey};
use crate::service_key::ServiceKey;
use crate::setup_link::{SetupLink, SetupSession};
use crate::sign_in::{LoginRequest, PendingLink, Session, SignInRecord};
use crate::trial::Trial;
use crate::user::{Identity, User};

use importing::Importing;
use keyed_requests::Keyed;
use outbox::Posted;
use refreshing::Refreshing;

/// A store in memory, for tests. Every method is one atomic step: it works on a copy, which takes the place of
/// what was there only if nothing went wrong.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default, Clone)]
struct State {
    organizations: BTreeMap<OrganizationId, (Organization, Catalog)>,
    logos: BTreeMap<OrganizationId, Vec<u8>>,
    connections: BTreeMap<ConnectionId, Connection>,
    users: BTreeMap<UserId, User>,
    requests: BTreeMap<(OrganizationId, String), LoginRequest>,
    assertions: BTreeMap<(ConnectionId, String), DateTime<Utc>>,
    links: BTreeMap<LinkId, PendingLink>,
    sessions: BTreeMap<SessionId, Session>,
    history: BTreeMap<SignInId, SignInRecord>,
    arrivals: BTreeMap<SignInId, SealedArrival>,
    api_keys: BTreeMap<ApiKeyId, ApiKey>,
    keyed_requests: BTreeMap<(ApiKeyId, RequestHash), Keyed>,
    service_keys: BTreeMap<ServiceKeyId, ServiceKey>,
    outbox: BTreeMap<LetterId, Posted>,
    refreshes: BTreeMap<ConnectionId, Refreshing>,
    imports: BTreeMap<ImportId, Importing>,
    warned: BTreeSet<(ConnectionId, String, u16)>,
    administrators: BTreeMap<AdministratorId, Administrator>,
    naming: Option<AdministratorsConnection>,
    administrator_requests: BTreeMap<String, AdministratorRequest>,
    attempts: BTreeMap<AttemptKey, Attempts>,
    password_links: BTreeMap<PasswordLinkId, PasswordLink>,
    setup_links: BTreeMap<SetupLinkId, SetupLink>,
    setup_sessions: BTreeMap<SetupSessionId, SetupSession>,
    portal_sessions: BTreeMap<PortalSessionId, PortalSession>,
    trials: BTreeMap<(OrganizationId, String), Trial>,
    audit: Vec<AuditEvent>,
}

impl MemoryStore {
    /// Every letter ever written, sent or not, oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        self.read().outbox.values().map(|posted| posted.letter.clone()).collect()
    }

    /// Every audit event, in the order in which they were written.
    #[must_use]
    pub fn audit_events(&self) -> Vec<AuditEvent> {
        self.read().audit.clone()
    }

    /// All that is kept, as text: the same before and after what changes nothing.
    #[must_use]
    pub fn everything(&self) -> String {
        format!("{:?}", *self.read())
    }

    /// A test that panicked while it held the lock has changed nothing: changes are made on a copy.
    fn read(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, change: impl FnOnce(&mut State) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.read();
        let mut copy = state.clone();
        let result = change(&mut copy)?;
        *state = copy;
        Ok(result)
    }

    fn audited(
        &self,
        audit: &AuditEvent,
        change: impl FnOnce(&mut State) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            change(state)?;
            state.audit.push(audit.clone());
            Ok(())
        })
    }
}

impl State {
    fn organization(&self, id: OrganizationId) -> Result<&(Organization, Catalog), StoreError> {
        self.organizations.get(&id).ok_or(StoreError::Conflict)
    }

    fn must_have_catalog(&self, id: OrganizationId, version: Version) -> Result<(), StoreError> {
        unless_conflict(self.organization(id)?.0.catalog_version == version)
    }

    fn connections_of(&self, id: OrganizationId) -> impl Iterator<Item = &Connection> {
        self.connections.values().filter(move |connection| connection.organization_id == id)
    }

    fn users_of(&self, id: OrganizationId) -> impl Iterator<Item = &User> {
        self.users.values().filter(move |user| user.organization_id == id)
    }

    fn user_with(&self, organization: OrganizationId, identity: &Identity) -> Option<&User> {
        self.users_of(organization).find(|user| user.identities.contains(identity))
    }

    /// Writes a user's row exactly so, if its unique keys belong to nobody else.
    fn put_user(&mut self, mut user: User) -> Result<(), StoreError> {
        let (organization, id) = (user.organization_id, user.id);
        let others = || self.users_of(organization).filter(|other| other.id != id);
        if others().any(|other| other.profile.email.is_same_as(&user.profile.email)) {
            return Err(StoreError::Taken(UniqueKey::Email));
        }
        for (index, identity) in user.identities.iter().enumerate() {
            unless_conflict(
                self.connections_of(organization).any(|known| known.id == identity.connection_id),
            )?;
            let second_of_user =
                user.identities[..index].iter().any(|other| other.connection_id == identity.connection_id);
            if second_of_user || others().any(|other| other.identities.contains(identity)) {
                return Err(StoreError::Taken(UniqueKey::Identity));
            }
        }
        user.identities.sort_by_key(|identity| identity.connection_id);
        self.users.insert(id, user);
        Ok(())
    }
}

fn unless_conflict(holds: bool) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Where a sign-in would write what somebody else owns by now, it decides again.
fn taken_is_conflict(error: StoreError) -> StoreError {
    match error {
        StoreError::Taken(_) => StoreError::Conflict,
        other => other,
    }
}

/// A page of what comes in the list's order; `id` is what the page goes on from.
fn paged<'a, T: Clone + 'a>(
    in_order: impl Iterator<Item = &'a T>,
    page: Page,
    comes_after: impl Fn(Uuid, Uuid) -> bool,
    id: impl Fn(&T) -> Uuid,
) -> Paged<T> {
    let mut rest =
        in_order.filter(|item| page.after.is_none_or(|after| comes_after(id(item), after))).peekable();
    let items: Vec<T> = rest.by_ref().take(page.limit as usize).cloned().collect();
    let next = if rest.peek().is_some() { items.last().map(id) } else { None };
    Paged { items, next }
}
