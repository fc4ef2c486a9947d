//! The page that says what went wrong and whom to tell. It tells a stranger nothing more.

use askama::Template;
use vestibule_domain::connection::TechnicalContact;
use vestibule_domain::organization::Organization;

use super::{Frame, Reader};
use crate::web::words::{self, Words};

#[derive(Template)]
#[template(path = "error.html")]
pub(in crate::web) struct ErrorPage {
    frame: Frame,
    code: &'static str,
    words: Words,
    reference: Option<String>,
    contact: Option<Contact>,
    /// Where to try again, where that makes sense.
    again: Option<String>,
}

struct Contact {
    name: String,
    email: String,
    phone: Option<String>,
}

impl ErrorPage {
    pub(in crate::web) fn new(
        reader: Reader,
        code: &'static str,
        reference: Option<&str>,
        organization: Option<&Organization>,
        contact: Option<&TechnicalContact>,
    ) -> Self {
        let frame = Frame::of(reader, organization);
        let words = words::failing(frame.language, code);
        Self {
            code,
            reference: reference.map(str::to_owned),
            contact: contact.map(|contact| Contact {
                name: contact.name.to_string(),
                email: contact.email.to_string(),
                phone: contact.phone.as_ref().map(ToString::to_string),
            }),
            again: frame.organization.as_ref().filter(|_| words.again).map(|named| named.login.clone()),
            words,
            frame,
        }
    }
}
