//! Keys of the administration API, and who did what.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{Actor, ApiKey, AuditEvent, AuditFilter, KeyRole, Origin, Page};
use vestibule_domain::text::DisplayName;

use crate::codec::{Document, Hash, Instant, Text, without_nul};

/// A key without an organization is the operator's.
#[derive(FromRow, Serialize)]
pub(crate) struct ApiKeyRow {
    pub(crate) id: Uuid,
    pub(crate) organization_id: Option<Uuid>,
    pub(crate) name: Text<DisplayName>,
    pub(crate) token_hash: Hash,
    pub(crate) created_at: Instant,
    pub(crate) created_by: Option<Document<ActorDocument>>,
    pub(crate) expires_at: Option<Instant>,
    pub(crate) last_used_at: Option<Instant>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct AuditRow {
    pub(crate) id: Uuid,
    /// The nil UUID for the installation.
    pub(crate) organization_id: Uuid,
    pub(crate) at: Instant,
    pub(crate) actor: Document<ActorDocument>,
    pub(crate) actor_key: String,
    pub(crate) address: Option<Text<IpAddr>>,
    pub(crate) request_id: Option<String>,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) before: Option<Document<Value>>,
    pub(crate) after: Option<Document<Value>>,
}

/// A row that is read: what is written of a person who is erased may still be in it.
#[derive(FromRow)]
pub(crate) struct ReadAuditRow {
    #[sqlx(flatten)]
    pub(crate) row: AuditRow,
    erased: bool,
}

impl AuditRow {
    /// The same without what tells of an erased user.
    pub(crate) fn without_person(self) -> Self {
        Self::from(&AuditEvent::from(self).without_person())
    }
}

/// Who did something.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum ActorDocument {
    ApiKey {
        id: Uuid,
        organization_id: Option<Uuid>,
        #[serde(default)]
        name: Option<DisplayName>,
    },
    Administrator {
        id: Uuid,
        email: EmailAddress,
        operator: bool,
    },
    SetupLink {
        id: Uuid,
        email: EmailAddress,
    },
    CommandLine,
    User {
        id: Uuid,
    },
    System,
}

/// Whose trail it is, in the key of the table.
pub(crate) fn trail_of(organization: Option<OrganizationId>) -> Uuid {
    organization.map_or(Uuid::nil(), |id| id.0)
}

/// Between which ids the events of a page are, so that an index finds where to begin and where to end, whatever instants are asked for:
/// from the first one, and before the second. The times in ids are of milliseconds, and may have been read from another clock's tick than
/// `at`, hence the minute on both sides; `at` itself decides.
pub(crate) fn ids_of(filter: &AuditFilter, page: Page) -> (Uuid, Uuid) {
    let first_at = |at: DateTime<Utc>, millis: i64| {
        let millis = u64::try_from(at.timestamp_millis() + millis).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().as_u128();
        // The version and the variant are above the least id of that time.
        Uuid::from_u128(id & !((1 << 80) - 1))
    };
    let from = filter.since.map_or(Uuid::nil(), |since| first_at(since, -60_000));
    let before = filter.until.map_or(Uuid::max(), |until| first_at(until, 60_000));
    (from, page.after.map_or(before, |after| before.min(after)))
}

impl From<&Actor> for ActorDocument {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::ApiKey { id, name, role, .. } => Self::ApiKey {
                id: id.0,
                organization_id: role.organization().map(|organization| organization.0),
                name: name.clone(),
            },
            Actor::Administrator { id, email, operator, .. } => {
                Self::Administrator { id: id.0, email: email.clone(), operator: *operator }
            }
            Actor::SetupLink { id, email, .. } => Self::SetupLink { id: id.0, email: email.clone() },
            Actor::CommandLine => Self::CommandLine,
            Actor::User { id, .. } => Self::User { id: id.0 },
            Actor::System => Self::System,
        }
    }
}

impl From<ActorDocument> for Actor {
    fn from(document: ActorDocument) -> Self {
        let origin = Origin::default();
        match document {
            ActorDocument::ApiKey { id, organization_id, name } => {
                Self::ApiKey { id: id.into(), name, role: role_in(organization_id), origin }
            }
            ActorDocument::Administrator { id, email, operator } => {
                Self::Administrator { id: id.into(), email, operator, origin }
            }
            ActorDocument::SetupLink { id, email } => Self::SetupLink { id: id.into(), email, origin },
            ActorDocument::CommandLine => Self::CommandLine,
            ActorDocument::User { id } => Self::User { id: id.into(), origin },
            ActorDocument::System => Self::System,
        }
    }
}

/// The role of a key that is bound to an organization or to none.
fn role_in(organization: Option<Uuid>) -> KeyRole {
    organization.map_or(KeyRole::Operator, |id| KeyRole::OrganizationAdmin(id.into()))
}

impl From<&ApiKey> for ApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            organization_id: key.role.organization().map(|organization| organization.0),
            name: Text(key.name.clone()),
            token_hash: key.token_hash.into(),
            created_at: key.created_at.into(),
            created_by: key.created_by.as_ref().map(|actor| Document(actor.into())),
            expires_at: key.expires_at.map(Instant::from),
            last_used_at: key.last_used_at.map(Instant::from),
        }
    }
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name.0,
            role: role_in(row.organization_id),
            token_hash: row.token_hash.into(),
            created_at: DateTime::<Utc>::from(row.created_at),
            created_by: row.created_by.map(|Document(actor)| actor.into()),
            expires_at: row.expires_at.map(DateTime::from),
            last_used_at: row.last_used_at.map(DateTime::from),
        }
    }
}

impl From<&AuditEvent> for AuditRow {
    fn from(event: &AuditEvent) -> Self {
        let origin = event.actor.origin();
        Self {
            id: event.id.0,
            organization_id: trail_of(event.organization_id),
            at: event.at.into(),
            actor: Document((&event.actor).into()),
            actor_key: event.actor.key(),
            address: origin.address.map(Text),
            request_id: origin.request_id,
            action: event.action.clone().into_owned(),
            subject: without_nul(&event.subject),
            before: event.before.clone().map(Document),
            after: event.after.clone().map(Document),
        }
    }
}

impl From<AuditRow> for AuditEvent {
    fn from(row: AuditRow) -> Self {
        let origin = Origin { address: row.address.map(|Text(address)| address), request_id: row.request_id };
        Self {
            id: row.id.into(),
            organization_id: Some(row.organization_id).filter(|id| !id.is_nil()).map(OrganizationId),
            at: row.at.into(),
            actor: Actor::from(row.actor.0).acting_from(origin),
            action: row.action.into(),
            subject: row.subject,
            before: row.before.map(|Document(value)| value),
            after: row.after.map(|Document(value)| value),
        }
    }
}

impl From<ReadAuditRow> for AuditEvent {
    fn from(read: ReadAuditRow) -> Self {
        let event = Self::from(read.row);
        if read.erased { event.without_person() } else { event }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_a_page_are_those_of_its_time() {
        let at = DateTime::from_timestamp_millis(1_800_000_000_000);
        let id = |minutes: u64| {
            let millis = 1_800_000_000_000 + minutes * 60_000;
            uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
        };
        let page = |after| Page { after, limit: 1 };
        assert_eq!(ids_of(&AuditFilter::default(), page(None)), (Uuid::nil(), Uuid::max()));
        let filter = AuditFilter { since: at, until: at, ..AuditFilter::default() };
        let (from, before) = ids_of(&filter, page(None));
        assert!(from < id(0) && before > id(0) && before < id(2), "{from} {before}");
        assert_eq!(ids_of(&filter, page(Some(id(0)))).1, id(0));
        assert_eq!(ids_of(&filter, page(Some(id(9)))).1, before);
    }
}
