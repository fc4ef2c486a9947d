//! Time and chance.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What time it is, in microseconds, which is what PostgreSQL keeps.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// Unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` from a source that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// A row id: UUID version 7 (RFC 9562 §5.7).
    pub fn id<T: From<Uuid>>(&self, now: DateTime<Utc>) -> T {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}
