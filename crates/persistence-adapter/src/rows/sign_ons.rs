//! The sign-in of administrators by single sign-on.

use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::administrator::{AdministratorRequest, AdministratorsConnection, LinkedIdentity};
use vestibule_domain::ids::AdministratorId;
use vestibule_domain::ids::NamingId;
use vestibule_domain::name_id::NameId;
use vestibule_domain::text::{ConnectionKey, EntityId, OrganizationSlug};

use crate::codec::{Hash, Instant, Opaque, Text};

/// A naming, and what the organization and the connection are called now.
#[derive(FromRow)]
pub(crate) struct NamingRow {
    id: Uuid,
    organization_id: Uuid,
    connection_id: Uuid,
    organization: Text<OrganizationSlug>,
    connection: Text<ConnectionKey>,
    named_at: Instant,
}

/// A row of the table `administrator_requests`.
#[derive(FromRow, Serialize)]
pub(crate) struct AdministratorRequestRow {
    pub(crate) id: Opaque,
    pub(crate) naming_id: Uuid,
    pub(crate) browser: Hash,
    pub(crate) instead_of: Option<Hash>,
    pub(crate) return_to: Option<String>,
    pub(crate) expires_at: Instant,
}

/// A row of the table `administrator_identities`.
#[derive(Serialize)]
pub(crate) struct LinkedIdentityRow {
    pub(crate) administrator_id: Uuid,
    pub(crate) naming_id: Uuid,
    pub(crate) issuer: Text<EntityId>,
    pub(crate) name_id: Text<NameId>,
    pub(crate) identity_hash: Hash,
    pub(crate) linked_at: Instant,
}

/// The hash of an identity. Neither part of it can hold what stands between them.
pub(crate) fn linked_identity_hash(issuer: &EntityId, name_id: &NameId) -> Hash {
    Hash::of(&format!("{}\0{}", issuer.as_str(), name_id.as_str()))
}

impl LinkedIdentityRow {
    pub(crate) fn of(administrator: AdministratorId, naming: NamingId, link: &LinkedIdentity) -> Self {
        Self {
            administrator_id: administrator.0,
            naming_id: naming.0,
            issuer: Text(link.issuer.clone()),
            name_id: Text(link.name_id.clone()),
            identity_hash: linked_identity_hash(&link.issuer, &link.name_id),
            linked_at: link.at.into(),
        }
    }
}

impl From<NamingRow> for AdministratorsConnection {
    fn from(row: NamingRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            connection_id: row.connection_id.into(),
            organization: row.organization.0,
            connection: row.connection.0,
            named_at: row.named_at.into(),
        }
    }
}

impl From<&AdministratorRequest> for AdministratorRequestRow {
    fn from(request: &AdministratorRequest) -> Self {
        Self {
            id: Opaque(request.id.clone()),
            naming_id: request.naming_id.0,
            browser: request.browser.into(),
            instead_of: request.instead_of.map(Hash::from),
            return_to: request.return_to.clone(),
            expires_at: request.expires_at.into(),
        }
    }
}

impl From<AdministratorRequestRow> for AdministratorRequest {
    fn from(row: AdministratorRequestRow) -> Self {
        Self {
            id: row.id.0,
            naming_id: row.naming_id.into(),
            browser: row.browser.into(),
            instead_of: row.instead_of.map(Into::into),
            return_to: row.return_to,
            expires_at: row.expires_at.into(),
        }
    }
}
