//! The page that a link verification mail leads to, and its button. Opening the page changes nothing, since mail scanners
//! open it too.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::LinkIdentity;

use super::failure::Failure;
use super::pages::{self, LinkPage, LinkedPage};
use super::{Site, slug};

pub(super) async fn look(
    State(site): State<Site>,
    Path((org, token)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let link = LinkIdentity { world: site.app.world.clone() };
    match link.look(&slug(&org)?, &Token::presented(&token)).await {
        Ok(open) => Ok(pages::page(StatusCode::OK, &LinkPage::new(&organization, &open))),
        Err(error) => Ok(Failure::from(error).of(organization).into_response()),
    }
}

pub(super) async fn confirm(
    State(site): State<Site>,
    Path((org, token)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let link = LinkIdentity { world: site.app.world.clone() };
    match link.run(&slug(&org)?, &Token::presented(&token)).await {
        Ok(_) => Ok(pages::page(StatusCode::OK, &LinkedPage::new(&organization))),
        Err(error) => Ok(Failure::from(error).of(organization).into_response()),
    }
}
