//! Imports: the statements that are the same on both databases, which number parameters alike.

/// Of a table that stopped arriving nobody will know the key again: it may be sent anew. `$1` is now, `$2` until when it is kept.
macro_rules! fail_interrupted {
    () => {
        "UPDATE imports SET state = 'failed', failure = 'upload_interrupted', idempotency_hash = NULL, \
         ended_at = $1, due_at = $2 WHERE state = 'receiving' AND due_at <= $1"
    };
}
pub(crate) use fail_interrupted;

/// The table is whole: `$3` is its digest, and `$4` until when the import is somebody's.
pub(crate) const START: &str = "\
UPDATE imports SET state = 'running', digest = $3, attempt = 1, due_at = $4 \
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

/// What became of the rows after the line `$3`.
pub(crate) const RESULTS: &str = concat!(
    "SELECT ",
    columns!(import_results),
    " FROM import_results WHERE organization_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4"
);

/// The rows of a table after a place.
pub(crate) const ROWS: &str = "\
SELECT content FROM import_rows WHERE organization_id = $1 AND import_id = $2 \
AND (person, line) > ($3, $4) ORDER BY person, line LIMIT $5";

/// Tables of imports that have ended, `$1` rows of them.
pub(crate) const SWEEP_ROWS: &str = "\
DELETE FROM import_rows WHERE (organization_id, import_id, person, line) IN ( \
    SELECT r.organization_id, r.import_id, r.person, r.line FROM imports AS i \
    JOIN import_rows AS r ON r.organization_id = i.organization_id AND r.import_id = i.id \
    WHERE i.state IN ('done', 'failed', 'cancelled') LIMIT $1)";

/// Results that are kept no longer than until `$1`, `$2` of them.
pub(crate) const SWEEP_RESULTS: &str = "\
DELETE FROM import_results WHERE (organization_id, import_id, line) IN ( \
    SELECT r.organization_id, r.import_id, r.line FROM imports AS i \
    JOIN import_results AS r ON r.organization_id = i.organization_id AND r.import_id = i.id \
    WHERE i.state IN ('done', 'failed', 'cancelled') AND i.due_at <= $1 LIMIT $2)";
