//! Saying whom a connection believes.

use std::sync::Arc;

use super::{AdminError, World, decide_again, must_be};
use crate::connection::{IdentityProvider, MetadataOrigin};
use crate::ids::Version;
use crate::ports::{Actor, MetadataSource, SamlMessages};
use crate::problem::Problems;
use crate::return_to::WebUrl;
use crate::text::{ConnectionKey, OrganizationSlug};

/// Takes an identity provider's metadata for a connection.
#[derive(Clone)]
pub struct SaveIdentityProvider {
    /// The store, the time and chance.
    pub world: World,
    /// Who reads metadata.
    pub messages: Arc<dyn SamlMessages>,
    /// Who fetches it.
    pub source: Arc<dyn MetadataSource>,
}

/// Metadata as somebody gave it.
#[derive(Debug, Clone)]
pub enum MetadataDraft {
    /// The document itself.
    Xml(String),
    /// Where it is.
    Url(String),
}

impl SaveIdentityProvider {
    /// The saved identity provider and its version.
    ///
    /// # Errors
    /// Metadata that cannot be used, an entity id that another connection has, a stale version, no such connection, or the store's.
    #[tracing::instrument(name = "save_identity_provider", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        draft: &MetadataDraft,
    ) -> Result<(IdentityProvider, Version), AdminError> {
        self.world.connection(slug, key).await?;
        let (xml, source) = match draft {
            MetadataDraft::Xml(xml) => (xml.clone(), MetadataOrigin::Xml),
            MetadataDraft::Url(url) => {
                let mut problems = Problems::default();
                let Some(url) = problems.text("/metadata_url", WebUrl::parse(url)) else {
                    return Err(problems.into());
                };
                (self.source.fetch(&url).await?, MetadataOrigin::Url(url))
            }
        };
        let now = self.world.now();
        let metadata = self.messages.parse_idp_metadata(&xml, now)?;
        let identity_provider = IdentityProvider { metadata, source, fetched_at: now };
        let version = replace(&self.world, actor, slug, key, expected, Some(&identity_provider)).await?;
        Ok((identity_provider, version))
    }
}

/// Takes a connection's identity provider away: it believes nobody any more.
#[derive(Clone)]
pub struct RemoveIdentityProvider(pub World);

impl RemoveIdentityProvider {
    /// Removes it.
    ///
    /// # Errors
    /// No such connection, a stale version, or the store's.
    #[tracing::instrument(name = "remove_identity_provider", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        replace(&self.0, actor, slug, key, expected, None).await.map(|_| ())
    }
}

async fn replace(
    world: &World,
    actor: &Actor,
    slug: &OrganizationSlug,
    key: &ConnectionKey,
    expected: Option<Version>,
    after: Option<&IdentityProvider>,
) -> Result<Version, AdminError> {
    decide_again(|| async move {
        let connection = world.connection(slug, key).await?.connection;
        let version = connection.identity_provider_version;
        must_be(version, expected)?;
        let mut audit =
            world.audit(actor, Some(connection.organization_id), "identity_provider.changed", key);
        if let Some(before) = &connection.identity_provider {
            audit = audit.from(&before.metadata);
        }
        if let Some(after) = after {
            audit = audit.to(&after.metadata);
        }
        world.store.replace_identity_provider(connection.id, after, version, &audit).await?;
        Ok(version.next())
    })
    .await
}
