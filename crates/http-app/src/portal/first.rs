//! The page for the first administrator, to which the link leads that the service prints when it starts.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{
    AdminError, AdministratorDraft, FirstAdministrator, FirstAdministratorError,
};

use super::form::Form;
use super::frame::Frame;
use super::places::lead_to;
use super::signing_in::begin;
use super::theme::Theme;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Client, Cookie, Failure, Site, Trying, Whence, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin/first/{token}", get(show).post(create))
}

#[derive(Template)]
#[template(path = "portal/first.html")]
struct FirstPage {
    frame: Frame,
    form: Form,
}

fn first(site: &Site) -> FirstAdministrator {
    FirstAdministrator {
        world: site.app.world.clone(),
        passwords: site.app.passwords.clone(),
        secret_key: site.secret_key.clone(),
    }
}

async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    theme: Theme,
) -> Result<Response, Failure> {
    first(&site).look(&Token::presented(&token)).await?;
    Ok(shown(StatusCode::OK, theme, Form::default()))
}

fn shown(status: StatusCode, theme: Theme, form: Form) -> Response {
    let form = form.without(&["password", "again"]);
    super::without_address(page(status, &FirstPage { frame: Frame::outside(theme, "/admin/sign-in"), form }))
}

async fn create(
    State(site): State<Site>,
    Path(token): Path<String>,
    client: Client,
    Whence(origin): Whence,
    (jar, theme): (CookieJar, Theme),
    form: Form,
) -> Result<Response, Failure> {
    site.limits.take(Trying::Password(client))?;
    let token = Token::presented(&token);
    first(&site).look(&token).await?;
    if form.text("password") != form.text("again") {
        let form = form.at_fault("again", "the two passwords are not the same");
        return Ok(shown(StatusCode::UNPROCESSABLE_ENTITY, theme, form));
    }
    let draft = AdministratorDraft {
        email: form.text("email").to_owned(),
        password: form.text("password").to_owned(),
    };
    match first(&site).run(&token, &draft, origin.clone()).await {
        Err(FirstAdministratorError::Failed(AdminError::Invalid(problems))) => {
            Ok(shown(StatusCode::UNPROCESSABLE_ENTITY, theme, form.with(problems)))
        }
        Err(error) => Err(error.into()),
        Ok(_) => match begin(&site, &jar, &draft.email, &draft.password, origin).await {
            Ok(session) => {
                let cookie = Cookie::Administrator.set(&session, &site.public_url);
                Ok(([cookie], lead_to("")).into_response())
            }
            // They are made all the same, and sign in by hand.
            Err(_) => Ok(lead_to("/admin/sign-in")),
        },
    }
}

impl From<FirstAdministratorError> for Failure {
    fn from(error: FirstAdministratorError) -> Self {
        match error {
            FirstAdministratorError::Gone => {
                Problem::new(StatusCode::GONE, "link_expired", "the link was used, or is too old").into()
            }
            FirstAdministratorError::Failed(error) => Problem::from(error).into(),
        }
    }
}
