//! A user, as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::connection::Connection;
use vestibule_domain::provenance::{FieldSource, Origin, OriginKind, Provenance, Source};
use vestibule_domain::text::UserTypeKey;
use vestibule_domain::user::{CreatedBy, User, UserProfile};

use crate::openapi::Word;

/// A user, as JSON for administrators.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(crate) struct UserShape {
    #[serde(flatten)]
    person: PersonShape,
    /// Where each value came from.
    provenance: ProvenanceShape,
}

/// A user, as JSON for whoever the person signs in to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Person")]
pub(crate) struct PersonShape {
    /// The id.
    id: Uuid,
    /// The address, unique in the organization without letter case.
    email: String,
    /// What identity providers call the person.
    identities: Vec<IdentityShape>,
    /// The first name.
    first_name: String,
    /// The last name.
    last_name: String,
    /// Where the person works.
    location: Option<String>,
    /// A deactivated user cannot sign in.
    active: bool,
    /// One role of each user type that the person is.
    assignments: Vec<AssignmentShape>,
    /// How the user came to be.
    #[schemars(with = "Word<CreatedBy>")]
    created_by: CreatedBy,
    /// When the user was created.
    created_at: DateTime<Utc>,
    /// When the user was last changed.
    updated_at: DateTime<Utc>,
    /// When the person last signed in.
    last_sign_in_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Identity")]
struct IdentityShape {
    /// The key of the connection.
    connection: String,
    /// The NameID.
    name_id: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Assignment")]
struct AssignmentShape {
    /// The key of the user type.
    user_type: String,
    /// The key of the role.
    role: String,
}

/// Where a user's values came from: null where that was not written down, or there is no value.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Provenance")]
struct ProvenanceShape {
    /// Of the first name.
    first_name: Option<OriginShape>,
    /// Of the last name.
    last_name: Option<OriginShape>,
    /// Of the address.
    email: Option<OriginShape>,
    /// Of the location, or of there being none any more.
    location: Option<OriginShape>,
    /// Of the role of each user type that the person is.
    assignments: BTreeMap<String, Option<OriginShape>>,
}

/// Where a value came from, and when.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Origin")]
struct OriginShape {
    /// What it came from.
    #[schemars(with = "Word<OriginKind>")]
    kind: OriginKind,
    /// The key that the connection had; null where it did not come by a sign-in.
    connection: Option<String>,
    /// The attribute's name; null where it came in none.
    attribute: Option<String>,
    /// The sign-in that brought it; null where it did not come by a sign-in.
    sign_in_id: Option<Uuid>,
    /// When.
    at: DateTime<Utc>,
}

impl UserShape {
    /// The user, whose identities are of some of these connections.
    pub(crate) fn of(user: &User, connections: &[Connection]) -> Self {
        Self {
            person: PersonShape::of(user, connections),
            provenance: ProvenanceShape::of(&user.provenance, &user.profile),
        }
    }
}

impl ProvenanceShape {
    fn of(provenance: &Provenance, profile: &UserProfile) -> Self {
        let origin = |origin: &Option<Origin>| origin.as_ref().map(OriginShape::from);
        let of_type = |user_type: &UserTypeKey| provenance.assignments.get(user_type).map(OriginShape::from);
        let assignments = profile.assignments.keys();
        Self {
            first_name: origin(&provenance.first_name),
            last_name: origin(&provenance.last_name),
            email: origin(&provenance.email),
            location: origin(&provenance.location),
            assignments: assignments.map(|user_type| (user_type.to_string(), of_type(user_type))).collect(),
        }
    }
}

impl From<&Origin> for OriginShape {
    fn from(origin: &Origin) -> Self {
        let (connection, sign_in, attribute) = match &origin.source {
            Source::SignIn { connection, sign_in, from } => {
                let attribute = match from {
                    FieldSource::Attribute(name) => Some(name.to_string()),
                    FieldSource::Default | FieldSource::NameId => None,
                };
                (Some(connection.to_string()), Some(sign_in.0), attribute)
            }
            Source::Administrator | Source::Import | Source::Scim => (None, None, None),
        };
        Self { kind: origin.source.kind(), connection, attribute, sign_in_id: sign_in, at: origin.at }
    }
}

impl PersonShape {
    /// The user, whose identities are of some of these connections.
    pub(crate) fn of(user: &User, connections: &[Connection]) -> Self {
        let profile = &user.profile;
        let identities = user.identities.iter().filter_map(|identity| {
            let connection = connections.iter().find(|connection| connection.id == identity.connection_id)?;
            Some(IdentityShape {
                connection: connection.details.key.to_string(),
                name_id: identity.name_id.to_string(),
            })
        });
        let assignments = profile.assignments.iter();
        Self {
            id: user.id.0,
            email: profile.email.to_string(),
            identities: identities.collect(),
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            location: profile.location.as_ref().map(ToString::to_string),
            active: user.active,
            assignments: assignments
                .map(|(user_type, role)| AssignmentShape {
                    user_type: user_type.to_string(),
                    role: role.to_string(),
                })
                .collect(),
            created_by: user.created_by,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_sign_in_at: user.last_sign_in_at,
        }
    }
}
