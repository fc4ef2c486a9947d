//! A person wants to sign in.

use std::sync::Arc;

use chrono::Duration;

use super::world::World;
use crate::connection::{Connection, IdentityProvider};
use crate::organization::Organization;
use crate::ports::{
    Delivery, Keysmith, MessageError, RequestMessage, SamlMessages, ServiceProvider, Signer, StoreError,
};
use crate::return_to::{ReturnTo, ReturnToNotAllowed};
use crate::sign_in::LoginRequest;
use crate::text::{ConnectionKey, OrganizationSlug};
use crate::token::Token;

/// Sends a person to their identity provider with a request of ours.
#[derive(Clone)]
pub struct BeginSignIn {
    /// The store, the time and chance.
    pub world: World,
    /// Who writes the request.
    pub messages: Arc<dyn SamlMessages>,
    /// Who signs it.
    pub keysmith: Arc<dyn Keysmith>,
    /// The address under which people reach this service.
    pub public_url: String,
}

/// What a person asks for.
#[derive(Debug, Clone)]
pub struct LoginAttempt {
    /// To which organization.
    pub organization: OrganizationSlug,
    /// Through which connection, if they say.
    pub connection: Option<ConnectionKey>,
    /// Where they want to go afterwards.
    pub return_to: Option<String>,
    /// The cookie of the browser's pending sign-ins, if it has one.
    pub browser: Option<Token>,
}

/// How a sign-in begins.
#[derive(Debug, Clone)]
pub enum Begun {
    /// The person goes to the identity provider.
    Sent {
        /// How.
        delivery: Delivery,
        /// In whose name they are asked.
        organization: Organization,
        /// The cookie that binds the answer to this browser.
        browser: Token,
    },
    /// The person chooses first.
    Choose {
        /// Whose connections these are.
        organization: Organization,
        /// What there is to choose from.
        connections: Vec<Connection>,
    },
}

/// Why a sign-in cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// No organization has that slug.
    #[error("there is no such organization")]
    OrganizationNotFound,
    /// The organization has no such connection.
    #[error("there is no such connection")]
    ConnectionNotFound,
    /// No connection has an identity provider.
    #[error("single sign-on is not set up")]
    NotConfigured,
    /// The connection lets nobody in, or nobody who begins here.
    #[error("the connection is disabled")]
    ConnectionDisabled,
    /// The place to return to is not allowed.
    #[error(transparent)]
    ReturnTo(#[from] ReturnToNotAllowed),
    /// The identity provider cannot be asked.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How long an answer is waited for.
const PENDING: Duration = Duration::minutes(10);

impl BeginSignIn {
    /// Remembers a request and answers where to send the person.
    ///
    /// # Errors
    /// See [`BeginError`]; nothing is remembered then.
    #[tracing::instrument(name = "begin_sign_in", skip_all, fields(organization.slug = %attempt.organization))]
    pub async fn run(&self, attempt: &LoginAttempt) -> Result<Begun, BeginError> {
        let store = &self.world.store;
        let organization =
            store.organization(&attempt.organization).await?.ok_or(BeginError::OrganizationNotFound)?;
        let return_to = attempt
            .return_to
            .as_deref()
            .map(|place| ReturnTo::parse(place, &organization.allowed_return_origins))
            .transpose()?;
        let connections = store.connections(organization.id).await?;
        let connection = match &attempt.connection {
            Some(key) => {
                connections.iter().find(|c| c.details.key == *key).ok_or(BeginError::ConnectionNotFound)?
            }
            None => match connections.iter().filter(|c| can_begin(c)).collect::<Vec<_>>().as_slice() {
                [] => return Err(nothing_to_begin_with(&connections)),
                [only] => *only,
                several => {
                    let connections = several.iter().map(|connection| (*connection).clone()).collect();
                    return Ok(Begun::Choose { organization, connections });
                }
            },
        };
        if !connection.details.enabled || !connection.details.sp_initiated {
            return Err(BeginError::ConnectionDisabled);
        }
        let identity_provider = connection.identity_provider.as_ref().ok_or(BeginError::NotConfigured)?;
        self.send(organization, connection, identity_provider, return_to, attempt.browser.clone()).await
    }

    async fn send(
        &self,
        organization: Organization,
        connection: &Connection,
        identity_provider: &IdentityProvider,
        return_to: Option<ReturnTo>,
        browser: Option<Token>,
    ) -> Result<Begun, BeginError> {
        let id = message_id(&self.world);
        let delivery = self.asking(&organization, connection, identity_provider, &id).await?;
        // Several tabs of one browser share its cookie, so that one does not undo another's sign-in.
        let browser = browser.unwrap_or_else(|| Token::generate(&*self.world.random));
        let request = LoginRequest {
            id,
            organization_id: organization.id,
            connection_id: connection.id,
            browser: browser.hash(),
            return_to,
            expires_at: self.world.now() + PENDING,
        };
        self.world.store.open_request(&request).await?;
        Ok(Begun::Sent { delivery, organization, browser })
    }

    /// The request of that id, on its way.
    pub(super) async fn asking(
        &self,
        organization: &Organization,
        connection: &Connection,
        identity_provider: &IdentityProvider,
        id: &str,
    ) -> Result<Delivery, BeginError> {
        let service_provider = ServiceProvider::new(&self.public_url, &organization.slug);
        let message = RequestMessage {
            id,
            relay_state: id,
            service_provider: &service_provider,
            settings: connection.details.requests,
            issued_at: self.world.now(),
        };
        let metadata = &identity_provider.metadata;
        let signs = connection.details.requests.sign_requests.applies(metadata.wants_signed_requests);
        let keys = if signs { self.world.store.service_keys().await? } else { Vec::new() };
        let signer = if signs {
            Some(Signer::current(&*self.keysmith, &keys).map_err(MessageError::Key)?)
        } else {
            None
        };
        Ok(self.messages.authn_request(&message, metadata, signer)?)
    }
}

/// The ID of a message (SAML core 2.0 §1.3.4): `_` and 160 random bits.
pub(super) fn message_id(world: &World) -> String {
    format!("_{}", crate::token::hex(&world.random_bytes::<20>()))
}

pub(super) fn can_begin(connection: &Connection) -> bool {
    connection.details.enabled && connection.details.sp_initiated && connection.identity_provider.is_some()
}

fn nothing_to_begin_with(connections: &[Connection]) -> BeginError {
    let configured = connections.iter().any(|connection| connection.identity_provider.is_some());
    if configured { BeginError::ConnectionDisabled } else { BeginError::NotConfigured }
}
