//! The Admin Portal: what administrators see and change, page by page, by the same use-cases as the API.

mod account;
mod actors;
mod administrators;
mod audit;
mod catalog;
mod differences;
mod explain;
mod failure;
mod fence;
mod first;
mod form;
mod frame;
mod home;
mod imports;
mod keys;
mod labels;
mod list;
mod organizations;
mod overview;
mod passwords;
mod places;
mod session;
mod settings;
mod setup;
mod setup_links;
mod sign_ins;
mod sign_on;
mod signing_in;
mod sso;
mod theme;
mod unknown;
mod users;
mod visit;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;

use crate::openapi::Routes;
use crate::web::Site;

pub(crate) use failure::failure;
pub(crate) use sign_on::{Received, receive};
pub(crate) use theme::Theme;

/// As everywhere, but for the portal's own script.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";

/// All pages of the portal.
pub(crate) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/theme", post(theme::switch))
        .and(signing_in::routes())
        .and(sign_on::routes())
        .and(first::routes())
        .and(passwords::routes())
        .and(setup::routes())
        .and(setup_links::routes())
        .and(account::routes())
        .and(home::routes())
        .and(administrators::routes())
        .and(organizations::routes())
        .and(settings::routes())
        .and(overview::routes())
        .and(users::routes())
        .and(imports::routes())
        .and(sign_ins::routes())
        .and(sso::routes())
        .and(catalog::routes())
        .and(keys::routes())
        .and(audit::routes())
        .within(|router| router.layer(from_fn(with_script)))
}

/// Whether an address is the portal's.
pub(crate) fn is_in_portal(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

async fn with_script(request: Request, next: Next) -> Response {
    with_policy(next.run(request).await)
}

fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // A page from which a form leads to an identity provider has one of its own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_POLICY));
    response
}

/// A page in whose address there is a token: where one goes from there nobody is told that address, not even this service. Not
/// `no-referrer`, with which browsers say of the page's own form that it comes from nowhere (Fetch, “append a request Origin header”).
fn without_address(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}
