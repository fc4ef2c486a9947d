use openssl::sign::Verifier;
use vestibule_domain::service_key::KeyState;
use vestibule_domain::testing::CountingRandom;
use vestibule_domain::token::SecretKey;

use super::*;
use crate::sealing::{NONCE, TAG};

fn keyring(byte: u8) -> Keyring {
    Keyring::new(SecretKey::new(&[byte; 32]).sealing_key())
}

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00.5Z".parse().unwrap()
}

fn id() -> ServiceKeyId {
    use std::sync::LazyLock;

    use vestibule_domain::ports::Random;

    static RANDOM: LazyLock<CountingRandom> = LazyLock::new(CountingRandom::default);
    (&*RANDOM as &dyn Random).id(now())
}

/// A keyring and a key of it.
pub(crate) fn keyring_and_key(usage: KeyUsage) -> (Keyring, ServiceKey) {
    (keyring(7), made(usage))
}

fn made(usage: KeyUsage) -> ServiceKey {
    let id = id();
    let NewKey { certificate, sealed } = keyring(7).make_now(id, usage, now()).unwrap();
    ServiceKey { id, usage, state: KeyState::Current, certificate, sealed, created_at: now() }
}

#[test]
fn a_key_is_rsa_in_a_certificate_of_ten_years() {
    let key = made(KeyUsage::Signing);
    keyring(7).check(&key).unwrap();
    let certificate = X509::from_der(&key.certificate.der).unwrap();
    let public = certificate.public_key().unwrap();
    assert_eq!((public.bits(), certificate.verify(&public).unwrap()), (3_072, true));
    assert_eq!(key.certificate.subject, "CN=Vestibule");
    assert_eq!(key.certificate.not_before.to_rfc3339(), "2026-11-24T08:00:00+00:00");
    assert_eq!(key.certificate.not_after - key.certificate.not_before, TimeDelta::days(3_650));
}

#[test]
fn a_key_opens_in_its_own_row_alone() {
    let key = made(KeyUsage::Encryption);
    let other = made(KeyUsage::Encryption);
    let opens = |key: &ServiceKey| keyring(7).check(key);
    assert_eq!(opens(&key), Ok(()));
    let changed: [fn(ServiceKey, ServiceKey) -> ServiceKey; 5] = [
        |key, other| ServiceKey { sealed: other.sealed, ..key },
        |key, other| ServiceKey { id: other.id, ..key },
        |key, _| ServiceKey { usage: KeyUsage::Signing, ..key },
        |key, other| ServiceKey { certificate: other.certificate, ..key },
        |key, other| ServiceKey { certificate: other.certificate, sealed: other.sealed, ..key },
    ];
    for change in changed {
        assert_eq!(opens(&change(key.clone(), other.clone())), Err(KeyError::Sealed));
    }
    // A certificate whose fingerprint is kept and whose key is another's.
    let mut disguised = key.clone();
    disguised.certificate.der = other.certificate.der;
    assert_eq!(opens(&disguised), Err(KeyError::Sealed));
    assert_eq!(keyring(8).check(&key), Err(KeyError::Sealed));
}

#[test]
fn a_sealed_key_that_was_changed_or_cut_does_not_open() {
    let key = made(KeyUsage::Signing);
    let with = |sealed: Vec<u8>| keyring(7).check(&ServiceKey { sealed: SealedKey(sealed), ..key.clone() });
    let sealed = &key.sealed.0;
    for at in [0, 1, NONCE, NONCE + 1, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(with(changed), Err(KeyError::Sealed), "byte {at}");
    }
    for length in [0, 1, NONCE, NONCE + TAG, NONCE + TAG + 1, sealed.len() - 1] {
        assert_eq!(with(sealed[..length].to_vec()), Err(KeyError::Sealed), "{length} bytes");
    }
}

#[test]
fn what_is_sealed_or_shown_tells_nothing() {
    let key = made(KeyUsage::Signing);
    let der = keyring(7).open(&key).unwrap().private_key_to_der().unwrap();
    assert!(!key.sealed.0.windows(16).any(|part| der.windows(16).any(|secret| part == secret)));
    assert!(!format!("{key:?} {:?}", keyring(7)).contains(&format!("{:?}", &key.sealed.0[20..24])));
}

#[test]
fn a_signing_key_signs_and_an_encryption_key_does_not() {
    let key = made(KeyUsage::Signing);
    let signature = keyring(7).sign(&key, b"text").unwrap();
    let public = X509::from_der(&key.certificate.der).unwrap().public_key().unwrap();
    let verifies = |bytes: &[u8]| {
        Verifier::new(MessageDigest::sha256(), &public).unwrap().verify_oneshot(&signature, bytes).unwrap()
    };
    assert!(verifies(b"text") && !verifies(b"test"));
    assert_eq!(keyring(8).sign(&key, b"text"), Err(KeyError::Sealed));
    assert_eq!(keyring(7).sign(&made(KeyUsage::Encryption), b"text"), Err(KeyError::Failed));
}

#[tokio::test]
async fn keys_are_made_off_the_runtime() {
    let id = id();
    let NewKey { certificate, sealed } = keyring(7).make(id, KeyUsage::Signing, now()).await.unwrap();
    let key = ServiceKey {
        id,
        usage: KeyUsage::Signing,
        state: KeyState::Next,
        certificate,
        sealed,
        created_at: now(),
    };
    assert_eq!(keyring(7).check(&key), Ok(()));
}
