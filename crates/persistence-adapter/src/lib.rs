//! Vestibule's stores on SQLite and PostgreSQL: the ports of [`Store`](vestibule_domain::ports::Store) in SQL, each of their methods
//! one atomic step.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use vestibule_persistence_adapter::{Database, Limits};
//!
//! let database = Database::open("postgres://vestibule@db.internal/vestibule", Limits::default())?;
//! database.migrate().await?;
//! let store = database.store();
//! store.ready().await?;
//! database.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! [`SqliteStore`] keeps everything in one file and is for one machine. [`PostgresStore`] is for any number of processes on one
//! database. Both pass, clause by clause, the contract of `vestibule_domain::testing`. The tables are in `migrations/`, one folder
//! a database, with the same numbers.
//!
//! # Invariants
//!
//! - A port method is one statement or one transaction, which is written whole or not at all, and nothing else is awaited in it.
//! - No statement is put together from text: values are always bound.
//! - What a decision was made on is compared, under a lock, in the write that the decision leads to.
//! - A row is parsed when it is read. One that does not parse is [`Corrupt`](vestibule_domain::ports::StoreError::Corrupt), and nobody
//!   is shown or told what stood in it.
//! - Neither an error nor a log line holds a database's URL, or a value of a row.
//! - Nobody waits longer than the [`Limits`] say for a connection, for somebody else's lock, or for PostgreSQL's answer.
//! - What is remembered of a connection is what the database has: each use asks for its versions.
//! - The history of sign-ins is only ever added to, until its organization is deleted; of who is erased it loses the person.
//! - A page of users costs about the same however many there are.

#[macro_use]
mod columns;

mod codec;
mod database;
mod error;
mod history;
mod importing;
mod keyed_requests;
mod listing;
mod migrating;
#[cfg(test)]
mod planning;
mod postgres;
mod rows;
mod setup_links;
mod sqlite;
mod trail;
mod views;

pub use database::{Database, Limits, OpenError};
pub use migrating::MigrateError;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
