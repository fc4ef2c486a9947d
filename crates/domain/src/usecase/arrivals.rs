//! What arrived at a sign-in: sealed when it is recorded, opened for an administrator.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::error;

use super::administration::AdminError;
use super::world::World;
use crate::arrival::{Arrival, Keep, SealedArrival};
use crate::ids::{OrganizationId, SignInId};
use crate::organization::Organization;
use crate::ports::{Actor, KeyError, Vault};

/// Where what arrives is kept, and for how long.
#[derive(Clone)]
pub struct Keeping {
    /// Who seals it.
    pub vault: Arc<dyn Vault>,
    /// For how long at most.
    pub keep: Keep,
}

impl Keeping {
    /// What arrived, sealed for the row of a sign-in, if it is to be kept at all. A person is not kept waiting outside because it
    /// cannot be sealed.
    pub(super) fn seal(
        &self,
        arrival: impl FnOnce() -> Arrival,
        organization: &Organization,
        sign_in: SignInId,
        now: DateTime<Utc>,
    ) -> Option<SealedArrival> {
        let until = now + self.keep.for_organization(organization).0?;
        let sealed = arrival().seal(&*self.vault, organization.id, sign_in, until);
        sealed.unwrap_or_else(|failure| {
            error!(sign_in.id = %sign_in, error = %failure, "what arrived could not be sealed, and is not kept");
            None
        })
    }
}

/// Opens what arrived at a sign-in, and writes down that somebody looked.
#[derive(Clone)]
pub struct OpenArrival {
    /// The store, the time and chance.
    pub world: World,
    /// Who opens it.
    pub vault: Arc<dyn Vault>,
}

impl OpenArrival {
    /// What arrived, and until when it is kept.
    ///
    /// # Errors
    /// No such sign-in, nothing of it kept, sealed under another key, or the store's.
    #[tracing::instrument(name = "open_arrival", skip_all, fields(organization.id = %organization, sign_in.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        organization: OrganizationId,
        id: SignInId,
    ) -> Result<(Arrival, DateTime<Utc>), AdminError> {
        let World { store, .. } = &self.world;
        store.sign_in(organization, id).await?.ok_or(AdminError::NotFound("sign-in"))?;
        let audit = self.world.audit(actor, Some(organization), "sign_in.arrival_read", id);
        let sealed = store.look_at_arrival(organization, id, self.world.now(), &audit).await?;
        let sealed = sealed.ok_or(AdminError::NotFound("arrival"))?;
        let arrival = opened(&sealed, &*self.vault, organization, id)?;
        Ok((arrival, sealed.forget_after))
    }
}

/// What was sealed, or an error that says that it is the key which does not fit.
pub(super) fn opened(
    sealed: &SealedArrival,
    vault: &dyn Vault,
    organization: OrganizationId,
    id: SignInId,
) -> Result<Arrival, AdminError> {
    Arrival::open(sealed, vault, organization, id).map_err(|failure| match failure {
        KeyError::Sealed => AdminError::SealedElsewhere,
        other => other.into(),
    })
}
