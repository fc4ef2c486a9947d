//! The history of sign-ins: a page of it is read along the index that leaves the fewest to look at, in the order of ids.

use vestibule_domain::ports::SignInFilter;
use vestibule_domain::sign_in::Outcome;

/// A page of the history. One statement for each index that may serve it: one for all of them would be planned without knowing which of
/// its conditions matter.
macro_rules! page {
    ($database:ident, $index:tt, $by:literal) => {
        read_sign_ins!(
            along!($database, $index),
            concat!(
                " WHERE s.organization_id = $1 AND s.id < $2",
                $by,
                " AND ($3 IS NULL OR s.outcome = $3) AND ($4 IS NULL OR s.code = $4) AND ($5 IS NULL OR s.user_id = $5) \
                 AND ($6 IS NULL OR s.at >= $6) AND ($7 IS NULL OR s.at < $7) \
                 AND ($8 IS NULL OR s.connection_id = $8) AND ($9 IS NULL OR (s.outcome = 'refused') = $9) \
                 ORDER BY s.id DESC LIMIT $10"
            )
        )
    };
}

/// The index to read along, for SQLite, which does not know how many rows have a value. PostgreSQL counts.
macro_rules! along {
    (sqlite, "") => {
        ""
    };
    (sqlite, $index:tt) => {
        concat!("INDEXED BY ", $index)
    };
    (postgres, $index:tt) => {
        ""
    };
}

macro_rules! statements {
    ($database:ident) => {
        Statements {
            of_user: page!($database, "sign_ins_user", " AND s.user_id = $5"),
            refused_through: page!(
                $database,
                "sign_ins_refused",
                " AND s.connection_id = $8 AND s.outcome = 'refused'"
            ),
            by_code: page!($database, "sign_ins_code", " AND s.code = $4"),
            through: page!($database, "sign_ins_connection", " AND s.connection_id = $8"),
            all: page!($database, "", ""),
        }
    };
}

/// The statements that read a page. Both databases number parameters so.
pub(crate) struct Statements {
    of_user: &'static str,
    refused_through: &'static str,
    by_code: &'static str,
    through: &'static str,
    all: &'static str,
}

pub(crate) const ON_SQLITE: Statements = statements!(sqlite);
pub(crate) const ON_POSTGRES: Statements = statements!(postgres);

impl Statements {
    /// The page that a filter asks for.
    pub(crate) fn page(&self, filter: &SignInFilter) -> &'static str {
        let refused = filter.outcome == Some(Outcome::Refused) || filter.refused == Some(true);
        match filter {
            SignInFilter { user_id: Some(_), .. } => self.of_user,
            SignInFilter { connection: Some(_), .. } if refused => self.refused_through,
            SignInFilter { code: Some(_), .. } => self.by_code,
            SignInFilter { connection: Some(_), .. } => self.through,
            _ => self.all,
        }
    }
}

/// Binds what the statement of a page may name.
macro_rules! bind_history {
    ($query:expr, $organization:expr, $filter:expr, $page:expr) => {
        $query
            .bind($organization.0)
            .bind($page.after.unwrap_or(uuid::Uuid::max()))
            .bind($filter.outcome.map(Text))
            .bind($filter.code.map(Text))
            .bind($filter.user_id.map(|id| id.0))
            .bind($filter.since.map(Instant::from))
            .bind($filter.until.map(Instant::from))
            .bind($filter.connection.map(|id| id.0))
            .bind($filter.refused)
            .bind(rows_of($page))
    };
}
pub(crate) use bind_history;

#[cfg(test)]
mod tests;
