//! Users of an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::{Assignment, Assignments, Catalog};
use crate::email::EmailAddress;
use crate::ids::{ConnectionId, OrganizationId, UserId, Version};
use crate::name_id::NameId;
use crate::provenance::Provenance;
use crate::text::{LocationName, PersonName};
use crate::words::words;

/// A person who can sign in to an organization's application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user's row.
    pub id: UserId,
    /// Whose user it is.
    pub organization_id: OrganizationId,
    /// Who the person is, and what they may do.
    pub profile: UserProfile,
    /// Where each value of the profile came from.
    pub provenance: Provenance,
    /// What identity providers call the person; at most one identity a connection.
    pub identities: Vec<Identity>,
    /// A deactivated user cannot sign in.
    pub active: bool,
    /// How the user came to be.
    pub created_by: CreatedBy,
    /// How often the row was written.
    pub version: Version,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
    /// When the person last signed in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

/// Who a person is, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserProfile {
    /// The address, unique in the organization without letter case.
    pub email: EmailAddress,
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// Where the person works.
    pub location: Option<LocationName>,
    /// One role of each user type that the person is.
    pub assignments: Assignments,
}

/// What one identity provider calls a user: (connection, NameID), compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// As what.
    pub name_id: NameId,
}

words!(
    /// How a user came to be.
    CreatedBy {
        /// A first sign-in.
        Sso = "sso",
        /// The administration API or the portal.
        Api = "api",
        /// An import.
        Import = "import",
        /// A directory that speaks SCIM.
        Scim = "scim",
    }
);

impl User {
    /// What the connection's identity provider calls the user.
    #[must_use]
    pub fn identity_on(&self, connection: ConnectionId) -> Option<&NameId> {
        self.identities
            .iter()
            .find(|identity| identity.connection_id == connection)
            .map(|identity| &identity.name_id)
    }

    /// Whether the user holds an assignment that the catalog marks privileged.
    #[must_use]
    pub fn is_privileged(&self, catalog: &Catalog) -> bool {
        self.profile
            .assignments
            .iter()
            .map(|(user_type, role)| Assignment { user_type: user_type.clone(), role: role.clone() })
            .any(|assignment| catalog.is_privileged(&assignment))
    }
}
