//! Keeping an administrator out, and what they left behind.

use super::{AdministratorChange, ChangeAdministrator};
use crate::administrator::Administrator;
use crate::ids::AdministratorId;
use crate::ports::{Actor, Page};
use crate::usecase::World;
use crate::usecase::administration::{AdminError, RevokeApiKey};
use crate::usecase::setup_links::RevokeSetupLink;

/// How many keys are read at once.
const AT_ONCE: u32 = 100;

/// Keeps an administrator out: they are signed out everywhere, and the setup links that they had mailed end.
#[derive(Clone)]
pub struct DisableAdministrator(pub World);

/// What becomes of the API keys that somebody made who is kept out. They know each of them, and programs use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysMade {
    /// They stay.
    Kept,
    /// They are revoked.
    Revoked,
}

impl DisableAdministrator {
    /// The administrator. First they are out, then the rest is revoked, each with an audit event of its own: where that fails on the way,
    /// doing all of it again does what is left.
    ///
    /// # Errors
    /// As [`ChangeAdministrator`], or the store's.
    #[tracing::instrument(name = "disable_administrator", skip_all, fields(administrator.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        id: AdministratorId,
        keys: KeysMade,
    ) -> Result<Administrator, AdminError> {
        let world = &self.0;
        let change = ChangeAdministrator(world.clone());
        let administrator = change.run(actor, id, None, &AdministratorChange::Disable).await?;
        RevokeSetupLink(world.clone()).all_of(actor, id).await?;
        if keys == KeysMade::Revoked {
            self.revoke_keys(actor, id).await?;
        }
        Ok(administrator)
    }

    async fn revoke_keys(&self, actor: &Actor, id: AdministratorId) -> Result<(), AdminError> {
        let revoke = RevokeApiKey(self.0.clone());
        let mut page = Page { after: None, limit: AT_ONCE };
        loop {
            let keys = self.0.store.api_keys_made_by(id, page).await?;
            for key in &keys.items {
                match revoke.run(actor, key.role.organization(), key.id).await {
                    // Somebody was faster.
                    Err(AdminError::NotFound(_)) => {}
                    revoked => revoked?,
                }
            }
            page.after = keys.next;
            if page.after.is_none() {
                return Ok(());
            }
        }
    }
}
