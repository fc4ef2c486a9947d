//! Keys of the administration API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Actor, AuditEvent, Page, Paged, StoreError};
use crate::ids::{AdministratorId, ApiKeyId, OrganizationId};
use crate::text::DisplayName;
use crate::token::TokenHash;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Everything, in every organization.
    Operator,
    /// Everything but the operator's settings, in one organization.
    OrganizationAdmin(OrganizationId),
}

impl KeyRole {
    /// The organization that a key of this role is bound to; none for an operator's.
    #[must_use]
    pub fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Operator => None,
            Self::OrganizationAdmin(organization) => Some(organization),
        }
    }

    /// The role's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::OrganizationAdmin(_) => "organization_admin",
        }
    }
}

/// A key of the administration API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its row.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: DisplayName,
    /// What it may do.
    pub role: KeyRole,
    /// The hash of the key itself.
    pub token_hash: TokenHash,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom, from wherever. None for a key that was made before this was written down.
    pub created_by: Option<Actor>,
    /// From when on it is no key any more; none if that is never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take an hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Keys of the administration API.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The key of a hash, expired or not.
    ///
    /// # Errors
    /// The store's.
    async fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError>;

    /// The key of an id, whosever it is.
    ///
    /// # Errors
    /// The store's.
    async fn api_key_by_id(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError>;

    /// The keys of an organization, or the operators', oldest first.
    ///
    /// # Errors
    /// The store's.
    async fn api_keys(
        &self,
        organization: Option<OrganizationId>,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError>;

    /// The keys that an administrator made, of whichever organization and the operators', oldest first.
    ///
    /// # Errors
    /// The store's.
    async fn api_keys_made_by(
        &self,
        administrator: AdministratorId,
        page: Page,
    ) -> Result<Paged<ApiKey>, StoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its organization is gone.
    async fn create_api_key(&self, key: &ApiKey, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Deletes a key, which is none from then on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is gone already.
    async fn revoke_api_key(&self, id: ApiKeyId, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Writes down that a key was used, unless a later use is written down. A key that is gone is no error.
    ///
    /// # Errors
    /// The store's.
    async fn note_use(&self, id: ApiKeyId, at: DateTime<Utc>) -> Result<(), StoreError>;
}
