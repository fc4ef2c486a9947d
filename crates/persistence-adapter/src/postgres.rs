//! The store on a PostgreSQL server.

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

use std::future::Future;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Postgres, Transaction};
use vestibule_domain::ports::{StoreError, UniqueKey};

use crate::error::{Dialect, Failure, conflict_or, store_error, unless_conflict};
use crate::views::Views;
use crate::{Limits, MigrateError, OpenError};

static MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

/// A store on a PostgreSQL server, for any number of processes. It can be cloned, and every clone is the same store.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    views: Views,
    /// The longest that a whole answer may take: the server's own limits, and one more wait for a network that says nothing.
    patience: Duration,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

/// A connection that was idle for longer is asked whether it still lives before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(5);

impl PostgresStore {
    /// Takes the server of a URL such as `postgres://user:password@host:5432/name?sslmode=verify-full`. It is not asked yet.
    ///
    /// The limits are given to the server as start parameters. A pooler between must hand them on (PgBouncer: in session mode).
    ///
    /// To be called within a Tokio runtime.
    ///
    /// # Errors
    /// Says what is wrong with the URL.
    pub fn open(url: &str, limits: Limits) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| OpenError::Url("postgres://user:password@host:5432/name?sslmode=verify-full"))?;
        let millis = |limit: Duration| limit.as_millis().to_string();
        let name = options.get_application_name().unwrap_or("vestibule").to_owned();
        let options = options
            .application_name(&name)
            .options([
                ("statement_timeout", millis(limits.statement)),
                ("lock_timeout", millis(limits.wait)),
                ("idle_in_transaction_session_timeout", millis(limits.statement)),
            ])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(limits.connections)
            .acquire_timeout(limits.wait)
            // A question before every use would be one more round trip each.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED_FOR {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        Ok(Self { pool, views: Views::new(), patience: limits.wait * 2 + limits.statement })
    }

    /// Makes the tables, or brings them to this version. Several processes that do it at once wait for each other, by sqlx's
    /// advisory lock, which nothing else here uses.
    ///
    /// # Errors
    /// [`MigrateError`]; the migrations that were applied stay applied, and it can be tried again.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        // A migration, and waiting for another process's, may take longer than a statement.
        let mut connection = self.pool.acquire().await?.detach();
        connection.execute("SET statement_timeout = 0; SET lock_timeout = 0").await?;
        MIGRATOR.run_direct(None, &mut connection, false).await?;
        Ok(connection.close().await?)
    }

    /// Waits for what is being done, and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// What the server answers, if it answers in time.
    async fn answer<T>(&self, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T, StoreError> {
        self.in_time(async { asked.await.map_err(failed) }).await
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        match tokio::time::timeout(self.patience, work).await {
            Ok(result) => result,
            Err(_) => {
                Err(StoreError::Unavailable(Box::new(Failure::new("the server did not answer in time"))))
            }
        }
    }

    /// One statement that writes a row and its audit event, or nothing.
    async fn change(&self, change: sqlx::query::Query<'_, Postgres, PgArguments>) -> Result<(), StoreError> {
        let audited = self.answer(change.execute(&self.pool)).await?;
        unless_conflict(audited.rows_affected() == 1)
    }

    /// A transaction of several statements, each of which sees what others had committed before it: after a lock is got, the next
    /// statement sees what whoever had it before has written. Stricter levels would go on with what was there before the wait.
    async fn write(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failed)
    }
}

/// Inserts the rows of a JSON array, which takes one parameter however many there are, and however many columns.
macro_rules! insert {
    ($table:ident, $rows:literal) => {
        concat!(
            "INSERT INTO ",
            stringify!($table),
            " (",
            columns!($table),
            ") SELECT ",
            columns!($table),
            " FROM jsonb_populate_recordset(NULL::",
            stringify!($table),
            ", ",
            $rows,
            ")"
        )
    };
}
use insert;

/// A change of one row (`$2` and further), and its audit event (`$1`) if there was such a row. One statement, whose count of rows is 1
/// where it was written.
macro_rules! audited {
    ($change:expr) => {
        concat!("WITH changed AS (", $change, " RETURNING 1) ", insert!(audit_events, "$1"), ", changed")
    };
}
use audited;

fn failed(error: sqlx::Error) -> StoreError {
    store_error::<PostgresDialect>(error)
}

/// For what a sign-in decided on a read before this statement.
fn raced(error: sqlx::Error) -> StoreError {
    conflict_or::<PostgresDialect>(error)
}

struct PostgresDialect;

impl Dialect for PostgresDialect {
    /// The names that the migrations give to the constraints.
    fn unique_key(error: &dyn DatabaseError) -> Option<UniqueKey> {
        match error.constraint()? {
            "organizations_slug" => Some(UniqueKey::OrganizationSlug),
            "connections_key" => Some(UniqueKey::ConnectionKey),
            "connections_entity_id" => Some(UniqueKey::EntityId),
            "users_email" => Some(UniqueKey::Email),
            "administrators_email" => Some(UniqueKey::Administrator),
            "service_keys_state" => Some(UniqueKey::ServiceKey),
            "identities_name_id" | "identities_user" => Some(UniqueKey::Identity),
            _ => None,
        }
    }

    /// `serialization_failure` and `deadlock_detected` (PostgreSQL documentation, appendix A).
    fn lost_a_race(error: &dyn DatabaseError) -> bool {
        matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }

    /// `undefined_table`.
    fn lacks_a_table(error: &dyn DatabaseError) -> bool {
        error.code().as_deref() == Some("42P01")
    }
}
