//! Links by which administrators set their passwords.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::outbox::Posted;
use super::{MemoryStore, State, unless_conflict};
use crate::administrator::{Administrator, PasswordLink};
use crate::ids::{AdministratorId, PasswordLinkId, Version};
use crate::letter::Letter;
use crate::ports::{AuditEvent, PasswordLinks, SessionsToEnd, StoreError};
use crate::token::TokenHash;

impl State {
    /// Newest first.
    fn password_links_of(&self, administrator: AdministratorId) -> Vec<&PasswordLink> {
        let links = self.password_links.values();
        let mut links: Vec<_> = links.filter(|link| link.administrator_id == administrator).collect();
        links.sort_by_key(|link| std::cmp::Reverse((link.created_at, link.id)));
        links
    }

    fn add_password_link(&mut self, link: &PasswordLink, letter: &Letter) -> Result<(), StoreError> {
        unless_conflict(self.password_links.values().all(|other| other.token_hash != link.token_hash))?;
        unless_conflict(self.password_links.insert(link.id, link.clone()).is_none())?;
        unless_conflict(self.outbox.insert(letter.id, Posted::new(letter)).is_none())
    }
}

#[async_trait]
impl PasswordLinks for MemoryStore {
    async fn password_links(&self, administrator: AdministratorId) -> Result<Vec<PasswordLink>, StoreError> {
        Ok(self.read().password_links_of(administrator).into_iter().cloned().collect())
    }

    async fn password_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PasswordLink, Administrator)>, StoreError> {
        let state = self.read();
        let link =
            state.password_links.values().find(|link| link.token_hash == *token && link.expires_at > now);
        Ok(link.and_then(|link| {
            let administrator = state.administrators.get(&link.administrator_id)?;
            (!administrator.disabled).then(|| (link.clone(), administrator.clone()))
        }))
    }

    async fn add_password_link(
        &self,
        link: &PasswordLink,
        seen: Option<PasswordLinkId>,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let row = state.administrators.get(&link.administrator_id).ok_or(StoreError::Conflict)?;
            unless_conflict(!row.disabled)?;
            let newest = state.password_links_of(link.administrator_id).first().map(|link| link.id);
            unless_conflict(newest == seen)?;
            state.add_password_link(link, letter)
        })
    }

    async fn invite_administrator(
        &self,
        administrator: &Administrator,
        link: &PasswordLink,
        letter: &Letter,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.add_administrator(administrator)?;
            state.add_password_link(link, letter)
        })
    }

    async fn set_password(
        &self,
        administrator: &Administrator,
        link: &TokenHash,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let links = state.password_links_of(administrator.id);
            unless_conflict(links.iter().any(|row| row.token_hash == *link && row.expires_at > audit.at))?;
            state.replace_administrator(administrator, SessionsToEnd::All)
        })
    }

    async fn remove_invited(
        &self,
        administrator: AdministratorId,
        version: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let row = state.administrators.remove(&administrator).ok_or(StoreError::Conflict)?;
            unless_conflict(row.version == version && row.password.is_none())?;
            state.password_links.retain(|_, link| link.administrator_id != administrator);
            Ok(())
        })
    }
}
