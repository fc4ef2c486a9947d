//! The OpenAPI document, and a page to read it in.

mod reading;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Site;
use super::pages::{self, DocsPage};
use crate::openapi::{Routes, document};

pub(super) use reading::{Described, Group};

/// Its addresses.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("This document")
        .get("/api/openapi.json", openapi, |it| {
            it.named("readOpenApi", "Reads this document").answers::<Value>(200, "OpenAPI 3.1.")
        })
        .get("/api/docs", docs, |it| {
            it.named("readDocumentation", "Shows this document to a person").answers_other(
                200,
                "A page that loads nothing from elsewhere.",
                "text/html",
            )
        })
}

async fn openapi() -> Response {
    Json(document()).into_response()
}

async fn docs() -> Response {
    pages::page(StatusCode::OK, &DocsPage::new(document()))
}
