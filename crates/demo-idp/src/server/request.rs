//! Reads an AuthnRequest (SAML core 2.0 §3.4.1; bindings 2.0 §3.4 and §3.5).

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use roxmltree::Document;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// An AuthnRequest inflates to this many bytes at most.
const LIMIT: u64 = 64 * 1024;

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    Redirect,
    Post,
}

/// What an AuthnRequest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuthnRequest {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) acs_url: Option<String>,
    pub(super) destination: Option<String>,
}

/// Why a request cannot be answered; the text is for a person.
#[derive(Debug, thiserror::Error)]
pub(super) enum RequestError {
    #[error("The request is not base64.")]
    Base64(#[from] base64::DecodeError),
    #[error("The request cannot be inflated, or is too large.")]
    Deflate,
    #[error("The request is not UTF-8.")]
    Encoding(#[from] std::string::FromUtf8Error),
    #[error("The request is not well-formed XML.")]
    Xml(#[from] roxmltree::Error),
    #[error("The request is not an AuthnRequest.")]
    Kind,
    #[error("The request has no {0}.")]
    Missing(&'static str),
}

impl AuthnRequest {
    pub(super) fn read(encoded: &str, binding: Binding) -> Result<Self, RequestError> {
        // Some send the POST binding's base64 in lines.
        let compact: String = encoded.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(compact)?;
        let bytes = match binding {
            Binding::Post => bytes,
            Binding::Redirect => inflate(&bytes)?,
        };
        Self::parse(&String::from_utf8(bytes)?)
    }

    fn parse(xml: &str) -> Result<Self, RequestError> {
        let document = Document::parse(xml)?;
        let root = document.root_element();
        if !root.has_tag_name((PROTOCOL, "AuthnRequest")) {
            return Err(RequestError::Kind);
        }
        let issuer = root
            .children()
            .find(|child| child.has_tag_name((SAML, "Issuer")))
            .and_then(|issuer| issuer.text())
            .ok_or(RequestError::Missing("Issuer"))?;
        Ok(Self {
            id: root.attribute("ID").ok_or(RequestError::Missing("ID"))?.to_owned(),
            issuer: issuer.trim().to_owned(),
            acs_url: root.attribute("AssertionConsumerServiceURL").map(str::to_owned),
            destination: root.attribute("Destination").map(str::to_owned),
        })
    }
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, RequestError> {
    let mut inflated = Vec::new();
    DeflateDecoder::new(bytes)
        .take(LIMIT + 1)
        .read_to_end(&mut inflated)
        .map_err(|_| RequestError::Deflate)?;
    if inflated.len() as u64 > LIMIT { Err(RequestError::Deflate) } else { Ok(inflated) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    const REQUEST: &str = r#"<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0"
        AssertionConsumerServiceURL="https://sp.example/acs"><i:Issuer
        xmlns:i="urn:oasis:names:tc:SAML:2.0:assertion"> https://sp.example </i:Issuer></p:AuthnRequest>"#;

    fn deflated(bytes: &[u8]) -> String {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        STANDARD.encode(encoder.finish().unwrap())
    }

    #[test]
    fn both_bindings_are_read() {
        let expected = AuthnRequest {
            id: "_1".to_owned(),
            issuer: "https://sp.example".to_owned(),
            acs_url: Some("https://sp.example/acs".to_owned()),
            destination: None,
        };
        assert_eq!(AuthnRequest::read(&deflated(REQUEST.as_bytes()), Binding::Redirect).unwrap(), expected);
        assert_eq!(AuthnRequest::read(&STANDARD.encode(REQUEST), Binding::Post).unwrap(), expected);
    }

    #[test]
    fn a_request_that_inflates_without_end_is_refused() {
        let bomb = deflated(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert!(matches!(AuthnRequest::read(&bomb, Binding::Redirect), Err(RequestError::Deflate)));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let read = |xml: &str| AuthnRequest::read(&STANDARD.encode(xml), Binding::Post);
        assert!(matches!(read("<a/>"), Err(RequestError::Kind)));
        assert!(matches!(read("<a>"), Err(RequestError::Xml(_))));
        assert!(matches!(read(&format!("<!DOCTYPE a>{REQUEST}")), Err(RequestError::Xml(_))));
        assert!(matches!(read(&REQUEST.replace("ID=", "Id=")), Err(RequestError::Missing("ID"))));
        assert!(matches!(AuthnRequest::read("%%%", Binding::Post), Err(RequestError::Base64(_))));
    }
}
