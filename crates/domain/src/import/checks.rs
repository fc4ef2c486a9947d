//! What the values of one row are checked against.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Assignment, Catalog};
use crate::connection::Connection;
use crate::email::EmailAddress;
use crate::ids::ConnectionId;
use crate::name_id::NameId;
use crate::problem::Problems;
use crate::text::{LocationName, PersonName};
use crate::user::Identity;

use super::ImportRow;

/// An organization's catalog and connections, made so that a value is found in them without looking at all the others: a
/// table has as many values to look up as it has rows.
pub struct Checks<'a> {
    roles: BTreeMap<&'a str, BTreeMap<&'a str, Assignment>>,
    locations: BTreeSet<&'a LocationName>,
    connections: BTreeMap<&'a str, ConnectionId>,
}

/// The values of a row, each of which is one that the organization knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowValues {
    /// The address.
    pub email: EmailAddress,
    /// The first name, if there is one.
    pub first_name: Option<PersonName>,
    /// The last name, if there is one.
    pub last_name: Option<PersonName>,
    /// The location, if there is one.
    pub location: Option<LocationName>,
    /// The user type with its role, if there is one.
    pub assignment: Option<Assignment>,
    /// What an identity provider calls the person, if that is said.
    pub identity: Option<Identity>,
}

impl<'a> Checks<'a> {
    /// Takes what an organization knows.
    #[must_use]
    pub fn of(catalog: &'a Catalog, connections: &'a [Connection]) -> Self {
        let roles = catalog.user_types().iter().map(|user_type| {
            let pair = |role: &crate::catalog::Role| Assignment {
                user_type: user_type.key.clone(),
                role: role.key.clone(),
            };
            let roles = user_type.roles.iter().map(|role| (role.key.as_str(), pair(role)));
            (user_type.key.as_str(), roles.collect())
        });
        let connections = connections.iter().map(|row| (row.details.key.as_str(), row.id));
        Self {
            roles: roles.collect(),
            locations: catalog.locations().iter().collect(),
            connections: connections.collect(),
        }
    }

    /// The values of a row.
    ///
    /// # Errors
    /// All faults that the row has by itself, each with the JSON pointer of its column.
    pub fn read(&self, row: &ImportRow) -> Result<RowValues, Problems> {
        let mut problems = Problems::default();
        let email = match row.email.as_str() {
            "" => required("/email", &mut problems),
            email => problems.text("/email", EmailAddress::parse(email)),
        };
        let mut name = |pointer, text: &str| match text {
            "" => None,
            text => problems.text(pointer, PersonName::parse(text)),
        };
        let first_name = name("/first_name", &row.first_name);
        let last_name = name("/last_name", &row.last_name);
        let location = self.location(row, &mut problems);
        let assignment = self.assignment(row, &mut problems);
        let identity = self.identity(row, &mut problems);
        match email {
            Some(email) => problems.into_result(RowValues {
                email,
                first_name,
                last_name,
                location,
                assignment,
                identity,
            }),
            None => Err(problems),
        }
    }

    fn location(&self, row: &ImportRow, problems: &mut Problems) -> Option<LocationName> {
        if row.location.is_empty() {
            return None;
        }
        let known =
            LocationName::parse(&*row.location).ok().and_then(|name| self.locations.get(&name).copied());
        if known.is_none() {
            problems.add("/location", "unknown_location", "is not a location of this organization");
        }
        known.cloned()
    }

    /// Either half needs the other.
    fn assignment(&self, row: &ImportRow, problems: &mut Problems) -> Option<Assignment> {
        let unknown = "invalid_user_type_or_role";
        match (row.user_type.as_str(), row.role.as_str()) {
            ("", "") => return None,
            ("", _) => return required("/user_type", problems),
            (_, "") => required::<()>("/role", problems),
            _ => None,
        };
        let Some(roles) = self.roles.get(row.user_type.as_str()) else {
            problems.add("/user_type", unknown, "is not a user type of this organization");
            return None;
        };
        if row.role.is_empty() {
            return None;
        }
        let known = roles.get(row.role.as_str());
        if known.is_none() {
            problems.add("/role", unknown, "is not a role of this user type");
        }
        known.cloned()
    }

    /// Either half needs the other.
    fn identity(&self, row: &ImportRow, problems: &mut Problems) -> Option<Identity> {
        match (row.connection.as_str(), row.name_id.as_str()) {
            ("", "") => return None,
            ("", _) => required::<()>("/connection", problems),
            (_, "") => required::<()>("/name_id", problems),
            _ => None,
        };
        let connection = self.connections.get(row.connection.as_str());
        if connection.is_none() && !row.connection.is_empty() {
            problems.add("/connection", "connection_not_found", "is not a connection of this organization");
        }
        if row.name_id.is_empty() {
            return None;
        }
        let name_id = problems.text("/name_id", NameId::from_assertion(&row.name_id, None));
        Some(Identity { connection_id: *connection?, name_id: name_id? })
    }
}

/// Notes a value that is missing.
fn required<T>(pointer: &str, problems: &mut Problems) -> Option<T> {
    problems.add(pointer, "required", "must not be empty");
    None
}
