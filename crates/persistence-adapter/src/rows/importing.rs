//! Imports, their tables and results.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::ids::{ConnectionId, UserId};
use vestibule_domain::import::{
    Import, ImportCursor, ImportFailure, ImportOptions, ImportRow, ImportState, RowCounts, RowFault,
    RowOutcome, RowResult,
};
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{Actor, Origin};
use vestibule_domain::token::TokenHash;
use vestibule_domain::user::Identity;

use super::administration::ActorDocument;
use crate::codec::{Document, Hash, Instant, Text};

#[derive(FromRow, Serialize)]
pub(crate) struct ImportColumns {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) actor: Document<SenderDocument>,
    pub(crate) dry_run: bool,
    pub(crate) welcome: bool,
    pub(crate) idempotency_hash: Option<Hash>,
    pub(crate) digest: Option<String>,
    pub(crate) state: Text<ImportState>,
    pub(crate) failure: Option<Text<ImportFailure>>,
    pub(crate) rows_total: i64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) unchanged: i64,
    pub(crate) refused: i64,
    pub(crate) cursor_person: String,
    pub(crate) cursor_line: i64,
    pub(crate) attempt: i64,
    pub(crate) due_at: Instant,
    pub(crate) created_at: Instant,
    pub(crate) ended_at: Option<Instant>,
    pub(crate) refused_on_arrival: i64,
    pub(crate) unforeseen: i64,
    pub(crate) applicable_until: Option<Instant>,
    pub(crate) applied_at: Option<Instant>,
}

/// Who sent the table, and from where. What was sent before that was kept has no address.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SenderDocument {
    #[serde(flatten)]
    actor: ActorDocument,
    #[serde(default)]
    address: Option<IpAddr>,
    #[serde(default)]
    request_id: Option<String>,
}

impl From<&Actor> for SenderDocument {
    fn from(actor: &Actor) -> Self {
        let Origin { address, request_id } = actor.origin();
        Self { actor: actor.into(), address, request_id }
    }
}

impl From<SenderDocument> for Actor {
    fn from(sender: SenderDocument) -> Self {
        let origin = Origin { address: sender.address, request_id: sender.request_id };
        Self::from(sender.actor).acting_from(origin)
    }
}

/// A row of the table that is imported.
#[derive(Serialize)]
pub(crate) struct TableRow {
    pub(crate) organization_id: Uuid,
    pub(crate) import_id: Uuid,
    pub(crate) person: String,
    pub(crate) line: i64,
    pub(crate) identity_hash: Option<Hash>,
    pub(crate) content: Document<ImportRow>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct ResultRow {
    pub(crate) organization_id: Uuid,
    pub(crate) import_id: Uuid,
    pub(crate) line: i64,
    pub(crate) outcome: Text<RowOutcome>,
    pub(crate) user_id: Option<Uuid>,
    /// None, where there are none: of most rows.
    pub(crate) faults: Option<Document<Vec<RowFault>>>,
    pub(crate) foreseen: Option<Text<RowOutcome>>,
    pub(crate) tried: bool,
}

/// Who has an identity: its connection, its NameID, and the user.
pub(crate) type HolderRow = (Uuid, Text<NameId>, Uuid);

impl ImportColumns {
    /// An import that begins, and whose lease ends then.
    pub(crate) fn of(import: &Import, due_at: impl Into<Instant>) -> Self {
        Self {
            organization_id: import.organization_id.0,
            id: import.id.0,
            actor: Document(SenderDocument::from(&import.actor)),
            dry_run: import.options.dry_run,
            welcome: import.options.welcome,
            idempotency_hash: import.idempotency.map(Hash::from),
            digest: import.digest.clone(),
            state: Text(import.state),
            failure: import.failure.map(Text),
            rows_total: import.rows_total.into(),
            created: import.counts.created.into(),
            updated: import.counts.updated.into(),
            unchanged: import.counts.unchanged.into(),
            refused: import.counts.refused.into(),
            cursor_person: import.cursor.person.clone(),
            cursor_line: import.cursor.line.into(),
            attempt: import.attempt.into(),
            due_at: due_at.into(),
            created_at: import.created_at.into(),
            ended_at: import.ended_at.map(Instant::from),
            refused_on_arrival: import.refused_on_arrival.into(),
            unforeseen: import.counts.unforeseen.into(),
            applicable_until: import.applicable_until.map(Instant::from),
            applied_at: import.applied_at.map(Instant::from),
        }
    }
}

impl From<ImportColumns> for Import {
    fn from(row: ImportColumns) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            actor: row.actor.0.into(),
            options: ImportOptions { dry_run: row.dry_run, welcome: row.welcome },
            idempotency: row.idempotency_hash.map(TokenHash::from),
            digest: row.digest,
            state: row.state.0,
            failure: row.failure.map(|failure| failure.0),
            rows_total: number(row.rows_total),
            refused_on_arrival: number(row.refused_on_arrival),
            counts: RowCounts {
                created: number(row.created),
                updated: number(row.updated),
                unchanged: number(row.unchanged),
                refused: number(row.refused),
                unforeseen: number(row.unforeseen),
            },
            cursor: ImportCursor { person: row.cursor_person, line: number(row.cursor_line) },
            attempt: number(row.attempt),
            created_at: row.created_at.into(),
            ended_at: row.ended_at.map(Into::into),
            applicable_until: row.applicable_until.map(Into::into),
            applied_at: row.applied_at.map(Into::into),
        }
    }
}

impl TableRow {
    pub(crate) fn all_of(import: &Import, rows: &[ImportRow]) -> Vec<Self> {
        let row = |row: &ImportRow| Self {
            organization_id: import.organization_id.0,
            import_id: import.id.0,
            person: row.person(),
            line: row.line.into(),
            identity_hash: identity_hash(row),
            content: Document(row.clone()),
        };
        rows.iter().map(row).collect()
    }
}

impl ResultRow {
    /// What became of rows when they arrived.
    pub(crate) fn on_arrival(import: &Import, results: &[RowResult]) -> Vec<Self> {
        Self::all_of(import, results, false)
    }

    /// What became of rows that were worked off.
    pub(crate) fn worked_off(import: &Import, results: &[RowResult]) -> Vec<Self> {
        Self::all_of(import, results, import.options.dry_run)
    }

    fn all_of(import: &Import, results: &[RowResult], tried: bool) -> Vec<Self> {
        let row = |result: &RowResult| Self {
            organization_id: import.organization_id.0,
            import_id: import.id.0,
            line: result.line.into(),
            outcome: Text(result.outcome),
            user_id: result.user_id.map(|id| id.0),
            faults: (!result.faults.is_empty()).then(|| Document(result.faults.clone())),
            foreseen: result.foreseen.map(Text),
            tried,
        };
        results.iter().map(row).collect()
    }
}

impl From<ResultRow> for RowResult {
    fn from(row: ResultRow) -> Self {
        Self {
            line: number(row.line),
            outcome: row.outcome.0,
            foreseen: row.foreseen.map(|foreseen| foreseen.0),
            user_id: row.user_id.map(Into::into),
            faults: row.faults.map(|faults| faults.0).unwrap_or_default(),
        }
    }
}

/// The identity, and whose it is.
pub(crate) fn holder((connection, name_id, user): HolderRow) -> (Identity, UserId) {
    (Identity { connection_id: ConnectionId(connection), name_id: name_id.0 }, user.into())
}

/// By which the rows of a table are found that bind one identity.
pub(crate) fn identity_hash(row: &ImportRow) -> Option<Hash> {
    row.identity_key().map(|key| Hash::of(&key))
}

/// The addresses of some rows, each once, as users are found by them.
pub(crate) fn people_of(rows: &[ImportRow]) -> Vec<String> {
    let mut people: Vec<_> = rows.iter().map(ImportRow::person).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// What a line was said to become.
pub(crate) fn foreseen((line, outcome): (i64, Text<RowOutcome>)) -> (u32, RowOutcome) {
    (number(line), outcome.0)
}

/// Counts and lines are no negative numbers, and no table is so long.
fn number(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX)
}
