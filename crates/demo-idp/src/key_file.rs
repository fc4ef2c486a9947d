//! The identity provider's own key, made at the first start and kept.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};

use crate::mint::SigningKey;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// A file or the folder cannot be read or written.
    #[error("cannot read or write {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The files hold no key with its certificate; remove them to have new ones made.
    #[error("{} or the certificate beside it is not what it should be; remove both to have new ones made", path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// Why.
        source: openssl::error::ErrorStack,
    },
    /// OpenSSL made none.
    #[error("cannot make a key")]
    OpenSsl(#[from] openssl::error::ErrorStack),
}

/// Reads `idp.key` and `idp.crt` from a folder; where there is no key, makes one of RSA with 2048 bits, readable by its owner
/// alone, and a certificate for ten years.
///
/// # Errors
///
/// Where the folder cannot be written, or the files hold something else.
pub fn load_or_create_key(folder: &Path, now: DateTime<Utc>) -> Result<SigningKey, KeyFileError> {
    let key_file = folder.join("idp.key");
    let certificate_file = folder.join("idp.crt");
    if !key_file.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))?;
        let key =
            SigningKey::rsa_2048()?.with_validity(now - Duration::days(1), now + Duration::days(3652))?;
        // The key last: whoever finds it finds the certificate too.
        fs::write(&certificate_file, key.certificate_pem()).map_err(at(&certificate_file))?;
        write_private(&key_file, &key.private_key_pem()?).map_err(at(&key_file))?;
    }
    let private_key = fs::read(&key_file).map_err(at(&key_file))?;
    let certificate = fs::read(&certificate_file).map_err(at(&certificate_file))?;
    SigningKey::from_pem(&private_key, &certificate)
        .map_err(|source| KeyFileError::Unreadable { path: key_file, source })
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    |source| KeyFileError::Io { path, source }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/folder");
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let first = load_or_create_key(&folder, now).unwrap();
        let second = load_or_create_key(&folder, now).unwrap();
        assert_eq!(first.certificate_der(), second.certificate_der());
        assert_eq!(fs::metadata(folder.join("idp.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_broken_key_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("idp.key"), "no key").unwrap();
        fs::write(folder.path().join("idp.crt"), "no certificate").unwrap();
        let error = load_or_create_key(folder.path(), DateTime::UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("idp.key"), "{error}");
    }
}
