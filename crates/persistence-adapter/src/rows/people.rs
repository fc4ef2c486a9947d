//! Users.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::catalog::{Assignment, Assignments, Catalog, CatalogValue, InUse};
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::Version;
use vestibule_domain::name_id::NameId;
use vestibule_domain::provenance::Provenance;
use vestibule_domain::settings::Settings;
use vestibule_domain::text::{ConnectionKey, LocationName, PersonName, RoleKey, UserTypeKey};
use vestibule_domain::user::{CreatedBy, Identity, User, UserProfile};

use crate::codec::{Document, Hash, Instant, Text};

/// The columns of `users` that are read as they were written.
#[derive(FromRow, Serialize, Deserialize)]
pub(crate) struct UserRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) email: Text<EmailAddress>,
    pub(crate) first_name: Text<PersonName>,
    pub(crate) last_name: Text<PersonName>,
    pub(crate) location: Option<Text<LocationName>>,
    pub(crate) active: bool,
    pub(crate) created_by: Text<CreatedBy>,
    pub(crate) version: i64,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
    pub(crate) last_sign_in_at: Option<Instant>,
    pub(crate) provenance: Option<Document<Provenance>>,
    // By which a user is found.
    pub(crate) email_normalized: String,
    pub(crate) first_name_folded: String,
    pub(crate) last_name_folded: String,
}

/// A row of the view `people`.
#[derive(FromRow, Deserialize)]
pub(crate) struct PersonRow {
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub(crate) user: UserRow,
    assignments: Document<Assignments>,
    identities: Document<Vec<Identity>>,
}

#[derive(Serialize)]
pub(crate) struct AssignmentRow {
    pub(crate) organization_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) user_type: Text<UserTypeKey>,
    pub(crate) role: Text<RoleKey>,
}

#[derive(Serialize)]
pub(crate) struct IdentityRow {
    pub(crate) organization_id: Uuid,
    pub(crate) connection_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) name_id: Text<NameId>,
    pub(crate) name_id_hash: Hash,
    pub(crate) name_id_folded_hash: Hash,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        let UserProfile { email, first_name, last_name, location, .. } = user.profile.clone();
        Self {
            organization_id: user.organization_id.0,
            id: user.id.0,
            email_normalized: email.normalized(),
            first_name_folded: first_name.as_str().to_lowercase(),
            last_name_folded: last_name.as_str().to_lowercase(),
            email: Text(email),
            first_name: Text(first_name),
            last_name: Text(last_name),
            location: location.map(Text),
            active: user.active,
            created_by: Text(user.created_by),
            version: user.version.0,
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
            last_sign_in_at: user.last_sign_in_at.map(Into::into),
            provenance: Some(Document(user.provenance.clone())),
        }
    }
}

impl From<PersonRow> for User {
    fn from(row: PersonRow) -> Self {
        let PersonRow { user, assignments, identities } = row;
        Self {
            id: user.id.into(),
            organization_id: user.organization_id.into(),
            profile: UserProfile {
                email: user.email.0,
                first_name: user.first_name.0,
                last_name: user.last_name.0,
                location: user.location.map(|location| location.0),
                assignments: assignments.0,
            },
            provenance: user.provenance.map(|provenance| provenance.0).unwrap_or_default(),
            identities: identities.0,
            active: user.active,
            created_by: user.created_by.0,
            version: Version(user.version),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
            last_sign_in_at: user.last_sign_in_at.map(Into::into),
        }
    }
}

impl AssignmentRow {
    pub(crate) fn all_of(user: &User) -> Vec<Self> {
        let row = |(user_type, role): (&UserTypeKey, &RoleKey)| Self {
            organization_id: user.organization_id.0,
            user_id: user.id.0,
            user_type: Text(user_type.clone()),
            role: Text(role.clone()),
        };
        user.profile.assignments.iter().map(row).collect()
    }
}

impl IdentityRow {
    pub(crate) fn all_of(user: &User) -> Vec<Self> {
        let row = |identity: &Identity| Self {
            organization_id: user.organization_id.0,
            connection_id: identity.connection_id.0,
            user_id: user.id.0,
            name_id: Text(identity.name_id.clone()),
            name_id_hash: Hash::of(identity.name_id.as_str()),
            name_id_folded_hash: Hash::of(&identity.name_id.folded()),
        };
        user.identities.iter().map(row).collect()
    }
}

/// An erased user of whom something may still be written, and how far the batches have come.
#[derive(FromRow)]
#[expect(clippy::struct_field_names, reason = "they are the names of the columns")]
pub(crate) struct ErasureRow {
    pub(crate) organization_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) sign_in_id: Uuid,
    pub(crate) audit_event_id: Uuid,
}

/// The most values in use that are named.
const MOST_NAMED: usize = 20;

/// The values that users hold or connections have as defaults, and a catalog lacks; some of them, where they are many.
pub(crate) fn lost_by(
    catalog: &Catalog,
    pairs: Vec<(Text<UserTypeKey>, Text<RoleKey>)>,
    locations: Vec<(Text<LocationName>,)>,
    connections: Vec<(Text<ConnectionKey>, Document<Settings>)>,
) -> Vec<InUse> {
    let pairs = pairs
        .into_iter()
        .map(|(user_type, role)| Assignment { user_type: user_type.0, role: role.0 })
        .filter(|pair| catalog.role_of(pair).is_none())
        .map(CatalogValue::Pair);
    let known: BTreeSet<&str> = catalog.locations().iter().map(LocationName::as_str).collect();
    let locations = locations
        .into_iter()
        .map(|(name,)| name.0)
        .filter(|name| !known.contains(name.as_str()))
        .map(CatalogValue::Location);
    let defaults = connections
        .into_iter()
        .flat_map(|(key, settings)| settings.0.registration.defaults().lost_by(catalog, &key.0));
    let held = pairs.chain(locations).map(InUse::by_users);
    let lost: BTreeSet<InUse> = held.chain(defaults).collect();
    lost.into_iter().take(MOST_NAMED).collect()
}
