//! Signing keys and their self-signed certificates.

use chrono::{DateTime, Utc};
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::{X509, X509Builder, X509NameBuilder};

use super::algorithms::{hash_of, signature};

/// 2020-01-01 and 2120-01-01, the validity of a certificate that nobody gave another.
const DEFAULT_VALIDITY: (i64, i64) = (1_577_836_800, 4_733_510_400);

/// The elliptic curves of FIPS 186 that SAML implementations know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

impl Curve {
    fn nid(self) -> Nid {
        match self {
            Self::P256 => Nid::X9_62_PRIME256V1,
            Self::P384 => Nid::SECP384R1,
            Self::P521 => Nid::SECP521R1,
        }
    }
}

/// A private key with its self-signed certificate. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    private: PKey<Private>,
    certificate: X509,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A fixed RSA key of 2048 bits that everybody knows, with a certificate from 2020 to 2120: for tests and benchmarks,
    /// which have no time to make one.
    ///
    /// # Panics
    ///
    /// Never: the key is part of this crate.
    #[must_use]
    pub fn demo() -> Self {
        #[expect(clippy::expect_used, reason = "the two files are part of this crate")]
        Self::from_pem(include_bytes!("demo-key.pem"), include_bytes!("demo-certificate.pem"))
            .expect("the embedded demo key is readable")
    }

    /// A new RSA key of 2048 bits.
    ///
    /// # Errors
    ///
    /// Where OpenSSL fails.
    pub fn rsa_2048() -> Result<Self, ErrorStack> {
        Self::rsa_bits(2048)
    }

    /// A new RSA key of so many bits.
    ///
    /// # Errors
    ///
    /// Where OpenSSL refuses the size (it takes 512 and more).
    pub fn rsa_bits(bits: u32) -> Result<Self, ErrorStack> {
        Self::certified(PKey::from_rsa(Rsa::generate(bits)?)?)
    }

    /// A new key on a curve.
    ///
    /// # Errors
    ///
    /// Where OpenSSL fails.
    pub fn ec(curve: Curve) -> Result<Self, ErrorStack> {
        let group = EcGroup::from_curve_name(curve.nid())?;
        Self::certified(PKey::from_ec_key(EcKey::generate(&group)?)?)
    }

    /// A key and its certificate from PEM text, the key in PKCS #8.
    ///
    /// # Errors
    ///
    /// Where one of them is unreadable.
    pub fn from_pem(private_key: &[u8], certificate: &[u8]) -> Result<Self, ErrorStack> {
        Ok(Self {
            private: PKey::private_key_from_pem(private_key)?,
            certificate: X509::from_pem(certificate)?,
        })
    }

    fn certified(private: PKey<Private>) -> Result<Self, ErrorStack> {
        let (not_before, not_after) = DEFAULT_VALIDITY;
        let from = Asn1Time::from_unix(not_before)?;
        let to = Asn1Time::from_unix(not_after)?;
        let certificate = certify(&private, &from, &to)?;
        Ok(Self { private, certificate })
    }

    /// The same key with a new certificate that is valid from one instant to the other, to the second.
    ///
    /// # Errors
    ///
    /// Where OpenSSL fails.
    pub fn with_validity(
        &self,
        not_before: DateTime<Utc>,
        not_after: DateTime<Utc>,
    ) -> Result<Self, ErrorStack> {
        let from = Asn1Time::from_unix(not_before.timestamp())?;
        let to = Asn1Time::from_unix(not_after.timestamp())?;
        Ok(Self { private: self.private.clone(), certificate: certify(&self.private, &from, &to)? })
    }

    /// The certificate as DER bytes.
    ///
    /// # Panics
    ///
    /// Where OpenSSL is out of memory.
    #[must_use]
    pub fn certificate_der(&self) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "encoding a parsed certificate needs memory alone")]
        self.certificate.to_der().expect("the certificate encodes")
    }

    /// The certificate as PEM text.
    ///
    /// # Panics
    ///
    /// Where OpenSSL is out of memory.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        #[expect(clippy::expect_used, reason = "encoding a parsed certificate needs memory alone")]
        let pem = self.certificate.to_pem().expect("the certificate encodes");
        String::from_utf8_lossy(&pem).into_owned()
    }

    /// The private key as PEM text (PKCS #8, not encrypted).
    ///
    /// # Errors
    ///
    /// Where OpenSSL fails.
    pub fn private_key_pem(&self) -> Result<String, ErrorStack> {
        Ok(String::from_utf8_lossy(&self.private.private_key_to_pem_pkcs8()?).into_owned())
    }

    /// The private key itself.
    #[must_use]
    pub fn private_key(&self) -> &PKey<Private> {
        &self.private
    }

    /// The signature method that goes with this key: SHA-256 for RSA, the curve's own size for ECDSA.
    #[must_use]
    pub fn default_signature_algorithm(&self) -> &'static str {
        match (self.private.id(), self.private.bits()) {
            (Id::EC, 384) => signature::ECDSA_SHA384,
            (Id::EC, 521) => signature::ECDSA_SHA512,
            (Id::EC, _) => signature::ECDSA_SHA256,
            _ => signature::RSA_SHA256,
        }
    }

    /// Signs bytes as XML Signature wants it: ECDSA as the two numbers one after the other (RFC 9231 §2.3.6).
    ///
    /// An algorithm that is not of this key's kind signs with this key all the same, by the hash in its name.
    ///
    /// # Errors
    ///
    /// Where OpenSSL refuses, as for a hash too long for the key.
    pub fn sign(&self, algorithm: &str, bytes: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let hash = hash_of(algorithm);
        if algorithm.contains("#hmac-") {
            let secret = PKey::hmac(self.certificate_pem().as_bytes())?;
            return Signer::new(hash, &secret)?.sign_oneshot_to_vec(bytes);
        }
        let signed = Signer::new(hash, &self.private)?.sign_oneshot_to_vec(bytes)?;
        if self.private.id() != Id::EC {
            return Ok(signed);
        }
        let width = i32::try_from(self.private.bits().div_ceil(8)).unwrap_or(i32::MAX);
        let pair = EcdsaSig::from_der(&signed)?;
        let mut raw = pair.r().to_vec_padded(width)?;
        raw.extend(pair.s().to_vec_padded(width)?);
        Ok(raw)
    }
}

fn certify(
    key: &PKey<Private>,
    not_before: &Asn1TimeRef,
    not_after: &Asn1TimeRef,
) -> Result<X509, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, "Vestibule demo identity provider")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "Not for real sign-ins")?;
    let name = name.build();
    let mut serial = BigNum::new()?;
    serial.rand(127, openssl::bn::MsbOption::MAYBE_ZERO, false)?;

    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(not_before)?;
    builder.set_not_after(not_after)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}
