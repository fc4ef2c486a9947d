//! The store on a server.

mod contract;

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

impl Schema {
    async fn create() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
        let server = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
            "VESTIBULE_TEST_POSTGRES_URL names no PostgreSQL server: run this by scripts/with-test-services",
        );
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let schema = Self { server, name };
        schema.execute(format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema.name)).await;
        schema
    }

    fn url(&self) -> String {
        let and = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{and}options[search_path]={}", self.server, self.name)
    }

    /// The database, with its tables.
    async fn open(&self) -> Database {
        let database = Database::open(&self.url(), Limits::default()).unwrap();
        database.migrate().await.unwrap();
        database
    }

    /// Does something that no store would.
    async fn execute(&self, statement: String) {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    }
}
