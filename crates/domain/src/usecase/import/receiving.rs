//! Receiving a table, a part at a time.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::super::administration::{AdminError, decide_again};
use super::super::world::World;
use super::{ImportError, LEASE, RECEIVING_LEASE};
use crate::import::{
    Checks, Import, ImportCursor, ImportOptions, ImportRow, ImportState, MOST_ROWS, RowCounts, RowResult,
    TableDigest,
};
use crate::organization::Organization;
use crate::ports::{Actor, BegunImport, KeyRole, Origin, StoreError};
use crate::problem::Problems;
use crate::token::TokenHash;

/// How many rows are written at once.
const ROWS_AT_ONCE: usize = 500;

/// Begins to receive a table.
#[derive(Clone)]
pub struct BeginImport(pub World);

/// What comes of the wish to begin.
pub enum ImportBegun {
    /// The table is to be sent.
    New(Box<Reception>),
    /// It was sent before, by this key. Whether it is the same one, its digest tells.
    Known(Box<Import>),
}

impl BeginImport {
    /// Begins an import, or answers the one that was begun by the same key of the same sender.
    ///
    /// # Errors
    /// [`ImportError`], or the store's.
    pub async fn run(
        &self,
        actor: &Actor,
        organization: &Organization,
        options: ImportOptions,
        key: Option<&str>,
    ) -> Result<ImportBegun, AdminError> {
        decide_again(|| self.attempt(actor, organization, options, key)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        organization: &Organization,
        options: ImportOptions,
        key: Option<&str>,
    ) -> Result<ImportBegun, AdminError> {
        let world = &self.0;
        let now = world.now();
        let import = Import {
            id: world.id(),
            organization_id: organization.id,
            actor: actor.clone(),
            options,
            idempotency: key.map(|key| known_by(actor, key)),
            digest: None,
            state: ImportState::Receiving,
            failure: None,
            rows_total: 0,
            refused_on_arrival: 0,
            counts: RowCounts::default(),
            cursor: ImportCursor::default(),
            attempt: 0,
            created_at: now,
            ended_at: None,
            applicable_until: None,
            applied_at: None,
        };
        match world.store.begin_import(&import, now + RECEIVING_LEASE).await? {
            BegunImport::New => Ok(ImportBegun::New(Box::new(Reception {
                world: world.clone(),
                import,
                digest: TableDigest::default(),
                rows: Vec::new(),
                refused: Vec::new(),
                renewed: now,
            }))),
            BegunImport::Known(import) if import.state == ImportState::Receiving => {
                Err(ImportError::KeyInUse.into())
            }
            BegunImport::Known(import) => Ok(ImportBegun::Known(import)),
            BegunImport::Busy(id) => Err(ImportError::Busy(id).into()),
        }
    }
}

/// A sender's key, which says nothing of the keys of others.
fn known_by(actor: &Actor, key: &str) -> TokenHash {
    let sender = match actor {
        Actor::ApiKey { id, role, .. } => {
            let bound_to = match role {
                KeyRole::Operator => None,
                KeyRole::OrganizationAdmin(organization) => Some(organization),
            };
            format!("{id} {bound_to:?}")
        }
        // One who uploads again does so from another request.
        other => format!("{:?}", other.clone().acting_from(Origin::default())),
    };
    TokenHash(Sha256::digest(format!("{sender}\n{key}").as_bytes()).into())
}

/// A table that arrives. Only what has not been written yet is in memory. One that is dropped without an end fails when
/// its lease ends.
pub struct Reception {
    world: World,
    import: Import,
    digest: TableDigest,
    rows: Vec<ImportRow>,
    refused: Vec<RowResult>,
    /// When the lease was last renewed.
    renewed: DateTime<Utc>,
}

impl Reception {
    /// Some bytes have arrived, of which the rows are taken by [`take`](Self::take).
    ///
    /// # Errors
    /// As of `take`.
    pub async fn arrived(&mut self, bytes: &[u8]) -> Result<(), AdminError> {
        self.digest.add(bytes);
        // A table may arrive slowly.
        if self.world.now() - self.renewed > RECEIVING_LEASE / 3 { self.write().await } else { Ok(()) }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// There are too many, somebody stopped the import, or the store's.
    pub async fn take(&mut self, row: ImportRow) -> Result<(), AdminError> {
        self.rows.push(row);
        self.write_if_many().await
    }

    /// Takes a row that cannot be read as one.
    ///
    /// # Errors
    /// As of `take`.
    pub async fn refuse(&mut self, line: u32, problems: Problems) -> Result<(), AdminError> {
        self.refused.push(RowResult::refused(line, problems));
        self.write_if_many().await
    }

    /// How many rows have been taken.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.import.rows_total as usize + self.rows.len() + self.refused.len()
    }

    /// The table is whole. If it is [small](Import::is_small), it is the caller's to work off, by
    /// [`ImportUsers::finish`](super::ImportUsers::finish).
    ///
    /// # Errors
    /// As of `take`.
    pub async fn finish(mut self) -> Result<Import, AdminError> {
        self.write().await?;
        let Self { world, import, digest, .. } = self;
        let digest = digest.finish(import.options);
        let now = world.now();
        let lease_end = if import.is_small() { now + LEASE } else { now };
        world.store.start_import(&import, &digest, lease_end).await.map_err(stopped)?;
        let refused_on_arrival = import.counts.refused;
        Ok(Import {
            state: ImportState::Running,
            digest: Some(digest),
            attempt: 1,
            refused_on_arrival,
            ..import
        })
    }

    /// The table cannot be taken: it is as if it had never been sent.
    ///
    /// # Errors
    /// The store's.
    pub async fn abandon(self) -> Result<(), StoreError> {
        self.world.store.abandon_import(&self.import).await
    }

    async fn write_if_many(&mut self) -> Result<(), AdminError> {
        if self.rows() > MOST_ROWS as usize {
            return Err(ImportError::TooManyRows.into());
        }
        if self.rows.len() + self.refused.len() >= ROWS_AT_ONCE { self.write().await } else { Ok(()) }
    }

    /// Writes what was taken. A row with faults of its own needs no second look, and is never written itself.
    async fn write(&mut self) -> Result<(), AdminError> {
        let (store, organization) = (&self.world.store, self.import.organization_id);
        let (catalog, _) = store.catalog(organization).await?;
        let connections = store.connections(organization).await?;
        let checks = Checks::of(&catalog, &connections);
        let mut good = Vec::new();
        for row in std::mem::take(&mut self.rows) {
            match checks.read(&row) {
                Ok(_) => good.push(row),
                Err(problems) => self.refused.push(RowResult::refused(row.line, problems)),
            }
        }
        let refused = std::mem::take(&mut self.refused);
        let now = self.world.now();
        store.receive_rows(&self.import, &good, &refused, now + RECEIVING_LEASE).await.map_err(stopped)?;
        let rows = u32::try_from(good.len() + refused.len()).unwrap_or(u32::MAX);
        self.import.rows_total = self.import.rows_total.saturating_add(rows);
        self.import.counts = self.import.counts.plus(&RowCounts::of(&refused));
        self.renewed = now;
        Ok(())
    }
}

/// Nobody changes a table that is being received, but who stops it.
fn stopped(error: StoreError) -> AdminError {
    match error {
        StoreError::Conflict => ImportError::Stopped.into(),
        other => other.into(),
    }
}
