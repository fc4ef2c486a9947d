//! From where a request comes, as the audit trail tells it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use vestibule_domain::ports::Origin;

use super::limits::Client;
use crate::openapi::Described;

/// The id of the request, which the frame gives it.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) String);

/// From where a request comes.
pub(crate) struct Whence(pub(crate) Origin);

impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let address = Client::from_request_parts(parts, state).await?.address();
        let request_id = parts.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
        Ok(Self(Origin { address, request_id }))
    }
}

// It is nothing that a caller could choose.
impl Described for Whence {}
