//! The messages that this service writes: requests, and its own metadata.

use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use quick_xml::escape::escape;
use url::Url;
use vestibule_domain::connection::{Binding, Certificate, IdpMetadata};
use vestibule_domain::ports::{MetadataError, RequestMessage, SamlMessages, ServiceProvider};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::service_key::{KeyUsage, ServiceKey};

use crate::metadata;
use crate::names::{
    CONTENT_ENCRYPTION, DS, HTTP_POST, MD, NAME_ID_FORMATS, RSA_OAEP, RSA_OAEP_MGF1P, SAML, SAMLP,
};

/// Writes and reads messages as XML. Requests go by redirect, and are not signed, also where the metadata wants it: products
/// (Keycloak is one) say so always, and then decide by a setting of their own.
#[derive(Debug, Clone, Copy, Default)]
pub struct XmlMessages;

impl SamlMessages for XmlMessages {
    fn authn_request(
        &self,
        request: &RequestMessage<'_>,
        identity_provider: &IdpMetadata,
    ) -> Result<WebUrl, MetadataError> {
        let endpoint = identity_provider
            .sso_endpoints
            .iter()
            .find(|endpoint| endpoint.binding == Binding::Redirect)
            .ok_or_else(|| {
                MetadataError::new(
                    "no_redirect_endpoint",
                    "The identity provider takes requests by the HTTP-POST binding alone, and this service sends them by HTTP-Redirect.",
                )
            })?;
        redirect(&endpoint.location, &authn_request_xml(request, &endpoint.location), request.relay_state)
    }

    fn sp_metadata(&self, service_provider: &ServiceProvider, keys: &[ServiceKey]) -> String {
        let keys = KeyUsage::ALL.iter().flat_map(|usage| ServiceKey::published(keys, *usage));
        let keys = keys.map(key_descriptor).collect::<Vec<_>>().concat();
        let formats = NAME_ID_FORMATS
            .map(|format| format!("    <md:NameIDFormat>{format}</md:NameIDFormat>\n"))
            .concat();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="{MD}" entityID="{}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="{SAMLP}">
{keys}{formats}    <md:AssertionConsumerService Binding="{HTTP_POST}" Location="{}" index="0" isDefault="true"/>
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

/// SAML core 2.0 §3.4.1. Which `NameID` comes back is the identity provider's affair, so no policy asks for one.
fn authn_request_xml(request: &RequestMessage<'_>, destination: &WebUrl) -> String {
    let service_provider = request.service_provider;
    format!(
        concat!(
            r#"<samlp:AuthnRequest xmlns:samlp="{}" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}" "#,
            r#"ProtocolBinding="{}" AssertionConsumerServiceURL="{}">"#,
            r#"<saml:Issuer xmlns:saml="{}">{}</saml:Issuer></samlp:AuthnRequest>"#,
        ),
        SAMLP,
        escape(request.id),
        request.issued_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        escape(destination.as_str()),
        HTTP_POST,
        escape(service_provider.acs_url()),
        SAML,
        escape(service_provider.entity_id()),
    )
}

/// The DEFLATE encoding (SAML bindings 2.0 §3.4.4.1), after whatever query the URL already has.
fn redirect(location: &WebUrl, xml: &str, relay_state: &str) -> Result<WebUrl, MetadataError> {
    let invalid = |_| {
        MetadataError::new(
            "invalid_sso_url",
            "The identity provider's SSO URL is too long or invalid for a redirect.",
        )
    };
    let mut url = Url::parse(location.as_str()).map_err(|_| {
        MetadataError::new("invalid_sso_url", "The identity provider's SSO URL is not a URL.")
    })?;
    url.set_fragment(None);
    url.query_pairs_mut()
        .append_pair("SAMLRequest", &STANDARD.encode(deflate(xml)))
        .append_pair("RelayState", relay_state);
    WebUrl::parse(url).map_err(invalid)
}

fn deflate(xml: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(xml.as_bytes());
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use vestibule_domain::connection::{Certificate, SsoEndpoint};
    use vestibule_domain::ports::Random;
    use vestibule_domain::service_key::{KeyState, SealedKey};
    use vestibule_domain::testing::CountingRandom;
    use vestibule_domain::text::{EntityId, OrganizationSlug};

    use super::*;

    fn service_provider(url: &str) -> ServiceProvider {
        ServiceProvider::new(url, &OrganizationSlug::parse("acme").unwrap())
    }

    fn identity_provider(endpoints: &[(Binding, &str)]) -> IdpMetadata {
        IdpMetadata {
            entity_id: EntityId::parse("https://idp.example/metadata").unwrap(),
            sso_endpoints: endpoints
                .iter()
                .map(|(binding, url)| SsoEndpoint {
                    binding: *binding,
                    location: WebUrl::parse(*url).unwrap(),
                })
                .collect(),
            certificates: Vec::new(),
            wants_signed_requests: false,
            valid_until: None,
            cache_seconds: None,
        }
    }

    fn request(service_provider: &ServiceProvider, idp: &IdpMetadata) -> Result<Url, MetadataError> {
        let message = RequestMessage {
            id: "_0123",
            relay_state: "a&b=c d+e",
            service_provider,
            issued_at: "2026-11-24T08:00:00.75Z".parse().unwrap(),
        };
        Ok(Url::parse(XmlMessages.authn_request(&message, idp)?.as_str()).unwrap())
    }

    fn value(url: &Url, name: &str) -> String {
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    }

    fn xml(url: &Url) -> String {
        let deflated = STANDARD.decode(value(url, "SAMLRequest")).unwrap();
        let mut xml = String::new();
        flate2::read::DeflateDecoder::new(&deflated[..]).read_to_string(&mut xml).unwrap();
        xml
    }

    #[test]
    fn a_request_says_where_to_answer() {
        let idp = identity_provider(&[
            (Binding::Post, "https://idp.example/post"),
            (Binding::Redirect, "https://idp.example/sso"),
        ]);
        let url = request(&service_provider("https://sso.example.com/"), &idp).unwrap();
        assert!(url.as_str().starts_with("https://idp.example/sso?SAMLRequest="));
        assert_eq!(value(&url, "RelayState"), "a&b=c d+e");
        insta::assert_snapshot!(xml(&url), @r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_0123" Version="2.0" IssueInstant="2026-11-24T08:00:00Z" Destination="https://idp.example/sso" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="https://sso.example.com/sso/acme/acs"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://sso.example.com/sso/acme/metadata</saml:Issuer></samlp:AuthnRequest>"#);
    }

    #[test]
    fn a_query_of_the_sso_url_stays_and_is_escaped_in_the_request() {
        let idp = identity_provider(&[(Binding::Redirect, "https://idp.example/sso?idpid=C0%20&x='1'#part")]);
        let url = request(&service_provider("https://sso.example.com"), &idp).unwrap();
        assert!(
            url.as_str().starts_with("https://idp.example/sso?idpid=C0%20&x=%271%27&SAMLRequest="),
            "{url}"
        );
        assert_eq!(url.fragment(), None);
        let xml = xml(&url);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let destination = document.root_element().attribute("Destination");
        assert_eq!(destination, Some("https://idp.example/sso?idpid=C0%20&x='1'#part"));
    }

    #[test]
    fn what_an_identity_provider_wants_and_cannot_get_is_told() {
        let sp = service_provider("https://sso.example.com");
        let post_only = identity_provider(&[(Binding::Post, "https://idp.example/post")]);
        assert_eq!(request(&sp, &post_only).unwrap_err().code, "no_redirect_endpoint");
        let long = format!("https://idp.example/{}", "x".repeat(2_000));
        let long = identity_provider(&[(Binding::Redirect, &long)]);
        assert_eq!(request(&sp, &long).unwrap_err().code, "invalid_sso_url");
    }

    #[test]
    fn an_identity_provider_that_wants_signed_requests_is_asked_all_the_same() {
        let mut keycloak = identity_provider(&[(Binding::Redirect, "https://idp.example/sso")]);
        keycloak.wants_signed_requests = true;
        assert!(request(&service_provider("https://sso.example.com"), &keycloak).is_ok());
    }

    #[test]
    fn metadata_of_this_service() {
        let xml = XmlMessages.sp_metadata(&service_provider("https://sso.example.com"), &[]);
        insta::assert_snapshot!(xml);
        let odd = XmlMessages.sp_metadata(&service_provider("https://a.example/?x=1&y=\"<"), &[]);
        assert!(roxmltree::Document::parse(&odd).is_ok());
        let read = XmlMessages.parse_idp_metadata(&xml, "2026-11-24T08:00:00Z".parse().unwrap());
        assert_eq!(read.unwrap_err().code, "service_provider_metadata");
    }

    fn key(usage: KeyUsage, state: KeyState, der: &[u8]) -> ServiceKey {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let certificate = Certificate {
            der: der.to_vec(),
            subject: "CN=Vestibule".into(),
            sha256_fingerprint: String::new(),
            not_before: now,
            not_after: now,
        };
        let id = (&CountingRandom::default() as &dyn Random).id(now);
        ServiceKey { id, usage, state, certificate, sealed: SealedKey(Vec::new()), created_at: now }
    }

    #[test]
    fn metadata_has_the_keys_of_the_service_the_current_one_first() {
        let keys = [
            key(KeyUsage::Encryption, KeyState::Previous, b"previous"),
            key(KeyUsage::Encryption, KeyState::Next, b"next"),
            key(KeyUsage::Encryption, KeyState::Current, b"current"),
            key(KeyUsage::Signing, KeyState::Next, b"sign next"),
            key(KeyUsage::Signing, KeyState::Current, b"sign"),
        ];
        let xml = XmlMessages.sp_metadata(&service_provider("https://sso.example.com"), &keys);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let certificates = document.descendants().filter(|node| node.has_tag_name((DS, "X509Certificate")));
        let published: Vec<_> =
            certificates.map(|node| STANDARD.decode(node.text().unwrap()).unwrap()).collect();
        let expected: [&[u8]; 5] = [b"sign", b"sign next", b"current", b"next", b"previous"];
        assert_eq!(published, expected);
        insta::assert_snapshot!(xml);
    }
}
