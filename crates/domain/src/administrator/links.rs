//! Links by which administrators set their passwords, and how often they are mailed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{AdministratorId, PasswordLinkId};
use crate::token::TokenHash;

/// How long somebody waits between two letters of this kind.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(10);

/// How many of them somebody gets in the time of [`LETTERS_COUNT_FOR`].
const MOST_LETTERS: usize = 5;

/// For how long a letter counts.
pub const LETTERS_COUNT_FOR: TimeDelta = TimeDelta::hours(24);

/// A mailed link by which an administrator sets their password, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    /// Its row, from which the token is derived.
    pub id: PasswordLinkId,
    /// Whose password.
    pub administrator_id: AdministratorId,
    /// Whether it invites them; otherwise they have lost their password.
    pub invitation: bool,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it does not work any more.
    pub expires_at: DateTime<Utc>,
}

impl PasswordLink {
    /// For how long such a link works: whoever has lost their password waits for the mail, and who is invited may be on holiday.
    #[must_use]
    pub fn lifetime(invitation: bool) -> TimeDelta {
        if invitation { TimeDelta::days(7) } else { TimeDelta::minutes(30) }
    }
}

/// Nothing, if somebody to whom links were made then, newest first, may get another letter now.
///
/// # Errors
/// From when on they may.
pub fn may_be_mailed(made: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
    let after_the_last = made.first().map(|at| *at + AGAIN_AFTER);
    let after_the_most = made.get(MOST_LETTERS - 1).map(|at| *at + LETTERS_COUNT_FOR);
    match after_the_last.max(after_the_most).filter(|at| now < *at) {
        Some(at) => Err(at),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn one_letter_in_ten_minutes_and_five_a_day() {
        let mut made = Vec::new();
        for minutes in [0, 10, 20, 30, 40] {
            assert_eq!(may_be_mailed(&made, at(minutes)), Ok(()));
            made.insert(0, at(minutes));
            assert!(may_be_mailed(&made, at(minutes + 9)).is_err());
        }
        let day = 24 * 60;
        assert_eq!(may_be_mailed(&made, at(day - 1)), Err(at(day)));
        assert_eq!(may_be_mailed(&made, at(day)), Ok(()));
        made.insert(0, at(day));
        assert_eq!(may_be_mailed(&made, at(day + 9)), Err(at(day + 10)));
    }
}
