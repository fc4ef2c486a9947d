//! Metadata that is fetched again and again, and what is told of certificates.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::outbox::Posted;
use super::{MemoryStore, State, unless_conflict};
use crate::ids::ConnectionId;
use crate::letter::Letter;
use crate::ports::{
    CertificateWarning, CertificateWarnings, MetadataRefreshes, SettledRefresh, StoreError, TrackedRefresh,
};
use crate::refresh::MetadataRefresh;

/// A refresh and how far it has come.
#[derive(Debug, Clone)]
pub(super) struct Refreshing {
    refresh: MetadataRefresh,
    attempt: u32,
    /// When it may be claimed: when it is due, or when its lease ends.
    due_at: DateTime<Utc>,
}

impl Refreshing {
    pub(super) fn new(refresh: &MetadataRefresh) -> Self {
        Self { refresh: refresh.clone(), attempt: 0, due_at: refresh.next_at }
    }
}

impl State {
    fn tracked(&self, id: ConnectionId) -> Option<TrackedRefresh> {
        let (connection, refreshing) = (self.connections.get(&id)?, self.refreshes.get(&id)?);
        Some(TrackedRefresh {
            organization_id: connection.organization_id,
            connection_id: id,
            connection_key: connection.details.key.clone(),
            identity_provider_version: connection.identity_provider_version,
            attempt: refreshing.attempt,
            refresh: refreshing.refresh.clone(),
        })
    }
}

#[async_trait]
impl MetadataRefreshes for MemoryStore {
    async fn metadata_refresh(&self, connection: ConnectionId) -> Result<Option<TrackedRefresh>, StoreError> {
        Ok(self.read().tracked(connection))
    }

    async fn claim_refreshes(
        &self,
        now: DateTime<Utc>,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<TrackedRefresh>, StoreError> {
        self.write(|state| {
            let mut due: Vec<_> = state.refreshes.iter_mut().filter(|(_, row)| row.due_at <= now).collect();
            due.sort_by_key(|(id, row)| (row.due_at, **id));
            let mut claimed = Vec::new();
            for (id, row) in due.into_iter().take(limit as usize) {
                row.attempt += 1;
                row.due_at = now + lease;
                claimed.push(*id);
            }
            Ok(claimed.into_iter().filter_map(|id| state.tracked(id)).collect())
        })
    }

    async fn settle_refresh(&self, settled: &SettledRefresh) -> Result<(), StoreError> {
        self.write(|state| {
            let seen = &settled.tracked;
            let mut connection = state.connection(seen.connection_id)?;
            unless_conflict(connection.organization_id == seen.organization_id)?;
            unless_conflict(connection.identity_provider_version == seen.identity_provider_version)?;
            let row = state.refreshes.get_mut(&seen.connection_id).ok_or(StoreError::Conflict)?;
            unless_conflict(row.attempt == seen.attempt)?;
            *row = Refreshing { attempt: seen.attempt + 1, ..Refreshing::new(&seen.refresh) };
            if let Some(taken) = &settled.taken {
                connection.identity_provider = Some(taken.clone());
                connection.identity_provider_version = seen.identity_provider_version.next();
                connection.updated_at = settled.at;
                state.put_connection(connection)?;
            }
            state.outbox.extend(settled.letters.iter().map(|letter| (letter.id, Posted::new(letter))));
            state.audit.extend(settled.audit.iter().cloned());
            Ok(())
        })
    }
}

#[async_trait]
impl CertificateWarnings for MemoryStore {
    async fn warn_of_certificate(
        &self,
        warning: &CertificateWarning,
        letter: &Letter,
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            let connection = state.connection(warning.connection_id)?;
            unless_conflict(connection.organization_id == warning.organization_id)?;
            let key = (warning.connection_id, warning.sha256_fingerprint.clone(), warning.days);
            let is_new = state.warned.insert(key);
            if is_new {
                state.outbox.insert(letter.id, Posted::new(letter));
            }
            Ok(is_new)
        })
    }
}
