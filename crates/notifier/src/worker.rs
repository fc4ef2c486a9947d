//! The worker that empties the outbox.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vestibule_domain::usecase::DeliverLetters;

/// Sends the letters that are due, for as long as the service runs. Any number may work on one outbox: a letter is leased to
/// one of them at a time.
#[derive(Clone)]
pub struct OutboxWorker {
    deliver: DeliverLetters,
    pause: Duration,
}

/// How many letters are sent side by side.
const AT_ONCE: u32 = 8;

/// How long to wait once no more letters are due.
const PAUSE: Duration = Duration::from_secs(2);

/// The longest wait for a store that fails.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl OutboxWorker {
    /// Looks for letters every two seconds, and at once again while there are many.
    #[must_use]
    pub fn new(deliver: DeliverLetters) -> Self {
        Self { deliver, pause: PAUSE }
    }

    /// Waits this long once no more letters are due.
    #[must_use]
    pub fn pausing(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Works until `shutdown`, and then until what became of the letters in hand is written down.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let pause = match self.deliver.run(AT_ONCE).await {
                Ok(deliveries) => {
                    failures = 0;
                    if deliveries.letters() >= AT_ONCE { Duration::ZERO } else { self.pause }
                }
                Err(error) => {
                    failures += 1;
                    tracing::error!(error = %error, "the outbox cannot be read or written");
                    (self.pause * (1 << failures.min(10))).min(LONGEST_PAUSE)
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
