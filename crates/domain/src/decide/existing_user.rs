//! A person who is known: the rules of an existing user.
//!
//! Rule `never_removed` has no code: assignments are a map that only ever gets an insert.

use super::{Case, Verdict};
use crate::asserted::{Reading, Value};
use crate::catalog::Assignment;
use crate::email::EmailAddress;
use crate::explanation::{Change, Entry, Note, Topic, Warning};
use crate::name_id::NameId;
use crate::refusal::RefusalCode;
use crate::rule::Rule;
use crate::settings::OnInvalidValue;
use crate::user::{User, UserProfile};

impl Case<'_> {
    pub(super) fn existing_user(
        &mut self,
        user: Box<User>,
        bind: Option<NameId>,
    ) -> Result<Verdict, RefusalCode> {
        let asserted = self.asserted;
        let mut profile = user.profile.clone();
        // Every field is resolved before the first refusal is answered, so that all are explained.
        let first_name =
            self.update(&asserted.first_name, &mut profile.first_name, RefusalCode::MissingRequiredAttribute);
        let last_name =
            self.update(&asserted.last_name, &mut profile.last_name, RefusalCode::MissingRequiredAttribute);
        let old_address = self.change_email(&user, &mut profile.email);
        let assignments = self.assign(&mut profile);
        let location = self.update_location(&mut profile);
        first_name.and(last_name)?;
        let old_address = old_address?;
        assignments.and(location)?;
        Ok(Verdict::SignIn { user, profile, bind, old_address })
    }

    /// Rules `mapped_attribute` and `keep_current`.
    fn update<T: Clone + PartialEq + ToString>(
        &mut self,
        reading: &Reading<T>,
        current: &mut T,
        code: RefusalCode,
    ) -> Result<(), RefusalCode> {
        match &reading.value {
            Value::NotSent => self.keep_current(reading, Some(current.to_string())),
            Value::Invalid(note) => return self.invalid_value(reading.entry(Rule::InvalidValue), code, note),
            Value::Sent(value) => {
                let before = std::mem::replace(current, value.clone());
                if before != *value {
                    self.changed(reading.field.into(), Some(before.to_string()), value);
                }
            }
        }
        Ok(())
    }

    fn update_location(&mut self, profile: &mut UserProfile) -> Result<(), RefusalCode> {
        let reading = &self.asserted.location;
        match &reading.value {
            Value::NotSent => self.keep_current(reading, profile.location.as_ref().map(ToString::to_string)),
            Value::Invalid(note) => {
                return self.invalid_value(
                    reading.entry(Rule::InvalidValue),
                    RefusalCode::UnknownLocation,
                    note,
                );
            }
            Value::Sent(location) => {
                let before = profile.location.replace(location.clone());
                if before.as_ref() != Some(location) {
                    self.changed(Topic::Location, before.map(|before| before.to_string()), location);
                }
            }
        }
        Ok(())
    }

    fn keep_current<T: ToString>(&mut self, reading: &Reading<T>, current: Option<String>) {
        if reading.attribute.is_some() {
            self.explanation.say(Entry { result: current, ..reading.entry(Rule::KeepCurrent) });
        }
    }

    /// Rule `email_change`. Answers the old address, if it is no longer the user's.
    fn change_email(
        &mut self,
        user: &User,
        current: &mut EmailAddress,
    ) -> Result<Option<EmailAddress>, RefusalCode> {
        let reading = &self.asserted.email;
        let Value::Sent(address) = &reading.value else {
            return self.update(reading, current, RefusalCode::MissingEmail).map(|()| None);
        };
        if address.is_same_as(current) {
            let note = (address != current).then_some(Note::LetterCaseOnly);
            self.explanation.say(reading.entry(Rule::MappedAttribute).resulting(&*current).noting(note));
            return Ok(None);
        }
        let entry = reading.entry(Rule::EmailChange);
        if self.snapshot.by_email.as_ref().is_some_and(|owner| owner.id != user.id) {
            self.explanation.say(entry.noting(Some(Note::AddressTaken)));
            return Err(RefusalCode::EmailInUse);
        }
        self.explanation.say(entry.resulting(address));
        let before = std::mem::replace(current, address.clone());
        self.changed(Topic::Email, Some(before.to_string()), address);
        Ok(Some(before))
    }

    fn assign(&mut self, profile: &mut UserProfile) -> Result<(), RefusalCode> {
        const CODE: RefusalCode = RefusalCode::InvalidUserTypeOrRole;
        let asserted = self.asserted;
        let (user_type, role) = match (&asserted.user_type.value, &asserted.role.value) {
            (Value::Invalid(note), _) | (_, Value::Invalid(note)) => {
                return self.invalid_value(assignments(Rule::InvalidValue), CODE, note);
            }
            (Value::Sent(user_type), Value::Sent(role)) => (user_type.clone(), role.clone()),
            (Value::Sent(user_type), Value::NotSent) => {
                let only_role = self.policy.catalog.user_type(user_type.as_str()).and_then(|t| t.only_role());
                let Some(role) = only_role.map(|role| role.key.clone()) else {
                    self.incomplete_pair(Note::RoleMissing);
                    return Ok(());
                };
                let entry = asserted.role.entry(Rule::RoleOfType).resulting(&role);
                self.explanation.say(entry.noting_if_silent(Note::OnlyRole));
                (user_type.clone(), role)
            }
            (Value::NotSent, Value::Sent(_)) => {
                self.incomplete_pair(Note::UserTypeMissing);
                return Ok(());
            }
            (Value::NotSent, Value::NotSent) => {
                self.explanation.say(assignments(Rule::KeepCurrent));
                return Ok(());
            }
        };
        let pair = Assignment { user_type, role };
        if profile.assignments.get(&pair.user_type) == Some(&pair.role) {
            self.explanation.say(assignments(Rule::SameAssignment).resulting(&pair));
            return Ok(());
        }
        if let Some(note) = self.why_not_grantable(&pair) {
            return self.invalid_value(assignments(Rule::InvalidValue), CODE, &note);
        }
        let before = profile.assignments.insert(pair.user_type.clone(), pair.role.clone());
        let rule = if before.is_some() { Rule::ChangeRole } else { Rule::AddAssignment };
        self.explanation.say(assignments(rule).resulting(&pair));
        let before = before.map(|role| Assignment { user_type: pair.user_type.clone(), role }.to_string());
        self.changed(Topic::Assignments, before, &pair);
        Ok(())
    }

    /// Rule `incomplete_pair`.
    fn incomplete_pair(&mut self, note: Note) {
        self.explanation.say(assignments(Rule::IncompletePair).noting(Some(note)));
    }

    /// Rule `invalid_value`.
    fn invalid_value(&mut self, entry: Entry, code: RefusalCode, note: &Note) -> Result<(), RefusalCode> {
        let field = entry.field;
        self.explanation.say(entry.noting(Some(note.clone())));
        match self.policy.settings.on_invalid_value {
            OnInvalidValue::Refuse => Err(code),
            OnInvalidValue::KeepCurrent => {
                self.warnings.push(Warning { field, code, note: Some(note.clone()) });
                Ok(())
            }
        }
    }

    fn changed(&mut self, field: Topic, before: Option<String>, after: &impl ToString) {
        self.changes.push(Change { field, before, after: Some(after.to_string()) });
    }
}

fn assignments(rule: Rule) -> Entry {
    Entry::new(Topic::Assignments, rule)
}
