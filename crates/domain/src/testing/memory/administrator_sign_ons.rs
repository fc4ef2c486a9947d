//! The sign-in of administrators by single sign-on.

use async_trait::async_trait;

use super::{MemoryStore, State, unless_conflict};
use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn,
    PortalSession, SingleSignOn,
};
use crate::connection::{Connection, ConnectionVersions};
use crate::ids::{ConnectionId, NamingId};
use crate::name_id::NameId;
use crate::ports::{AdministratorSignOns, AuditEvent, StoreError};
use crate::text::EntityId;

impl State {
    /// Names no connection, and takes along what belongs to the naming before.
    pub(super) fn unname(&mut self) {
        self.naming = None;
        self.administrator_requests.clear();
        self.portal_sessions.retain(|_, session| session.naming_id.is_none());
        for administrator in self.administrators.values_mut() {
            if administrator.single_sign_on.is_linked() {
                administrator.single_sign_on = SingleSignOn::Allowed;
            }
        }
    }

    /// Ends the sessions that began through a connection, if it is the administrators'.
    pub(super) fn end_sessions_through(&mut self, connection: ConnectionId) {
        if self.is_named(connection) {
            self.portal_sessions.retain(|_, session| session.naming_id.is_none());
        }
    }

    pub(super) fn is_named(&self, connection: ConnectionId) -> bool {
        self.naming.as_ref().is_some_and(|naming| naming.connection_id == connection)
    }

    /// Whether what a session began by still is: the connection lets somebody in, and them so.
    pub(super) fn goes_on(&self, session: &PortalSession, whose: &Administrator) -> bool {
        session.naming_id.is_none_or(|naming| {
            let named = self.naming.as_ref().filter(|named| named.id == naming);
            named.and_then(|named| self.connections.get(&named.connection_id)).is_some_and(lets_in)
                && whose.single_sign_on != SingleSignOn::Forbidden
        })
    }

    fn answer(&mut self, answered: &AnsweredRequest) -> Result<(), StoreError> {
        let request = self.administrator_requests.remove(&answered.request_id).ok_or(StoreError::Conflict)?;
        unless_conflict(request.naming_id == answered.naming_id)?;
        let connection = self.connections.get(&answered.connection_id).ok_or(StoreError::Conflict)?;
        unless_conflict(
            connection.organization_id == answered.organization_id
                && connection.versions() == answered.versions
                && self.is_named(answered.connection_id),
        )?;
        let key = (answered.connection_id, answered.assertion.id.clone());
        unless_conflict(self.assertions.insert(key, answered.assertion.forget_after).is_none())
    }

    fn by_identity(&self, issuer: &EntityId, name_id: &NameId) -> Option<&Administrator> {
        self.administrators.values().find(|row| {
            matches!(&row.single_sign_on, SingleSignOn::Linked(known)
                if known.issuer == *issuer && known.name_id == *name_id)
        })
    }
}

fn lets_in(connection: &Connection) -> bool {
    connection.details.enabled && connection.identity_provider.is_some()
}

#[async_trait]
impl AdministratorSignOns for MemoryStore {
    async fn administrators_connection(&self) -> Result<Option<AdministratorsConnection>, StoreError> {
        let state = self.read();
        Ok(state.naming.clone().and_then(|naming| {
            let connection = state.connections.get(&naming.connection_id)?;
            let (organization, _) = state.organizations.get(&naming.organization_id)?;
            Some(AdministratorsConnection {
                organization: organization.slug.clone(),
                connection: connection.details.key.clone(),
                ..naming
            })
        }))
    }

    async fn name_connection(
        &self,
        naming: &AdministratorsConnection,
        seen: ConnectionVersions,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let row = state.connections.get_mut(&naming.connection_id).ok_or(StoreError::Conflict)?;
            unless_conflict(row.organization_id == naming.organization_id)?;
            unless_conflict(row.versions() == seen && lets_in(row))?;
            row.version = row.version.next();
            row.identity_provider_version = row.identity_provider_version.next();
            row.settings_version = row.settings_version.next();
            row.updated_at = audit.at;
            state.unname();
            state.naming = Some(naming.clone());
            Ok(())
        })
    }

    async fn unname_connection(&self, naming: NamingId, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.naming.as_ref().is_some_and(|named| named.id == naming))?;
            state.unname();
            Ok(())
        })
    }

    async fn administrator_by_identity(
        &self,
        issuer: &EntityId,
        name_id: &NameId,
    ) -> Result<Option<Administrator>, StoreError> {
        Ok(self.read().by_identity(issuer, name_id).cloned())
    }

    async fn open_administrator_request(&self, request: &AdministratorRequest) -> Result<(), StoreError> {
        self.write(|state| {
            unless_conflict(state.naming.as_ref().is_some_and(|named| named.id == request.naming_id))?;
            let opened = state.administrator_requests.insert(request.id.clone(), request.clone());
            unless_conflict(opened.is_none())
        })
    }

    async fn administrator_request(&self, id: &str) -> Result<Option<AdministratorRequest>, StoreError> {
        Ok(self.read().administrator_requests.get(id).cloned())
    }

    async fn begin_sign_on(&self, begun: &BegunSignOn, audit: &[AuditEvent]) -> Result<(), StoreError> {
        self.write(|state| {
            state.answer(&begun.answered)?;
            let session = &begun.session;
            unless_conflict(session.naming_id == Some(begun.answered.naming_id))?;
            if let Some(link) = &begun.link {
                unless_conflict(state.by_identity(&link.issuer, &link.name_id).is_none())?;
            }
            let row = state.administrators.get_mut(&session.administrator_id).ok_or(StoreError::Conflict)?;
            unless_conflict(row.version == begun.version && !row.disabled)?;
            unless_conflict(row.single_sign_on != SingleSignOn::Forbidden)?;
            row.last_signed_in_at = Some(session.created_at);
            if let Some(link) = &begun.link {
                unless_conflict(!row.single_sign_on.is_linked())?;
                row.single_sign_on = SingleSignOn::Linked(link.clone());
                row.version = row.version.next();
            }
            state.portal_sessions.retain(|_, other| Some(&other.token_hash) != begun.instead_of.as_ref());
            unless_conflict(state.portal_sessions.insert(session.id, session.clone()).is_none())?;
            state.audit.extend(audit.iter().cloned());
            Ok(())
        })
    }

    async fn refuse_sign_on(&self, answered: &AnsweredRequest, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| state.answer(answered))
    }
}
