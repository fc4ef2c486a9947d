//! Making an organization, and saying what it is.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vestibule_domain::ids::Version;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::usecase::{AdminError, ChangeOrganization, CreateOrganization};

use super::form::Form;
use super::frame::{Frame, Here, Notice, Tone};
use super::list::Asked;
use super::places::lead_to;
use super::session::Operator;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/organizations", get(ask).post(create))
        .page("/admin/{org}/settings", get(show).post(save))
}

/// A new organization.
#[derive(Template)]
#[template(path = "portal/new_organization.html")]
struct NewPage {
    frame: Frame,
    form: Form,
}

async fn ask(Operator(signed_in): Operator) -> Response {
    page(StatusCode::OK, &NewPage { frame: signed_in.frame(), form: Form::default() })
}

async fn create(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    form: Form,
) -> Result<Response, Failure> {
    let mut draft = OrganizationDraft::default();
    read(&form, &mut draft);
    draft.slug = form.text("slug").trim().to_owned();
    let create = CreateOrganization(site.app.world);
    let (status, form) = match create.run(&signed_in.actor(), &draft).await {
        Ok(organization) => return Ok(lead_to(&format!("/admin/{}", organization.slug))),
        Err(error) => faulty(form, error)?,
    };
    Ok(page(status, &NewPage { frame: signed_in.frame(), form }))
}

/// What an organization is.
#[derive(Template)]
#[template(path = "portal/settings.html")]
struct SettingsPage {
    frame: Frame,
    here: String,
    form: Form,
    is_operator: bool,
}

async fn show(visit: Visit, asked: Asked) -> Response {
    let mut form = filled(&OrganizationDraft::from(&visit.organization));
    form.set("version", visit.organization.version.0.to_string());
    let saved = asked.form.text("done") == "saved";
    shown(&visit, StatusCode::OK, form, saved.then(|| Notice { tone: Tone::Good, text: "Saved.".to_owned() }))
}

fn shown(visit: &Visit, status: StatusCode, form: Form, notice: Option<Notice>) -> Response {
    let mut frame = visit.frame(Here::Settings);
    frame.notice = notice;
    let here = format!("{}/settings", visit.home());
    page(status, &SettingsPage { frame, here, form, is_operator: visit.is_operator() })
}

async fn save(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let change = ChangeOrganization(site.app.world);
    // Without the version that it was opened at, a form would undo what somebody else saved.
    let expected = Version(form.text("version").parse().unwrap_or_default());
    let edit = |draft: &mut OrganizationDraft| {
        let before = draft.clone();
        read(&form, draft);
        if !visit.is_operator() {
            // The form of who is none does not have these.
            draft.name = before.name;
            draft.jit_provisioning_enabled = before.jit_provisioning_enabled;
        }
    };
    let changed = change.run(&visit.actor, &visit.organization.slug, Some(expected), &edit).await;
    match changed {
        Ok(organization) => Ok(lead_to(&format!("/admin/{}/settings?done=saved", organization.slug))),
        Err(AdminError::Stale) => {
            let text = "somebody changed the organization meanwhile: save again to have it as it stands here";
            let mut form = form.at_fault("application_url", text);
            form.set("version", visit.organization.version.0.to_string());
            Ok(shown(&visit, StatusCode::PRECONDITION_FAILED, form, None))
        }
        Err(error) => {
            let (status, form) = faulty(form, error)?;
            Ok(shown(&visit, status, form, None))
        }
    }
}

fn filled(draft: &OrganizationDraft) -> Form {
    let mut form = Form::default();
    form.set("name", draft.name.as_str());
    form.check("jit_provisioning_enabled", draft.jit_provisioning_enabled);
    form.set("application_url", draft.application_url.as_deref().unwrap_or_default());
    form.set("allowed_return_origins", draft.allowed_return_origins.join("\n"));
    form.set("locale", draft.locale.as_deref().unwrap_or_default());
    form
}

/// What a form says of an organization; its slug stays.
fn read(form: &Form, draft: &mut OrganizationDraft) {
    form.text("name").trim().clone_into(&mut draft.name);
    draft.jit_provisioning_enabled = form.is_checked("jit_provisioning_enabled");
    draft.application_url = form.optional("application_url");
    draft.allowed_return_origins = form.lines("allowed_return_origins").map(ToOwned::to_owned).collect();
    draft.locale = form.optional("locale");
}

/// The form with its faults. A line's fault belongs to the one field that has all of them.
fn faulty(form: Form, error: AdminError) -> Result<(StatusCode, Form), Problem> {
    match error {
        AdminError::Invalid(mut problems) => {
            for problem in &mut problems.0 {
                if problem.pointer.starts_with("/allowed_return_origins/") {
                    "/allowed_return_origins".clone_into(&mut problem.pointer);
                }
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)))
        }
        AdminError::Taken(_) => Ok((
            StatusCode::CONFLICT,
            form.at_fault("slug", "another organization has this name in addresses"),
        )),
        error => Err(error.into()),
    }
}
