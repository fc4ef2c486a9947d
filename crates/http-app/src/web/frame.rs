//! Around every request: its id, a deadline, a line in the log, and the headers of every answer.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use super::Site;
use super::asked::Asked;
use super::failure::{Failure, told};
use super::reader::Reader;
use super::whence::RequestId;
use crate::problem::Problem;

/// How long a request may take, reading its body included: who sends it a byte at a time is not waited for.
const DEADLINE: Duration = Duration::from_secs(30);

/// The addresses that take long bodies, from who has a key or is signed in. They wait no longer than usual for the next part of one.
const IMPORTS: [&str; 2] = ["/api/v1/organizations/{org}/users/import", "/admin/{org}/imports"];
const IMPORT_DEADLINE: Duration = Duration::from_mins(15);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MOST_REQUEST_ID: usize = 128;

/// Pages load nothing but this service's own stylesheet and pictures, run no script, and are in nobody's frame.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";

/// Headers of every answer that does not say otherwise.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: browsers then send `Origin: null` with our own forms too, which says nothing of where a form
    // comes from. Other hosts learn as little this way.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// The outermost layer.
pub(super) async fn frame(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers()).unwrap_or_else(|| new_request_id(&site));
    let id_text = id.to_str().unwrap_or_default().to_owned();
    let asked = Asked::by(request.uri().path(), request.headers());
    let reader = Reader::by(request.headers());
    // The route and not the path, in which there may be a token.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = id_text,
        http.method = %request.method(),
        http.route = route
    );
    let probe = ["/healthz", "/readyz"].contains(&&*route);
    request.extensions_mut().insert(RequestId(id_text));
    async move {
        let begun = Instant::now();
        let answer = if names_one_host(&request) { next.run(request).await } else { without_host() };
        let mut response = told(answer, asked, reader);
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if site.public_url.is_https() {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        headers.insert(REQUEST_ID, id);
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        if probe && response.status().is_success() {
            tracing::debug!(http.status = status, duration_ms, "answered");
        } else {
            tracing::info!(http.status = status, duration_ms, "answered");
        }
        response
    }
    .instrument(span)
    .await
}

/// Each request says once whom it is for (RFC 9112 §3.2): of two, a proxy may have gone by the other.
fn names_one_host(request: &Request) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

fn without_host() -> Response {
    Failure::from(Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed_header",
        "the request does not say once for which host it is",
    ))
    .into_response()
}

/// Answers for a request that takes too long.
pub(super) async fn deadline(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let deadline = if IMPORTS.contains(&route) { IMPORT_DEADLINE } else { DEADLINE };
    match tokio::time::timeout(deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::from(Problem::request_timeout()).into_response(),
    }
}

/// The caller's own id, if it can stand in a log: printable ASCII, at most 128 characters.
fn request_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(REQUEST_ID)?;
    let printable = id.as_bytes().iter().all(|byte| matches!(byte, 0x20..=0x7e));
    (printable && (1..=MOST_REQUEST_ID).contains(&id.len())).then(|| id.clone())
}

fn new_request_id(site: &Site) -> HeaderValue {
    let id: Uuid = site.app.world.id();
    HeaderValue::from_str(&id.to_string()).unwrap_or_else(|_| HeaderValue::from_static("none"))
}
