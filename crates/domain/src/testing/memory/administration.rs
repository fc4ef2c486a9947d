//! What administrators read and write, save for users.

use async_trait::async_trait;

use super::{MemoryStore, Refreshing, State, paged, unless_conflict};
use crate::administrator::AdministratorRole;
use crate::branding::{Branding, Logo};
use crate::catalog::{Assignment, Catalog, CatalogValue, InUse};
use crate::connection::{Connection, ConnectionDetails, IdentityProvider};
use crate::ids::{ConnectionId, OrganizationId, Version};
use crate::organization::Organization;
use crate::ports::{Administration, AuditEvent, KeyRole, Page, Paged, StoreError, UniqueKey};
use crate::refresh::MetadataRefresh;
use crate::settings::Settings;

/// The most values in use that are named.
const MOST_NAMED: usize = 20;

#[async_trait]
impl Administration for MemoryStore {
    async fn organizations(&self, page: Page) -> Result<Paged<Organization>, StoreError> {
        let state = self.read();
        let rows = state.organizations.values().map(|(row, _)| row);
        Ok(paged(rows, page, |id, after| id > after, |row| row.id.0))
    }

    async fn create_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(!state.organizations.contains_key(&organization.id))?;
            state.put_organization(organization, Catalog::default())
        })
    }

    async fn replace_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let (before, catalog) = state.organization(organization.id)?.clone();
            unless_conflict(before.version.next() == organization.version)?;
            let logo = before.branding.logo.clone();
            let organization = Organization {
                branding: Branding { logo, ..organization.branding.clone() },
                catalog_version: before.catalog_version,
                created_at: before.created_at,
                ..organization.clone()
            };
            state.put_organization(&organization, catalog)
        })
    }

    async fn replace_logo(
        &self,
        organization: &Organization,
        logo: Option<&Logo>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let (before, catalog) = state.organization(organization.id)?.clone();
            unless_conflict(before.version.next() == organization.version)?;
            match logo {
                Some(logo) => state.logos.insert(organization.id, logo.content.clone()),
                None => state.logos.remove(&organization.id),
            };
            let after = before.with_logo(organization.branding.logo.clone(), organization.updated_at);
            state.put_organization(&after, catalog)
        })
    }

    async fn delete_organization(
        &self,
        organization: OrganizationId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.organization(organization)?.0.version == expected)?;
            let connections: Vec<_> = state.connections_of(organization).map(|row| row.id).collect();
            for connection in connections {
                state.remove_connection(connection);
            }
            state.organizations.remove(&organization);
            state.logos.remove(&organization);
            state.setup_links.retain(|_, link| link.organization_id != organization);
            state.setup_sessions.retain(|_, session| session.organization_id != organization);
            state.remove_imports_of(organization);
            state.users.retain(|_, row| row.organization_id != organization);
            state.history.retain(|_, row| row.organization_id != organization);
            let history = &state.history;
            state.arrivals.retain(|sign_in, _| history.contains_key(sign_in));
            state.outbox.retain(|_, row| row.letter.organization_id != Some(organization));
            state.audit.retain(|event| event.organization_id != Some(organization));
            state.api_keys.retain(|_, key| key.role != KeyRole::OrganizationAdmin(organization));
            state.forget_requests_without_key();
            for administrator in state.administrators.values_mut() {
                if let AdministratorRole::OrganizationAdmin(organizations) = &mut administrator.role {
                    organizations.remove(&organization);
                }
            }
            Ok(())
        })
    }

    async fn catalog(&self, organization: OrganizationId) -> Result<(Catalog, Version), StoreError> {
        let state = self.read();
        let (row, catalog) = state.organization(organization)?;
        Ok((catalog.clone(), row.catalog_version))
    }

    async fn replace_catalog(
        &self,
        organization: OrganizationId,
        catalog: &Catalog,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<Vec<InUse>, StoreError> {
        self.write(|state| {
            state.must_have_catalog(organization, expected)?;
            let in_use = state.lost_by(organization, catalog);
            if in_use.is_empty() {
                if let Some((row, stored)) = state.organizations.get_mut(&organization) {
                    row.catalog_version = expected.next();
                    *stored = catalog.clone();
                }
                state.audit.push(audit.clone());
            }
            Ok(in_use)
        })
    }

    async fn create_connection(&self, connection: &Connection, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.organization(connection.organization_id)?;
            unless_conflict(!state.connections.contains_key(&connection.id))?;
            state.put_connection(connection.clone())
        })
    }

    async fn replace_connection(
        &self,
        connection: ConnectionId,
        details: &ConnectionDetails,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let mut row = state.connection(connection)?;
            unless_conflict(row.version == expected)?;
            row.details = details.clone();
            row.version = expected.next();
            row.updated_at = audit.at;
            if !details.enabled {
                state.end_sessions_through(connection);
            }
            state.put_connection(row)
        })
    }

    async fn delete_connection(
        &self,
        connection: ConnectionId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            unless_conflict(state.connection(connection)?.version == expected)?;
            state.remove_connection(connection);
            Ok(())
        })
    }

    async fn replace_identity_provider(
        &self,
        connection: ConnectionId,
        identity_provider: Option<&IdentityProvider>,
        refresh: Option<&MetadataRefresh>,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let mut row = state.connection(connection)?;
            unless_conflict(row.identity_provider_version == expected)?;
            row.identity_provider = identity_provider.cloned();
            state.refreshes.remove(&connection);
            state.refreshes.extend(refresh.map(|refresh| (connection, Refreshing::new(refresh))));
            row.identity_provider_version = expected.next();
            row.updated_at = audit.at;
            state.end_sessions_through(connection);
            state.put_connection(row)
        })
    }

    async fn replace_settings(
        &self,
        connection: ConnectionId,
        settings: &Settings,
        expected: Version,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let mut row = state.connection(connection)?;
            unless_conflict(row.settings_version == expected)?;
            state.must_have_catalog(row.organization_id, catalog)?;
            row.settings = settings.clone();
            row.settings_version = expected.next();
            row.updated_at = audit.at;
            state.put_connection(row)
        })
    }
}

impl State {
    pub(super) fn connection(&self, id: ConnectionId) -> Result<Connection, StoreError> {
        self.connections.get(&id).cloned().ok_or(StoreError::Conflict)
    }

    fn put_organization(&mut self, row: &Organization, catalog: Catalog) -> Result<(), StoreError> {
        if self.organizations.values().any(|(other, _)| other.id != row.id && other.slug == row.slug) {
            return Err(StoreError::Taken(UniqueKey::OrganizationSlug));
        }
        self.organizations.insert(row.id, (row.clone(), catalog));
        Ok(())
    }

    pub(super) fn put_connection(&mut self, row: Connection) -> Result<(), StoreError> {
        let others = || self.connections_of(row.organization_id).filter(|other| other.id != row.id);
        if others().any(|other| other.details.key == row.details.key) {
            return Err(StoreError::Taken(UniqueKey::ConnectionKey));
        }
        let entity_id = |connection: &Connection| {
            connection.identity_provider.as_ref().map(|idp| idp.metadata.entity_id.clone())
        };
        let issuer = entity_id(&row);
        if issuer.is_some() && others().any(|other| entity_id(other) == issuer) {
            return Err(StoreError::Taken(UniqueKey::EntityId));
        }
        self.connections.insert(row.id, row);
        Ok(())
    }

    fn remove_connection(&mut self, id: ConnectionId) {
        if self.is_named(id) {
            self.unname();
        }
        self.connections.remove(&id);
        self.refreshes.remove(&id);
        self.warned.retain(|(connection, _, _)| *connection != id);
        self.requests.retain(|_, row| row.connection_id != id);
        self.trials.retain(|_, row| row.connection_id != id);
        self.assertions.retain(|(connection, _), _| *connection != id);
        self.links.retain(|_, row| row.identity.connection_id != id);
        self.sessions.retain(|_, row| row.connection_id != id);
        for user in self.users.values_mut() {
            user.identities.retain(|identity| identity.connection_id != id);
        }
    }

    /// Values that users hold or connections have as defaults, and the catalog lacks.
    fn lost_by(&self, organization: OrganizationId, catalog: &Catalog) -> Vec<InUse> {
        let mut lost = std::collections::BTreeSet::new();
        for profile in self.users_of(organization).map(|user| &user.profile) {
            for (user_type, role) in &profile.assignments {
                let pair = Assignment { user_type: user_type.clone(), role: role.clone() };
                if catalog.role_of(&pair).is_none() {
                    lost.insert(InUse::by_users(CatalogValue::Pair(pair)));
                }
            }
            if let Some(location) =
                profile.location.as_ref().filter(|name| catalog.location(name.as_str()).is_none())
            {
                lost.insert(InUse::by_users(CatalogValue::Location(location.clone())));
            }
        }
        for connection in self.connections.values().filter(|row| row.organization_id == organization) {
            lost.extend(
                connection.settings.registration.defaults().lost_by(catalog, &connection.details.key),
            );
        }
        lost.into_iter().take(MOST_NAMED).collect()
    }
}
