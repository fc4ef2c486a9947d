//! A password that somebody has lost.

use super::password_links::{link_for, who_writes_to};
use crate::administrator::{Administrator, may_be_mailed};
use crate::email::EmailAddress;
use crate::letter::LetterContent;
use crate::ports::{Actor, StoreError};
use crate::token::SecretKey;
use crate::usecase::World;
use crate::usecase::world::ATTEMPTS;

/// Mails an administrator a link by which they set another password. Whether there is such an administrator, nobody is told.
#[derive(Clone)]
pub struct LosePassword {
    /// The store, the time and chance.
    pub world: World,
    /// From which the link is derived.
    pub secret_key: SecretKey,
}

impl LosePassword {
    /// Mails the link, if the text is the address of somebody who could sign in, and who was not mailed lately. What becomes of that is
    /// written into the log alone.
    ///
    /// # Errors
    /// The store's, where it does not even find out whose address it is.
    #[tracing::instrument(name = "lose_password", skip_all)]
    pub async fn run(&self, typed: &str) -> Result<(), StoreError> {
        let Ok(email) = EmailAddress::parse(typed.trim()) else { return Ok(()) };
        for _ in 0..ATTEMPTS {
            let found = self.world.store.administrator_by_email(&email).await?;
            // Who was invited and has no password yet is invited again by whoever did it.
            let found = found.filter(|one| one.may_act() && one.password.is_some());
            let Some(administrator) = found else { return Ok(()) };
            match self.mail(&administrator).await {
                Err(StoreError::Conflict) => {}
                Ok(outcome) => {
                    tracing::info!(administrator.id = %administrator.id, outcome, "a password is said to be lost");
                    return Ok(());
                }
                // An error would tell that there is such an administrator.
                Err(error) => {
                    tracing::error!(error = %error, "a link to set a password could not be written down");
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn mail(&self, administrator: &Administrator) -> Result<&'static str, StoreError> {
        let world = &self.world;
        let links = world.store.password_links(administrator.id).await?;
        let made: Vec<_> = links.iter().map(|link| link.created_at).collect();
        if may_be_mailed(&made, world.now()).is_err() {
            return Ok("mailed_lately");
        }
        let organization = who_writes_to(world, administrator).await?;
        let (link, letter) =
            link_for(world, &self.secret_key, administrator, organization.as_ref(), false, |about, link| {
                LetterContent::LostPassword { about, link: link.id, expires_at: link.expires_at }
            });
        // Whoever asked has shown nothing yet by which they could be named.
        let audit = world.audit(&Actor::System, None, "administrator.password_lost", administrator.id);
        let seen = links.first().map(|link| link.id);
        world.store.add_password_link(&link, seen, &letter, &audit).await?;
        Ok("mailed")
    }
}
