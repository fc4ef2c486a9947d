//! Who changed what, from what to what, and from where.

use std::borrow::Cow;
use std::net::IpAddr;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{KeyRole, Page, Paged, StoreError};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, ApiKeyId, AuditEventId, OrganizationId, SetupLinkId, UserId};
use crate::text::DisplayName;
use crate::words::words;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A program with an API key.
    ApiKey {
        /// The key's row, which may be gone by now.
        id: ApiKeyId,
        /// What people called the key. None in what was written down before names were.
        name: Option<DisplayName>,
        /// What it may do.
        role: KeyRole,
        /// From where.
        origin: Origin,
    },
    /// Somebody who is signed in to the Admin Portal.
    Administrator {
        /// Their row, which may be gone by now.
        id: AdministratorId,
        /// By which address they were known.
        email: EmailAddress,
        /// Whether they were an operator.
        operator: bool,
        /// From where.
        origin: Origin,
    },
    /// Whoever came by a mailed link to an organization's single sign-on pages.
    SetupLink {
        /// The link's row, which may be gone by now.
        id: SetupLinkId,
        /// To whom it was mailed.
        email: EmailAddress,
        /// From where.
        origin: Origin,
    },
    /// Somebody at the command line of the service.
    CommandLine,
    /// The owner of an address, by a mailed link.
    User {
        /// Their row.
        id: UserId,
        /// From where.
        origin: Origin,
    },
    /// This service by itself, because it was time.
    System,
}

/// From where somebody does something: what the request tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address that the request counts against.
    pub address: Option<IpAddr>,
    /// The id of the request, as the log has it.
    pub request_id: Option<String>,
}

words! {
    /// Kinds of actors.
    ActorKind {
        /// [`Actor::ApiKey`].
        ApiKey = "api_key",
        /// [`Actor::Administrator`].
        Administrator = "administrator",
        /// [`Actor::SetupLink`].
        SetupLink = "setup_link",
        /// [`Actor::CommandLine`].
        CommandLine = "command_line",
        /// [`Actor::User`].
        User = "user",
        /// [`Actor::System`].
        System = "system",
    }
}

impl Actor {
    /// The administrator who it is, signed in to the portal.
    #[must_use]
    pub fn administrator(&self) -> Option<AdministratorId> {
        match self {
            Self::Administrator { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// What kind of actor it is.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Self::ApiKey { .. } => ActorKind::ApiKey,
            Self::Administrator { .. } => ActorKind::Administrator,
            Self::SetupLink { .. } => ActorKind::SetupLink,
            Self::CommandLine => ActorKind::CommandLine,
            Self::User { .. } => ActorKind::User,
            Self::System => ActorKind::System,
        }
    }

    /// By what a list is asked for the events of this actor: its id, or the word of its kind where it has none.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::ApiKey { id, .. } => id.to_string(),
            Self::Administrator { id, .. } => id.to_string(),
            Self::SetupLink { id, .. } => id.to_string(),
            Self::User { id, .. } => id.to_string(),
            Self::CommandLine | Self::System => self.kind().as_str().to_owned(),
        }
    }

    /// The address of a signed-in administrator, who can be named to whom they write.
    #[must_use]
    pub fn administrator_email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Administrator { email, .. } => Some(email),
            _ => None,
        }
    }

    /// From where it acts, as far as that is known.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match self {
            Self::ApiKey { origin, .. }
            | Self::Administrator { origin, .. }
            | Self::SetupLink { origin, .. }
            | Self::User { origin, .. } => origin.clone(),
            Self::CommandLine | Self::System => Origin::default(),
        }
    }

    /// The same actor from there.
    #[must_use]
    pub fn acting_from(self, origin: Origin) -> Self {
        match self {
            Self::ApiKey { id, name, role, .. } => Self::ApiKey { id, name, role, origin },
            Self::Administrator { id, email, operator, .. } => {
                Self::Administrator { id, email, operator, origin }
            }
            Self::SetupLink { id, email, .. } => Self::SetupLink { id, email, origin },
            Self::User { id, .. } => Self::User { id, origin },
            other @ (Self::CommandLine | Self::System) => other,
        }
    }
}

/// A change that somebody made: who, what, from what to what. Secrets never stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its row. A UUID of version 7 whose time is `at`, so that ids are in the order of time.
    pub id: AuditEventId,
    /// In which organization; none for the installation as a whole.
    pub organization_id: Option<OrganizationId>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
    /// What was done: `connection.created`, `settings.changed`, ….
    pub action: Cow<'static, str>,
    /// To what: a slug, a key or an id.
    pub subject: String,
    /// As it was.
    pub before: Option<Value>,
    /// As it is.
    pub after: Option<Value>,
}

/// Which events a list has. All given conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this actor: see [`Actor::key`].
    pub actor: Option<String>,
    /// Exactly this action.
    pub action: Option<String>,
    /// Exactly this subject.
    pub subject: Option<String>,
    /// At or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// What was changed.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Events of an organization, or of the installation as a whole, newest first.
    ///
    /// # Errors
    /// The store's.
    async fn audit_events(
        &self,
        organization: Option<OrganizationId>,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Paged<AuditEvent>, StoreError>;

    /// One event of an organization, or of the installation as a whole.
    ///
    /// # Errors
    /// The store's.
    async fn audit_event(
        &self,
        organization: Option<OrganizationId>,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError>;
}
