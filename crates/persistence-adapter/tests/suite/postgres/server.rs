//! What a server is there for: several processes, and failing.

use std::time::Instant;

use sqlx::Executor as _;
use vestibule_domain::ports::StoreError;
use vestibule_domain::user::User;
use vestibule_persistence_adapter::{Database, Limits, OpenError};

use super::on_a_new_schema;
use crate::block_on;
use crate::shared::{self, FORGOTTEN, GARBAGE, impatient};

#[test]
fn two_replicas_make_one_user_and_one_mail() {
    on_a_new_schema(async |schema| {
        shared::two_replicas_make_one_user_and_one_mail(schema.open().await, schema.open().await).await;
    });
}

#[test]
fn migrating_at_once_and_again_succeeds() {
    on_a_new_schema(async |schema| {
        let databases = [(); 3].map(|()| schema.closed(Limits::default()));
        shared::migrating_at_once_and_again_succeeds(databases).await;
    });
}

#[test]
fn what_was_written_is_there_after_closing() {
    on_a_new_schema(async |schema| shared::what_was_written_is_there_after_closing(|| schema.open()).await);
}

#[test]
fn a_newer_version_is_refused_and_kept_serving() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        schema
            .execute("INSERT INTO _sqlx_migrations VALUES (9999, 'from the future', now(), TRUE, '\\x00', 1)")
            .await;
        shared::a_newer_version_is_refused_and_kept_serving(&database).await;
        database.close().await;
    });
}

#[test]
fn a_database_that_lacks_a_migration_is_not_ready() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        schema.execute(FORGOTTEN).await;
        assert!(matches!(database.store().ready().await, Err(StoreError::Unavailable(_))));
        database.close().await;
    });
}

#[test]
fn an_unreadable_row_is_corrupt() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        let user = shared::with_a_user(&database).await;
        schema.execute(format!("UPDATE users SET created_by = '{GARBAGE}'")).await;
        shared::an_unreadable_row_is_corrupt(&*database.store(), &user).await;
        database.close().await;
    });
}

#[test]
fn an_unreachable_server_is_unavailable_in_time() {
    block_on(async {
        // Nobody listens there, and nobody answers at an address for documentation (RFC 5737).
        for host in ["127.0.0.1:1", "192.0.2.1:5432"] {
            let url = format!("postgres://somebody:hunter2-secret@{host}/vestibule");
            let database = Database::open(&url, impatient()).unwrap();
            shared::an_unreachable_database_is_unavailable_in_time(
                &database,
                &["hunter2-secret", "somebody"],
            )
            .await;
        }
    });
}

#[test]
fn a_server_that_says_nothing_is_unavailable_in_time() {
    block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://u:hunter2-secret@{}/vestibule", listener.local_addr().unwrap());
        let database = Database::open(&url, impatient()).unwrap();
        shared::an_unreachable_database_is_unavailable_in_time(&database, &["hunter2-secret"]).await;
    });
}

#[test]
fn a_row_that_somebody_keeps_locked_is_unavailable_in_time() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        let user = shared::with_a_user(&database).await;
        let (patient, impatient) = (database.store(), schema.closed(impatient()));
        let mut somebody = schema.connect().await;
        somebody.execute("BEGIN; SELECT 1 FROM organizations FOR UPDATE").await.unwrap();
        let began = Instant::now();
        let organization = user.organization_id;
        let version = patient.catalog(organization).await.unwrap().1;
        let changed = User { version: user.version.next(), ..user.clone() };
        let waited = impatient.store().replace_user(&changed, version, &shared::audit()).await;
        assert!(matches!(waited, Err(StoreError::Unavailable(_))), "{waited:?}");
        assert!(began.elapsed() < Limits::default().wait);
        // Whoever only reads does not wait.
        assert!(impatient.store().user(organization, user.id).await.unwrap().is_some());
        somebody.execute("ROLLBACK").await.unwrap();
        database.close().await;
    });
}

#[test]
fn a_connection_that_the_server_closed_is_replaced() {
    on_a_new_schema(async |schema| {
        let limits = Limits { connections: 1, ..Limits::default() };
        let url = schema.url() + "&application_name=" + &schema.name;
        let database = Database::open(&url, limits).unwrap();
        database.migrate().await.unwrap();
        let store = database.store();
        store.ready().await.unwrap();
        schema
            .execute(format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
                schema.name
            ))
            .await;
        // The connection was in use a moment ago, so that it is not asked whether it lives. Whoever gets it may fail, and the next one
        // gets a new one.
        let first = store.ready().await;
        assert!(matches!(first, Ok(()) | Err(StoreError::Unavailable(_))), "{first:?}");
        store.ready().await.unwrap();
        database.close().await;
    });
}

#[test]
fn a_url_that_cannot_be_read_is_not_repeated() {
    for url in
        ["postgres://u:hunter2-secret@host:port/x", "mysql://u:hunter2-secret@host/x", "hunter2-secret"]
    {
        let error = Database::open(url, Limits::default()).unwrap_err();
        assert!(matches!(error, OpenError::Url(_) | OpenError::Scheme), "{error:?}");
        shared::says_nothing_of(&error, &["hunter2-secret"]);
    }
}

#[test]
fn what_was_saved_from_an_address_before_is_scheduled() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        let acme = shared::acme_of_old(&database).await;
        let migration = include_str!("../../../migrations/postgres/0004_metadata_refresh.sql");
        schema.execute(shared::backfill(migration)).await;
        shared::assert_scheduled(&database, &acme).await;
    });
}

#[test]
fn nothing_of_an_erased_person_is_stored() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        shared::nothing_of_an_erased_person_is_stored(&database, || schema.dump()).await;
        database.close().await;
    });
}

#[test]
fn whoever_looks_at_what_arrived_is_written_down() {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        shared::whoever_looks_at_what_arrived_is_written_down(&database, || schema.dump()).await;
        database.close().await;
    });
}
