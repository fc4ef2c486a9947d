//! Identity provider metadata (SAML metadata 2.0).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::xml::Element;
use super::{MintError, SignatureOptions, SigningKey, Target, sign};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The HTTP-Redirect binding.
pub const BINDING_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// The HTTP-POST binding.
pub const BINDING_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Where to send a request, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The binding.
    pub binding: String,
    /// The URL.
    pub location: String,
}

/// A key of the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescriptor {
    /// `signing`, `encryption` or anything else; `None` is for both.
    pub usage: Option<String>,
    /// The text of `X509Certificate`.
    pub certificate: String,
}

/// The metadata of an identity provider, right or wrong.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The entity id.
    pub entity_id: String,
    /// The single sign-on services.
    pub sso: Vec<Endpoint>,
    /// The keys.
    pub keys: Vec<KeyDescriptor>,
    /// The formats of NameID.
    pub name_id_formats: Vec<String>,
    /// `WantAuthnRequestsSigned`.
    pub want_authn_requests_signed: Option<String>,
    /// `validUntil` of the entity.
    pub valid_until: Option<String>,
    /// `cacheDuration` of the entity.
    pub cache_duration: Option<String>,
    /// `cacheDuration` of the identity provider role.
    pub role_cache_duration: Option<String>,
    /// Raw XML at the end of the entity, such as an Organization.
    pub raw: String,
}

/// Metadata with one single sign-on URL, for both bindings, and these certificates (DER) for signing.
#[must_use]
pub fn metadata(entity_id: &str, sso_url: &str, certificates: &[Vec<u8>]) -> Metadata {
    let endpoint = |binding: &str| Endpoint { binding: binding.to_owned(), location: sso_url.to_owned() };
    Metadata {
        entity_id: entity_id.to_owned(),
        sso: vec![endpoint(BINDING_REDIRECT), endpoint(BINDING_POST)],
        keys: certificates
            .iter()
            .map(|der| KeyDescriptor { usage: Some("signing".to_owned()), certificate: STANDARD.encode(der) })
            .collect(),
        name_id_formats: vec![super::format::UNSPECIFIED.to_owned()],
        want_authn_requests_signed: Some("false".to_owned()),
        valid_until: None,
        cache_duration: None,
        role_cache_duration: None,
        raw: String::new(),
    }
}

impl Metadata {
    /// Changes anything: `.with(|m| m.keys.clear())`.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Adds a certificate (DER) for one use, or for both.
    #[must_use]
    pub fn key(mut self, usage: Option<&str>, certificate: &[u8]) -> Self {
        self.keys.push(KeyDescriptor {
            usage: usage.map(str::to_owned),
            certificate: STANDARD.encode(certificate),
        });
        self
    }

    /// The metadata as XML.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut role: String = self.keys.iter().map(key_descriptor).collect();
        role.extend(
            self.name_id_formats.iter().map(|format| Element::new("md", "NameIDFormat").text(format)),
        );
        role.extend(self.sso.iter().map(|endpoint| {
            Element::new("md", "SingleSignOnService")
                .attribute("Binding", &endpoint.binding)
                .attribute("Location", &endpoint.location)
                .around("")
        }));
        let role = Element::new("md", "IDPSSODescriptor")
            .optional("WantAuthnRequestsSigned", self.want_authn_requests_signed.as_deref())
            .optional("cacheDuration", self.role_cache_duration.as_deref())
            .attribute("protocolSupportEnumeration", PROTOCOL)
            .around(&role);
        Element::new("md", "EntityDescriptor")
            .namespace("md", METADATA)
            .attribute("ID", "_metadata")
            .optional("cacheDuration", self.cache_duration.as_deref())
            .attribute("entityID", &self.entity_id)
            .optional("validUntil", self.valid_until.as_deref())
            .around(&format!("{role}{}", self.raw))
    }

    /// The metadata as XML with a signature over all of it.
    ///
    /// # Errors
    ///
    /// Where raw XML makes it malformed, or OpenSSL refuses.
    pub fn signed(&self, key: &SigningKey, options: &SignatureOptions) -> Result<String, MintError> {
        sign(&self.xml(), &Target::Root, key, options)
    }
}

fn key_descriptor(key: &KeyDescriptor) -> String {
    let certificate = Element::new("ds", "X509Certificate").text(&key.certificate);
    let data = Element::new("ds", "X509Data").around(&certificate);
    let info = Element::new("ds", "KeyInfo").namespace("ds", XMLDSIG).around(&data);
    Element::new("md", "KeyDescriptor").optional("use", key.usage.as_deref()).around(&info)
}
