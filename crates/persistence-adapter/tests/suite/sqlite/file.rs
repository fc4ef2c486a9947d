//! What a file is: readable for its owner, locked by others, there tomorrow.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use sqlx::Executor as _;
use vestibule_domain::ports::{Page, StoreError, UserFilter};
use vestibule_domain::testing::acme;
use vestibule_persistence_adapter::{Database, Limits, MigrateError, OpenError};

use super::{File, block_on};
use crate::shared::{self, FORGOTTEN, impatient};

#[test]
fn two_replicas_make_one_user_and_one_mail() {
    block_on(async {
        let file = File::new();
        shared::two_replicas_make_one_user_and_one_mail(file.open().await, file.open().await).await;
    });
}

#[test]
fn migrating_at_once_and_again_succeeds() {
    block_on(async {
        let file = File::new();
        let databases = [(); 3].map(|()| file.closed(Limits::default()));
        shared::migrating_at_once_and_again_succeeds(databases).await;
    });
}

/// What another process does that turns on the write-ahead log of the same new file.
#[test]
fn a_new_file_that_is_being_written_is_migrated_afterwards() {
    block_on(async {
        let file = File::new();
        std::fs::File::create_new(file.path()).unwrap();
        let mut writer = file.connect().await;
        writer.execute("BEGIN IMMEDIATE").await.unwrap();
        let database = file.closed(Limits::default());
        let migrating = tokio::spawn({
            let database = database.clone();
            async move { database.migrate().await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!migrating.is_finished());
        writer.execute("COMMIT").await.unwrap();
        migrating.await.unwrap().unwrap();
        database.store().ready().await.unwrap();
    });
}

#[test]
fn what_was_written_is_there_after_closing() {
    block_on(async {
        let file = File::new();
        shared::what_was_written_is_there_after_closing(|| file.open()).await;
    });
}

#[test]
fn a_newer_version_is_refused_and_kept_serving() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        file.execute("INSERT INTO _sqlx_migrations VALUES (9999, 'from the future', 0, TRUE, x'00', 1)")
            .await;
        shared::a_newer_version_is_refused_and_kept_serving(&database).await;
    });
}

#[test]
fn a_database_that_lacks_a_migration_is_not_ready() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        file.execute(FORGOTTEN).await;
        assert!(matches!(database.store().ready().await, Err(StoreError::Unavailable(_))));
    });
}

#[test]
fn an_unreadable_row_is_corrupt() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        let user = shared::with_a_user(&database).await;
        file.execute("UPDATE users SET created_by = 'garbage-in-a-row'").await;
        shared::an_unreadable_row_is_corrupt(&*database.store(), &user).await;
    });
}

#[test]
fn a_file_that_another_process_keeps_locked_is_unavailable_in_time() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        shared::with_a_user(&database).await;
        let mut somebody = file.connect().await;
        somebody.execute("BEGIN IMMEDIATE").await.unwrap();
        let impatient = file.closed(impatient());
        let began = Instant::now();
        let waited = impatient.store().end_session(&vestibule_domain::token::TokenHash([0; 32])).await;
        assert!(matches!(waited, Err(StoreError::Unavailable(_))), "{waited:?}");
        assert!(began.elapsed() < Limits::default().wait);
        somebody.execute("ROLLBACK").await.unwrap();
        impatient.store().end_session(&vestibule_domain::token::TokenHash([0; 32])).await.unwrap();
    });
}

#[test]
fn readers_and_a_writer_do_not_wait_for_each_other() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        let user = shared::with_a_user(&database).await;
        let store = database.store();
        let mut reader = file.connect().await;
        let mut writer = file.connect().await;
        reader.execute("BEGIN; SELECT count(*) FROM users").await.unwrap();
        store.end_session(&vestibule_domain::token::TokenHash([0; 32])).await.unwrap();
        writer.execute("BEGIN IMMEDIATE; UPDATE users SET first_name = 'Nobody'").await.unwrap();
        let all = Page { after: None, limit: 10 };
        let users = store.users(user.organization_id, &UserFilter::default(), all).await.unwrap().items;
        assert_eq!(users, [user], "what is not committed is not seen");
    });
}

#[test]
fn the_file_and_its_companions_are_for_their_owner_alone() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        acme().install(&*database.store()).await;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(file.path().parent().unwrap()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o777,
                0o600,
                "{:?}",
                entry.file_name()
            );
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, ["vestibule.db", "vestibule.db-shm", "vestibule.db-wal"]);
        database.close().await;
        assert_eq!(
            std::fs::read_dir(file.path().parent().unwrap()).unwrap().count(),
            1,
            "the log is in the file"
        );
    });
}

#[test]
fn what_cannot_be_a_file_is_refused() {
    block_on(async {
        for url in ["sqlite::memory:", "sqlite://x.db?mode=memory", "sqlite:"] {
            let refused = Database::open(url, Limits::default());
            assert!(matches!(refused, Err(OpenError::InMemory)), "{url}: {refused:?}");
        }
        let nowhere = format!("sqlite://{}/missing/vestibule.db", File::new().folder.path().display());
        let database = Database::open(&nowhere, Limits::default()).unwrap();
        assert!(matches!(database.migrate().await, Err(MigrateError::File(_))));
    });
}

#[test]
fn a_file_is_made_by_migrating_and_not_by_looking() {
    block_on(async {
        let file = File::new();
        let database = Database::open(&file.url(), Limits::default()).unwrap();
        assert!(matches!(database.store().ready().await, Err(StoreError::Unavailable(_))));
        assert_eq!(std::fs::read_dir(file.folder.path()).unwrap().count(), 0);
    });
}

#[test]
fn what_was_saved_from_an_address_before_is_scheduled() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        let acme = shared::acme_of_old(&database).await;
        file.execute(shared::backfill(include_str!("../../../migrations/sqlite/0004_metadata_refresh.sql")))
            .await;
        shared::assert_scheduled(&database, &acme).await;
    });
}

#[test]
fn nothing_of_an_erased_person_is_stored() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        shared::nothing_of_an_erased_person_is_stored(&database, || file.dump()).await;
    });
}

#[test]
fn whoever_looks_at_what_arrived_is_written_down() {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        shared::whoever_looks_at_what_arrived_is_written_down(&database, || file.dump()).await;
    });
}
