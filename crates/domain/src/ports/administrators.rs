//! Administrators, their passwords, and their sessions in the portal.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEvent, Page, Paged, StoreError};
use crate::administrator::{Administrator, AttemptKey, Attempts, Password, PasswordHash, PortalSession};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, OrganizationId, PortalSessionId, Version};
use crate::organization::Organization;
use crate::token::TokenHash;

/// Keeps administrators. Each change and its audit event are one step.
#[async_trait]
pub trait Administrators: Send + Sync {
    /// The administrator of an id.
    ///
    /// # Errors
    /// The store's.
    async fn administrator(&self, id: AdministratorId) -> Result<Option<Administrator>, StoreError>;

    /// The administrator of an address, without letter case.
    ///
    /// # Errors
    /// The store's.
    async fn administrator_by_email(&self, email: &EmailAddress)
    -> Result<Option<Administrator>, StoreError>;

    /// The administrators of an organization, operators aside, or all of the installation, oldest first.
    ///
    /// # Errors
    /// The store's.
    async fn administrators(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<Administrator>, StoreError>;

    /// The organizations that somebody administers who is no operator, in the order of ids.
    ///
    /// # Errors
    /// The store's.
    async fn organizations_of(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<Organization>, StoreError>;

    /// Adds an administrator.
    ///
    /// # Errors
    /// [`StoreError::Taken`]: the address; [`StoreError::Conflict`] when one of the organizations is gone.
    async fn add_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Adds the first administrator: of several who try at once, one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is an administrator already.
    async fn add_first_administrator(
        &self,
        administrator: &Administrator,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Whether somebody is an operator who can sign in, and nobody else is.
    ///
    /// # Errors
    /// The store's.
    async fn is_last_operator(&self, id: AdministratorId) -> Result<bool, StoreError>;

    /// Replaces what an administrator may do, their password, and whether they are kept out; the version is the one after the change. Ends
    /// their sessions, and with any of them uses up the links by which they could set a password.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not the one before, one of the organizations is gone, or no operator who can
    /// sign in would be left.
    async fn replace_administrator(
        &self,
        administrator: &Administrator,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Which sessions of an administrator end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionsToEnd {
    /// None.
    None,
    /// All but this one.
    AllBut(PortalSessionId),
    /// All.
    All,
}

/// A session in the portal, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInAdministrator {
    /// The session.
    pub session: PortalSession,
    /// Who.
    pub administrator: Administrator,
}

/// Keeps the sessions in the portal, and the attempts to begin one.
#[async_trait]
pub trait PortalSessions: Send + Sync {
    /// The attempts of a key, forgotten or not.
    ///
    /// # Errors
    /// The store's.
    async fn attempts(&self, key: &AttemptKey) -> Result<Option<Attempts>, StoreError>;

    /// Writes attempts down in place of those that were seen.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when others stand there by now.
    async fn count_attempt(
        &self,
        key: &AttemptKey,
        seen: Option<&Attempts>,
        attempts: &Attempts,
    ) -> Result<(), StoreError>;

    /// Begins a session of an administrator, writes down when they signed in, ends the session that the browser had, and forgets the
    /// attempts of the key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the administrator's version is not `version`, or they are kept out.
    async fn begin_portal_session(
        &self,
        session: &PortalSession,
        version: Version,
        instead_of: Option<&TokenHash>,
        attempts: &AttemptKey,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// The session of a token, if it has not expired at `now`, was last used after `idle_since`, and its administrator is not kept out.
    ///
    /// # Errors
    /// The store's.
    async fn portal_session(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<Option<SignedInAdministrator>, StoreError>;

    /// The sessions of an administrator that have not expired at `now` and were last used after `idle_since`: the latest, newest
    /// first, at most `limit`.
    ///
    /// # Errors
    /// The store's.
    async fn portal_sessions(
        &self,
        administrator: AdministratorId,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PortalSession>, StoreError>;

    /// Writes down that a session was used, unless a later use is written down. One that is gone is no error.
    ///
    /// # Errors
    /// The store's.
    async fn note_portal_use(&self, id: PortalSessionId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends the session of a token. One that is gone already is no error.
    ///
    /// # Errors
    /// The store's.
    async fn end_portal_session(&self, token: &TokenHash) -> Result<(), StoreError>;

    /// Ends sessions of an administrator.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such administrator.
    async fn end_portal_sessions(
        &self,
        administrator: AdministratorId,
        ending: SessionsToEnd,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Hashes passwords, which takes time on purpose.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// The hash of a password, with a new salt.
    ///
    /// # Errors
    /// See [`PasswordError`].
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordError>;

    /// Whether the hash is one of the password. Where there is no hash it is not, which takes as long to find out.
    ///
    /// # Errors
    /// See [`PasswordError`].
    async fn verify(
        &self,
        password: Option<&Password>,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, PasswordError>;

    /// Whether somebody who knows these words of its owner, and what most people choose, guesses it soon.
    ///
    /// # Errors
    /// See [`PasswordError`].
    async fn is_guessable(&self, password: &Password, words: &[&str]) -> Result<bool, PasswordError>;
}

/// Why a password is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many others wait; later it will be.
    #[error("too many passwords are being looked at")]
    Busy,
    /// A hash cannot be made or read.
    #[error("a password cannot be hashed, or its hash not be read")]
    Failed,
}
