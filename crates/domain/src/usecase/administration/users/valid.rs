//! What a user's values are checked against.

use std::collections::BTreeSet;

use super::{IdentityDraft, UserDraft};
use crate::catalog::{Assignment, Assignments, Catalog};
use crate::connection::Connection;
use crate::email::EmailAddress;
use crate::ids::{OrganizationId, Version};
use crate::name_id::NameId;
use crate::problem::Problems;
use crate::text::{LocationName, OrganizationSlug, PersonName, RoleKey, UserTypeKey};
use crate::usecase::administration::{AdminError, World};
use crate::user::{Identity, User, UserProfile};

/// What a user's values are checked against.
pub(super) struct Valid {
    pub(super) organization: OrganizationId,
    catalog: Catalog,
    pub(super) catalog_version: Version,
    connections: Vec<Connection>,
}

/// The most assignments, and the most identities, of a user.
pub const MOST_OF_A_USER: usize = 200;

impl Valid {
    pub(super) async fn read(world: &World, slug: &OrganizationSlug) -> Result<Self, AdminError> {
        let organization = world.organization(slug).await?.id;
        let (catalog, catalog_version) = world.store.catalog(organization).await?;
        let connections = world.store.connections(organization).await?;
        Ok(Self { organization, catalog, catalog_version, connections })
    }

    pub(super) fn parse(&self, draft: &UserDraft) -> Result<(UserProfile, Vec<Identity>), Problems> {
        let mut problems = Problems::default();
        let email = problems.text("/email", EmailAddress::parse(draft.email.trim()));
        let first_name = problems.text("/first_name", PersonName::parse(draft.first_name.trim()));
        let last_name = problems.text("/last_name", PersonName::parse(draft.last_name.trim()));
        let location = self.location(draft, &mut problems);
        let assignments = self.assignments(draft, &mut problems);
        let identities = self.identities(draft, &mut problems);
        match (email, first_name, last_name) {
            (Some(email), Some(first_name), Some(last_name)) => problems.into_result((
                UserProfile { email, first_name, last_name, location, assignments },
                identities,
            )),
            _ => Err(problems),
        }
    }

    fn location(&self, draft: &UserDraft, problems: &mut Problems) -> Option<LocationName> {
        let name = draft.location.as_ref()?;
        let location = self.catalog.location(name);
        if location.is_none() {
            problems.add("/location", "unknown_location", "is not a location of this organization");
        }
        location.cloned()
    }

    fn assignments(&self, draft: &UserDraft, problems: &mut Problems) -> Assignments {
        problems.at_most(MOST_OF_A_USER, draft.assignments.len(), "/assignments");
        let mut types = BTreeSet::new();
        let mut assignments = Assignments::new();
        for (index, (user_type, role)) in draft.assignments.iter().enumerate() {
            let at = format!("/assignments/{index}");
            problems.unique(&mut types, user_type, &format!("{at}/user_type"));
            let pair = UserTypeKey::parse(user_type)
                .ok()
                .zip(RoleKey::parse(role).ok())
                .map(|(user_type, role)| Assignment { user_type, role })
                .filter(|pair| self.catalog.role_of(pair).is_some());
            match pair {
                Some(pair) => drop(assignments.insert(pair.user_type, pair.role)),
                None => problems.add(
                    at,
                    "invalid_user_type_or_role",
                    "is not a user type and role of this organization",
                ),
            }
        }
        assignments
    }

    fn identities(&self, draft: &UserDraft, problems: &mut Problems) -> Vec<Identity> {
        problems.at_most(MOST_OF_A_USER, draft.identities.len(), "/identities");
        let mut keys = BTreeSet::new();
        let mut identities = Vec::new();
        for (index, identity) in draft.identities.iter().enumerate() {
            let at = format!("/identities/{index}");
            problems.unique(&mut keys, &identity.connection, &format!("{at}/connection"));
            let connection = self
                .connections
                .iter()
                .find(|connection| connection.details.key.as_str() == identity.connection);
            if connection.is_none() {
                problems.add(
                    format!("{at}/connection"),
                    "connection_not_found",
                    "is not a connection of this organization",
                );
            }
            let name_id =
                problems.text(&format!("{at}/name_id"), NameId::from_assertion(&identity.name_id, None));
            if let (Some(connection), Some(name_id)) = (connection, name_id) {
                identities.push(Identity { connection_id: connection.id, name_id });
            }
        }
        // As they are read back.
        identities.sort();
        identities
    }

    pub(super) fn draft_of(&self, user: &User) -> UserDraft {
        let profile = &user.profile;
        UserDraft {
            email: profile.email.to_string(),
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            location: profile.location.as_ref().map(ToString::to_string),
            active: user.active,
            assignments: profile.assignments.iter().map(|(t, r)| (t.to_string(), r.to_string())).collect(),
            identities: user
                .identities
                .iter()
                .filter_map(|identity| {
                    let connection = self.connections.iter().find(|c| c.id == identity.connection_id)?;
                    let connection = connection.details.key.to_string();
                    Some(IdentityDraft { connection, name_id: identity.name_id.to_string() })
                })
                .collect(),
        }
    }
}
