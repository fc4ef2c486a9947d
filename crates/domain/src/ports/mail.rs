//! The outbox, and who empties it.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::StoreError;
use crate::ids::{LetterId, OrganizationId};
use crate::letter::Letter;

/// Letters that wait to be sent.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Takes up to `limit` letters that are due and leased to nobody, for `lease`; oldest first. Each claim is one more attempt.
    ///
    /// # Errors
    /// The store's.
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ClaimedLetter>, StoreError>;

    /// Says what became of a claimed letter.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has been claimed again since, or settled.
    async fn settle(
        &self,
        id: LetterId,
        attempt: u32,
        settlement: &Settlement,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Letters in an organization's name that did not arrive: those given up, as long as they are kept, and those written by `written_by`
    /// that still wait.
    ///
    /// # Errors
    /// The store's.
    async fn undelivered(
        &self,
        organization: OrganizationId,
        written_by: DateTime<Utc>,
    ) -> Result<Undelivered, StoreError>;
}

/// How many letters did not arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// How many are not tried again.
    pub given_up: u64,
    /// How many have waited for long.
    pub waiting: u64,
    /// When the newest of all of them was written.
    pub newest: Option<DateTime<Utc>>,
}

/// A letter that this process alone may send until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLetter {
    /// The letter.
    pub letter: Letter,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The mail server took it.
    Delivered,
    /// It did not work, and is tried again.
    RetryAt {
        /// When.
        at: DateTime<Utc>,
        /// Why it did not work.
        reason: String,
    },
    /// It is not tried again.
    GivenUp {
        /// Why not.
        reason: String,
    },
}

/// Sends letters as mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one letter.
    ///
    /// # Errors
    /// Says whether another attempt may succeed.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

/// What a mail says.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its subject, one line.
    pub subject: String,
    /// For programs and people that want text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// Shows what the mail of a letter would say, without sending it.
pub trait MailPreview: Send + Sync {
    /// The mail of a letter.
    ///
    /// # Errors
    /// None can be made of it.
    fn preview(&self, letter: &Letter) -> Result<Mail, MailError>;
}

/// Why a mail was not taken. The reason names no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Another attempt may succeed.
    #[error("the mail server did not take the mail now: {0}")]
    Transient(String),
    /// No attempt will.
    #[error("the mail cannot be delivered: {0}")]
    Permanent(String),
}
