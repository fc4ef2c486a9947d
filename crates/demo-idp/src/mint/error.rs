//! Why something could not be minted.

/// Why something could not be minted.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// What is to be signed is not well-formed: raw XML that is broken on purpose belongs in after signing.
    #[error("the XML to sign is not well-formed")]
    Malformed(#[from] roxmltree::Error),
    /// There is no element to sign where the target says.
    #[error("the XML has no element to sign at the target")]
    NoTarget,
    /// OpenSSL refused the key or the algorithm.
    #[error("openssl refused")]
    OpenSsl(#[from] openssl::error::ErrorStack),
}
