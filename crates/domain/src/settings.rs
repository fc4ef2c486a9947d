//! What a sign-in through a connection makes of a person: the provisioning settings.

mod draft;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use draft::{DefaultsDraft, MOST_ENTRIES, SavedSettings, SettingsDraft, TranslationDraft};

use crate::catalog::{Assignment, Catalog, CatalogValue, InUse};
use crate::email::EmailDomain;
use crate::field::Field;
use crate::text::{AttributeName, ConnectionKey, LocationName};
use crate::words::words;

/// The provisioning settings of a connection. Made from a [`SettingsDraft`] that has no fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether a first sign-in creates a user, and what it needs to.
    pub registration: Registration,
    /// Whether a created user gets no welcome mail.
    pub suppress_welcome_emails: bool,
    /// The attributes of the fields that any sign-in may leave out.
    pub optional: BTreeMap<OptionalField, AttributeName>,
    /// What received values mean, by field, in the administrator's order of priority.
    pub translations: BTreeMap<Field, Vec<Translation>>,
    /// What becomes of a person whose address a user has already.
    pub link_by_email: LinkByEmail,
    /// The domains that an asserted address may be in; any, where the list is empty.
    pub email_domains: Vec<EmailDomain>,
    /// What an invalid value does to an existing user's sign-in.
    pub on_invalid_value: OnInvalidValue,
    /// Whether this identity provider may assign privileged roles.
    pub allow_privileged_assignments: bool,
}

/// "Allow automatic registration during SSO".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Registration {
    /// Only existing users sign in; mapped names update them.
    Closed {
        /// The attribute of the first name, if it is to be updated.
        first_name: Option<AttributeName>,
        /// The attribute of the last name, if it is to be updated.
        last_name: Option<AttributeName>,
        /// Filled in, and without effect while registration is closed.
        inert_defaults: Defaults,
    },
    /// The first sign-in creates the user.
    Open {
        /// The attribute of the first name.
        first_name: AttributeName,
        /// The attribute of the last name.
        last_name: AttributeName,
        /// What a new user gets where nothing was sent.
        defaults: Defaults,
    },
}

impl Registration {
    /// Whether a first sign-in creates a user.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// The defaults, with or without effect.
    #[must_use]
    pub fn defaults(&self) -> &Defaults {
        match self {
            Self::Closed { inert_defaults, .. } => inert_defaults,
            Self::Open { defaults, .. } => defaults,
        }
    }
}

/// What new users get where nothing was sent. They never touch an existing user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// The user type and its role.
    pub assignment: Option<Assignment>,
    /// The location.
    pub location: Option<LocationName>,
}

impl Defaults {
    /// Those that would not be valid with another catalog, each with the key of the connection whose defaults these are.
    #[must_use]
    pub fn lost_by(&self, catalog: &Catalog, connection: &ConnectionKey) -> Vec<InUse> {
        let pair =
            self.assignment.as_ref().filter(|pair| catalog.role_of(pair).is_none_or(|role| role.privileged));
        let location =
            self.location.as_ref().filter(|location| catalog.location(location.as_str()).is_none());
        let values = pair
            .cloned()
            .map(CatalogValue::Pair)
            .into_iter()
            .chain(location.cloned().map(CatalogValue::Location));
        values.map(|value| InUse::by_default_of(connection, value)).collect()
    }
}

words!(
    /// The fields whose mapping no setting requires.
    OptionalField {
        /// The e-mail address.
        Email = "email",
        /// The location.
        Location = "location",
        /// The user type.
        UserType = "user_type",
        /// The role.
        Role = "role",
    }
);

/// What a received value means here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// As the identity provider sends it, exactly.
    pub received: String,
    /// The value in its place.
    pub value: String,
}

words!(
    /// What becomes of a first sign-in with the address of a user who has no identity on the connection.
    LinkByEmail {
        /// A mail to that address asks; opening its link binds the identity.
        Verify = "verify",
        /// Bound at once when the address is in one of the connection's domains; otherwise as `Verify`.
        TrustedDomains = "trusted_domains",
        /// Refused.
        Never = "never",
    }
);

words!(
    /// What an invalid value does to an existing user's sign-in.
    OnInvalidValue {
        /// Refuses the sign-in.
        Refuse = "refuse",
        /// Leaves the field as it is, with a warning.
        KeepCurrent = "keep_current",
    }
);

#[expect(clippy::derivable_impls, reason = "the enumeration is made by a macro")]
impl Default for LinkByEmail {
    fn default() -> Self {
        Self::Verify
    }
}

#[expect(clippy::derivable_impls, reason = "the enumeration is made by a macro")]
impl Default for OnInvalidValue {
    fn default() -> Self {
        Self::Refuse
    }
}

impl Settings {
    /// The attribute that a field is read from, if it is mapped.
    #[must_use]
    pub fn attribute(&self, field: Field) -> Option<&AttributeName> {
        let optional = match (field, &self.registration) {
            (Field::FirstName, Registration::Open { first_name, .. }) => return Some(first_name),
            (Field::LastName, Registration::Open { last_name, .. }) => return Some(last_name),
            (Field::FirstName, Registration::Closed { first_name, .. }) => return first_name.as_ref(),
            (Field::LastName, Registration::Closed { last_name, .. }) => return last_name.as_ref(),
            (Field::Email, _) => OptionalField::Email,
            (Field::Location, _) => OptionalField::Location,
            (Field::UserType, _) => OptionalField::UserType,
            (Field::Role, _) => OptionalField::Role,
        };
        self.optional.get(&optional)
    }

    /// The translations of a field, in order of priority; none where it has none.
    #[must_use]
    pub fn translations(&self, field: Field) -> &[Translation] {
        self.translations.get(&field).map_or(&[], Vec::as_slice)
    }
}

impl Default for Settings {
    /// Nobody is created, nothing is updated: what a new connection has.
    fn default() -> Self {
        Self {
            registration: Registration::Closed {
                first_name: None,
                last_name: None,
                inert_defaults: Defaults::default(),
            },
            suppress_welcome_emails: false,
            optional: BTreeMap::new(),
            translations: BTreeMap::new(),
            link_by_email: LinkByEmail::default(),
            email_domains: Vec::new(),
            on_invalid_value: OnInvalidValue::default(),
            allow_privileged_assignments: false,
        }
    }
}
