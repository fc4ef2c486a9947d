//! The outbox.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::letter::{Letter, LetterContent};
use vestibule_domain::ports::{ClaimedLetter, Settlement, Undelivered};

use crate::codec::{Document, Instant, Text, without_nul};

#[derive(FromRow, Serialize)]
pub(crate) struct NewLetter {
    pub(crate) organization_id: Option<Uuid>,
    pub(crate) id: Uuid,
    pub(crate) recipient: Text<EmailAddress>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) content: Document<LetterContent>,
    pub(crate) created_at: Instant,
    /// When it may be claimed: at first when it is written, then when its lease ends or its retry is due.
    pub(crate) due_at: Instant,
}

#[derive(FromRow)]
pub(crate) struct LetterRow {
    #[sqlx(flatten)]
    letter: NewLetter,
    #[sqlx(try_from = "i64")]
    attempt: u32,
}

/// What becomes of a claimed letter.
pub(crate) struct SettledColumns {
    /// When it is due again; as before where it is settled.
    pub(crate) due_at: Option<Instant>,
    pub(crate) settled_at: Option<Instant>,
    pub(crate) failure: Option<String>,
}

impl SettledColumns {
    pub(crate) fn new(settlement: &Settlement, now: DateTime<Utc>) -> Self {
        let (due_at, settled_at, failure) = match settlement {
            Settlement::Delivered => (None, Some(now.into()), None),
            Settlement::RetryAt { at, reason } => (Some((*at).into()), None, Some(without_nul(reason))),
            Settlement::GivenUp { reason } => (None, Some(now.into()), Some(without_nul(reason))),
        };
        Self { due_at, settled_at, failure }
    }
}

impl From<&Letter> for NewLetter {
    fn from(letter: &Letter) -> Self {
        Self {
            organization_id: letter.organization_id.map(|id| id.0),
            id: letter.id.0,
            recipient: Text(letter.to.clone()),
            user_id: letter.user_id.map(|id| id.0),
            content: Document(letter.content.clone()),
            created_at: letter.created_at.into(),
            due_at: letter.created_at.into(),
        }
    }
}

impl From<LetterRow> for ClaimedLetter {
    fn from(row: LetterRow) -> Self {
        let LetterRow { letter, attempt } = row;
        let letter = Letter {
            id: letter.id.into(),
            organization_id: letter.organization_id.map(Into::into),
            to: letter.recipient.0,
            user_id: letter.user_id.map(Into::into),
            content: letter.content.0,
            created_at: letter.created_at.into(),
        };
        Self { letter, attempt }
    }
}

impl LetterRow {
    /// Claimed letters, oldest first: an UPDATE returns its rows in any order.
    pub(crate) fn oldest_first(rows: Vec<Self>) -> Vec<ClaimedLetter> {
        let mut claimed: Vec<ClaimedLetter> = rows.into_iter().map(ClaimedLetter::from).collect();
        claimed.sort_by_key(|claimed| (claimed.letter.created_at, claimed.letter.id));
        claimed
    }
}

/// How many letters of an organization did not arrive, each count along an index of its own. Both databases number parameters so.
pub(crate) const UNDELIVERED: &str = "SELECT g.count AS given_up, g.newest AS newest_given_up, w.count AS waiting, \
     w.newest AS newest_waiting FROM \
     (SELECT count(*) AS count, max(created_at) AS newest FROM letters \
     WHERE organization_id = $1 AND settled_at IS NOT NULL AND failure IS NOT NULL) AS g, \
     (SELECT count(*) AS count, max(created_at) AS newest FROM letters \
     WHERE organization_id = $1 AND settled_at IS NULL AND created_at <= $2) AS w";

/// How many letters did not arrive.
#[derive(FromRow)]
pub(crate) struct UndeliveredRow {
    given_up: i64,
    newest_given_up: Option<Instant>,
    waiting: i64,
    newest_waiting: Option<Instant>,
}

impl From<UndeliveredRow> for Undelivered {
    fn from(row: UndeliveredRow) -> Self {
        let newest = [row.newest_given_up, row.newest_waiting].into_iter().flatten();
        Self {
            given_up: row.given_up.unsigned_abs(),
            waiting: row.waiting.unsigned_abs(),
            newest: newest.map(DateTime::from).max(),
        }
    }
}
