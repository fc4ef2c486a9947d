//! The signature by our own reading: our tree, our canonical form, OpenSSL. It decides nothing alone, but xmlsec sees only
//! what has passed it.
//!
//! So a response that nobody signed costs no more than the gate and one signature verification for each certificate, and
//! what libxml is given to read was written by the identity provider, to the byte.

use std::sync::Arc;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKeyRef, Public};
use openssl::sign::Verifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Key;
use crate::canonical::canonical;
use crate::gate::{Hash, KeyKind, Signature};

/// The key among these that the value of a signature is by.
pub(super) fn signer(signature: &Signature, keys: &[Arc<Key>]) -> Option<Arc<Key>> {
    let (signed_info, prefixes) = &signature.signed_info;
    let signed_info = canonical(*signed_info, None, prefixes);
    let is_by = |key: &PKeyRef<Public>| match signature.key {
        KeyKind::Rsa => is_by_rsa(key, signature.hash, &signature.value, signed_info.as_bytes()),
        KeyKind::Ec => is_by_ec(key, signature.hash, &signature.value, signed_info.as_bytes()),
    };
    keys.iter().find(|key| key.kind == signature.key && is_by(&key.public).unwrap_or(false)).cloned()
}

/// The canonical form of what is signed, if it has the digest that the signature says.
pub(super) fn digested(signature: &Signature) -> Option<String> {
    let text = canonical(signature.signed, Some(signature.node), &signature.prefixes);
    (digest(signature.digest_hash, text.as_bytes()) == signature.digest).then_some(text)
}

/// PKCS #1 v1.5, which OpenSSL pads with unless told otherwise.
fn is_by_rsa(
    key: &PKeyRef<Public>,
    hash: Hash,
    value: &[u8],
    signed_info: &[u8],
) -> Result<bool, ErrorStack> {
    let method = match hash {
        Hash::Sha256 => MessageDigest::sha256(),
        Hash::Sha384 => MessageDigest::sha384(),
        Hash::Sha512 => MessageDigest::sha512(),
    };
    Verifier::new(method, key)?.verify_oneshot(value, signed_info)
}

/// The two numbers one after the other (XML Signature 1.1 §6.4.3), where OpenSSL has them in DER.
fn is_by_ec(key: &PKeyRef<Public>, hash: Hash, value: &[u8], signed_info: &[u8]) -> Result<bool, ErrorStack> {
    if !value.len().is_multiple_of(2) {
        return Ok(false);
    }
    let (r, s) = value.split_at(value.len() / 2);
    let value = EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
    value.verify(&digest(hash, signed_info), key.ec_key()?.as_ref())
}

/// Without OpenSSL, which looks its algorithms up anew each time.
fn digest(hash: Hash, bytes: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => Sha256::digest(bytes).to_vec(),
        Hash::Sha384 => Sha384::digest(bytes).to_vec(),
        Hash::Sha512 => Sha512::digest(bytes).to_vec(),
    }
}
