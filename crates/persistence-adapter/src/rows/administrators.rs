//! Administrators, and their sessions in the portal.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::administrator::{
    Administrator, AdministratorRole, Attempts, LinkedIdentity, PasswordHash, PasswordLink, PortalSession,
    SingleSignOn,
};
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::{OrganizationId, Version};
use vestibule_domain::name_id::NameId;
use vestibule_domain::text::EntityId;

use crate::codec::{Document, Hash, Instant, Text};

/// A row of the table `administrators`.
#[derive(Serialize)]
pub(crate) struct NewAdministrator {
    pub(crate) id: Uuid,
    pub(crate) email: Text<EmailAddress>,
    pub(crate) email_normalized: String,
    pub(crate) operator: bool,
    pub(crate) password: Option<String>,
    pub(crate) disabled: bool,
    /// Never false, so that a unique key lets one row have it.
    pub(crate) first: Option<bool>,
    pub(crate) version: i64,
    pub(crate) created_at: Instant,
    pub(crate) last_signed_in_at: Option<Instant>,
    pub(crate) single_sign_on: bool,
}

/// A row of the view `portal_administrators`.
#[derive(FromRow, Deserialize)]
pub(crate) struct AdministratorRow {
    pub(crate) id: Uuid,
    email: Text<EmailAddress>,
    operator: bool,
    password: Option<String>,
    disabled: bool,
    version: i64,
    created_at: Instant,
    last_signed_in_at: Option<Instant>,
    single_sign_on: bool,
    issuer: Option<Text<EntityId>>,
    name_id: Option<Text<NameId>>,
    linked_at: Option<Instant>,
    organizations: Document<Vec<OrganizationId>>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct PortalSessionRow {
    pub(crate) id: Uuid,
    pub(crate) administrator_id: Uuid,
    pub(crate) token_hash: Hash,
    pub(crate) address: Option<Text<IpAddr>>,
    pub(crate) created_at: Instant,
    pub(crate) last_seen_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) naming_id: Option<Uuid>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct PasswordLinkRow {
    pub(crate) id: Uuid,
    pub(crate) administrator_id: Uuid,
    pub(crate) invitation: bool,
    pub(crate) token_hash: Hash,
    pub(crate) created_at: Instant,
    pub(crate) expires_at: Instant,
}

#[derive(FromRow)]
pub(crate) struct AttemptsRow {
    count: i64,
    next_at: Instant,
    forget_after: Instant,
}

/// In which organizations somebody administers who is no operator.
pub(crate) fn granted(administrator: &Administrator) -> Vec<Uuid> {
    match &administrator.role {
        AdministratorRole::Operator => Vec::new(),
        AdministratorRole::OrganizationAdmin(organizations) => {
            organizations.iter().map(|organization| organization.0).collect()
        }
    }
}

impl NewAdministrator {
    /// The row of an administrator; of the first one, if so.
    pub(crate) fn of(administrator: &Administrator, first: bool) -> Self {
        Self {
            id: administrator.id.0,
            email: Text(administrator.email.clone()),
            email_normalized: administrator.email.normalized(),
            operator: administrator.role.is_operator(),
            password: administrator.password.as_ref().map(|hash| hash.0.clone()),
            disabled: administrator.disabled,
            first: first.then_some(true),
            version: administrator.version.0,
            created_at: administrator.created_at.into(),
            last_signed_in_at: administrator.last_signed_in_at.map(Instant::from),
            single_sign_on: administrator.single_sign_on != SingleSignOn::Forbidden,
        }
    }
}

impl From<AdministratorRow> for Administrator {
    fn from(row: AdministratorRow) -> Self {
        let organizations = row.organizations.0.into_iter().collect();
        let single_sign_on = match (row.issuer, row.name_id, row.linked_at) {
            (Some(issuer), Some(name_id), Some(at)) => {
                SingleSignOn::Linked(LinkedIdentity { issuer: issuer.0, name_id: name_id.0, at: at.into() })
            }
            _ if row.single_sign_on => SingleSignOn::Allowed,
            _ => SingleSignOn::Forbidden,
        };
        Self {
            id: row.id.into(),
            email: row.email.0,
            role: if row.operator {
                AdministratorRole::Operator
            } else {
                AdministratorRole::OrganizationAdmin(organizations)
            },
            password: row.password.map(PasswordHash),
            single_sign_on,
            disabled: row.disabled,
            version: Version(row.version),
            created_at: row.created_at.into(),
            last_signed_in_at: row.last_signed_in_at.map(Into::into),
        }
    }
}

impl From<&PortalSession> for PortalSessionRow {
    fn from(session: &PortalSession) -> Self {
        Self {
            id: session.id.0,
            administrator_id: session.administrator_id.0,
            token_hash: session.token_hash.into(),
            address: session.address.map(Text),
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            expires_at: session.expires_at.into(),
            naming_id: session.naming_id.map(|naming| naming.0),
        }
    }
}

impl From<PortalSessionRow> for PortalSession {
    fn from(row: PortalSessionRow) -> Self {
        Self {
            id: row.id.into(),
            administrator_id: row.administrator_id.into(),
            token_hash: row.token_hash.into(),
            naming_id: row.naming_id.map(Into::into),
            address: row.address.map(|Text(address)| address),
            created_at: row.created_at.into(),
            last_seen_at: row.last_seen_at.into(),
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<&PasswordLink> for PasswordLinkRow {
    fn from(link: &PasswordLink) -> Self {
        Self {
            id: link.id.0,
            administrator_id: link.administrator_id.0,
            invitation: link.invitation,
            token_hash: link.token_hash.into(),
            created_at: link.created_at.into(),
            expires_at: link.expires_at.into(),
        }
    }
}

impl From<PasswordLinkRow> for PasswordLink {
    fn from(row: PasswordLinkRow) -> Self {
        Self {
            id: row.id.into(),
            administrator_id: row.administrator_id.into(),
            invitation: row.invitation,
            token_hash: row.token_hash.into(),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<AttemptsRow> for Attempts {
    fn from(row: AttemptsRow) -> Self {
        Self {
            count: u32::try_from(row.count).unwrap_or(u32::MAX),
            next_at: row.next_at.into(),
            forget_after: row.forget_after.into(),
        }
    }
}
