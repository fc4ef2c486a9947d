//! The signatures themselves, with the connection's own keys alone, by two readers that must agree: [`own`], and samael
//! with libxml and xmlsec.
//!
//! samael is called in its `PreDigest` mode, which gives back the very bytes that were digested, and with no other
//! certificate than the signature's: at one of another kind it would give up. So two signatures are verified one at a time,
//! the inner one on what it is in alone, which exclusive canonicalization makes possible.

mod keys;
mod own;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use samael::crypto::{
    AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoError, CryptoProvider, ReduceMode,
};
use vestibule_domain::connection::Certificate;
use vestibule_domain::ports::Rejection;

pub(crate) use keys::{Key, Keys, fingerprint, key_kind_of};

use crate::gate::{Envelope, Hash, KeyKind, Signature};
use crate::xmlsec;
use own::Read;

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
    let keys = usable(certificates, keys)?;
    let read: Option<Vec<_>> = signatures.iter().map(|signature| own::read(signature, &keys)).collect();
    let read = read.ok_or(Rejection::InvalidSignature)?;
    xmlsec::harden();
    // The Response's comes first, where it has one: it covers what the Assertion's covers, and more.
    let outermost = match &read[..] {
        [only] => {
            agreed(xml, only)?;
            only
        }
        [outer, inner] => {
            verified_by_xmlsec(xml, outer)?;
            agreed(&inner.alone(), inner)?;
            outer
        }
        _ => return Err(Rejection::NotSigned),
    };
    Ok(Signed { digested: outermost.digested.clone(), verified_by: outermost.signer.fingerprint.clone() })
}

/// Verifies the signature of some octets (SAML bindings 2.0 §3.4.4.1), which no XML is read for.
pub(crate) fn verify_octets(
    octets: &[u8],
    method: (KeyKind, Hash),
    value: &[u8],
    certificates: &[Certificate],
    keys: &Keys,
) -> Result<(), Rejection> {
    let keys = usable(certificates, keys)?;
    own::signer_of(octets, method, value, &keys).map(drop).ok_or(Rejection::InvalidSignature)
}

/// The keys of these certificates that are believed, of which there must be one.
fn usable(certificates: &[Certificate], keys: &Keys) -> Result<Vec<Arc<Key>>, Rejection> {
    let keys: Vec<Arc<Key>> = certificates.iter().filter_map(|each| keys.of(&each.der)).collect();
    if keys.is_empty() { Err(Rejection::NoTrustedKey) } else { Ok(keys) }
}

/// That samael verifies the only signature of a document by the same key, and finds that it covers the same bytes.
fn agreed(xml: &str, read: &Read) -> Result<(), Rejection> {
    let certificates = [CertificateDer::from(read.signer.certificate.clone())];
    let by_xmlsec = guarded(|| {
        Crypto::reduce_xml_to_signed_with_allowed_algorithms(
            xml,
            &certificates,
            ReduceMode::PreDigest,
            Some(&ALGORITHMS),
        )
    })?;
    // Byte for byte: two parsers that understand one text differently have different canonical forms of it.
    if by_xmlsec == read.digested { Ok(()) } else { Err(Rejection::SignedSomethingElse) }
}

/// That samael verifies the first signature of a document, which is its root's, by the same key. It does not give back the bytes, but they
/// have the digest that our own have, and so are the same.
fn verified_by_xmlsec(xml: &str, read: &Read) -> Result<(), Rejection> {
    let certificate = CertificateDer::from(read.signer.certificate.clone());
    guarded(|| Crypto::verify_signed_xml(xml, &certificate, Some("ID")))
}

/// samael and libxml are not ours: whatever they do, they do not take the process down.
fn guarded<T>(call: impl FnOnce() -> Result<T, CryptoError>) -> Result<T, Rejection> {
    catch_unwind(AssertUnwindSafe(call)).ok().and_then(Result::ok).ok_or(Rejection::InvalidSignature)
}

#[cfg(test)]
mod tests {
    use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey};

    use super::*;
    use crate::gate;

    fn signed(person: &str) -> String {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        ResponseBuilder::new(now, "https://sp/acs", "https://sp", "https://idp", person)
            .sign_response(&SigningKey::demo())
            .xml()
    }

    /// What samael makes of this change of a response in which we have read what stood there before.
    fn second_reading(change: impl Fn(&str) -> String) -> [Result<(), Rejection>; 2] {
        let before = signed("ada");
        let document = gate::parse(&before).unwrap();
        let envelope = gate::inspect(&document, gate::Form::Received).unwrap();
        let key = Keys::default().of(&SigningKey::demo().certificate_der()).unwrap();
        let read = own::read(envelope.response_signature.as_ref().unwrap(), &[key]).unwrap();
        xmlsec::harden();
        let after = change(&before);
        [agreed(&after, &read), verified_by_xmlsec(&after, &read)]
    }

    #[test]
    fn the_second_reader_goes_by_what_it_reads_itself() {
        assert_eq!(second_reading(str::to_owned), [Ok(()), Ok(())]);
        let changed = second_reading(|xml| xml.replace(">ada<", ">eve<"));
        assert_eq!(changed, [Err(Rejection::InvalidSignature), Err(Rejection::InvalidSignature)]);
        let [another, _] = second_reading(|_| signed("eve"));
        assert_eq!(another, Err(Rejection::SignedSomethingElse));
    }
}
