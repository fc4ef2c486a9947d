//! The shape of the signatures (SAML core 2.0 §5.4, XML Signature): one reference, to the element around it, by two
//! transforms. Nothing else reaches xmlsec. `KeyInfo` may say what it likes, because nobody reads it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use vestibule_domain::ports::Rejection;

use crate::limits::MAX_PREFIXES;
use crate::names::{
    DIGEST_METHODS, DS, ECDSA_METHODS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_METHODS, SAML,
};
use crate::xml::{elements, is_empty, is_space, named, text};

/// A signature of the one shape that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The kind of key that it needs.
    pub(crate) key: KeyKind,
}

/// Kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    Ec,
}

/// Each signature is a child of the Response or the Assertion, directly after the Issuer, and the only one there.
pub(super) fn places(document: &Document, response: Node, assertion: Option<Node>) -> Result<(), Rejection> {
    for signature in document.descendants().filter(is_signature) {
        let parent = signature.parent();
        let in_response = parent == Some(response);
        let in_assertion = assertion.is_some() && parent == assertion;
        if !(in_response || in_assertion) || !follows_issuer(signature) {
            return Err(Rejection::MisplacedSignature);
        }
    }
    Ok(())
}

fn is_signature(node: &Node) -> bool {
    node.has_tag_name((DS, "Signature"))
}

/// The Issuer, which a Response may leave out, comes before the signature and nothing else does. Two signatures can't both.
fn follows_issuer(signature: Node) -> bool {
    match signature.prev_sibling_element() {
        Some(before) => before.has_tag_name((SAML, "Issuer")) && before.prev_sibling_element().is_none(),
        None => signature.parent().is_some_and(|parent| named(parent, SAML, "Issuer").next().is_none()),
    }
}

/// The signature of an element, if it has one and it is of the right shape.
pub(super) fn of(signed: Node) -> Result<Option<Signature>, Rejection> {
    let Some(signature) = named(signed, DS, "Signature").next() else { return Ok(None) };
    let (signed_info, value) = parts(signature)?;
    let (canonicalization, method, reference) = signed_info_parts(signed_info)?;
    is_exclusive_c14n(canonicalization).then_some(()).ok_or(Rejection::CanonicalizationMethod)?;
    let key = key_kind(method).ok_or(Rejection::SignatureMethod)?;
    let id = signed.attribute("ID").ok_or(Rejection::ReferenceUri)?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(Rejection::ReferenceUri);
    }
    let (transforms, digest_method, digest) = reference_parts(reference)?;
    are_the_transforms(transforms).then_some(()).ok_or(Rejection::Transforms)?;
    is_digest_method(digest_method).then_some(()).ok_or(Rejection::DigestMethod)?;
    (is_base64(digest) && is_base64(value)).then_some(()).ok_or(Rejection::SignatureNotBase64)?;
    Ok(Some(Signature { key }))
}

fn parts<'a, 'i>(signature: Node<'a, 'i>) -> Result<(Node<'a, 'i>, Node<'a, 'i>), Rejection> {
    let mut parts = elements(signature);
    let parts = (parts.next(), parts.next(), parts.next(), parts.next());
    match parts {
        (Some(info), Some(value), key_info, None)
            if is(info, "SignedInfo")
                && is(value, "SignatureValue")
                && key_info.is_none_or(|key_info| is(key_info, "KeyInfo")) =>
        {
            Ok((info, value))
        }
        _ => Err(Rejection::SignatureParts),
    }
}

type Three<'a, 'i> = (Node<'a, 'i>, Node<'a, 'i>, Node<'a, 'i>);

fn signed_info_parts<'a, 'i>(signed_info: Node<'a, 'i>) -> Result<Three<'a, 'i>, Rejection> {
    if named(signed_info, DS, "Reference").count() != 1 {
        return Err(Rejection::ReferenceCount);
    }
    three(signed_info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])
}

fn reference_parts<'a, 'i>(reference: Node<'a, 'i>) -> Result<Three<'a, 'i>, Rejection> {
    if named(reference, DS, "Transforms").next().is_none() {
        return Err(Rejection::Transforms);
    }
    three(reference, ["Transforms", "DigestMethod", "DigestValue"])
}

/// The child elements, if they are these three in this order.
fn three<'a, 'i>(node: Node<'a, 'i>, names: [&'static str; 3]) -> Result<Three<'a, 'i>, Rejection> {
    let mut children = elements(node);
    match (children.next(), children.next(), children.next(), children.next()) {
        (Some(first), Some(second), Some(third), None)
            if is(first, names[0]) && is(second, names[1]) && is(third, names[2]) =>
        {
            Ok((first, second, third))
        }
        _ => Err(Rejection::SignatureParts),
    }
}

fn is(node: Node, name: &'static str) -> bool {
    node.has_tag_name((DS, name))
}

fn algorithm<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute("Algorithm")
}

/// Exclusive canonicalization without comments, perhaps with a `PrefixList` (Exclusive XML Canonicalization §3).
fn is_exclusive_c14n(node: Node) -> bool {
    let mut parameters = elements(node);
    let known = match (parameters.next(), parameters.next()) {
        (None, _) => true,
        (Some(only), None) => {
            only.has_tag_name((EXCLUSIVE_C14N, "InclusiveNamespaces"))
                && only
                    .attribute("PrefixList")
                    .is_some_and(|list| list.split_ascii_whitespace().count() <= MAX_PREFIXES)
                && is_empty(only)
        }
        _ => false,
    };
    algorithm(node) == Some(EXCLUSIVE_C14N) && known
}

fn are_the_transforms(transforms: Node) -> bool {
    let mut children = elements(transforms);
    match (children.next(), children.next(), children.next()) {
        (Some(enveloped), Some(canonical), None) => {
            is(enveloped, "Transform")
                && algorithm(enveloped) == Some(ENVELOPED_SIGNATURE)
                && is_empty(enveloped)
                && is(canonical, "Transform")
                && is_exclusive_c14n(canonical)
        }
        _ => false,
    }
}

/// A method without parameters: `HMACOutputLength` and its like shorten what is compared.
fn key_kind(method: Node) -> Option<KeyKind> {
    let algorithm = algorithm(method).filter(|_| is_empty(method))?;
    if RSA_METHODS.contains(&algorithm) {
        Some(KeyKind::Rsa)
    } else if ECDSA_METHODS.contains(&algorithm) {
        Some(KeyKind::Ec)
    } else {
        None
    }
}

fn is_digest_method(method: Node) -> bool {
    is_empty(method) && algorithm(method).is_some_and(|algorithm| DIGEST_METHODS.contains(&algorithm))
}

/// Base64 text in lines or not: an element inside would let two parsers read two values.
fn is_base64(node: Node) -> bool {
    let Some(text) = text(node) else { return false };
    let bytes: Vec<u8> = text.bytes().filter(|byte| !is_space(*byte)).collect();
    !bytes.is_empty() && STANDARD.decode(bytes).is_ok()
}
