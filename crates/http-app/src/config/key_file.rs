//! The file with the installation's key: 32 random bytes, in hexadecimal.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use vestibule_domain::ports::Random;
use vestibule_domain::token::SecretKey;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Others than its owner may read or change it.
    #[error("others than its owner may read or write the file: chmod 600 it")]
    TooOpen,
    /// It holds something else.
    #[error("the file holds no key: it must be 32 bytes, or 64 hexadecimal digits")]
    NotAKey,
    /// It cannot be read or written.
    #[error("the file cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// The key of a file; none if there is no such file.
///
/// # Errors
/// See [`KeyFileError`].
pub fn read_key_file(path: &Path) -> Result<Option<SecretKey>, KeyFileError> {
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(KeyFileError::NotAKey);
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(KeyFileError::TooOpen);
    }
    let mut content = Vec::new();
    file.take(128).read_to_end(&mut content)?;
    let key = key_of(&content).ok_or(KeyFileError::NotAKey)?;
    Ok(Some(SecretKey::new(&key)))
}

/// The key of a file, which is made if it is not there. Of several processes that make it at once, one does.
///
/// # Errors
/// See [`KeyFileError`].
pub fn create_key_file(path: &Path, random: &dyn Random) -> Result<SecretKey, KeyFileError> {
    if let Some(key) = read_key_file(path)? {
        return Ok(key);
    }
    let mut key = [0; 32];
    random.fill(&mut key);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let unfinished = Path::new(&name);
    let made = write_new(unfinished, &key).and_then(|()| match fs::hard_link(unfinished, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    });
    let removed = fs::remove_file(unfinished);
    made?;
    removed?;
    // Somebody else may have been faster: what counts is what is in the file.
    read_key_file(path)?.ok_or(KeyFileError::NotAKey)
}

fn write_new(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    for byte in key {
        write!(file, "{byte:02x}")?;
    }
    writeln!(file)?;
    file.sync_all()
}

fn key_of(content: &[u8]) -> Option<[u8; 32]> {
    if let Ok(key) = content.try_into() {
        return Some(key);
    }
    let digits = content.trim_ascii();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use vestibule_domain::ids::LinkId;
    use vestibule_domain::testing::CountingRandom;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.key");
        assert!(read_key_file(&path).unwrap().is_none());
        let random = CountingRandom::default();
        let first = create_key_file(&path, &random).unwrap();
        let second = create_key_file(&path, &random).unwrap();
        let token = |key: &SecretKey| key.link_token(LinkId(uuid::Uuid::nil())).reveal().to_owned();
        assert_eq!(token(&first), token(&second));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.key");
        create_key_file(&path, &CountingRandom::default()).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o644] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(read_key_file(&path), Err(KeyFileError::TooOpen)), "{mode:o}");
        }
    }

    #[test]
    fn a_key_is_raw_or_hexadecimal_and_nothing_else() {
        assert_eq!(key_of(&[7; 32]), Some([7; 32]));
        assert_eq!(key_of(format!("{}\n", "07".repeat(32)).as_bytes()), Some([7; 32]));
        for wrong in ["", "07", &"0g".repeat(32), &"07".repeat(33), &"+7".repeat(32)] {
            assert_eq!(key_of(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
