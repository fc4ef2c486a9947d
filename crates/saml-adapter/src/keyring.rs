//! The service's own keys: made, sealed for the store, opened again, and signed with.
//!
//! A private key is sealed by AES-256-GCM under the installation's sealing key, bound to its row, its use and its
//! certificate: put into another row it does not open. It is opened for each use, and kept nowhere.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{KeyError, Keysmith, NewKey};
use vestibule_domain::service_key::{KeyUsage, SealedKey, ServiceKey};
use vestibule_domain::token::SealingKey;
use zeroize::Zeroizing;

use crate::metadata::described;
use crate::sealing::{seal, unseal};
use crate::signature::fingerprint;

/// Bits of a new RSA key (NIST SP 800-57 part 1: 128 bits of security, beyond 2030).
const RSA_BITS: u32 = 3_072;
/// How long a certificate says that its key is valid. Identity providers that look at it at all stop working when it is over.
const VALIDITY: TimeDelta = TimeDelta::days(3_650);

/// Makes, opens and uses the service's own keys, which are sealed under the installation's.
#[derive(Debug, Clone)]
pub struct Keyring {
    sealing: SealingKey,
}

impl Keyring {
    /// The keyring of an installation.
    #[must_use]
    pub fn new(sealing: SealingKey) -> Self {
        Self { sealing }
    }

    /// The private key.
    pub(crate) fn open(&self, key: &ServiceKey) -> Result<PKey<Private>, KeyError> {
        let der = self.unsealed(key).ok_or(KeyError::Sealed)?;
        PKey::private_key_from_der(&der).map_err(|_| KeyError::Sealed)
    }

    fn unsealed(&self, key: &ServiceKey) -> Option<Zeroizing<Vec<u8>>> {
        let bound = bound_to(key.id, key.usage, &key.certificate.sha256_fingerprint);
        unseal(&self.sealing, &bound, &key.sealed.0)
    }

    fn sealed(
        &self,
        private: &PKey<Private>,
        id: ServiceKeyId,
        usage: KeyUsage,
        fingerprint: &str,
    ) -> Result<SealedKey, ErrorStack> {
        let der = Zeroizing::new(private.private_key_to_der()?);
        seal(&self.sealing, &bound_to(id, usage, fingerprint), &der).map(SealedKey)
    }

    fn make_now(&self, id: ServiceKeyId, usage: KeyUsage, now: DateTime<Utc>) -> Result<NewKey, KeyError> {
        let private = Rsa::generate(RSA_BITS).and_then(PKey::from_rsa).map_err(failed)?;
        let certificate = certify(&private, now).map_err(failed)?;
        let certificate = described(&certificate).ok_or(KeyError::Failed)?;
        let sealed = self.sealed(&private, id, usage, &certificate.sha256_fingerprint).map_err(failed)?;
        Ok(NewKey { certificate, sealed })
    }
}

#[async_trait]
impl Keysmith for Keyring {
    async fn make(&self, id: ServiceKeyId, usage: KeyUsage, now: DateTime<Utc>) -> Result<NewKey, KeyError> {
        let keyring = self.clone();
        // Looking for two large primes takes a good part of a second.
        let made = tokio::task::spawn_blocking(move || keyring.make_now(id, usage, now)).await;
        made.unwrap_or(Err(KeyError::Failed))
    }

    fn check(&self, key: &ServiceKey) -> Result<(), KeyError> {
        let private = self.open(key)?;
        let certified = X509::from_der(&key.certificate.der).and_then(|certificate| certificate.public_key());
        let belongs = certified.is_ok_and(|public| public.public_eq(&private))
            && fingerprint(&key.certificate.der) == key.certificate.sha256_fingerprint;
        if belongs { Ok(()) } else { Err(KeyError::Sealed) }
    }

    fn sign(&self, key: &ServiceKey, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        if key.usage != KeyUsage::Signing {
            return Err(KeyError::Failed);
        }
        let private = self.open(key)?;
        let mut signer = Signer::new(MessageDigest::sha256(), &private).map_err(failed)?;
        signer.sign_oneshot_to_vec(bytes).map_err(failed)
    }
}

/// What a sealed key belongs to. Its parts are of fixed length but for the use, of which none begins with another.
fn bound_to(id: ServiceKeyId, usage: KeyUsage, fingerprint: &str) -> Vec<u8> {
    [b"vestibule service key\0", &id.0.as_bytes()[..], usage.as_str().as_bytes(), fingerprint.as_bytes()]
        .concat()
}

fn failed(_: ErrorStack) -> KeyError {
    KeyError::Failed
}

/// A certificate that a key signs for itself (RFC 5280). Nobody believes it for its signature; it is the form in which metadata
/// carries a key.
fn certify(key: &PKey<Private>, now: DateTime<Utc>) -> Result<X509, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, "Vestibule")?;
    let name = name.build();
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;

    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::from_unix(now.timestamp())?)?;
    builder.set_not_after(&*Asn1Time::from_unix((now + VALIDITY).timestamp())?)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

#[cfg(test)]
pub(crate) mod tests;
