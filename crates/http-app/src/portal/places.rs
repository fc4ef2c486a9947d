//! Addresses of the portal.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use super::is_in_portal;

/// Leads to a page of the portal: to that one, if it is one.
pub(super) fn lead_to(place: &str) -> Response {
    let place = own_path(place).unwrap_or("/admin").to_owned();
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// A path of the portal, and nothing that a browser would take for another host's.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let without_query = path.split(['?', '#']).next().unwrap_or_default();
    let is_own = is_in_portal(without_query)
        && path.len() <= 2_000
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_own.then_some(path)
}
