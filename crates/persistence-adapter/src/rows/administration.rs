//! Keys of the administration API, and who did what.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::erasure::changed_fields;
use vestibule_domain::ports::{Actor, ApiKey, AuditEvent, KeyRole};
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
}

#[derive(Serialize)]
pub(crate) struct AuditRow {
    pub(crate) id: Uuid,
    pub(crate) organization_id: Option<Uuid>,
    pub(crate) at: Instant,
    pub(crate) actor: Document<ActorDocument>,
    pub(crate) action: &'static str,
    pub(crate) subject: String,
    pub(crate) before: Option<Document<Value>>,
    pub(crate) after: Option<Document<Value>>,
}

/// What an audit event says of before and after.
#[derive(FromRow, Serialize)]
pub(crate) struct AuditedRow {
    pub(crate) id: Uuid,
    pub(crate) before: Option<Document<Value>>,
    pub(crate) after: Option<Document<Value>>,
}

impl AuditedRow {
    /// The same without what tells of an erased user.
    pub(crate) fn without_person(self) -> Self {
        let before = self.before.as_ref().map(|before| &before.0);
        let after = changed_fields(before, self.after.as_ref().map(|after| &after.0));
        Self { id: self.id, before: None, after: after.map(Document) }
    }
}

/// Who did something.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum ActorDocument {
    ApiKey { id: Uuid, organization_id: Option<Uuid> },
    CommandLine,
    User { id: Uuid },
    System,
}

/// The organization that a key is bound to.
fn organization_of(role: KeyRole) -> Option<Uuid> {
    match role {
        KeyRole::Operator => None,
        KeyRole::OrganizationAdmin(organization) => Some(organization.0),
    }
}

/// The other way round.
fn role_in(organization: Option<Uuid>) -> KeyRole {
    organization.map_or(KeyRole::Operator, |id| KeyRole::OrganizationAdmin(id.into()))
}

impl From<&ApiKey> for ApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            organization_id: organization_of(key.role),
            name: Text(key.name.clone()),
            token_hash: key.token_hash.into(),
            created_at: key.created_at.into(),
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
        }
    }
}

impl From<&Actor> for ActorDocument {
    fn from(actor: &Actor) -> Self {
        match *actor {
            Actor::ApiKey { id, role } => Self::ApiKey { id: id.0, organization_id: organization_of(role) },
            Actor::CommandLine => Self::CommandLine,
            Actor::User(id) => Self::User { id: id.0 },
            Actor::System => Self::System,
        }
    }
}

impl From<ActorDocument> for Actor {
    fn from(actor: ActorDocument) -> Self {
        match actor {
            ActorDocument::ApiKey { id, organization_id } => {
                Self::ApiKey { id: id.into(), role: role_in(organization_id) }
            }
            ActorDocument::CommandLine => Self::CommandLine,
            ActorDocument::User { id } => Self::User(id.into()),
            ActorDocument::System => Self::System,
        }
    }
}

impl From<&AuditEvent> for AuditRow {
    fn from(event: &AuditEvent) -> Self {
        Self {
            id: event.id.0,
            organization_id: event.organization_id.map(|id| id.0),
            at: event.at.into(),
            actor: Document(ActorDocument::from(&event.actor)),
            action: event.action,
            subject: without_nul(&event.subject),
            before: event.before.clone().map(Document),
            after: event.after.clone().map(Document),
        }
    }
}
