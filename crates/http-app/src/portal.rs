//! The Admin Portal: what administrators see and change, page by page, by the same use-cases as the API.

mod account;
mod administrators;
mod failure;
mod first;
#[expect(dead_code, reason = "pages with boxes and lists come with the settings")]
mod form;
#[expect(dead_code, reason = "a page of an organization comes with signing in")]
mod frame;
mod home;
mod session;
mod signing_in;
mod theme;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;

use crate::openapi::Routes;
use crate::web::Site;

pub(crate) use failure::failure;
pub(crate) use theme::Theme;

/// As everywhere, but for the portal's own script.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";

/// All pages of the portal.
pub(crate) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/theme", post(theme::switch))
        .and(signing_in::routes())
        .and(first::routes())
        .and(account::routes())
        .and(home::routes())
        .and(administrators::routes())
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
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    response
}
