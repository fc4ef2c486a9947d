//! A sign-in record as JSON: what a row of the history and a simulation show, in data and in words.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::arrival::ArrivedAttribute;
use vestibule_domain::explanation::{Change, Entry, NameDifference, Note, Topic, Warning};
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Rejection, ServiceProvider};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord, WelcomeEmail};

use crate::openapi::Word;

/// A row of the history, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignIn")]
pub(super) struct SignInShape {
    /// The id, which refused people are shown as a reference.
    id: Uuid,
    #[serde(flatten)]
    decision: DecisionShape,
}

/// What a sign-in ended as, and why: what a row of the history and a simulation have in common.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Decision")]
pub(in crate::api) struct DecisionShape {
    /// When it was decided.
    at: DateTime<Utc>,
    /// What became of it.
    #[schemars(with = "Word<Outcome>")]
    outcome: Outcome,
    /// Why it was refused.
    #[schemars(with = "Option<Word<RefusalCode>>")]
    code: Option<RefusalCode>,
    /// How it ended, in one sentence.
    summary: String,
    /// What to do about a refusal.
    advice: Option<String>,
    /// What the service saw that the code does not say.
    detail: Option<String>,
    /// Which check did not believe the response, as a stable word.
    check: Option<&'static str>,
    /// The user who signed in.
    user_id: Option<Uuid>,
    /// As whom the identity provider presented the person.
    name_id: Option<String>,
    /// The key of the connection.
    connection: Option<String>,
    /// The version of the provisioning settings that decided.
    settings_version: Option<i64>,
    /// By what the user was recognised.
    #[schemars(with = "Word<MatchedBy>")]
    matched_by: MatchedBy,
    /// What was changed.
    changes: Vec<ChangeShape>,
    /// Why, a field at a time.
    explanation: Vec<EntryShape>,
    /// What was odd.
    warnings: Vec<WarningShape>,
    /// What became of the welcome mail.
    #[schemars(with = "Word<WelcomeEmail>")]
    welcome_email: WelcomeEmail,
    /// The fingerprint of the certificate by whose key the response was verified.
    verified_by: Option<String>,
    /// The attributes that arrived, without their values.
    arrived: Vec<ArrivedAttributeShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ArrivedAttribute")]
struct ArrivedAttributeShape {
    /// Its `Name`.
    name: String,
    /// How many values it had.
    values: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Change")]
pub(in crate::api) struct ChangeShape {
    /// What was changed.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// The value before.
    before: Option<String>,
    /// The value after.
    after: Option<String>,
    /// The rule that changed it.
    #[schemars(with = "Option<Word<Rule>>")]
    rule: Option<Rule>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Explanation")]
struct EntryShape {
    /// What it is about.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// The rule that decided.
    #[schemars(with = "Word<Rule>")]
    rule: Rule,
    /// The attribute that was looked for.
    attribute: Option<String>,
    /// The values that arrived.
    received: Vec<String>,
    /// The one of them that the value translations turned into another value.
    translated: Option<String>,
    /// The value that resulted.
    result: Option<String>,
    /// What else to say.
    note: Option<String>,
    /// What the rule did, in words.
    message: String,
    /// An attribute that arrived under almost the mapped name.
    near_miss: Option<NearMissShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NearMiss")]
struct NearMissShape {
    /// The name that arrived.
    arrived: String,
    /// In what it differs from the mapped one.
    #[schemars(with = "Word<NameDifference>")]
    difference: NameDifference,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignInWarning")]
struct WarningShape {
    /// What it is about.
    #[schemars(with = "Word<Topic>")]
    field: Topic,
    /// What is odd, as the code of a refusal.
    #[schemars(with = "Word<RefusalCode>")]
    code: RefusalCode,
    /// What else to say.
    note: Option<String>,
    /// What it means and what to do, in words.
    message: String,
}

impl SignInShape {
    pub(super) fn of(record: &SignInRecord, here: &ServiceProvider) -> Self {
        Self { id: record.id.0, decision: DecisionShape::of(record, here) }
    }
}

impl DecisionShape {
    pub(in crate::api) fn of(record: &SignInRecord, here: &ServiceProvider) -> Self {
        Self {
            at: record.at,
            outcome: record.outcome,
            code: record.code,
            summary: ENGLISH.summary(record),
            advice: ENGLISH.advice(record, here),
            detail: record.detail.clone(),
            check: record.rejection.as_ref().map(Rejection::check),
            user_id: record.user_id.map(|id| id.0),
            name_id: record.name_id.clone(),
            connection: record.connection.as_ref().map(|connection| connection.key.to_string()),
            settings_version: record.settings_version.map(|version| version.0),
            matched_by: record.matched_by,
            changes: record.changes.iter().map(|change| ChangeShape::of(change, record)).collect(),
            explanation: record
                .explanation
                .iter()
                .map(|entry| EntryShape::of(entry, record.outcome_of(entry.field)))
                .collect(),
            warnings: record.warnings.iter().map(WarningShape::from).collect(),
            welcome_email: record.welcome_email,
            verified_by: record.verified_by.clone(),
            arrived: record.arrived.iter().map(ArrivedAttributeShape::from).collect(),
        }
    }
}

impl ChangeShape {
    pub(in crate::api) fn of(change: &Change, record: &SignInRecord) -> Self {
        Self {
            field: change.field,
            before: change.before.clone(),
            after: change.after.clone(),
            rule: record.rule_of(change),
        }
    }
}

impl EntryShape {
    fn of(entry: &Entry, outcome: Outcome) -> Self {
        Self {
            field: entry.field,
            rule: entry.rule,
            attribute: entry.attribute.as_ref().map(ToString::to_string),
            received: entry.received.clone(),
            translated: entry.translated.clone(),
            result: entry.result.clone(),
            note: entry.note.as_ref().map(|note| ENGLISH.note(note)),
            message: ENGLISH.entry(entry, outcome),
            near_miss: entry.note.as_ref().and_then(NearMissShape::of),
        }
    }
}

impl NearMissShape {
    fn of(note: &Note) -> Option<Self> {
        match note {
            Note::AttributeNearMiss { arrived, difference } => {
                Some(Self { arrived: arrived.clone(), difference: *difference })
            }
            _ => None,
        }
    }
}

impl From<&ArrivedAttribute> for ArrivedAttributeShape {
    fn from(attribute: &ArrivedAttribute) -> Self {
        Self { name: attribute.name.clone(), values: attribute.values }
    }
}

impl From<&Warning> for WarningShape {
    fn from(warning: &Warning) -> Self {
        Self {
            field: warning.field,
            code: warning.code,
            note: warning.note.as_ref().map(|note| ENGLISH.note(note)),
            message: ENGLISH.warning(warning),
        }
    }
}
