//! The OpenAPI document, and a page to read it in.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Site;
use crate::openapi::{Routes, document};

/// Its addresses.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("This document").get("/api/openapi.json", openapi, |it| {
        it.named("readOpenApi", "Reads this document").answers::<Value>(200, "OpenAPI 3.1.")
    })
}

async fn openapi() -> Response {
    Json(document()).into_response()
}
