//! The page that a link verification mail leads to, and its button. Opening the page changes nothing, since mail scanners
//! open it too.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::LinkIdentity;

use super::failure::Failure;
use super::pages::{self, LinkPage, LinkedPage};
use super::reader::Reader;
use super::{Site, Whence, slug};
use crate::openapi::Routes;

const ADDRESS: &str = "/sso/{org}/link/{token}";

/// Its address.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("Sign-in")
        .get(ADDRESS, look, |it| {
            it.named("lookAtLink", "Shows what a mailed link would bind")
                .for_people()
                .answers_other(200, "A page with a button.", "text/html")
                .problem(404, &["organization_not_found"])
                .problem(410, &["link_expired"])
        })
        .post(ADDRESS, confirm, |it| {
            it.named("confirmLink", "Binds the identity of a mailed link")
                .for_people()
                .answers_other(200, "A page that asks to sign in again.", "text/html")
                .problem(403, &["cross_site_request"])
                .problem(404, &["organization_not_found"])
                .problem(410, &["link_expired"])
        })
}

async fn look(
    State(site): State<Site>,
    Path((org, token)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let link = LinkIdentity { world: site.app.world.clone() };
    match link.look(&slug(&org)?, &Token::presented(&token)).await {
        Ok(open) => Ok(pages::page(StatusCode::OK, &LinkPage::new(reader, &organization, &open))),
        Err(error) => Ok(Failure::from(error).of(organization).into_response()),
    }
}

async fn confirm(
    State(site): State<Site>,
    Path((org, token)): Path<(String, String)>,
    reader: Reader,
    Whence(origin): Whence,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let link = LinkIdentity { world: site.app.world.clone() };
    match link.run(&slug(&org)?, &Token::presented(&token), origin).await {
        Ok(_) => Ok(pages::page(StatusCode::OK, &LinkedPage::new(reader, &organization))),
        Err(error) => Ok(Failure::from(error).of(organization).into_response()),
    }
}
