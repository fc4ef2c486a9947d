//! Errors as other programs read them: problem details (RFC 9457), one stable `code` each.

use std::borrow::Cow;
use std::error::Error;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::ports::{PasswordError, StoreError, UniqueKey};
use vestibule_domain::problem::Problems;
use vestibule_domain::usecase::{AdminError, Bounded, IdempotencyError, ImportError, RotationError};

use crate::openapi::Header;

/// After how many seconds it is worth trying again when the database did not answer.
const DATABASE_RETRY: u32 = 5;

/// The same when too many requests with keys are remembered, which are forgotten after a day.
const KEYS_RETRY: u32 = 3_600;

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

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::temporarily_unavailable(5),
            PasswordError::Failed => {
                tracing::error!(error = %error, "a password could not be looked at");
                Self::internal_error()
            }
        }
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::NotFound("organization") => Self::organization_not_found(),
            AdminError::NotFound("connection") => Self::connection_not_found(),
            AdminError::NotFound("logo") => {
                Self::new(StatusCode::NOT_FOUND, "logo_not_found", "the organization has no logo")
            }
            AdminError::NotFound("user") => {
                Self::new(StatusCode::NOT_FOUND, "user_not_found", "the organization has no such user")
            }
            AdminError::NotFound("assignment") => Self::new(
                StatusCode::NOT_FOUND,
                "assignment_not_found",
                "the user has no role of such a user type",
            ),
            AdminError::NotFound("identity") => Self::new(
                StatusCode::NOT_FOUND,
                "identity_not_found",
                "the user has no identity on this connection",
            ),
            AdminError::NotFound("sign-in") => {
                Self::new(StatusCode::NOT_FOUND, "sign_in_not_found", "the organization has no such sign-in")
            }
            AdminError::NotFound("arrival") => Self::new(
                StatusCode::NOT_FOUND,
                "arrival_not_kept",
                "what arrived at this sign-in is not kept, or not any more",
            ),
            AdminError::NotFound("service key") => {
                Self::new(StatusCode::NOT_FOUND, "service_key_not_found", "the service has no such key")
            }
            AdminError::NotFound("import") => {
                Self::new(StatusCode::NOT_FOUND, "import_not_found", "the organization has no such import")
            }
            AdminError::NotFound("API key") => {
                Self::new(StatusCode::NOT_FOUND, "api_key_not_found", "there is no such key here")
            }
            AdminError::NotFound("administrator") => Self::new(
                StatusCode::NOT_FOUND,
                "administrator_not_found",
                "there is no such administrator here",
            ),
            AdminError::NotFound("audit event") => {
                Self::new(StatusCode::NOT_FOUND, "audit_event_not_found", "there is no such event here")
            }
            AdminError::NotFound("pending metadata") => Self::new(
                StatusCode::NOT_FOUND,
                "pending_metadata_not_found",
                "no change of the metadata awaits approval",
            ),
            AdminError::NotFound(_) => Self::not_found(),
            AdminError::Invalid(problems) => Self::invalid_request(problems),
            AdminError::Stale => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "it was changed meanwhile; read it again",
            ),
            AdminError::Taken(key) => key.into(),
            AdminError::InUse(values) => {
                Self::conflict("value_in_use", format!("these are still in use: {}", values.join(", ")))
            }
            AdminError::TooMany(bounded) => {
                let code = match bounded {
                    Bounded::Connections => "too_many_connections",
                    Bounded::ApiKeys => "too_many_api_keys",
                };
                Self::conflict(code, error.to_string())
            }
            AdminError::OperatorOnly => {
                Self::new(StatusCode::FORBIDDEN, "operator_only", "only an operator may do this")
            }
            AdminError::Oneself => {
                Self::conflict("not_to_oneself", "somebody else has to do this: nobody does it to themselves")
            }
            AdminError::Password(error) => error.into(),
            AdminError::Rotation(error) => error.into(),
            AdminError::SealedElsewhere => Self::conflict(
                "arrival_unreadable",
                "it was sealed under the key of another key file; with that it can be read",
            ),
            AdminError::Import(error) => error.into(),
            AdminError::Key(error) => {
                tracing::error!(error = %error, "a key of the service could not be made");
                Self::internal_error()
            }
            AdminError::NotByUrl => Self::conflict(
                "metadata_not_by_url",
                "the metadata did not come from an address, so that there is nothing to fetch",
            ),
            AdminError::Metadata(error) => {
                let mut problems = Problems::default();
                problems.add("", error.code, error.message);
                Self::invalid_request(problems)
            }
            AdminError::Store(error) => error.into(),
        }
    }
}

impl From<Problems> for Problem {
    fn from(problems: Problems) -> Self {
        Self::invalid_request(problems)
    }
}

impl From<UniqueKey> for Problem {
    fn from(key: UniqueKey) -> Self {
        match key {
            UniqueKey::OrganizationSlug => Self::conflict("slug_taken", "another organization has this slug"),
            UniqueKey::ConnectionKey => {
                Self::conflict("key_taken", "another connection of the organization has this key")
            }
            UniqueKey::EntityId => Self::conflict(
                "entity_id_taken",
                "another connection of the organization believes the identity provider with this entity id",
            ),
            UniqueKey::Email => {
                Self::conflict("email_in_use", "another user of the organization has this address")
            }
            UniqueKey::Administrator => {
                Self::conflict("email_in_use", "another administrator has this address")
            }
            UniqueKey::ServiceKey => RotationError::NextExists.into(),
            UniqueKey::Identity => Self::conflict(
                "name_id_in_use",
                "another user of the organization has this NameID on the connection",
            ),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::Busy(_) => Self::conflict("import_not_ended", detail),
            ImportError::KeyInUse => Self::conflict("idempotency_key_in_use", detail),
            ImportError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
            }
            ImportError::TooManyRows => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", detail),
            ImportError::Stopped => Self::conflict("import_cancelled", detail),
        }
    }
}

impl From<IdempotencyError> for Problem {
    fn from(error: IdempotencyError) -> Self {
        let detail = error.to_string();
        match error {
            IdempotencyError::InUse => Self::conflict("idempotency_key_in_use", detail),
            IdempotencyError::Reused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
            }
            IdempotencyError::TooMany => Self::too_many_requests(KEYS_RETRY),
            IdempotencyError::SealedElsewhere => Self::conflict("idempotent_answer_unreadable", detail),
            IdempotencyError::Store(error) => error.into(),
        }
    }
}

impl From<RotationError> for Problem {
    fn from(error: RotationError) -> Self {
        let code = match error {
            RotationError::NextExists => "next_key_exists",
            RotationError::PreviousExists => "previous_key_exists",
            RotationError::NotNext => "not_the_next_key",
            RotationError::IsCurrent => "current_key",
        };
        Self::conflict(code, error.to_string())
    }
}

/// This is where a failing store is handled, so it is where the failure is logged.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(key) => key.into(),
            // Somebody else was faster again and again, or what the change belongs to has just gone.
            StoreError::Conflict => Self::temporarily_unavailable(1),
            StoreError::Unavailable(ref source) => {
                tracing::error!(error = %error, cause = causes(&**source), "the database did not answer");
                Self::temporarily_unavailable(DATABASE_RETRY)
            }
            StoreError::Corrupt(ref source) => {
                tracing::error!(error = %error, cause = causes(&**source), "a stored row cannot be read");
                Self::internal_error()
            }
        }
    }
}

/// An error with all its sources, in one line.
fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_answer_is_a_matter_of_trying_again() {
        let response = Problem::from(StoreError::Unavailable("no route to host".into())).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "5");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn a_corrupt_row_is_told_to_the_log_alone() {
        let problem = Problem::from(StoreError::Corrupt("no such role: king".into()));
        assert_eq!((problem.status(), problem.code()), (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"));
        assert!(!format!("{problem:?}").contains("king"));
    }

    #[test]
    fn a_refusal_without_credentials_says_which_are_wanted() {
        let response = Problem::unauthorized().into_response();
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
    }

    #[test]
    fn what_another_key_sealed_is_no_fault_of_the_service() {
        let problem = Problem::from(AdminError::SealedElsewhere);
        assert_eq!((problem.status(), problem.code()), (StatusCode::CONFLICT, "arrival_unreadable"));
    }

    #[test]
    fn causes_are_told_in_one_line() {
        let error = StoreError::Unavailable("timed out".into());
        assert_eq!(causes(&error), "the database did not answer: timed out");
    }
}
