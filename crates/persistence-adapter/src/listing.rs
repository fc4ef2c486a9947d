//! Lists of users, each page of which costs about the same however many users there are.
//!
//! Users are listed in the order of their ids. For each condition that an equality decides there is an index whose entries are in that
//! order, so that a page is read along one of them, and every other condition is looked at for each entry. Along which one is found by
//! looking at how far [`MOST_EXAMINED`] entries of it reach: whichever reaches farthest leaves the least to be looked at. Where even that does not
//! reach the end, the page ends there, with as many users as were found, and says where to go on.
//!
//! The beginning of a text leads to users in the order of texts. That serves where few have it. Where many have it, looking at users in
//! the order of ids finds them soon.

use std::future::Future;

use uuid::Uuid;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{Page, Paged, StoreError, UserFilter};
use vestibule_domain::user::{CreatedBy, User};

use crate::codec::{Hash, Text};
use crate::rows::{PersonRow, after_all_with, paged, rows_of};

/// The most entries of an index that are looked at for one page.
pub(crate) const MOST_EXAMINED: i64 = 3_000;

/// Along what a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    All,
    Email,
    NameId,
    Text,
    Role,
    UserType,
    Connection,
    Location,
    CreatedBy,
    Active,
}

/// A filter and a page, as the statements take them.
pub(crate) struct Asked {
    pub(crate) organization: Uuid,
    pub(crate) after: Uuid,
    pub(crate) email: Option<String>,
    pub(crate) name_id: Option<Hash>,
    /// The text, and what is beyond all texts that begin with it.
    pub(crate) text: Option<String>,
    pub(crate) beyond: Option<String>,
    pub(crate) active: Option<bool>,
    pub(crate) location: Option<String>,
    pub(crate) user_type: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) connection: Option<Uuid>,
    pub(crate) created_by: Option<Text<CreatedBy>>,
    pub(crate) limit: i64,
    page: Page,
}

/// Longer than any stored text, of the last of all characters.
fn beyond_all() -> String {
    "\u{10FFFF}".repeat(255)
}

impl Asked {
    pub(crate) fn new(organization: OrganizationId, filter: &UserFilter, page: Page) -> Self {
        let text = filter.text.as_deref().filter(|text| !text.is_empty()).map(str::to_lowercase);
        Self {
            organization: organization.0,
            after: page.after.unwrap_or(Uuid::nil()),
            email: filter.email.as_deref().map(str::to_ascii_lowercase),
            name_id: filter.name_id.as_deref().map(Hash::of),
            beyond: text.as_deref().map(|text| after_all_with(text).unwrap_or_else(beyond_all)),
            text,
            active: filter.active,
            location: filter.location.clone(),
            user_type: filter.user_type.clone(),
            role: filter.role.clone(),
            connection: filter.connection.map(|id| id.0),
            created_by: filter.created_by.map(Text),
            limit: rows_of(page),
            page,
        }
    }

    /// The texts, one of which may be such that nobody's can be the same.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.email, &self.text, &self.location, &self.user_type, &self.role];
        texts.into_iter().flatten().map(String::as_str)
    }

    /// The conditions that an index in the order of ids serves.
    fn ways(&self) -> Vec<Way> {
        let user_type = if self.role.is_some() { Way::Role } else { Way::UserType };
        let given = [
            (user_type, self.user_type.is_some()),
            (Way::Connection, self.connection.is_some()),
            (Way::Location, self.location.is_some()),
            (Way::CreatedBy, self.created_by.is_some()),
            (Way::Active, self.active.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(way, _)| way).collect()
    }

    /// The page of what was found up to there.
    pub(crate) fn paged(&self, rows: Vec<PersonRow>, upto: Option<Uuid>) -> Paged<User> {
        let page: Paged<User> = paged(rows, self.page, |row: &PersonRow| row.user.id);
        Paged { next: page.next.or(upto), ..page }
    }
}

/// What is looked at before a page is read.
pub(crate) trait Lookout {
    /// Whether so few users have the text that all of them can be looked at.
    fn few_have_text(&self, asked: &Asked) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The id that [`MOST_EXAMINED`] entries along a way reach, if there are more.
    fn reach(&self, way: Way, asked: &Asked)
    -> impl Future<Output = Result<Option<Uuid>, StoreError>> + Send;
}

/// Along what the page is read, and up to which id.
pub(crate) async fn choose(
    lookout: &(impl Lookout + Sync),
    asked: &Asked,
) -> Result<(Way, Option<Uuid>), StoreError> {
    if asked.email.is_some() {
        return Ok((Way::Email, None));
    }
    if asked.name_id.is_some() {
        return Ok((Way::NameId, None));
    }
    let mut ways = asked.ways();
    if asked.text.is_some() && lookout.few_have_text(asked).await? {
        return Ok((Way::Text, None));
    }
    if ways.is_empty() {
        ways.push(Way::All);
    }
    // One condition alone holds for every entry of its index.
    if ways.len() == 1 && asked.text.is_none() {
        return Ok((ways[0], None));
    }
    let mut farthest = (ways[0], Uuid::nil());
    for way in ways {
        match lookout.reach(way, asked).await? {
            None => return Ok((way, None)),
            Some(reached) if reached > farthest.1 => farthest = (way, reached),
            Some(_) => {}
        }
    }
    Ok((farthest.0, Some(farthest.1)))
}

/// Binds what every statement of a list may name: `$1` the organization, `$2` and `$3` after and up to which id, then the conditions, and
/// `$14` a count. Both databases number parameters so.
macro_rules! bind_asked {
    ($query:expr, $asked:expr, $upto:expr, $count:expr) => {
        $query
            .bind($asked.organization)
            .bind($asked.after)
            .bind($upto)
            .bind($asked.email.as_deref())
            .bind($asked.name_id)
            .bind($asked.text.as_deref())
            .bind($asked.beyond.as_deref())
            .bind($asked.active)
            .bind($asked.location.as_deref())
            .bind($asked.user_type.as_deref())
            .bind($asked.role.as_deref())
            .bind($asked.connection)
            .bind($asked.created_by.clone())
            .bind($count)
    };
}

/// A statement over the ids along each way; `$before` and `$after` stand around them.
macro_rules! along {
    ($way:expr, $before:literal, $after:expr) => {
        match $way {
            Way::All => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND id > $2 AND id <= $3 ORDER BY id",
                $after
            ),
            Way::Email => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND email_normalized = $4 ORDER BY id",
                $after
            ),
            Way::NameId => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND id IN ( \
                 SELECT i.user_id FROM connections AS c CROSS JOIN identities AS i \
                 WHERE c.organization_id = $1 AND i.organization_id = c.organization_id AND i.connection_id = c.id \
                 AND i.name_id_hash = $5) ORDER BY id",
                $after
            ),
            Way::Text => concat!(
                $before,
                "SELECT id FROM ( \
                 SELECT id FROM users WHERE organization_id = $1 AND email_normalized >= $6 AND email_normalized < $7 \
                 UNION SELECT id FROM users \
                 WHERE organization_id = $1 AND first_name_folded >= $6 AND first_name_folded < $7 \
                 UNION SELECT id FROM users \
                 WHERE organization_id = $1 AND last_name_folded >= $6 AND last_name_folded < $7) AS m ORDER BY id",
                $after
            ),
            Way::Role => concat!(
                $before,
                "SELECT user_id AS id FROM assignments WHERE organization_id = $1 AND user_type = $10 AND role = $11 \
                 AND user_id > $2 AND user_id <= $3 ORDER BY user_id",
                $after
            ),
            Way::UserType => concat!(
                $before,
                "SELECT user_id AS id FROM assignments WHERE organization_id = $1 AND user_type = $10 \
                 AND user_id > $2 AND user_id <= $3 ORDER BY user_id",
                $after
            ),
            Way::Connection => concat!(
                $before,
                "SELECT user_id AS id FROM identities WHERE organization_id = $1 AND connection_id = $12 \
                 AND user_id > $2 AND user_id <= $3 ORDER BY user_id",
                $after
            ),
            Way::Location => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND location = $9 AND id > $2 AND id <= $3 ORDER BY id",
                $after
            ),
            Way::CreatedBy => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND created_by = $13 AND id > $2 AND id <= $3 ORDER BY id",
                $after
            ),
            Way::Active => concat!(
                $before,
                "SELECT id FROM users WHERE organization_id = $1 AND active = $8 AND id > $2 AND id <= $3 ORDER BY id",
                $after
            ),
        }
    };
}

/// The last entry that is looked at along a way.
pub(crate) fn reach(way: Way) -> &'static str {
    along!(way, "SELECT d.id FROM (", ") AS d ORDER BY d.id LIMIT 1 OFFSET $14 - 1")
}

/// The most users with a text, of each kind that is looked for, who are few.
pub(crate) const FEW: i64 = 3_000;

/// Whether few users have a text.
pub(crate) const FEW_HAVE_TEXT: &str = "\
SELECT NOT EXISTS (SELECT 1 FROM users \
WHERE organization_id = $1 AND email_normalized >= $6 AND email_normalized < $7 LIMIT 1 OFFSET $14) \
AND NOT EXISTS (SELECT 1 FROM users \
WHERE organization_id = $1 AND first_name_folded >= $6 AND first_name_folded < $7 LIMIT 1 OFFSET $14) \
AND NOT EXISTS (SELECT 1 FROM users \
WHERE organization_id = $1 AND last_name_folded >= $6 AND last_name_folded < $7 LIMIT 1 OFFSET $14)";

/// Whether a user is within the page and one of those asked for.
macro_rules! asked_for {
    () => {
        "p.id > $2 AND p.id <= $3 \
         AND ($4 IS NULL OR p.email_normalized = $4) \
         AND ($5 IS NULL OR EXISTS (SELECT 1 FROM identities AS i \
         WHERE i.organization_id = $1 AND i.user_id = p.id AND i.name_id_hash = $5)) \
         AND ($6 IS NULL OR (p.email_normalized >= $6 AND p.email_normalized < $7) \
         OR (p.first_name_folded >= $6 AND p.first_name_folded < $7) \
         OR (p.last_name_folded >= $6 AND p.last_name_folded < $7)) \
         AND ($8 IS NULL OR p.active = $8) AND ($9 IS NULL OR p.location = $9) \
         AND ($10 IS NULL OR EXISTS (SELECT 1 FROM assignments AS a \
         WHERE a.organization_id = $1 AND a.user_id = p.id AND a.user_type = $10 AND ($11 IS NULL OR a.role = $11))) \
         AND ($12 IS NULL OR EXISTS (SELECT 1 FROM identities AS i \
         WHERE i.organization_id = $1 AND i.user_id = p.id AND i.connection_id = $12)) \
         AND ($13 IS NULL OR p.created_by = $13)"
    };
}

/// The page along a way, on SQLite, which goes through a CROSS JOIN from left to right (sqlite.org/optoverview.html, §8).
pub(crate) fn on_sqlite(way: Way) -> &'static str {
    along!(
        way,
        "SELECT p.* FROM (",
        concat!(
            ") AS d CROSS JOIN people AS p WHERE p.organization_id = $1 AND p.id = d.id AND ",
            asked_for!(),
            " ORDER BY d.id LIMIT $14"
        )
    )
}

/// The page along a way, on PostgreSQL. OFFSET 0 keeps the conditions from the planner, who would read along another way if it took them for
/// rare, and sort.
pub(crate) fn on_postgres(way: Way) -> &'static str {
    along!(
        way,
        "SELECT p.* FROM (",
        concat!(
            ") AS d CROSS JOIN LATERAL (SELECT * FROM people AS p WHERE p.organization_id = $1 AND p.id = d.id AND ",
            asked_for!(),
            " OFFSET 0) AS p ORDER BY d.id LIMIT $14"
        )
    )
}

pub(crate) use bind_asked;

#[cfg(test)]
mod tests;
