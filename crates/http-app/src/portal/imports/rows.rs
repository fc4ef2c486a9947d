//! What became of each row of an import: by outcome, a page at a time, with every fault in words.

use vestibule_domain::import::{Import, RowFault, RowOutcome, RowResult};
use vestibule_domain::ports::{ResultsFrom, ResultsWanted, RowsWanted};

use crate::portal::form::words_of;
use crate::portal::frame::{Badge, Tone};
use crate::portal::list::Asked;
use crate::portal::visit::Visit;
use crate::web::{Failure, Site};

/// How many rows a page has.
const ROWS: u32 = 200;

/// Some rows of an import, and the ways to the others.
pub(super) struct Rows {
    pub(super) filters: Vec<Filter>,
    pub(super) lines: Vec<RowLine>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

/// The rows that one can have shown.
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) count: u32,
    pub(super) href: String,
    pub(super) is_chosen: bool,
}

/// A row.
pub(super) struct RowLine {
    pub(super) line: u32,
    pub(super) outcome: Badge,
    pub(super) foreseen: Option<&'static str>,
    pub(super) user: Option<String>,
    pub(super) faults: Vec<String>,
}

/// The words of a page's address for the rows that are shown.
const WORDS: [(&str, RowsWanted, &str); 6] = [
    ("all", RowsWanted::All, "All"),
    ("created", RowsWanted::Of(RowOutcome::Created), "Created"),
    ("updated", RowsWanted::Of(RowOutcome::Updated), "Updated"),
    ("unchanged", RowsWanted::Of(RowOutcome::Unchanged), "Unchanged"),
    ("refused", RowsWanted::Of(RowOutcome::Refused), "Refused"),
    ("unforeseen", RowsWanted::Unforeseen, "Otherwise than tried"),
];

impl Rows {
    /// The rows that are asked for; all from the first one on, where nothing is that can be meant.
    pub(super) async fn asked(
        site: &Site,
        visit: &Visit,
        import: &Import,
        asked: &Asked,
    ) -> Result<Self, Failure> {
        let word = asked.form.text("rows");
        let (word, of, _) = WORDS.into_iter().find(|(known, ..)| *known == word).unwrap_or(WORDS[0]);
        let place = |name| asked.form.text(name).parse::<u32>().ok();
        let from =
            place("before").map_or(ResultsFrom::After(place("after").unwrap_or(0)), ResultsFrom::Before);
        let wanted = ResultsWanted { of, from, limit: ROWS + 1 };
        let store = &site.app.world.store;
        let results = store.import_results(import.organization_id, import.id, wanted).await;
        let mut results = results.map_err(Failure::store)?;
        let more = results.len() > ROWS as usize;
        let (before, after) = match from {
            ResultsFrom::After(line) => {
                results.truncate(ROWS as usize);
                (line > 0, more)
            }
            ResultsFrom::Before(_) => {
                results.drain(..usize::from(more));
                (more, true)
            }
        };
        let here = format!("{}/imports/{}", visit.home(), import.id);
        let to = |edge: &str, result: Option<&RowResult>, is_there: bool| {
            let line = result.filter(|_| is_there)?.line;
            Some(format!("{here}?rows={word}&{edge}={line}#rows"))
        };
        Ok(Self {
            filters: filters(import, &here, of),
            previous: to("before", results.first(), before),
            next: to("after", results.last(), after),
            lines: results.iter().map(|result| RowLine::of(result, &visit.home())).collect(),
        })
    }
}

/// What can be shown of the import. What was tried is named beside what became of it, where there is anything to name.
fn filters(import: &Import, here: &str, chosen: RowsWanted) -> Vec<Filter> {
    let counts = import.counts;
    let filter = |(word, of, name)| Filter {
        name,
        count: match of {
            RowsWanted::All => counts.all(),
            RowsWanted::Of(RowOutcome::Created) => counts.created,
            RowsWanted::Of(RowOutcome::Updated) => counts.updated,
            RowsWanted::Of(RowOutcome::Unchanged) => counts.unchanged,
            RowsWanted::Of(RowOutcome::Refused) => counts.refused,
            RowsWanted::Unforeseen => counts.unforeseen,
        },
        href: format!("{here}?rows={word}#rows"),
        is_chosen: of == chosen,
    };
    let told = WORDS.into_iter().filter(|(_, of, _)| *of != RowsWanted::Unforeseen || counts.unforeseen > 0);
    told.map(filter).collect()
}

impl RowLine {
    fn of(result: &RowResult, home: &str) -> Self {
        let tone = match result.outcome {
            RowOutcome::Created | RowOutcome::Updated => Tone::Good,
            RowOutcome::Unchanged => Tone::Neutral,
            RowOutcome::Refused => Tone::Bad,
        };
        Self {
            line: result.line,
            outcome: Badge::new(tone, named(result.outcome)),
            foreseen: result.foreseen.map(named),
            user: result.user_id.map(|id| format!("{home}/users/{id}")),
            faults: result.faults.iter().map(in_words).collect(),
        }
    }
}

fn named(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Created => "Created",
        RowOutcome::Updated => "Updated",
        RowOutcome::Unchanged => "Unchanged",
        RowOutcome::Refused => "Refused",
    }
}

/// A fault of a row as an administrator would say it, with what to do.
fn in_words(fault: &RowFault) -> String {
    let words = match (fault.pointer.as_str(), fault.code.as_str()) {
        ("/email", "required") => "There is no email address.",
        ("/email", "invalid") => "The email address is not one: it must be like ada@example.com.",
        ("/first_name", "required") => "A new user needs a first name.",
        ("/last_name", "required") => "A new user needs a last name.",
        ("/location", "unknown_location") => {
            "The location is not in the catalog. Add it there, or write it exactly as it stands there."
        }
        ("/user_type", "invalid_user_type_or_role") => {
            "The user type is not in the catalog. Add it there, or write its name in files exactly as it stands there."
        }
        ("/role", "invalid_user_type_or_role") => {
            "The user type has no such role in the catalog. Add it there, or write its name in files exactly as it stands there."
        }
        ("/user_type", "required") => "There is a role, but no user type: write both, or neither.",
        ("/role", "required") => "There is a user type, but no role: write both, or neither.",
        ("/connection", "connection_not_found") => {
            "There is no such connection. Write its name in addresses, as Single sign-on shows it."
        }
        ("/connection", "required") => "There is a NameID, but no connection: write both, or neither.",
        ("/name_id", "required") => "There is a connection, but no NameID: write both, or neither.",
        _ => return of_column(&fault.pointer, &fault.message),
    };
    words.to_owned()
}

/// What is wrong, with the column that it is wrong in, if it is one's.
pub(super) fn of_column(pointer: &str, message: &str) -> String {
    let column = match pointer.trim_start_matches('/') {
        "" => return message.to_owned(),
        "name_id" => "NameID".to_owned(),
        column => words_of(column, '/'),
    };
    format!("{column}: {message}")
}
