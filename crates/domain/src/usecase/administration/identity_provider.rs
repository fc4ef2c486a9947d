//! Saying whom a connection believes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AdminError, World, decide_again, may_change, must_be};
use crate::connection::{Certificate, IdentityProvider, IdpMetadata, MetadataOrigin};
use crate::ids::Version;
use crate::ports::{Actor, MetadataError, MetadataSource, SamlMessages};
use crate::problem::Problems;
use crate::refresh::{MetadataRefresh, next_refresh};
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

/// An identity provider as somebody wrote it down.
#[derive(Debug, Clone)]
pub struct IdentityProviderDraft {
    /// Its metadata.
    pub metadata: MetadataDraft,
    /// Whether what the metadata's address says from now on is taken without asking anybody.
    pub trust_metadata_url: bool,
    /// The certificate (PEM) by whose key its metadata must be signed.
    pub metadata_signing_certificate: Option<String>,
}

/// Metadata as somebody gave it.
#[derive(Debug, Clone)]
pub enum MetadataDraft {
    /// The document itself.
    Xml(String),
    /// Where it is.
    Url(String),
}

impl From<MetadataDraft> for IdentityProviderDraft {
    fn from(metadata: MetadataDraft) -> Self {
        Self { metadata, trust_metadata_url: false, metadata_signing_certificate: None }
    }
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
        draft: &IdentityProviderDraft,
    ) -> Result<(IdentityProvider, Version), AdminError> {
        self.world.connection(slug, key).await?;
        let now = self.world.now();
        let (metadata, source, signed_by) = self.read(draft, now).await?;
        let by_url = matches!(source, MetadataOrigin::Url(_));
        let refresh = by_url.then(|| self.scheduled(&metadata, now));
        let identity_provider = IdentityProvider {
            metadata,
            source,
            fetched_at: now,
            trust_metadata_url: by_url && draft.trust_metadata_url,
            metadata_signing_certificate: signed_by,
        };
        let after = Some((&identity_provider, refresh.as_ref()));
        let version = replace(&self.world, actor, slug, key, expected, after).await?;
        Ok((identity_provider, version))
    }

    /// What the metadata of a draft says, which nothing is done with.
    ///
    /// # Errors
    /// Metadata that cannot be used, or faults of the draft.
    #[tracing::instrument(name = "preview_identity_provider", skip_all)]
    pub async fn preview(&self, draft: &IdentityProviderDraft) -> Result<IdpMetadata, AdminError> {
        self.read(draft, self.world.now()).await.map(|(metadata, ..)| metadata)
    }

    /// The metadata of a draft, where it came from, and by whose key it is signed, if it must be.
    async fn read(
        &self,
        draft: &IdentityProviderDraft,
        now: DateTime<Utc>,
    ) -> Result<(IdpMetadata, MetadataOrigin, Option<Certificate>), AdminError> {
        let signed_by = self.signing_certificate(draft)?;
        let (xml, source) = match &draft.metadata {
            MetadataDraft::Xml(xml) => (xml.clone(), MetadataOrigin::Xml),
            MetadataDraft::Url(url) => {
                let mut problems = Problems::default();
                let Some(url) = problems.text("/metadata_url", WebUrl::parse(url)) else {
                    return Err(problems.into());
                };
                (self.source.fetch(&url).await?, MetadataOrigin::Url(url))
            }
        };
        let metadata = read(&*self.messages, &xml, signed_by.as_ref(), now)?;
        Ok((metadata, source, signed_by))
    }

    fn signing_certificate(&self, draft: &IdentityProviderDraft) -> Result<Option<Certificate>, AdminError> {
        let Some(pem) = &draft.metadata_signing_certificate else { return Ok(None) };
        let parsed = self.messages.parse_certificate(pem).map_err(|error| {
            let mut problems = Problems::default();
            problems.add("/metadata_signing_certificate", error.code, error.message);
            problems
        });
        Ok(Some(parsed?))
    }

    fn scheduled(&self, metadata: &IdpMetadata, now: DateTime<Utc>) -> MetadataRefresh {
        MetadataRefresh {
            next_at: next_refresh(metadata, now, &*self.world.random),
            fetched_at: now,
            valid_until: metadata.valid_until,
            failure: None,
            pending: None,
            rejected: None,
        }
    }
}

/// Reads metadata, of which only what is signed counts where somebody must have signed it.
pub(in crate::usecase) fn read(
    messages: &dyn SamlMessages,
    xml: &str,
    signed_by: Option<&Certificate>,
    now: DateTime<Utc>,
) -> Result<IdpMetadata, MetadataError> {
    match signed_by {
        Some(certificate) => messages.parse_idp_metadata(&messages.signed_metadata(xml, certificate)?, now),
        None => messages.parse_idp_metadata(xml, now),
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
    after: Option<(&IdentityProvider, Option<&MetadataRefresh>)>,
) -> Result<Version, AdminError> {
    decide_again(|| async move {
        let connection = world.connection(slug, key).await?.connection;
        let version = connection.identity_provider_version;
        may_change(world, actor, &connection).await?;
        must_be(version, expected)?;
        let action = if after.is_some() { "identity_provider.changed" } else { "identity_provider.removed" };
        let mut audit = world.audit(actor, Some(connection.organization_id), action, key);
        if let Some(before) = &connection.identity_provider {
            audit = audit.from(&before.metadata);
        }
        if let Some((after, _)) = after {
            audit = audit.to(&after.metadata);
        }
        let (identity_provider, refresh) = (after.map(|(one, _)| one), after.and_then(|(_, one)| one));
        world
            .store
            .replace_identity_provider(connection.id, identity_provider, refresh, version, &audit)
            .await?;
        Ok(version.next())
    })
    .await
}
