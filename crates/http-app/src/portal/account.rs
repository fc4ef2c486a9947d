//! An administrator's own page: their sessions and their password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use vestibule_domain::administrator::{IDLE_LIMIT, PortalSession};
use vestibule_domain::ports::SessionsToEnd;
use vestibule_domain::usecase::{
    AdminError, AdministratorSignInError, ChangeOwnPassword, EndPortalSessions, OwnPasswordError,
};

use super::form::Form;
use super::frame::{Frame, Instant, Notice};
use super::places::lead_to;
use super::session::SignedIn;
use super::signing_in::{seconds_until, too_early};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

const ADDRESS: &str = "/admin/account";

/// How many sessions the page shows.
const MOST_SHOWN: u32 = 100;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page(ADDRESS, get(show))
        .page("/admin/account/password", post(change_password))
        .page("/admin/account/sign-out-elsewhere", post(sign_out_elsewhere))
}

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage {
    frame: Frame,
    form: Form,
    email: String,
    role: &'static str,
    sessions: Vec<SessionLine>,
    has_password: bool,
}

struct SessionLine {
    is_this: bool,
    by_single_sign_on: bool,
    address: String,
    created_at: Instant,
    last_seen_at: Instant,
}

async fn show(State(site): State<Site>, signed_in: SignedIn) -> Result<Response, Failure> {
    shown(&site, &signed_in, StatusCode::OK, Form::default(), None).await
}

async fn shown(
    site: &Site,
    signed_in: &SignedIn,
    status: StatusCode,
    form: Form,
    said: Option<&str>,
) -> Result<Response, Failure> {
    let (world, administrator) = (&site.app.world, &signed_in.who.administrator);
    let now = world.now();
    let sessions = world
        .store
        .portal_sessions(administrator.id, now, now - IDLE_LIMIT, MOST_SHOWN)
        .await
        .map_err(Failure::store)?;
    let line = |session: &PortalSession| SessionLine {
        is_this: session.id == signed_in.who.session.id,
        by_single_sign_on: session.naming_id.is_some(),
        address: session.address.map(|address| address.to_string()).unwrap_or_default(),
        created_at: session.created_at.into(),
        last_seen_at: session.last_seen_at.into(),
    };
    let mut frame = signed_in.frame();
    ADDRESS.clone_into(&mut frame.address);
    frame.notice = said.map(Notice::good);
    Ok(page(
        status,
        &AccountPage {
            frame,
            form: form.without(&["present", "new", "again"]),
            email: administrator.email.to_string(),
            role: if administrator.role.is_operator() {
                "Operator of the whole service"
            } else {
                "Administrator of organizations"
            },
            sessions: sessions.iter().map(line).collect(),
            has_password: administrator.password.is_some(),
        },
    ))
}

async fn change_password(
    State(site): State<Site>,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, Failure> {
    if form.text("new") != form.text("again") {
        let form = form.at_fault("again", "the two passwords are not the same");
        return shown(&site, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    }
    let change = ChangeOwnPassword { world: site.app.world.clone(), passwords: site.app.passwords.clone() };
    let changed =
        change.run(&signed_in.who, form.text("present"), form.text("new"), signed_in.origin.clone()).await;
    match changed {
        Ok(()) => {
            let said = "Your password is changed. You are signed out everywhere else.";
            shown(&site, &signed_in, StatusCode::OK, Form::default(), Some(said)).await
        }
        Err(OwnPasswordError::New(weak)) => {
            let form = form.at_fault("new", weak.to_string());
            shown(&site, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, form, None).await
        }
        Err(OwnPasswordError::Present(AdministratorSignInError::Refused)) => {
            let form = form.at_fault("present", "is not your password");
            shown(&site, &signed_in, StatusCode::FORBIDDEN, form, None).await
        }
        Err(OwnPasswordError::Present(AdministratorSignInError::TooEarly(at))) => {
            let seconds = seconds_until(at, site.app.world.now());
            let form = form.at_fault("present", too_early(seconds));
            let answer = shown(&site, &signed_in, StatusCode::TOO_MANY_REQUESTS, form, None).await?;
            Ok(([(RETRY_AFTER, seconds.to_string())], answer).into_response())
        }
        Err(OwnPasswordError::Present(AdministratorSignInError::Password(error))) => {
            Err(Problem::from(error).into())
        }
        Err(OwnPasswordError::Present(AdministratorSignInError::Store(error))) => Err(Failure::store(error)),
        Err(OwnPasswordError::Stale) => Err(Problem::from(AdminError::Stale).into()),
    }
}

async fn sign_out_elsewhere(State(site): State<Site>, signed_in: SignedIn) -> Result<Response, Failure> {
    let end = EndPortalSessions(site.app.world.clone());
    let but_this = SessionsToEnd::AllBut(signed_in.who.session.id);
    end.run(&signed_in.actor(), signed_in.who.administrator.id, but_this).await.map_err(Problem::from)?;
    Ok(lead_to(ADDRESS))
}
