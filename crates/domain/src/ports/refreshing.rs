//! Metadata that is fetched again and again, and what is told of certificates.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::{AuditEvent, StoreError};
use crate::connection::IdentityProvider;
use crate::ids::{ConnectionId, OrganizationId, Version};
use crate::letter::Letter;
use crate::refresh::MetadataRefresh;
use crate::text::ConnectionKey;

/// The metadata that comes from an address, and when it is due.
#[async_trait]
pub trait MetadataRefreshes: Send + Sync {
    /// How a connection's metadata is kept fresh; none where it did not come from an address.
    ///
    /// # Errors
    /// The store's.
    async fn metadata_refresh(&self, connection: ConnectionId) -> Result<Option<TrackedRefresh>, StoreError>;

    /// Takes up to `limit` refreshes that are due and leased to nobody, for `lease`; those that are due for the longest time
    /// first. Each claim is one more attempt.
    ///
    /// # Errors
    /// The store's.
    async fn claim_refreshes(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<TrackedRefresh>, StoreError>;

    /// Writes what became of a refresh, all of it or nothing. It is leased to nobody then, and due at its `next_at`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was claimed or settled meanwhile, or the identity provider has another version.
    async fn settle_refresh(&self, settled: &SettledRefresh) -> Result<(), StoreError>;
}

/// A refresh, and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedRefresh {
    /// Whose connection it is of.
    pub organization_id: OrganizationId,
    /// The connection.
    pub connection_id: ConnectionId,
    /// The connection's name in URLs.
    pub connection_key: ConnectionKey,
    /// The version of the identity provider that it would change.
    pub identity_provider_version: Version,
    /// How often it was claimed or settled: who settles it must have seen the last time.
    pub attempt: u32,
    /// How the metadata is kept fresh.
    pub refresh: MetadataRefresh,
}

/// What became of a refresh.
#[derive(Debug, Clone)]
pub struct SettledRefresh {
    /// As it was seen, and as it is from now on.
    pub tracked: TrackedRefresh,
    /// The identity provider by its new description, which makes it one more version. None leaves it as it is.
    pub taken: Option<IdentityProvider>,
    /// Who is told.
    pub letters: Vec<Letter>,
    /// What is recorded of it.
    pub audit: Vec<AuditEvent>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who was told that a certificate ends.
#[async_trait]
pub trait CertificateWarnings: Send + Sync {
    /// Writes that somebody is told of a certificate, and the letter that tells them; or nothing, if somebody was told before.
    /// Answers which.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection is gone.
    async fn warn_of_certificate(
        &self,
        warning: &CertificateWarning,
        letter: &Letter,
    ) -> Result<bool, StoreError>;
}

/// A warning that is given once, whichever process gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateWarning {
    /// Whose connection it is.
    pub organization_id: OrganizationId,
    /// The connection whose identity provider has the certificate.
    pub connection_id: ConnectionId,
    /// The SHA-256 fingerprint of the certificate.
    pub sha256_fingerprint: String,
    /// How many days before its end the warning is due.
    pub days: u16,
    /// When it is given.
    pub at: DateTime<Utc>,
}
