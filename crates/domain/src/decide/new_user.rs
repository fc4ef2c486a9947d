//! A person whom nobody knows yet: the rules of a new user.

use super::{Case, Verdict};
use crate::asserted::{Reading, Value};
use crate::catalog::{Assignment, Assignments};
use crate::email::EmailAddress;
use crate::explanation::{Change, Entry, Note, Topic};
use crate::name_id::NameId;
use crate::refusal::RefusalCode;
use crate::rule::Rule;
use crate::settings::{Defaults, Registration};
use crate::text::{LocationName, PersonName, RoleKey, UserTypeKey};
use crate::user::UserProfile;

impl<'a> Case<'a> {
    pub(super) fn new_user(&mut self, name_id: NameId) -> Result<Verdict, RefusalCode> {
        let asserted = self.asserted;
        let defaults = self.open_registration()?;
        // Every field is resolved before the first refusal is answered, so that all are explained.
        let first_name = self.required_name(&asserted.first_name);
        let last_name = self.required_name(&asserted.last_name);
        let email = self.required_email(&name_id);
        let assignment = self.assignment_or_default(defaults);
        let location = self.location_or_default(defaults);
        let (first_name, last_name, email) = (first_name?, last_name?, email?);
        let Assignment { user_type, role } = assignment?;
        let assignments = Assignments::from([(user_type, role)]);
        let profile = UserProfile { email, first_name, last_name, location: location?, assignments };
        self.changes = everything_of(&profile);
        Ok(Verdict::Create { profile, name_id, welcome: !self.policy.settings.suppress_welcome_emails })
    }

    /// Rule `registration`.
    fn open_registration(&mut self) -> Result<&'a Defaults, RefusalCode> {
        let note = match &self.policy.settings.registration {
            Registration::Open { defaults, .. } if self.policy.jit_enabled => return Ok(defaults),
            Registration::Open { .. } => Note::JitNotEnabled,
            Registration::Closed { .. } => Note::RegistrationOff,
        };
        self.explanation.say(Entry::new(Topic::Registration, Rule::Registration).noting(Some(note)));
        Err(RefusalCode::RegistrationDisabled)
    }

    /// Rule `required_name`.
    fn required_name(&mut self, reading: &Reading<PersonName>) -> Result<PersonName, RefusalCode> {
        if let Value::Sent(name) = &reading.value {
            return Ok(name.clone());
        }
        self.explanation.say(reading.entry(Rule::RequiredName));
        Err(RefusalCode::MissingRequiredAttribute)
    }

    /// Rule `required_email`.
    fn required_email(&mut self, name_id: &NameId) -> Result<EmailAddress, RefusalCode> {
        let reading = &self.asserted.email;
        if let Value::Sent(address) = &reading.value {
            return Ok(address.clone());
        }
        let entry = reading.entry(Rule::RequiredEmail);
        let Some(address) = self.asserted.address() else {
            self.explanation.say(entry);
            return Err(RefusalCode::MissingEmail);
        };
        let entry = Entry { received: vec![name_id.to_string()], ..entry };
        self.explanation.say(entry.resulting(&address).noting_if_silent(Note::AddressFromNameId));
        Ok(address)
    }

    /// A store keeps a catalog from losing a default. Should one be lost all the same, it is refused, as a pair is.
    fn location_or_default(&mut self, defaults: &Defaults) -> Result<Option<LocationName>, RefusalCode> {
        const CODE: RefusalCode = RefusalCode::UnknownLocation;
        let reading = &self.asserted.location;
        let location = self.value_or_default(reading, defaults.location.as_ref(), CODE)?;
        match &location {
            Some(lost) if self.policy.catalog.location(lost.as_str()).is_none() => {
                self.explanation.say(reading.entry(Rule::DefaultValue).noting(Some(Note::NotInCatalog)));
                Err(CODE)
            }
            _ => Ok(location),
        }
    }

    /// Rules `mapped_attribute`, `default_value` and `invalid_value`.
    fn value_or_default<T: Clone + ToString>(
        &mut self,
        reading: &Reading<T>,
        default: Option<&T>,
        code: RefusalCode,
    ) -> Result<Option<T>, RefusalCode> {
        match &reading.value {
            Value::Sent(value) => Ok(Some(value.clone())),
            Value::Invalid(_) => {
                self.explanation.say(reading.entry(Rule::InvalidValue));
                Err(code)
            }
            Value::NotSent => {
                if reading.attribute.is_some() || default.is_some() {
                    let entry = reading.entry(Rule::DefaultValue);
                    let result = default.map(ToString::to_string);
                    self.explanation.say(Entry { result, ..entry });
                }
                Ok(default.cloned())
            }
        }
    }

    fn assignment_or_default(&mut self, defaults: &Defaults) -> Result<Assignment, RefusalCode> {
        const CODE: RefusalCode = RefusalCode::InvalidUserTypeOrRole;
        let asserted = self.asserted;
        let default = defaults.assignment.as_ref();
        let user_type = self.value_or_default(&asserted.user_type, default.map(|pair| &pair.user_type), CODE);
        let role = match (&asserted.user_type.value, &asserted.role.value) {
            (Value::Sent(user_type), Value::NotSent) => Ok(self.role_of_type(user_type, default)),
            _ => self.value_or_default(&asserted.role, default.map(|pair| &pair.role), CODE),
        };
        let pair = match (user_type?, role?) {
            (Some(user_type), Some(role)) => Assignment { user_type, role },
            (Some(_), None) => return self.refuse_pair(Rule::RoleOfType, Note::RoleMissing),
            (None, Some(_)) => return self.refuse_pair(Rule::PairInCatalog, Note::UserTypeMissing),
            (None, None) => return self.refuse_pair(Rule::PairInCatalog, Note::PairMissing),
        };
        self.must_be_grantable(pair)
    }

    /// Rule `role_of_type`.
    fn role_of_type(&mut self, user_type: &UserTypeKey, default: Option<&Assignment>) -> Option<RoleKey> {
        let user_type = self.policy.catalog.user_type(user_type.as_str())?;
        let default = default.and_then(|pair| user_type.role(pair.role.as_str()));
        let role = default.or_else(|| user_type.only_role()).map(|role| role.key.clone());
        let entry = self.asserted.role.entry(Rule::RoleOfType);
        self.explanation.say(Entry { result: role.as_ref().map(RoleKey::to_string), ..entry });
        role
    }

    /// Rules `pair_in_catalog` and `privileged_pair`.
    fn must_be_grantable(&mut self, pair: Assignment) -> Result<Assignment, RefusalCode> {
        match self.why_not_grantable(&pair) {
            Some(note @ Note::NotARoleOfTheType) => self.refuse_pair(Rule::PairInCatalog, note),
            Some(note) => self.refuse_pair(Rule::PrivilegedPair, note),
            None => {
                self.explanation.say(Entry::new(Topic::Assignments, Rule::PairInCatalog).resulting(&pair));
                Ok(pair)
            }
        }
    }

    fn refuse_pair(&mut self, rule: Rule, note: Note) -> Result<Assignment, RefusalCode> {
        self.explanation.say(Entry::new(Topic::Assignments, rule).noting(Some(note)));
        Err(RefusalCode::InvalidUserTypeOrRole)
    }
}

/// For a new user everything changes, from nothing.
fn everything_of(profile: &UserProfile) -> Vec<Change> {
    let fields = [
        (Topic::FirstName, Some(profile.first_name.to_string())),
        (Topic::LastName, Some(profile.last_name.to_string())),
        (Topic::Email, Some(profile.email.to_string())),
        (Topic::Location, profile.location.as_ref().map(LocationName::to_string)),
    ];
    let assignments = profile.assignments.iter().map(|(user_type, role)| {
        let pair = Assignment { user_type: user_type.clone(), role: role.clone() };
        (Topic::Assignments, Some(pair.to_string()))
    });
    fields
        .into_iter()
        .chain(assignments)
        .filter(|(_, after)| after.is_some())
        .map(|(field, after)| Change { field, before: None, after })
        .collect()
}
