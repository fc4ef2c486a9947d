//! Where a person arrives who wanted to go nowhere else: who they became, and why.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use vestibule_domain::ports::{Page, SignInFilter};

use super::failure::Failure;
use super::pages::{self, SignedInPage};
use super::{Site, session};

pub(super) async fn signed_in(
    State(site): State<Site>,
    Path(org): Path<String>,
    jar: CookieJar,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let signed_in = session::current(&site, &jar).await?;
    let Some(signed_in) = signed_in.filter(|signed_in| signed_in.organization.id == organization.id) else {
        let login = format!("/sso/{}/login", organization.slug);
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, login)]).into_response());
    };
    let store = &site.app.world.store;
    let filter = SignInFilter { user_id: Some(signed_in.user.id), ..SignInFilter::default() };
    let latest = store.sign_ins(organization.id, &filter, Page { after: None, limit: 1 });
    let record = latest.await.map_err(Failure::store)?.items.into_iter().next();
    let (catalog, _) = store.catalog(organization.id).await.map_err(Failure::store)?;
    let connections = store.connections(organization.id).await.map_err(Failure::store)?;
    let connection = connections.iter().find(|known| known.details.key == signed_in.connection);
    let through = connection.map(|connection| connection.details.display_name.as_str());
    Ok(pages::page(StatusCode::OK, &SignedInPage::new(&signed_in, record.as_ref(), &catalog, through)))
}
