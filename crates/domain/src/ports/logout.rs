//! Messages of single logout, as they arrive (SAML profiles 2.0 §4.4).

use chrono::{DateTime, Utc};

use super::{Delivery, MessageError, MessageField, Rejection, ServiceProvider, Signer};
use crate::connection::{Binding, IdpMetadata};
use crate::name_id::NameIdentifier;
use crate::text::EntityId;

/// A message as it was received. Its `Debug` tells nothing of what is in it.
#[derive(Clone, PartialEq, Eq)]
pub enum ReceivedMessage {
    /// In the query of a URL (SAML bindings 2.0 §3.4): all of it, undecoded, because the signature is over its octets.
    Redirect(String),
    /// In a form (SAML bindings 2.0 §3.5).
    Post {
        /// Under which name it stood there.
        field: MessageField,
        /// The message, in base64.
        message: String,
        /// What stood beside it.
        relay_state: Option<String>,
    },
}

impl ReceivedMessage {
    /// How it travelled.
    #[must_use]
    pub fn binding(&self) -> Binding {
        match self {
            Self::Redirect(_) => Binding::Redirect,
            Self::Post { .. } => Binding::Post,
        }
    }
}

impl std::fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReceivedMessage({:?})", self.binding())
    }
}

/// A message that its identity provider has signed, and that is meant for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutMessage {
    /// What it says.
    pub content: LogoutContent,
    /// What came beside it: at most 80 bytes (SAML bindings 2.0 §3.4.3).
    pub relay_state: Option<String>,
}

/// What a message of single logout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogoutContent {
    /// Somebody has signed out (SAML core 2.0 §3.7.1).
    Request {
        /// Its ID, which the answer names.
        id: String,
        /// Who.
        name_id: NameIdentifier,
        /// Of which sessions; of all, where none is named.
        session_indexes: Vec<String>,
        /// When it was issued.
        issued_at: DateTime<Utc>,
    },
    /// An answer to a request of ours (SAML core 2.0 §3.7.2).
    Response {
        /// Which one.
        in_response_to: Option<String>,
        /// Whether the identity provider has ended all that it knows of.
        outcome: LogoutOutcome,
    },
}

/// What an identity provider says of a logout that it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// Its session has ended, and those that it knows of elsewhere.
    Ended,
    /// Its session has ended, and not all of those elsewhere (`PartialLogout`, SAML core 2.0 §3.7.3.2).
    Partly,
    /// It failed.
    Failed,
}

/// Why a message of single logout is not believed. The text is for an operator, and names no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutRejection {
    /// The query lacks one of its parameters, or has one twice.
    #[error("the query has not exactly one message with SigAlg and Signature")]
    Parameters,
    /// Another encoding of the message than DEFLATE.
    #[error("the message in the query is not DEFLATE in base64, or is larger than {0} bytes")]
    NotDeflated(usize),
    /// A RelayState that nobody may send.
    #[error("the RelayState has more than 80 bytes")]
    RelayStateTooLong,
    /// The root is another element, or not what the parameter says.
    #[error("the document is not the LogoutRequest or LogoutResponse that it was sent as")]
    NotALogoutMessage,
    /// The message in a query has a signature inside (SAML bindings 2.0 §3.4.4.1 has it removed).
    #[error("the message in the query has a signature inside, beside that of the query")]
    SignedInside,
    /// Neither the message nor the query is signed.
    #[error("the message is not signed")]
    NotSigned,
    /// Another algorithm of the query's signature.
    #[error("the query is signed by another method than RSA or ECDSA with SHA-256, SHA-384 or SHA-512")]
    SignatureMethod,
    /// Sent to another address, or to none.
    #[error("the message's Destination is not this service's single logout address")]
    Destination,
    /// From another identity provider.
    #[error("the message's Issuer is not the identity provider of a connection of the organization")]
    Issuer,
    /// Who signs out is not named by a NameID in the clear.
    #[error("the request does not name one person by a NameID that is not encrypted")]
    NameId,
    /// More sessions than anybody has.
    #[error("the request names more than {0} sessions")]
    TooManySessions(usize),
    /// The time of the request is over.
    #[error("the time of the request is over")]
    Expired,
    /// No request of ours is answered, or one that has expired.
    #[error("the response answers no request of this service")]
    UnknownRequest,
    /// As of any other message.
    #[error(transparent)]
    Message(#[from] Rejection),
}

/// Believes messages of single logout or not. CPU only.
pub trait LogoutVerifier: Send + Sync {
    /// Who a message says it is from, before anything vouches for it: it serves to find the connection.
    ///
    /// # Errors
    /// The message cannot be read.
    fn issuer(&self, received: &ReceivedMessage) -> Result<EntityId, LogoutRejection>;

    /// What a message says, if it is to be believed. `slo_url` is our address for such messages. The caller judges whether a request of
    /// ours is answered.
    ///
    /// # Errors
    /// The first check that failed.
    fn verify(
        &self,
        received: &ReceivedMessage,
        trusted: &IdpMetadata,
        slo_url: &str,
        now: DateTime<Utc>,
    ) -> Result<LogoutMessage, LogoutRejection>;
}

/// Writes messages of single logout.
pub trait LogoutMessages: Send + Sync {
    /// A LogoutRequest (SAML core 2.0 §3.7.1) on its way to the identity provider, signed. None where the identity provider takes no
    /// such messages.
    ///
    /// # Errors
    /// The key does not sign, or the message does not fit into the identity provider's URL.
    fn logout_request(
        &self,
        request: &LogoutRequestMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Signer<'_>,
    ) -> Result<Option<Delivery>, MessageError>;

    /// A LogoutResponse (SAML core 2.0 §3.7.2) on its way to the identity provider, signed: by the binding that the request came by, if the
    /// identity provider takes answers by it. None where it takes no such messages.
    ///
    /// # Errors
    /// As [`LogoutMessages::logout_request`].
    fn logout_response(
        &self,
        response: &LogoutResponseMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Signer<'_>,
    ) -> Result<Option<Delivery>, MessageError>;
}

/// What a LogoutRequest says.
#[derive(Debug, Clone, Copy)]
pub struct LogoutRequestMessage<'a> {
    /// Its ID.
    pub id: &'a str,
    /// Who asks.
    pub service_provider: &'a ServiceProvider,
    /// Who signs out, as the identity provider named them.
    pub name_id: &'a NameIdentifier,
    /// Of which of the identity provider's sessions, if it named one.
    pub session_index: Option<&'a str>,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// Until when it is good.
    pub not_on_or_after: DateTime<Utc>,
}

/// What a LogoutResponse says: that the sessions here have ended.
#[derive(Debug, Clone, Copy)]
pub struct LogoutResponseMessage<'a> {
    /// Its ID.
    pub id: &'a str,
    /// The ID of the request.
    pub in_response_to: &'a str,
    /// How the request came.
    pub binding: Binding,
    /// What came beside the request, and goes back as it is.
    pub relay_state: Option<&'a str>,
    /// Who answers.
    pub service_provider: &'a ServiceProvider,
    /// When.
    pub issued_at: DateTime<Utc>,
}
