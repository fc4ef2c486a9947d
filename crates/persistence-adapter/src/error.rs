//! What a failure of the database means to a caller.

use sqlx::error::{DatabaseError, ErrorKind};
use vestibule_domain::ports::{StoreError, UniqueKey};

/// What went wrong, in words that can be logged: sqlx's own errors may quote rows, and their `Debug` does.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(what: &str) -> Self {
        Self(what.to_owned())
    }
}

/// What tells the two databases' errors apart.
pub(crate) trait Dialect {
    /// Which unique key a violation is of, if it is one that callers know.
    fn unique_key(error: &dyn DatabaseError) -> Option<UniqueKey>;

    /// Whether the same transaction may succeed when it is tried again, because another one was in its way.
    fn lost_a_race(error: &dyn DatabaseError) -> bool;

    /// Whether a table is missing.
    fn lacks_a_table(error: &dyn DatabaseError) -> bool;
}

/// The error of a port for an error of sqlx.
pub(crate) fn store_error<D: Dialect>(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => match error.kind() {
            ErrorKind::UniqueViolation => {
                D::unique_key(&*error).map_or(StoreError::Conflict, StoreError::Taken)
            }
            // The row that is referred to was deleted meanwhile.
            ErrorKind::ForeignKeyViolation => StoreError::Conflict,
            _ if D::lost_a_race(&*error) => StoreError::Conflict,
            _ if D::lacks_a_table(&*error) => not_migrated(),
            _ => StoreError::Unavailable(Box::new(database_failure(&*error))),
        },
        sqlx::Error::ColumnDecode { index, .. } => corrupt(format!("the column {index} cannot be read")),
        sqlx::Error::Decode(_) => corrupt("a value cannot be read".to_owned()),
        error => StoreError::Unavailable(Box::new(failure(&error))),
    }
}

/// The same, for what is decided on a read that may be old by now: a key that somebody else took is a conflict there.
pub(crate) fn conflict_or<D: Dialect>(error: sqlx::Error) -> StoreError {
    match store_error::<D>(error) {
        StoreError::Taken(_) => StoreError::Conflict,
        other => other,
    }
}

/// `Ok` if rows were written, as they are unless another version stood there.
pub(crate) fn unless_conflict(written: bool) -> Result<(), StoreError> {
    if written { Ok(()) } else { Err(StoreError::Conflict) }
}

/// The tables are not those of this version.
pub(crate) fn not_migrated() -> StoreError {
    StoreError::Unavailable(Box::new(Failure::new("the database is not migrated to this version")))
}

/// An error of sqlx without what it quotes.
pub(crate) fn failure(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(error) => database_failure(&**error),
        sqlx::Error::ColumnDecode { index, .. } => Failure(format!("the column {index} cannot be read")),
        // Nothing of a row or of a URL is in what is left: sockets, TLS, the pool, the protocol.
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Failure(error.to_string()),
        _ => Failure("the database's answer was not understood".to_owned()),
    }
}

/// PostgreSQL's messages of class 22 (data exception) and 23 (integrity constraint violation) quote values.
fn database_failure(error: &dyn DatabaseError) -> Failure {
    let code = error.code().unwrap_or_default();
    if code.starts_with("22") || code.starts_with("23") {
        Failure(format!("error {code}"))
    } else {
        Failure(format!("error {code}: {}", error.message()))
    }
}

fn corrupt(what: String) -> StoreError {
    StoreError::Corrupt(Box::new(Failure(what)))
}
