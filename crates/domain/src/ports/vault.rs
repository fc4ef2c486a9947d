//! What is kept sealed.

use super::KeyError;

/// Seals bytes under the key of the installation, and opens them again.
pub trait Vault: Send + Sync {
    /// The bytes, sealed so that they open at this place alone.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    fn seal(&self, place: &[u8], bytes: &[u8]) -> Result<Vec<u8>, KeyError>;

    /// The bytes that were sealed for this place.
    ///
    /// # Errors
    /// [`KeyError::Sealed`]: they were sealed under another key or for another place, or were changed.
    fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError>;
}
