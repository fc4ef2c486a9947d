//! Links to the single sign-on pages of one organization, for whoever looks after its identity provider, and the sessions that begin there.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::email::EmailAddress;
use crate::ids::{OrganizationId, SetupLinkId, SetupSessionId};
use crate::ports::Actor;
use crate::token::TokenHash;

/// For how long a link works.
pub const LIFETIME: TimeDelta = TimeDelta::days(7);

/// A link that somebody was mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLink {
    /// Its row, from which the token is derived.
    pub id: SetupLinkId,
    /// To whose pages it leads.
    pub organization_id: OrganizationId,
    /// Who was mailed it.
    pub email: EmailAddress,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// Who had it mailed, without from where.
    pub created_by: Actor,
    /// When.
    pub created_at: DateTime<Utc>,
    /// From when on it does not work any more; no session that began by it lives longer.
    pub expires_at: DateTime<Utc>,
    /// When a session last began by it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A session that began by such a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupSession {
    /// Its row.
    pub id: SetupSessionId,
    /// Of the link's organization.
    pub organization_id: OrganizationId,
    /// By which link.
    pub link_id: SetupLinkId,
    /// The hash of the cookie's token.
    pub token_hash: TokenHash,
    /// From where it began, if that is known.
    pub address: Option<IpAddr>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}
