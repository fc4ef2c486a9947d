//! Reading the attributes of a profile by the settings' mapping: what each field was sent as.

mod near_miss;

use std::collections::HashSet;

use crate::catalog::Catalog;
use crate::email::EmailAddress;
use crate::explanation::{Entry, Note, cut, kept};
use crate::field::Field;
use crate::name_id::NameId;
use crate::profile::Profile;
use crate::rule::Rule;
use crate::settings::{Settings, Translation};
use crate::text::{AttributeName, LocationName, PersonName, RoleKey, TextError, UserTypeKey};

/// What an assertion says of each field, parsed.
#[derive(Debug, Clone)]
pub struct Asserted {
    /// The NameID, or why nobody can be recognised by it.
    pub name_id: Result<NameId, TextError>,
    /// The NameID as it arrived.
    pub raw_name_id: String,
    /// The first name.
    pub first_name: Reading<PersonName>,
    /// The last name.
    pub last_name: Reading<PersonName>,
    /// The e-mail address of the mapped attribute alone.
    pub email: Reading<EmailAddress>,
    /// The location.
    pub location: Reading<LocationName>,
    /// The user type.
    pub user_type: Reading<UserTypeKey>,
    /// The role.
    pub role: Reading<RoleKey>,
}

/// How one field was read.
#[derive(Debug, Clone)]
pub struct Reading<T> {
    /// Which field.
    pub field: Field,
    /// The attribute looked for, if the field is mapped.
    pub attribute: Option<AttributeName>,
    /// What arrived under that name, as it arrived, each and all of it cut to a bound.
    pub received: Vec<String>,
    /// The one of them that the value translations turned into another value.
    pub translated: Option<String>,
    /// What it says.
    pub value: Value<T>,
    /// An attribute that arrived under almost that name.
    pub near_miss: Option<Note>,
}

/// What a field was sent as.
#[derive(Debug, Clone)]
pub enum Value<T> {
    /// Not mapped, absent, or empty.
    NotSent,
    /// One valid value.
    Sent(T),
    /// Something that is not valid for the field.
    Invalid(Note),
}

impl Asserted {
    /// Reads all fields.
    #[must_use]
    pub fn read(profile: &Profile, settings: &Settings, catalog: &Catalog) -> Self {
        Self {
            name_id: profile.name_id(),
            raw_name_id: profile.name_id.clone(),
            first_name: read(profile, settings, Field::FirstName, |text| parsed(PersonName::parse(text))),
            last_name: read(profile, settings, Field::LastName, |text| parsed(PersonName::parse(text))),
            email: read(profile, settings, Field::Email, |text| parsed(EmailAddress::parse(text))),
            location: read(profile, settings, Field::Location, |text| {
                catalog.location(text).cloned().ok_or_else(|| {
                    if text.bytes().all(|b| b.is_ascii_digit()) {
                        Note::LooksLikeAnId
                    } else {
                        Note::NotInCatalog
                    }
                })
            }),
            user_type: read(profile, settings, Field::UserType, |text| {
                catalog.user_type(text).map(|user_type| user_type.key.clone()).ok_or(Note::NotInCatalog)
            }),
            role: read(profile, settings, Field::Role, |text| {
                catalog.role_key(text).cloned().ok_or(Note::NotInCatalog)
            }),
        }
    }

    /// The address that the assertion vouches for: the mapped attribute's or, where none was sent, the NameID
    /// if it is one.
    #[must_use]
    pub fn address(&self) -> Option<EmailAddress> {
        match &self.email.value {
            Value::Sent(address) => Some(address.clone()),
            Value::Invalid(_) => None,
            Value::NotSent => {
                self.name_id.as_ref().ok().and_then(|name_id| EmailAddress::parse(name_id.as_str()).ok())
            }
        }
    }

    /// Whether user type and role both arrived, with nothing filled in.
    #[must_use]
    pub fn both_halves_sent(&self) -> bool {
        matches!((&self.user_type.value, &self.role.value), (Value::Sent(_), Value::Sent(_)))
    }

    /// An entry for each mapped field that says what arrived, before any rule has looked at it.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        [
            self.first_name.entry_if_mapped(),
            self.last_name.entry_if_mapped(),
            self.email.entry_if_mapped(),
            self.location.entry_if_mapped(),
            self.user_type.entry_if_mapped(),
            self.role.entry_if_mapped(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl<T: ToString> Reading<T> {
    /// An entry with what arrived, decided by `rule`.
    #[must_use]
    pub fn entry(&self, rule: Rule) -> Entry {
        let note = match &self.value {
            Value::Invalid(note) => Some(note.clone()),
            Value::NotSent => self.near_miss.clone(),
            Value::Sent(_) => None,
        };
        let entry = Entry { translated: self.translated.clone(), ..Entry::new(self.field.into(), rule) };
        entry.receiving(self.attribute.as_ref(), &self.received).noting(note)
    }

    fn entry_if_mapped(&self) -> Option<Entry> {
        self.attribute.as_ref().map(|_| match &self.value {
            Value::Sent(value) => self.entry(Rule::MappedAttribute).resulting(value.to_string()),
            Value::NotSent => self.entry(Rule::KeepCurrent),
            Value::Invalid(_) => self.entry(Rule::InvalidValue),
        })
    }
}

fn parsed<T>(result: Result<T, TextError>) -> Result<T, Note> {
    result.map_err(|error| Note::Unfit { reason: error.to_string() })
}

fn read<T>(
    profile: &Profile,
    settings: &Settings,
    field: Field,
    parse: impl Fn(&str) -> Result<T, Note>,
) -> Reading<T> {
    let Some(attribute) = settings.attribute(field) else {
        return Reading {
            field,
            attribute: None,
            received: Vec::new(),
            translated: None,
            value: Value::NotSent,
            near_miss: None,
        };
    };
    let received = profile.attributes.get(attribute.as_str()).map_or(&[][..], Vec::as_slice);
    let meant = one_value(received, settings.translations(field));
    let translated = match &meant {
        Ok(Some(Meant { translated_from: Some(from), .. })) => Some(cut(from)),
        _ => None,
    };
    let value = match meant {
        Ok(None) => Value::NotSent,
        Ok(Some(meant)) => parse(meant.value).map_or_else(Value::Invalid, Value::Sent),
        Err(note) => Value::Invalid(note),
    };
    let near_miss = match value {
        Value::NotSent => near_miss::find(attribute, profile),
        _ => None,
    };
    Reading {
        field,
        attribute: Some(attribute.clone()),
        received: kept(received),
        translated,
        value,
        near_miss,
    }
}

/// A value that is meant.
struct Meant<'a> {
    value: &'a str,
    /// What arrived in its place.
    translated_from: Option<&'a str>,
}

/// The one value that is meant: trimmed, translated, without empty ones and repetitions.
///
/// The table's order is the administrator's priority, so of several values the first that the table names wins, and
/// those that it does not name (a list of groups has many) count only while it names none.
fn one_value<'a>(received: &'a [String], translations: &'a [Translation]) -> Result<Option<Meant<'a>>, Note> {
    // A person may be in hundreds of groups, so that looking each up among the others would take long.
    let values: HashSet<&str> =
        received.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    if let Some(one) = translations.iter().find(|one| values.contains(one.received.as_str())) {
        // A table may name a value that stays, to prefer it to others.
        let translated_from = (one.received != one.value).then_some(one.received.as_str());
        return Ok(Some(Meant { value: &one.value, translated_from }));
    }
    match values.len() {
        0 | 1 => Ok(values.into_iter().next().map(|value| Meant { value, translated_from: None })),
        count => Err(Note::MultipleValues { count }),
    }
}
