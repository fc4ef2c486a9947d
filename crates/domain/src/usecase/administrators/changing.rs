//! Changing administrators.

use std::sync::Arc;

use super::signing_in::{count_attempt, unless_busy};
use super::{AdministratorSignInError, Described, chosen};
use crate::administrator::{
    Administrator, AdministratorRole, AttemptKey, Password, PasswordHash, SingleSignOn, WeakPassword,
};
use crate::ids::{AdministratorId, Version};
use crate::organization::Organization;
use crate::ports::{
    Actor, Origin, PasswordError, Passwords, SessionsToEnd, SignedInAdministrator, StoreError,
};
use crate::problem::Problems;
use crate::text::OrganizationSlug;
use crate::usecase::World;
use crate::usecase::administration::{AdminError, decide_again, is_operator, must_be};

/// Changes what an operator can change of an administrator.
#[derive(Clone)]
pub struct ChangeAdministrator(pub World);

/// A change of an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdministratorChange {
    /// They are kept out from now on, and signed out everywhere.
    Disable,
    /// They may sign in again.
    Enable,
    /// They may do something else from now on.
    Role(RoleDraft),
    /// They may sign in by single sign-on.
    AllowSingleSignOn,
    /// They may not, and are signed out everywhere.
    ForbidSingleSignOn,
    /// They are linked to no identity any more: the next one that has their address is theirs. They are signed out everywhere.
    ForgetIdentity,
}

impl AdministratorChange {
    /// Whether it is of how somebody signs in, as their password is, and not of what they may do: that anybody may do to themselves who may
    /// do it to others.
    fn is_of_how_they_sign_in(&self) -> bool {
        matches!(self, Self::AllowSingleSignOn | Self::ForbidSingleSignOn | Self::ForgetIdentity)
    }
}

/// What an administrator may do, as somebody wrote it, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleDraft {
    /// The role's word.
    pub role: String,
    /// Which organizations, by their slugs, where the role is of organizations.
    pub organizations: Vec<String>,
}

/// The most organizations that somebody is made an administrator of.
const MOST_ORGANIZATIONS: usize = 200;

impl RoleDraft {
    /// The role that it describes, and its organizations.
    ///
    /// # Errors
    /// The store's; within, all faults at once.
    pub(super) async fn parse(
        &self,
        world: &World,
    ) -> Result<Result<(AdministratorRole, Vec<Organization>), Problems>, AdminError> {
        let mut problems = Problems::default();
        match self.role.as_str() {
            "operator" => return Ok(Ok((AdministratorRole::Operator, Vec::new()))),
            "organization_admin" => {}
            _ => problems.add("/role", "invalid", "must be operator or organization_admin"),
        }
        problems.at_most(MOST_ORGANIZATIONS, self.organizations.len(), "/organizations");
        if !problems.0.is_empty() {
            return Ok(Err(problems));
        }
        let mut named = Vec::new();
        for text in &self.organizations {
            let found = match OrganizationSlug::parse(text) {
                Ok(slug) => world.store.organization(&slug).await?,
                Err(_) => None,
            };
            match found {
                Some(organization) => named.push(organization),
                None => {
                    problems.add("/organizations", "invalid", format!("there is no organization {text:?}"));
                }
            }
        }
        if named.is_empty() && problems.0.is_empty() {
            problems.add("/organizations", "required", "name at least one organization");
        }
        let ids = named.iter().map(|organization| organization.id).collect();
        Ok(problems.into_result((AdministratorRole::OrganizationAdmin(ids), named)))
    }
}

impl ChangeAdministrator {
    /// The administrator after the change, on the version that the change was decided at, if it says so. One who changes nothing writes
    /// nothing. Nobody keeps themselves out, so that somebody is always
    /// left who can let the others in again.
    ///
    /// # Errors
    /// No such administrator, no operator, oneself, a stale version, faults of the role, the last operator who can sign in, or the store's.
    #[tracing::instrument(name = "change_administrator", skip_all, fields(administrator.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        id: AdministratorId,
        expected: Option<Version>,
        change: &AdministratorChange,
    ) -> Result<Administrator, AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let own = matches!(actor, Actor::Administrator { id: own, .. } if *own == id);
        if own && !change.is_of_how_they_sign_in() {
            return Err(AdminError::Oneself);
        }
        decide_again(|| self.attempt(actor, id, expected, change)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        id: AdministratorId,
        expected: Option<Version>,
        change: &AdministratorChange,
    ) -> Result<Administrator, AdminError> {
        let world = &self.0;
        let before = world.administrator(id).await?;
        must_be(before.version, expected)?;
        let mut after = before.clone();
        let (action, ending) = match change {
            AdministratorChange::Role(draft) => {
                (after.role, _) = draft.parse(world).await??;
                ("administrator.role_changed", SessionsToEnd::None)
            }
            AdministratorChange::Disable => {
                after.disabled = true;
                ("administrator.disabled", SessionsToEnd::All)
            }
            AdministratorChange::Enable => {
                after.disabled = false;
                ("administrator.enabled", SessionsToEnd::None)
            }
            AdministratorChange::AllowSingleSignOn => {
                if before.single_sign_on == SingleSignOn::Forbidden {
                    after.single_sign_on = SingleSignOn::Allowed;
                }
                ("administrator.single_sign_on_allowed", SessionsToEnd::None)
            }
            AdministratorChange::ForbidSingleSignOn => {
                after.single_sign_on = SingleSignOn::Forbidden;
                ("administrator.single_sign_on_forbidden", SessionsToEnd::All)
            }
            AdministratorChange::ForgetIdentity => {
                if before.single_sign_on.is_linked() {
                    after.single_sign_on = SingleSignOn::Allowed;
                }
                ("administrator.identity_forgotten", SessionsToEnd::All)
            }
        };
        if after == before {
            return Ok(before);
        }
        if !after.is_able_operator() && world.store.is_last_operator(id).await? {
            let mut problems = Problems::default();
            let pointer = if after.disabled { "/disabled" } else { "/role" };
            problems.add(
                pointer,
                "last_operator",
                "nobody else could sign in as an operator: make another one first",
            );
            return Err(problems.into());
        }
        after.version = before.version.next();
        let audit =
            world.audit(actor, None, action, id).from(&Described::from(&before)).to(&Described::from(&after));
        world.store.replace_administrator(&after, ending, &audit).await?;
        Ok(after)
    }
}

/// Sets somebody's password at the command line: for the day when they have lost theirs.
#[derive(Clone)]
pub struct SetPassword {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
}

impl SetPassword {
    /// The administrator, who is signed out everywhere.
    ///
    /// # Errors
    /// A fault of the password, no such administrator, or the store's.
    #[tracing::instrument(name = "set_password", skip_all, fields(administrator.id = %id))]
    pub async fn run(&self, id: AdministratorId, new: &str) -> Result<Administrator, AdminError> {
        let email = self.world.administrator(id).await?.email;
        let new = chosen(&*self.passwords, new, Some(&email)).await?.map_err(|weak| {
            let mut problems = Problems::default();
            problems.add("/password", "weak_password", weak.to_string());
            problems
        })?;
        let hash = self.passwords.hash(&new).await?;
        decide_again(|| self.attempt(id, &hash)).await
    }

    async fn attempt(&self, id: AdministratorId, hash: &PasswordHash) -> Result<Administrator, AdminError> {
        let world = &self.world;
        let before = world.administrator(id).await?;
        let version = before.version.next();
        let after = Administrator { password: Some(hash.clone()), version, ..before };
        let audit = world.audit(&Actor::CommandLine, None, "administrator.password_set", id);
        world.store.replace_administrator(&after, SessionsToEnd::All, &audit).await?;
        Ok(after)
    }
}

/// Lets a signed-in administrator choose another password.
#[derive(Clone)]
pub struct ChangeOwnPassword {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
}

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnPasswordError {
    /// The present one is wrong, or there were too many attempts.
    #[error(transparent)]
    Present(#[from] AdministratorSignInError),
    /// The new one cannot be chosen.
    #[error(transparent)]
    New(#[from] WeakPassword),
    /// Somebody else changed the administrator meanwhile.
    #[error("the administrator was changed meanwhile")]
    Stale,
}

impl From<PasswordError> for OwnPasswordError {
    fn from(error: PasswordError) -> Self {
        Self::Present(error.into())
    }
}

impl From<StoreError> for OwnPasswordError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Stale,
            error => Self::Present(error.into()),
        }
    }
}

impl ChangeOwnPassword {
    /// Takes the new password, if the present one is right. All other sessions end.
    ///
    /// # Errors
    /// See [`OwnPasswordError`].
    #[tracing::instrument(name = "change_own_password", skip_all, fields(administrator.id = %who.administrator.id))]
    pub async fn run(
        &self,
        who: &SignedInAdministrator,
        present: &str,
        new: &str,
        origin: Origin,
    ) -> Result<(), OwnPasswordError> {
        let (world, administrator) = (&self.world, &who.administrator);
        let new = chosen(&*self.passwords, new, Some(&administrator.email)).await??;
        // Whoever sits down before another's open session has no more attempts than at the door.
        let key = AttemptKey::of(administrator.email.as_str(), origin.address);
        let counted = count_attempt(world, &key).await?;
        let present = Password::presented(present);
        let verified = self.passwords.verify(present.as_ref(), administrator.password.as_ref()).await;
        if !unless_busy(world, &key, counted, verified).await? {
            return Err(AdministratorSignInError::Refused.into());
        }
        let after = Administrator {
            password: Some(self.passwords.hash(&new).await?),
            version: administrator.version.next(),
            ..administrator.clone()
        };
        let actor = administrator.acting_from(origin);
        let audit = world.audit(&actor, None, "administrator.password_changed", administrator.id);
        let ending = SessionsToEnd::AllBut(who.session.id);
        Ok(world.store.replace_administrator(&after, ending, &audit).await?)
    }
}
