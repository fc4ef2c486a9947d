//! The shape of an encrypted assertion (SAML core 2.0 §2.3.4, XML Encryption 1.1): one `EncryptedData`, whose key is in one
//! `EncryptedKey`, in its `KeyInfo` or beside it. Nothing else is decrypted, and nothing is fetched.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;
use vestibule_domain::ports::Rejection;

use crate::names::{
    CONTENT_ENCRYPTION, DIGEST_METHODS, DS, ENCRYPTED_ELEMENT, MGF1_SHA1, MGF1_SHA256, RSA_OAEP,
    RSA_OAEP_MGF1P, SHA1, XENC, XENC11,
};
use crate::xml::{elements, is_space, only, text, unqualified};

/// An encrypted assertion of the one shape that is accepted.
#[derive(Debug)]
pub(crate) struct Encrypted<'a> {
    /// The `EncryptedData`.
    pub(crate) data: Node<'a, 'a>,
    /// How the assertion is encrypted.
    pub(crate) content: ContentEncryption,
    /// The assertion, encrypted: what the method needs and the ciphertext, as XML Encryption 1.1 §5.2 puts them together.
    pub(crate) ciphertext: Vec<u8>,
    /// How its key is encrypted.
    pub(crate) transport: KeyTransport,
    /// Its key, encrypted.
    pub(crate) wrapped_key: Vec<u8>,
}

/// Encryption of content by AES (XML Encryption 1.1 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentEncryption {
    pub(crate) mode: Mode,
    /// Bytes of the key.
    pub(crate) key_bytes: usize,
}

/// How blocks are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Galois/Counter: a change is noticed.
    Gcm,
    /// Cipher Block Chaining: a change is not.
    Cbc,
}

/// RSA-OAEP (XML Encryption 1.1 §5.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyTransport {
    /// The hash of the (empty) label.
    pub(crate) digest: OaepHash,
    /// The hash of the mask generation function.
    pub(crate) mask: OaepHash,
}

/// The hashes of RSA-OAEP. Neither needs to be free of collisions there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OaepHash {
    Sha1,
    Sha256,
}

/// In the order of [`CONTENT_ENCRYPTION`].
const CONTENT: [ContentEncryption; 6] = [
    ContentEncryption { mode: Mode::Gcm, key_bytes: 32 },
    ContentEncryption { mode: Mode::Gcm, key_bytes: 24 },
    ContentEncryption { mode: Mode::Gcm, key_bytes: 16 },
    ContentEncryption { mode: Mode::Cbc, key_bytes: 32 },
    ContentEncryption { mode: Mode::Cbc, key_bytes: 24 },
    ContentEncryption { mode: Mode::Cbc, key_bytes: 16 },
];

/// Reads an `EncryptedAssertion`.
pub(super) fn of<'a>(node: Node<'a, 'a>) -> Result<Encrypted<'a>, Rejection> {
    if node.descendants().any(|inside| inside.has_tag_name((XENC, "CipherReference"))) {
        return Err(Rejection::CipherReference);
    }
    let data = only(node, XENC, "EncryptedData").ok_or(Rejection::EncryptionParts)?;
    if unqualified(data, "Type").is_some_and(|kind| kind != ENCRYPTED_ELEMENT) {
        return Err(Rejection::EncryptionParts);
    }
    let key = encrypted_key(node, data).ok_or(Rejection::EncryptionParts)?;
    let method = only(data, XENC, "EncryptionMethod").ok_or(Rejection::EncryptionMethod)?;
    let content = content_encryption(method).ok_or(Rejection::EncryptionMethod)?;
    let method = only(key, XENC, "EncryptionMethod").ok_or(Rejection::KeyTransport)?;
    let transport = key_transport(method).ok_or(Rejection::KeyTransport)?;
    let (ciphertext, wrapped_key) =
        cipher_value(data).zip(cipher_value(key)).ok_or(Rejection::EncryptionParts)?;
    Ok(Encrypted { data, content, ciphertext, transport, wrapped_key })
}

/// The one `EncryptedKey`: in the data's `KeyInfo`, or a sibling of the data, to which a `RetrievalMethod` may lead.
fn encrypted_key<'a>(encrypted_assertion: Node<'a, 'a>, data: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
    let is_key = |node: &Node| node.has_tag_name((XENC, "EncryptedKey"));
    let mut keys = encrypted_assertion.descendants().filter(is_key);
    let (key, None) = (keys.next()?, keys.next()) else { return None };
    let key_info = only(data, DS, "KeyInfo");
    let retrieval = key_info.and_then(|key_info| only(key_info, DS, "RetrievalMethod"));
    let leads_to_key = retrieval.is_none_or(|retrieval| {
        let id = unqualified(retrieval, "URI").and_then(|uri| uri.strip_prefix('#'));
        id.is_some() && id == unqualified(key, "Id")
    });
    let in_place = key.parent() == key_info || key.parent() == Some(encrypted_assertion);
    let alone = elements(encrypted_assertion).all(|child| child == data || child == key);
    (leads_to_key && in_place && alone).then_some(key)
}

fn algorithm<'a>(method: Node<'a, '_>) -> Option<&'a str> {
    unqualified(method, "Algorithm")
}

fn content_encryption(method: Node) -> Option<ContentEncryption> {
    let algorithm = algorithm(method)?;
    CONTENT_ENCRYPTION.iter().zip(CONTENT).find(|(name, _)| **name == algorithm).map(|(_, content)| content)
}

/// A label (`OAEPparams`) is nothing that anybody sends.
fn key_transport(method: Node) -> Option<KeyTransport> {
    let known = |child: Node| child.has_tag_name((DS, "DigestMethod")) || child.has_tag_name((XENC11, "MGF"));
    if !elements(method).all(known) || elements(method).count() > 2 {
        return None;
    }
    let named =
        |namespace, name| only(method, namespace, name).map(|node| algorithm(node).unwrap_or_default());
    let digest = match named(DS, "DigestMethod") {
        None | Some(SHA1) => OaepHash::Sha1,
        Some(name) if name == DIGEST_METHODS[0] => OaepHash::Sha256,
        Some(_) => return None,
    };
    let mask = match (algorithm(method)?, named(XENC11, "MGF").unwrap_or(MGF1_SHA1)) {
        (RSA_OAEP_MGF1P | RSA_OAEP, MGF1_SHA1) => OaepHash::Sha1,
        (RSA_OAEP, MGF1_SHA256) => OaepHash::Sha256,
        _ => return None,
    };
    Some(KeyTransport { digest, mask })
}

fn cipher_value(node: Node) -> Option<Vec<u8>> {
    let data = only(node, XENC, "CipherData")?;
    let value = text(only(data, XENC, "CipherValue")?)?;
    let bytes: Vec<u8> = value.bytes().filter(|byte| !is_space(*byte)).collect();
    STANDARD.decode(bytes).ok()
}
