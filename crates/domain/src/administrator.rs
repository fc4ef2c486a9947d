//! Who signs in to the Admin Portal, and their sessions there.

mod attempts;
mod links;
mod password;
mod sign_on;

use std::collections::BTreeSet;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::email::EmailAddress;
use crate::ids::{AdministratorId, NamingId, OrganizationId, PortalSessionId, Version};
use crate::token::TokenHash;

pub use attempts::{AttemptKey, Attempts};
pub use links::{LETTERS_COUNT_FOR, PasswordLink, may_be_mailed};
pub use password::{LONGEST_PASSWORD, Password, PasswordHash, SHORTEST_PASSWORD, WeakPassword};
pub use sign_on::{
    AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn, Known, LinkedIdentity,
    PENDING, PREFIX, SignOnRefusal, SingleSignOn, recognize, said_address,
};

/// For how long a session lives that nobody uses.
pub const IDLE_LIMIT: TimeDelta = TimeDelta::minutes(30);

/// For how long a session lives, used or not.
pub const SESSION_LIMIT: TimeDelta = TimeDelta::hours(12);

/// How long a use of a session stands for later ones, so that not every page is a write.
pub const USE_COUNTS_FOR: TimeDelta = TimeDelta::minutes(1);

/// Somebody who administers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Their row.
    pub id: AdministratorId,
    /// By which they sign in, unique in the installation without letter case.
    pub email: EmailAddress,
    /// What they may do.
    pub role: AdministratorRole,
    /// The hash of their password; none until they have chosen one.
    pub password: Option<PasswordHash>,
    /// Whether they may sign in by single sign-on.
    pub single_sign_on: SingleSignOn,
    /// Whether they are kept out.
    pub disabled: bool,
    /// How often the row has been written, sign-ins aside.
    pub version: Version,
    /// When they became one.
    pub created_at: DateTime<Utc>,
    /// When they last signed in.
    pub last_signed_in_at: Option<DateTime<Utc>>,
}

/// What an administrator may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdministratorRole {
    /// Everything, in every organization.
    Operator,
    /// Everything but the operator's settings, in these organizations. In none, where the last of them was deleted.
    OrganizationAdmin(BTreeSet<OrganizationId>),
}

impl Administrator {
    /// Whether they have something to do here, and are not kept out.
    #[must_use]
    pub fn may_act(&self) -> bool {
        !self.disabled
            && match &self.role {
                AdministratorRole::Operator => true,
                AdministratorRole::OrganizationAdmin(organizations) => !organizations.is_empty(),
            }
    }

    /// Whether they were invited, and have not come yet.
    #[must_use]
    pub fn is_invited(&self) -> bool {
        self.password.is_none() && !self.disabled && !self.single_sign_on.is_linked()
    }

    /// Whether they were invited and nobody ever came, so that nothing goes with the invitation. Who signed in by single sign-on alone has
    /// no way in any more when the connection is named no more, and is invited again; they were somebody here, though.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.is_invited() && self.last_signed_in_at.is_none()
    }

    /// Whether they are an operator who can sign in by password: of these there is always one, once there was. Single sign-on does
    /// not count, so that somebody can sign in on the day when it fails.
    #[must_use]
    pub fn is_able_operator(&self) -> bool {
        self.role.is_operator() && !self.disabled && self.password.is_some()
    }
}

impl AdministratorRole {
    /// Whether they may do everything.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        matches!(self, Self::Operator)
    }

    /// Whether they may see and change that organization.
    #[must_use]
    pub fn may_reach(&self, organization: OrganizationId) -> bool {
        match self {
            Self::Operator => true,
            Self::OrganizationAdmin(organizations) => organizations.contains(&organization),
        }
    }

    /// Whether that organization is all that they administer.
    #[must_use]
    pub fn is_of_only(&self, organization: OrganizationId) -> bool {
        matches!(self, Self::OrganizationAdmin(own) if own.len() == 1 && own.contains(&organization))
    }

    /// The role's word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::OrganizationAdmin(_) => "organization_admin",
        }
    }
}

/// A session in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalSession {
    /// Its row.
    pub id: PortalSessionId,
    /// Whose it is.
    pub administrator_id: AdministratorId,
    /// The hash of the cookie's token.
    pub token_hash: TokenHash,
    /// By which naming of a connection it began; none, where it began by a password.
    pub naming_id: Option<NamingId>,
    /// From where it began, if that is known.
    pub address: Option<IpAddr>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}
