//! A trial of a connection.

use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::trial::{Trial, TrialAnswer};

use crate::codec::{Bytes, Document, Hash, Instant, Opaque};

#[derive(FromRow)]
pub(crate) struct TrialRow {
    organization_id: Uuid,
    id: Opaque,
    connection_id: Uuid,
    browser: Hash,
    draft: Document<SettingsDraft>,
    expires_at: Instant,
    answered_at: Option<Instant>,
    sealed: Option<Bytes>,
}

impl From<TrialRow> for Trial {
    fn from(row: TrialRow) -> Self {
        let answer = row.answered_at.zip(row.sealed);
        Self {
            id: row.id.0,
            organization_id: row.organization_id.into(),
            connection_id: row.connection_id.into(),
            browser: row.browser.into(),
            draft: row.draft.0,
            expires_at: row.expires_at.into(),
            answer: answer.map(|(at, sealed)| TrialAnswer { at: at.into(), sealed: sealed.0 }),
        }
    }
}
