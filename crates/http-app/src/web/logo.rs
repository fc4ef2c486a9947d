//! An organization's logo, for its pages and mails.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use vestibule_domain::organization::Organization;

use super::Site;
use super::failure::Failure;
use crate::problem::Problem;

/// A page loads a logo by a name that no other has, so that browsers keep it for good.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A mail shows the logo of the day on which it is read.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Where the logo is, as it is now.
pub(crate) fn logo_path(organization: &Organization) -> Option<String> {
    let mark = organization.branding.logo.as_ref()?;
    Some(format!("/sso/{}/logo/{}", organization.slug, mark.file_name()))
}

/// The logo under the name that it has now.
pub(super) async fn named(
    State(site): State<Site>,
    Path((org, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let known = organization.branding.logo.as_ref().is_some_and(|mark| mark.file_name() == name);
    if known { answer(&site, &organization, FOR_GOOD).await } else { Err(Problem::not_found().into()) }
}

/// The logo, whatever it is now.
pub(super) async fn current(State(site): State<Site>, Path(org): Path<String>) -> Result<Response, Failure> {
    answer(&site, &site.organization(&org).await?, FOR_AN_HOUR).await
}

async fn answer(site: &Site, organization: &Organization, kept: HeaderValue) -> Result<Response, Failure> {
    let file = site.app.world.store.logo(organization.id).await.map_err(Failure::store)?;
    let (Some(mark), Some(file)) = (&organization.branding.logo, file) else {
        return Err(Problem::not_found().into());
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(mark.kind.as_str())),
        (CACHE_CONTROL, kept),
        // Programs that show mails are pages of another site.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, file).into_response())
}
