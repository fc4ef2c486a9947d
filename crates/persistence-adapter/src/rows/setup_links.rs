//! Setup links, and the sessions that begin there.

use std::net::IpAddr;

use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ports::SettingUp;
use vestibule_domain::setup_link::{SetupLink, SetupSession};
use vestibule_domain::text::OrganizationSlug;

use super::administration::ActorDocument;
use crate::codec::{Document, Hash, Instant, Text};

#[derive(FromRow, Serialize)]
pub(crate) struct SetupLinkRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) email: Text<EmailAddress>,
    pub(crate) token_hash: Hash,
    pub(crate) created_by: Document<ActorDocument>,
    pub(crate) created_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) last_used_at: Option<Instant>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct SetupSessionRow {
    pub(crate) id: Uuid,
    pub(crate) organization_id: Uuid,
    pub(crate) setup_link_id: Uuid,
    pub(crate) token_hash: Hash,
    pub(crate) address: Option<Text<IpAddr>>,
    pub(crate) created_at: Instant,
    pub(crate) last_seen_at: Instant,
    pub(crate) expires_at: Instant,
}

/// A link with the organization's slug.
#[derive(FromRow)]
pub(crate) struct OpenLinkRow {
    #[sqlx(flatten)]
    link: SetupLinkRow,
    slug: Text<OrganizationSlug>,
}

impl From<OpenLinkRow> for (SetupLink, OrganizationSlug) {
    fn from(row: OpenLinkRow) -> Self {
        (row.link.into(), row.slug.0)
    }
}

/// A session with its link and the organization's slug, each column of the link after `link_`.
#[derive(FromRow)]
pub(crate) struct SettingUpRow {
    #[sqlx(flatten)]
    session: SetupSessionRow,
    slug: Text<OrganizationSlug>,
    link_email: Text<EmailAddress>,
    link_token_hash: Hash,
    link_created_by: Document<ActorDocument>,
    link_created_at: Instant,
    link_expires_at: Instant,
    link_last_used_at: Option<Instant>,
}

impl From<&SetupLink> for SetupLinkRow {
    fn from(link: &SetupLink) -> Self {
        Self {
            organization_id: link.organization_id.0,
            id: link.id.0,
            email: Text(link.email.clone()),
            token_hash: link.token_hash.into(),
            created_by: Document((&link.created_by).into()),
            created_at: link.created_at.into(),
            expires_at: link.expires_at.into(),
            last_used_at: link.last_used_at.map(Instant::from),
        }
    }
}

impl From<SetupLinkRow> for SetupLink {
    fn from(row: SetupLinkRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            email: row.email.0,
            token_hash: row.token_hash.into(),
            created_by: row.created_by.0.into(),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
            last_used_at: row.last_used_at.map(Into::into),
        }
    }
}

impl From<&SetupSession> for SetupSessionRow {
    fn from(session: &SetupSession) -> Self {
        Self {
            id: session.id.0,
            organization_id: session.organization_id.0,
            setup_link_id: session.link_id.0,
            token_hash: session.token_hash.into(),
            address: session.address.map(Text),
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            expires_at: session.expires_at.into(),
        }
    }
}

impl From<SetupSessionRow> for SetupSession {
    fn from(row: SetupSessionRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            link_id: row.setup_link_id.into(),
            token_hash: row.token_hash.into(),
            address: row.address.map(|Text(address)| address),
            created_at: row.created_at.into(),
            last_seen_at: row.last_seen_at.into(),
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<SettingUpRow> for SettingUp {
    fn from(row: SettingUpRow) -> Self {
        let link = SetupLinkRow {
            organization_id: row.session.organization_id,
            id: row.session.setup_link_id,
            email: row.link_email,
            token_hash: row.link_token_hash,
            created_by: row.link_created_by,
            created_at: row.link_created_at,
            expires_at: row.link_expires_at,
            last_used_at: row.link_last_used_at,
        };
        Self { session: row.session.into(), link: link.into(), organization: row.slug.0 }
    }
}
