//! The signatures themselves, with the connection's own keys alone, by two readers that must agree: [`own`], and samael
//! with libxml and xmlsec.
//!
//! samael is called in its `PreDigest` mode, which gives back the very bytes that were digested, and with no other
//! certificate than the signatures': at one of another kind it would give up.

mod keys;
mod own;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};
use vestibule_domain::connection::Certificate;
use vestibule_domain::ports::Rejection;

pub(crate) use keys::{Key, Keys, fingerprint, key_kind_of};

use crate::gate::{Envelope, Signature};
use crate::xmlsec;

/// The algorithms of the gate once more, for samael.
const ALGORITHMS: [AllowedSignatureAlgorithm; 6] = [
    AllowedSignatureAlgorithm::RsaSha256,
    AllowedSignatureAlgorithm::RsaSha384,
    AllowedSignatureAlgorithm::RsaSha512,
    AllowedSignatureAlgorithm::EcdsaSha256,
    AllowedSignatureAlgorithm::EcdsaSha384,
    AllowedSignatureAlgorithm::EcdsaSha512,
];

/// What a signature covers, and whose it is.
#[derive(Debug)]
pub(crate) struct Signed {
    /// The bytes that were digested: the whole Response, or the Assertion alone.
    pub(crate) digested: String,
    /// The SHA-256 fingerprint of the certificate that verified them.
    pub(crate) verified_by: String,
}

/// Verifies every signature of a response that passed the gate. `xml` is what `envelope` was parsed from.
pub(crate) fn verify(
    xml: &str,
    envelope: &Envelope,
    certificates: &[Certificate],
    keys: &Keys,
) -> Result<Signed, Rejection> {
    // samael believes everything when it is given no certificate.
    if certificates.is_empty() {
        return Err(Rejection::NoTrustedKey);
    }
    let signatures = [&envelope.response_signature, &envelope.assertion_signature];
    let signatures: Vec<&Signature> = signatures.into_iter().flatten().collect();
    verify_all(xml, &signatures, certificates, keys)
}

/// Verifies these signatures of a document, all that it has, the outermost first. `xml` is what they were parsed from.
pub(crate) fn verify_all(
    xml: &str,
    signatures: &[&Signature],
    certificates: &[Certificate],
    keys: &Keys,
) -> Result<Signed, Rejection> {
    if signatures.is_empty() {
        return Err(Rejection::NotSigned);
    }
    let keys: Vec<Arc<Key>> = certificates.iter().filter_map(|each| keys.of(&each.der)).collect();
    if keys.is_empty() {
        return Err(Rejection::NoTrustedKey);
    }
    let signers = each(signatures, |signature| own::signer(signature, &keys))?;
    let digests = each(signatures, own::digested)?;
    // The Response's comes first, where it has one: it covers what the Assertion's covers, and more.
    let (Some(signer), Some(digested)) = (signers.first(), digests.into_iter().next()) else {
        return Err(Rejection::NotSigned);
    };
    xmlsec::harden();
    let by_xmlsec = digested_by_xmlsec(xml, &signers).ok_or(Rejection::InvalidSignature)?;
    // Byte for byte: two parsers that understand one text differently have different canonical forms of it.
    if by_xmlsec != digested {
        return Err(Rejection::SignedSomethingElse);
    }
    Ok(Signed { digested: by_xmlsec, verified_by: signer.fingerprint.clone() })
}

/// What is found of each signature, if it is found of all of them.
fn each<'s, 'a, T>(
    signatures: &[&'s Signature<'a>],
    find: impl Fn(&'s Signature<'a>) -> Option<T>,
) -> Result<Vec<T>, Rejection> {
    signatures.iter().copied().map(find).collect::<Option<_>>().ok_or(Rejection::InvalidSignature)
}

/// The bytes that the outer signature of a document covers, if each signature verifies by one of the keys.
fn digested_by_xmlsec(xml: &str, signers: &[Arc<Key>]) -> Option<String> {
    let mut certificates: Vec<_> =
        signers.iter().map(|key| CertificateDer::from(key.certificate.clone())).collect();
    certificates.dedup();
    // samael and libxml are not ours: whatever they do, they do not take the process down.
    let reduced = catch_unwind(AssertUnwindSafe(|| {
        Crypto::reduce_xml_to_signed_with_allowed_algorithms(
            xml,
            &certificates,
            ReduceMode::PreDigest,
            Some(&ALGORITHMS),
        )
    }));
    reduced.ok()?.ok()
}
