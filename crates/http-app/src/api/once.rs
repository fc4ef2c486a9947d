//! Requests that are run once, however often they are sent: POST with an `Idempotency-Key`
//! (draft-ietf-httpapi-idempotency-key-header).

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, FromRequestParts as _, Request};
use axum::handler::Handler;
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::Instrument as _;
use vestibule_domain::idempotency::KeyedRequest;
use vestibule_domain::ids::UserId;
use vestibule_domain::usecase::{AnswerOnce, Answering, OpenRequest};

use super::body;
use super::caller::Caller;
use crate::openapi::{Handled, Header, Operation, Parameter};
use crate::problem::Problem;
use crate::state::AppState;

/// How long a request may take, from when it is claimed: as long as any request, and less than the lease of the claim, so that nobody else runs
/// it meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MOST_KEY: usize = 255;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What says that an answer is one of before.
pub(crate) const REPLAYED_HEADER: Header = Header {
    name: "Idempotent-Replayed",
    description: "`true`, where this is what the same request was answered before, by its `Idempotency-Key`. Refusals have it, too.",
    always: false,
};

/// The handler of a POST whose sender may give it a key. One with a key runs in a task of its own, so that a caller who goes away does not
/// stop it between what it writes and the keeping of its answer.
#[derive(Clone)]
pub(super) struct Once<H>(pub(super) H);

impl<H, Arguments> Handler<Once<Arguments>, AppState> for Once<H>
where
    H: Handler<Arguments, AppState>,
    Arguments: 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: AppState) -> Self::Future {
        Box::pin(async move {
            match key_of(request.headers()) {
                Ok(None) => self.0.call(request, state).await,
                key => answer(self.0, request, key, state).await.unwrap_or_else(Problem::into_response),
            }
        })
    }
}

impl<H: Handled<Arguments>, Arguments> Handled<Once<Arguments>> for Once<H> {
    fn describe(operation: &mut Operation) {
        H::describe(operation);
        operation.reads(parameter(
            "A name for this request, by which it is known when it is sent again: it is then answered as before, and not run.",
        ));
        operation.may_be_replayed();
        operation.may_answer(400, &["malformed_header", "interrupted"]);
        operation.may_answer(409, &["idempotency_key_in_use", "idempotent_answer_unreadable"]);
        operation.may_answer(413, &["request_too_large"]);
        operation.may_answer(422, &["idempotency_key_reused"]);
    }
}

/// The header in the OpenAPI document.
pub(super) fn parameter(description: &'static str) -> Parameter {
    Parameter {
        place: "header",
        name: "Idempotency-Key",
        description,
        schema: json!({"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": "^[!-~]([ -~]*[!-~])?$"}),
        example: None,
    }
}

/// The key that a sender gave a request, if it did.
pub(super) fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| {
        (1..=MOST_KEY).contains(&key.len()) && key.bytes().all(|byte| (0x20..=0x7E).contains(&byte))
    });
    match (key, values.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed_header",
            "Idempotency-Key must be 1 to 255 printable ASCII characters",
        )),
    }
}

/// Whom an answer tells of, as an extension of it. Who is erased takes along what is kept of the answer.
#[derive(Clone, Copy)]
pub(super) struct About(pub(super) Option<UserId>);

async fn answer<H, Arguments>(
    handler: H,
    request: Request,
    key: Result<Option<String>, Problem>,
    state: AppState,
) -> Result<Response, Problem>
where
    H: Handler<Arguments, AppState>,
    Arguments: 'static,
{
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &state).await?;
    let key = key?.unwrap_or_default();
    let body = whole(&parts, body, &state).await?;
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let content = [parts.method.as_str().as_bytes(), path.as_bytes(), &body];
    let keyed = KeyedRequest::new(caller.key, &key, &content);
    let once = AnswerOnce { world: state.world.clone(), vault: state.keeping.vault.clone() };
    match once.run(keyed).await? {
        Answering::Again(kept) => KeptAnswer::read(&kept),
        Answering::New(open) => {
            let tasks = state.tasks.clone();
            let request = Request::from_parts(parts, Body::from(body));
            let task = tasks.spawn(run(handler, request, state, open).in_current_span());
            Ok(task.await.unwrap_or_else(|error| match error.try_into_panic() {
                // It is told like any other.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Problem::internal_error().into_response(),
            }))
        }
    }
}

/// The body, within the limit of all bodies.
async fn whole(parts: &Parts, body: Body, state: &AppState) -> Result<Bytes, Problem> {
    let request = Request::from_parts(parts.clone(), body);
    Bytes::from_request(request, state).await.map_err(|rejection| {
        body::too_large(&rejection).unwrap_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, "interrupted", "the body did not arrive whole")
        })
    })
}

/// Runs the request, and keeps its answer. What is stopped here, nobody knows whether it was done: it can be sent again when the lease of
/// its claim ends.
async fn run<H, Arguments>(handler: H, request: Request, state: AppState, open: OpenRequest) -> Response
where
    H: Handler<Arguments, AppState>,
{
    let Ok(response) = tokio::time::timeout(PATIENCE, handler.call(request, state)).await else {
        tracing::warn!("a request with a key took too long, and was stopped");
        return Problem::request_timeout().into_response();
    };
    if !is_kept(response.status()) {
        open.release().await;
        return response;
    }
    let (parts, body) = response.into_parts();
    // It is in memory already.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        open.release().await;
        return Problem::internal_error().into_response();
    };
    let about = parts.extensions.get::<About>().and_then(|About(user)| *user);
    match KeptAnswer::of(parts.status, &parts.headers, &body) {
        Some(answer) => open.keep(&answer, about).await,
        None => open.release().await,
    }
    Response::from_parts(parts, Body::from(body))
}

/// Whether an answer is one of the request, and not of the moment or the key at which it came.
fn is_kept(status: StatusCode) -> bool {
    const OF_THE_MOMENT: [StatusCode; 3] =
        [StatusCode::UNAUTHORIZED, StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    !status.is_server_error() && !OF_THE_MOMENT.contains(&status)
}

/// An answer, as it is sealed.
#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    status: u16,
    content_type: Option<String>,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

impl KeptAnswer {
    /// What is kept of an answer. None of one that is not text: there is none.
    fn of(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Option<Vec<u8>> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kept = Self {
            status: status.as_u16(),
            content_type: header(CONTENT_TYPE),
            location: header(LOCATION),
            etag: header(ETAG),
            body: String::from_utf8(body.to_vec()).ok()?,
        };
        serde_json::to_vec(&kept).ok()
    }

    /// The answer of before.
    fn read(kept: &[u8]) -> Result<Response, Problem> {
        let unreadable = || {
            tracing::error!("an answer that is kept cannot be read");
            Problem::internal_error()
        };
        let kept: Self = serde_json::from_slice(kept).map_err(|_| unreadable())?;
        let mut response = Response::new(Body::from(kept.body));
        *response.status_mut() = StatusCode::from_u16(kept.status).map_err(|_| unreadable())?;
        let headers = response.headers_mut();
        for (name, value) in [(CONTENT_TYPE, kept.content_type), (LOCATION, kept.location), (ETAG, kept.etag)]
        {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_str(&value).map_err(|_| unreadable())?);
            }
        }
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }
}
