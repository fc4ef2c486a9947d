//! What stays of a person who was erased: that something happened, and not to whom.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::explanation::{Change, Entry, Note, Warning};
use crate::ports::{Actor, AuditEvent, Origin};
use crate::sign_in::SignInRecord;

impl SignInRecord {
    /// The record as it is kept once its user is erased: when, through which connection, with which outcome, by which rules, and which
    /// fields changed. Doing it again changes nothing.
    #[must_use]
    pub fn without_person(self) -> Self {
        let field_alone = |change: Change| Change { before: None, after: None, ..change };
        let rule_alone = |entry: Entry| Entry {
            received: Vec::new(),
            translated: None,
            result: None,
            note: entry.note.and_then(without_quotes),
            ..entry
        };
        let code_alone =
            |warning: Warning| Warning { note: warning.note.and_then(without_quotes), ..warning };
        Self {
            detail: None,
            name_id: None,
            changes: self.changes.into_iter().map(field_alone).collect(),
            explanation: self.explanation.into_iter().map(rule_alone).collect(),
            warnings: self.warnings.into_iter().map(code_alone).collect(),
            ..self
        }
    }
}

/// A note, unless it repeats something that arrived.
fn without_quotes(note: Note) -> Option<Note> {
    match note {
        Note::AttributeNearMiss { .. } | Note::Unfit { .. } => None,
        other => Some(other),
    }
}

impl AuditEvent {
    /// The event as it is kept once the user whom it is about is erased: when, by whom, what was done, and which fields changed. Where the
    /// person did it, not from where. Doing it again changes nothing.
    #[must_use]
    pub fn without_person(self) -> Self {
        let actor = match self.actor {
            Actor::User { id, .. } => Actor::User { id, origin: Origin::default() },
            other => other,
        };
        let after = changed_fields(self.before.as_ref(), self.after.as_ref());
        Self { actor, before: None, after, ..self }
    }
}

/// The names of the fields that differ, in place of what they held.
fn changed_fields(before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
    const CHANGED: &str = "changed";
    match (before, after) {
        (None, None) => return None,
        (None, Some(Value::Object(members))) if members.len() == 1 && members.contains_key(CHANGED) => {
            return after.cloned();
        }
        _ => {}
    }
    let (before, after) = (members(before), members(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).copied().collect();
    let changed: Vec<_> = names.into_iter().filter(|name| before.get(name) != after.get(name)).collect();
    Some(json!({ CHANGED: changed }))
}

/// The members of an object that say something.
fn members(value: Option<&Value>) -> BTreeMap<&String, &Value> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_keeps_the_names_of_fields_and_no_value() {
        let before =
            json!({"email": "ada@acme.example", "location": null, "assignments": {"employee": "clerk"}});
        let after = json!({"email": "ada@acme.example", "location": "Berlin", "assignments": {}});
        let kept = changed_fields(Some(&before), Some(&after));
        assert_eq!(kept, Some(json!({"changed": ["assignments", "location"]})));
        assert_eq!(changed_fields(None, kept.as_ref()), kept);
        let made = changed_fields(None, Some(&after));
        assert_eq!(made, Some(json!({"changed": ["assignments", "email", "location"]})));
        assert_eq!(changed_fields(Some(&json!(["ada"])), None), Some(json!({"changed": []})));
        assert_eq!(changed_fields(None, None), None);
    }
}
