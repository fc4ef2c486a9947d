//! Sessions in the portal.

use crate::administrator::{IDLE_LIMIT, USE_COUNTS_FOR};
use crate::ids::AdministratorId;
use crate::ports::{Actor, SessionsToEnd, SignedInAdministrator, StoreError};
use crate::token::Token;
use crate::usecase::administration::is_operator;
use crate::usecase::{AdminError, World};

/// Finds out who is signed in.
#[derive(Clone)]
pub struct RecognizeAdministrator(pub World);

impl RecognizeAdministrator {
    /// Whose session a token is, if it has not ended. That it is used is written down, now and then.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, token: &Token) -> Result<Option<SignedInAdministrator>, StoreError> {
        let world = &self.0;
        let now = world.now();
        let found = world.store.portal_session(&token.hash(), now, now - IDLE_LIMIT).await?;
        if let Some(SignedInAdministrator { session, .. }) = &found
            && now - session.last_seen_at >= USE_COUNTS_FOR
        {
            world.store.note_portal_use(session.id, now).await?;
        }
        Ok(found)
    }
}

/// Ends sessions of an administrator.
#[derive(Clone)]
pub struct EndPortalSessions(pub World);

impl EndPortalSessions {
    /// Ends them: one's own, or, for an operator, anybody's.
    ///
    /// # Errors
    /// No such administrator, no operator, or the store's.
    #[tracing::instrument(name = "end_portal_sessions", skip_all, fields(administrator.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        id: AdministratorId,
        ending: SessionsToEnd,
    ) -> Result<(), AdminError> {
        let own = matches!(actor, Actor::Administrator { id: own, .. } if *own == id);
        if !own && !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let audit = self.0.audit(actor, None, "administrator.sessions_ended", id);
        match self.0.store.end_portal_sessions(id, ending, &audit).await {
            Err(StoreError::Conflict) => Err(AdminError::NotFound("administrator")),
            ended => Ok(ended?),
        }
    }
}
