//! The messages that this service writes: requests, and its own metadata.

mod authn_request;
mod bindings;
mod enveloped;
mod logout;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use quick_xml::escape::escape;
use vestibule_domain::connection::{Binding, Certificate, IdpMetadata, SsoEndpoint};
use vestibule_domain::ports::{
    Delivery, MessageError, MessageField, MetadataError, RequestMessage, SamlMessages, ServiceProvider,
    Signer,
};
use vestibule_domain::service_key::{KeyUsage, ServiceKey};

use self::bindings::Outgoing;
use crate::metadata;
use crate::names::{
    CONTENT_ENCRYPTION, DS, HTTP_POST, HTTP_REDIRECT, MD, NAME_ID_FORMATS, RSA_OAEP, RSA_OAEP_MGF1P, SAMLP,
};

/// Writes and reads messages as XML.
#[derive(Debug, Clone, Copy, Default)]
pub struct XmlMessages;

impl SamlMessages for XmlMessages {
    fn authn_request(
        &self,
        request: &RequestMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Option<Signer<'_>>,
    ) -> Result<Delivery, MessageError> {
        let by = |binding| {
            identity_provider.sso_endpoints.iter().find(move |endpoint| endpoint.binding == binding)
        };
        let message = |endpoint: &SsoEndpoint| Outgoing {
            field: MessageField::Request,
            id: request.id.to_owned(),
            xml: authn_request::xml(request, &endpoint.location),
            relay_state: Some(request.relay_state.to_owned()),
        };
        let form = |endpoint: &SsoEndpoint| message(endpoint).in_form(&endpoint.location, signer);
        match (by(Binding::Redirect), by(Binding::Post)) {
            (Some(endpoint), post) => match (message(endpoint).in_url(&endpoint.location, signer), post) {
                // A form has room for what no URL has.
                (Err(MessageError::Metadata(_)), Some(endpoint)) => Ok(form(endpoint)?),
                (sent, _) => sent,
            },
            (None, Some(endpoint)) => Ok(form(endpoint)?),
            (None, None) => Err(MetadataError::new(
                "no_sso_endpoint",
                "The identity provider takes requests neither by the HTTP-Redirect nor by the HTTP-POST binding.",
            )
            .into()),
        }
    }

    fn sp_metadata(&self, service_provider: &ServiceProvider, keys: &[ServiceKey]) -> String {
        let keys = KeyUsage::ALL.iter().flat_map(|usage| ServiceKey::published(keys, *usage));
        let keys = keys.map(key_descriptor).collect::<Vec<_>>().concat();
        let slo_url = service_provider.slo_url();
        let logout = [HTTP_REDIRECT, HTTP_POST].map(|binding| {
            format!("    <md:SingleLogoutService Binding=\"{binding}\" Location=\"{}\"/>\n", escape(&slo_url))
        });
        let logout = logout.concat();
        let formats = NAME_ID_FORMATS
            .map(|format| format!("    <md:NameIDFormat>{format}</md:NameIDFormat>\n"))
            .concat();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="{MD}" entityID="{}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="{SAMLP}">
{keys}{logout}{formats}    <md:AssertionConsumerService Binding="{HTTP_POST}" Location="{}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"#,
            escape(service_provider.entity_id()),
            escape(service_provider.acs_url()),
        )
    }

    fn signed_metadata(&self, xml: &str, by: &Certificate) -> Result<String, MetadataError> {
        metadata::signed(xml, by)
    }

    fn parse_certificate(&self, pem: &str) -> Result<Certificate, MetadataError> {
        metadata::from_pem(pem)
    }

    fn parse_idp_metadata(&self, xml: &str, now: DateTime<Utc>) -> Result<IdpMetadata, MetadataError> {
        metadata::parse(xml, now)
    }
}

/// SAML metadata 2.0 §2.4.1.1. Of several keys of a use many products take the first, which is the current one.
fn key_descriptor(key: &ServiceKey) -> String {
    let methods: &[&str] = match key.usage {
        KeyUsage::Signing => &[],
        KeyUsage::Encryption => &[&CONTENT_ENCRYPTION[..], &[RSA_OAEP_MGF1P, RSA_OAEP]].concat(),
    };
    let method = |name: &&str| format!("      <md:EncryptionMethod Algorithm=\"{name}\"/>\n");
    let methods = methods.iter().map(method).collect::<Vec<_>>().concat();
    format!(
        r#"    <md:KeyDescriptor use="{}">
      <ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
{methods}    </md:KeyDescriptor>
"#,
        key.usage,
        STANDARD.encode(&key.certificate.der),
    )
}

#[cfg(test)]
mod tests;
