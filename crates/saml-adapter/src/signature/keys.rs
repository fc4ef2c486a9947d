//! Which keys are believed at all.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use openssl::nid::Nid;
use openssl::pkey::{Id, PKeyRef, Public};
use openssl::x509::X509;
use sha2::{Digest, Sha256};

use crate::gate::KeyKind;
use crate::limits::MIN_RSA_BITS;

/// How many certificates are remembered.
const REMEMBERED: usize = 1_024;

/// The kind of each certificate's key, remembered because reading one takes longer than verifying a signature.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    kinds: RwLock<HashMap<Vec<u8>, Option<KeyKind>>>,
}

impl Keys {
    /// The kind of a certificate's key; none if it is unreadable, too weak, or of another kind.
    pub(crate) fn kind(&self, der: &[u8]) -> Option<KeyKind> {
        let remembered = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(der).copied();
        if let Some(kind) = remembered {
            return kind;
        }
        let kind = X509::from_der(der).and_then(|certificate| certificate.public_key()).ok();
        let kind = kind.and_then(|key| key_kind_of(&key));
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        if kinds.len() >= REMEMBERED {
            kinds.clear();
        }
        kinds.insert(der.to_vec(), kind);
        kind
    }
}

/// RSA of 2048 bits and more, or one of the three curves of NIST that SAML implementations know.
pub(crate) fn key_kind_of(key: &PKeyRef<Public>) -> Option<KeyKind> {
    match key.id() {
        Id::RSA if key.bits() >= MIN_RSA_BITS => Some(KeyKind::Rsa),
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
        assert_eq!(keys.kind(&key.certificate_der()), kind);
        assert_eq!(keys.kind(&key.certificate_der()), kind, "as remembered");
    }

    #[test]
    fn what_is_no_certificate_is_no_key() {
        assert_eq!(Keys::default().kind(b""), None);
        assert_eq!(Keys::default().kind(b"not a certificate"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let keys = Keys::default();
        for n in 0..3 * REMEMBERED {
            keys.kind(&n.to_le_bytes());
        }
        assert!(keys.kinds.read().unwrap().len() <= REMEMBERED);
    }

    #[test]
    fn a_fingerprint_is_sha_256_in_hexadecimal() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(fingerprint(b""), empty);
    }
}
