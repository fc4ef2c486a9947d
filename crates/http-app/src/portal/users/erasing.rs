//! Erasing a person, which cannot be undone.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::usecase::{AdminError, PurgeUser};
use vestibule_domain::user::User;

use super::{name, user};
use crate::portal::form::Form;
use crate::portal::frame::{Frame, Here};
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// Is the person to be erased?
#[derive(Template)]
#[template(path = "portal/users/erase.html")]
struct ErasePage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    email: String,
    form: Form,
}

pub(super) async fn ask(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    Ok(shown(&visit, StatusCode::OK, &user, Form::default()))
}

fn shown(visit: &Visit, status: StatusCode, user: &User, mut form: Form) -> Response {
    form.open_at(user.version);
    let home = visit.home();
    page(
        status,
        &ErasePage {
            frame: visit.frame(Here::Users),
            here: format!("{home}/users/{}", user.id),
            name: name(user),
            email: user.profile.email.to_string(),
            form,
            home,
        },
    )
}

pub(super) async fn erase(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    if !form.text("email").trim().eq_ignore_ascii_case(user.profile.email.as_str()) {
        let form = form.at_fault("email", "type the person’s address, as it stands above");
        return Ok(shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, &user, form));
    }
    let purge = PurgeUser(site.app.world);
    match purge.run(&visit.actor, &visit.organization.slug, user.id, Some(form.opened_at())).await {
        Ok(()) => Ok(lead_to(&format!("{}/users?done=erased", visit.home()))),
        Err(AdminError::Stale) => {
            let text = "somebody changed this person meanwhile: look at them, and erase them if they are still to go";
            Ok(shown(&visit, StatusCode::PRECONDITION_FAILED, &user, form.at_fault("email", text)))
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}
