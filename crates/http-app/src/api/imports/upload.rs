//! The body of an import, which is read while it arrives.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _};
use vestibule_domain::import::{ImportOptions, TableDigest};
use vestibule_domain::problem::Problems;
use vestibule_domain::usecase::Reception;

use super::super::once;
use super::table::{Read, Table};
use crate::openapi::{Described, Operation};
use crate::problem::Problem;

/// The most bytes of a table.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// How long a table may be silent. `web::frame` has a limit for all of it.
const STANDSTILL: Duration = Duration::from_secs(30);

/// A table that arrives.
pub(crate) struct Upload<'a> {
    bytes: BoxStream<'a, Result<Bytes, Interrupted>>,
    size: u64,
}

/// It will not arrive whole.
struct Interrupted;

impl<S: Send + Sync> FromRequest<S> for Upload<'static> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_csv(request.headers()) || request.headers().contains_key(CONTENT_ENCODING) {
            return Err(Problem::unsupported_media_type("text/csv, in UTF-8 and not compressed"));
        }
        let body = match Body::from_request(request, state).await {
            Ok(body) => body,
            Err(never) => match never {},
        };
        Ok(Self::of(body.into_data_stream()))
    }
}

impl Described for Upload<'_> {
    fn describe(operation: &mut Operation) {
        operation.may_answer(400, &["interrupted"]);
        operation.may_answer(413, &["request_too_large"]);
        operation.may_answer(415, &["unsupported_media_type"]);
        operation.may_answer(422, &["invalid_request"]);
    }
}

impl<'a> Upload<'a> {
    /// The table that these bytes are.
    pub(crate) fn of<E: 'a>(bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'a) -> Self {
        Self { bytes: bytes.map(|bytes| bytes.map_err(|_| Interrupted)).boxed(), size: 0 }
    }

    /// Reads the table to its end, and hands its rows on.
    pub(crate) async fn receive(&mut self, reception: &mut Reception) -> Result<(), Problem> {
        let (mut table, mut rows) = (Table::default(), Vec::new());
        while let Some(bytes) = self.next().await? {
            reception.arrived(&bytes).await?;
            table.read(&bytes, &mut rows)?;
            hand_on(&mut rows, reception).await?;
        }
        table.finish(&mut rows)?;
        hand_on(&mut rows, reception).await?;
        if reception.rows() == 0 {
            let mut problems = Problems::default();
            problems.add("", "no_rows", "the table has a header and no rows");
            return Err(problems.into());
        }
        Ok(())
    }

    /// The digest of the table.
    pub(super) async fn digest(&mut self, options: ImportOptions) -> Result<String, Problem> {
        let mut digest = TableDigest::default();
        while let Some(bytes) = self.next().await? {
            digest.add(&bytes);
        }
        Ok(digest.finish(options))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let arrived = tokio::time::timeout(STANDSTILL, self.bytes.next()).await;
        let arrived = arrived.map_err(|_| {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "nothing more of the table arrived")
        })?;
        let Some(bytes) = arrived.transpose().map_err(|Interrupted| {
            Problem::new(StatusCode::BAD_REQUEST, "interrupted", "the table did not arrive whole")
        })?
        else {
            return Ok(None);
        };
        self.size += bytes.len() as u64;
        if self.size > MOST_BYTES { Err(Problem::request_too_large()) } else { Ok(Some(bytes)) }
    }
}

async fn hand_on(rows: &mut Vec<Read>, reception: &mut Reception) -> Result<(), Problem> {
    for read in rows.drain(..) {
        match read {
            Read::Row(row) => reception.take(row).await?,
            Read::Faulty(line, problems) => reception.refuse(line, problems).await?,
        }
    }
    Ok(())
}

/// `text/csv` without a `charset`, or with UTF-8 (RFC 7111 §5.1).
fn is_csv(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let is_csv = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("text/csv"));
    is_csv
        && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// By what a caller knows its import again (draft-ietf-httpapi-idempotency-key-header).
pub(super) struct ImportKey(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for ImportKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        once::key_of(&parts.headers).map(Self)
    }
}

impl Described for ImportKey {
    fn describe(operation: &mut Operation) {
        operation
            .reads(once::parameter("A name for this table, by which it is known when it is sent again."));
        operation.may_answer(400, &["malformed_header"]);
        operation.may_answer(409, &["idempotency_key_in_use"]);
        operation.may_answer(422, &["idempotency_key_reused"]);
    }
}
