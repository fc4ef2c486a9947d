//! The store in a file.

mod contract;

use std::path::PathBuf;

use tempfile::TempDir;
use vestibule_persistence_adapter::{Database, Limits};

use crate::block_on;

/// A place for a database, gone with it.
struct File {
    folder: TempDir,
}

impl File {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("vestibule.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }

    /// The database in the file, with its tables.
    async fn open(&self) -> Database {
        let database = Database::open(&self.url(), Limits::default()).unwrap();
        database.migrate().await.unwrap();
        database
    }
}
