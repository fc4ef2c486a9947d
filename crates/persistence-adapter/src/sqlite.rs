//! The store in one SQLite file.

mod administration;
mod administrators;
mod arrivals;
mod audit;
mod credentials;
mod directory;
mod erasing;
mod history;
mod importing;
mod keyed_requests;
mod keys;
mod links;
mod outbox;
mod password_links;
mod portal;
mod recording;
mod refreshing;
mod sessions;
mod setup_links;
mod sign_ons;
mod sweeping;
mod trials;
mod users;

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Sqlite, Transaction};
use vestibule_domain::ports::{AuditEvent, StoreError, UniqueKey};

use crate::error::{Dialect, conflict_or, store_error};
use crate::rows::AuditRow;
use crate::views::Views;
use crate::{Limits, MigrateError, OpenError};

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// A store in one SQLite file, for one machine. It can be cloned, and every clone is the same store.
#[derive(Clone)]
pub struct SqliteStore {
    /// One connection, so that writers wait for each other here, in order, and not in SQLite, which would let them try again and again.
    writer: SqlitePool,
    /// Readers, whom a writer does not keep waiting (the write-ahead log).
    reader: SqlitePool,
    file: PathBuf,
    views: Views,
    /// The longest wait for somebody else's lock.
    wait: Duration,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Takes the file of a URL such as `sqlite:vestibule.db` or `sqlite:///var/lib/vestibule/vestibule.db`. It is not touched yet.
    ///
    /// To be called within a Tokio runtime.
    ///
    /// # Errors
    /// Says what is wrong with the URL.
    pub fn open(url: &str, limits: Limits) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| OpenError::Url("sqlite:vestibule.db or sqlite:///var/lib/vestibule/vestibule.db"))?;
        let file = options.get_filename();
        // What sqlx makes of `sqlite::memory:` and of `mode=memory`.
        if file.as_os_str().is_empty() || url.contains(":memory:") || url.contains("mode=memory") {
            return Err(OpenError::InMemory);
        }
        let file = file.to_owned();
        let options = options.busy_timeout(limits.wait).foreign_keys(true).disable_statement_logging();
        let pool =
            || SqlitePoolOptions::new().acquire_timeout(limits.wait).max_lifetime(None).idle_timeout(None);
        let writing =
            options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        Ok(Self {
            writer: pool().max_connections(1).connect_lazy_with(writing),
            reader: pool()
                .max_connections(limits.connections)
                .connect_lazy_with(options.pragma("query_only", "ON")),
            file,
            views: Views::new(),
            wait: limits.wait,
        })
    }

    /// The file, if there is none yet.
    pub(crate) fn missing_file(&self) -> Option<&Path> {
        // One that cannot be looked at is somebody else's to complain of.
        matches!(self.file.try_exists(), Ok(false)).then_some(&self.file)
    }

    /// Makes the tables, or brings them to this version. A file that is missing is made, readable for its owner alone; SQLite gives
    /// its companions (`-wal`, `-shm`) the same mode. Its folder is not made.
    ///
    /// All of it is one transaction, which begins as a writer: sqlx's migrator has no lock for SQLite, and so the second of two
    /// processes waits here and then finds everything done.
    ///
    /// # Errors
    /// [`MigrateError`]; then nothing has changed.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        match made {
            // Opening a file that is there and closing it again would drop the locks that this process's connections hold on it
            // (sqlite.org/howtocorrupt.html, §2.2).
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => drop(made.map_err(MigrateError::File)?),
        }
        let mut transaction = self.begin_on_a_new_file().await?;
        MIGRATOR.run_direct(None, &mut *transaction, false).await?;
        Ok(transaction.commit().await?)
    }

    /// Begins to write on a file that may not have its write-ahead log yet. To turn that on SQLite reads first and writes then, and
    /// lets nobody wait for another writer who is reading already (btree.c, `sqlite3BtreeBeginTrans`).
    async fn begin_on_a_new_file(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        let began = Instant::now();
        loop {
            match self.writer.begin_with(BEGIN).await {
                Err(sqlx::Error::Database(error)) if is_busy(&*error) && began.elapsed() < self.wait => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                begun => return begun,
            }
        }
    }

    /// Waits for what is being done, and closes all connections.
    pub async fn close(&self) {
        self.reader.close().await;
        // The last connection to go empties the write-ahead log into the file.
        self.writer.close().await;
    }

    /// A transaction that writes. It takes SQLite's lock at once: one that began as a reader could not wait for it any more.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with(BEGIN).await.map_err(failed)
    }

    /// A transaction that reads several times in one state.
    async fn read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.reader.begin().await.map_err(failed)
    }
}

const BEGIN: &str = "BEGIN IMMEDIATE";

/// Between two tries to turn on the write-ahead log.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// `SQLITE_BUSY`, with or without a reason in the higher bits (sqlite.org/rescode.html).
fn is_busy(error: &dyn DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xFF == 5)
}

/// Ends a transaction with what somebody did in it.
async fn commit_audited(
    mut transaction: Transaction<'static, Sqlite>,
    audit: &AuditEvent,
) -> Result<(), StoreError> {
    insert_audit(&mut transaction, audit).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

async fn insert_audit(connection: &mut SqliteConnection, audit: &AuditEvent) -> sqlx::Result<()> {
    let row = AuditRow::from(audit);
    sqlx::query(
        "INSERT INTO audit_events (id, organization_id, at, actor, actor_key, address, request_id, action, \
         subject, \"before\", \"after\") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id)
    .bind(row.organization_id)
    .bind(row.at)
    .bind(row.actor)
    .bind(row.actor_key)
    .bind(row.address)
    .bind(row.request_id)
    .bind(row.action)
    .bind(row.subject)
    .bind(row.before)
    .bind(row.after)
    .execute(connection)
    .await
    .map(drop)
}

fn failed(error: sqlx::Error) -> StoreError {
    store_error::<SqliteDialect>(error)
}

/// For what a sign-in decided on a read before this transaction.
fn raced(error: sqlx::Error) -> StoreError {
    conflict_or::<SqliteDialect>(error)
}

struct SqliteDialect;

impl Dialect for SqliteDialect {
    /// SQLite has no names of constraints to tell: its message ends with the columns of the key, as in `UNIQUE constraint failed:
    /// users.organization_id, users.email_normalized` (sqlite3.c, `sqlite3UniqueConstraint`).
    fn unique_key(error: &dyn DatabaseError) -> Option<UniqueKey> {
        let columns = error.message();
        [
            ("organizations.slug", UniqueKey::OrganizationSlug),
            ("connections.key", UniqueKey::ConnectionKey),
            ("connections.entity_id_hash", UniqueKey::EntityId),
            ("users.email_normalized", UniqueKey::Email),
            ("identities.name_id_hash", UniqueKey::Identity),
            ("identities.connection_id", UniqueKey::Identity),
            ("administrators.email_normalized", UniqueKey::Administrator),
            ("service_keys.state", UniqueKey::ServiceKey),
        ]
        .into_iter()
        .find_map(|(column, key)| columns.ends_with(column).then_some(key))
    }

    /// Every transaction that writes begins as a writer, so none is in the way of another one in this process. "Database is locked"
    /// means that another process held the lock for longer than the wait: to decide again would not help.
    fn lost_a_race(_: &dyn DatabaseError) -> bool {
        false
    }

    /// It has the code of every other mistake in a statement.
    fn lacks_a_table(error: &dyn DatabaseError) -> bool {
        error.message().starts_with("no such table")
    }
}
