//! Asking identity providers' addresses what they say now.

mod approval;
mod letters;

use std::sync::Arc;

use chrono::Duration;
use futures_util::future::join_all;

pub use approval::{ApproveMetadata, RejectMetadata};
pub(super) use letters::to_contact;

use super::administration::{AdminError, may_change, read};
use super::world::World;
use crate::connection::{ConnectionView, IdentityProvider, IdpMetadata};
use crate::ports::{
    Actor, AuditEvent, MetadataError, MetadataSource, SamlMessages, SettledRefresh, StoreError,
    TrackedRefresh,
};
use crate::refresh::{Judgement, RefreshOutcome, judge};
use crate::return_to::WebUrl;
use crate::text::{ConnectionKey, OrganizationSlug};

/// Fetches metadata again, and takes what it may of what it finds. No sign-in waits for it, and what is believed changes
/// only where the metadata did.
#[derive(Clone)]
pub struct RefreshMetadata {
    /// The store, the time and chance.
    pub world: World,
    /// Who reads metadata.
    pub messages: Arc<dyn SamlMessages>,
    /// Who fetches it.
    pub source: Arc<dyn MetadataSource>,
}

/// How many refreshes ended how in one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refreshes {
    /// The address says what is believed already.
    pub unchanged: u32,
    /// What it says is believed from now on.
    pub taken: u32,
    /// What it says awaits approval.
    pub pending: u32,
    /// They are tried again.
    pub failed: u32,
    /// Somebody else changed the identity provider or refreshed it meanwhile.
    pub lost: u32,
}

impl Refreshes {
    /// How many there were. As many as were asked for: there may be more.
    #[must_use]
    pub fn all(&self) -> u32 {
        self.unchanged + self.taken + self.pending + self.failed + self.lost
    }

    fn count(&mut self, outcome: &RefreshOutcome) {
        match outcome {
            RefreshOutcome::Unchanged => self.unchanged += 1,
            RefreshOutcome::Taken => self.taken += 1,
            RefreshOutcome::Pending => self.pending += 1,
            RefreshOutcome::Failed(_) => self.failed += 1,
        }
    }
}

/// For how long a refresh is claimed: longer than fetching takes.
const LEASE: Duration = Duration::minutes(2);

/// After how long without success somebody is told by mail.
const TELL_AFTER: Duration = Duration::days(3);

impl RefreshMetadata {
    /// Claims up to `at_once` refreshes that are due, and makes them side by side.
    ///
    /// # Errors
    /// The store's. Whatever could be settled was, and the rest is claimed again when its lease ends.
    pub async fn run(&self, at_once: u32) -> Result<Refreshes, StoreError> {
        let claimed = self.world.store.claim_refreshes(self.world.now(), LEASE, at_once).await?;
        let mut refreshes = Refreshes::default();
        let mut failure = Ok(());
        for refreshed in join_all(claimed.iter().map(|claimed| self.refresh_claimed(claimed))).await {
            match refreshed {
                Ok(Some(outcome)) => refreshes.count(&outcome),
                Ok(None) | Err(StoreError::Conflict) => refreshes.lost += 1,
                Err(error) => failure = Err(error),
            }
        }
        failure.map(|()| refreshes)
    }

    /// Refreshes one connection's metadata now, whether it is due or not.
    ///
    /// # Errors
    /// No such connection, one whose metadata did not come from an address, somebody who was faster, or the store's. That
    /// the metadata cannot be fetched or taken is an outcome.
    #[tracing::instrument(name = "refresh_metadata_now", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run_one(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
    ) -> Result<RefreshOutcome, AdminError> {
        let view = self.world.connection(slug, key).await?;
        may_change(&self.world, actor, &view.connection).await?;
        let tracked = self.world.store.metadata_refresh(view.connection.id).await?;
        let (Some(tracked), Some((provider, url))) = (tracked, by_url(&view)) else {
            return Err(AdminError::NotByUrl);
        };
        match self.refresh(actor, &tracked, &view, provider, url).await {
            Err(StoreError::Conflict) => Err(AdminError::Stale),
            outcome => Ok(outcome?),
        }
    }

    /// Nothing, if the connection changed after it was claimed.
    #[tracing::instrument(name = "refresh_metadata", skip_all, fields(
        organization.id = %claimed.organization_id,
        connection.key = %claimed.connection_key,
    ))]
    async fn refresh_claimed(&self, claimed: &TrackedRefresh) -> Result<Option<RefreshOutcome>, StoreError> {
        let store = &self.world.store;
        let view = store.connection_by_key(claimed.organization_id, &claimed.connection_key).await?;
        let Some((view, (provider, url))) = view.as_ref().and_then(|view| Some((view, by_url(view)?))) else {
            return Ok(None);
        };
        self.refresh(&Actor::System, claimed, view, provider, url).await.map(Some)
    }

    async fn refresh(
        &self,
        actor: &Actor,
        tracked: &TrackedRefresh,
        view: &ConnectionView,
        provider: &IdentityProvider,
        url: &WebUrl,
    ) -> Result<RefreshOutcome, StoreError> {
        let said = self.ask(provider, url).await;
        let now = self.world.now();
        // Whoever has the address of the administrators' metadata would be an operator a day later.
        let is_trusted =
            provider.trust_metadata_url && !self.world.is_administrators(&view.connection).await?;
        let current = IdentityProvider { trust_metadata_url: is_trusted, ..provider.clone() };
        let mut judgement = judge(&current, &tracked.refresh, said, now, &*self.world.random);
        let letters = self.letters(view, provider, &mut judgement);
        let audit = self.audited(actor, view, provider, &judgement);
        tell(&judgement);
        let tracked = TrackedRefresh { refresh: judgement.refresh, ..tracked.clone() };
        let settled = SettledRefresh { tracked, taken: judgement.taken, letters, audit, at: now };
        self.world.store.settle_refresh(&settled).await?;
        Ok(judgement.outcome)
    }

    /// What the address says, as far as it can be read and is signed by whom it must be.
    async fn ask(&self, provider: &IdentityProvider, url: &WebUrl) -> Result<IdpMetadata, MetadataError> {
        let xml = self.source.fetch(url).await?;
        let signed_by = provider.metadata_signing_certificate.as_ref();
        read(&*self.messages, &xml, signed_by, self.world.now())
    }

    /// What is recorded: a change that is believed, or one that waits.
    fn audited(
        &self,
        actor: &Actor,
        view: &ConnectionView,
        provider: &IdentityProvider,
        judgement: &Judgement,
    ) -> Vec<AuditEvent> {
        let pending = judgement.refresh.pending.as_ref().filter(|_| judgement.is_news);
        let (action, after) = match (&judgement.taken, pending) {
            (Some(taken), _) => ("identity_provider.refreshed", &taken.metadata),
            (None, Some(pending)) => ("identity_provider.change_awaits_approval", &pending.metadata),
            (None, None) => return Vec::new(),
        };
        let key = &view.connection.details.key;
        vec![
            self.world
                .audit(actor, Some(view.organization.id), action, key)
                .from(&provider.metadata)
                .to(after),
        ]
    }
}

/// The identity provider whose metadata comes from an address.
fn by_url(view: &ConnectionView) -> Option<(&IdentityProvider, &WebUrl)> {
    let provider = view.connection.identity_provider.as_ref()?;
    Some((provider, provider.metadata_url()?))
}

/// Says in the log what a refresh came to.
fn tell(judgement: &Judgement) {
    match &judgement.outcome {
        RefreshOutcome::Unchanged => tracing::debug!("the metadata is as it was"),
        RefreshOutcome::Taken => tracing::info!("the metadata has changed, and is believed as it is now"),
        RefreshOutcome::Pending if judgement.is_news => {
            tracing::warn!("the metadata has changed, and awaits approval");
        }
        RefreshOutcome::Pending => tracing::debug!("a change of the metadata still awaits approval"),
        RefreshOutcome::Failed(error) => {
            tracing::warn!(code = error.code, reason = %error, "the metadata could not be refreshed");
        }
    }
}
