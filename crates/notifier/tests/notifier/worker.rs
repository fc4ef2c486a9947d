//! The worker that empties the outbox, by a clock that goes on by itself where all wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vestibule_domain::letter::{Letter, LetterContent};
use vestibule_domain::ports::{MailError, Mailer, Outbox as _, Store};
use vestibule_domain::testing::{CountingRandom, FailingStore, Failure, FrozenClock, MemoryStore};
use vestibule_domain::usecase::{DeliverLetters, Deliveries, World};
use vestibule_notifier::OutboxWorker;

use crate::support::{about, letter, link_verification, mailer, then, welcome};

const TO: &str = "ada@acme.example";

/// A mailer that takes its time, and panics over letters with one number.
#[derive(Default)]
struct Postman {
    takes: Duration,
    panics_over: Option<u128>,
    began: AtomicUsize,
    sent: AtomicUsize,
}

#[async_trait]
impl Mailer for Postman {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        self.began.fetch_add(1, Ordering::SeqCst);
        assert_ne!(Some(letter.id.0.as_u128()), self.panics_over, "a bug");
        tokio::time::sleep(self.takes).await;
        self.sent.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct Running {
    worker: JoinHandle<()>,
    shutdown: CancellationToken,
}

fn deliver(store: Arc<dyn Store>, mailer: Arc<dyn Mailer>) -> DeliverLetters {
    let clock = Arc::new(FrozenClock::default());
    DeliverLetters { world: World { store, clock, random: Arc::new(CountingRandom::default()) }, mailer }
}

fn run(store: Arc<dyn Store>, mailer: Arc<dyn Mailer>) -> Running {
    let worker = OutboxWorker::new(deliver(store, mailer)).pausing(Duration::from_millis(10));
    let shutdown = CancellationToken::new();
    let until = shutdown.clone();
    Running { worker: tokio::spawn(async move { worker.run(until).await }), shutdown }
}

impl Running {
    async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.worker).await.unwrap().unwrap();
    }
}

async fn until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(10), "it never came to that");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn store_with(letters: impl IntoIterator<Item = Letter>) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::default());
    letters.into_iter().for_each(|letter| store.post(&letter));
    store
}

/// How many letters nobody has sent or given up.
async fn left(store: &MemoryStore) -> usize {
    let much_later = then() + chrono::Duration::days(30);
    store.claim(much_later, chrono::Duration::seconds(1), 1_000).await.unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn the_outbox_is_emptied_and_looked_at_again() {
    let store = store_with((1..=20).map(|number| welcome(number, TO)));
    let postman = Arc::new(Postman::default());
    let running = run(store.clone(), postman.clone());
    until(|| postman.sent.load(Ordering::SeqCst) == 20).await;
    store.post(&welcome(21, TO));
    until(|| postman.sent.load(Ordering::SeqCst) == 21).await;
    running.stop().await;
    assert_eq!(left(&store).await, 0);
}

#[tokio::test(start_paused = true)]
async fn two_workers_send_no_letter_twice() {
    let store = store_with((1..=50).map(|number| welcome(number, TO)));
    let postman = Arc::new(Postman { takes: Duration::from_millis(2), ..Postman::default() });
    let workers = [run(store.clone(), postman.clone()), run(store.clone(), postman.clone())];
    until(|| postman.sent.load(Ordering::SeqCst) >= 50).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(postman.sent.load(Ordering::SeqCst), 50);
    assert_eq!(left(&store).await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_letters_in_hand_are_finished_before_the_end() {
    let store = store_with([welcome(1, TO), welcome(2, TO)]);
    let postman = Arc::new(Postman { takes: Duration::from_millis(200), ..Postman::default() });
    let running = run(store.clone(), postman.clone());
    until(|| postman.began.load(Ordering::SeqCst) == 2).await;
    running.stop().await;
    assert_eq!(postman.sent.load(Ordering::SeqCst), 2);
    assert_eq!(left(&store).await, 0, "what became of them is written down");
}

#[tokio::test(start_paused = true)]
async fn a_worker_with_nothing_to_do_ends_at_once() {
    let running = run(store_with([]), Arc::new(Postman::default()));
    tokio::time::sleep(Duration::from_millis(30)).await;
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_waited_for() {
    let store = store_with([welcome(1, TO)]);
    let postman = Arc::new(Postman::default());
    let failing = Arc::new(FailingStore::at(store.clone(), 1, Failure::Unavailable));
    let running = run(failing.clone(), postman.clone());
    until(|| postman.sent.load(Ordering::SeqCst) == 1).await;
    running.stop().await;

    let away = Arc::new(FailingStore::from(store, 1, Failure::Unavailable));
    let running = run(away.clone(), postman);
    tokio::time::sleep(Duration::from_millis(400)).await;
    running.stop().await;
    // After 20, 40, 80, 160, 320 ms, and not every 10.
    assert!((2..=6).contains(&away.calls()), "{} calls", away.calls());
}

#[tokio::test(start_paused = true)]
async fn a_bug_over_one_letter_does_not_stop_the_worker() {
    let store = store_with([welcome(1, TO)]);
    let postman = Arc::new(Postman { panics_over: Some(1), ..Postman::default() });
    let running = run(store.clone(), postman.clone());
    until(|| postman.began.load(Ordering::SeqCst) == 1).await;
    store.post(&welcome(2, TO));
    until(|| postman.sent.load(Ordering::SeqCst) == 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_letter_that_makes_no_mail_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let old = Letter { created_at: "1969-12-31T23:59:59Z".parse().unwrap(), ..welcome(1, TO) };
    let LetterContent::LinkVerification { about, link, connection_name, .. } = link_verification(about())
    else {
        unreachable!()
    };
    let expired = LetterContent::LinkVerification { about, link, connection_name, expires_at: then() };
    let store = store_with([old.clone(), letter(2, TO, expired), welcome(3, TO)]);
    let mailer = Arc::new(mailer(&format!("file://{}", folder.path().display())));

    let refused = mailer.send(&old).await.unwrap_err();
    assert_eq!(refused, MailError::Permanent("the letter's date is out of range".to_owned()));
    let deliveries = deliver(store.clone(), mailer).run(10).await.unwrap();
    assert_eq!(deliveries, Deliveries { delivered: 1, given_up: 2, ..Deliveries::default() });
    assert_eq!(left(&store).await, 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
