//! Links to the single sign-on pages of one organization: mailed, used, and revoked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::administration::{AdminError, Bounded, decide_again};
use super::world::World;
use crate::administrator::{IDLE_LIMIT, SESSION_LIMIT, USE_COUNTS_FOR};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, SetupLinkId};
use crate::letter::{Letter, LetterContent, ToAdministrator};
use crate::organization::Organization;
use crate::ports::{Actor, Origin, SettingUp, StoreError};
use crate::problem::Problems;
use crate::setup_link::{LIFETIME, SetupLink, SetupSession};
use crate::token::{SecretKey, Token};

/// Mails somebody a link to the single sign-on pages of an organization.
#[derive(Clone)]
pub struct SendSetupLink {
    /// The store, the time and chance.
    pub world: World,
    /// From which the link is derived.
    pub secret_key: SecretKey,
}

/// A setup link in the audit trail.
#[derive(Serialize)]
struct Described<'a> {
    email: &'a EmailAddress,
    expires_at: DateTime<Utc>,
}

impl<'a> From<&'a SetupLink> for Described<'a> {
    fn from(link: &'a SetupLink) -> Self {
        Self { email: &link.email, expires_at: link.expires_at }
    }
}

impl SendSetupLink {
    /// The new link.
    ///
    /// # Errors
    /// A fault of the address, as many links as there may be, or the store's.
    #[tracing::instrument(name = "send_setup_link", skip_all, fields(organization.slug = %organization.slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        organization: &Organization,
        email: &str,
    ) -> Result<SetupLink, AdminError> {
        let world = &self.world;
        let mut problems = Problems::default();
        let email = problems.text("/email", EmailAddress::parse(email.trim()));
        let Some(email) = email else { return Err(problems.into()) };
        Bounded::SetupLinks.one_more_than(world.store.setup_links(organization.id).await?.len())?;
        let (now, id) = (world.now(), world.id::<SetupLinkId>());
        let link = SetupLink {
            id,
            organization_id: organization.id,
            email,
            token_hash: self.secret_key.setup_token(id).hash(),
            created_by: actor.clone().acting_from(Origin::default()),
            created_at: now,
            expires_at: now + LIFETIME,
            last_used_at: None,
        };
        let letter = Letter {
            id: world.id(),
            organization_id: Some(organization.id),
            to: link.email.clone(),
            user_id: None,
            content: LetterContent::SetupLink {
                about: ToAdministrator::by(Some(organization)),
                link: id,
                invited_by: actor.administrator_email().cloned(),
                expires_at: link.expires_at,
            },
            created_at: now,
        };
        let audit = world.audit(actor, Some(organization.id), "setup_link.created", id);
        world.store.add_setup_link(&link, &letter, &audit.to(&Described::from(&link))).await?;
        Ok(link)
    }
}

/// Revokes a link: nobody gets in by it from the next request on, and whoever is in is out.
#[derive(Clone)]
pub struct RevokeSetupLink(pub World);

impl RevokeSetupLink {
    /// Revokes it.
    ///
    /// # Errors
    /// There is no such link of the organization, or the store's.
    #[tracing::instrument(name = "revoke_setup_link", skip_all, fields(organization.slug = %organization.slug, link.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        organization: &Organization,
        id: SetupLinkId,
    ) -> Result<(), AdminError> {
        decide_again(|| async move {
            let links = self.0.store.setup_links(organization.id).await?;
            let link = links.iter().find(|link| link.id == id).ok_or(AdminError::NotFound("setup link"))?;
            self.attempt(actor, link).await
        })
        .await
    }

    async fn attempt(&self, actor: &Actor, link: &SetupLink) -> Result<(), AdminError> {
        let audit = self.0.audit(actor, Some(link.organization_id), "setup_link.revoked", link.id);
        let audit = audit.from(&Described::from(link));
        Ok(self.0.store.remove_setup_link(link.organization_id, link.id, &audit).await?)
    }

    /// Revokes all that an administrator had mailed, in whichever organization.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn all_of(
        &self,
        actor: &Actor,
        administrator: AdministratorId,
    ) -> Result<(), AdminError> {
        for link in self.0.store.setup_links_made_by(administrator).await? {
            match self.attempt(actor, &link).await {
                // Somebody was faster.
                Err(AdminError::Store(StoreError::Conflict)) => {}
                revoked => revoked?,
            }
        }
        Ok(())
    }
}

/// Lets in whoever comes by a link.
#[derive(Clone)]
pub struct OpenSetupLink(pub World);

/// Why nobody is let in.
#[derive(Debug, thiserror::Error)]
pub enum SetupLinkError {
    /// There is no such link, or not any more.
    #[error("the link is too old, or was revoked")]
    Gone,
    /// It could not be done.
    #[error(transparent)]
    Failed(#[from] AdminError),
}

impl From<StoreError> for SetupLinkError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Gone,
            error => Self::Failed(error.into()),
        }
    }
}

impl OpenSetupLink {
    /// The link, and where it leads. Changes nothing: mail scanners open links.
    ///
    /// # Errors
    /// There is no such link, or the store's.
    pub async fn look(&self, token: &Token) -> Result<(SetupLink, Organization), SetupLinkError> {
        let found = self.0.store.setup_link(&token.hash(), self.0.now()).await?;
        let (link, slug) = found.ok_or(SetupLinkError::Gone)?;
        Ok((link, self.0.organization(&slug).await?))
    }

    /// The token of a new session, which ends with the link at the latest, and where it leads.
    ///
    /// # Errors
    /// There is no such link, or the store's.
    #[tracing::instrument(name = "open_setup_link", skip_all)]
    pub async fn run(
        &self,
        token: &Token,
        instead_of: Option<&Token>,
        origin: Origin,
    ) -> Result<(Token, Organization), SetupLinkError> {
        let world = &self.0;
        let (link, organization) = self.look(token).await?;
        let (now, session_token) = (world.now(), Token::generate(&*world.random));
        let session = SetupSession {
            id: world.id(),
            organization_id: link.organization_id,
            link_id: link.id,
            token_hash: session_token.hash(),
            address: origin.address,
            created_at: now,
            last_seen_at: now,
            expires_at: link.expires_at.min(now + SESSION_LIMIT),
        };
        let audit =
            world.audit(&link.acting_from(origin), Some(link.organization_id), "setup_link.used", link.id);
        let before = instead_of.map(Token::hash);
        world.store.begin_setup_session(&session, before.as_ref(), &audit).await?;
        Ok((session_token, organization))
    }
}

/// Finds out who came by a setup link.
#[derive(Clone)]
pub struct RecognizeSetup(pub World);

impl RecognizeSetup {
    /// Whose session a token is, if it has not ended. That it is used is written down, now and then.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, token: &Token) -> Result<Option<SettingUp>, StoreError> {
        let world = &self.0;
        let now = world.now();
        let found = world.store.setup_session(&token.hash(), now, now - IDLE_LIMIT).await?;
        if let Some(SettingUp { session, .. }) = &found
            && now - session.last_seen_at >= USE_COUNTS_FOR
        {
            world.store.note_setup_use(session, now).await?;
        }
        Ok(found)
    }
}

impl SetupLink {
    /// Whoever came by it, doing something from `origin`.
    #[must_use]
    pub fn acting_from(&self, origin: Origin) -> Actor {
        Actor::SetupLink { id: self.id, email: self.email.clone(), origin }
    }
}
