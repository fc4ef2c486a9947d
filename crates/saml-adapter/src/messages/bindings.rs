//! How a message travels: in a URL, or in a form.

use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use url::{Url, form_urlencoded};
use vestibule_domain::connection::Binding;
use vestibule_domain::ports::{
    Delivery, KeyError, MessageError, MessageField, MessageForm, MetadataError, Signer,
};
use vestibule_domain::return_to::WebUrl;

use super::enveloped;
use crate::names::RSA_METHODS;

/// A message that is to be sent.
pub(super) struct Outgoing {
    pub(super) field: MessageField,
    pub(super) id: String,
    pub(super) xml: String,
    pub(super) relay_state: Option<String>,
}

impl Outgoing {
    /// By the binding of an endpoint.
    pub(super) fn by(
        &self,
        binding: Binding,
        location: &WebUrl,
        signer: Signer<'_>,
    ) -> Result<Delivery, MessageError> {
        match binding {
            Binding::Redirect => self.in_url(location, Some(signer)),
            Binding::Post => Ok(self.in_form(location, Some(signer))?),
        }
    }

    /// By the DEFLATE encoding (SAML bindings 2.0 §3.4.4.1), after whatever query the URL already has. A signature covers the octets of
    /// the message alone, as they are sent, and none of that query.
    pub(super) fn in_url(
        &self,
        location: &WebUrl,
        signer: Option<Signer<'_>>,
    ) -> Result<Delivery, MessageError> {
        let mut url = Url::parse(location.as_str()).map_err(|_| {
            MetadataError::new("invalid_sso_url", "The identity provider's SSO URL is not a URL.")
        })?;
        url.set_fragment(None);
        let mut message = parameter(self.field.name(), &STANDARD.encode(deflate(&self.xml)));
        if let Some(relay_state) = &self.relay_state {
            message = format!("{message}&{}", parameter("RelayState", relay_state));
        }
        if let Some(signer) = signer {
            message = format!("{message}&{}", parameter("SigAlg", RSA_METHODS[0]));
            let signature = STANDARD.encode(signer.sign(message.as_bytes())?);
            message = format!("{message}&{}", parameter("Signature", &signature));
        }
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{message}"),
            _ => message,
        };
        url.set_query(Some(&query));
        let url = WebUrl::parse(url).map_err(|_| {
            MetadataError::new(
                "invalid_sso_url",
                "The identity provider's SSO URL is too long or invalid for a redirect.",
            )
        })?;
        Ok(Delivery::Redirect(url))
    }

    /// By a form (SAML bindings 2.0 §3.5.4), with the signature in the message.
    pub(super) fn in_form(
        &self,
        location: &WebUrl,
        signer: Option<Signer<'_>>,
    ) -> Result<Delivery, KeyError> {
        let message = match signer {
            Some(signer) => STANDARD.encode(enveloped::signed(&self.xml, &self.id, &signer)?),
            None => STANDARD.encode(&self.xml),
        };
        Ok(Delivery::Post(MessageForm {
            action: location.clone(),
            field: self.field,
            message,
            relay_state: self.relay_state.clone(),
        }))
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
