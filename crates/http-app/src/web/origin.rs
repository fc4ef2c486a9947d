//! Forms of other sites are not taken: nobody signs another person out, or confirms a link for them.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::failure::Failure;
use crate::portal::is_in_portal;
use crate::problem::Problem;

/// The addresses that other sites post to: identity providers do, and what they post is signed.
const FOR_IDENTITY_PROVIDERS: [&str; 2] = ["/sso/{org}/acs", "/sso/{org}/slo"];

pub(super) async fn same_origin(State(site): State<Site>, request: Request, next: Next) -> Response {
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // The API goes by a key that no browser adds by itself.
    let guarded = changes && !FOR_IDENTITY_PROVIDERS.contains(&route) && !route.starts_with("/api/");
    if guarded && !is_from_here(&request, site.public_url.as_str()) {
        return Failure::from(Problem::new(
            StatusCode::FORBIDDEN,
            "cross_site_request",
            "the form is not one of this service",
        ))
        .into_response();
    }
    next.run(request).await
}

fn is_from_here(request: &Request, own: &str) -> bool {
    // A program that is no browser says nothing, and carries no one's cookies along; in the portal it has no business.
    said(request.headers(), own).unwrap_or_else(|| !is_in_portal(request.uri().path()))
}

/// Whether a form is one of ours, by what browsers say and no page can change (Fetch metadata; where it is missing, RFC 6454 §7). Nothing,
/// where neither is said.
fn said(headers: &HeaderMap, own: &str) -> Option<bool> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return Some(site == "same-origin" || site == "none");
    }
    headers.get(ORIGIN).map(|origin| origin == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_says_is_from_here_is_from_here() {
        let says = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            said(&headers, "https://sso.example.com")
        };
        assert_eq!(says("sec-fetch-site", "same-origin"), Some(true));
        assert_eq!(says("origin", "https://sso.example.com"), Some(true));
        assert_eq!(said(&HeaderMap::new(), "https://sso.example.com"), None);
        for site in ["cross-site", "same-site", ""] {
            assert_eq!(says("sec-fetch-site", site), Some(false), "{site}");
        }
        for origin in
            ["https://evil.example", "null", "http://sso.example.com", "https://sso.example.com:444"]
        {
            assert_eq!(says("origin", origin), Some(false), "{origin}");
        }
    }
}
