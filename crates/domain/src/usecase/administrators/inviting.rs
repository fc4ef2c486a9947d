//! Inviting administrators by mail.

use std::collections::BTreeSet;

use super::creating::new;
use super::password_links::{link_for, who_writes_to};
use super::{Described, RoleDraft};
use crate::administrator::{Administrator, AdministratorRole, PasswordLink, may_be_mailed};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, OrganizationId};
use crate::letter::{LetterContent, ToAdministrator};
use crate::organization::Organization;
use crate::ports::{Actor, Page};
use crate::problem::Problems;
use crate::token::SecretKey;
use crate::usecase::World;
use crate::usecase::administration::{AdminError, Bounded, decide_again, is_operator};

/// Makes an administrator without a password, and mails them a link by which they set one.
#[derive(Clone)]
pub struct InviteAdministrator {
    /// The store, the time and chance.
    pub world: World,
    /// From which the link is derived.
    pub secret_key: SecretKey,
}

/// An invitation as somebody wrote it, not looked at yet.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct InvitationDraft {
    /// To whom.
    pub email: String,
    /// What they may do.
    pub role: RoleDraft,
}

impl std::fmt::Debug for InvitationDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationDraft(…)")
    }
}

impl InviteAdministrator {
    /// The new administrator. Who is no operator invites into the organization `within` alone.
    ///
    /// # Errors
    /// Faults of the draft, a taken address, somebody who is no operator and has no organization, as many administrators as an organization
    /// may have, or the store's.
    #[tracing::instrument(name = "invite_administrator", skip_all)]
    pub async fn run(
        &self,
        actor: &Actor,
        draft: &InvitationDraft,
        within: Option<&Organization>,
    ) -> Result<Administrator, AdminError> {
        let world = &self.world;
        let mut problems = Problems::default();
        let email = problems.text("/email", EmailAddress::parse(draft.email.trim()));
        let (role, by) = match within {
            Some(organization) => {
                let role = AdministratorRole::OrganizationAdmin(BTreeSet::from([organization.id]));
                (Some(role), Some(organization.clone()))
            }
            None if !is_operator(actor) => return Err(AdminError::OperatorOnly),
            None => match draft.role.parse(world).await? {
                Ok((role, mut named)) => (Some(role), if named.len() == 1 { named.pop() } else { None }),
                Err(faults) => {
                    problems.extend(faults);
                    (None, None)
                }
            },
        };
        let (Some(email), Some(role)) = (email, role) else { return Err(problems.into()) };
        if let AdministratorRole::OrganizationAdmin(organizations) = &role {
            for organization in organizations {
                self.must_have_room(*organization).await?;
            }
        }
        let administrator = new(world, email, role, None);
        let (link, letter) =
            link_for(world, &self.secret_key, &administrator, by.as_ref(), true, invited_by(actor));
        let audit = world.audit(actor, within.map(|one| one.id), "administrator.invited", administrator.id);
        let audit = audit.to(&Described::from(&administrator));
        world.store.invite_administrator(&administrator, &link, &letter, &audit).await?;
        Ok(administrator)
    }

    async fn must_have_room(&self, organization: OrganizationId) -> Result<(), AdminError> {
        let page = Page { after: None, limit: Bounded::Administrators.most() };
        let administrators = self.world.store.administrators(Some(organization), page).await?;
        Bounded::Administrators.one_more_than(administrators.items.len())
    }
}

/// Mails somebody who was invited another link.
#[derive(Clone)]
pub struct InviteAgain {
    /// The store, the time and chance.
    pub world: World,
    /// From which the link is derived.
    pub secret_key: SecretKey,
}

impl InviteAgain {
    /// Mails it. Who is no operator does so for those who were invited into the organization `within` alone.
    ///
    /// # Errors
    /// Nobody is invited so, they were mailed lately, or the store's.
    #[tracing::instrument(name = "invite_again", skip_all, fields(administrator.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        id: AdministratorId,
        within: Option<OrganizationId>,
    ) -> Result<(), AdminError> {
        let world = &self.world;
        decide_again(|| async move {
            let administrator = invited(world, actor, id, within).await?;
            let links = world.store.password_links(id).await?;
            let made: Vec<_> = links.iter().map(|link| link.created_at).collect();
            may_be_mailed(&made, world.now()).map_err(AdminError::TooSoon)?;
            let by = who_writes_to(world, &administrator).await?;
            let (link, letter) =
                link_for(world, &self.secret_key, &administrator, by.as_ref(), true, invited_by(actor));
            let audit = world.audit(actor, within, "administrator.invited_again", id);
            let seen = links.first().map(|link| link.id);
            Ok(world.store.add_password_link(&link, seen, &letter, &audit).await?)
        })
        .await
    }
}

/// Takes back an invitation that was not accepted yet.
#[derive(Clone)]
pub struct RevokeInvitation(pub World);

impl RevokeInvitation {
    /// Removes who was invited; their links work no more. Who is no operator does so for those who were invited into the organization
    /// `within` alone.
    ///
    /// # Errors
    /// Nobody is invited so, or the store's.
    #[tracing::instrument(name = "revoke_invitation", skip_all, fields(administrator.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        id: AdministratorId,
        within: Option<OrganizationId>,
    ) -> Result<(), AdminError> {
        let world = &self.0;
        decide_again(|| async move {
            let administrator = invited(world, actor, id, within).await?;
            if !administrator.is_awaited() {
                return Err(AdminError::NotFound("administrator"));
            }
            let audit = world.audit(actor, within, "administrator.invitation_revoked", id);
            let audit = audit.from(&Described::from(&administrator));
            Ok(world.store.remove_invited(id, administrator.version, &audit).await?)
        })
        .await
    }
}

/// Somebody who was invited and has not come yet: anybody for an operator; for others, who administers that organization and no other.
async fn invited(
    world: &World,
    actor: &Actor,
    id: AdministratorId,
    within: Option<OrganizationId>,
) -> Result<Administrator, AdminError> {
    let administrator = world.administrator(id).await?;
    let is_theirs = match within {
        Some(within) => administrator.role.is_of_only(within),
        None if is_operator(actor) => true,
        None => return Err(AdminError::OperatorOnly),
    };
    if is_theirs && administrator.is_invited() {
        Ok(administrator)
    } else {
        Err(AdminError::NotFound("administrator"))
    }
}

/// What the letter says, with who invites.
fn invited_by(actor: &Actor) -> impl FnOnce(ToAdministrator, &PasswordLink) -> LetterContent {
    let invited_by = actor.administrator_email().cloned();
    move |about, link| LetterContent::Invitation {
        about,
        link: link.id,
        invited_by,
        expires_at: link.expires_at,
    }
}
