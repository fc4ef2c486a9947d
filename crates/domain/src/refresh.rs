//! Keeping an identity provider's metadata fresh: what becomes of what its address says now, and when to ask again.

mod judging;
mod schedule;
mod warnings;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use judging::{Judgement, RefreshOutcome, judge};
pub use schedule::next_refresh;
pub use warnings::{WARN_BEFORE_DAYS, due_warning, warnings};

use crate::connection::{Certificate, IdentityProvider, IdpMetadata};
use crate::token::sha256_hex;

/// How a connection's metadata is kept fresh, where it comes from an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataRefresh {
    /// When it is fetched next.
    pub next_at: DateTime<Utc>,
    /// When it was last fetched and could be read, whether it said anything new or not.
    pub fetched_at: DateTime<Utc>,
    /// Until when it then said that it is valid.
    pub valid_until: Option<DateTime<Utc>>,
    /// Why it could not be fetched or taken, since the last time that it could.
    pub failure: Option<RefreshFailure>,
    /// What it says and an administrator has not approved yet. What was approved last goes on serving.
    pub pending: Option<PendingMetadata>,
    /// The [digest](IdpMetadata::digest) of what an administrator rejected, so that nobody is asked again.
    pub rejected: Option<String>,
}

/// Why metadata could not be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshFailure {
    /// A stable word, as of a [`MetadataError`](crate::ports::MetadataError).
    pub code: String,
    /// A sentence for an administrator.
    pub message: String,
    /// When it last failed.
    pub at: DateTime<Utc>,
    /// When it failed first, since it last worked.
    pub since: DateTime<Utc>,
    /// How often it has failed since then.
    pub count: u32,
    /// Whether somebody was told by mail.
    pub told: bool,
}

/// Metadata that awaits approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMetadata {
    /// The metadata.
    pub metadata: IdpMetadata,
    /// When it was first fetched.
    pub fetched_at: DateTime<Utc>,
}

/// How two descriptions of one identity provider differ, as far as an administrator must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataChange<'a> {
    /// Certificates that only the later one has.
    pub added: Vec<&'a Certificate>,
    /// Certificates that only the earlier one has.
    pub removed: Vec<&'a Certificate>,
    /// Whether people would be sent elsewhere.
    pub endpoints_changed: bool,
}

impl IdpMetadata {
    /// A name for all that it says of whom to believe and where to send people: SHA-256, in lower-case hexadecimal. For
    /// how long it is good, the order of its certificates, and how these are described here make no difference.
    #[must_use]
    pub fn digest(&self) -> String {
        let lasting =
            Self { valid_until: None, cache_seconds: None, certificates: Vec::new(), ..self.clone() };
        let ders: BTreeSet<&[u8]> =
            self.certificates.iter().map(|certificate| certificate.der.as_slice()).collect();
        // A structure of texts, numbers and lists always has a form as JSON.
        sha256_hex(&serde_json::to_vec(&(lasting, ders)).unwrap_or_default())
    }

    /// What changes from this description to a later one.
    #[must_use]
    pub fn change_to<'a>(&'a self, later: &'a Self) -> MetadataChange<'a> {
        MetadataChange {
            added: lacking(&later.certificates, &self.certificates),
            removed: lacking(&self.certificates, &later.certificates),
            endpoints_changed: self.sso_endpoints != later.sso_endpoints
                || self.slo_endpoints != later.slo_endpoints,
        }
    }
}

/// The certificates of one list that another lacks.
fn lacking<'a>(these: &'a [Certificate], those: &[Certificate]) -> Vec<&'a Certificate> {
    let known: BTreeSet<&[u8]> = those.iter().map(|certificate| certificate.der.as_slice()).collect();
    these.iter().filter(|certificate| !known.contains(certificate.der.as_slice())).collect()
}

impl PendingMetadata {
    /// The name by which it is approved or rejected.
    #[must_use]
    pub fn digest(&self) -> String {
        self.metadata.digest()
    }
}

impl IdentityProvider {
    /// The same, described anew by what its address said at `fetched_at`.
    #[must_use]
    pub fn described_by(&self, metadata: IdpMetadata, fetched_at: DateTime<Utc>) -> Self {
        Self { metadata, fetched_at, ..self.clone() }
    }
}
