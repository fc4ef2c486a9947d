//! Databases in which tests look at the plans of statements.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use vestibule_domain::testing::{Acme, acme};

use crate::{Database, Limits};

pub(crate) fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// A file with the organization Acme, filled by these statements.
pub(crate) async fn sqlite(
    fill: impl FnOnce(&Acme) -> Vec<String>,
    run: impl AsyncFnOnce(&Database, &Acme, &mut SqliteConnection),
) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("plans.db").display());
    let database = Database::open(&url, Limits::default()).unwrap();
    database.migrate().await.unwrap();
    let acme = acme();
    acme.install(&*database.store()).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for statement in fill(&acme) {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    run(&database, &acme, &mut connection).await;
}

/// A schema of its own with the organization Acme, filled by these statements.
pub(crate) async fn postgres(
    name: &str,
    fill: impl FnOnce(&Acme) -> Vec<String>,
    run: impl AsyncFnOnce(&Database, &Acme, &mut PgConnection),
) {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
    let server = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
        "VESTIBULE_TEST_POSTGRES_URL names no PostgreSQL server: run this by scripts/with-test-services",
    );
    let schema = format!("{name}_{}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let and = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{and}options[search_path]={schema}");
    let database = Database::open(&url, Limits::default()).unwrap();
    database.migrate().await.unwrap();
    let acme = acme();
    acme.install(&*database.store()).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for statement in fill(&acme) {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    connection.execute("ANALYZE").await.unwrap();
    run(&database, &acme, &mut connection).await;
    database.close().await;
    admin.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
}
