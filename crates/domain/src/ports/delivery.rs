//! How a message of ours reaches an identity provider: by the person's browser.

use crate::return_to::WebUrl;

/// What a browser is told, so that it carries a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Go there: the message is in the query (SAML bindings 2.0 §3.4).
    Redirect(WebUrl),
    /// Post this form (SAML bindings 2.0 §3.5).
    Post(MessageForm),
}

/// A form whose fields are a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageForm {
    /// Where it is posted.
    pub action: WebUrl,
    /// Whether a request or a response is in it.
    pub field: MessageField,
    /// The message, in base64.
    pub message: String,
    /// What comes back beside the answer; nothing where none is expected.
    pub relay_state: Option<String>,
}

/// The name under which a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageField {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

impl MessageField {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}
