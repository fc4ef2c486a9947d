//! The provisioning settings of a connection.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use vestibule_domain::field::Field;
use vestibule_domain::problem::Problem as Finding;
use vestibule_domain::rule::Rule;
use vestibule_domain::settings::{
    LinkByEmail, MOST_ENTRIES, OnInvalidValue, Settings, SettingsDraft, TranslationDraft,
};
use vestibule_domain::usecase::{AdminError, SaveSettings};

use super::body::Body;
use super::caller::OnConnection;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use super::object::Object;
use crate::openapi::{Routes, Word, texts};
use crate::problem::{Fault, Problem};
use crate::state::AppState;

/// Provisioning settings, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProvisioningSettings")]
struct SettingsShape {
    /// Whether a first sign-in creates a user.
    allow_automatic_registration: bool,
    /// Whether a created user gets no welcome mail.
    suppress_welcome_emails: bool,
    /// What a new user gets where nothing was sent.
    defaults: DefaultsShape,
    /// The attribute of each field; null: not mapped.
    attribute_mapping: MappingShape,
    /// What received values mean, by field; the order is the priority.
    value_translations: TranslationsShape,
    /// What becomes of a person whose address a user has already.
    #[schemars(with = "Word<LinkByEmail>")]
    link_by_email: LinkByEmail,
    /// The domains that an address may be in; none: all.
    email_domains: Vec<String>,
    /// What an invalid value does to the sign-in of a user who exists.
    #[schemars(with = "Word<OnInvalidValue>")]
    on_invalid_value: OnInvalidValue,
    /// Whether this identity provider may assign privileged roles.
    allow_privileged_assignments: bool,
}

/// Settings that were just saved, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SavedProvisioningSettings")]
struct SavedShape {
    #[serde(flatten)]
    settings: SettingsShape,
    /// What saves all the same, but has not the effect that one might expect.
    warnings: Vec<Fault>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Defaults")]
struct DefaultsShape {
    user_type: Option<String>,
    role: Option<String>,
    location: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AttributeMapping")]
struct MappingShape {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    location: Option<String>,
    user_type: Option<String>,
    role: Option<String>,
}

/// The translations of the fields that have some.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ValueTranslations")]
struct TranslationsShape {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    first_name: Vec<TranslationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    last_name: Vec<TranslationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email: Vec<TranslationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    location: Vec<TranslationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_type: Vec<TranslationShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    role: Vec<TranslationShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ValueTranslation")]
struct TranslationShape {
    received: String,
    value: String,
}

impl From<&Settings> for SettingsShape {
    fn from(settings: &Settings) -> Self {
        let draft = SettingsDraft::from(settings);
        let attribute = |field| draft.attribute_mapping.get(&field).cloned();
        let translations = |field| {
            let table = settings.translations(field).iter();
            table
                .map(|entry| TranslationShape {
                    received: entry.received.clone(),
                    value: entry.value.clone(),
                })
                .collect()
        };
        Self {
            allow_automatic_registration: draft.allow_automatic_registration,
            suppress_welcome_emails: draft.suppress_welcome_emails,
            attribute_mapping: MappingShape {
                first_name: attribute(Field::FirstName),
                last_name: attribute(Field::LastName),
                email: attribute(Field::Email),
                location: attribute(Field::Location),
                user_type: attribute(Field::UserType),
                role: attribute(Field::Role),
            },
            value_translations: TranslationsShape {
                first_name: translations(Field::FirstName),
                last_name: translations(Field::LastName),
                email: translations(Field::Email),
                location: translations(Field::Location),
                user_type: translations(Field::UserType),
                role: translations(Field::Role),
            },
            defaults: DefaultsShape {
                user_type: draft.defaults.user_type,
                role: draft.defaults.role,
                location: draft.defaults.location,
            },
            link_by_email: draft.link_by_email,
            email_domains: draft.email_domains,
            on_invalid_value: draft.on_invalid_value,
            allow_privileged_assignments: draft.allow_privileged_assignments,
        }
    }
}

/// Their address.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Provisioning")
        .get("/organizations/{org}/connections/{connection}/provisioning", read, |it| {
            it.named("readProvisioning", "Reads the provisioning settings")
                .answers::<SettingsShape>(200, "The settings.")
                .tagged()
        })
        .put("/organizations/{org}/connections/{connection}/provisioning", save, |it| {
            it.named("saveProvisioning", "Replaces the provisioning settings")
                .problem(403, &["administrators_connection"])
                .says("What is left out is as on a new connection. The codes of faults and warnings are the names of the rules.")
                .takes(&[], |object| read_draft(object, &mut SettingsDraft::default()))
                .such_as(json!({
                    "allow_automatic_registration": false,
                    "attribute_mapping": {"first_name": "FirstName", "last_name": "LastName", "email": "Email"},
                    "link_by_email": "verify",
                }))
                .answers::<SavedShape>(200, "The settings as they are now.")
                .tagged()
                .instead(412, "precondition_failed", Rule::SaveVersion.as_str())
                .instead(422, "invalid_request", "invalid_settings")
        })
}

/// Reads settings. What is left out is as on a new connection, so that a program written before a setting was invented
/// can still save the others.
pub(super) fn read_draft(object: &mut Object<'_>, draft: &mut SettingsDraft) {
    object.flag("allow_automatic_registration", &mut draft.allow_automatic_registration);
    object.flag("suppress_welcome_emails", &mut draft.suppress_welcome_emails);
    object.object("defaults", |object| {
        object.optional_text("user_type", &mut draft.defaults.user_type).like(texts::key);
        object.optional_text("role", &mut draft.defaults.role).like(texts::key);
        object.optional_text("location", &mut draft.defaults.location).like(texts::location);
    });
    object.object("attribute_mapping", |object| {
        for field in Field::ALL {
            let mut attribute = None;
            object.optional_text(field.as_str(), &mut attribute).like(texts::attribute);
            draft.attribute_mapping.extend(attribute.map(|attribute| (*field, attribute)));
        }
    });
    object.object("value_translations", |object| {
        for field in Field::ALL {
            let mut table = Vec::new();
            object
                .list(field.as_str(), &["received", "value"], &mut table, read_translation)
                .at_most(MOST_ENTRIES);
            if !table.is_empty() {
                draft.value_translations.insert(*field, table);
            }
        }
    });
    object.choice("link_by_email", LinkByEmail::ALL, &mut draft.link_by_email);
    object.texts("email_domains", &mut draft.email_domains).like(texts::email_domain).at_most(MOST_ENTRIES);
    object.choice("on_invalid_value", OnInvalidValue::ALL, &mut draft.on_invalid_value);
    object.flag("allow_privileged_assignments", &mut draft.allow_privileged_assignments);
}

fn read_translation(object: &mut Object<'_>, draft: &mut TranslationDraft) {
    object.text("received", &mut draft.received).like(texts::received);
    object.text("value", &mut draft.value);
}

pub(super) async fn read(on: OnConnection, seen: IfNoneMatch) -> Response {
    let connection = &on.view.connection;
    seen.answer(connection.settings_version, SettingsShape::from(&connection.settings))
}

pub(super) async fn save(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let expected = seen.expected(on.view.connection.settings_version).map_err(refused)?;
    let mut draft = SettingsDraft::default();
    body.read(&[], |object| read_draft(object, &mut draft))
        .check(|| draft.parse(&on.view.catalog, on.view.organization.jit_provisioning_enabled).err())
        .map_err(Problem::invalid_settings)?;
    let save = SaveSettings(state.world);
    let (saved, version) =
        save.run(&on.actor, on.slug(), on.key(), expected, &draft).await.map_err(refused)?;
    let warnings = saved.warnings.into_iter().map(warning).collect();
    Ok(tagged(version, SavedShape { settings: SettingsShape::from(&saved.settings), warnings }))
}

/// A refused save speaks in the names of the rules.
fn refused(error: AdminError) -> Problem {
    match error {
        AdminError::Invalid(problems) => Problem::invalid_settings(problems),
        AdminError::Stale => Problem::new(
            StatusCode::PRECONDITION_FAILED,
            Rule::SaveVersion.as_str(),
            "somebody saved other settings meanwhile; read them again",
        ),
        other => other.into(),
    }
}

fn warning(finding: Finding) -> Fault {
    Fault { pointer: finding.pointer, code: finding.code, message: finding.message }
}
