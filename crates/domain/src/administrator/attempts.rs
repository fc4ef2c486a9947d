//! How long somebody waits who has given a wrong password.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// How many attempts nobody waits for: people mistype.
const FREE: u32 = 5;

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// For how long attempts are remembered after the last one.
const REMEMBERED_FOR: TimeDelta = TimeDelta::hours(24);

/// Whose attempts are counted together: those for one address of mail, administrator's or not, from one network. Whoever guesses from
/// elsewhere lets nobody wait here. A hash, so that no address stands in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttemptKey(pub [u8; 32]);

impl AttemptKey {
    /// The attempts for what was typed as an address, from there.
    #[must_use]
    pub fn of(email: &str, from: Option<IpAddr>) -> Self {
        let email = email.to_ascii_lowercase();
        let mut hash = Sha256::new();
        hash.update((email.len() as u64).to_be_bytes());
        hash.update(email.as_bytes());
        hash.update(from.map(|address| address.to_string()).unwrap_or_default().as_bytes());
        Self(hash.finalize().into())
    }
}

/// Attempts that were not forgotten by a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// How many.
    pub count: u32,
    /// From when on the next one is looked at.
    pub next_at: DateTime<Utc>,
    /// When they are forgotten.
    pub forget_after: DateTime<Utc>,
}

impl Attempts {
    /// The attempts with one more, made now. It counts before anybody looks at its password, so that many at once are many.
    ///
    /// # Errors
    /// It is too early: from when on it is not.
    pub fn with_one_more(seen: Option<&Self>, now: DateTime<Utc>) -> Result<Self, DateTime<Utc>> {
        let seen = seen.filter(|seen| now < seen.forget_after);
        match seen {
            Some(seen) if now < seen.next_at => Err(seen.next_at),
            _ => {
                let count = seen.map_or(0, |seen| seen.count).saturating_add(1);
                Ok(Self { count, next_at: now + wait_after(count), forget_after: now + REMEMBERED_FOR })
            }
        }
    }

    /// The attempts without the last one, whose password nobody looked at: the next one is looked at at once, as that one was to be.
    #[must_use]
    pub fn without_the_last(self, now: DateTime<Utc>) -> Self {
        Self { count: self.count.saturating_sub(1), next_at: now, ..self }
    }
}

/// Nothing at first, then two seconds, twice as long each time, a quarter of an hour at most.
fn wait_after(count: u32) -> TimeDelta {
    match count.checked_sub(FREE) {
        None => TimeDelta::zero(),
        Some(doublings) => TimeDelta::seconds(2 << doublings.min(16)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=16).map(|count| wait_after(count).num_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(wait_after(u32::MAX).num_seconds(), 900);
    }

    #[test]
    fn attempts_count_until_they_are_forgotten() {
        let mut now = DateTime::UNIX_EPOCH;
        let mut seen = None;
        for count in 1..=5 {
            let attempts =
                Attempts::with_one_more(seen.as_ref(), now).unwrap_or_else(|_| panic!("too early"));
            assert_eq!(attempts.count, count);
            seen = Some(attempts);
        }
        let until = now + TimeDelta::seconds(2);
        assert_eq!(Attempts::with_one_more(seen.as_ref(), until - TimeDelta::microseconds(1)), Err(until));
        assert_eq!(Attempts::with_one_more(seen.as_ref(), until).map(|attempts| attempts.count), Ok(6));
        now += REMEMBERED_FOR;
        assert_eq!(Attempts::with_one_more(seen.as_ref(), now).map(|attempts| attempts.count), Ok(1));
    }

    #[test]
    fn attempts_are_counted_by_address_and_network() {
        let from = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        let key = AttemptKey::of("ada@acme.example", from(1));
        assert_eq!(key, AttemptKey::of("Ada@ACME.example", from(1)));
        assert_ne!(key, AttemptKey::of("ada@acme.example", from(2)));
        assert_ne!(key, AttemptKey::of("eve@acme.example", from(1)));
        assert_ne!(AttemptKey::of("a1", None), AttemptKey::of("a", None));
    }
}
