//! Making administrators.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Described, chosen};
use crate::administrator::{Administrator, AdministratorRole, PasswordHash, SingleSignOn};
use crate::email::EmailAddress;
use crate::ids::Version;
use crate::ports::{Actor, Passwords};
use crate::problem::Problems;
use crate::usecase::administration::{AdminError, is_operator};
use crate::usecase::{KeyOwner, World};

/// Makes an administrator with a password, for somebody who answers for the installation.
#[derive(Clone)]
pub struct CreateAdministrator {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
}

/// A new administrator as somebody wrote it, not looked at yet.
#[derive(Clone, Default)]
pub struct AdministratorDraft {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl std::fmt::Debug for AdministratorDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdministratorDraft(…)")
    }
}

impl AdministratorDraft {
    /// The address, and the hash of the password.
    ///
    /// # Errors
    /// All faults at once, or passwords cannot be looked at.
    pub(super) async fn parse(
        &self,
        passwords: &dyn Passwords,
    ) -> Result<(EmailAddress, PasswordHash), AdminError> {
        let mut problems = Problems::default();
        let email = problems.text("/email", EmailAddress::parse(self.email.trim()));
        let password = match chosen(passwords, &self.password, email.as_ref()).await? {
            Ok(password) => Some(password),
            Err(weak) => {
                problems.add("/password", "weak_password", weak.to_string());
                None
            }
        };
        match (email, password) {
            (Some(email), Some(password)) => Ok((email, passwords.hash(&password).await?)),
            _ => Err(problems.into()),
        }
    }
}

impl CreateAdministrator {
    /// The new administrator: an operator, or one of an organization.
    ///
    /// # Errors
    /// Faults of the draft, a taken address, no operator, no such organization, passwords cannot be looked at, or the store's.
    #[tracing::instrument(name = "create_administrator", skip_all)]
    pub async fn run(
        &self,
        actor: &Actor,
        draft: &AdministratorDraft,
        owner: &KeyOwner,
    ) -> Result<Administrator, AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let world = &self.world;
        let role = match owner {
            KeyOwner::Operator => AdministratorRole::Operator,
            KeyOwner::Organization(slug) => {
                AdministratorRole::OrganizationAdmin(BTreeSet::from([world.organization(slug).await?.id]))
            }
        };
        let (email, password) = draft.parse(&*self.passwords).await?;
        let administrator = new(world, email, role, Some(password));
        let audit = world.audit(actor, None, "administrator.created", administrator.id);
        let audit = audit.to(&Described::from(&administrator));
        world.store.add_administrator(&administrator, &audit).await?;
        Ok(administrator)
    }
}

/// An administrator who has never signed in.
pub(super) fn new(
    world: &World,
    email: EmailAddress,
    role: AdministratorRole,
    password: Option<PasswordHash>,
) -> Administrator {
    Administrator {
        id: world.id(),
        email,
        role,
        password,
        single_sign_on: SingleSignOn::Forbidden,
        disabled: false,
        version: Version::FIRST,
        created_at: world.now(),
        last_signed_in_at: None,
    }
}
