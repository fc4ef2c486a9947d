//! Row ids (UUID version 7, RFC 9562 §5.7), one type each, and row versions.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes an id type that cannot be taken for another.
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id_type!(
    /// An organization's row.
    OrganizationId,
    /// A connection's row.
    ConnectionId,
    /// A user's row.
    UserId,
    /// A sign-in's row; the reference that a refused person is shown.
    SignInId,
    /// A letter's row in the outbox.
    LetterId,
    /// A link verification's row.
    LinkId,
    /// A session's row.
    SessionId,
    /// An API key's row.
    ApiKeyId,
    /// An audit event's row.
    AuditEventId,
    /// The row of a key of the service's own.
    ServiceKeyId,
    /// An import's row.
    ImportId,
    /// A claim of a request that may be sent again.
    RequestClaimId,
    /// An administrator's row.
    AdministratorId,
    /// The row of a session in the portal.
    PortalSessionId,
    /// The row of a link by which an administrator sets their password.
    PasswordLinkId,
    /// The row of a link to the single sign-on pages of an organization.
    SetupLinkId,
    /// The row of a session that began by such a link.
    SetupSessionId,
    /// That a connection was named for the administrators' sign-in.
    NamingId,
);

/// How often a row has been written: 1 when it is created, one more at each change. The `ETag` of what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Version {
    /// The version of a row just created.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The version before the last change.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
