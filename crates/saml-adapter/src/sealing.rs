//! Bytes sealed at rest by AES-256-GCM under a key of the installation, and bound to the place that they belong to: elsewhere they do
//! not open.

use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use vestibule_domain::ports::{KeyError, Vault};
use vestibule_domain::token::SealingKey;
use zeroize::Zeroizing;

/// How sealed bytes begin: which way they are sealed.
const SEALED: u8 = 1;
pub(crate) const NONCE: usize = 12;
pub(crate) const TAG: usize = 16;

/// Seals bytes for a place.
pub(crate) fn seal(key: &SealingKey, place: &[u8], bytes: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let (mut nonce, mut tag) = ([0; NONCE], [0; TAG]);
    rand_bytes(&mut nonce)?;
    let ciphertext = encrypt_aead(Cipher::aes_256_gcm(), key.reveal(), Some(&nonce), place, bytes, &mut tag)?;
    Ok([&[SEALED], &nonce[..], &ciphertext, &tag].concat())
}

/// The bytes that were sealed under this key for this place, if they were.
pub(crate) fn unseal(key: &SealingKey, place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, rest) = rest.split_at_checked(NONCE)?;
    let (ciphertext, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    if *version != SEALED {
        return None;
    }
    let opened = decrypt_aead(Cipher::aes_256_gcm(), key.reveal(), Some(nonce), place, ciphertext, tag);
    opened.ok().map(Zeroizing::new)
}

/// Keeps what is of people sealed: AES-256-GCM with a random nonce, under a key that seals nothing else.
#[derive(Debug, Clone)]
pub struct SealedVault {
    key: SealingKey,
}

impl SealedVault {
    /// The vault of an installation.
    #[must_use]
    pub fn new(key: SealingKey) -> Self {
        Self { key }
    }
}

impl Vault for SealedVault {
    fn seal(&self, place: &[u8], bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        seal(&self.key, place, bytes).map_err(|_| KeyError::Failed)
    }

    fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        unseal(&self.key, place, sealed).map(|bytes| bytes.to_vec()).ok_or(KeyError::Sealed)
    }
}

#[cfg(test)]
mod tests {
    use vestibule_domain::token::SecretKey;

    use super::*;

    fn vault(byte: u8) -> SealedVault {
        SealedVault::new(SecretKey::new(&[byte; 32]).vault_key())
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_under_its_key_alone() {
        let sealed = vault(1).seal(b"here", b"Ada Lovelace").unwrap();
        assert!(!sealed.windows(3).any(|bytes| bytes == b"Ada"));
        assert_eq!(vault(1).open(b"here", &sealed), Ok(b"Ada Lovelace".to_vec()));
        assert_eq!(vault(1).open(b"there", &sealed), Err(KeyError::Sealed));
        assert_eq!(vault(2).open(b"here", &sealed), Err(KeyError::Sealed));
        let keys = SealedVault::new(SecretKey::new(&[1; 32]).sealing_key());
        assert_eq!(keys.open(b"here", &sealed), Err(KeyError::Sealed), "the key of private keys is another");
    }

    #[test]
    fn changed_bytes_open_nowhere_however_few_there_are() {
        let sealed = vault(1).seal(b"here", b"Ada").unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(vault(1).open(b"here", &changed), Err(KeyError::Sealed), "byte {index}");
            assert_eq!(vault(1).open(b"here", &sealed[..index]), Err(KeyError::Sealed), "{index} bytes");
        }
        assert_ne!(vault(1).seal(b"here", b"Ada").unwrap(), sealed, "no nonce is used twice");
    }
}
