//! The rows of the tables, for both databases. A row is read by the names of its columns, and PostgreSQL also takes and gives it as
//! JSON; what cannot be read fails there, so that turning a row into what the domain knows cannot.

mod administration;
mod administrators;
mod arrivals;
mod directory;
mod importing;
mod keyed_requests;
mod keys;
mod outbox;
mod people;
mod refreshing;
mod setup_links;
mod sign_in;
mod sign_ons;
mod trials;

pub(crate) use administration::{ApiKeyRow, AuditRow, ReadAuditRow, ids_of, trail_of};
pub(crate) use administrators::{
    AdministratorRow, AttemptsRow, NewAdministrator, PasswordLinkRow, PortalSessionRow, granted,
};
pub(crate) use arrivals::ArrivalRow;
pub(crate) use directory::{
    ConnectionRow, IdentityProviderColumns, OrganizationRow, WholeOrganizationRow, view,
};
pub(crate) use importing::{
    HolderRow, ImportColumns, ResultRow, TableRow, foreseen, holder, identity_hash, people_of,
};
pub(crate) use keyed_requests::KnownRequestRow;
pub(crate) use keys::ServiceKeyRow;
pub(crate) use outbox::{LetterRow, NewLetter, SettledColumns, UNDELIVERED, UndeliveredRow};
pub(crate) use people::{AssignmentRow, ErasureRow, IdentityRow, PersonRow, UserRow, lost_by};
pub(crate) use refreshing::RefreshRow;
pub(crate) use setup_links::{OpenLinkRow, SettingUpRow, SetupLinkRow, SetupSessionRow};
pub(crate) use sign_in::{
    DayCountRow, LinkRow, MailedLinkRow, ReadSignInRow, RequestRow, SessionRow, SignInRow,
};
pub(crate) use sign_ons::{AdministratorRequestRow, LinkedIdentityRow, NamingRow, linked_identity_hash};
pub(crate) use trials::TrialRow;

use uuid::Uuid;
use vestibule_domain::ports::{Page, Paged};

/// How many rows to ask for: one more than the page has, which tells whether there is another page.
pub(crate) fn rows_of(page: Page) -> i64 {
    i64::from(page.limit) + 1
}

/// The page of the rows that [`rows_of`] asked for.
pub(crate) fn paged<R, T: From<R>>(mut rows: Vec<R>, page: Page, id: impl Fn(&R) -> Uuid) -> Paged<T> {
    let limit = page.limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(id) } else { None };
    Paged { items: rows.into_iter().map(T::from).collect(), next }
}

/// The texts that begin with `prefix`, as a range in the order of bytes, which an index serves: from it, and before what is answered.
/// None where no text is beyond them.
pub(crate) fn after_all_with(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // The range of `char` leaves the surrogates out.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_all_texts_with_a_prefix_and_no_other() {
        assert_eq!(after_all_with("ab").as_deref(), Some("ac"));
        assert_eq!(after_all_with("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(after_all_with("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after_all_with("\u{10FFFF}"), None);
        assert_eq!(after_all_with(""), None);
    }
}
