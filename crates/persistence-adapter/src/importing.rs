//! Imports: the statements that are the same on both databases, which number parameters alike.

use vestibule_domain::import::RowResult;
use vestibule_domain::ports::{ResultsFrom, ResultsWanted, RowsWanted};

use crate::rows::ResultRow;

/// Of a table that stopped arriving nobody will know the key again: it may be sent anew. `$1` is now, `$2` until when it is kept.
macro_rules! fail_interrupted {
    () => {
        "UPDATE imports SET state = 'failed', failure = 'upload_interrupted', idempotency_hash = NULL, \
         ended_at = $1, due_at = $2 WHERE state = 'receiving' AND due_at <= $1"
    };
}
pub(crate) use fail_interrupted;

/// What became of a row takes the place of what a dry run had said of it.
macro_rules! instead_of_foreseen {
    () => {
        " ON CONFLICT (organization_id, import_id, line) DO UPDATE SET outcome = excluded.outcome, \
         user_id = excluded.user_id, faults = excluded.faults, foreseen = excluded.foreseen, \
         tried = excluded.tried"
    };
}
pub(crate) use instead_of_foreseen;

/// The table is whole: `$3` is its digest, and `$4` until when the import is somebody's.
pub(crate) const START: &str = "\
UPDATE imports SET state = 'running', digest = $3, attempt = 1, due_at = $4, refused_on_arrival = refused \
WHERE organization_id = $1 AND id = $2 AND state = 'receiving'";

/// What there is of it is swept away a part at a time, because it may be much.
pub(crate) const ABANDON: &str = "\
UPDATE imports SET state = 'failed', idempotency_hash = NULL, due_at = created_at, ended_at = created_at \
WHERE organization_id = $1 AND id = $2 AND state = 'receiving'";

/// A page of them, before `$2` if that is given, as they are seen at `$3`.
pub(crate) const PAGE: &str = concat!(
    "SELECT ",
    columns!(imports),
    " FROM imports WHERE organization_id = $1 AND ($2 IS NULL OR id < $2) AND ",
    seen_at!("$3"),
    " ORDER BY id DESC LIMIT $4"
);

/// One of them, as it is seen at `$3`.
pub(crate) const ONE: &str = concat!(
    "SELECT ",
    columns!(imports),
    " FROM imports WHERE organization_id = $1 AND id = $2 AND ",
    seen_at!("$3")
);

/// What became of some rows: of those after or before the line `$3`, `$4` of them, and where it is asked for, of those with the
/// outcome `$5`. Of an import that was a dry run nothing that it had said, and is not worked off since. Those before a line come last first.
pub(crate) fn results(wanted: ResultsWanted) -> &'static str {
    macro_rules! results {
        ($condition:literal) => {
            match wanted.from {
                ResultsFrom::After(_) => results!($condition, "line > $3", "line"),
                ResultsFrom::Before(_) => results!($condition, "line < $3", "line DESC"),
            }
        };
        ($condition:literal, $place:literal, $order:literal) => {
            concat!(
                "SELECT ",
                columns!(import_results),
                " FROM import_results WHERE organization_id = $1 AND import_id = $2 AND (NOT tried \
                 OR (SELECT i.dry_run FROM imports AS i WHERE i.organization_id = $1 AND i.id = $2)) AND ",
                $place,
                $condition,
                " ORDER BY ",
                $order,
                " LIMIT $4"
            )
        };
    }
    match wanted.of {
        RowsWanted::All => results!(""),
        RowsWanted::Of(_) => results!(" AND outcome = $5"),
        RowsWanted::Unforeseen => results!(" AND foreseen IS NOT NULL"),
    }
}

/// The rows of a table after a place.
pub(crate) const ROWS: &str = "\
SELECT content FROM import_rows WHERE organization_id = $1 AND import_id = $2 \
AND (person, line) > ($3, $4) ORDER BY person, line LIMIT $5";

/// The line from which results are counted.
pub(crate) fn line_of(from: ResultsFrom) -> i64 {
    match from {
        ResultsFrom::After(line) | ResultsFrom::Before(line) => line.into(),
    }
}

/// Results by line, of rows that may come last first.
pub(crate) fn by_line(rows: Vec<ResultRow>, from: ResultsFrom) -> Vec<RowResult> {
    let mut results: Vec<_> = rows.into_iter().map(RowResult::from).collect();
    if matches!(from, ResultsFrom::Before(_)) {
        results.reverse();
    }
    results
}

/// A dry run runs once more, now that somebody (`$4`) applies it at `$5`, until `$6`. `$3` is the attempt that it was.
pub(crate) const APPLY: &str = "\
UPDATE imports SET state = 'running', actor = $4, dry_run = FALSE, created = 0, updated = 0, unchanged = 0, \
    refused = refused_on_arrival, unforeseen = 0, cursor_person = '', cursor_line = 0, attempt = attempt + 1, due_at = $6, \
    ended_at = NULL, applicable_until = NULL, applied_at = $5 \
WHERE organization_id = $1 AND id = $2 AND attempt = $3 AND state = 'done' AND applicable_until > $5";

/// The import of an organization that has not ended; another one than `$2`, if that is given.
pub(crate) const UNFINISHED: &str = "\
SELECT id FROM imports WHERE organization_id = $1 AND state IN ('receiving', 'running') AND ($2 IS NULL OR id <> $2)";

/// Before one begins at `$2`: of those that have ended the newest `$3` are seen still.
pub(crate) const FORGET_OLDEST: &str = "\
UPDATE imports SET due_at = $2, idempotency_hash = NULL, applicable_until = NULL \
WHERE organization_id = $1 AND state IN ('done', 'failed', 'cancelled') AND due_at > $2 AND id NOT IN ( \
    SELECT id FROM imports WHERE organization_id = $1 AND state IN ('done', 'failed', 'cancelled') AND due_at > $2 \
    ORDER BY id DESC LIMIT $3)";

/// Before one begins: of the dry runs that can be applied the newest `$2` can be still.
pub(crate) const RELEASE_OLDEST: &str = "\
UPDATE imports SET applicable_until = NULL \
WHERE organization_id = $1 AND applicable_until IS NOT NULL AND id NOT IN ( \
    SELECT id FROM imports WHERE organization_id = $1 AND applicable_until IS NOT NULL ORDER BY id DESC LIMIT $2)";

/// Whose time to be applied is over at `$1`. Only then their rows go, so that nobody applies what is left of a table.
pub(crate) const RELEASE_OLD: &str =
    "UPDATE imports SET applicable_until = NULL WHERE applicable_until <= $1";

/// No table of an organization is kept longer than it is worked off: somebody who may be in it is erased.
pub(crate) const RELEASE_ALL: &str = "\
UPDATE imports SET applicable_until = NULL, may_be_kept = FALSE WHERE organization_id = $1 \
AND (state IN ('receiving', 'running') OR applicable_until IS NOT NULL)";

/// Tables of imports that have ended and cannot be applied, `$1` rows of them.
pub(crate) const SWEEP_ROWS: &str = "\
DELETE FROM import_rows WHERE (organization_id, import_id, person, line) IN ( \
    SELECT r.organization_id, r.import_id, r.person, r.line FROM imports AS i \
    JOIN import_rows AS r ON r.organization_id = i.organization_id AND r.import_id = i.id \
    WHERE i.state IN ('done', 'failed', 'cancelled') AND i.applicable_until IS NULL LIMIT $1)";

/// Results that are kept no longer than until `$1`, `$2` of them.
pub(crate) const SWEEP_RESULTS: &str = "\
DELETE FROM import_results WHERE (organization_id, import_id, line) IN ( \
    SELECT r.organization_id, r.import_id, r.line FROM imports AS i \
    JOIN import_results AS r ON r.organization_id = i.organization_id AND r.import_id = i.id \
    WHERE i.state IN ('done', 'failed', 'cancelled') AND i.due_at <= $1 LIMIT $2)";
