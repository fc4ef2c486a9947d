//! The first administrator, by the link that the service prints when it starts and has none.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Described;
use super::creating::{AdministratorDraft, new};
use crate::administrator::{Administrator, AdministratorRole};
use crate::ports::{Origin, Page, Passwords, StoreError};
use crate::token::{SecretKey, Token};
use crate::usecase::{AdminError, World};

/// For how long the link works. A later start of the service prints another one.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Makes the first administrator.
#[derive(Clone)]
pub struct FirstAdministrator {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// From which the link is derived.
    pub secret_key: SecretKey,
}

/// Why there is no first administrator to be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstAdministratorError {
    /// The link is wrong or expired, or there is an administrator already.
    #[error("the link is wrong or expired, or there is an administrator already")]
    Gone,
    /// What was sent has faults, or it could not be done.
    #[error(transparent)]
    Failed(AdminError),
}

impl From<AdminError> for FirstAdministratorError {
    fn from(error: AdminError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for FirstAdministratorError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl FirstAdministrator {
    /// The token of a link, and until when it works; none if there is an administrator already.
    ///
    /// # Errors
    /// The store's.
    pub async fn link(&self) -> Result<Option<(Token, DateTime<Utc>)>, StoreError> {
        if self.has_any().await? {
            return Ok(None);
        }
        let expires_at = self.world.now() + LIFETIME;
        Ok(Some((self.secret_key.first_administrator_token(expires_at), expires_at)))
    }

    /// Nothing, if the link works. Changes nothing.
    ///
    /// # Errors
    /// See [`FirstAdministratorError`].
    pub async fn look(&self, token: &Token) -> Result<(), FirstAdministratorError> {
        let genuine = self.secret_key.is_first_administrator_token(token, self.world.now());
        if genuine && !self.has_any().await? { Ok(()) } else { Err(FirstAdministratorError::Gone) }
    }

    /// The first administrator, an operator. Of several who use the link at once, one becomes it.
    ///
    /// # Errors
    /// See [`FirstAdministratorError`].
    #[tracing::instrument(name = "create_first_administrator", skip_all)]
    pub async fn run(
        &self,
        token: &Token,
        draft: &AdministratorDraft,
        origin: Origin,
    ) -> Result<Administrator, FirstAdministratorError> {
        self.look(token).await?;
        let (email, password) = draft.parse(&*self.passwords).await?;
        let world = &self.world;
        let administrator = new(world, email, AdministratorRole::Operator, Some(password));
        let actor = administrator.acting_from(origin);
        let audit = world.audit(&actor, None, "administrator.created", administrator.id);
        let audit = audit.to(&Described::from(&administrator));
        match world.store.add_first_administrator(&administrator, &audit).await {
            Ok(()) => Ok(administrator),
            Err(StoreError::Conflict) => Err(FirstAdministratorError::Gone),
            Err(error) => Err(error.into()),
        }
    }

    async fn has_any(&self) -> Result<bool, StoreError> {
        let one = Page { after: None, limit: 1 };
        Ok(!self.world.store.administrators(None, one).await?.items.is_empty())
    }
}
