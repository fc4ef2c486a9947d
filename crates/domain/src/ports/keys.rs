//! The service's own keys: where they are kept, and who makes and opens them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEvent, StoreError};
use crate::connection::Certificate;
use crate::ids::ServiceKeyId;
use crate::service_key::{KeyState, KeyUsage, SealedKey, ServiceKey};

/// Keeps the keys. Each change and its audit event are one step.
#[async_trait]
pub trait ServiceKeys: Send + Sync {
    /// All of them, oldest first: at most six.
    ///
    /// # Errors
    /// The store's.
    async fn service_keys(&self) -> Result<Vec<ServiceKey>, StoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Taken`]: another key of its use is in its state.
    async fn add_service_key(&self, key: &ServiceKey, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Makes the next key of a use the current one, and the current one the previous.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `id` is not the next key; [`StoreError::Taken`] when there is a previous one already.
    async fn activate_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Removes a key that is not the current one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is, or is gone.
    async fn remove_service_key(&self, id: ServiceKeyId, audit: &AuditEvent) -> Result<(), StoreError>;
}

/// Makes key pairs and seals their private halves.
#[async_trait]
pub trait Keysmith: Send + Sync {
    /// A new key pair, sealed so that it is of use in the row `id` for `usage` alone.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    async fn make(&self, id: ServiceKeyId, usage: KeyUsage, now: DateTime<Utc>) -> Result<NewKey, KeyError>;

    /// Whether a key can be opened, and is the one of its certificate.
    ///
    /// # Errors
    /// [`KeyError::Sealed`].
    fn check(&self, key: &ServiceKey) -> Result<(), KeyError>;

    /// The signature of some bytes by a signing key: RSA (PKCS #1 v1.5) with SHA-256 (RFC 9231 §2.3.2).
    ///
    /// # Errors
    /// The key is none for signing, or cannot be opened.
    fn sign(&self, key: &ServiceKey, bytes: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A key to sign with, and who opens it.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// Who opens it.
    pub keysmith: &'a dyn Keysmith,
    /// The key.
    pub key: &'a ServiceKey,
}

impl<'a> Signer<'a> {
    /// Signs with the current one of these keys.
    ///
    /// # Errors
    /// [`KeyError::Missing`]: none of them is for signing.
    pub fn current(keysmith: &'a dyn Keysmith, keys: &'a [ServiceKey]) -> Result<Self, KeyError> {
        let key = ServiceKey::find(keys, KeyUsage::Signing, KeyState::Current).ok_or(KeyError::Missing)?;
        Ok(Self { keysmith, key })
    }

    /// The signature of some bytes.
    ///
    /// # Errors
    /// As [`Keysmith::sign`].
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.keysmith.sign(self.key, bytes)
    }
}

/// A key pair, just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The public key.
    pub certificate: Certificate,
    /// The private key.
    pub sealed: SealedKey,
}

/// Why a key of the service is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It was sealed under another installation's key, or the row was changed.
    #[error("the key was sealed under the key of another key file, or its row was changed")]
    Sealed,
    /// There is none.
    #[error("this service has no signing key yet")]
    Missing,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Failed,
}
