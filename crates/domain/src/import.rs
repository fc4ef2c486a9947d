//! Users that come as a table: a row a user, repeated for each further user type or identity.
//!
//! All rows with one address, whatever its letter case, are one person, and are decided together: [`decide`] takes
//! them, the user whom they name if there is one, and what the organization knows, and answers what becomes of each row.
//! No two people of a table depend on each other, so that a table of any length is worked off a few people at a time, and
//! a dry run says what the real one will do.

mod checks;
mod deciding;

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use checks::{Checks, RowValues};
pub use deciding::{Decided, Surroundings, UserChange, decide, refuse_crowd};

use crate::ids::{ImportId, OrganizationId, UserId};
use crate::ports::Actor;
use crate::problem::{Problem, Problems};
use crate::token::{TokenHash, hex};
use crate::words::words;

/// The columns that a table can have, in the order in which they are documented.
pub const COLUMNS: [&str; 8] =
    ["email", "first_name", "last_name", "location", "user_type", "role", "connection", "name_id"];
/// How many of [`COLUMNS`] a table must have: the first ones.
pub const REQUIRED_COLUMNS: usize = 6;

/// The most rows of a table.
pub const MOST_ROWS: u32 = 2_000_000;
/// The most rows of one person.
pub const MOST_ROWS_OF_A_PERSON: usize = 200;
/// For how many days an import and its results are kept, after it has ended.
pub const KEPT_DAYS: i64 = 30;
/// For how many hours the table of a dry run is kept, after it has ended, so that it can be applied. It is full of people.
pub const APPLICABLE_HOURS: i64 = 24;
/// The most imports of an organization that are kept, the one that is begun among them: the oldest go.
pub const MOST_KEPT: u32 = 100;
/// The most tables of an organization that are kept, the one that is begun among them.
pub const MOST_TABLES: u32 = 3;

words!(
    /// How far an import has come.
    ImportState {
        /// The table arrives. Nothing is done yet.
        Receiving = "receiving",
        /// The table is there, and is worked off.
        Running = "running",
        /// Every row has its result.
        Done = "done",
        /// It ended before that, and no one stopped it.
        Failed = "failed",
        /// Somebody stopped it.
        Cancelled = "cancelled",
    }
);

impl ImportState {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Receiving | Self::Running)
    }
}

words!(
    /// Why an import failed.
    ImportFailure {
        /// The table did not arrive whole.
        UploadInterrupted = "upload_interrupted",
        /// Something that is stored makes no sense.
        StoredRowUnreadable = "stored_row_unreadable",
    }
);

words!(
    /// What became of a row.
    RowOutcome {
        /// It made the user.
        Created = "created",
        /// It changed the user.
        Updated = "updated",
        /// The user was so already.
        Unchanged = "unchanged",
        /// It has faults, and changed nothing.
        Refused = "refused",
    }
);

/// A table that somebody sent, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its row.
    pub id: ImportId,
    /// Whose users they are.
    pub organization_id: OrganizationId,
    /// Who sent it.
    pub actor: Actor,
    /// How it is to be done.
    pub options: ImportOptions,
    /// The hash of the key by which its sender knows it again, if one was sent.
    pub idempotency: Option<TokenHash>,
    /// The digest of the table and the options, once the table is there.
    pub digest: Option<String>,
    /// How far it has come.
    pub state: ImportState,
    /// Why it failed, if it did.
    pub failure: Option<ImportFailure>,
    /// How many rows have arrived.
    pub rows_total: u32,
    /// How many of them were refused when they arrived, for faults of their own, and are not kept. Known once the table is
    /// there.
    pub refused_on_arrival: u32,
    /// How many rows became what, so far.
    pub counts: RowCounts,
    /// Up to where the table is worked off.
    pub cursor: ImportCursor,
    /// How often it was claimed: who writes something must have claimed it last.
    pub attempt: u32,
    /// When the first of it arrived.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Until when it can be applied: a dry run that has ended, whose table is kept.
    pub applicable_until: Option<DateTime<Utc>>,
    /// When it was applied, if it was a dry run before.
    pub applied_at: Option<DateTime<Utc>>,
}

/// Tables of up to so many rows are worked off while their sender waits.
const MOST_ROWS_WAITED_FOR: u32 = 10_000;

impl Import {
    /// Whether its sender waits until it is done.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.rows_total <= MOST_ROWS_WAITED_FOR
    }

    /// Whether it is a dry run that can be applied at that instant.
    #[must_use]
    pub fn is_applicable(&self, now: DateTime<Utc>) -> bool {
        self.applicable_until.is_some_and(|until| now < until)
    }

    /// Until when it can be applied, if it ends so now: where a dry run has found nothing to do, nothing is kept for it.
    #[must_use]
    pub fn applicable_if_ended(&self, state: ImportState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let has_something_to_do = self.counts.created > 0 || self.counts.updated > 0;
        let is_applicable = state == ImportState::Done && self.options.dry_run && has_something_to_do;
        is_applicable.then(|| now + Duration::hours(APPLICABLE_HOURS))
    }

    /// The dry run as the import that `actor` makes of it: the same table, which is worked off once more. What was refused when
    /// it arrived stays refused.
    #[must_use]
    pub fn applied_by(&self, actor: &Actor, now: DateTime<Utc>) -> Self {
        Self {
            actor: actor.clone(),
            options: ImportOptions { dry_run: false, ..self.options },
            state: ImportState::Running,
            counts: RowCounts { refused: self.refused_on_arrival, ..RowCounts::default() },
            cursor: ImportCursor::default(),
            attempt: self.attempt + 1,
            ended_at: None,
            applicable_until: None,
            applied_at: Some(now),
            ..self.clone()
        }
    }
}

/// How an import is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// Nothing is written, and the results say what would be.
    pub dry_run: bool,
    /// Whoever is created gets a welcome mail.
    pub welcome: bool,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// They made a user.
    pub created: u32,
    /// They changed a user.
    pub updated: u32,
    /// Their user was so already.
    pub unchanged: u32,
    /// They have faults.
    pub refused: u32,
    /// They became something else than the dry run had said which was applied; each is counted above, too.
    pub unforeseen: u32,
}

impl RowCounts {
    /// How many rows there were of each outcome among these.
    #[must_use]
    pub fn of(results: &[RowResult]) -> Self {
        let count = |wanted: &dyn Fn(&RowResult) -> bool| {
            u32::try_from(results.iter().filter(|result| wanted(result)).count()).unwrap_or(u32::MAX)
        };
        let became = |outcome| count(&|result| result.outcome == outcome);
        Self {
            created: became(RowOutcome::Created),
            updated: became(RowOutcome::Updated),
            unchanged: became(RowOutcome::Unchanged),
            refused: became(RowOutcome::Refused),
            unforeseen: count(&|result| result.foreseen.is_some()),
        }
    }

    /// All rows that have become something.
    #[must_use]
    pub fn all(&self) -> u32 {
        self.created + self.updated + self.unchanged + self.refused
    }

    /// These and `more`.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self {
            created: self.created + more.created,
            updated: self.updated + more.updated,
            unchanged: self.unchanged + more.unchanged,
            refused: self.refused + more.refused,
            unforeseen: self.unforeseen + more.unforeseen,
        }
    }
}

/// A place in the order in which a table is worked off: by person, and each person's rows by line.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportCursor {
    /// The [person](ImportRow::person) of the last row that is done; empty before the first.
    pub person: String,
    /// The line of that row.
    pub line: u32,
}

impl fmt::Debug for ImportCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportCursor(line {})", self.line)
    }
}

/// A row of the table, as it was written.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The line on which it begins; the header is on line 1.
    pub line: u32,
    /// The address.
    pub email: String,
    /// The first name, or nothing.
    pub first_name: String,
    /// The last name, or nothing.
    pub last_name: String,
    /// The location's name, or nothing.
    pub location: String,
    /// The user type's key, or nothing.
    pub user_type: String,
    /// The role's key, or nothing.
    pub role: String,
    /// The connection's key, or nothing.
    pub connection: String,
    /// The NameID on the connection, or nothing.
    pub name_id: String,
}

impl ImportRow {
    /// The row of this line with these values, in the order of [`COLUMNS`], without space around them.
    #[must_use]
    pub fn new(line: u32, values: [&str; 8]) -> Self {
        let [email, first_name, last_name, location, user_type, role, connection, name_id] =
            values.map(|value| value.trim().to_owned());
        Self { line, email, first_name, last_name, location, user_type, role, connection, name_id }
    }

    /// Whom the row is about: the address without letter case.
    #[must_use]
    pub fn person(&self) -> String {
        self.email.to_ascii_lowercase()
    }

    /// A text that is the same for all rows that bind one NameID on one connection; none, where the row binds none.
    #[must_use]
    pub fn identity_key(&self) -> Option<String> {
        // No connection's key has a line break.
        (!self.name_id.is_empty()).then(|| format!("{}\n{}", self.connection, self.name_id))
    }

    /// The row's place in the order in which the table is worked off.
    #[must_use]
    pub fn place(&self) -> ImportCursor {
        ImportCursor { person: self.person(), line: self.line }
    }
}

/// Without anything that names a person.
impl fmt::Debug for ImportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportRow(line {})", self.line)
    }
}

/// What became of a row. Nothing in it names a person but the user's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowResult {
    /// The line on which the row begins.
    pub line: u32,
    /// What became of it.
    pub outcome: RowOutcome,
    /// What the dry run had said which was applied, where that was something else.
    pub foreseen: Option<RowOutcome>,
    /// The user; none where the row was refused, and where a dry run would make one.
    pub user_id: Option<UserId>,
    /// Why it was refused.
    pub faults: Vec<RowFault>,
}

/// One fault of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The JSON pointer of the column; empty for the row as a whole.
    pub pointer: String,
    /// A stable word for programs.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

impl RowResult {
    /// The result of a row that has these faults.
    #[must_use]
    pub fn refused(line: u32, problems: Problems) -> Self {
        let faults = problems.0.into_iter().map(RowFault::from).collect();
        Self { line, outcome: RowOutcome::Refused, foreseen: None, user_id: None, faults }
    }
}

impl From<Problem> for RowFault {
    fn from(Problem { pointer, code, message }: Problem) -> Self {
        Self { pointer, code: code.to_owned(), message }
    }
}

/// The digest of a table, taken while it arrives, by which it is known again.
#[derive(Clone, Default)]
pub struct TableDigest(Sha256);

impl TableDigest {
    /// Takes the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// SHA-256 of all bytes and of the options, in lower-case hexadecimal.
    #[must_use]
    pub fn finish(mut self, options: ImportOptions) -> String {
        self.0.update([u8::from(options.dry_run), u8::from(options.welcome)]);
        hex(&self.0.finalize())
    }
}
