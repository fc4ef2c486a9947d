//! The values that are valid in an organization: user types, the roles of each, locations.

mod in_use;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::problem::Problems;
use crate::text::{DisplayName, LocationName, RoleKey, UserTypeKey};

pub use in_use::{CatalogValue, InUse};

/// What users of one organization can be and where. Keys are exact and case-sensitive; the order is the administrator's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    user_types: Vec<UserType>,
    locations: Vec<LocationName>,
}

/// A kind of user, with the roles that one of that kind can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserType {
    /// What settings and assertions call it.
    pub key: UserTypeKey,
    /// What people call it.
    pub name: DisplayName,
    /// At least one.
    pub roles: Vec<Role>,
}

/// What a user of a type may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// What settings and assertions call it.
    pub key: RoleKey,
    /// What people call it.
    pub name: DisplayName,
    /// Grants so much that only an identity provider that is trusted with it may assign it.
    pub privileged: bool,
}

/// One (user type, role) pair. A user holds at most one role of each type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Assignment {
    /// The user type.
    pub user_type: UserTypeKey,
    /// The role held as a user of that type.
    pub role: RoleKey,
}

impl std::fmt::Display for Assignment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.user_type, self.role)
    }
}

/// The assignments of one user: one role a type, because a map can hold no second.
pub type Assignments = BTreeMap<UserTypeKey, RoleKey>;

impl UserType {
    /// The role of this type with this key.
    #[must_use]
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key.as_str() == key)
    }

    /// The role, where the type has just one.
    #[must_use]
    pub fn only_role(&self) -> Option<&Role> {
        match self.roles.as_slice() {
            [role] => Some(role),
            _ => None,
        }
    }
}

impl Catalog {
    /// The user types, in the administrator's order.
    #[must_use]
    pub fn user_types(&self) -> &[UserType] {
        &self.user_types
    }

    /// The locations, in the administrator's order.
    #[must_use]
    pub fn locations(&self) -> &[LocationName] {
        &self.locations
    }

    /// The user type with this key.
    #[must_use]
    pub fn user_type(&self, key: &str) -> Option<&UserType> {
        self.user_types.iter().find(|user_type| user_type.key.as_str() == key)
    }

    /// The location of this name.
    #[must_use]
    pub fn location(&self, name: &str) -> Option<&LocationName> {
        self.locations.iter().find(|location| location.as_str() == name)
    }

    /// The key of a role that at least one type has.
    #[must_use]
    pub fn role_key(&self, key: &str) -> Option<&RoleKey> {
        self.user_types.iter().find_map(|user_type| user_type.role(key)).map(|role| &role.key)
    }

    /// The role that an assignment names, where the catalog has the pair.
    #[must_use]
    pub fn role_of(&self, assignment: &Assignment) -> Option<&Role> {
        self.user_type(assignment.user_type.as_str())?.role(assignment.role.as_str())
    }

    /// Whether the catalog has the pair and marks it privileged.
    #[must_use]
    pub fn is_privileged(&self, assignment: &Assignment) -> bool {
        self.role_of(assignment).is_some_and(|role| role.privileged)
    }
}

/// A catalog as somebody wrote it down, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogDraft {
    /// The user types.
    pub user_types: Vec<UserTypeDraft>,
    /// The names of the locations.
    pub locations: Vec<String>,
}

/// A user type as somebody wrote it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserTypeDraft {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its roles.
    pub roles: Vec<RoleDraft>,
}

/// A role as somebody wrote it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleDraft {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether it is privileged.
    pub privileged: bool,
}

/// The most user types, and the most roles of a type.
pub const MOST_KEYS: usize = 200;
/// The most locations.
pub const MOST_LOCATIONS: usize = 10_000;

impl CatalogDraft {
    /// The catalog that the draft describes.
    ///
    /// # Errors
    /// All faults at once, each with the JSON pointer of its field.
    pub fn parse(&self) -> Result<Catalog, Problems> {
        let mut problems = Problems::default();
        problems.at_most(MOST_KEYS, self.user_types.len(), "/user_types");
        problems.at_most(MOST_LOCATIONS, self.locations.len(), "/locations");
        let mut keys = BTreeSet::new();
        let user_types = self
            .user_types
            .iter()
            .enumerate()
            .filter_map(|(index, draft)| {
                let at = format!("/user_types/{index}");
                problems.unique(&mut keys, &draft.key, &format!("{at}/key"));
                draft.parse(&at, &mut problems)
            })
            .collect();
        let mut names = BTreeSet::new();
        let locations = self
            .locations
            .iter()
            .enumerate()
            .filter_map(|(index, name)| {
                let at = format!("/locations/{index}/name");
                problems.unique(&mut names, name, &at);
                problems.text(&at, LocationName::parse(name))
            })
            .collect();
        problems.into_result(Catalog { user_types, locations })
    }
}

impl UserTypeDraft {
    fn parse(&self, at: &str, problems: &mut Problems) -> Option<UserType> {
        problems.at_most(MOST_KEYS, self.roles.len(), &format!("{at}/roles"));
        if self.roles.is_empty() {
            problems.add(format!("{at}/roles"), "required", "a user type needs at least one role");
        }
        let mut keys = BTreeSet::new();
        let roles = self
            .roles
            .iter()
            .enumerate()
            .filter_map(|(index, role)| {
                let at = format!("{at}/roles/{index}");
                problems.unique(&mut keys, &role.key, &format!("{at}/key"));
                let key = problems.text(&format!("{at}/key"), RoleKey::parse(&role.key));
                let name = problems.text(&format!("{at}/name"), DisplayName::parse(&role.name));
                Some(Role { key: key?, name: name?, privileged: role.privileged })
            })
            .collect();
        let key = problems.text(&format!("{at}/key"), UserTypeKey::parse(&self.key));
        let name = problems.text(&format!("{at}/name"), DisplayName::parse(&self.name));
        Some(UserType { key: key?, name: name?, roles })
    }
}
