//! Where a person arrives who wanted to go nowhere else: who they became, and why.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chrono::Duration;
use vestibule_domain::connection::Connection;
use vestibule_domain::ports::{Page, SignInFilter, SignedIn};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::sign_in::{Outcome, SignInRecord};

use super::failure::Failure;
use super::pages::{self, SignedInPage};
use super::reader::Reader;
use super::{Site, sending, session};

/// How many sign-ins of one person may be decided in the same microsecond.
const AT_ONCE: u32 = 10;

pub(super) async fn signed_in(
    State(site): State<Site>,
    Path(org): Path<String>,
    jar: CookieJar,
    reader: Reader,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    let signed_in = session::current(&site, &jar).await?;
    let Some(signed_in) = signed_in.filter(|signed_in| signed_in.organization.id == organization.id) else {
        let login = pages::login_path(&organization);
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, login)]).into_response());
    };
    let store = &site.app.world.store;
    let record = that_began(&site, &signed_in).await?;
    let (catalog, _) = store.catalog(organization.id).await.map_err(Failure::store)?;
    let connections = store.connections(organization.id).await.map_err(Failure::store)?;
    let connection = connections.iter().find(|known| known.details.key == signed_in.connection);
    let through = connection.map(|connection| connection.details.display_name.as_str());
    let page = pages::page(
        StatusCode::OK,
        &SignedInPage::new(reader, &signed_in, record.as_ref(), &catalog, through),
    );
    Ok(match connection.and_then(slo_url) {
        Some(url) => sending::leading_to(page, url.as_str()),
        None => page,
    })
}

/// Where the button leads that signs out, by way of this service.
fn slo_url(connection: &Connection) -> Option<&WebUrl> {
    let provider =
        connection.identity_provider.as_ref().filter(|_| connection.details.requests.single_logout)?;
    Some(&provider.metadata.slo_endpoints.first()?.location)
}

/// The sign-in that began a session: it was decided at the instant when the session began. A later one, of another browser or refused,
/// is not what this page is about.
async fn that_began(site: &Site, signed_in: &SignedIn) -> Result<Option<SignInRecord>, Failure> {
    let began = signed_in.session.created_at;
    let filter = SignInFilter {
        user_id: Some(signed_in.user.id),
        since: Some(began),
        until: Some(began + Duration::microseconds(1)),
        ..SignInFilter::default()
    };
    let page = Page { after: None, limit: AT_ONCE };
    let decided = site.app.world.store.sign_ins(signed_in.organization.id, &filter, page).await;
    let mut decided = decided.map_err(Failure::store)?.items.into_iter();
    Ok(decided.find(|record| record.outcome != Outcome::Refused))
}
