//! The audit trail: a page of it is read along the index that leaves the fewest events to look at, in the order of ids.

use vestibule_domain::ports::AuditFilter;

/// The index to read along, for SQLite, which takes those of one organization for so few that it would look at all of them. PostgreSQL
/// counts.
macro_rules! along {
    (sqlite, $index:literal) => {
        concat!(" INDEXED BY ", $index)
    };
    (postgres, $index:literal) => {
        ""
    };
}

/// The subject as a user's id, where it is one.
macro_rules! user {
    // A text that is no hexadecimal number becomes NULL (sqlite.org/lang_corefunc.html).
    (sqlite) => {
        "unhex(replace(a.subject, '-', ''))"
    };
    // To cast a text that is no UUID would be an error.
    (postgres) => {
        "CASE WHEN a.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN CAST(a.subject AS uuid) END"
    };
}

/// Events with whether they are about an erased user, of whom nobody reads any more.
macro_rules! events {
    ($database:ident, $along:expr, $conditions:expr) => {
        concat!(
            "SELECT a.*, EXISTS (SELECT 1 FROM erasures AS e \
             WHERE e.organization_id = a.organization_id AND e.user_id = ",
            user!($database),
            ") AS erased FROM audit_events AS a",
            $along,
            " WHERE a.organization_id = $1 AND ",
            $conditions
        )
    };
}

/// A page of a trail. One statement for each index that may serve it: one for all of them would be planned without knowing which of its
/// conditions matter.
macro_rules! page {
    ($database:ident, $along:expr, $by:literal) => {
        events!(
            $database,
            $along,
            concat!(
                "a.id >= $2 AND a.id < $3",
                $by,
                " AND ($4 IS NULL OR a.at >= $4) AND ($5 IS NULL OR a.at < $5) AND ($6 IS NULL OR a.actor_key = $6) \
                 AND ($7 IS NULL OR a.action = $7) AND ($8 IS NULL OR a.subject = $8) ORDER BY a.id DESC LIMIT $9"
            )
        )
    };
}

macro_rules! statements {
    ($database:ident) => {
        Statements {
            one: events!($database, "", "a.id = $2"),
            of_subject: page!($database, along!($database, "audit_events_subject"), " AND a.subject = $8"),
            by_actor: page!($database, along!($database, "audit_events_actor"), " AND a.actor_key = $6"),
            of_action: page!($database, along!($database, "audit_events_action"), " AND a.action = $7"),
            all: page!($database, "", ""),
        }
    };
}

/// The statements that read a trail. Both databases number parameters so.
pub(crate) struct Statements {
    /// One event, by trail and id.
    pub(crate) one: &'static str,
    of_subject: &'static str,
    by_actor: &'static str,
    of_action: &'static str,
    all: &'static str,
}

pub(crate) const ON_SQLITE: Statements = statements!(sqlite);
pub(crate) const ON_POSTGRES: Statements = statements!(postgres);

impl Statements {
    /// The page that a filter asks for.
    pub(crate) fn page(&self, filter: &AuditFilter) -> &'static str {
        match filter {
            AuditFilter { subject: Some(_), .. } => self.of_subject,
            AuditFilter { actor: Some(_), .. } => self.by_actor,
            AuditFilter { action: Some(_), .. } => self.of_action,
            _ => self.all,
        }
    }
}

/// Binds what the statement of a page may name.
macro_rules! bind_trail {
    ($query:expr, $organization:expr, $filter:expr, $page:expr) => {{
        let (from, before) = ids_of($filter, $page);
        $query
            .bind(trail_of($organization))
            .bind(from)
            .bind(before)
            .bind($filter.since.map(Instant::from))
            .bind($filter.until.map(Instant::from))
            .bind(&$filter.actor)
            .bind(&$filter.action)
            .bind(&$filter.subject)
            .bind(rows_of($page))
    }};
}
pub(crate) use bind_trail;

#[cfg(test)]
mod tests;
