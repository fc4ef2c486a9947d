//! The page that says what went wrong and whom to tell. It tells a stranger nothing more.

use askama::Template;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use vestibule_domain::connection::TechnicalContact;
use vestibule_domain::organization::Organization;

use super::{Frame, Reader};
use crate::web::words::{self, Words};

/// What an address may have and its link must not show as it is (RFC 6068 §2).
const MEANS_SOMETHING: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'/')
    .add(b'?')
    .add(b'#')
    .add(b'[')
    .add(b']')
    .add(b'&')
    .add(b';')
    .add(b'=');

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
    mailto: String,
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
                mailto: format!("mailto:{}", utf8_percent_encode(contact.email.as_str(), MEANS_SOMETHING)),
                email: contact.email.to_string(),
                phone: contact.phone.as_ref().map(ToString::to_string),
            }),
            again: frame.organization.as_ref().filter(|_| words.again).map(|named| named.login.clone()),
            words,
            frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_adds_nothing_to_the_mail_that_is_written_to_it() {
        let contact = TechnicalContact {
            name: "IT".parse().unwrap(),
            email: "it?bcc=eve&cc@acme.example".parse().unwrap(),
            phone: None,
        };
        let page = ErrorPage::new(Reader::default(), "not_found", None, None, Some(&contact));
        assert_eq!(page.contact.unwrap().mailto, "mailto:it%3Fbcc%3Deve%26cc@acme.example");
    }
}
