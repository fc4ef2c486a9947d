//! Who a person became, and why.

use askama::Template;
use vestibule_domain::catalog::{Assignment, Catalog};
use vestibule_domain::explanation::{Change, Entry, Topic, Warning};
use vestibule_domain::ports::SignedIn;
use vestibule_domain::rule::Rule;
use vestibule_domain::sign_in::{Outcome, SignInRecord, WelcomeEmail};
use vestibule_domain::text::{RoleKey, UserTypeKey};
use vestibule_languages::Language;

use super::{Frame, Reader};
use crate::web::words;

#[derive(Template)]
#[template(path = "signed_in.html")]
pub(in crate::web) struct SignedInPage {
    frame: Frame,
    name: String,
    email: String,
    location: Option<String>,
    assignments: Vec<String>,
    organization: String,
    through: Option<String>,
    expires_at: String,
    sign_in: Option<Explained>,
}

/// The latest sign-in of the person.
struct Explained {
    reference: String,
    outcome: &'static str,
    badge: String,
    happened: String,
    at: String,
    welcomed: bool,
    entries: Vec<Line>,
    changes: Vec<Changed>,
    warnings: Vec<Warned>,
}

/// One entry of the explanation.
struct Line {
    topic: String,
    result: Option<String>,
    /// What stands there in place of a result.
    without_result: String,
    rule: &'static str,
    why: String,
    attribute: Option<String>,
    received: Vec<String>,
    note: Option<String>,
}

struct Changed {
    topic: String,
    before: Option<String>,
    after: Option<String>,
}

struct Warned {
    topic: String,
    note: Option<String>,
}

impl SignedInPage {
    pub(in crate::web) fn new(
        reader: Reader,
        signed_in: &SignedIn,
        record: Option<&SignInRecord>,
        catalog: &Catalog,
        through: Option<&str>,
    ) -> Self {
        let profile = &signed_in.user.profile;
        let assignments = profile.assignments.iter();
        let frame = Frame::of(reader, Some(&signed_in.organization));
        let language = frame.language;
        Self {
            frame,
            name: format!("{} {}", profile.first_name, profile.last_name),
            email: profile.email.to_string(),
            location: profile.location.as_ref().map(ToString::to_string),
            assignments: assignments.map(|(user_type, role)| pair(catalog, user_type, role)).collect(),
            organization: signed_in.organization.name.to_string(),
            through: through.map(str::to_owned),
            expires_at: language.instant(signed_in.session.expires_at),
            sign_in: record.map(|record| Explained::of(record, catalog, language)),
        }
    }
}

impl Explained {
    fn of(record: &SignInRecord, catalog: &Catalog, language: Language) -> Self {
        let key = format!("outcome-{}", record.outcome);
        Self {
            reference: record.id.to_string(),
            outcome: record.outcome.as_str(),
            badge: language.say(&key),
            happened: language.say(&format!("{key}.happened")),
            at: language.instant(record.at),
            welcomed: record.welcome_email == WelcomeEmail::Queued,
            entries: record.explanation.iter().map(|entry| Line::of(entry, catalog, language)).collect(),
            // Of a new account everything is new, which the explanation says already.
            changes: match record.outcome {
                Outcome::Created => Vec::new(),
                _ => record.changes.iter().map(|change| Changed::of(change, catalog, language)).collect(),
            },
            warnings: record.warnings.iter().map(|warning| Warned::of(warning, language)).collect(),
        }
    }
}

impl Line {
    fn of(entry: &Entry, catalog: &Catalog, language: Language) -> Self {
        Self {
            topic: topic(language, entry.field),
            result: entry.result.as_deref().map(|result| named(catalog, entry.field, result)),
            without_result: match entry.rule {
                Rule::KeepCurrent | Rule::IncompletePair | Rule::InvalidValue => {
                    language.say("signed-in.as-it-was")
                }
                _ => language.say("signed-in.no-value"),
            },
            rule: entry.rule.as_str(),
            why: words::why(language, entry.rule),
            attribute: entry.attribute.as_ref().map(ToString::to_string),
            received: entry.received.clone(),
            note: entry.note.as_ref().map(|note| words::note(language, note)),
        }
    }
}

impl Changed {
    fn of(change: &Change, catalog: &Catalog, language: Language) -> Self {
        let shown =
            |value: &Option<String>| value.as_deref().map(|value| named(catalog, change.field, value));
        Self {
            topic: topic(language, change.field),
            before: shown(&change.before),
            after: shown(&change.after),
        }
    }
}

impl Warned {
    fn of(warning: &Warning, language: Language) -> Self {
        Self {
            topic: topic(language, warning.field),
            note: warning.note.as_ref().map(|note| words::note(language, note)),
        }
    }
}

/// What a line is about.
fn topic(language: Language, topic: Topic) -> String {
    language.say(&format!("topic-{topic}"))
}

/// A value as people call it, where the catalog says how.
fn named(catalog: &Catalog, topic: Topic, value: &str) -> String {
    let name = match topic {
        Topic::UserType => catalog.user_type(value).map(|user_type| user_type.name.to_string()),
        Topic::Role => catalog
            .user_types()
            .iter()
            .find_map(|user_type| user_type.role(value))
            .map(|role| role.name.to_string()),
        Topic::Assignments => value.split_once('/').and_then(|(user_type, role)| {
            Some(pair(catalog, &UserTypeKey::parse(user_type).ok()?, &RoleKey::parse(role).ok()?))
        }),
        _ => None,
    };
    name.unwrap_or_else(|| value.to_owned())
}

fn pair(catalog: &Catalog, user_type: &UserTypeKey, role: &RoleKey) -> String {
    let assignment = Assignment { user_type: user_type.clone(), role: role.clone() };
    match (catalog.user_type(user_type.as_str()), catalog.role_of(&assignment)) {
        (Some(user_type), Some(role)) => format!("{} – {}", user_type.name, role.name),
        _ => assignment.to_string(),
    }
}
