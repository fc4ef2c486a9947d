//! Decrypting an assertion: with OpenSSL, and what goes wrong in it is one rejection, whatever it was.

use openssl::encrypt::Decrypter;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rand::rand_bytes;
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode as Direction, decrypt_aead};
use vestibule_domain::ports::Rejection;
use zeroize::Zeroizing;

use crate::gate::{ContentEncryption, Encrypted, KeyTransport, Mode, OaepHash, with_line_feeds};

/// The sizes of AES-GCM in XML (XML Encryption 1.1 §5.2.4).
const NONCE: usize = 12;
const TAG: usize = 16;
/// The block of AES.
const BLOCK: usize = 16;

/// A response with its assertion in the clear: the text that `encrypted` was parsed from, with what was decrypted in the place of the
/// `EncryptedData` (XML Encryption 1.1 §4.4), where the namespaces around it hold. Answers where that stands, too.
pub(crate) fn decrypted(
    xml: &str,
    encrypted: &Encrypted,
    keys: &[PKey<Private>],
) -> Result<(String, std::ops::Range<usize>), Rejection> {
    let assertion = plaintext(encrypted, keys).ok_or(Rejection::NotDecrypted)?;
    let place = encrypted.data.range();
    let text = [&xml[..place.start], &assertion, &xml[place.end..]].concat();
    Ok((text, place.start..place.start + assertion.len()))
}

fn plaintext(encrypted: &Encrypted, keys: &[PKey<Private>]) -> Option<String> {
    let key = content_key(encrypted, keys)?;
    let bytes = match encrypted.content.mode {
        Mode::Gcm => gcm(encrypted.content, &key, &encrypted.ciphertext),
        Mode::Cbc => cbc(encrypted.content, &key, &encrypted.ciphertext),
    };
    let text = String::from_utf8(bytes?).ok()?;
    Some(with_line_feeds(text.trim_matches([' ', '\t', '\r', '\n'])))
}

/// The key that the assertion is encrypted with. Where no key of ours yields one it is a random one, by which decryption goes on, and
/// fails: so a wrong key takes the way of a wrong ciphertext (RFC 3218 §2.3.2).
fn content_key(encrypted: &Encrypted, keys: &[PKey<Private>]) -> Option<Zeroizing<Vec<u8>>> {
    let wanted = encrypted.content.key_bytes;
    let mut random = Zeroizing::new(vec![0; wanted]);
    rand_bytes(&mut random).ok()?;
    let unwrapped = |key| unwrap(encrypted.transport, key, &encrypted.wrapped_key).ok();
    let found = keys.iter().filter_map(unwrapped).find(|key| key.len() == wanted);
    Some(found.unwrap_or(random))
}

fn unwrap(
    transport: KeyTransport,
    key: &PKey<Private>,
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let mut decrypter = Decrypter::new(key)?;
    decrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
    decrypter.set_rsa_oaep_md(digest(transport.digest))?;
    decrypter.set_rsa_mgf1_md(digest(transport.mask))?;
    let mut unwrapped = Zeroizing::new(vec![0; decrypter.decrypt_len(wrapped)?]);
    let length = decrypter.decrypt(wrapped, &mut unwrapped)?;
    unwrapped.truncate(length);
    Ok(unwrapped)
}

fn digest(hash: OaepHash) -> MessageDigest {
    match hash {
        OaepHash::Sha1 => MessageDigest::sha1(),
        OaepHash::Sha256 => MessageDigest::sha256(),
    }
}

fn cipher(content: ContentEncryption) -> Option<Cipher> {
    match (content.mode, content.key_bytes) {
        (Mode::Gcm, 32) => Some(Cipher::aes_256_gcm()),
        (Mode::Gcm, 24) => Some(Cipher::aes_192_gcm()),
        (Mode::Gcm, 16) => Some(Cipher::aes_128_gcm()),
        (Mode::Cbc, 32) => Some(Cipher::aes_256_cbc()),
        (Mode::Cbc, 24) => Some(Cipher::aes_192_cbc()),
        (Mode::Cbc, 16) => Some(Cipher::aes_128_cbc()),
        _ => None,
    }
}

/// A nonce, the ciphertext, and a tag (XML Encryption 1.1 §5.2.4).
fn gcm(content: ContentEncryption, key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = bytes.split_at_checked(NONCE)?;
    let (ciphertext, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    decrypt_aead(cipher(content)?, key, Some(nonce), &[], ciphertext, tag).ok()
}

/// An initialization vector, and the ciphertext, whose last byte says how many bytes were added to fill a block, whatever these are
/// (XML Encryption 1.1 §5.2.1, §5.2.2).
fn cbc(content: ContentEncryption, key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let (vector, ciphertext) = bytes.split_at_checked(BLOCK)?;
    let mut crypter = Crypter::new(cipher(content)?, Direction::Decrypt, key, Some(vector)).ok()?;
    crypter.pad(false);
    let mut plain = vec![0; ciphertext.len() + BLOCK];
    let length = crypter.update(ciphertext, &mut plain).ok()?;
    // Nothing comes any more, but an error where the last block is not whole.
    crypter.finalize(&mut plain[length..]).ok()?;
    plain.truncate(length);
    let added = usize::from(*plain.last()?);
    let kept = plain.len().checked_sub(added).filter(|_| (1..=BLOCK).contains(&added))?;
    plain.truncate(kept);
    Some(plain)
}
