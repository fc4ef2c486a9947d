//! Which keys are believed at all.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, PKeyRef, Public};
use openssl::x509::X509;
use sha2::{Digest, Sha256};

use crate::gate::KeyKind;
use crate::limits::MIN_RSA_BITS;

/// How many certificates are remembered.
const REMEMBERED: usize = 1_024;

/// A key that is believed.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) kind: KeyKind,
    pub(crate) public: PKey<Public>,
    /// The certificate that it is in.
    pub(crate) certificate: Vec<u8>,
    /// The SHA-256 fingerprint of the certificate.
    pub(crate) fingerprint: String,
}

/// The key of each certificate, remembered because reading one takes longer than verifying a signature.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// By the SHA-256 of the certificate.
    known: RwLock<HashMap<[u8; 32], Option<Arc<Key>>>>,
}

impl Keys {
    /// A certificate's key; none if it is unreadable, too weak, or of another kind.
    pub(crate) fn of(&self, der: &[u8]) -> Option<Arc<Key>> {
        let name = Sha256::digest(der).into();
        let remembered = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some(key) = remembered {
            return key;
        }
        let public = X509::from_der(der).and_then(|certificate| certificate.public_key()).ok();
        let key = public.and_then(|public| {
            let kind = key_kind_of(&public)?;
            Some(Arc::new(Key { kind, public, certificate: der.to_vec(), fingerprint: fingerprint(der) }))
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(name, key.clone());
        key
    }
}

/// RSA of 2048 bits and more, or one of the three curves of NIST that SAML implementations know.
pub(crate) fn key_kind_of(key: &PKeyRef<Public>) -> Option<KeyKind> {
    match key.id() {
        // By the exponent 1 everybody signs: the signature is the text.
        Id::RSA if key.bits() >= MIN_RSA_BITS && key.rsa().ok()?.e().num_bits() > 1 => Some(KeyKind::Rsa),
        Id::EC => {
            let curve = key.ec_key().ok()?.group().curve_name()?;
            let known = [Nid::X9_62_PRIME256V1, Nid::SECP384R1, Nid::SECP521R1];
            known.contains(&curve).then_some(KeyKind::Ec)
        }
        _ => None,
    }
}

/// SHA-256 of a certificate, in lower-case hexadecimal.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(der).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use vestibule_demo_idp::mint::{Curve, SigningKey};

    use super::*;

    #[rstest]
    #[case::rsa_2048(SigningKey::demo(), Some(KeyKind::Rsa))]
    #[case::rsa_1024(SigningKey::rsa_bits(1_024).unwrap(), None)]
    #[case::rsa_2047(SigningKey::rsa_bits(2_047).unwrap(), None)]
    #[case::p256(SigningKey::ec(Curve::P256).unwrap(), Some(KeyKind::Ec))]
    #[case::p384(SigningKey::ec(Curve::P384).unwrap(), Some(KeyKind::Ec))]
    #[case::p521(SigningKey::ec(Curve::P521).unwrap(), Some(KeyKind::Ec))]
    fn only_strong_keys_are_believed(#[case] key: SigningKey, #[case] kind: Option<KeyKind>) {
        let keys = Keys::default();
        let kind_of = || keys.of(&key.certificate_der()).map(|key| key.kind);
        assert_eq!(kind_of(), kind);
        assert_eq!(kind_of(), kind, "as remembered");
    }

    #[test]
    fn a_key_by_which_everybody_signs_is_not_believed() {
        let with_exponent = |exponent: u32| {
            let demo = SigningKey::demo().private_key().rsa().unwrap();
            let exponent = openssl::bn::BigNum::from_u32(exponent).unwrap();
            let key = openssl::rsa::Rsa::from_public_components(demo.n().to_owned().unwrap(), exponent);
            key_kind_of(&PKey::from_rsa(key.unwrap()).unwrap())
        };
        assert_eq!(with_exponent(1), None);
        assert_eq!(with_exponent(3), Some(KeyKind::Rsa));
    }

    #[test]
    fn what_is_no_certificate_is_no_key() {
        assert!(Keys::default().of(b"").is_none());
        assert!(Keys::default().of(b"not a certificate").is_none());
    }

    #[test]
    fn a_key_is_read_once() {
        let keys = Keys::default();
        let (first, second) = (SigningKey::demo(), SigningKey::ec(Curve::P256).unwrap());
        let of = |key: &SigningKey| keys.of(&key.certificate_der()).unwrap();
        let (one, other) = (of(&first), of(&second));
        assert!(Arc::ptr_eq(&one, &of(&first)) && Arc::ptr_eq(&other, &of(&second)));
    }

    #[test]
    fn memory_is_bounded() {
        let keys = Keys::default();
        for n in 0..3 * REMEMBERED {
            keys.of(&n.to_le_bytes());
        }
        assert!(keys.known.read().unwrap().len() <= REMEMBERED);
    }

    #[test]
    fn a_fingerprint_is_sha_256_in_hexadecimal() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(fingerprint(b""), empty);
    }
}
