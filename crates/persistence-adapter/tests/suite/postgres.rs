//! The store on a server.

mod contract;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use vestibule_persistence_adapter::{Database, Limits};

use crate::block_on;

/// A schema of its own on the server, which `run` gets and which is gone afterwards, unless `run` panics.
fn on_a_new_schema(run: impl AsyncFnOnce(&Schema)) {
    block_on(async {
        let schema = Schema::create().await;
        run(&schema).await;
        schema.execute(format!("DROP SCHEMA {} CASCADE", schema.name)).await;
    });
}

struct Schema {
    server: String,
    name: String,
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Schema {
    async fn create() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
        let server = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
            "VESTIBULE_TEST_POSTGRES_URL names no PostgreSQL server: run this by scripts/with-test-services",
        );
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let schema = Self { server, name };
        schema.execute(format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema.name)).await;
        schema
    }

    fn url(&self) -> String {
        let and = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{and}options[search_path]={}", self.server, self.name)
    }

    /// The database, perhaps without tables.
    fn closed(&self, limits: Limits) -> Database {
        Database::open(&self.url(), limits).unwrap()
    }

    /// The database, with its tables.
    async fn open(&self) -> Database {
        let database = self.closed(Limits::default());
        database.migrate().await.unwrap();
        database
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }

    /// Every row of every table.
    async fn dump(&self) -> String {
        let mut connection = self.connect().await;
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let mut dump = String::new();
        for table in tables {
            let rows = format!("SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} AS t");
            let rows: String =
                sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut connection).await.unwrap();
            dump.push_str(&rows.replace("\\\"", "\""));
        }
        connection.close().await.unwrap();
        dump
    }

    /// Does something that no store would.
    async fn execute(&self, statement: impl Into<String>) {
        let mut connection = self.connect().await;
        connection.execute(AssertSqlSafe(statement.into())).await.unwrap();
        connection.close().await.unwrap();
    }
}
