//! Administrators of the portal: how they come to be, sign in, and are kept out.

mod changing;
mod creating;
mod disabling;
mod first;
mod inviting;
mod lost_password;
mod naming;
mod password_links;
mod sessions;
mod sign_on;
mod signing_in;

pub use changing::{
    AdministratorChange, ChangeAdministrator, ChangeOwnPassword, OwnPasswordError, RoleDraft, SetPassword,
};
pub use creating::{AdministratorDraft, CreateAdministrator};
pub use disabling::{DisableAdministrator, KeysMade};
pub use first::{FirstAdministrator, FirstAdministratorError};
pub use inviting::{InvitationDraft, InviteAdministrator, InviteAgain, RevokeInvitation};
pub use lost_password::LosePassword;
pub use naming::{NameAdministratorsConnection, UnnameAdministratorsConnection};
pub use password_links::{OpenPasswordLink, PasswordLinkError, SetPasswordByLink};
pub use sessions::{EndPortalSessions, RecognizeAdministrator};
pub use sign_on::{
    BeginAdministratorSignOn, NotSignedOn, ReceiveAdministratorSignOn, SignOnAnswer, SignOnAttempt,
    SignOnBegun,
};
pub use signing_in::{AdministratorSignIn, AdministratorSignInError, SignInAdministrator};

use serde::Serialize;

use super::administration::AdminError;
use super::world::World;
use crate::administrator::{Administrator, AdministratorRole, Password, SingleSignOn, WeakPassword};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, OrganizationId};
use crate::ports::{Actor, Origin, PasswordError, Passwords, SignedInAdministrator};

impl World {
    /// The administrator of an id.
    ///
    /// # Errors
    /// There is none, or the store's.
    pub async fn administrator(&self, id: AdministratorId) -> Result<Administrator, AdminError> {
        self.store.administrator(id).await?.ok_or(AdminError::NotFound("administrator"))
    }
}

impl Administrator {
    /// Them, doing something from `origin`.
    #[must_use]
    pub fn acting_from(&self, origin: Origin) -> Actor {
        Actor::Administrator {
            id: self.id,
            email: self.email.clone(),
            operator: self.role.is_operator(),
            origin,
        }
    }
}

impl SignedInAdministrator {
    /// Them, doing something from `origin`.
    #[must_use]
    pub fn acting_from(&self, origin: Origin) -> Actor {
        self.administrator.acting_from(origin)
    }
}

/// A password that the owner of an address chooses, or why they may not.
async fn chosen(
    passwords: &dyn Passwords,
    text: &str,
    email: Option<&EmailAddress>,
) -> Result<Result<Password, WeakPassword>, PasswordError> {
    let password = match Password::chosen(text, email) {
        Ok(password) => password,
        Err(weak) => return Ok(Err(weak)),
    };
    let email = email.map(EmailAddress::as_str).unwrap_or_default();
    let (name, domain) = email.split_once('@').unwrap_or_default();
    let guessable = passwords.is_guessable(&password, &[email, name, domain, "vestibule"]).await?;
    Ok(if guessable { Err(WeakPassword::Guessable) } else { Ok(password) })
}

/// An administrator in the audit trail.
#[derive(Serialize)]
struct Described<'a> {
    email: &'a EmailAddress,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizations: Option<Vec<OrganizationId>>,
    disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_sign_on: Option<&'static str>,
}

impl<'a> From<&'a Administrator> for Described<'a> {
    fn from(administrator: &'a Administrator) -> Self {
        Self {
            email: &administrator.email,
            role: administrator.role.as_str(),
            organizations: match &administrator.role {
                AdministratorRole::Operator => None,
                AdministratorRole::OrganizationAdmin(organizations) => {
                    Some(organizations.iter().copied().collect())
                }
            },
            disabled: administrator.disabled,
            single_sign_on: match &administrator.single_sign_on {
                SingleSignOn::Forbidden => None,
                other => Some(other.as_str()),
            },
        }
    }
}
