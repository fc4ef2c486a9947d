//! Setting a password by a mailed link.

use std::sync::Arc;

use super::chosen;
use crate::administrator::{Administrator, PasswordHash, PasswordLink, WeakPassword};
use crate::email::EmailAddress;
use crate::ids::PasswordLinkId;
use crate::letter::{Letter, LetterContent, ToAdministrator};
use crate::organization::Organization;
use crate::ports::{Origin, Page, PasswordError, Passwords, StoreError};
use crate::token::{SecretKey, Token};
use crate::usecase::World;
use crate::usecase::world::ATTEMPTS;

/// Sets an administrator's password by a mailed link, once.
#[derive(Clone)]
pub struct SetPasswordByLink {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
}

/// A link that works, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPasswordLink {
    /// Whose password.
    pub email: EmailAddress,
    /// Whether it invites them.
    pub invitation: bool,
}

/// Why no password is set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordLinkError {
    /// There is no such link, or not any more.
    #[error("the link was used, or is too old")]
    Gone,
    /// The new password cannot be chosen.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// It could not be looked at.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SetPasswordByLink {
    /// What the link is for. Changes nothing: mail scanners open links.
    ///
    /// # Errors
    /// There is no such link, or the store's.
    pub async fn look(&self, token: &Token) -> Result<OpenPasswordLink, PasswordLinkError> {
        let (link, administrator) = self.open(token).await?;
        Ok(OpenPasswordLink { email: administrator.email, invitation: link.invitation })
    }

    /// Takes the new password. The administrator is signed out everywhere, and all their links are used up: of two who use links at once,
    /// one sets the password.
    ///
    /// # Errors
    /// See [`PasswordLinkError`].
    #[tracing::instrument(name = "set_password_by_link", skip_all)]
    pub async fn run(
        &self,
        token: &Token,
        new: &str,
        origin: Origin,
    ) -> Result<Administrator, PasswordLinkError> {
        let (_, administrator) = self.open(token).await?;
        let new = chosen(&*self.passwords, new, Some(&administrator.email)).await??;
        let hash = self.passwords.hash(&new).await?;
        for _ in 0..ATTEMPTS {
            match self.attempt(token, &hash, &origin).await {
                Err(PasswordLinkError::Store(StoreError::Conflict)) => {}
                done => return done,
            }
        }
        Err(PasswordLinkError::Gone)
    }

    async fn open(&self, token: &Token) -> Result<(PasswordLink, Administrator), PasswordLinkError> {
        let found = self.world.store.password_link(&token.hash(), self.world.now()).await?;
        found.ok_or(PasswordLinkError::Gone)
    }

    async fn attempt(
        &self,
        token: &Token,
        hash: &PasswordHash,
        origin: &Origin,
    ) -> Result<Administrator, PasswordLinkError> {
        let world = &self.world;
        let (link, before) = self.open(token).await?;
        let version = before.version.next();
        let after = Administrator { password: Some(hash.clone()), version, ..before };
        let action =
            if link.invitation { "administrator.invitation_accepted" } else { "administrator.password_set" };
        let audit = world.audit(&after.acting_from(origin.clone()), None, action, after.id);
        world.store.set_password(&after, &token.hash(), &audit).await?;
        Ok(after)
    }
}

/// A new link for an administrator, and the letter that brings it, in the name of `by` or of the service.
pub(super) fn link_for(
    world: &World,
    key: &SecretKey,
    administrator: &Administrator,
    by: Option<&Organization>,
    invitation: bool,
    content: impl FnOnce(ToAdministrator, &PasswordLink) -> LetterContent,
) -> (PasswordLink, Letter) {
    let (now, id) = (world.now(), world.id::<PasswordLinkId>());
    let link = PasswordLink {
        id,
        administrator_id: administrator.id,
        invitation,
        token_hash: key.password_link_token(id).hash(),
        created_at: now,
        expires_at: now + PasswordLink::lifetime(invitation),
    };
    let letter = Letter {
        id: world.id(),
        organization_id: by.map(|organization| organization.id),
        to: administrator.email.clone(),
        user_id: None,
        content: content(ToAdministrator::by(by), &link),
        created_at: now,
    };
    (link, letter)
}

/// In whose name an administrator is written to: of the only organization that they administer, or else of the service.
pub(super) async fn who_writes_to(
    world: &World,
    administrator: &Administrator,
) -> Result<Option<Organization>, StoreError> {
    let two = Page { after: None, limit: 2 };
    let mut organizations = world.store.organizations_of(administrator.id, two).await?.items;
    Ok(if organizations.len() == 1 { organizations.pop() } else { None })
}
