//! An identity provider, as JSON.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::connection::{Certificate, IdentityProvider, IdpMetadata, MetadataOrigin};
use vestibule_domain::ports::MetadataError;
use vestibule_domain::problem::Problem;
use vestibule_domain::refresh::{MetadataRefresh, PendingMetadata, RefreshFailure, RefreshOutcome, warnings};

/// An identity provider and how its metadata is kept fresh.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IdentityProvider")]
pub(super) struct IdentityProviderShape {
    /// Who it says it is.
    entity_id: String,
    /// Where people are sent to sign in.
    sso_urls: Vec<String>,
    /// Whose keys are believed.
    certificates: Vec<CertificateShape>,
    /// Where its metadata came from.
    #[schemars(extend("enum" = ["xml", "url"]))]
    source: &'static str,
    /// The address of its metadata.
    metadata_url: Option<String>,
    /// Whether what the address says is believed without approval.
    trust_metadata_url: bool,
    /// By whose key all metadata must be signed; null: signatures are not looked at.
    metadata_signing_certificate: Option<CertificateShape>,
    /// When the metadata was last read.
    fetched_at: DateTime<Utc>,
    /// What it then said of itself.
    valid_until: Option<DateTime<Utc>>,
    /// When it is fetched next.
    next_refresh_at: Option<DateTime<Utc>>,
    /// Why it could not be refreshed the last time.
    last_refresh_error: Option<FailureShape>,
    /// The change that waits for approval.
    pending: Option<PendingShape>,
    /// What should be looked after.
    warnings: Vec<WarningShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Certificate")]
pub(crate) struct CertificateShape {
    /// The subject.
    subject: String,
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    sha256_fingerprint: String,
    /// From when it is valid.
    not_before: DateTime<Utc>,
    /// Until when it is valid.
    not_after: DateTime<Utc>,
}

/// Why the metadata could not be refreshed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RefreshFailure")]
struct FailureShape {
    /// A stable word for programs.
    code: String,
    /// A sentence for people.
    message: String,
    /// When it failed the last time.
    at: DateTime<Utc>,
    /// Since when it fails.
    since: DateTime<Utc>,
}

/// What awaits approval.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PendingMetadata")]
struct PendingShape {
    /// What `approve` and `reject` are told.
    digest: String,
    /// When it was read.
    fetched_at: DateTime<Utc>,
    /// All certificates of before and after.
    certificates: Vec<ChangedCertificateShape>,
    /// Where people would be sent.
    sso_urls: Vec<String>,
    /// Whether that is another place.
    endpoints_changed: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChangedCertificate")]
struct ChangedCertificateShape {
    #[serde(flatten)]
    certificate: CertificateShape,
    /// What becomes of it.
    #[schemars(extend("enum" = ["added", "removed", "unchanged"]))]
    change: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "IdentityProviderWarning")]
struct WarningShape {
    /// What it is about.
    pointer: String,
    /// A stable word for programs.
    code: &'static str,
    /// A sentence for people.
    message: String,
}

/// What a refresh came to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Refresh")]
pub(super) struct RefreshShape {
    /// What came of it.
    #[schemars(extend("enum" = ["unchanged", "taken", "pending", "failed"]))]
    outcome: &'static str,
    /// Why it failed.
    error: Option<ErrorShape>,
    /// The identity provider as it is now.
    identity_provider: IdentityProviderShape,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RefreshError")]
struct ErrorShape {
    /// A stable word for programs.
    code: &'static str,
    /// A sentence for people.
    message: String,
}

impl IdentityProviderShape {
    pub(super) fn new(
        provider: &IdentityProvider,
        refresh: Option<&MetadataRefresh>,
        now: DateTime<Utc>,
    ) -> Self {
        let metadata = &provider.metadata;
        let failure = refresh.and_then(|refresh| refresh.failure.as_ref());
        let pending = refresh.and_then(|refresh| refresh.pending.as_ref());
        Self {
            entity_id: metadata.entity_id.to_string(),
            sso_urls: sso_urls(metadata),
            certificates: metadata.certificates.iter().map(CertificateShape::from).collect(),
            source: match provider.source {
                MetadataOrigin::Xml => "xml",
                MetadataOrigin::Url(_) => "url",
            },
            metadata_url: provider.metadata_url().map(ToString::to_string),
            trust_metadata_url: provider.trust_metadata_url,
            metadata_signing_certificate: provider.metadata_signing_certificate.as_ref().map(Into::into),
            fetched_at: refresh.map_or(provider.fetched_at, |refresh| refresh.fetched_at),
            valid_until: refresh.map_or(metadata.valid_until, |refresh| refresh.valid_until),
            next_refresh_at: refresh.map(|refresh| refresh.next_at),
            last_refresh_error: failure.map(FailureShape::from),
            pending: pending.map(|pending| PendingShape::new(metadata, pending)),
            warnings: warnings(provider, refresh, now).into_iter().map(WarningShape::from).collect(),
        }
    }
}

impl PendingShape {
    /// All certificates of before and after, each with what becomes of it.
    fn new(before: &IdpMetadata, pending: &PendingMetadata) -> Self {
        let change = before.change_to(&pending.metadata);
        let changed = |certificate: &Certificate, change| ChangedCertificateShape {
            certificate: certificate.into(),
            change,
        };
        let after = pending.metadata.certificates.iter().map(|certificate| {
            let is_added = change.added.contains(&certificate);
            changed(certificate, if is_added { "added" } else { "unchanged" })
        });
        let gone = change.removed.iter().map(|certificate| changed(certificate, "removed"));
        Self {
            digest: pending.digest(),
            fetched_at: pending.fetched_at,
            certificates: after.chain(gone).collect(),
            sso_urls: sso_urls(&pending.metadata),
            endpoints_changed: change.endpoints_changed,
        }
    }
}

impl RefreshShape {
    pub(super) fn new(outcome: &RefreshOutcome, identity_provider: IdentityProviderShape) -> Self {
        let (outcome, error) = match outcome {
            RefreshOutcome::Unchanged => ("unchanged", None),
            RefreshOutcome::Taken => ("taken", None),
            RefreshOutcome::Pending => ("pending", None),
            RefreshOutcome::Failed(error) => ("failed", Some(ErrorShape::from(error))),
        };
        Self { outcome, error, identity_provider }
    }
}

/// One address often serves both bindings.
fn sso_urls(metadata: &IdpMetadata) -> Vec<String> {
    let mut urls = Vec::new();
    for endpoint in &metadata.sso_endpoints {
        let url = endpoint.location.to_string();
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

impl From<&Certificate> for CertificateShape {
    fn from(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            sha256_fingerprint: certificate.sha256_fingerprint.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }
    }
}

impl From<&RefreshFailure> for FailureShape {
    fn from(failure: &RefreshFailure) -> Self {
        Self {
            code: failure.code.clone(),
            message: failure.message.clone(),
            at: failure.at,
            since: failure.since,
        }
    }
}

impl From<&MetadataError> for ErrorShape {
    fn from(error: &MetadataError) -> Self {
        Self { code: error.code, message: error.message.clone() }
    }
}

impl From<Problem> for WarningShape {
    fn from(problem: Problem) -> Self {
        Self { pointer: problem.pointer, code: problem.code, message: problem.message }
    }
}
