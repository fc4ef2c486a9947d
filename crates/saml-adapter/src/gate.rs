//! What must hold of a response before any cryptography, and before libxml or xmlsec see a byte of it.
//!
//! Linear in the size of the response: [`scan`] bounds depth, elements, attributes and namespaces before the parser
//! builds a tree, and the tree is walked a fixed number of times.

mod document;
mod encryption;
mod scan;
mod shape;
mod signatures;

pub(crate) use document::{body, decode, normalize, with_line_feeds};
pub(crate) use encryption::{ContentEncryption, Encrypted, KeyTransport, Mode, OaepHash};
use roxmltree::{Document, Node};
pub(crate) use scan::{Asides, scan};
pub(crate) use signatures::{Hash, KeyKind, Signature, signature_method};
use vestibule_domain::ports::Rejection;

use crate::limits::MAX_ELEMENTS;
use crate::xml;

/// A response of the one shape that is accepted. Nothing vouches for what it says.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    /// The root.
    pub(crate) response: Node<'a, 'a>,
    /// What it carries.
    pub(crate) payload: Payload<'a>,
    /// The Response's own signature.
    pub(crate) response_signature: Option<Signature<'a>>,
    /// The Assertion's own signature.
    pub(crate) assertion_signature: Option<Signature<'a>>,
}

/// What a response carries: exactly one assertion, in one of two forms.
#[derive(Debug)]
pub(crate) enum Payload<'a> {
    /// An Assertion.
    Plain(Node<'a, 'a>),
    /// An `EncryptedAssertion`.
    Encrypted(Encrypted<'a>),
}

/// The tree of a response's XML.
pub(crate) fn parse(xml: &str) -> Result<Document<'_>, Rejection> {
    scan(xml, MAX_ELEMENTS, Asides::Refused)?;
    xml::parse(xml, MAX_ELEMENTS).ok_or(Rejection::NotWellFormed)
}

/// Whether an `EncryptedAssertion` holds what was sent, or what was decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it was sent.
    Received,
    /// The Assertion stands in the place of the `EncryptedData`.
    Decrypted,
}

/// Judges the shape of a response and of its signatures.
pub(crate) fn inspect<'a>(document: &'a Document<'a>, form: Form) -> Result<Envelope<'a>, Rejection> {
    let response = shape::response(document)?;
    shape::ids(document)?;
    shape::children(response)?;
    let payload = shape::payload(document, response, form)?;
    shape::extensions(response)?;
    let assertion = match payload {
        Payload::Plain(assertion) => Some(assertion),
        Payload::Encrypted(_) => None,
    };
    signatures::places(document, response, assertion)?;
    Ok(Envelope {
        response,
        payload,
        response_signature: signatures::of(response)?,
        assertion_signature: assertion.map(signatures::of).transpose()?.flatten(),
    })
}

/// The signature of a message other than a Response, which stands after its Issuer and is the only signature of the document.
pub(crate) fn message_signature<'a>(document: &'a Document<'a>) -> Result<Option<Signature<'a>>, Rejection> {
    let root = document.root_element();
    shape::ids(document)?;
    signatures::places(document, root, None)?;
    signatures::of(root)
}

/// The signature of a document's root, which is the root's first child and the only signature of the document.
pub(crate) fn root_signature<'a>(document: &'a Document<'a>) -> Result<Option<Signature<'a>>, Rejection> {
    let root = document.root_element();
    signatures::only_on(document, root)?;
    let Some(signature) = signatures::of(root)? else { return Ok(None) };
    shape::ids(document)?;
    Ok(Some(signature))
}
