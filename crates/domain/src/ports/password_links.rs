//! Mailed links by which administrators set their passwords.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEvent, StoreError};
use crate::administrator::{Administrator, PasswordLink};
use crate::ids::{AdministratorId, PasswordLinkId, Version};
use crate::letter::Letter;
use crate::token::TokenHash;

/// Keeps links by which administrators set their passwords. Each change, its letter and its audit event are one step. They go with
/// their administrator, and where [`Administrators::replace_administrator`](super::Administrators::replace_administrator) ends sessions.
#[async_trait]
pub trait PasswordLinks: Send + Sync {
    /// The links of an administrator that are not used up, newest first. Expired ones are among them for as long as their letters count.
    ///
    /// # Errors
    /// The store's.
    async fn password_links(&self, administrator: AdministratorId) -> Result<Vec<PasswordLink>, StoreError>;

    /// The link of a token with its administrator, if it has not expired at `now` and they are not kept out.
    ///
    /// # Errors
    /// The store's.
    async fn password_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PasswordLink, Administrator)>, StoreError>;

    /// Adds a link, if the administrator's newest one is still the one that was seen.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is a newer link, no such administrator, or they are kept out.
    async fn add_password_link(
        &self,
        link: &PasswordLink,
        seen: Option<PasswordLinkId>,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Adds an administrator with the link that invites them.
    ///
    /// # Errors
    /// As of [`Administrators::add_administrator`](super::Administrators::add_administrator).
    async fn invite_administrator(
        &self,
        administrator: &Administrator,
        link: &PasswordLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Replaces an administrator by one with the password that was set with a link. All their sessions end, and all their links are used up.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not the one before, or there is no such link of theirs that has not expired at
    /// the event's time.
    async fn set_password(
        &self,
        administrator: &Administrator,
        link: &TokenHash,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Takes back an invitation: removes an administrator who has no password.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not `version`, or they have a password.
    async fn remove_invited(
        &self,
        administrator: AdministratorId,
        version: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}
