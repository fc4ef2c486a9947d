//! Errors as other programs read them: problem details (RFC 9457), one stable `code` each.

mod errors;

use std::borrow::Cow;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::problem::Problems;

use crate::openapi::Header;

/// An answer that says what went wrong, as `application/problem+json`.
///
/// The `type` is `about:blank`, so the title is the status' own phrase (RFC 9457 §4.2.1); programs go by `code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<Fault>,
    reference: Option<String>,
    retry_after: Option<u32>,
}

/// One fault of a request's body or query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fault {
    /// The JSON pointer (RFC 6901) of the field; for a query parameter, a slash and its name.
    pub pointer: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// Problem details (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemShape<'a> {
    /// Always `about:blank`: programs go by `code`.
    r#type: &'static str,
    /// The status' own phrase.
    title: &'static str,
    /// The status.
    status: u16,
    /// A sentence for people.
    detail: &'a str,
    /// A stable word for programs.
    code: &'static str,
    /// All faults of a body or query.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    /// Of a refused sign-in: its id, by which an administrator can look it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
}

impl Problem {
    /// A problem with the status, the stable code and a sentence for people.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), reference: None, retry_after: None }
    }

    /// 400: the body is not JSON, or JSON that no two programs would read alike.
    #[must_use]
    pub fn malformed_json(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
    }

    /// 401: no API key, or none that exists.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send an API key of this service as `Authorization: Bearer vk_…`",
        )
    }

    /// 404: there is no such thing, or nothing that the caller may know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address")
    }

    /// 404: there is no such organization, or none that the caller may know of.
    #[must_use]
    pub fn organization_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "organization_not_found", "there is no such organization")
    }

    /// 404: the organization has no such connection.
    #[must_use]
    pub fn connection_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "connection_not_found", "the organization has no such connection")
    }

    /// 404: the connection believes no identity provider yet.
    #[must_use]
    pub fn sso_not_configured() -> Self {
        Self::new(StatusCode::NOT_FOUND, "sso_not_configured", "the connection has no identity provider yet")
    }

    /// 405: the address knows other methods; the answer's `Allow` names them.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this address does not know the method",
        )
    }

    /// 408: the request took too long, or arrived too slowly.
    #[must_use]
    pub fn request_timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "the request took too long")
    }

    /// 413: the body is larger than this address takes.
    #[must_use]
    pub fn request_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", "the body is too large")
    }

    /// 415: the body is of another type than this address takes.
    #[must_use]
    pub fn unsupported_media_type(wanted: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("the content type must be {wanted}"),
        )
    }

    /// 429: too many requests; the answer says in how many seconds to try again.
    #[must_use]
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "there were too many requests")
            .with_retry_after(retry_after)
    }

    /// 500: a fault of this service, of which the answer says no more.
    #[must_use]
    pub fn internal_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "the service failed; its log says more under this request's id",
        )
    }

    /// 503: the database did not answer, and nothing was written.
    #[must_use]
    pub fn temporarily_unavailable(retry_after: u32) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "the service cannot answer just now, and nothing was written",
        )
        .with_retry_after(retry_after)
    }

    /// 422: the request's body or query has these faults.
    #[must_use]
    pub fn invalid_request(problems: Problems) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", "the request has faults")
            .with_errors(problems)
    }

    /// 422: provisioning settings cannot be saved; the errors' codes are the names of the rules.
    #[must_use]
    pub fn invalid_settings(problems: Problems) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_settings", "the settings have faults")
            .with_errors(problems)
    }

    /// The same problem with the faults that it is about.
    #[must_use]
    pub fn with_errors(mut self, problems: Problems) -> Self {
        let more = problems.more();
        if more > 0 {
            self.detail = format!("{}, of which {more} are not listed", self.detail).into();
        }
        self.errors = problems
            .0
            .into_iter()
            .map(|problem| Fault { pointer: problem.pointer, code: problem.code, message: problem.message })
            .collect();
        self
    }

    /// The same problem with the reference that an administrator can look up.
    #[must_use]
    pub fn with_reference(mut self, reference: impl ToString) -> Self {
        self.reference = Some(reference.to_string());
        self
    }

    /// The same problem, to be tried again in so many seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// All faults of a body or query.
    #[must_use]
    pub fn errors(&self) -> &[Fault] {
        &self.errors
    }

    /// What happened, in a sentence for people without a capital and a full stop.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The headers of problems with a status, as the document describes them.
    pub(crate) fn headers(status: u16) -> Vec<Header> {
        match status {
            401 => vec![Header { name: "WWW-Authenticate", description: "`Bearer`.", always: true }],
            405 => vec![Header {
                name: "Allow",
                description: "The methods that the address knows.",
                always: true,
            }],
            429 | 503 => vec![Header {
                name: "Retry-After",
                description: "In how many seconds to try again.",
                always: true,
            }],
            _ => Vec::new(),
        }
    }

    fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemShape {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            errors: &self.errors,
            reference: self.reference.as_deref(),
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // The tuple's headers replace those of `Json`.
        (self.status, headers, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_without_credentials_says_which_are_wanted() {
        let response = Problem::unauthorized().into_response();
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
    }
}
