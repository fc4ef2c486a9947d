//! Making an organization.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::usecase::{AdminError, CreateOrganization};

use super::form::Form;
use super::frame::Frame;
use super::places::lead_to;
use super::session::Operator;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin/organizations", get(ask).post(create))
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
    let draft = OrganizationDraft {
        name: form.text("name").trim().to_owned(),
        slug: form.text("slug").trim().to_owned(),
        jit_provisioning_enabled: form.is_checked("jit_provisioning_enabled"),
        ..OrganizationDraft::default()
    };
    let create = CreateOrganization(site.app.world);
    let (status, form) = match create.run(&signed_in.actor(), &draft).await {
        Ok(organization) => return Ok(lead_to(&format!("/admin/{}", organization.slug))),
        Err(AdminError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        Err(AdminError::Taken(_)) => {
            (StatusCode::CONFLICT, form.at_fault("slug", "another organization has this name in addresses"))
        }
        Err(error) => return Err(Problem::from(error).into()),
    };
    Ok(page(status, &NewPage { frame: signed_in.frame(), form }))
}
