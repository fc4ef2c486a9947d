//! What both databases share of bringing tables to this version.

use sqlx::migrate::Migrator;
use vestibule_domain::ports::StoreError;

use crate::error::{Failure, failure, not_migrated};

/// Why the tables could not be brought to this version.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer version of Vestibule was here before.
    #[error("the database was migrated by a newer version: its migration {0} is not known here")]
    Newer(i64),
    /// A migration that was applied reads differently today.
    #[error("the migration {0} that the database has is not the one of this version")]
    Changed(i64),
    /// The file of the database can neither be opened nor made.
    #[error("the database file cannot be opened or created")]
    File(#[source] std::io::Error),
    /// The database did not answer, or refused.
    #[error("the database could not be migrated")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for MigrateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(Box::new(failure(&error)))
    }
}

impl From<sqlx::migrate::MigrateError> for MigrateError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            sqlx::migrate::MigrateError::VersionMismatch(version)
            | sqlx::migrate::MigrateError::Dirty(version) => Self::Changed(version),
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            _ => Self::Failed(Box::new(Failure::new("the migrations cannot be read"))),
        }
    }
}

/// What a database says of the migrations that it has.
pub(crate) const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";

/// Whether the tables are those of this version, or of a later one, which keeps them usable while its own processes take over.
pub(crate) fn must_have_all(migrator: &Migrator, applied: &[i64]) -> Result<(), StoreError> {
    let has = |version| applied.contains(&version);
    if migrator.iter().all(|migration| has(migration.version)) { Ok(()) } else { Err(not_migrated()) }
}
