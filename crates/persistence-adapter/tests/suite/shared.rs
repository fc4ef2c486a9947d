//! What is asked of both databases and is more than a clause can ask: several processes, closing and opening, and an operator's hands.

use std::future::Future;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::explanation::{Change, Topic};
use vestibule_domain::ids::{AuditEventId, SignInId};
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::ports::{Actor, AuditEvent, Clock as _, Settlement, Store, StoreError};
use vestibule_domain::sign_in::{
    MatchedBy, Outcome, Recording, SignInRecord, Subject, UsedAssertion, UserWrite, WelcomeEmail,
};
use vestibule_domain::testing::contract::racing;
use vestibule_domain::testing::{Acme, FrozenClock, acme};
use vestibule_domain::user::User;
use vestibule_persistence_adapter::{Database, Limits, MigrateError};

/// Two replicas sign the same new people in at the same time.
pub(crate) async fn two_replicas_make_one_user_and_one_mail(one: Database, other: Database) {
    let (one, other) = (one.store(), other.store());
    let acme = acme();
    acme.install(&*one).await;
    for round in 0..racing::ROUNDS {
        let first = tokio::spawn(racing::sign_in(one.clone(), acme.clone(), round));
        let second = tokio::spawn(racing::sign_in(other.clone(), acme.clone(), round));
        first.await.unwrap();
        second.await.unwrap();
    }
    racing::assert_one_user_and_one_mail_a_round(one, acme).await;
}

/// Databases that are opened on something that has no tables yet.
pub(crate) async fn migrating_at_once_and_again_succeeds(databases: [Database; 3]) {
    assert!(matches!(databases[0].store().ready().await, Err(StoreError::Unavailable(_))));
    let [one, other, third] = databases;
    let migrate = |database: &Database| {
        let database = database.clone();
        tokio::spawn(async move { database.migrate().await })
    };
    for migrated in [migrate(&one), migrate(&other), migrate(&third)] {
        migrated.await.unwrap().unwrap();
    }
    one.migrate().await.unwrap();
    one.store().ready().await.unwrap();
}

/// What is there stays, after whoever wrote it has closed.
pub(crate) async fn what_was_written_is_there_after_closing<F>(open: impl Fn() -> F)
where
    F: Future<Output = Database>,
{
    let first = open().await;
    let acme = acme();
    acme.install(&*first.store()).await;
    let user = acme.user("ada@acme.example");
    let recording = creation(&acme, &user, 1);
    first.store().record(&recording).await.unwrap();
    first.close().await;

    let second = open().await;
    let store = second.store();
    let found = store.user(user.organization_id, user.id).await.unwrap();
    assert_eq!(found, Some(user));
    assert!(matches!(store.record(&replay(&acme, &recording)).await, Err(StoreError::Conflict)));
    second.close().await;
}

/// A newer version's migration is there, which this one does not know.
pub(crate) async fn a_newer_version_is_refused_and_kept_serving(database: &Database) {
    let refused = database.migrate().await;
    assert!(matches!(refused, Err(MigrateError::Newer(9999))), "{refused:?}");
    assert!(refused.unwrap_err().to_string().contains("newer version"));
    database.store().ready().await.unwrap();
}

/// One migration is missing, though a later one is there.
pub(crate) const FORGOTTEN: &str = "DELETE FROM _sqlx_migrations WHERE version = 3";

/// What makes a user's row unreadable.
pub(crate) const GARBAGE: &str = "garbage-in-a-row";

pub(crate) async fn with_a_user(database: &Database) -> User {
    let acme = acme();
    acme.install(&*database.store()).await;
    let user = acme.user("ada@acme.example");
    acme.install_user(&*database.store(), &user).await;
    user
}

pub(crate) async fn an_unreadable_row_is_corrupt(store: &dyn Store, user: &User) {
    let subject = Subject {
        organization_id: user.organization_id,
        connection_id: user.identities[0].connection_id,
        name_id: Some(user.identities[0].name_id.clone()),
        email: Some(user.profile.email.clone()),
        assertion_id: None,
        request_id: None,
    };
    let errors = [
        store.user(user.organization_id, user.id).await.unwrap_err(),
        store.snapshot(&subject).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
        says_nothing_of(&error, &[GARBAGE, "ada"]);
    }
}

/// Nobody is at the other end.
pub(crate) async fn an_unreachable_database_is_unavailable_in_time(database: &Database, secrets: &[&str]) {
    let began = Instant::now();
    let error = database.store().ready().await.unwrap_err();
    assert!(began.elapsed() < Limits::default().wait);
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    says_nothing_of(&error, secrets);
    says_nothing_of(&database.migrate().await.unwrap_err(), secrets);
    assert!(!format!("{database:?}").contains(secrets[0]));
}

/// Limits that a test can wait for.
pub(crate) fn impatient() -> Limits {
    Limits { wait: Duration::from_millis(300), statement: Duration::from_millis(600), ..Limits::default() }
}

/// Neither an error nor any of its sources has one of the texts in it.
pub(crate) fn says_nothing_of(error: &(dyn std::error::Error + 'static), texts: &[&str]) {
    let mut said = vec![format!("{error:?}")];
    let mut source = Some(error);
    while let Some(error) = source {
        said.push(error.to_string());
        source = error.source();
    }
    let said = said.join("\n");
    for text in texts {
        assert!(!said.contains(text), "{text:?} is said in: {said}");
    }
}

pub(crate) fn audit() -> AuditEvent {
    AuditEvent {
        id: AuditEventId(uuid::Uuid::from_u128(1)),
        organization_id: None,
        at: FrozenClock::default().now(),
        actor: Actor::CommandLine,
        action: "test.changed".into(),
        subject: "test".to_owned(),
        before: None,
        after: None,
    }
}

/// A first sign-in without letters and session.
fn creation(acme: &Acme, user: &User, id: u128) -> Recording {
    let (view, now) = (acme.view(), FrozenClock::default().now());
    let record = SignInRecord {
        id: SignInId(uuid::Uuid::from_u128(id)),
        organization_id: acme.organization.id,
        at: now,
        connection: None,
        outcome: Outcome::Created,
        code: None,
        detail: None,
        rejection: None,
        user_id: Some(user.id),
        name_id: None,
        settings_version: Some(view.connection.settings_version),
        matched_by: MatchedBy::None,
        changes: Vec::new(),
        explanation: Vec::new(),
        warnings: Vec::new(),
        welcome_email: WelcomeEmail::Suppressed,
        verified_by: None,
        arrived: Vec::new(),
    };
    Recording {
        connection_id: acme.connection.id,
        basis: view.basis(),
        assertion: UsedAssertion { id: format!("_{}", record.id), forget_after: now },
        request_id: None,
        user: UserWrite::Create(user.clone()),
        link: None,
        letters: Vec::new(),
        arrival: None,
        session: None,
        record,
    }
}

/// A second use of a recording's assertion.
fn replay(acme: &Acme, recording: &Recording) -> Recording {
    let again = creation(acme, &acme.user("eve@acme.example"), 2);
    Recording { assertion: recording.assertion.clone(), user: UserWrite::Nothing, ..again }
}

/// The statement of a migration that schedules what was saved from an address before there was a schedule.
pub(crate) fn backfill(migration: &'static str) -> &'static str {
    let start = migration.find("INSERT INTO metadata_refreshes").unwrap();
    let end = start + migration[start..].find(';').unwrap();
    &migration[start..end]
}

/// A connection whose metadata came from an address is due at once, and is as it was; one without metadata has no schedule.
pub(crate) async fn assert_scheduled(database: &Database, acme: &Acme) {
    let store = database.store();
    let claimed = store.claim_refreshes(FrozenClock::default().now(), TimeDelta::zero(), 10).await.unwrap();
    let [claimed] = &claimed[..] else { panic!("{claimed:?}") };
    let provider = acme.connection.identity_provider.as_ref().unwrap();
    assert_eq!((claimed.connection_id, claimed.attempt), (acme.connection.id, 1));
    assert_eq!(claimed.refresh.fetched_at, provider.fetched_at);
    assert_eq!(claimed.refresh.valid_until, provider.metadata.valid_until);
    assert!(claimed.refresh.failure.is_none() && claimed.refresh.pending.is_none());
}

/// Acme, as a version before left it, with a second connection that believes nobody.
pub(crate) async fn acme_of_old(database: &Database) -> Acme {
    let (store, acme) = (database.store(), acme());
    acme.install(&*store).await;
    let mut without = acme.connection("entra");
    without.identity_provider = None;
    store.create_connection(&without, &audit()).await.unwrap();
    acme
}

/// Texts of which none is left in a database once the person whose they are is erased.
pub(crate) const OF_THE_ERASED: [&str; 2] = ["erasable", "Erasmus"];

/// Signs a person in who is created, changed, refused and written to, and asserts that `dump`, which answers all texts in the database, has
/// nothing of them once they are purged, and everything before.
pub(crate) async fn nothing_of_an_erased_person_is_stored<F>(database: &Database, dump: impl Fn() -> F)
where
    F: Future<Output = String>,
{
    let (store, acme) = (database.store(), acme());
    acme.install(&*store).await;
    let mut user = acme.user("erasable@acme.example");
    user.profile.first_name = "Erasmus".parse().unwrap();
    let told = |id: u128| AuditEvent {
        id: AuditEventId(uuid::Uuid::from_u128(id)),
        organization_id: Some(acme.organization.id),
        subject: user.id.to_string(),
        after: Some(serde_json::to_value(&user.profile).unwrap()),
        ..audit()
    };
    store.create_user(&user, acme.organization.catalog_version, &told(100)).await.unwrap();
    for id in 1..=5 {
        let refused = Recording { user: UserWrite::Nothing, ..creation(&acme, &user, id) };
        let record = SignInRecord {
            name_id: Some("erasable@acme.example".to_owned()),
            changes: vec![Change {
                field: Topic::FirstName,
                before: None,
                after: Some("Erasmus".to_owned()),
            }],
            ..refused.record
        };
        let letters = vec![welcome(&acme, &user, id)];
        store.record(&Recording { record, letters, ..refused }).await.unwrap();
    }
    let now = FrozenClock::default().now();
    for claimed in store.claim(now, TimeDelta::hours(1), 3).await.unwrap() {
        let reason = "550 erasable@acme.example is unknown".to_owned();
        let settlement = Settlement::GivenUp { reason };
        store.settle(claimed.letter.id, claimed.attempt, &settlement, now).await.unwrap();
    }
    for text in OF_THE_ERASED {
        assert!(dump().await.contains(text), "{text} is not there before");
    }
    store
        .purge_user(user.organization_id, user.id, user.version, &AuditEvent { after: None, ..told(101) })
        .await
        .unwrap();
    let mut batches = 0;
    while store.erase(2).await.unwrap() {
        batches += 1;
    }
    assert!(batches > 2);
    let left = dump().await;
    for text in OF_THE_ERASED {
        assert!(!left.contains(text), "{text} is left in {left}");
    }
    assert!(
        left.contains(r#"{"changed":["assignments","email","first_name","last_name","location"]}"#),
        "{left}"
    );
    assert!(left.contains(&user.id.to_string()), "the audit event names the id");
}

/// Looks at what arrived, and where nothing did, and asserts that `dump`, which answers all texts in the database, tells of the first alone.
pub(crate) async fn whoever_looks_at_what_arrived_is_written_down<F>(
    database: &Database,
    dump: impl Fn() -> F,
) where
    F: Future<Output = String>,
{
    let (store, acme) = (database.store(), acme());
    acme.install(&*store).await;
    let now = FrozenClock::default().now();
    let arrival = SealedArrival { sealed: vec![1, 2, 3], forget_after: now + TimeDelta::days(7) };
    let created = creation(&acme, &acme.user("ada@acme.example"), 1);
    let recording = Recording { arrival: Some(arrival.clone()), ..created };
    store.record(&recording).await.unwrap();
    let organization = acme.organization.id;
    for (number, subject, found) in [(1, "looked-at", Some(arrival)), (2, "in-vain", None)] {
        let id = AuditEventId(uuid::Uuid::from_u128(200 + number));
        let audit = AuditEvent { id, subject: subject.to_owned(), ..audit() };
        let sign_in = SignInId(uuid::Uuid::from_u128(number));
        assert_eq!(store.look_at_arrival(organization, sign_in, now, &audit).await.unwrap(), found);
    }
    let written = dump().await;
    assert!(written.contains("looked-at") && !written.contains("in-vain"), "{written}");
}

fn welcome(acme: &Acme, user: &User, id: u128) -> Letter {
    let about = Correspondence::with(&acme.organization, user.profile.first_name.clone(), None);
    Letter {
        id: uuid::Uuid::from_u128(id).into(),
        organization_id: Some(acme.organization.id),
        to: user.profile.email.clone(),
        user_id: Some(user.id),
        content: LetterContent::Welcome { about },
        created_at: FrozenClock::default().now(),
    }
}
