//! The shape of the signatures (SAML core 2.0 §5.4, XML Signature): one reference, to the element around it, by two
//! transforms. Nothing else reaches xmlsec. `KeyInfo` may say what it likes, because nobody reads it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use vestibule_domain::ports::Rejection;

use crate::limits::{MAX_PREFIX_LIST_BYTES, MAX_PREFIX_LOOKUPS, MAX_PREFIXES};
use crate::names::{
    DIGEST_METHODS, DS, ECDSA_METHODS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_METHODS, SAML,
};
use crate::xml::{elements, is_empty, is_space, named, text, unqualified};

/// A signature of the one shape that is accepted.
#[derive(Debug)]
pub(crate) struct Signature<'a> {
    /// The Signature itself.
    pub(crate) node: Node<'a, 'a>,
    /// What it is in, and signs.
    pub(crate) signed: Node<'a, 'a>,
    /// The kind of key that it needs.
    pub(crate) key: KeyKind,
    /// The hash that is signed.
    pub(crate) hash: Hash,
    /// `SignedInfo`, and the prefixes of its canonicalization.
    pub(crate) signed_info: (Node<'a, 'a>, Vec<&'a str>),
    /// The value.
    pub(crate) value: Vec<u8>,
    /// The prefixes of the canonicalization of what is signed.
    pub(crate) prefixes: Vec<&'a str>,
    /// How what is signed is digested.
    pub(crate) digest_hash: Hash,
    /// The digest.
    pub(crate) digest: Vec<u8>,
}

/// Kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    Ec,
}

/// Hashes, in the order in which the lists of [`crate::names`] have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

const HASHES: [Hash; 3] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];

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

/// No signature is anywhere but at the beginning of this element.
pub(super) fn only_on(document: &Document, signed: Node) -> Result<(), Rejection> {
    for signature in document.descendants().filter(is_signature) {
        if signature.parent() != Some(signed) || signature.prev_sibling_element().is_some() {
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
pub(super) fn of<'a>(signed: Node<'a, 'a>) -> Result<Option<Signature<'a>>, Rejection> {
    let Some(node) = named(signed, DS, "Signature").next() else { return Ok(None) };
    let (signed_info, value) = parts(node)?;
    let (canonicalization, method, reference) = signed_info_parts(signed_info)?;
    let info_prefixes = exclusive_c14n(canonicalization).ok_or(Rejection::CanonicalizationMethod)?;
    let (key, hash) = key_and_hash(method).ok_or(Rejection::SignatureMethod)?;
    let id = unqualified(signed, "ID").ok_or(Rejection::ReferenceUri)?;
    if unqualified(reference, "URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(Rejection::ReferenceUri);
    }
    let (transforms, digest_method, digest) = reference_parts(reference)?;
    let prefixes = the_transforms(transforms).ok_or(Rejection::Transforms)?;
    if !prefixes.is_empty() && prefixes.len() * element_count(signed) > MAX_PREFIX_LOOKUPS {
        return Err(Rejection::Transforms);
    }
    let digest_hash = digest_hash(digest_method).ok_or(Rejection::DigestMethod)?;
    let digest = base64(digest).ok_or(Rejection::SignatureNotBase64)?;
    let value = base64(value).ok_or(Rejection::SignatureNotBase64)?;
    Ok(Some(Signature {
        node,
        signed,
        key,
        hash,
        signed_info: (signed_info, info_prefixes),
        value,
        prefixes,
        digest_hash,
        digest,
    }))
}

fn element_count(node: Node) -> usize {
    node.descendants().filter(Node::is_element).count()
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
    unqualified(node, "Algorithm")
}

/// The prefixes of an exclusive canonicalization without comments, if it is one (Exclusive XML Canonicalization §3).
fn exclusive_c14n<'a>(node: Node<'a, '_>) -> Option<Vec<&'a str>> {
    if algorithm(node) == Some(EXCLUSIVE_C14N) { prefix_list(node) } else { None }
}

/// The prefixes of the only parameter that a transform may have.
fn prefix_list<'a>(node: Node<'a, '_>) -> Option<Vec<&'a str>> {
    let mut parameters = elements(node);
    match (parameters.next(), parameters.next()) {
        (None, _) => Some(Vec::new()),
        (Some(only), None)
            if only.has_tag_name((EXCLUSIVE_C14N, "InclusiveNamespaces")) && is_empty(only) =>
        {
            let list = unqualified(only, "PrefixList").filter(|list| list.len() <= MAX_PREFIX_LIST_BYTES)?;
            let prefixes: Vec<_> = list.split_ascii_whitespace().collect();
            (prefixes.len() <= MAX_PREFIXES).then_some(prefixes)
        }
        _ => None,
    }
}

/// The prefixes of the canonicalization, if the transforms are these two.
fn the_transforms<'a>(transforms: Node<'a, '_>) -> Option<Vec<&'a str>> {
    let mut children = elements(transforms);
    match (children.next(), children.next(), children.next()) {
        (Some(enveloped), Some(canonical), None)
            if is(enveloped, "Transform")
                && algorithm(enveloped) == Some(ENVELOPED_SIGNATURE)
                // It has no parameters, but xml-crypto writes them, and nobody reads them.
                && prefix_list(enveloped).is_some()
                && is(canonical, "Transform") =>
        {
            exclusive_c14n(canonical)
        }
        _ => None,
    }
}

/// A method without parameters: `HMACOutputLength` and its like shorten what is compared.
fn key_and_hash(method: Node) -> Option<(KeyKind, Hash)> {
    signature_method(algorithm(method).filter(|_| is_empty(method))?)
}

/// The kind of key and the hash of a signature method, if it is one that is accepted.
pub(crate) fn signature_method(algorithm: &str) -> Option<(KeyKind, Hash)> {
    let rsa = hash_in(&RSA_METHODS, algorithm).map(|hash| (KeyKind::Rsa, hash));
    rsa.or_else(|| hash_in(&ECDSA_METHODS, algorithm).map(|hash| (KeyKind::Ec, hash)))
}

fn digest_hash(method: Node) -> Option<Hash> {
    let algorithm = algorithm(method).filter(|_| is_empty(method))?;
    hash_in(&DIGEST_METHODS, algorithm)
}

fn hash_in(methods: &[&str; 3], algorithm: &str) -> Option<Hash> {
    methods.iter().zip(HASHES).find(|(method, _)| **method == algorithm).map(|(_, hash)| hash)
}

/// Base64 text in lines or not: an element inside would let two parsers read two values.
fn base64(node: Node) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = text(node)?.bytes().filter(|byte| !is_space(*byte)).collect();
    STANDARD.decode(bytes).ok().filter(|value| !value.is_empty())
}
