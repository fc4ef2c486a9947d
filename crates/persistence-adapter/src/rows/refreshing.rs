//! Metadata that is fetched again and again.

use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::ids::Version;
use vestibule_domain::ports::TrackedRefresh;
use vestibule_domain::refresh::MetadataRefresh;
use vestibule_domain::text::ConnectionKey;

use crate::codec::{Document, Text};

/// A refresh with what it stands on of its connection.
#[derive(FromRow)]
pub(crate) struct RefreshRow {
    organization_id: Uuid,
    connection_id: Uuid,
    refresh: Document<MetadataRefresh>,
    attempt: i64,
    connection_key: Text<ConnectionKey>,
    identity_provider_version: i64,
}

impl RefreshRow {
    /// What was claimed, by when it was due before.
    pub(crate) fn longest_due_first(rows: Vec<Self>) -> Vec<TrackedRefresh> {
        let mut tracked: Vec<_> = rows.into_iter().map(TrackedRefresh::from).collect();
        tracked.sort_by_key(|tracked| (tracked.refresh.next_at, tracked.connection_id));
        tracked
    }
}

impl From<RefreshRow> for TrackedRefresh {
    fn from(row: RefreshRow) -> Self {
        Self {
            organization_id: row.organization_id.into(),
            connection_id: row.connection_id.into(),
            connection_key: row.connection_key.0,
            identity_provider_version: Version(row.identity_provider_version),
            attempt: u32::try_from(row.attempt).unwrap_or(u32::MAX),
            refresh: row.refresh.0,
        }
    }
}
