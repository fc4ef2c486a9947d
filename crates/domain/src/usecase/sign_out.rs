//! A person signs out here.

use std::sync::Arc;

use chrono::Duration;

use super::world::World;
use crate::connection::ConnectionView;
use crate::ports::{
    Delivery, Keysmith, LogoutMessages, LogoutRequestMessage, MessageError, ServiceProvider, SignedIn,
    Signer, StoreError,
};
use crate::token::SecretKey;

/// Ends a person's session, and where the connection wants it sends them to the identity provider, to sign out there, too.
#[derive(Clone)]
pub struct SignOut {
    /// The store, the time and chance.
    pub world: World,
    /// Who writes the request.
    pub messages: Arc<dyn LogoutMessages>,
    /// Who signs it.
    pub keysmith: Arc<dyn Keysmith>,
    /// By which the answer will be recognised.
    pub secret_key: SecretKey,
    /// The address under which people reach this service.
    pub public_url: String,
}

/// How long an answer is waited for, and the request is good.
const PENDING: Duration = Duration::minutes(10);

impl SignOut {
    /// Ends the session. Answers how the person is sent to the identity provider, if they are.
    ///
    /// # Errors
    /// The store's. That the identity provider cannot be asked is none: the session here has ended by then.
    #[tracing::instrument(name = "sign_out", skip_all, fields(organization.slug = %signed_in.organization.slug))]
    pub async fn run(&self, signed_in: &SignedIn) -> Result<Option<Delivery>, StoreError> {
        let store = &self.world.store;
        store.end_session(&signed_in.session.token_hash).await?;
        let view = store.connection_by_key(signed_in.organization.id, &signed_in.connection).await?;
        let Some(view) = view.filter(|view| view.connection.details.requests.single_logout) else {
            return Ok(None);
        };
        match self.request(signed_in, &view).await {
            Ok(delivery) => Ok(delivery),
            Err(error) => {
                tracing::warn!(error = %error, "the identity provider cannot be asked to end its session");
                Ok(None)
            }
        }
    }

    async fn request(
        &self,
        signed_in: &SignedIn,
        view: &ConnectionView,
    ) -> Result<Option<Delivery>, AskError> {
        let session = &signed_in.session;
        let (Some(provider), Some(name_id)) = (&view.connection.identity_provider, &session.name_id) else {
            return Ok(None);
        };
        let issued_at = self.world.now();
        let not_on_or_after = issued_at + PENDING;
        let organization = view.organization.id;
        let message = LogoutRequestMessage {
            id: &self.secret_key.logout_request_id(organization, not_on_or_after, &*self.world.random),
            service_provider: &ServiceProvider::new(&self.public_url, &view.organization.slug),
            name_id,
            session_index: session.session_index.as_deref(),
            issued_at,
            not_on_or_after,
        };
        let keys = self.world.store.service_keys().await?;
        let signer = Signer::current(&*self.keysmith, &keys).map_err(MessageError::Key)?;
        Ok(self.messages.logout_request(&message, &provider.metadata, signer)?)
    }
}

/// Why the identity provider cannot be asked.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
