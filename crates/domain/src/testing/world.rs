//! Time and chance that a test commands.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, Duration, Utc};

use crate::ports::{Clock, Random};

/// A clock that shows the same instant until it is set.
#[derive(Debug)]
pub struct FrozenClock {
    micros: AtomicI64,
}

impl FrozenClock {
    /// A clock that shows `now`, to the microsecond.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { micros: AtomicI64::new(now.timestamp_micros()) }
    }

    /// Shows another instant from now on.
    pub fn set(&self, now: DateTime<Utc>) {
        self.micros.store(now.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

impl Default for FrozenClock {
    /// 2026-01-02 03:04:05.678901 UTC.
    fn default() -> Self {
        Self { micros: AtomicI64::new(1_767_323_045_678_901) }
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// Bytes that count up: the same in every run, and never the same twice where eight or more are drawn. Ids made of
/// them at one instant sort in the order in which they are made.
#[derive(Debug, Default)]
pub struct CountingRandom {
    drawn: AtomicU64,
}

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // At the end, so that the ids made of the bytes (RFC 9562 §5.7) sort as they are drawn.
        let count = u128::from(self.drawn.fetch_add(1, Ordering::SeqCst));
        for (index, byte) in bytes.iter_mut().rev().enumerate() {
            *byte = count.to_le_bytes().get(index).copied().unwrap_or_default();
        }
    }
}
