//! Forms of other sites are not taken: nobody signs another person out, or confirms a link for them.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::failure::Failure;
use crate::problem::Problem;

/// The addresses that other sites post to: identity providers do, and what they post is signed.
const FOR_IDENTITY_PROVIDERS: [&str; 2] = ["/sso/{org}/acs", "/sso/{org}/slo"];

pub(super) async fn same_origin(State(site): State<Site>, request: Request, next: Next) -> Response {
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // The API goes by a key that no browser adds by itself.
    let guarded = changes && !FOR_IDENTITY_PROVIDERS.contains(&route) && !route.starts_with("/api/");
    if guarded && is_from_elsewhere(request.headers(), site.public_url.as_str()) {
        return Failure::from(Problem::new(
            StatusCode::FORBIDDEN,
            "cross_site_request",
            "the form is not one of this service",
        ))
        .into_response();
    }
    next.run(request).await
}

/// By what browsers say and no page can change (Fetch metadata; where it is missing, RFC 6454 §7). A program that is no
/// browser says neither, and carries no one's cookies along.
fn is_from_elsewhere(headers: &HeaderMap, own: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    headers.get(ORIGIN).is_some_and(|origin| origin != own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_says_is_from_here_is_from_here() {
        let elsewhere = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            is_from_elsewhere(&headers, "https://sso.example.com")
        };
        assert!(!elsewhere("sec-fetch-site", "same-origin"));
        assert!(!elsewhere("origin", "https://sso.example.com"));
        assert!(!is_from_elsewhere(&HeaderMap::new(), "https://sso.example.com"));
        for site in ["cross-site", "same-site", ""] {
            assert!(elsewhere("sec-fetch-site", site), "{site}");
        }
        for origin in
            ["https://evil.example", "null", "http://sso.example.com", "https://sso.example.com:444"]
        {
            assert!(elsewhere("origin", origin), "{origin}");
        }
    }
}
