//! What becomes of the rows of one person.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Assignments;
use crate::email::EmailAddress;
use crate::ids::{ConnectionId, UserId};
use crate::problem::Problems;
use crate::text::{LocationName, PersonName, UserTypeKey};
use crate::usecase::MOST_OF_A_USER;
use crate::user::{Identity, User, UserProfile};

use super::{Checks, ImportRow, MOST_ROWS_OF_A_PERSON, RowOutcome, RowValues};

/// The most lines that a message names.
const MOST_LINES: usize = 10;

/// What is there already, as far as the rows of one person touch it.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// The user with the address.
    pub user: Option<&'a User>,
    /// Who has the identities that rows bind.
    pub holders: BTreeMap<&'a Identity, UserId>,
    /// For each line that binds an identity which the table gives to somebody else, too: a line that does.
    pub rivals: BTreeMap<u32, u32>,
}

/// What becomes of a person, and of each row.
#[derive(Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be written.
    pub change: UserChange,
    /// What became of each row, by its line; or why it was refused.
    pub rows: Vec<(u32, Result<RowOutcome, Problems>)>,
}

/// What is to be written of a person.
#[derive(Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Nothing: every row was refused, or says what is so already.
    Nothing,
    /// There is no such user yet.
    Create(UserProfile, Vec<Identity>),
    /// The user is so from now on.
    Update(UserProfile, Vec<Identity>),
}

/// Decides what becomes of the rows of one person, which have one address and come by line.
///
/// - A row with a fault of its own is refused, and counts for nothing; the person's other rows are not.
/// - Rows that contradict each other are refused, all of the person's: nobody can tell which is right.
/// - What is empty says nothing. A new user needs a first and a last name, on any of the rows.
/// - Nothing is ever removed: not an assignment, not an identity, not a location. Nobody is deactivated or active again.
#[must_use]
pub fn decide(rows: &[ImportRow], checks: &Checks<'_>, around: &Surroundings<'_>) -> Decided {
    let read: Vec<_> = rows.iter().map(|row| checks.read(row)).collect();
    let faultless = rows.iter().zip(&read).filter(|(_, values)| values.is_ok()).map(|(row, _)| row);
    let common = faults_of_all(&faultless.collect::<Vec<_>>(), around);
    let judged = rows.iter().zip(read).map(|(row, values)| judge(row, values, &common, around));
    let mut judged: Vec<(u32, Result<RowValues, Problems>)> = judged.collect();
    let Some(mut person) = Person::begin(&judged, around.user) else {
        // Only rows that are refused know a name, or all are.
        refuse_for_lack_of_a_name(&mut judged);
        let rows = judged.into_iter().filter_map(|(line, values)| Some((line, Err(values.err()?)))).collect();
        return Decided { change: UserChange::Nothing, rows };
    };
    let rows = judged.into_iter().map(|(line, values)| (line, values.map(|values| person.take(values))));
    let rows = rows.collect();
    Decided { change: person.change(around.user), rows }
}

/// Refuses the rows of a person who has too many of them.
#[must_use]
pub fn refuse_crowd(rows: &[ImportRow]) -> Decided {
    let refused = |row: &ImportRow| {
        let mut problems = Problems::default();
        let message = format!("more than {MOST_ROWS_OF_A_PERSON} rows have this address");
        problems.add("/email", "too_many", message);
        (row.line, Err(problems))
    };
    Decided { change: UserChange::Nothing, rows: rows.iter().map(refused).collect() }
}

/// The faults that rows of the person share which have none of their own: where two of them contradict each other, and what
/// none of them says.
fn faults_of_all(rows: &[&ImportRow], around: &Surroundings<'_>) -> Problems {
    let mut problems = Problems::default();
    let mut name = |pointer, value: fn(&ImportRow) -> &str| {
        if around.user.is_none() && rows.iter().all(|row| value(row).is_empty()) {
            problems.add(pointer, "required", "is needed for a new user");
        }
        contradictions(rows, pointer, |_| Some(""), value, &mut problems);
    };
    name("/first_name", |row| &row.first_name);
    name("/last_name", |row| &row.last_name);
    contradictions(rows, "/location", |_| Some(""), |row| &row.location, &mut problems);
    contradictions(rows, "/role", user_type, |row| &row.role, &mut problems);
    contradictions(rows, "/name_id", connection, |row| &row.name_id, &mut problems);
    let held = around.user.map(|user| &user.profile.assignments);
    let held = held.into_iter().flat_map(|assignments| assignments.keys().map(UserTypeKey::as_str));
    let types: BTreeSet<&str> = held.chain(rows.iter().filter_map(|row| user_type(row))).collect();
    problems.at_most(MOST_OF_A_USER, types.len(), "/user_type");
    problems
}

fn user_type(row: &ImportRow) -> Option<&str> {
    Some(row.user_type.as_str()).filter(|key| !key.is_empty())
}

fn connection(row: &ImportRow) -> Option<&str> {
    Some(row.connection.as_str()).filter(|key| !key.is_empty())
}

/// Notes that rows have different values of a column where they must have one; of those alone that have the same `about`.
fn contradictions<'a>(
    rows: &[&'a ImportRow],
    pointer: &str,
    about: impl Fn(&'a ImportRow) -> Option<&'a str>,
    value: impl Fn(&'a ImportRow) -> &'a str,
    problems: &mut Problems,
) {
    let mut said: BTreeMap<&str, (BTreeSet<&str>, Vec<u32>)> = BTreeMap::new();
    for row in rows.iter().copied().filter(|row| !value(row).is_empty()) {
        let Some(about) = about(row) else { continue };
        let (values, lines) = said.entry(about).or_default();
        values.insert(value(row));
        lines.push(row.line);
    }
    if let Some((_, lines)) = said.into_values().find(|(values, _)| values.len() > 1) {
        problems.add(
            pointer,
            "contradictory",
            format!("{} say different things of one person", named(&lines)),
        );
    }
}

/// `the lines 2, 3 and 5`.
fn named(lines: &[u32]) -> String {
    let shown: Vec<_> = lines.iter().take(MOST_LINES).map(ToString::to_string).collect();
    match shown.split_last() {
        Some((last, [])) => format!("the line {last}"),
        Some(_) if lines.len() > MOST_LINES => format!("the lines {} and others", shown.join(", ")),
        Some((last, first)) => format!("the lines {} and {last}", first.join(", ")),
        None => "no lines".to_owned(),
    }
}

/// The row's values, if it has no fault: of its own, of all rows, or with what others have.
fn judge(
    row: &ImportRow,
    values: Result<RowValues, Problems>,
    common: &Problems,
    around: &Surroundings<'_>,
) -> (u32, Result<RowValues, Problems>) {
    let values = match values {
        Ok(values) => values,
        faulty @ Err(_) => return (row.line, faulty),
    };
    let mut problems = common.clone();
    if let Some(rival) = around.rivals.get(&row.line) {
        let message = format!("the line {rival} gives this NameID to somebody else");
        problems.add("/name_id", "contradictory", message);
    }
    if let Some(identity) = &values.identity {
        let own = around.user.map(|user| user.id);
        if around.holders.get(identity).is_some_and(|holder| Some(*holder) != own) {
            let message = "another user of the organization has this NameID on the connection";
            problems.add("/name_id", "name_id_in_use", message);
        }
        let bound = around.user.and_then(|user| user.identity_on(identity.connection_id));
        if bound.is_some_and(|bound| *bound != identity.name_id) {
            problems.add("/name_id", "name_id_in_use", "the user has another NameID on the connection");
        }
    }
    (row.line, problems.into_result(values))
}

/// Refuses what is left of a new person whose names stand only on rows with faults.
fn refuse_for_lack_of_a_name(judged: &mut [(u32, Result<RowValues, Problems>)]) {
    let good = || judged.iter().filter_map(|(_, values)| values.as_ref().ok());
    let lacks_first = good().all(|values| values.first_name.is_none());
    let lacks_last = good().all(|values| values.last_name.is_none());
    for (_, values) in judged.iter_mut().filter(|(_, values)| values.is_ok()) {
        let mut problems = Problems::default();
        for (lacks, pointer) in [(lacks_first, "/first_name"), (lacks_last, "/last_name")] {
            if lacks {
                problems.add(pointer, "required", "is needed for a new user");
            }
        }
        *values = Err(problems);
    }
}

/// A person, while one row after another is taken.
struct Person {
    exists: bool,
    email: EmailAddress,
    first_name: PersonName,
    last_name: PersonName,
    location: Option<LocationName>,
    assignments: Assignments,
    identities: BTreeMap<ConnectionId, Identity>,
    /// What no row is behind that was taken already: the names and the location, which the rows say together.
    differs: bool,
}

impl Person {
    /// The person before the first row is taken. None, where somebody new has no first or last name.
    fn begin(judged: &[(u32, Result<RowValues, Problems>)], user: Option<&User>) -> Option<Self> {
        let good = || judged.iter().filter_map(|(_, values)| values.as_ref().ok());
        let first_name = good().find_map(|values| values.first_name.clone());
        let last_name = good().find_map(|values| values.last_name.clone());
        let location = good().find_map(|values| values.location.clone());
        match user {
            Some(User { profile, identities, .. }) => {
                let by_connection =
                    identities.iter().map(|identity| (identity.connection_id, identity.clone()));
                let person = Self {
                    exists: true,
                    email: profile.email.clone(),
                    first_name: first_name.unwrap_or_else(|| profile.first_name.clone()),
                    last_name: last_name.unwrap_or_else(|| profile.last_name.clone()),
                    location: location.or_else(|| profile.location.clone()),
                    assignments: profile.assignments.clone(),
                    identities: by_connection.collect(),
                    differs: false,
                };
                let differs = (&person.first_name, &person.last_name, &person.location)
                    != (&profile.first_name, &profile.last_name, &profile.location);
                Some(Self { differs, ..person })
            }
            None => Some(Self {
                exists: false,
                email: good().next()?.email.clone(),
                first_name: first_name?,
                last_name: last_name?,
                location,
                assignments: Assignments::new(),
                identities: BTreeMap::new(),
                differs: true,
            }),
        }
    }

    /// Takes a row, and answers what became of it: the first one makes somebody who is new, and says what all rows say
    /// together.
    fn take(&mut self, values: RowValues) -> RowOutcome {
        let mut changed = false;
        if let Some(pair) = values.assignment {
            let before = self.assignments.insert(pair.user_type, pair.role.clone());
            changed |= before != Some(pair.role);
        }
        if let Some(identity) = values.identity {
            changed |= self.identities.insert(identity.connection_id, identity).is_none();
        }
        changed |= std::mem::take(&mut self.differs);
        let existed = std::mem::replace(&mut self.exists, true);
        match (existed, changed) {
            (false, _) => RowOutcome::Created,
            (true, true) => RowOutcome::Updated,
            (true, false) => RowOutcome::Unchanged,
        }
    }

    fn change(self, user: Option<&User>) -> UserChange {
        let profile = UserProfile {
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            location: self.location,
            assignments: self.assignments,
        };
        let identities: Vec<_> = self.identities.into_values().collect();
        match user {
            None => UserChange::Create(profile, identities),
            Some(user) if user.profile == profile && user.identities.len() == identities.len() => {
                UserChange::Nothing
            }
            Some(_) => UserChange::Update(profile, identities),
        }
    }
}
