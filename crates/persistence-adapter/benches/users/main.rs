//! How long a page of users takes, of an organization with a million of them: `cargo bench -p vestibule-persistence-adapter --bench users`.
//! By scripts/with-test-services it also measures PostgreSQL. It is no criterion benchmark: what counts is the slowest page.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark has nobody to tell but its reader"
)]

mod population;

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use uuid::Uuid;
use vestibule_domain::ports::{Page, Store, UserFilter};
use vestibule_domain::testing::{Acme, acme};
use vestibule_domain::user::CreatedBy;
use vestibule_persistence_adapter::{Database, Limits};

use population::{POSTGRES, SQLITE};

const COUNT: u32 = 1_000_000;
/// Of longer lists only so many pages are read from the beginning.
const MOST_PAGES: usize = 50;
/// Each page is read so often, and the fastest counts, so that other work on the machine disturbs less.
const READS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("users.db").display());
    let (database, acme) = installed(&url).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let literal = |id: Uuid| format!("x'{}'", id.simple());
    for statement in SQLITE.fill(&literal(acme.organization.id.0), &literal(acme.connection.id.0), COUNT) {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    measure("SQLite", &*database.store(), &acme).await;

    #[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration")]
    let Ok(server) = std::env::var("VESTIBULE_TEST_POSTGRES_URL") else {
        println!("PostgreSQL is not measured: VESTIBULE_TEST_POSTGRES_URL names no server");
        return;
    };
    let schema = format!("users_{}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let and = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{and}options[search_path]={schema}");
    let (database, acme) = installed(&url).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let literal = |id: Uuid| format!("'{id}'::uuid");
    for statement in POSTGRES.fill(&literal(acme.organization.id.0), &literal(acme.connection.id.0), COUNT) {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    // As autovacuum does it.
    connection.execute("VACUUM ANALYZE").await.unwrap();
    measure("PostgreSQL", &*database.store(), &acme).await;
    database.close().await;
    admin.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
}

async fn installed(url: &str) -> (Database, Acme) {
    let database = Database::open(url, Limits::default()).unwrap();
    database.migrate().await.unwrap();
    let acme = acme();
    acme.install(&*database.store()).await;
    (database, acme)
}

async fn measure(name: &str, store: &dyn Store, acme: &Acme) {
    println!("{name}, {COUNT} users, pages of 50: slowest page, users found in so many pages");
    let mut slowest = Duration::ZERO;
    for (label, filter) in filters(acme) {
        let mut page = Page { after: None, limit: 50 };
        let (mut worst, mut found, mut pages) = (Duration::ZERO, 0, 0);
        loop {
            let mut fastest = Duration::MAX;
            let mut part = None;
            for _ in 0..READS {
                let began = Instant::now();
                part = Some(store.users(acme.organization.id, &filter, page).await.unwrap());
                fastest = fastest.min(began.elapsed());
            }
            let part = part.unwrap();
            worst = worst.max(fastest);
            found += part.items.len();
            pages += 1;
            page.after = part.next;
            if page.after.is_none() || pages == MOST_PAGES {
                break;
            }
        }
        slowest = slowest.max(worst);
        println!("  {:7.2} ms  {found:6} in {pages:3}  {label}", worst.as_secs_f64() * 1e3);
    }
    println!("  {:7.2} ms  of all", slowest.as_secs_f64() * 1e3);
}

/// Each condition, and each two, of which some are never met together and some by very many.
fn filters(acme: &Acme) -> Vec<(String, UserFilter)> {
    type Set = Box<dyn Fn(&mut UserFilter)>;
    let connection = acme.connection.id;
    let text = |value: &'static str| -> (&'static str, Set) {
        (value, Box::new(move |filter| filter.text = Some(value.to_owned())))
    };
    let conditions: Vec<(&str, Set)> = vec![
        ("all", Box::new(|_| {})),
        ("email", Box::new(|filter| filter.email = Some("user77@acme.example".to_owned()))),
        ("name_id", Box::new(|filter| filter.name_id = Some("n77".to_owned()))),
        text("a"),
        text("user99999"),
        text("name77"),
        text("nobody"),
        ("active", Box::new(|filter| filter.active = Some(true))),
        ("inactive", Box::new(|filter| filter.active = Some(false))),
        ("Berlin", Box::new(|filter| filter.location = Some("Berlin".to_owned()))),
        ("employee", Box::new(|filter| filter.user_type = Some("employee".to_owned()))),
        (
            "manager",
            Box::new(|filter| {
                filter.user_type = Some("employee".to_owned());
                filter.role = Some("manager".to_owned());
            }),
        ),
        ("connection", Box::new(move |filter| filter.connection = Some(connection))),
        ("sso", Box::new(|filter| filter.created_by = Some(CreatedBy::Sso))),
        ("scim", Box::new(|filter| filter.created_by = Some(CreatedBy::Scim))),
    ];
    let mut filters = Vec::new();
    for (index, (one, set)) in conditions.iter().enumerate() {
        for (other, set_other) in &conditions[index..] {
            let mut filter = UserFilter::default();
            set(&mut filter);
            set_other(&mut filter);
            let label = if one == other { (*one).to_owned() } else { format!("{one} + {other}") };
            filters.push((label, filter));
        }
    }
    filters
}
