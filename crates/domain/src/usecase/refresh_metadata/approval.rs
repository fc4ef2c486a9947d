//! Deciding on metadata that waits.

use crate::connection::IdentityProvider;
use crate::ids::Version;
use crate::ports::{Actor, SettledRefresh, TrackedRefresh};
use crate::refresh::{MetadataRefresh, PendingMetadata};
use crate::text::{ConnectionKey, OrganizationSlug};
use crate::usecase::World;
use crate::usecase::administration::{AdminError, decide_again, may_change, must_be};

/// Approves metadata that waits: it is believed from now on.
#[derive(Clone)]
pub struct ApproveMetadata(pub World);

/// Rejects metadata that waits: what is believed stays, and nobody is asked about the same again.
#[derive(Clone)]
pub struct RejectMetadata(pub World);

impl ApproveMetadata {
    /// Approves what has this [digest](PendingMetadata::digest), and nothing else that may wait by now. Answers the identity
    /// provider and its version.
    ///
    /// # Errors
    /// No such connection, nothing that waits, something else that waits, a stale version, or the store's.
    #[tracing::instrument(name = "approve_metadata", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        digest: &str,
    ) -> Result<(IdentityProvider, Version), AdminError> {
        decide(&self.0, actor, slug, key, expected, digest, Decision::Approved).await
    }
}

impl RejectMetadata {
    /// Rejects what has this [digest](PendingMetadata::digest). Answers the identity provider and its version, as they are.
    ///
    /// # Errors
    /// No such connection, nothing that waits, something else that waits, a stale version, or the store's.
    #[tracing::instrument(name = "reject_metadata", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        digest: &str,
    ) -> Result<(IdentityProvider, Version), AdminError> {
        decide(&self.0, actor, slug, key, expected, digest, Decision::Rejected).await
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Approved,
    Rejected,
}

async fn decide(
    world: &World,
    actor: &Actor,
    slug: &OrganizationSlug,
    key: &ConnectionKey,
    expected: Option<Version>,
    digest: &str,
    decision: Decision,
) -> Result<(IdentityProvider, Version), AdminError> {
    decide_again(|| async move {
        let connection = world.connection(slug, key).await?.connection;
        let version = connection.identity_provider_version;
        may_change(world, actor, &connection).await?;
        must_be(version, expected)?;
        let tracked = world.store.metadata_refresh(connection.id).await?;
        let (Some(provider), Some(tracked)) = (connection.identity_provider, tracked) else {
            return Err(NOTHING_WAITS);
        };
        let PendingMetadata { metadata, fetched_at } =
            tracked.refresh.pending.clone().ok_or(NOTHING_WAITS)?;
        if metadata.digest() != digest {
            return Err(AdminError::Stale);
        }
        let action = match decision {
            Decision::Approved => "identity_provider.change_approved",
            Decision::Rejected => "identity_provider.change_rejected",
        };
        let audit = world
            .audit(actor, Some(connection.organization_id), action, key)
            .from(&provider.metadata)
            .to(&metadata);
        let rejected = (decision == Decision::Rejected).then(|| digest.to_owned());
        let taken = (decision == Decision::Approved).then(|| provider.described_by(metadata, fetched_at));
        let refresh = MetadataRefresh { pending: None, rejected, ..tracked.refresh.clone() };
        let settled = SettledRefresh {
            tracked: TrackedRefresh { refresh, identity_provider_version: version, ..tracked },
            taken: taken.clone(),
            letters: Vec::new(),
            audit: vec![audit],
            at: world.now(),
        };
        world.store.settle_refresh(&settled).await?;
        Ok(match taken {
            Some(approved) => (approved, version.next()),
            None => (provider, version),
        })
    })
    .await
}

const NOTHING_WAITS: AdminError = AdminError::NotFound("pending metadata");
