//! The service's own keys: what it signs its messages with, and what identity providers encrypt assertions to it with.
//!
//! They are the installation's, not an organization's. Of each use there is one current key. A rotation adds a next one
//! beside it, which is published and decrypts already; once the identity providers know it, it becomes the current one, and
//! the one before stays until it is retired. So nothing that was made for either key is refused meanwhile.

use chrono::{DateTime, Utc};

use crate::connection::Certificate;
use crate::ids::ServiceKeyId;
use crate::words::words;

/// A key pair of the service. The private key is sealed; who has the installation's key opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKey {
    /// Its row.
    pub id: ServiceKeyId,
    /// What it is for.
    pub usage: KeyUsage,
    /// Where it is in its life.
    pub state: KeyState,
    /// The public key, in a certificate that it signed itself.
    pub certificate: Certificate,
    /// The private key.
    pub sealed: SealedKey,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

words!(
    /// What a key of the service is for (SAML metadata 2.0 §2.4.1.1).
    KeyUsage {
        /// Signing what the service sends.
        Signing = "signing",
        /// Decrypting what is sent to it.
        Encryption = "encryption",
    }
);

words!(
    /// Where a key is in its life, in the order in which keys are published. There is at most one key of a use in each state.
    KeyState {
        /// The one that is used.
        Current = "current",
        /// Made to become the current one: published, and it decrypts.
        Next = "next",
        /// The current one until lately: published, and it decrypts.
        Previous = "previous",
    }
);

/// A private key that nobody reads without the installation's key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey(pub Vec<u8>);

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedKey(…)")
    }
}

impl ServiceKey {
    /// The key of a use in a state, if there is one among these.
    #[must_use]
    pub fn find(keys: &[Self], usage: KeyUsage, state: KeyState) -> Option<&Self> {
        keys.iter().find(|key| key.usage == usage && key.state == state)
    }

    /// The keys of a use, in the order in which they are published: the current one first.
    pub fn published(keys: &[Self], usage: KeyUsage) -> impl Iterator<Item = &Self> {
        KeyState::ALL.iter().filter_map(move |state| Self::find(keys, usage, *state))
    }
}
