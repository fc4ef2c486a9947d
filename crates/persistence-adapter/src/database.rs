//! Which database a URL names.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vestibule_domain::ports::Store;

use crate::{MigrateError, PostgresStore, SqliteStore};

/// What a store may use of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most connections at once. SQLite has one more, which alone writes.
    pub connections: u32,
    /// The longest wait for a free connection, and for a lock that somebody else holds.
    pub wait: Duration,
    /// The longest that PostgreSQL may work on one statement.
    pub statement: Duration,
}

impl Default for Limits {
    /// 10 connections, 5 seconds, 30 seconds.
    fn default() -> Self {
        Self { connections: 10, wait: Duration::from_secs(5), statement: Duration::from_secs(30) }
    }
}

/// A database of one of the two kinds.
#[derive(Debug, Clone)]
pub enum Database {
    /// One file.
    Sqlite(SqliteStore),
    /// A server.
    Postgres(PostgresStore),
}

/// Why a URL is not one of a database that can be used. The URL itself, which may hold a password, is in no message.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another scheme than the known ones.
    #[error("a database URL begins with sqlite: or postgres:")]
    Scheme,
    /// The scheme is known, the rest is not understood.
    #[error("the database URL cannot be read; it must look like {0}")]
    Url(&'static str),
    /// A database in memory, which every connection would have of its own.
    #[error("SQLite in memory is not supported: name a file, such as sqlite:vestibule.db")]
    InMemory,
}

impl Database {
    /// Takes the database that a URL names, `sqlite:vestibule.db` or `postgres://user@host/name`. Neither a file nor a server is
    /// touched yet.
    ///
    /// To be called within a Tokio runtime.
    ///
    /// # Errors
    /// Says what is wrong with the URL.
    pub fn open(url: &str, limits: Limits) -> Result<Self, OpenError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => SqliteStore::open(url, limits).map(Self::Sqlite),
            Some("postgres" | "postgresql") => PostgresStore::open(url, limits).map(Self::Postgres),
            _ => Err(OpenError::Scheme),
        }
    }

    /// Makes the tables, or brings them to this version; an SQLite file that is missing is made. Safe when several processes do it at once.
    ///
    /// # Errors
    /// [`MigrateError`]; the migrations that were applied stay applied, and it can be tried again.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite(store) => store.migrate().await,
            Self::Postgres(store) => store.migrate().await,
        }
    }

    /// The file of the database, if there should be one and there is none.
    #[must_use]
    pub fn missing_file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(store) => store.missing_file(),
            Self::Postgres(_) => None,
        }
    }

    /// The store, to be shared.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
        }
    }

    /// Waits for what is being done, and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}
