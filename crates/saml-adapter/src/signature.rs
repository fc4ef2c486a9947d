//! The signatures themselves, by samael and xmlsec, with the connection's own keys alone.
//!
//! samael is called in its `PreDigest` mode, which gives back the very bytes that were digested, and with one certificate
//! at a time: with several it gives up at the first of the wrong type.

mod keys;

use std::panic::{AssertUnwindSafe, catch_unwind};

use roxmltree::Document;
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};
use vestibule_domain::connection::Certificate;
use vestibule_domain::ports::Rejection;

pub(crate) use keys::{Keys, fingerprint, key_kind_of};

use crate::gate::{Envelope, KeyKind};
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
    let needed: Vec<KeyKind> = [envelope.response_signature, envelope.assertion_signature]
        .into_iter()
        .flatten()
        .map(|signature| signature.key)
        .collect();
    if needed.is_empty() {
        return Err(Rejection::NotSigned);
    }
    xmlsec::harden();
    let mut usable = false;
    for certificate in certificates {
        let Some(kind) = keys.kind(&certificate.der) else { continue };
        usable = true;
        if needed.iter().any(|needed| *needed != kind) {
            continue;
        }
        if let Some(digested) = digested_bytes(xml, &certificate.der) {
            return Ok(Signed { digested, verified_by: fingerprint(&certificate.der) });
        }
    }
    Err(if usable { Rejection::InvalidSignature } else { Rejection::NoTrustedKey })
}

/// The bytes that all signatures of a document cover, if each of them verifies by the certificate's key.
fn digested_bytes(xml: &str, certificate: &[u8]) -> Option<String> {
    let certificates = [CertificateDer::from(certificate.to_vec())];
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

/// The signed element is the one that was looked at before: the same name and the same ID.
pub(crate) fn covers(document: &Document, envelope: &Envelope) -> Result<(), Rejection> {
    let signed = match envelope.response_signature {
        Some(_) => envelope.response,
        None => envelope.assertion()?,
    };
    let digested = document.root_element();
    let same = digested.tag_name() == signed.tag_name() && digested.attribute("ID") == signed.attribute("ID");
    if same { Ok(()) } else { Err(Rejection::SignedSomethingElse) }
}
