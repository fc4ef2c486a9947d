//! Signatures in what this service sends by the POST binding (SAML core 2.0 §5.4): RSA with SHA-256, one reference to the
//! message, exclusive canonicalization.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use vestibule_domain::ports::{KeyError, Signer};

use crate::canonical::canonical;
use crate::limits::MAX_ELEMENTS;
use crate::names::{DIGEST_METHODS, DS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_METHODS};
use crate::xml;

/// What the schema has a signature follow, as the messages here write it.
const ISSUER_END: &str = "</saml:Issuer>";

/// A message of ours with its signature, after the Issuer. `id` is the message's.
pub(super) fn signed(message: &str, id: &str, signer: &Signer<'_>) -> Result<String, KeyError> {
    let (before, after) = message.split_once(ISSUER_END).ok_or(KeyError::Failed)?;
    let digest = STANDARD.encode(Sha256::digest(canonical_form(message)?));
    let signed_info = format!(
        concat!(
            r#"<ds:SignedInfo xmlns:ds="{}"><ds:CanonicalizationMethod Algorithm="{}"/><ds:SignatureMethod Algorithm="{}"/>"#,
            r##"<ds:Reference URI="#{}"><ds:Transforms><ds:Transform Algorithm="{}"/><ds:Transform Algorithm="{}"/>"##,
            r#"</ds:Transforms><ds:DigestMethod Algorithm="{}"/><ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
        ),
        DS,
        EXCLUSIVE_C14N,
        RSA_METHODS[0],
        id,
        ENVELOPED_SIGNATURE,
        EXCLUSIVE_C14N,
        DIGEST_METHODS[0],
        digest,
    );
    let value = STANDARD.encode(signer.sign(canonical_form(&signed_info)?.as_bytes())?);
    let certificate = STANDARD.encode(&signer.key.certificate.der);
    Ok(format!(
        concat!(
            r#"{}{}<ds:Signature xmlns:ds="{}">{}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"#,
            r#"<ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>{}"#,
        ),
        before, ISSUER_END, DS, signed_info, value, certificate, after,
    ))
}

fn canonical_form(xml: &str) -> Result<String, KeyError> {
    let document = xml::parse(xml, MAX_ELEMENTS).ok_or(KeyError::Failed)?;
    Ok(canonical(document.root_element(), None, &[]))
}
