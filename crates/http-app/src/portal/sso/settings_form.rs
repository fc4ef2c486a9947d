//! The provisioning settings as a form.

use vestibule_domain::catalog::Catalog;
use vestibule_domain::field::Field;
use vestibule_domain::ids::Version;
use vestibule_domain::problem::Problems;
use vestibule_domain::settings::{LinkByEmail, OnInvalidValue, SettingsDraft, TranslationDraft};

use crate::portal::form::{Form, in_lines};
use crate::portal::frame::Choice;

/// How many empty lines a table of translations has for new ones.
const NEW_TRANSLATIONS: usize = 2;

/// What the settings can be chosen from.
pub(crate) struct Choices {
    pub(crate) user_types: Vec<Choice>,
    pub(crate) roles: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) link_by_email: Vec<Choice>,
    pub(crate) on_invalid_value: Vec<Choice>,
}

impl Choices {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let types = catalog.user_types().iter();
        let roles = catalog.user_types().iter().flat_map(|user_type| {
            let roles = user_type.roles.iter().filter(|role| !role.privileged);
            roles.map(|role| Choice {
                value: role.key.to_string(),
                text: format!("{} ({})", role.name, user_type.name),
                of: Some(user_type.key.to_string()),
            })
        });
        Self {
            user_types: Choice::none_or(
                "None",
                types.map(|one| Choice::new(one.key.as_str(), one.name.as_str())),
            ),
            roles: Choice::none_or("None", roles),
            locations: Choice::none_or("None", catalog.locations().iter().map(Choice::from)),
            link_by_email: LinkByEmail::ALL
                .iter()
                .map(|word| Choice::new(word.as_str(), link(*word)))
                .collect(),
            on_invalid_value: OnInvalidValue::ALL
                .iter()
                .map(|word| Choice::new(word.as_str(), invalid(*word)))
                .collect(),
        }
    }
}

/// What is done with an address of a user, in words.
pub(super) fn link(word: LinkByEmail) -> &'static str {
    match word {
        LinkByEmail::Verify => "Ask by a mail to that address, and link when its link is opened",
        LinkByEmail::TrustedDomains => "Link at once in the e-mail domains below, otherwise ask by mail",
        LinkByEmail::Never => "Never link: refuse the sign-in",
    }
}

/// What is done with a value that is not valid, in words.
pub(super) fn invalid(word: OnInvalidValue) -> &'static str {
    match word {
        OnInvalidValue::Refuse => "Refuse the sign-in",
        OnInvalidValue::KeepCurrent => "Let the person in and keep the value they have, with a warning",
    }
}

/// A field that can be mapped.
pub(crate) struct Mappable {
    pub(crate) name: String,
    pub(crate) label: &'static str,
    /// Whether it must be mapped while registration is allowed.
    pub(crate) required: bool,
    /// Names of the fields of its translations.
    pub(crate) translations: Vec<TranslationFields>,
}

/// The names of the two fields of a translation.
pub(crate) struct TranslationFields {
    pub(crate) received: String,
    pub(crate) value: String,
}

/// All fields that can be mapped, with as many translations as the form has, and some empty ones.
pub(crate) fn mappable(form: &Form) -> Vec<Mappable> {
    let of = |field: &Field| {
        let filled = (0..rows(form, *field)).filter(|index| !is_blank(form, *field, *index)).count();
        Mappable {
            name: format!("attribute_mapping/{field}"),
            label: label(*field),
            required: matches!(field, Field::FirstName | Field::LastName),
            translations: (0..filled + NEW_TRANSLATIONS).map(|index| fields(*field, index)).collect(),
        }
    };
    Field::ALL.iter().map(of).collect()
}

pub(crate) fn label(field: Field) -> &'static str {
    match field {
        Field::FirstName => "First Name",
        Field::LastName => "Last Name",
        Field::Email => "Email",
        Field::Location => "Location",
        Field::UserType => "User Type",
        Field::Role => "Role",
    }
}

fn fields(field: Field, index: usize) -> TranslationFields {
    let at = format!("value_translations/{field}/{index}");
    TranslationFields { received: format!("{at}/received"), value: format!("{at}/value") }
}

fn is_blank(form: &Form, field: Field, index: usize) -> bool {
    let fields = fields(field, index);
    form.text(&fields.received).trim().is_empty() && form.text(&fields.value).trim().is_empty()
}

/// The form with what was typed, empty lines left out.
pub(crate) fn refilled(form: &Form, draft: &SettingsDraft, version: Version) -> Form {
    let mut kept = filled(draft);
    kept.open_at(version);
    for name in ["try/name_id", "try/attributes", "try/saml_response", "try/sign_in_id"] {
        kept.set(name, form.text(name));
    }
    kept
}

/// The form with its faults.
pub(crate) fn faulty(form: Form, problems: Problems) -> Form {
    form.with(in_lines(problems, "/email_domains"))
}

/// The form that would save this draft.
pub(crate) fn filled(draft: &SettingsDraft) -> Form {
    let mut form = Form::default();
    form.check("allow_automatic_registration", draft.allow_automatic_registration);
    form.check("suppress_welcome_emails", draft.suppress_welcome_emails);
    form.check("allow_privileged_assignments", draft.allow_privileged_assignments);
    form.set("defaults/user_type", draft.defaults.user_type.as_deref().unwrap_or_default());
    form.set("defaults/role", draft.defaults.role.as_deref().unwrap_or_default());
    form.set("defaults/location", draft.defaults.location.as_deref().unwrap_or_default());
    for (field, name) in &draft.attribute_mapping {
        form.set(format!("attribute_mapping/{field}"), name.as_str());
    }
    for (field, table) in &draft.value_translations {
        for (index, translation) in table.iter().enumerate() {
            let fields = fields(*field, index);
            form.set(fields.received, translation.received.as_str());
            form.set(fields.value, translation.value.as_str());
        }
    }
    form.set("link_by_email", draft.link_by_email.as_str());
    form.set("on_invalid_value", draft.on_invalid_value.as_str());
    form.set("email_domains", draft.email_domains.join("\n"));
    form
}

/// What a form asks to save. Empty lines of translations are left out: whoever shows the draft again fills a form with it anew.
///
/// # Errors
/// A choice that nobody offered.
pub(crate) fn draft(form: &Form) -> Result<SettingsDraft, Problems> {
    let mut problems = Problems::default();
    let mut draft = SettingsDraft {
        allow_automatic_registration: form.is_checked("allow_automatic_registration"),
        suppress_welcome_emails: form.is_checked("suppress_welcome_emails"),
        allow_privileged_assignments: form.is_checked("allow_privileged_assignments"),
        email_domains: form.lines("email_domains").map(ToOwned::to_owned).collect(),
        ..SettingsDraft::default()
    };
    match LinkByEmail::from_word(form.text("link_by_email")) {
        Some(word) => draft.link_by_email = word,
        None => problems.add("/link_by_email", "invalid", "choose one of these"),
    }
    match OnInvalidValue::from_word(form.text("on_invalid_value")) {
        Some(word) => draft.on_invalid_value = word,
        None => problems.add("/on_invalid_value", "invalid", "choose one of these"),
    }
    draft.defaults.user_type = form.optional("defaults/user_type");
    draft.defaults.role = form.optional("defaults/role");
    draft.defaults.location = form.optional("defaults/location");
    for field in Field::ALL {
        let name = form.optional(&format!("attribute_mapping/{field}"));
        draft.attribute_mapping.extend(name.map(|name| (*field, name)));
        let table: Vec<_> = (0..rows(form, *field))
            .filter(|index| !is_blank(form, *field, *index))
            .map(|index| translation(form, *field, index))
            .collect();
        if !table.is_empty() {
            draft.value_translations.insert(*field, table);
        }
    }
    problems.into_result(draft)
}

/// How many lines of translations a form has.
fn rows(form: &Form, field: Field) -> usize {
    form.lines_of(&format!("value_translations/{field}"), "received")
}

fn translation(form: &Form, field: Field, index: usize) -> TranslationDraft {
    let fields = fields(field, index);
    TranslationDraft {
        received: form.text(&fields.received).to_owned(),
        value: form.text(&fields.value).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_saves_what_it_was_filled_with() {
        let mut before = SettingsDraft { allow_automatic_registration: true, ..SettingsDraft::default() };
        before.attribute_mapping.insert(Field::FirstName, "FirstName".to_owned());
        before.email_domains = vec!["acme.example".to_owned(), "acme.test".to_owned()];
        before.link_by_email = LinkByEmail::TrustedDomains;
        let entry =
            |received: &str| TranslationDraft { received: received.to_owned(), value: "learner".to_owned() };
        before.value_translations.insert(Field::Role, vec![entry("Staff"), entry("Eng")]);
        assert_eq!(draft(&filled(&before)).unwrap(), before);
    }

    #[test]
    fn empty_lines_between_translations_are_left_out() {
        let mut form = filled(&SettingsDraft::default());
        for (index, received) in ["", "Staff"].into_iter().enumerate() {
            let fields = fields(Field::Role, index);
            form.set(fields.received, received);
            form.set(fields.value, if received.is_empty() { "" } else { "learner" });
        }
        let draft = draft(&form).unwrap();
        assert_eq!(draft.value_translations[&Field::Role][0].received, "Staff");
    }

    #[test]
    fn a_choice_that_nobody_offered_is_a_fault() {
        let mut form = filled(&SettingsDraft::default());
        form.set("link_by_email", "always");
        assert_eq!(draft(&form).unwrap_err().0[0].pointer, "/link_by_email");
    }
}
