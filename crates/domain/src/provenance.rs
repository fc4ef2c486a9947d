//! Where each value of a user came from, and when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::asserted::{Asserted, Reading, Value};
use crate::ids::SignInId;
use crate::text::{AttributeName, ConnectionKey, UserTypeKey};
use crate::user::UserProfile;
use crate::words::words;

/// Where a user's values came from; none where it was not written down yet when they came.
///
/// A value keeps its origin for as long as it stays what it is. Who says the same again does not become its origin: so the sign-in that is
/// named is the one in whose explanation the value is a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Of the first name.
    pub first_name: Option<Origin>,
    /// Of the last name.
    pub last_name: Option<Origin>,
    /// Of the address.
    pub email: Option<Origin>,
    /// Of the location, or of there being none any more.
    pub location: Option<Origin>,
    /// Of the role of each user type.
    pub assignments: BTreeMap<UserTypeKey, Origin>,
}

/// Where a value came from, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Where it came from.
    pub source: Source,
    /// When.
    pub at: DateTime<Utc>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Source {
    /// A sign-in.
    SignIn {
        /// The connection's key at that time.
        connection: ConnectionKey,
        /// Which one.
        sign_in: SignInId,
        /// What of the sign-in, or of the connection.
        from: FieldSource,
    },
    /// Somebody's hand: the API or the portal.
    Administrator,
    /// An import.
    Import,
    /// A directory that speaks SCIM.
    Scim,
}

/// What of a sign-in a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The connection's default, because nothing was sent.
    Default,
    /// An attribute.
    Attribute(AttributeName),
    /// The NameID, which served as the address.
    NameId,
}

words!(
    /// The kinds of origin.
    OriginKind {
        /// A default of the connection.
        Default = "default",
        /// An attribute of an assertion.
        Attribute = "attribute",
        /// The NameID of an assertion.
        NameId = "name_id",
        /// Somebody's hand.
        Administrator = "administrator",
        /// An import.
        Import = "import",
        /// A directory.
        Scim = "scim",
    }
);

impl Source {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> OriginKind {
        match self {
            Self::SignIn { from: FieldSource::Default, .. } => OriginKind::Default,
            Self::SignIn { from: FieldSource::Attribute(_), .. } => OriginKind::Attribute,
            Self::SignIn { from: FieldSource::NameId, .. } => OriginKind::NameId,
            Self::Administrator => OriginKind::Administrator,
            Self::Import => OriginKind::Import,
            Self::Scim => OriginKind::Scim,
        }
    }
}

/// What of a sign-in each value comes from, if it comes from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    first_name: FieldSource,
    last_name: FieldSource,
    email: FieldSource,
    location: FieldSource,
    assignment: FieldSource,
}

impl Sources {
    /// As the rules take the values: what was sent, or else what fills in for it. The source of an assignment is that of its role, or of
    /// its type where the role follows from that.
    #[must_use]
    pub fn of(asserted: &Asserted) -> Self {
        let default = || FieldSource::Default;
        Self {
            first_name: sent(&asserted.first_name).unwrap_or_else(default),
            last_name: sent(&asserted.last_name).unwrap_or_else(default),
            email: sent(&asserted.email).unwrap_or(FieldSource::NameId),
            location: sent(&asserted.location).unwrap_or_else(default),
            assignment: sent(&asserted.role).or_else(|| sent(&asserted.user_type)).unwrap_or_else(default),
        }
    }

    /// The origins, if the values come from that sign-in.
    #[must_use]
    pub fn in_sign_in(self, connection: &ConnectionKey, sign_in: SignInId, at: DateTime<Utc>) -> Origins {
        let origin = |from| {
            let source = Source::SignIn { connection: connection.clone(), sign_in, from };
            Origin { source, at }
        };
        Origins {
            first_name: origin(self.first_name),
            last_name: origin(self.last_name),
            email: origin(self.email),
            location: origin(self.location),
            assignments: origin(self.assignment),
        }
    }
}

/// The attribute that a value was sent in.
fn sent<T>(reading: &Reading<T>) -> Option<FieldSource> {
    match reading.value {
        Value::Sent(_) => reading.attribute.clone().map(FieldSource::Attribute),
        Value::NotSent | Value::Invalid(_) => None,
    }
}

/// The origin of each value that a change changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    first_name: Origin,
    last_name: Origin,
    email: Origin,
    location: Origin,
    assignments: Origin,
}

impl Origins {
    /// All of one source.
    #[must_use]
    pub fn all_of(source: Source, at: DateTime<Utc>) -> Self {
        let origin = Origin { source, at };
        Self {
            first_name: origin.clone(),
            last_name: origin.clone(),
            email: origin.clone(),
            location: origin.clone(),
            assignments: origin,
        }
    }
}

impl Provenance {
    /// That of a new user.
    #[must_use]
    pub fn of_new(profile: &UserProfile, origins: &Origins) -> Self {
        Self {
            first_name: Some(origins.first_name.clone()),
            last_name: Some(origins.last_name.clone()),
            email: Some(origins.email.clone()),
            location: profile.location.as_ref().map(|_| origins.location.clone()),
            assignments: profile
                .assignments
                .keys()
                .map(|user_type| (user_type.clone(), origins.assignments.clone()))
                .collect(),
        }
    }

    /// That of a user who was `before` and is `after`: what differs has its origin now, and the rest keeps its own.
    #[must_use]
    pub fn changed(mut self, before: &UserProfile, after: &UserProfile, origins: &Origins) -> Self {
        let field = |differs: bool, origin: &mut Option<Origin>, new: &Origin| {
            if differs {
                *origin = Some(new.clone());
            }
        };
        field(before.first_name != after.first_name, &mut self.first_name, &origins.first_name);
        field(before.last_name != after.last_name, &mut self.last_name, &origins.last_name);
        field(before.email != after.email, &mut self.email, &origins.email);
        field(before.location != after.location, &mut self.location, &origins.location);
        self.assignments.retain(|user_type, _| after.assignments.contains_key(user_type));
        for (user_type, role) in &after.assignments {
            if before.assignments.get(user_type) != Some(role) {
                self.assignments.insert(user_type.clone(), origins.assignments.clone());
            }
        }
        self
    }
}
