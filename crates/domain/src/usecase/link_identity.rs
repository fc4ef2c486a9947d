//! The owner of an address confirms that an identity is theirs.

use super::world::World;
use crate::ports::{Actor, Origin, StoreError};
use crate::sign_in::PendingLink;
use crate::text::{DisplayName, OrganizationSlug};
use crate::token::Token;
use crate::user::User;

/// Binds the identity of a mailed link.
#[derive(Clone)]
pub struct LinkIdentity {
    /// The store, the time and chance.
    pub world: World,
}

/// A link that can be opened.
#[derive(Debug, Clone)]
pub struct OpenLink {
    /// The link.
    pub link: PendingLink,
    /// Whose identity it would become.
    pub user: User,
    /// What people call the organization.
    pub organization_name: DisplayName,
}

/// Why a link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Unknown, used, expired, of another organization, or overtaken by what happened since.
    #[error("the link is used or expired")]
    Gone,
    /// The store failed; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LinkIdentity {
    /// What a link would do. Changes nothing, so that a mail scanner may open it.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn look(&self, organization: &OrganizationSlug, token: &Token) -> Result<OpenLink, LinkError> {
        let store = &self.world.store;
        let organization = store.organization(organization).await?.ok_or(LinkError::Gone)?;
        let (link, user, organization_name) =
            store.pending_link(&token.hash(), self.world.now()).await?.ok_or(LinkError::Gone)?;
        if link.organization_id != organization.id {
            return Err(LinkError::Gone);
        }
        Ok(OpenLink { link, user, organization_name })
    }

    /// Binds the identity and uses the link up, for somebody from `origin`. The person signs in again afterwards.
    ///
    /// # Errors
    /// See [`LinkError`].
    #[tracing::instrument(name = "link_identity", skip_all, fields(organization.slug = %organization))]
    pub async fn run(
        &self,
        organization: &OrganizationSlug,
        token: &Token,
        origin: Origin,
    ) -> Result<OpenLink, LinkError> {
        let open = self.look(organization, token).await?;
        let actor = Actor::User { id: open.user.id, origin };
        let audit = self
            .world
            .audit(&actor, Some(open.link.organization_id), "identity.linked", open.user.id)
            .to(&open.link.identity);
        match self.world.store.redeem_link(&open.link, self.world.now(), &audit).await {
            Ok(()) => Ok(open),
            Err(StoreError::Conflict) => Err(LinkError::Gone),
            Err(error) => Err(error.into()),
        }
    }
}
