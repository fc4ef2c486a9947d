//! The shape of a Response (SAML core 2.0 §3.2.2): one assertion in one place, and IDs that mean one element.

use std::collections::HashSet;

use roxmltree::{Document, Node};
use vestibule_domain::ports::Rejection;

use super::{Form, Payload, encryption};
use crate::checks;
use crate::names::{DS, SAML, SAMLP};
use crate::xml::{elements, is_nc_name, named};

/// The attributes that some parser or other takes for an ID, in whatever namespace.
const ID_ATTRIBUTES: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

/// The children of a Response.
const CHILDREN: [(&str, &str); 6] = [
    (SAML, "Issuer"),
    (DS, "Signature"),
    (SAMLP, "Extensions"),
    (SAMLP, "Status"),
    (SAML, "Assertion"),
    (SAML, "EncryptedAssertion"),
];

/// The root is a Response, and no other element is.
pub(super) fn response<'a>(document: &'a Document<'a>) -> Result<Node<'a, 'a>, Rejection> {
    let is_response = |node: &Node| node.has_tag_name((SAMLP, "Response"));
    let root = document.root_element();
    if !is_response(&root) || root.descendants().filter(is_response).count() != 1 {
        return Err(Rejection::NotAResponse);
    }
    Ok(root)
}

/// IDs are names and unique, whichever attribute a parser takes for one.
pub(super) fn ids(document: &Document) -> Result<(), Rejection> {
    let mut seen = HashSet::new();
    let attributes = document.descendants().flat_map(|node| node.attributes());
    for id in attributes.filter(|attribute| ID_ATTRIBUTES.contains(&attribute.name())) {
        if !is_nc_name(id.value()) {
            return Err(Rejection::InvalidId);
        }
        if !seen.insert(id.value()) {
            return Err(Rejection::DuplicateId);
        }
    }
    Ok(())
}

/// A Response has the children that its schema gives it, and one of each; assertions and signatures have rules of their own.
pub(super) fn children(response: Node) -> Result<(), Rejection> {
    let known = |child: &Node| CHILDREN.iter().any(|name| child.has_tag_name(*name));
    let single = [(SAML, "Issuer"), (SAMLP, "Extensions"), (SAMLP, "Status")];
    let repeated = single.iter().any(|(namespace, name)| named(response, namespace, name).count() > 1);
    if repeated || !elements(response).all(|child| known(&child)) {
        return Err(Rejection::UnexpectedElement);
    }
    Ok(())
}

/// Exactly one Assertion or `EncryptedAssertion`, a child of the Response, and none anywhere else. What was decrypted is an Assertion in
/// the one `EncryptedAssertion`.
pub(super) fn payload<'a>(
    document: &'a Document<'a>,
    response: Node<'a, 'a>,
    form: Form,
) -> Result<Payload<'a>, Rejection> {
    let is_plain = |node: &Node| node.has_tag_name((SAML, "Assertion"));
    let is_encrypted = |node: &Node| node.has_tag_name((SAML, "EncryptedAssertion"));
    let mut found = document.descendants().filter(|node| is_plain(node) || is_encrypted(node));
    let Some(outer) = found.next() else {
        // An identity provider that failed sends none, and says why.
        checks::status(response)?;
        return Err(Rejection::NoAssertion);
    };
    let inner = found.next();
    if found.next().is_some() || outer.parent() != Some(response) {
        return Err(Rejection::UnexpectedAssertion);
    }
    match (form, inner) {
        (_, None) if is_plain(&outer) => Ok(Payload::Plain(outer)),
        (Form::Received, None) => encryption::of(outer).map(Payload::Encrypted),
        (Form::Decrypted, None) => Err(Rejection::NoAssertion),
        (Form::Decrypted, Some(inner)) if is_encrypted(&outer) && inner.parent() == Some(outer) => {
            if is_plain(&inner) { Ok(Payload::Plain(inner)) } else { Err(Rejection::EncryptedAssertion) }
        }
        (_, Some(_)) => Err(Rejection::UnexpectedAssertion),
    }
}

/// Extensions are somebody else's elements, never SAML's own or signatures.
pub(super) fn extensions(response: Node) -> Result<(), Rejection> {
    let ours = |node: Node| [SAML, SAMLP, DS].iter().any(|ours| node.tag_name().namespace() == Some(ours));
    let smuggled = named(response, SAMLP, "Extensions")
        .flat_map(|extensions| extensions.descendants().skip(1))
        .any(|node| node.is_element() && ours(node));
    if smuggled { Err(Rejection::SamlInExtensions) } else { Ok(()) }
}
