//! A lost password, and the page where a mailed link leads that sets one.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{LosePassword, OpenPasswordLink, PasswordLinkError, SetPasswordByLink};

use super::form::Form;
use super::frame::{Frame, Notice};
use super::places::lead_to;
use super::signing_in::asked;
use super::theme::Theme;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Client, Failure, Site, Trying, Whence, page};

const LOST: &str = "/admin/lost-password";

/// How long an answer takes, whatever there was to do: much longer than a lookup and a write, so that nobody tells them apart by time.
const ANSWER_AFTER: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page(LOST, get(show_lost).post(lose))
        .page("/admin/set-password/{token}", get(show_set).post(set))
}

#[derive(Template)]
#[template(path = "portal/lost_password.html")]
struct LostPage {
    frame: Frame,
    form: Form,
}

async fn show_lost(theme: Theme, RawQuery(query): RawQuery) -> Response {
    let mut frame = Frame::outside(theme, LOST);
    frame.notice = asked(query.as_deref(), "done").map(|_| {
        Notice::good(
            "If an administrator has this address, a mail with a link is on its way. The link works for half an hour. \
               Nothing arrives? Look among the unwanted mails, and ask again in ten minutes.",
        )
    });
    page(StatusCode::OK, &LostPage { frame, form: Form::default() })
}

/// The same answer, after the same time, whoever has the address.
async fn lose(State(site): State<Site>, client: Client, form: Form) -> Result<Response, Failure> {
    site.limits.take(Trying::Password(client))?;
    let lose = LosePassword { world: site.app.world.clone(), secret_key: site.secret_key.clone() };
    let (lost, ()) = tokio::join!(lose.run(form.text("email")), tokio::time::sleep(ANSWER_AFTER));
    lost.map_err(Failure::store)?;
    Ok(lead_to("/admin/lost-password?done"))
}

#[derive(Template)]
#[template(path = "portal/set_password.html")]
struct SetPage {
    frame: Frame,
    form: Form,
    email: String,
    is_invited: bool,
}

fn setting(site: &Site) -> SetPasswordByLink {
    SetPasswordByLink { world: site.app.world.clone(), passwords: site.app.passwords.clone() }
}

async fn show_set(
    State(site): State<Site>,
    Path(token): Path<String>,
    theme: Theme,
) -> Result<Response, Failure> {
    let open = setting(&site).look(&Token::presented(&token)).await?;
    Ok(shown(StatusCode::OK, theme, open, Form::default()))
}

fn shown(status: StatusCode, theme: Theme, open: OpenPasswordLink, form: Form) -> Response {
    let form = form.without(&["password", "again"]);
    let (email, is_invited) = (open.email.to_string(), open.invitation);
    // Not the page's own address, to come back to: it has a token in it.
    let frame = Frame::outside(theme, "/admin/sign-in");
    super::without_address(page(status, &SetPage { frame, form, email, is_invited }))
}

async fn set(
    State(site): State<Site>,
    Path(token): Path<String>,
    client: Client,
    Whence(origin): Whence,
    theme: Theme,
    form: Form,
) -> Result<Response, Failure> {
    site.limits.take(Trying::Password(client))?;
    let (token, setting) = (Token::presented(&token), setting(&site));
    let open = setting.look(&token).await?;
    let again = |name: &str, fault: String, form: Form| {
        shown(StatusCode::UNPROCESSABLE_ENTITY, theme, open, form.at_fault(name, fault))
    };
    if form.text("password") != form.text("again") {
        return Ok(again("again", "the two passwords are not the same".to_owned(), form));
    }
    match setting.run(&token, form.text("password"), origin).await {
        Err(PasswordLinkError::Weak(weak)) => Ok(again("password", weak.to_string(), form)),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(lead_to("/admin/sign-in?done=password")),
    }
}

impl From<PasswordLinkError> for Failure {
    fn from(error: PasswordLinkError) -> Self {
        match error {
            PasswordLinkError::Gone => {
                Problem::new(StatusCode::GONE, "link_expired", "the link was used, or is too old").into()
            }
            PasswordLinkError::Weak(weak) => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "weak_password", weak.to_string()).into()
            }
            PasswordLinkError::Password(error) => Problem::from(error).into(),
            PasswordLinkError::Store(error) => Self::store(error),
        }
    }
}
