//! How a message travels: in a URL, or in a form.

use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use url::{Url, form_urlencoded};
use vestibule_domain::ports::{MessageField, MessageForm, MetadataError};
use vestibule_domain::return_to::WebUrl;

/// The DEFLATE encoding (SAML bindings 2.0 §3.4.4.1), after whatever query the URL already has.
pub(super) fn redirect(
    location: &WebUrl,
    field: MessageField,
    xml: &str,
    relay_state: &str,
) -> Result<WebUrl, MetadataError> {
    let mut url = Url::parse(location.as_str()).map_err(|_| {
        MetadataError::new("invalid_sso_url", "The identity provider's SSO URL is not a URL.")
    })?;
    url.set_fragment(None);
    let message = parameter(field.name(), &STANDARD.encode(deflate(xml)));
    let message = format!("{message}&{}", parameter("RelayState", relay_state));
    let query = match url.query() {
        Some(own) if !own.is_empty() => format!("{own}&{message}"),
        _ => message,
    };
    url.set_query(Some(&query));
    WebUrl::parse(url).map_err(|_| {
        MetadataError::new(
            "invalid_sso_url",
            "The identity provider's SSO URL is too long or invalid for a redirect.",
        )
    })
}

/// The form of the POST binding (SAML bindings 2.0 §3.5.4).
pub(super) fn form(location: &WebUrl, field: MessageField, xml: &str, relay_state: &str) -> MessageForm {
    MessageForm {
        action: location.clone(),
        field,
        message: STANDARD.encode(xml),
        relay_state: Some(relay_state.to_owned()),
    }
}

fn parameter(name: &str, value: &str) -> String {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    format!("{name}={value}")
}

fn deflate(xml: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(xml.as_bytes());
    encoder.finish().unwrap_or_default()
}
