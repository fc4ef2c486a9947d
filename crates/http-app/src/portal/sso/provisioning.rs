//! Saving who gets in, and as whom.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::field::Field;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::usecase::{AdminError, SaveSettings};

use super::connection::{Asked, Forms, shown, with_faulty_settings};
use super::settings_form::{self, refilled};
use crate::portal::differences::Difference;
use crate::portal::form::Form;
use crate::portal::places::lead_to;
use crate::portal::visit::AtConnection;
use crate::problem::Problem;
use crate::web::{Failure, Site};

pub(super) async fn save(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let draft = match settings_form::draft(&form) {
        Ok(draft) => draft,
        Err(problems) => {
            let form = settings_form::faulty(form, problems);
            return with_faulty_settings(&site, &at, form).await;
        }
    };
    // Without the version that it was opened at, a form would undo what somebody else saved.
    let Some(expected) = form.version() else {
        let form = form.at_fault("version", "the form is incomplete: open the page again");
        return with_faulty_settings(&site, &at, form).await;
    };
    let save = SaveSettings(site.app.world.clone());
    match save.run(&at.visit.actor, at.slug(), at.key(), Some(expected), &draft).await {
        Ok(_) => Ok(saved_there(&at)),
        Err(AdminError::Invalid(problems)) => {
            let form = settings_form::faulty(refilled(&form, &draft, expected), problems);
            with_faulty_settings(&site, &at, form).await
        }
        Err(AdminError::Stale) => meanwhile(&site, &at, &form, &draft).await,
        Err(error) => Err(Problem::from(error).into()),
    }
}

fn saved_there(at: &AtConnection) -> Response {
    lead_to(&format!("{}?done=provisioning#provisioning", at.home()))
}

/// Somebody saved settings: where they are others, what they saved stands beside what was typed, which saving again puts in its place.
async fn meanwhile(
    site: &Site,
    at: &AtConnection,
    form: &Form,
    draft: &SettingsDraft,
) -> Result<Response, Failure> {
    let connection = &at.view.connection;
    let saved = SettingsDraft::from(&connection.settings);
    let saved_meanwhile = differences(&saved, draft);
    if saved_meanwhile.is_empty() {
        return Ok(saved_there(at));
    }
    let text = "somebody else saved these settings while you were changing them; compare both below, then save again or open the page anew";
    let forms = Forms {
        settings: refilled(form, draft, connection.settings_version).at_fault("saved_meanwhile", text),
        saved_meanwhile,
        ..Forms::saved(connection)
    };
    shown(site, at, StatusCode::PRECONDITION_FAILED, forms, Asked::default()).await
}

fn differences(saved: &SettingsDraft, yours: &SettingsDraft) -> Vec<Difference> {
    let (saved, yours) = (lines(saved), lines(yours));
    let pairs = saved.into_iter().zip(yours);
    pairs.filter_map(|((field, saved), (_, yours))| Difference::in_field(&field, &saved, &yours)).collect()
}

/// Every setting as a line, in the same order for all drafts.
fn lines(draft: &SettingsDraft) -> Vec<(String, String)> {
    let flag = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut lines = vec![
        ("Allow automatic registration during SSO".to_owned(), flag(draft.allow_automatic_registration)),
        ("Suppress Welcome Emails".to_owned(), flag(draft.suppress_welcome_emails)),
        ("Default User Type".to_owned(), text(&draft.defaults.user_type)),
        ("Default User Role".to_owned(), text(&draft.defaults.role)),
        ("Default Location".to_owned(), text(&draft.defaults.location)),
    ];
    for field in Field::ALL {
        let label = settings_form::label(*field);
        lines.push((label.to_owned(), text(&draft.attribute_mapping.get(field).cloned())));
        let table = draft.value_translations.get(field).map(Vec::as_slice).unwrap_or_default();
        let table: Vec<_> = table.iter().map(|one| format!("{} → {}", one.received, one.value)).collect();
        lines.push((format!("{label}, translations"), table.join("; ")));
    }
    lines.push(("E-mail domains".to_owned(), draft.email_domains.join(", ")));
    let link = settings_form::link(draft.link_by_email);
    lines.push(("When a new person has the address of a user who exists".to_owned(), link.to_owned()));
    let invalid = settings_form::invalid(draft.on_invalid_value);
    lines.push((
        "When a value is not valid at the sign-in of a user who exists".to_owned(),
        invalid.to_owned(),
    ));
    lines.push(("May assign privileged roles".to_owned(), flag(draft.allow_privileged_assignments)));
    lines
}
