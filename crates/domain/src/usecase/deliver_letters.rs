//! Emptying the outbox.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::world::World;
use crate::letter::Letter;
use crate::ports::{ClaimedLetter, MailError, Mailer, Random, Settlement, StoreError};

/// Sends the letters that are due. A letter is sent at least once: one whose settling fails is sent again when its lease
/// ends, with the same Message-ID.
#[derive(Clone)]
pub struct DeliverLetters {
    /// The store, the time and chance.
    pub world: World,
    /// Who sends them.
    pub mailer: Arc<dyn Mailer>,
}

/// How many letters ended how in one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// The mail server took them.
    pub delivered: u32,
    /// They are tried again.
    pub postponed: u32,
    /// They are not tried again.
    pub given_up: u32,
    /// Somebody else had them before they were settled.
    pub lost: u32,
}

impl Deliveries {
    /// How many letters there were. As many as were asked for: there may be more.
    #[must_use]
    pub fn letters(&self) -> u32 {
        self.delivered + self.postponed + self.given_up + self.lost
    }
}

/// For how long a letter is claimed: longer than any mailer takes.
const LEASE: Duration = Duration::minutes(10);
/// How long after its first failure a letter is tried again; each further time it is twice as long.
const FIRST_RETRY: Duration = Duration::seconds(30);
/// The longest that a letter waits between two attempts.
const LONGEST_RETRY: Duration = Duration::hours(1);
/// After how many attempts a letter is given up: with these waits, after about three days.
const MOST_ATTEMPTS: u32 = 79;

impl DeliverLetters {
    /// Claims up to `at_once` letters that are due, sends them side by side, and says what became of each.
    ///
    /// # Errors
    /// The store's. Whatever could be sent and settled was, and the rest is claimed again when its lease ends.
    pub async fn run(&self, at_once: u32) -> Result<Deliveries, StoreError> {
        let claimed = self.world.store.claim(self.world.now(), LEASE, at_once).await?;
        let mut deliveries = Deliveries::default();
        let mut failure = Ok(());
        for settled in join_all(claimed.iter().map(|claimed| self.deliver(claimed))).await {
            match settled {
                Ok(Settlement::Delivered) => deliveries.delivered += 1,
                Ok(Settlement::RetryAt { .. }) => deliveries.postponed += 1,
                Ok(Settlement::GivenUp { .. }) => deliveries.given_up += 1,
                Err(StoreError::Conflict) => deliveries.lost += 1,
                Err(error) => failure = Err(error),
            }
        }
        failure.map(|()| deliveries)
    }

    #[tracing::instrument(name = "deliver_letter", skip_all, fields(
        letter.id = %claimed.letter.id,
        letter.kind = claimed.letter.content.kind(),
        letter.attempt = claimed.attempt,
    ))]
    async fn deliver(&self, claimed: &ClaimedLetter) -> Result<Settlement, StoreError> {
        let settlement = match unsendable(claimed, self.world.now()) {
            Some(reason) => Settlement::GivenUp { reason: reason.to_owned() },
            None => match self.send(&claimed.letter).await {
                Ok(()) => Settlement::Delivered,
                Err(error) => self.after(error, claimed.attempt),
            },
        };
        let (id, now) = (claimed.letter.id, self.world.now());
        let settled = self.world.store.settle(id, claimed.attempt, &settlement, now).await;
        tell(&settlement, &settled);
        settled.map(|()| settlement)
    }

    /// A mailer that panics over one letter is no reason to send none of the others.
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let sent = AssertUnwindSafe(self.mailer.send(letter)).catch_unwind().await;
        sent.unwrap_or_else(|_| Err(MailError::Transient("the mailer panicked".to_owned())))
    }

    fn after(&self, error: MailError, attempt: u32) -> Settlement {
        match error {
            MailError::Permanent(reason) => Settlement::GivenUp { reason },
            MailError::Transient(reason) if attempt >= MOST_ATTEMPTS => {
                Settlement::GivenUp { reason: format!("after {attempt} attempts: {reason}") }
            }
            MailError::Transient(reason) => Settlement::RetryAt {
                at: self.world.now() + wait_after(attempt, &*self.world.random),
                reason,
            },
        }
    }
}

/// Why a letter is not even tried, if so.
fn unsendable(claimed: &ClaimedLetter, now: DateTime<Utc>) -> Option<&'static str> {
    if claimed.letter.content.expires_at().is_some_and(|end| end <= now) {
        Some("its link expired before it could be sent")
    } else if claimed.attempt > MOST_ATTEMPTS {
        // Whoever claimed it ended each time before it was settled.
        Some("it was tried too often, and no attempt came to an end")
    } else {
        None
    }
}

/// How long to wait after the attempt: half a minute, twice as long each time, an hour at most, a quarter more or less so that
/// letters that failed together do not come back together.
fn wait_after(attempt: u32, random: &dyn Random) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let wait = (FIRST_RETRY * (1 << doublings)).min(LONGEST_RETRY);
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let share = i64::from(u32::from_be_bytes(bytes));
    let spread = wait.num_milliseconds() / 2 * share / i64::from(u32::MAX);
    wait * 3 / 4 + Duration::milliseconds(spread)
}

/// Says in the log what became of a letter, without the address.
fn tell(settlement: &Settlement, settled: &Result<(), StoreError>) {
    match (settled, settlement) {
        (Err(StoreError::Conflict), _) => {
            tracing::warn!(letter.outcome = "lost", "the letter was claimed by somebody else meanwhile");
        }
        (Err(error), _) => {
            tracing::error!(letter.outcome = "unsettled", error = %error, "what became of the letter could not be written down");
        }
        (Ok(()), Settlement::Delivered) => tracing::info!(letter.outcome = "delivered", "a letter was sent"),
        (Ok(()), Settlement::RetryAt { at, reason }) => {
            tracing::warn!(letter.outcome = "postponed", retry_at = %at, reason, "a letter is tried again");
        }
        (Ok(()), Settlement::GivenUp { reason }) => {
            tracing::error!(letter.outcome = "given_up", reason, "a letter is given up");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::ids::{LetterId, LinkId, OrganizationId};
    use crate::letter::{Correspondence, LetterContent};
    use crate::ports::{Clock as _, Outbox as _, Store};
    use crate::testing::{CountingRandom, FailingStore, Failure, FrozenClock, MemoryStore, block_on};

    /// The letter over which the mailer of these tests panics.
    const POISON: LetterId = LetterId(uuid::Uuid::from_u128(666));

    /// A mailer that answers as it is told, and remembers what it was asked to send.
    #[derive(Default)]
    struct Postman {
        answer: Mutex<Option<MailError>>,
        sent: Mutex<Vec<LetterId>>,
    }

    #[async_trait]
    impl Mailer for Postman {
        async fn send(&self, letter: &Letter) -> Result<(), MailError> {
            assert_ne!(letter.id, POISON, "a bug");
            self.sent.lock().unwrap().push(letter.id);
            self.answer.lock().unwrap().clone().map_or(Ok(()), Err)
        }
    }

    #[derive(Default)]
    struct Office {
        store: Arc<MemoryStore>,
        clock: Arc<FrozenClock>,
        postman: Arc<Postman>,
    }

    impl Office {
        fn with(letters: &[Letter]) -> Self {
            let office = Self::default();
            for letter in letters {
                office.store.post(letter);
            }
            office
        }

        fn over(&self, store: Arc<dyn Store>) -> DeliverLetters {
            let random = Arc::new(CountingRandom::default());
            let world = World { store, clock: self.clock.clone(), random };
            DeliverLetters { world, mailer: self.postman.clone() }
        }

        fn run(&self) -> Deliveries {
            block_on(self.over(self.store.clone()).run(10)).unwrap()
        }

        fn answers(&self, answer: MailError) {
            *self.postman.answer.lock().unwrap() = Some(answer);
        }

        fn sent(&self) -> usize {
            self.postman.sent.lock().unwrap().len()
        }

        fn passes(&self, time: Duration) {
            self.clock.advance(time);
        }
    }

    fn letter(number: u128, content: impl FnOnce(Correspondence) -> LetterContent) -> Letter {
        let about = Correspondence {
            organization: "acme".parse().unwrap(),
            organization_name: "Acme".parse().unwrap(),
            first_name: "Ada".parse().unwrap(),
            locale: "en".parse().unwrap(),
            branding: crate::branding::Branding::default(),
        };
        Letter {
            id: LetterId(uuid::Uuid::from_u128(number)),
            organization_id: Some(OrganizationId(uuid::Uuid::from_u128(1))),
            to: "ada@acme.example".parse().unwrap(),
            user_id: None,
            content: content(about),
            created_at: FrozenClock::default().now(),
        }
    }

    fn welcome(number: u128) -> Letter {
        letter(number, |about| LetterContent::Welcome { about })
    }

    fn link_verification(number: u128) -> Letter {
        letter(number, |about| LetterContent::LinkVerification {
            about,
            link: LinkId(uuid::Uuid::from_u128(2)),
            connection_name: "Okta".parse().unwrap(),
            expires_at: FrozenClock::default().now() + Duration::hours(24),
        })
    }

    fn later() -> MailError {
        MailError::Transient("451 4.3.0".to_owned())
    }

    #[test]
    fn every_letter_that_is_due_is_sent_once() {
        let office = Office::with(&[welcome(1), link_verification(2)]);
        assert_eq!(office.run(), Deliveries { delivered: 2, ..Deliveries::default() });
        office.passes(Duration::days(1));
        assert_eq!(office.run().letters(), 0);
        assert_eq!(office.sent(), 2);
    }

    #[test]
    fn no_more_are_claimed_than_are_asked_for() {
        let office = Office::with(&[welcome(1), welcome(2), welcome(3)]);
        let deliver = office.over(office.store.clone());
        assert_eq!(block_on(deliver.run(2)).unwrap().letters(), 2);
        assert_eq!(block_on(deliver.run(2)).unwrap().letters(), 1);
    }

    #[test]
    fn what_fails_for_now_is_tried_again_later_and_later() {
        let office = Office::with(&[welcome(1)]);
        office.answers(later());
        for seconds in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            assert_eq!(office.run().postponed, 1);
            office.passes(Duration::seconds(seconds) * 3 / 4 - Duration::milliseconds(1));
            assert_eq!(office.run().letters(), 0, "too early after {seconds} s");
            office.passes(Duration::seconds(seconds) / 2 + Duration::milliseconds(1));
        }
        *office.postman.answer.lock().unwrap() = None;
        assert_eq!(office.run().delivered, 1);
    }

    #[test]
    fn letters_that_failed_together_do_not_come_back_together() {
        struct Bytes(u8);
        impl Random for Bytes {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(self.0);
            }
        }
        assert_eq!(wait_after(2, &Bytes(0)), Duration::seconds(45));
        assert_eq!(wait_after(2, &Bytes(255)), Duration::seconds(75));
        assert_eq!(wait_after(u32::MAX, &Bytes(255)), Duration::minutes(75));
    }

    #[test]
    fn what_fails_for_three_days_is_given_up_with_its_reason() {
        let office = Office::with(&[welcome(1)]);
        office.answers(later());
        let began = office.clock.now();
        while office.run().given_up == 0 {
            office.passes(Duration::minutes(1));
        }
        let days = (office.clock.now() - began).num_hours() / 24;
        assert!((2..=4).contains(&days), "{days} days");
        assert_eq!(office.sent(), MOST_ATTEMPTS as usize);
        let deliver = office.over(office.store.clone());
        let last = deliver.after(later(), MOST_ATTEMPTS);
        assert_eq!(last, Settlement::GivenUp { reason: "after 79 attempts: 451 4.3.0".to_owned() });
    }

    #[test]
    fn what_fails_for_good_is_given_up_at_once() {
        let office = Office::with(&[welcome(1)]);
        office.answers(MailError::Permanent("550 5.1.1".to_owned()));
        assert_eq!(office.run(), Deliveries { given_up: 1, ..Deliveries::default() });
        office.passes(Duration::days(30));
        assert_eq!((office.run().letters(), office.sent()), (0, 1));
    }

    #[test]
    fn a_link_that_has_expired_is_not_sent() {
        let office = Office::with(&[link_verification(1), welcome(2)]);
        office.passes(Duration::hours(24));
        assert_eq!(office.run(), Deliveries { given_up: 1, delivered: 1, ..Deliveries::default() });
        assert_eq!(*office.postman.sent.lock().unwrap(), [welcome(2).id]);
    }

    #[test]
    fn a_letter_that_ends_its_sender_each_time_is_given_up() {
        let office = Office::with(&[welcome(1)]);
        for _ in 0..MOST_ATTEMPTS {
            assert_eq!(block_on(office.store.claim(office.clock.now(), LEASE, 1)).unwrap().len(), 1);
            office.passes(LEASE);
        }
        assert_eq!(office.run().given_up, 1);
        assert_eq!(office.sent(), 0);
    }

    #[test]
    fn a_mailer_that_panics_over_a_letter_sends_the_others() {
        let office = Office::with(&[welcome(666), welcome(667)]);
        assert_eq!(office.run(), Deliveries { delivered: 1, postponed: 1, ..Deliveries::default() });
    }

    #[test]
    fn a_lost_lease_is_let_go() {
        let office = Office::with(&[welcome(1), welcome(2)]);
        let store = FailingStore::at(office.store.clone(), 2, Failure::Conflict);
        let deliveries = block_on(office.over(Arc::new(store)).run(10)).unwrap();
        assert_eq!(deliveries, Deliveries { lost: 1, delivered: 1, ..Deliveries::default() });
    }

    #[test]
    fn a_store_that_fails_is_told_after_the_others_are_settled() {
        let office = Office::with(&[welcome(1), welcome(2)]);
        let store = FailingStore::at(office.store.clone(), 2, Failure::Unavailable);
        let failed = block_on(office.over(Arc::new(store)).run(10));
        assert!(matches!(failed, Err(StoreError::Unavailable(_))));
        assert_eq!(office.sent(), 2);
        office.passes(LEASE);
        assert_eq!(office.run().delivered, 1, "the unsettled one is sent again, the other one is not");
    }

    #[test]
    fn a_store_that_gives_no_letters_is_told() {
        let office = Office::with(&[welcome(1)]);
        let store = FailingStore::from(office.store.clone(), 1, Failure::Unavailable);
        assert!(block_on(office.over(Arc::new(store)).run(10)).is_err());
        assert_eq!(office.sent(), 0);
    }
}
