//! Settings as somebody wrote them down, and the rules by which they can be saved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Defaults, LinkByEmail, OnInvalidValue, OptionalField, Registration, Settings, Translation};
use crate::catalog::{Assignment, Catalog};
use crate::email::{EmailAddress, EmailDomain};
use crate::field::Field;
use crate::problem::{Problem, Problems};
use crate::rule::Rule;
use crate::text::{AttributeName, LocationName, PersonName};

/// Provisioning settings, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsDraft {
    /// Whether a first sign-in creates a user.
    pub allow_automatic_registration: bool,
    /// Whether a created user gets no welcome mail.
    pub suppress_welcome_emails: bool,
    /// What new users get where nothing was sent.
    pub defaults: DefaultsDraft,
    /// The attribute of each mapped field.
    pub attribute_mapping: BTreeMap<Field, String>,
    /// What received values mean, by field.
    pub value_translations: BTreeMap<Field, Vec<TranslationDraft>>,
    /// What becomes of a person whose address a user has already.
    pub link_by_email: LinkByEmail,
    /// The domains that an asserted address may be in.
    pub email_domains: Vec<String>,
    /// What an invalid value does to an existing user's sign-in.
    pub on_invalid_value: OnInvalidValue,
    /// Whether this identity provider may assign privileged roles.
    pub allow_privileged_assignments: bool,
}

/// Defaults, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultsDraft {
    /// A user type's key.
    pub user_type: Option<String>,
    /// A role's key.
    pub role: Option<String>,
    /// A location's name.
    pub location: Option<String>,
}

/// A translation, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranslationDraft {
    /// As the identity provider sends it.
    pub received: String,
    /// The value in its place.
    pub value: String,
}

/// Settings that can be saved, and what is odd about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSettings {
    /// The settings.
    pub settings: Settings,
    /// What saves all the same, but has not the effect that one might expect.
    pub warnings: Vec<Problem>,
}

/// The most translations of a field, and the most domains.
pub const MOST_ENTRIES: usize = 1_000;

impl SettingsDraft {
    /// The settings that the draft describes, for an organization with this catalog.
    ///
    /// ```
    /// use vestibule_domain::catalog::Catalog;
    /// use vestibule_domain::field::Field;
    /// use vestibule_domain::settings::SettingsDraft;
    ///
    /// let mut draft = SettingsDraft { allow_automatic_registration: true, ..SettingsDraft::default() };
    /// draft.attribute_mapping.insert(Field::FirstName, "FirstName".to_owned());
    ///
    /// let problems = draft.parse(&Catalog::default(), true).unwrap_err();
    /// let faults: Vec<_> = problems.0.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
    /// assert_eq!(
    ///     faults,
    ///     [
    ///         ("/defaults/user_type", "save_requires_pair"),
    ///         ("/attribute_mapping/last_name", "save_requires_names"),
    ///     ]
    /// );
    ///
    /// draft.allow_automatic_registration = false;
    /// let saved = draft.parse(&Catalog::default(), true)?;
    /// assert_eq!(saved.warnings[0].code, "save_email_unmapped");
    /// # Ok::<(), vestibule_domain::problem::Problems>(())
    /// ```
    ///
    /// # Errors
    /// All faults at once, each with the pointer of its field and the name of the rule as its code.
    pub fn parse(&self, catalog: &Catalog, jit_enabled: bool) -> Result<SavedSettings, Problems> {
        let mut problems = Problems::default();
        if self.allow_automatic_registration && !jit_enabled {
            problems.add(
                "/allow_automatic_registration",
                Rule::SaveJitNotEnabled.as_str(),
                "just-in-time provisioning is not enabled for this organization",
            );
        }
        let mut names = self.attributes(&mut problems);
        let defaults = self.defaults.parse(catalog, &mut problems);
        self.check_pair_source(&mut problems);
        let translations = self.translations(catalog, &mut problems);
        let email_domains = self.email_domains(&mut problems);

        let registration = self.registration(
            names.remove(&Field::FirstName),
            names.remove(&Field::LastName),
            defaults,
            &mut problems,
        );
        let optional = [
            (OptionalField::Email, Field::Email),
            (OptionalField::Location, Field::Location),
            (OptionalField::UserType, Field::UserType),
            (OptionalField::Role, Field::Role),
        ]
        .into_iter()
        .filter_map(|(optional, field)| names.remove(&field).map(|name| (optional, name)))
        .collect();
        let warnings = self.warnings();
        match registration {
            None => Err(problems),
            Some(registration) => problems.into_result(SavedSettings {
                settings: Settings {
                    registration,
                    suppress_welcome_emails: self.suppress_welcome_emails,
                    optional,
                    translations,
                    link_by_email: self.link_by_email,
                    email_domains,
                    on_invalid_value: self.on_invalid_value,
                    allow_privileged_assignments: self.allow_privileged_assignments,
                },
                warnings,
            }),
        }
    }

    /// `save_attribute_name`
    fn attributes(&self, problems: &mut Problems) -> BTreeMap<Field, AttributeName> {
        let rule = Rule::SaveAttributeName.as_str();
        self.attribute_mapping
            .iter()
            .filter_map(|(field, name)| {
                let at = format!("/attribute_mapping/{field}");
                problems.text_as(&at, rule, AttributeName::parse(name)).map(|name| (*field, name))
            })
            .collect()
    }

    /// `save_requires_names`
    fn registration(
        &self,
        first_name: Option<AttributeName>,
        last_name: Option<AttributeName>,
        defaults: Defaults,
        problems: &mut Problems,
    ) -> Option<Registration> {
        if !self.allow_automatic_registration {
            return Some(Registration::Closed { first_name, last_name, inert_defaults: defaults });
        }
        for field in [Field::FirstName, Field::LastName] {
            if !self.attribute_mapping.contains_key(&field) {
                problems.add(
                    format!("/attribute_mapping/{field}"),
                    Rule::SaveRequiresNames.as_str(),
                    "must be mapped while automatic registration is allowed",
                );
            }
        }
        Some(Registration::Open { first_name: first_name?, last_name: last_name?, defaults })
    }

    /// `save_requires_pair`
    fn check_pair_source(&self, problems: &mut Problems) {
        let defaulted = self.defaults.user_type.is_some() && self.defaults.role.is_some();
        let mapped =
            [Field::UserType, Field::Role].iter().all(|field| self.attribute_mapping.contains_key(field));
        if self.allow_automatic_registration && !defaulted && !mapped {
            problems.add(
                "/defaults/user_type",
                Rule::SaveRequiresPair.as_str(),
                "while automatic registration is allowed, set a default user type and role, or map both",
            );
        }
    }

    /// `save_translation_target`
    fn translations(&self, catalog: &Catalog, problems: &mut Problems) -> BTreeMap<Field, Vec<Translation>> {
        let mut translations = BTreeMap::new();
        for (field, drafts) in &self.value_translations {
            let at = format!("/value_translations/{field}");
            problems.at_most(MOST_ENTRIES, drafts.len(), &at);
            let mut seen = std::collections::BTreeSet::new();
            let mut parsed = Vec::new();
            for (index, draft) in drafts.iter().enumerate() {
                let received = draft.received.trim();
                // No XML document has a NUL, so none can arrive; and PostgreSQL keeps none.
                if received.is_empty() || received.chars().count() > 1_024 || received.contains('\0') {
                    problems.add(
                        format!("{at}/{index}/received"),
                        "invalid",
                        "must be 1 to 1024 characters, without NUL",
                    );
                }
                problems.unique(&mut seen, received, &format!("{at}/{index}/received"));
                if !is_valid_value(*field, &draft.value, catalog) {
                    problems.add(
                        format!("{at}/{index}/value"),
                        Rule::SaveTranslationTarget.as_str(),
                        format!("{:?} is not a valid {}", draft.value, field.as_str().replace('_', " ")),
                    );
                }
                parsed.push(Translation { received: received.to_owned(), value: draft.value.clone() });
            }
            if !parsed.is_empty() {
                translations.insert(*field, parsed);
            }
        }
        translations
    }

    fn email_domains(&self, problems: &mut Problems) -> Vec<EmailDomain> {
        problems.at_most(MOST_ENTRIES, self.email_domains.len(), "/email_domains");
        self.email_domains
            .iter()
            .enumerate()
            .filter_map(|(index, domain)| {
                let domain = EmailDomain::parse(domain.trim().to_ascii_lowercase());
                problems.text(&format!("/email_domains/{index}"), domain)
            })
            .collect()
    }

    /// `save_inert_defaults`, `save_email_unmapped`
    fn warnings(&self) -> Vec<Problem> {
        let mut warnings = Problems::default();
        if !self.allow_automatic_registration && self.defaults != DefaultsDraft::default() {
            warnings.add(
                "/defaults",
                Rule::SaveInertDefaults.as_str(),
                "defaults have no effect while automatic registration is not allowed",
            );
        }
        if !self.attribute_mapping.contains_key(&Field::Email) {
            warnings.add(
                "/attribute_mapping/email",
                Rule::SaveEmailUnmapped.as_str(),
                "without it a new user's e-mail address is the NameID, and an existing user's never changes",
            );
        }
        warnings.0
    }
}

impl DefaultsDraft {
    /// `save_default_pair`
    fn parse(&self, catalog: &Catalog, problems: &mut Problems) -> Defaults {
        let rule = Rule::SaveDefaultPair.as_str();
        let assignment = match (&self.user_type, &self.role) {
            (None, None) => None,
            (Some(_), None) => {
                problems.add("/defaults/role", rule, "a default user type needs a default role");
                None
            }
            (None, Some(_)) => {
                problems.add("/defaults/user_type", rule, "a default role needs a default user type");
                None
            }
            (Some(user_type), Some(role)) => default_pair(user_type, role, catalog, problems),
        };
        let location = self.location.as_ref().and_then(|name| {
            let location = catalog.location(name).cloned();
            if location.is_none() {
                problems.add(
                    "/defaults/location",
                    rule,
                    format!("{name:?} is not a location of this organization"),
                );
            }
            location
        });
        Defaults { assignment, location }
    }
}

fn default_pair(
    user_type: &str,
    role: &str,
    catalog: &Catalog,
    problems: &mut Problems,
) -> Option<Assignment> {
    let rule = Rule::SaveDefaultPair.as_str();
    let Some(user_type) = catalog.user_type(user_type) else {
        problems.add(
            "/defaults/user_type",
            rule,
            format!("{user_type:?} is not a user type of this organization"),
        );
        return None;
    };
    match user_type.role(role) {
        Some(role) if !role.privileged => {
            return Some(Assignment { user_type: user_type.key.clone(), role: role.key.clone() });
        }
        Some(_) => problems.add("/defaults/role", rule, "a privileged role cannot be a default"),
        None => problems.add("/defaults/role", rule, format!("{role:?} is not a role of that user type")),
    }
    None
}

fn is_valid_value(field: Field, value: &str, catalog: &Catalog) -> bool {
    match field {
        Field::FirstName | Field::LastName => PersonName::parse(value).is_ok(),
        Field::Email => EmailAddress::parse(value).is_ok(),
        Field::Location => catalog.location(value).is_some(),
        Field::UserType => catalog.user_type(value).is_some(),
        Field::Role => catalog.role_key(value).is_some(),
    }
}

impl From<&Settings> for SettingsDraft {
    fn from(settings: &Settings) -> Self {
        let defaults = settings.registration.defaults();
        let pair = defaults.assignment.as_ref();
        Self {
            allow_automatic_registration: settings.registration.is_open(),
            suppress_welcome_emails: settings.suppress_welcome_emails,
            defaults: DefaultsDraft {
                user_type: pair.map(|pair| pair.user_type.to_string()),
                role: pair.map(|pair| pair.role.to_string()),
                location: defaults.location.as_ref().map(LocationName::to_string),
            },
            attribute_mapping: Field::ALL
                .iter()
                .filter_map(|field| settings.attribute(*field).map(|name| (*field, name.to_string())))
                .collect(),
            value_translations: settings
                .translations
                .iter()
                .map(|(field, translations)| {
                    let drafts = translations
                        .iter()
                        .map(|t| TranslationDraft { received: t.received.clone(), value: t.value.clone() })
                        .collect();
                    (*field, drafts)
                })
                .collect(),
            link_by_email: settings.link_by_email,
            email_domains: settings.email_domains.iter().map(EmailDomain::to_string).collect(),
            on_invalid_value: settings.on_invalid_value,
            allow_privileged_assignments: settings.allow_privileged_assignments,
        }
    }
}
