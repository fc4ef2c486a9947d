//! Where a setup link leads. Opening the page begins nothing, since mail scanners open it too; its button does.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{OpenSetupLink, SetupLinkError};

use super::frame::{Frame, Instant};
use super::places::lead_to;
use super::theme::Theme;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Client, Cookie, Failure, Site, Trying, Whence, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin/setup/{token}", get(show).post(begin))
}

#[derive(Template)]
#[template(path = "portal/setup.html")]
struct SetupPage {
    frame: Frame,
    organization: String,
    email: String,
    expires_at: Instant,
}

async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    theme: Theme,
) -> Result<Response, Failure> {
    let (link, organization) = OpenSetupLink(site.app.world.clone()).look(&Token::presented(&token)).await?;
    Ok(super::without_address(page(
        StatusCode::OK,
        &SetupPage {
            // Not the page's own address, to come back to: it has a token in it.
            frame: Frame::outside(theme, "/admin/sign-in"),
            organization: organization.name.to_string(),
            email: link.email.to_string(),
            expires_at: link.expires_at.into(),
        },
    )))
}

async fn begin(
    State(site): State<Site>,
    Path(token): Path<String>,
    client: Client,
    Whence(origin): Whence,
    jar: CookieJar,
) -> Result<Response, Failure> {
    site.limits.take(Trying::Password(client))?;
    let instead_of = Cookie::Administrator.token(&jar, &site.public_url);
    let open = OpenSetupLink(site.app.world.clone());
    let (session, organization) = open.run(&Token::presented(&token), instead_of.as_ref(), origin).await?;
    let cookie = Cookie::Administrator.set(&session, &site.public_url);
    Ok(([cookie], lead_to(&format!("/admin/{}/sso", organization.slug))).into_response())
}

impl From<SetupLinkError> for Failure {
    fn from(error: SetupLinkError) -> Self {
        match error {
            SetupLinkError::Gone => {
                Problem::new(StatusCode::GONE, "link_expired", "the link is too old, or was revoked").into()
            }
            SetupLinkError::Failed(error) => Problem::from(error).into(),
        }
    }
}
