//! When to fetch metadata again.

use chrono::{DateTime, Duration, Utc};

use crate::connection::IdpMetadata;
use crate::ports::Random;

/// Metadata is fetched at least so often, whatever it says of itself.
const LONGEST: Duration = Duration::days(1);
/// It is fetched at most so often.
const SHORTEST: Duration = Duration::hours(1);
/// After a failure it is fetched again this soon; each further time it takes twice as long.
const FIRST_RETRY: Duration = Duration::minutes(5);
/// The longest wait after a failure.
const LONGEST_RETRY: Duration = Duration::hours(6);

/// When to fetch metadata again that was read `now`: after its `cacheDuration`, early enough before its `validUntil` that
/// there is time to try again, and up to a tenth earlier by chance, so that what was saved together is not fetched together.
#[must_use]
pub fn next_refresh(metadata: &IdpMetadata, now: DateTime<Utc>, random: &dyn Random) -> DateTime<Utc> {
    let kept = metadata.cache_seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let kept = kept.and_then(Duration::try_seconds).unwrap_or(LONGEST);
    let before_the_end = metadata.valid_until.map_or(LONGEST, |until| (until - now) / 2);
    let interval = kept.min(before_the_end).clamp(SHORTEST, LONGEST);
    let early = share_of(interval / 10, random);
    now + (interval - early).max(SHORTEST)
}

/// When to try again after so many failures in a row: soon, and then later and later, several times a day.
pub(super) fn next_retry(failures: u32, now: DateTime<Utc>, random: &dyn Random) -> DateTime<Utc> {
    let doublings = failures.saturating_sub(1).min(16);
    let wait = (FIRST_RETRY * (1 << doublings)).min(LONGEST_RETRY);
    now + wait - share_of(wait / 10, random)
}

/// Some part of a duration.
fn share_of(whole: Duration, random: &dyn Random) -> Duration {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let share = i64::from(u32::from_be_bytes(bytes));
    Duration::milliseconds(whole.num_milliseconds() * share / i64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Clock as _;
    use crate::testing::{FrozenClock, acme};

    struct Bytes(u8);

    impl Random for Bytes {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn interval(cache_seconds: Option<u64>, valid_for: Option<Duration>, chance: u8) -> Duration {
        let now = FrozenClock::default().now();
        let sample = acme().connection.identity_provider.unwrap().metadata;
        let metadata = IdpMetadata { cache_seconds, valid_until: valid_for.map(|left| now + left), ..sample };
        next_refresh(&metadata, now, &Bytes(chance)) - now
    }

    #[test]
    fn metadata_is_fetched_at_least_daily_and_at_most_hourly() {
        assert_eq!(interval(None, None, 0), Duration::days(1));
        assert_eq!(interval(Some(6 * 3_600), None, 0), Duration::hours(6));
        assert_eq!(interval(Some(30 * 86_400), None, 0), Duration::days(1));
        assert_eq!(interval(Some(u64::MAX), None, 0), Duration::days(1));
        assert_eq!(interval(Some(0), None, 0), Duration::hours(1));
        assert_eq!(interval(Some(60), None, 255), Duration::hours(1));
    }

    #[test]
    fn metadata_is_fetched_in_time_before_it_ends() {
        assert_eq!(interval(None, Some(Duration::hours(10)), 0), Duration::hours(5));
        assert_eq!(interval(Some(7_200), Some(Duration::hours(10)), 0), Duration::hours(2));
        assert_eq!(interval(None, Some(Duration::days(365)), 0), Duration::days(1));
        assert_eq!(interval(None, Some(Duration::minutes(1)), 0), Duration::hours(1));
    }

    #[test]
    fn what_was_saved_together_is_not_fetched_together() {
        assert_eq!(interval(None, None, 255), Duration::days(1) * 9 / 10);
    }

    #[test]
    fn a_failure_is_tried_again_several_times_within_the_day() {
        let now = FrozenClock::default().now();
        let (mut at, mut tries) = (now, 0);
        while at - now < Duration::days(1) {
            tries += 1;
            let next = next_retry(tries, at, &Bytes(0));
            assert!(next - at >= FIRST_RETRY && next - at <= LONGEST_RETRY);
            at = next;
        }
        assert!((8..=12).contains(&tries), "{tries} tries");
        assert_eq!(next_retry(u32::MAX, now, &Bytes(0)) - now, LONGEST_RETRY);
    }
}
