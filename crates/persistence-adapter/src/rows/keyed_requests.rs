//! Requests that may be sent again.

use sqlx::FromRow;
use vestibule_domain::idempotency::{KnownRequest, SealedAnswer};

use crate::codec::{Bytes, Hash, Instant};

#[derive(FromRow)]
pub(crate) struct KnownRequestRow {
    content_hash: Hash,
    leased_until: Instant,
    kept_until: Instant,
    answer: Option<Bytes>,
}

impl From<KnownRequestRow> for KnownRequest {
    fn from(row: KnownRequestRow) -> Self {
        Self {
            content: row.content_hash.into(),
            leased_until: row.leased_until.into(),
            kept_until: row.kept_until.into(),
            answer: row.answer.map(|answer| SealedAnswer(answer.0)),
        }
    }
}
