//! Why a sign-in ended as it did, a field at a time.

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::messages::{ENGLISH, Messages as _};
use crate::refusal::RefusalCode;
use crate::rule::Rule;
use crate::text::AttributeName;
use crate::words::words;

words!(
    /// What an entry of an explanation is about, in the order in which an explanation is read.
    Topic {
        /// How the person was recognised.
        Identity = "identity",
        /// Whether a new user may be created.
        Registration = "registration",
        /// The first name.
        FirstName = "first_name",
        /// The last name.
        LastName = "last_name",
        /// The e-mail address.
        Email = "email",
        /// The location.
        Location = "location",
        /// The user type that was sent.
        UserType = "user_type",
        /// The role that was sent.
        Role = "role",
        /// The pair of user type and role.
        Assignments = "assignments",
    }
);

impl From<Field> for Topic {
    fn from(field: Field) -> Self {
        match field {
            Field::FirstName => Self::FirstName,
            Field::LastName => Self::LastName,
            Field::Email => Self::Email,
            Field::Location => Self::Location,
            Field::UserType => Self::UserType,
            Field::Role => Self::Role,
        }
    }
}

/// One line of an explanation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about.
    pub field: Topic,
    /// The rule that decided.
    pub rule: Rule,
    /// The attribute looked for, if the field is mapped.
    pub attribute: Option<AttributeName>,
    /// The values that arrived, each and all of them cut to a bound.
    pub received: Vec<String>,
    /// The one of them that the value translations turned into another value, cut to the same bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translated: Option<String>,
    /// The value that resulted, if one did.
    pub result: Option<String>,
    /// What else there is to know.
    pub note: Option<Note>,
}

/// The most received values that an entry keeps, and the most characters of each.
const MOST_RECEIVED: usize = 20;
const MOST_CHARACTERS: usize = 300;

/// As much of what arrived as an entry keeps.
pub(crate) fn kept(received: &[String]) -> Vec<String> {
    received.iter().take(MOST_RECEIVED).map(|value| cut(value)).collect()
}

/// As much of a value as an entry keeps.
pub(crate) fn cut(value: &str) -> String {
    let end = value.char_indices().nth(MOST_CHARACTERS).map_or(value.len(), |(end, _)| end);
    value[..end].to_owned()
}

impl Entry {
    /// An entry that says which rule decided, and nothing yet of attributes and results.
    #[must_use]
    pub fn new(field: Topic, rule: Rule) -> Self {
        Self {
            field,
            rule,
            attribute: None,
            received: Vec::new(),
            translated: None,
            result: None,
            note: None,
        }
    }

    /// The same entry with what arrived, cut to a bound.
    #[must_use]
    pub fn receiving(mut self, attribute: Option<&AttributeName>, received: &[String]) -> Self {
        self.attribute = attribute.cloned();
        self.received = kept(received);
        self
    }

    /// The same entry with a result.
    #[must_use]
    pub fn resulting(mut self, result: impl ToString) -> Self {
        self.result = Some(result.to_string());
        self
    }

    /// The same entry with a note, unless it has one already: that of an attribute that almost arrived explains more.
    #[must_use]
    pub fn noting_if_silent(mut self, note: Note) -> Self {
        self.note.get_or_insert(note);
        self
    }

    /// The same entry with a note, if there is one.
    #[must_use]
    pub fn noting(mut self, note: Option<Note>) -> Self {
        self.note = note;
        self
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({:?}: {})", self.field, self.rule)
    }
}

/// What else there is to know about a decision, in data; [`Display`](std::fmt::Display) says it in English.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, strum::EnumCount)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Note {
    /// More than one value is left, and nothing says which counts.
    MultipleValues {
        /// How many.
        count: usize,
    },
    /// The value is not in the catalog.
    NotInCatalog,
    /// The value is not in the catalog, and looks like an id where a name is wanted.
    LooksLikeAnId,
    /// The value does not fit its field.
    Unfit {
        /// In words: "must be at most 254 characters".
        reason: String,
    },
    /// An attribute arrived whose name is almost the mapped one.
    AttributeNearMiss {
        /// The name that arrived.
        arrived: String,
        /// In what the two differ.
        difference: NameDifference,
    },
    /// Another user has the address.
    AddressTaken,
    /// An identity that differs only in letter case or surrounding space exists.
    NameIdNearMiss,
    /// The role is no role of that user type.
    NotARoleOfTheType,
    /// A user type came without a role, and which of its roles is meant is not clear.
    RoleMissing,
    /// A role came without a user type.
    UserTypeMissing,
    /// Neither came, and there is no default.
    PairMissing,
    /// The type's only role counts as sent.
    OnlyRole,
    /// The pair is privileged, and the connection may not assign such.
    PrivilegedNotAllowed,
    /// The pair is privileged, and half of it was filled in.
    PrivilegedFilledIn,
    /// The connection does not allow automatic registration.
    RegistrationOff,
    /// The operator has not enabled just-in-time provisioning for the organization.
    JitNotEnabled,
    /// The NameID served as the address.
    AddressFromNameId,
    /// A link was mailed to the address of the user found.
    LinkMailed,
    /// The connection never links by address.
    LinkingOff,
    /// The differences are of letter case alone, so the stored address stays.
    LetterCaseOnly,
}

words!(
    /// In what an attribute name that arrived differs from the mapped one.
    NameDifference {
        /// Letter case.
        Case = "case",
        /// White space at an end.
        Space = "space",
        /// One is the object identifier or claim URI of the other's friendly name.
        Twin = "twin",
        /// The mapped name is the `FriendlyName` of the one that arrived.
        FriendlyName = "friendly_name",
    }
);

/// In English, as the catalogue has it.
impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&ENGLISH.note(self))
    }
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Note({self})")
    }
}

/// A profile field, or the assignments, before and after.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What changed.
    pub field: Topic,
    /// The value before; none for a new user.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change({:?})", self.field)
    }
}

/// Something that an administrator should look at although the person was signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The field whose value was not taken.
    pub field: Topic,
    /// The code with which the sign-in would have been refused.
    pub code: RefusalCode,
    /// What was wrong with it.
    pub note: Option<Note>,
}
