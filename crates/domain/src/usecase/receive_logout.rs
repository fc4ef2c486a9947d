//! An identity provider says that somebody has signed out, or answers that it has done so for us.

use std::sync::Arc;

use super::begin_sign_in::message_id;
use super::sign_in::SKEW;
use super::world::World;
use crate::connection::{Binding, ConnectionView};
use crate::organization::Organization;
use crate::ports::{
    Delivery, Keysmith, LogoutContent, LogoutMessage, LogoutMessages, LogoutOutcome, LogoutRejection,
    LogoutResponseMessage, LogoutVerifier, MessageError, NamedSessions, ReceivedMessage, ServiceProvider,
    Signer, StoreError,
};
use crate::text::OrganizationSlug;
use crate::token::SecretKey;

/// Ends the sessions that an identity provider names, and takes its answers (SAML profiles 2.0 §4.4).
#[derive(Clone)]
pub struct ReceiveLogout {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes the message or not.
    pub verifier: Arc<dyn LogoutVerifier>,
    /// Who writes the answer.
    pub messages: Arc<dyn LogoutMessages>,
    /// Who signs it.
    pub keysmith: Arc<dyn Keysmith>,
    /// By which requests of ours are recognised.
    pub secret_key: SecretKey,
    /// The address under which people reach this service.
    pub public_url: String,
}

/// What a message of single logout came to.
#[derive(Debug, Clone)]
pub enum LogoutAnswer {
    /// The sessions have ended, and the identity provider is told so.
    Answered {
        /// Whose sessions they were.
        organization: Organization,
        /// How; none where it wants no answer.
        delivery: Option<Delivery>,
    },
    /// The identity provider says what became of its own session.
    SignedOut {
        /// Where the person was signed in.
        organization: Organization,
        /// What it says.
        outcome: LogoutOutcome,
    },
}

/// Why a message was not taken. In every case nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// No organization has that slug.
    #[error("there is no such organization")]
    OrganizationNotFound,
    /// Nobody vouches for the message, or it is not for us.
    #[error("the message is not believed: {rejection}")]
    NotBelieved {
        /// To which organization it was sent.
        organization: Box<Organization>,
        /// Why.
        rejection: LogoutRejection,
    },
    /// The sessions have ended, but the answer cannot be written.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReceiveLogout {
    /// Believes the message or not, and does what it says.
    ///
    /// # Errors
    /// See [`LogoutError`].
    #[tracing::instrument(name = "receive_logout", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        slug: &OrganizationSlug,
        received: &ReceivedMessage,
    ) -> Result<LogoutAnswer, LogoutError> {
        let store = &self.world.store;
        let organization = store.organization(slug).await?.ok_or(LogoutError::OrganizationNotFound)?;
        let (view, believed) = match self.judge(&organization, received).await? {
            Ok(judged) => judged,
            Err(rejection) => {
                tracing::warn!(logout.detail = %rejection, "message of single logout not believed");
                return Err(LogoutError::NotBelieved { organization: Box::new(organization), rejection });
            }
        };
        match believed.content {
            LogoutContent::Response { outcome, .. } => Ok(LogoutAnswer::SignedOut { organization, outcome }),
            LogoutContent::Request { id, name_id, session_indexes, issued_at } => {
                let named = NamedSessions {
                    organization_id: organization.id,
                    connection_id: view.connection.id,
                    name_id,
                    session_indexes,
                    begun_until: issued_at + SKEW,
                };
                let ended = store.end_named_sessions(&named).await?;
                let key = &view.connection.details.key;
                tracing::info!(sessions = ended, connection.key = %key, "the identity provider ended sessions");
                let delivery =
                    self.answer(&view, received.binding(), &id, believed.relay_state.as_deref()).await?;
                Ok(LogoutAnswer::Answered { organization, delivery })
            }
        }
    }

    /// The connection whose identity provider the message is from, and what it says; or why it is not believed. A connection that is
    /// disabled signs nobody in, but its sessions may end.
    async fn judge(
        &self,
        organization: &Organization,
        received: &ReceivedMessage,
    ) -> Result<Result<(Arc<ConnectionView>, LogoutMessage), LogoutRejection>, StoreError> {
        let issuer = match self.verifier.issuer(received) {
            Ok(issuer) => issuer,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let view = self.world.store.connection_by_issuer(organization.id, &issuer).await?;
        let found = view.as_ref().and_then(|view| Some((view, view.connection.identity_provider.as_ref()?)));
        let Some((view, provider)) = found else { return Ok(Err(LogoutRejection::Issuer)) };
        let now = self.world.now();
        let slo_url = ServiceProvider::new(&self.public_url, &organization.slug).slo_url();
        let believed = self.verifier.verify(received, &provider.metadata, &slo_url, now);
        let believed = believed.and_then(|message| match &message.content {
            LogoutContent::Response { in_response_to, .. } => {
                let id = in_response_to.as_deref().unwrap_or_default();
                let ours = self.secret_key.is_logout_request_id(id, organization.id, now);
                if ours { Ok(message) } else { Err(LogoutRejection::UnknownRequest) }
            }
            LogoutContent::Request { .. } => Ok(message),
        });
        Ok(believed.map(|message| (Arc::clone(view), message)))
    }

    async fn answer(
        &self,
        view: &ConnectionView,
        binding: Binding,
        in_response_to: &str,
        relay_state: Option<&str>,
    ) -> Result<Option<Delivery>, LogoutError> {
        let Some(provider) = &view.connection.identity_provider else { return Ok(None) };
        let message = LogoutResponseMessage {
            id: &message_id(&self.world),
            in_response_to,
            binding,
            relay_state,
            service_provider: &ServiceProvider::new(&self.public_url, &view.organization.slug),
            issued_at: self.world.now(),
        };
        let keys = self.world.store.service_keys().await?;
        let signer = Signer::current(&*self.keysmith, &keys).map_err(MessageError::Key)?;
        Ok(self.messages.logout_response(&message, &provider.metadata, signer)?)
    }
}
