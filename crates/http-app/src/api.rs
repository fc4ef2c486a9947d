//! The administration API, under `/api/v1`: JSON in and out, one module a resource.
//!
//! # Invariants
//!
//! - `web::guard` finds out whose key a request has. Every handler takes one of the extractors of `caller`, which go by that, so none answers a program without a key, and none reaches an
//!   organization that the key is not for.
//! - Handlers hold no rule: they read a body into a draft of the domain, run a use-case, and write its result as JSON.
//! - Each POST but that of imports, which have keys of their own, is within `Once`.
//! - All faults of a body are in one answer: those of its shape and those of its values.

mod actors;
mod api_keys;
mod audit_events;
mod body;
mod caller;
mod catalog;
mod connections;
mod etag;
mod identity_provider;
pub(crate) mod imports;
mod logo;
mod object;
mod once;
mod organizations;
mod provisioning;
mod query;
mod scope;
mod service_keys;
mod sign_ins;
mod simulate;
mod users;

pub(crate) use caller::Authenticated;
pub(crate) use object::Object;
pub(crate) use once::REPLAYED_HEADER;
pub(crate) use query::Query;
pub(crate) use users::PersonShape;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use crate::openapi::Routes;
use crate::state::AppState;

/// Where the router is mounted; the addresses of new resources begin with it.
pub(crate) const MOUNT: &str = "/api/v1";

/// The routes, to be mounted at `/api/v1`, behind the layer that finds out whose key a request has.
pub(crate) fn router() -> Router<AppState> {
    routes().into_router()
}

/// The routes, each with its description.
pub(crate) fn routes() -> Routes<AppState> {
    organizations::routes()
        .and(logo::routes())
        .and(catalog::routes())
        .and(connections::routes())
        .and(identity_provider::routes())
        .and(provisioning::routes())
        .and(simulate::routes())
        .and(users::routes())
        .and(imports::routes())
        .and(sign_ins::routes())
        .and(audit_events::routes())
        .and(api_keys::routes())
        .and(service_keys::routes())
}

/// 201, with the address of the new resource.
fn created(path: &str, resource: Response) -> Response {
    (StatusCode::CREATED, [(LOCATION, format!("{MOUNT}{path}"))], resource).into_response()
}
