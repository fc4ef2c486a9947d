//! Sessions of a user.

use crate::ids::UserId;
use crate::ports::Actor;
use crate::text::OrganizationSlug;
use crate::usecase::administration::{AdminError, World, decide_again};

/// Signs a user out everywhere. They can sign in again.
#[derive(Clone)]
pub struct EndSessions(pub World);

impl EndSessions {
    /// Ends all sessions of the user.
    ///
    /// # Errors
    /// No such user, or the store's.
    #[tracing::instrument(name = "end_sessions", skip_all, fields(organization.slug = %slug, user.id = %id))]
    pub async fn run(&self, actor: &Actor, slug: &OrganizationSlug, id: UserId) -> Result<(), AdminError> {
        decide_again(|| self.attempt(actor, slug, id)).await
    }

    async fn attempt(&self, actor: &Actor, slug: &OrganizationSlug, id: UserId) -> Result<(), AdminError> {
        let world = &self.0;
        let (organization, user) = world.user(slug, id).await?;
        let audit = world.audit(actor, Some(organization.id), "user.sessions_ended", id);
        Ok(world.store.end_sessions_of(organization.id, user.id, &audit).await?)
    }
}
