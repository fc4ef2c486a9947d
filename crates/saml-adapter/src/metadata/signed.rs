//! Metadata that somebody must have signed (SAML metadata 2.0 §3): by the readers and the rules that responses have.

use vestibule_domain::connection::Certificate;
use vestibule_domain::ports::{MetadataError, Rejection};

use super::{gated, not_xml};
use crate::gate;
use crate::limits::MAX_METADATA_ELEMENTS;
use crate::signature::{self, Keys};
use crate::xml;

/// The digested text of a document whose root is signed by the key of this certificate.
///
/// The signature covers the document without its comments, so that its text is read as it is without them.
pub(crate) fn signed(text: &str, by: &Certificate) -> Result<String, MetadataError> {
    let text = gate::with_line_feeds(gated(text)?);
    let document = xml::parse(&text, MAX_METADATA_ELEMENTS).ok_or_else(|| not_xml(&text))?;
    // A processing instruction is part of what is signed, and nothing here has a form for it.
    if document.root_element().descendants().any(|node| node.is_pi()) {
        return Err(refused(&Rejection::ProcessingInstruction));
    }
    let signature = gate::root_signature(&document).map_err(|rejection| refused(&rejection))?;
    let Some(signature) = signature else { return Err(refused(&Rejection::NotSigned)) };
    let keys = Keys::default();
    let signed = signature::verify_all(&text, &[&signature], std::slice::from_ref(by), &keys);
    signed.map(|signed| signed.digested).map_err(|rejection| refused(&rejection))
}

fn refused(rejection: &Rejection) -> MetadataError {
    match rejection {
        Rejection::NotSigned => MetadataError::new(
            "metadata_signature_missing",
            "The metadata is not signed, and it must be signed by the key of the metadata signing certificate.",
        ),
        Rejection::InvalidSignature | Rejection::NoTrustedKey | Rejection::SignedSomethingElse => {
            MetadataError::new(
                "metadata_signature_invalid",
                "The metadata is not signed by the key of the metadata signing certificate, or was changed afterwards.",
            )
        }
        Rejection::MisplacedSignature => MetadataError::new(
            "metadata_signature_unsupported",
            "The metadata must have one signature, at the beginning of its root, which is over all of it.",
        ),
        other => MetadataError::new(
            "metadata_signature_unsupported",
            format!(
                "The signature of the metadata is of a form that is not accepted: {}.",
                other.to_string().replace("the response", "the metadata")
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
