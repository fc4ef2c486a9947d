//! Values that a catalog cannot lose.

use super::Assignment;
use crate::text::{ConnectionKey, LocationName};

/// A value of a catalog that would go, although it is used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InUse {
    /// The value.
    pub value: CatalogValue,
    /// The connection whose default it is. None, where users have it.
    pub default_of: Option<ConnectionKey>,
}

/// What a user can have of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CatalogValue {
    /// A location.
    Location(LocationName),
    /// A role of a user type.
    Pair(Assignment),
}

impl InUse {
    /// A value that users have.
    #[must_use]
    pub fn by_users(value: CatalogValue) -> Self {
        Self { value, default_of: None }
    }

    /// A value that is the default of a connection.
    #[must_use]
    pub fn by_default_of(connection: &ConnectionKey, value: CatalogValue) -> Self {
        Self { value, default_of: Some(connection.clone()) }
    }
}

impl std::fmt::Display for CatalogValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Location(name) => name.fmt(f),
            Self::Pair(pair) => pair.fmt(f),
        }
    }
}

/// By its keys: `employee/clerk (default of connection okta)`.
impl std::fmt::Display for InUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.default_of {
            None => self.value.fmt(f),
            Some(connection) => write!(f, "{} (default of connection {connection})", self.value),
        }
    }
}
