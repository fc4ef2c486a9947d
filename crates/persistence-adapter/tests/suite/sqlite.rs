//! The store in a file.

mod contract;
mod file;

use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
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

    /// The database, perhaps without tables.
    fn closed(&self, limits: Limits) -> Database {
        Database::open(&self.url(), limits).unwrap()
    }

    /// The database in the file, with its tables.
    async fn open(&self) -> Database {
        let database = self.closed(Limits::default());
        database.migrate().await.unwrap();
        database
    }

    /// Another process's connection.
    async fn connect(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }

    /// Every value of every table.
    async fn dump(&self) -> String {
        let mut connection = self.connect().await;
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let mut dump = String::new();
        for (table, column) in columns {
            let values =
                format!("SELECT coalesce(group_concat(quote(\"{column}\"), ' '), '') FROM \"{table}\"");
            let values: String =
                sqlx::query_scalar(AssertSqlSafe(values)).fetch_one(&mut connection).await.unwrap();
            dump.push_str(&values);
        }
        connection.close().await.unwrap();
        dump
    }

    /// Does something that no store would.
    async fn execute(&self, statement: &'static str) {
        let mut connection = self.connect().await;
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    }
}
