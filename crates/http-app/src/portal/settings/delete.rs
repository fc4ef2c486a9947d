//! The end of an organization.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::usecase::{AdminError, DeleteOrganization};

use crate::portal::form::Form;
use crate::portal::frame::{Frame, Here};
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// Is it to be deleted?
#[derive(Template)]
#[template(path = "portal/settings/delete.html")]
struct DeletePage {
    frame: Frame,
    here: String,
    name: String,
    slug: String,
    form: Form,
}

pub(super) async fn ask(visit: Visit) -> Result<Response, Failure> {
    must_be_operator(&visit)?;
    Ok(shown(&visit, StatusCode::OK, Form::default()))
}

fn shown(visit: &Visit, status: StatusCode, mut form: Form) -> Response {
    form.open_at(visit.organization.version);
    page(
        status,
        &DeletePage {
            frame: visit.frame(Here::Settings),
            here: format!("{}/settings", visit.home()),
            name: visit.organization.name.to_string(),
            slug: visit.organization.slug.to_string(),
            form,
        },
    )
}

/// To others the page is not there.
fn must_be_operator(visit: &Visit) -> Result<(), Problem> {
    if visit.is_operator() { Ok(()) } else { Err(Problem::not_found()) }
}

pub(super) async fn delete(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    must_be_operator(&visit)?;
    let slug = &visit.organization.slug;
    if form.text("slug").trim() != slug.as_str() {
        let form = form
            .at_fault("slug", format!("type {slug}, which is the name of this organization in addresses"));
        return Ok(shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, form));
    }
    let delete = DeleteOrganization(site.app.world);
    match delete.run(&visit.actor, slug, Some(form.opened_at())).await {
        Ok(()) => Ok(lead_to("/admin")),
        Err(AdminError::Stale) => {
            let text = "somebody changed this organization meanwhile: look at it, and delete it if it is still to go";
            Ok(shown(&visit, StatusCode::PRECONDITION_FAILED, form.at_fault("slug", text)))
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}
