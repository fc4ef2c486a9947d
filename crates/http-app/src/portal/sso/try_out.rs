//! What a sign-in would do, under settings that need not be saved.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::ids::SignInId;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::EncodedResponse;
use vestibule_domain::problem::Problems;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::usecase::{AdminError, SimulatedUser, Simulation, SimulationInput};

use super::connection::{with_faulty_settings, with_settings};
use super::settings_form;
use crate::portal::explain::{Explained, checked};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Here};
use crate::portal::visit::AtConnection;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// What a sign-in would do.
#[derive(Template)]
#[template(path = "portal/sso/tried.html")]
struct TriedPage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    is_enabled: bool,
    explained: Explained,
    /// What the saved settings would do, where it is something else.
    saved: Option<String>,
    checks: Vec<Check>,
    /// The settings that were tried, to be saved from here or changed.
    form: Form,
}

/// A check of a response.
struct Check {
    state: Badge,
    text: String,
}

pub(super) async fn try_out(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    // A simulation tells what is known of whoever is named.
    if at.visit.is_guest() {
        return Err(Problem::from(AdminError::NotBySetupLink).into());
    }
    let version = form.version().unwrap_or(at.view.connection.settings_version);
    let (draft, input) = match (settings_form::draft(&form), input(&form)) {
        (Ok(draft), Ok(input)) => (draft, input),
        (draft, input) => {
            let mut problems = draft.err().unwrap_or_default();
            problems.0.extend(input.err().unwrap_or_default().0);
            return with_faulty_settings(&site, &at, settings_form::faulty(form, problems)).await;
        }
    };
    let simulate = site.app.simulate();
    let changed = draft != SettingsDraft::from(&at.view.connection.settings);
    let simulation = Simulation {
        input,
        settings: changed.then(|| draft.clone()),
        user: SimulatedUser::Known,
        presumes_enabled: true,
    };
    let kept = || settings_form::refilled(&form, &draft, version);
    let simulated = match simulate.run(at.slug(), at.key(), &simulation).await {
        Ok(simulated) => simulated,
        Err(AdminError::Invalid(problems)) => {
            return with_faulty_settings(&site, &at, settings_form::faulty(kept(), at_fields(problems)))
                .await;
        }
        Err(AdminError::NotFound("sign-in" | "arrival")) => {
            let text = "there is no such sign-in, or what arrived at it is not kept any more";
            return with_faulty_settings(&site, &at, kept().at_fault("try/sign_in_id", text)).await;
        }
        Err(error) => return Err(Problem::from(error).into()),
    };
    let here = at.visit.service_provider(&site);
    let explained = Explained::of(&simulated.record, &here);
    let saved = simulated.saved.as_ref().map(|saved| ENGLISH.summary(saved));
    Ok(page(
        StatusCode::OK,
        &TriedPage {
            frame: at.visit.frame(Here::SingleSignOn),
            home: at.visit.home(),
            here: at.home(),
            name: at.view.connection.details.display_name.to_string(),
            is_enabled: at.view.connection.details.enabled,
            saved: saved.filter(|saved| *saved != explained.summary),
            explained,
            checks: simulated
                .checks
                .iter()
                .map(|one| Check {
                    state: checked(one.rejection.is_none()),
                    text: ENGLISH.checked(one, &here),
                })
                .collect(),
            form: kept(),
        },
    ))
}

/// Leads back from what was tried to the form, with all that was typed.
pub(super) async fn edit(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    with_settings(&site, &at, StatusCode::OK, form).await
}

/// What would arrive, by the first way that the form fills.
fn input(form: &Form) -> Result<SimulationInput, Problems> {
    let mut problems = Problems::default();
    if let Some(id) = form.optional("try/sign_in_id") {
        let id = id.parse().map(SignInId);
        return id.map(SimulationInput::SignIn).map_err(|_| {
            problems.add("/try/sign_in_id", "invalid", "is not the reference of a sign-in");
            problems
        });
    }
    if let Some(response) = form.optional("try/saml_response") {
        return Ok(SimulationInput::Response(EncodedResponse(response)));
    }
    let mut attributes = BTreeMap::<String, Vec<String>>::new();
    for line in form.lines("try/attributes") {
        match line.split_once('=') {
            Some((name, value)) => {
                attributes.entry(name.trim().to_owned()).or_default().push(value.trim().to_owned());
            }
            None => {
                problems.add(
                    "/try/attributes",
                    "invalid",
                    format!("{line:?} is not a name, “=” and a value"),
                );
            }
        }
    }
    let name_id = form.text("try/name_id").trim().to_owned();
    if name_id.is_empty() {
        problems.add("/try/name_id", "required", "who would sign in? Give a NameID");
    }
    problems.into_result(SimulationInput::Attributes { name_id, attributes })
}

/// Faults of the draft and of what is tried, at the fields of the form.
fn at_fields(mut problems: Problems) -> Problems {
    for problem in &mut problems.0 {
        problem.pointer = match problem.pointer.strip_prefix("/settings") {
            Some(rest) => rest.to_owned(),
            None => format!("/try{}", problem.pointer),
        };
    }
    problems
}
