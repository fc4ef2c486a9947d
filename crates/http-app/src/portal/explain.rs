//! A sign-in, real or imagined, explained to an administrator.

use vestibule_domain::explanation::Entry;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::ServiceProvider;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord};

use super::frame::{Badge, Tone};
use crate::web::Prose;

/// A sign-in with what it did and why.
pub(crate) struct Explained {
    pub(crate) state: Badge,
    pub(crate) summary: String,
    pub(crate) advice: Option<Prose>,
    pub(crate) detail: Option<String>,
    pub(crate) code: Option<&'static str>,
    pub(crate) name_id: Option<String>,
    pub(crate) matched_by: &'static str,
    pub(crate) rows: Vec<Row>,
    pub(crate) warnings: Vec<String>,
    pub(crate) arrived: Vec<Arrived>,
}

/// What became of a field.
pub(crate) struct Row {
    pub(crate) topic: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) attribute: Option<String>,
    pub(crate) received: Vec<String>,
    pub(crate) message: String,
    pub(crate) changed: Option<Changed>,
    pub(crate) result: Option<String>,
}

/// From what to what.
pub(crate) struct Changed {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// An attribute that arrived.
pub(crate) struct Arrived {
    pub(crate) name: String,
    pub(crate) values: usize,
}

/// How a sign-in ended, in a word.
pub(crate) fn outcome(outcome: Outcome) -> Badge {
    match outcome {
        Outcome::Created => Badge::new(Tone::Good, "Created"),
        Outcome::Updated => Badge::new(Tone::Good, "Updated"),
        Outcome::Unchanged => Badge::new(Tone::Neutral, "Unchanged"),
        Outcome::Refused => Badge::new(Tone::Bad, "Refused"),
    }
}

/// Whether a check of a response found it right.
pub(crate) fn checked(passed: bool) -> Badge {
    if passed { Badge::new(Tone::Good, "Passed") } else { Badge::new(Tone::Bad, "Failed") }
}

impl Explained {
    /// A sign-in at the service whose addresses these are.
    pub(crate) fn of(record: &SignInRecord, here: &ServiceProvider) -> Self {
        let row = |entry: &Entry| {
            let change = record.changes.iter().find(|change| change.field == entry.field);
            Row {
                topic: ENGLISH.topic(entry.field),
                rule: entry.rule.as_str(),
                attribute: entry.attribute.as_ref().map(ToString::to_string),
                received: entry.received.clone(),
                message: ENGLISH.entry(entry, record.outcome_of(entry.field)),
                changed: change
                    .map(|change| Changed { before: change.before.clone(), after: change.after.clone() }),
                result: entry.result.clone(),
            }
        };
        Self {
            state: outcome(record.outcome),
            summary: ENGLISH.summary(record),
            advice: ENGLISH.advice(record, here).as_deref().map(Prose::of),
            detail: record.detail.clone(),
            code: record.code.map(RefusalCode::as_str),
            name_id: record.name_id.clone(),
            matched_by: match record.matched_by {
                MatchedBy::Identity => "By the connection and the NameID",
                MatchedBy::Email => "By the e-mail address",
                MatchedBy::None => "Not recognised",
            },
            rows: record.explanation.iter().map(row).collect(),
            warnings: record.warnings.iter().map(|warning| ENGLISH.warning(warning)).collect(),
            arrived: record
                .arrived
                .iter()
                .map(|one| Arrived { name: one.name.clone(), values: one.values })
                .collect(),
        }
    }
}
