//! English.

mod checks;
mod explanation;
mod refusals;
mod topics;

use super::{Messages, Refusal};
use crate::explanation::{Entry, Note, Topic, Warning};
use crate::ports::{Rejection, ServiceProvider};
use crate::refusal::RefusalCode;
use crate::sign_in::{MatchedBy, Outcome, SignInRecord, WelcomeEmail};
use crate::usecase::Checked;

/// The catalogue in English.
#[derive(Debug, Clone, Copy)]
pub struct English;

/// The catalogue in English.
pub const ENGLISH: English = English;

impl Messages for English {
    fn summary(&self, record: &SignInRecord) -> String {
        match (record.outcome, record.code) {
            (Outcome::Created, _) => match record.welcome_email {
                WelcomeEmail::Queued => "A new user was created, welcomed by mail, and signed in.",
                _ => "A new user was created and signed in, without a welcome mail.",
            }
            .to_owned(),
            (Outcome::Updated, _) if record.matched_by == MatchedBy::Email => {
                format!(
                    "A user was recognised by the e-mail address, bound to this identity and signed in{}.",
                    changed(record)
                )
            }
            (Outcome::Updated, _) => format!("A known user was signed in{}.", changed(record)),
            (Outcome::Unchanged, _) => "A known user was signed in; nothing about them changed.".to_owned(),
            (Outcome::Refused, Some(code)) => {
                format!("The sign-in was refused: {}.", refusals::refusal(code).why)
            }
            (Outcome::Refused, None) => "The sign-in was refused.".to_owned(),
        }
    }

    fn advice(&self, record: &SignInRecord, here: &ServiceProvider) -> Option<String> {
        let code = record.code?;
        if let Some(rejection) = &record.rejection {
            return Some(self.check(rejection, here));
        }
        let near_misses = record.explanation.iter().filter_map(|entry| match &entry.note {
            Some(note @ Note::AttributeNearMiss { .. }) => {
                Some(format!(" Look here first: {}.", explanation::note(note)))
            }
            _ => None,
        });
        Some(std::iter::once(addressed(refusals::refusal(code).advice, here)).chain(near_misses).collect())
    }

    fn entry(&self, entry: &Entry, outcome: Outcome) -> String {
        explanation::entry(entry, outcome)
    }

    fn warning(&self, warning: &Warning) -> String {
        let what = explanation::subject(warning.field);
        let why = warning
            .note
            .as_ref()
            .map_or_else(|| refusals::refusal(warning.code).why.to_owned(), explanation::note);
        format!(
            "What was sent for {what} was not taken, and what was there stayed: {why}. {}",
            refusals::refusal(warning.code).advice
        )
    }

    fn note(&self, note: &Note) -> String {
        explanation::note(note)
    }

    fn refusal(&self, code: RefusalCode) -> Refusal {
        refusals::refusal(code)
    }

    fn check(&self, rejection: &Rejection, here: &ServiceProvider) -> String {
        addressed(checks::advice(rejection), here)
    }

    fn checked(&self, checked: &Checked, here: &ServiceProvider) -> String {
        addressed(&checks::checked(checked), here)
    }

    fn topic(&self, topic: Topic) -> &'static str {
        topics::topic(topic)
    }

    fn sentence(&self, note: &Note) -> String {
        let text = explanation::note(note);
        let text = text.strip_prefix("multiple_values: ").unwrap_or(&text);
        let mut letters = text.chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters).chain(std::iter::once('.')).collect()
    }
}

/// What stands for the beginning of this service's addresses where it is not known, as in the documentation.
const ADDRESS: &str = "https://HOST/sso/ORGANIZATION";

/// Words with this service's own addresses.
fn addressed(words: &str, here: &ServiceProvider) -> String {
    words.replace(ADDRESS, &here.address())
}

/// "; these changed: first name, location", or nothing.
fn changed(record: &SignInRecord) -> String {
    let mut fields: Vec<_> = record.changes.iter().map(|change| explanation::subject(change.field)).collect();
    fields.dedup();
    if fields.is_empty() { String::new() } else { format!("; this changed: {}", fields.join(", ")) }
}
