//! The signature by our own reading: our tree, our canonical form, OpenSSL. It decides nothing alone, but xmlsec sees only
//! what has passed it.
//!
//! So a response that nobody signed costs no more than the gate and one signature verification for each certificate, and
//! what libxml is given to read was written by the identity provider, to the byte.

use std::sync::Arc;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey::{PKeyRef, Public};
use openssl::rsa::Padding;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Key;
use crate::canonical::canonical;
use crate::gate::{Hash, KeyKind, Signature};

/// A signature that verifies by our own reading.
pub(super) struct Read<'s, 'a> {
    signature: &'s Signature<'a>,
    /// By which key.
    pub(super) signer: Arc<Key>,
    /// The bytes that it covers.
    pub(super) digested: String,
}

impl Read<'_, '_> {
    /// What the signature is in, as a document of its own in which it still verifies: with the namespaces that its two
    /// canonicalizations want, and no others.
    pub(super) fn alone(&self) -> String {
        let Signature { signed, signed_info: (_, prefixes), .. } = self.signature;
        canonical(*signed, None, &[&self.signature.prefixes[..], prefixes].concat())
    }
}

/// Reads a signature; none if it does not verify by one of the keys, or covers something else than it says.
pub(super) fn read<'s, 'a>(signature: &'s Signature<'a>, keys: &[Arc<Key>]) -> Option<Read<'s, 'a>> {
    let signer = signer(signature, keys)?;
    let digested = digested(signature)?;
    Some(Read { signature, signer, digested })
}

/// The key among these that the value of a signature is by.
fn signer(signature: &Signature, keys: &[Arc<Key>]) -> Option<Arc<Key>> {
    let (signed_info, prefixes) = &signature.signed_info;
    let signed_info = canonical(*signed_info, None, prefixes);
    signer_of(signed_info.as_bytes(), (signature.key, signature.hash), &signature.value, keys)
}

/// The key among these by which a value signs some bytes.
pub(super) fn signer_of(
    bytes: &[u8],
    (kind, hash): (KeyKind, Hash),
    value: &[u8],
    keys: &[Arc<Key>],
) -> Option<Arc<Key>> {
    let is_by = |key: &PKeyRef<Public>| match kind {
        KeyKind::Rsa => is_by_rsa(key, hash, value, bytes),
        KeyKind::Ec => is_by_ec(key, hash, value, bytes),
    };
    keys.iter().find(|key| key.kind == kind && is_by(&key.public).unwrap_or(false)).cloned()
}

/// The canonical form of what is signed, if it has the digest that the signature says.
fn digested(signature: &Signature) -> Option<String> {
    let text = canonical(signature.signed, Some(signature.node), &signature.prefixes);
    (digest(signature.digest_hash, text.as_bytes()) == signature.digest).then_some(text)
}

/// PKCS #1 v1.5 (RFC 8017 §8.2.2): what the value decrypts to is compared as a whole with what it must be, and nothing in it
/// is parsed. OpenSSL's own way looks its algorithms up anew each time, which costs as much again.
fn is_by_rsa(
    key: &PKeyRef<Public>,
    hash: Hash,
    value: &[u8],
    signed_info: &[u8],
) -> Result<bool, ErrorStack> {
    let key = key.rsa()?;
    let length = key.size() as usize;
    let signed = [digest_info(hash), &digest(hash, signed_info)].concat();
    let padding = match length.checked_sub(signed.len() + 3) {
        Some(padding) if value.len() == length => vec![0xFF; padding],
        _ => return Ok(false),
    };
    let expected = [&[0, 1], &padding[..], &[0], &signed].concat();
    let mut found = vec![0; length];
    let count = key.public_decrypt(value, &mut found, Padding::NONE)?;
    Ok(count == length && found == expected)
}

/// What a hash is introduced by (RFC 8017 §9.2, note 1).
fn digest_info(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        Hash::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
        Hash::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    }
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

#[cfg(test)]
mod tests {
    use openssl::hash::MessageDigest;
    use openssl::sign::Signer;
    use rstest::rstest;
    use vestibule_demo_idp::mint::{
        Curve, ResponseBuilder, SignatureOptions, SigningKey, signature_algorithm as method,
    };

    use super::*;
    use crate::gate;
    use crate::signature::Keys;

    /// Who signed a response's assertion, of these keys, and whether it is what was signed.
    fn judged(xml: &str, keys: &[&SigningKey]) -> (Option<usize>, bool) {
        let known = Keys::default();
        let keys: Vec<_> = keys.iter().map(|key| known.of(&key.certificate_der()).unwrap()).collect();
        let document = gate::parse(xml).unwrap();
        let signature = gate::inspect(&document, gate::Form::Received).unwrap().assertion_signature.unwrap();
        let signer = signer(&signature, &keys);
        let place = signer.and_then(|signer| keys.iter().position(|key| Arc::ptr_eq(key, &signer)));
        (place, digested(&signature).is_some())
    }

    fn signed(key: &SigningKey, options: SignatureOptions) -> String {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        ResponseBuilder::new(now, "https://sp/acs", "https://sp", "https://idp", "ada")
            .sign_assertion_with(key, options)
            .xml()
    }

    #[rstest]
    #[case::rsa_sha256(SigningKey::rsa_2048().unwrap(), method::RSA_SHA256)]
    #[case::rsa_sha384(SigningKey::rsa_2048().unwrap(), method::RSA_SHA384)]
    #[case::rsa_sha512(SigningKey::rsa_bits(3_072).unwrap(), method::RSA_SHA512)]
    #[case::p256(SigningKey::ec(Curve::P256).unwrap(), method::ECDSA_SHA256)]
    #[case::p384(SigningKey::ec(Curve::P384).unwrap(), method::ECDSA_SHA512)]
    #[case::p521(SigningKey::ec(Curve::P521).unwrap(), method::ECDSA_SHA384)]
    fn the_key_that_signed_is_found_among_others(#[case] key: SigningKey, #[case] method: &str) {
        let curve = SigningKey::ec(Curve::P256).unwrap();
        let xml = signed(&key, SignatureOptions::algorithm(method));
        assert_eq!(judged(&xml, &[&SigningKey::demo(), &curve, &key]), (Some(2), true));
        assert_eq!(judged(&xml, &[&SigningKey::demo(), &curve]), (None, true));
    }

    #[test]
    fn an_rsa_value_is_as_long_as_its_key() {
        let key = SigningKey::demo();
        let sign = |text: &[u8]| {
            let mut signer = Signer::new(MessageDigest::sha256(), key.private_key()).unwrap();
            signer.sign_oneshot_to_vec(text).unwrap()
        };
        // One number in 256 begins with a zero, without which it is the same number.
        let texts = (0_u32..).map(u32::to_be_bytes);
        let (text, value) = texts.map(|text| (text, sign(&text))).find(|(_, value)| value[0] == 0).unwrap();
        let keys = Keys::default();
        let key = keys.of(&key.certificate_der()).unwrap();
        let is_by = |value: &[u8]| is_by_rsa(&key.public, Hash::Sha256, value, &text).unwrap_or(false);
        assert!(is_by(&value));
        assert!(!is_by(&value[1..]));
        assert!(!is_by(&[&[0], &value[..]].concat()));
    }

    #[test]
    fn what_was_changed_after_signing_is_told() {
        let key = SigningKey::demo();
        let xml = signed(&key, SignatureOptions::default());
        assert_eq!(judged(&xml, &[&key]), (Some(0), true));
        assert_eq!(judged(&xml.replace(">ada<", ">eve<"), &[&key]), (Some(0), false));
        assert_eq!(judged(&xml.replace("xmlenc#sha256", "xmlenc#sha512"), &[&key]), (None, false));
        let corrupt = SignatureOptions::default().with(|o| o.corrupt_digest = true);
        assert_eq!(judged(&signed(&key, corrupt), &[&key]), (Some(0), false));
        let corrupt = SignatureOptions::default().with(|o| o.corrupt_signature = true);
        assert_eq!(judged(&signed(&key, corrupt), &[&key]), (None, true));
    }
}
