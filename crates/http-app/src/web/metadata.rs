//! This service's own metadata, which an identity provider's administrator loads.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use vestibule_domain::ports::ServiceProvider;

use super::Site;
use super::failure::Failure;
use crate::openapi::Routes;

/// Its address.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("Sign-in").get("/sso/{org}/metadata", metadata, |it| {
        it.named("readServiceMetadata", "Reads this service's SAML metadata")
            .says("Its address is the service's entity id.")
            .for_people()
            .answers_other(200, "The metadata.", "application/samlmetadata+xml")
            .problem(404, &["organization_not_found"])
    })
}

async fn metadata(State(site): State<Site>, Path(org): Path<String>) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let service_provider = ServiceProvider::new(&site.app.public_url, &organization.slug);
    // Read anew each time: what is published is what decrypts, on every replica.
    let keys = site.app.world.store.service_keys().await.map_err(Failure::store)?;
    let xml = site.app.messages.sp_metadata(&service_provider, &keys);
    Ok(([(CONTENT_TYPE, "application/samlmetadata+xml")], xml).into_response())
}
