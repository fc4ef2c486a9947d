//! Mails as files, for development and for machines that fetch them themselves.

use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tempfile::NamedTempFile;
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{MailError, Mailer};

use crate::composer::Composer;
use crate::mailer::Unusable;

/// Writes each mail into a folder, as `<letter's id>.eml`. A file is whole when it has its name, so that a letter sent twice
/// makes one file. The folder is made with mode 0700, files with 0600: a mail can hold a link that opens an account.
#[derive(Debug, Clone)]
pub struct FileMailer {
    folder: PathBuf,
    composer: Arc<Composer>,
}

impl FileMailer {
    /// Writes into this folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>, composer: Arc<Composer>) -> Self {
        Self { folder: folder.into(), composer }
    }

    /// Whether the folder can be written to. Makes it if it is missing.
    ///
    /// # Errors
    /// Says why not.
    pub async fn check(&self) -> Result<(), Unusable> {
        let folder = self.folder.clone();
        let tried = blocking(move || unnamed_file_in(&folder).map(drop)).await;
        tried.map_err(|error| {
            Unusable(format!("the folder {} cannot be used: {error}", self.folder.display()))
        })
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let mail = self.composer.message(letter)?.formatted();
        let (folder, name) = (self.folder.clone(), format!("{}.eml", letter.id));
        let written = blocking(move || write(&folder, &name, &mail)).await;
        written.map_err(|error| {
            MailError::Transient(format!("the folder for mails cannot be written to: {error}"))
        })
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut file = unnamed_file_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    // The name is in the folder's own blocks.
    std::fs::File::open(folder)?.sync_all()
}

/// A file with mode 0600 that goes away unless it gets its name.
fn unnamed_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // The error of `tempfile` would name the file that it tried.
    tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| error.kind().into())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
