//! Links to the single sign-on pages of one organization, and the sessions that begin there.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEvent, StoreError};
use crate::ids::{AdministratorId, OrganizationId, SetupLinkId};
use crate::letter::Letter;
use crate::setup_link::{SetupLink, SetupSession};
use crate::text::OrganizationSlug;
use crate::token::TokenHash;

/// Keeps setup links and their sessions. Each change, its letter and its audit event are one step.
#[async_trait]
pub trait SetupLinks: Send + Sync {
    /// The links of an organization, newest first; expired ones for a time, too.
    ///
    /// # Errors
    /// The store's.
    async fn setup_links(&self, organization: OrganizationId) -> Result<Vec<SetupLink>, StoreError>;

    /// The links that an administrator had mailed, of whichever organization, newest first; expired ones for a time, too.
    ///
    /// # Errors
    /// The store's.
    async fn setup_links_made_by(&self, administrator: AdministratorId)
    -> Result<Vec<SetupLink>, StoreError>;

    /// The link of a token, if it has not expired at `now`, and its organization's name in URLs.
    ///
    /// # Errors
    /// The store's.
    async fn setup_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(SetupLink, OrganizationSlug)>, StoreError>;

    /// Adds a link.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the organization is gone.
    async fn add_setup_link(
        &self,
        link: &SetupLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Removes a link of an organization, and ends the sessions that began by it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such link.
    async fn remove_setup_link(
        &self,
        organization: OrganizationId,
        id: SetupLinkId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Begins a session by a link, writes down that the link was used, and ends the session that the browser had, of whichever kind.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such link, or it has expired when the session begins.
    async fn begin_setup_session(
        &self,
        session: &SetupSession,
        instead_of: Option<&TokenHash>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// The session of a token with its link and the organization's name in URLs, if it has not expired at `now`, and was last used after
    /// `idle_since`.
    ///
    /// # Errors
    /// The store's.
    async fn setup_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SettingUp>, StoreError>;

    /// Writes down that a session was used, unless a later use is written down. One that is gone is no error.
    ///
    /// # Errors
    /// The store's.
    async fn note_setup_use(&self, session: &SetupSession, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends the session of a token. One that is gone already is no error.
    ///
    /// # Errors
    /// The store's.
    async fn end_setup_session(&self, token: &TokenHash) -> Result<(), StoreError>;
}

/// Whoever came by a setup link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingUp {
    /// Their session.
    pub session: SetupSession,
    /// The link.
    pub link: SetupLink,
    /// The organization's name in URLs.
    pub organization: OrganizationSlug,
}
