//! The page that carries a message to an identity provider.

use askama::Template;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::MessageForm;

use super::{Frame, Reader};

/// A form that sends itself, and has a button where scripts do not run.
#[derive(Template)]
#[template(path = "sending.html")]
pub(in crate::web) struct SendingPage {
    frame: Frame,
    action: String,
    field: &'static str,
    message: String,
    relay_state: Option<String>,
    nonce: String,
}

impl SendingPage {
    pub(in crate::web) fn new(
        reader: Reader,
        organization: &Organization,
        form: &MessageForm,
        nonce: &str,
    ) -> Self {
        Self {
            frame: Frame::of(reader, Some(organization)),
            action: form.action.to_string(),
            field: form.field.name(),
            message: form.message.clone(),
            relay_state: form.relay_state.clone(),
            nonce: nonce.to_owned(),
        }
    }
}
