//! An import as JSON, and its results as JSON and as CSV.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::import::{
    Import, ImportFailure, ImportState, RowCounts, RowFault, RowOutcome, RowResult,
};
use vestibule_domain::text::OrganizationSlug;

use crate::api::MOUNT;
use crate::openapi::Word;

/// An import, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Import")]
pub(super) struct ImportShape {
    /// The id.
    id: Uuid,
    /// How far it has come.
    #[schemars(with = "Word<ImportState>")]
    state: ImportState,
    /// Why it failed, if it did.
    #[schemars(with = "Option<Word<ImportFailure>>")]
    failure: Option<ImportFailure>,
    /// Nothing is written, and the results say what would be. False, once it is applied.
    dry_run: bool,
    /// Whoever is created gets a welcome mail.
    welcome: bool,
    /// How many rows have arrived: all of them, once it is no longer `receiving`.
    rows_total: u32,
    /// How many rows have their result.
    rows_done: u32,
    /// How many rows became what, so far.
    counts: CountsShape,
    /// How many rows became something else, so far, than the dry run had said that was applied.
    unforeseen: u32,
    /// Where the results are, as CSV.
    results_url: String,
    /// When the first of the table arrived.
    created_at: DateTime<Utc>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// Until when it can be applied: a dry run that has found something to do, whose table is kept.
    applicable_until: Option<DateTime<Utc>>,
    /// When it was applied, if it was a dry run before.
    applied_at: Option<DateTime<Utc>>,
}

/// How many rows became what.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportCounts")]
struct CountsShape {
    /// They made a user.
    created: u32,
    /// They changed a user.
    updated: u32,
    /// Their user was so already.
    unchanged: u32,
    /// They have faults, and changed nothing.
    refused: u32,
}

/// What became of a small table.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportResults")]
pub(super) struct ResultsShape {
    /// The import's id.
    id: Uuid,
    /// Nothing was written: the results say what would be.
    dry_run: bool,
    /// How many rows became what.
    counts: CountsShape,
    /// Each row, by its line.
    rows: Vec<RowShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportedRow")]
struct RowShape {
    /// The line on which the row begins; the header is on line 1.
    line: u32,
    /// What became of it.
    #[schemars(with = "Word<RowOutcome>")]
    outcome: RowOutcome,
    /// What the dry run had said that was applied, where it was something else.
    #[schemars(with = "Option<Word<RowOutcome>>")]
    foreseen: Option<RowOutcome>,
    /// The user; null where the row was refused, and where a dry run would make one.
    user_id: Option<Uuid>,
    /// Why it was refused.
    errors: Vec<FaultShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RowFault")]
struct FaultShape {
    /// The JSON pointer of the column; empty for the row as a whole.
    pointer: String,
    /// A stable word for programs.
    code: String,
    /// A sentence for people.
    message: String,
}

impl ImportShape {
    pub(super) fn of(import: &Import, slug: &OrganizationSlug) -> Self {
        Self {
            id: import.id.0,
            state: import.state,
            failure: import.failure,
            dry_run: import.options.dry_run,
            welcome: import.options.welcome,
            rows_total: import.rows_total,
            rows_done: import.counts.all(),
            counts: import.counts.into(),
            unforeseen: import.counts.unforeseen,
            results_url: format!("{}/results", address(import, slug)),
            created_at: import.created_at,
            ended_at: import.ended_at,
            applicable_until: import.applicable_until,
            applied_at: import.applied_at,
        }
    }
}

impl ResultsShape {
    pub(super) fn of(import: &Import, results: Vec<RowResult>) -> Self {
        Self {
            id: import.id.0,
            dry_run: import.options.dry_run,
            counts: import.counts.into(),
            rows: results.into_iter().map(RowShape::from).collect(),
        }
    }
}

/// The import's address.
pub(super) fn address(import: &Import, slug: &OrganizationSlug) -> String {
    format!("{MOUNT}/organizations/{slug}/imports/{}", import.id)
}

impl From<RowCounts> for CountsShape {
    fn from(counts: RowCounts) -> Self {
        let RowCounts { created, updated, unchanged, refused, unforeseen: _ } = counts;
        Self { created, updated, unchanged, refused }
    }
}

impl From<RowResult> for RowShape {
    fn from(result: RowResult) -> Self {
        Self {
            line: result.line,
            outcome: result.outcome,
            foreseen: result.foreseen,
            user_id: result.user_id.map(|id| id.0),
            errors: result.faults.into_iter().map(FaultShape::from).collect(),
        }
    }
}

impl From<RowFault> for FaultShape {
    fn from(RowFault { pointer, code, message }: RowFault) -> Self {
        Self { pointer, code, message }
    }
}

/// The first line of the results as CSV.
pub(super) const RESULTS_HEADER: &str = "line,outcome,user_id,errors,foreseen\r\n";

/// A result as a line of CSV. Nothing in it comes from the table, so that no spreadsheet finds a formula.
pub(super) fn results_line(result: &RowResult) -> String {
    let id = result.user_id.map(|id| id.to_string()).unwrap_or_default();
    let faults = result.faults.iter().map(|fault| {
        let column = fault.pointer.trim_start_matches('/');
        let column = if column.is_empty() { "row" } else { column };
        format!("{column} ({}): {}", fault.code, fault.message)
    });
    let faults = faults.collect::<Vec<_>>().join("; ").replace('"', "\"\"");
    let faults = if faults.is_empty() { faults } else { format!("\"{faults}\"") };
    let foreseen = result.foreseen.map(|foreseen| foreseen.to_string()).unwrap_or_default();
    format!("{},{},{id},{faults},{foreseen}\r\n", result.line, result.outcome)
}
