//! The administration API, under `/api/v1`: JSON in and out, one module a resource.
//!
//! # Invariants
//!
//! - Every handler takes one of the extractors of `caller`, so none answers a program without a key, and none reaches an
//!   organization that the key is not for.
//! - Handlers hold no rule: they read a body into a draft of the domain, run a use-case, and write its result as JSON.
//! - All faults of a body are in one answer: those of its shape and those of its values.

mod body;
mod caller;
mod catalog;
mod connections;
mod etag;
mod identity_provider;
mod object;
mod organizations;
mod provisioning;
mod query;
mod service_keys;
mod sign_ins;
mod simulate;
mod users;

pub(crate) use users::UserShape;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};

use crate::state::AppState;

/// Where the router is mounted; the addresses of new resources begin with it.
const MOUNT: &str = "/api/v1";

/// The routes, to be mounted at `/api/v1`.
pub fn router() -> Router<AppState> {
    let connection = Router::new()
        .route("/", get(connections::read).patch(connections::change).delete(connections::delete))
        .route(
            "/identity-provider",
            get(identity_provider::read).put(identity_provider::save).delete(identity_provider::remove),
        )
        .route("/identity-provider/refresh", post(identity_provider::refresh))
        .route("/identity-provider/approve", post(identity_provider::approve))
        .route("/identity-provider/reject", post(identity_provider::reject))
        .route("/provisioning", get(provisioning::read).put(provisioning::save))
        .route("/simulate", post(simulate::simulate));
    let organization = Router::new()
        .route("/", get(organizations::read).patch(organizations::change).delete(organizations::delete))
        .route("/catalog", get(catalog::read).put(catalog::save))
        .route("/connections", get(connections::list).post(connections::create))
        .nest("/connections/{connection}", connection)
        .route("/users", get(users::list).post(users::create))
        .route("/users/{id}", get(users::read).patch(users::change).delete(users::deactivate))
        .route("/sign-ins", get(sign_ins::list))
        .route("/sign-ins/{id}", get(sign_ins::read));
    Router::new()
        .route("/organizations", get(organizations::list).post(organizations::create))
        .nest("/organizations/{org}", organization)
        .route("/service-keys", get(service_keys::list).post(service_keys::rotate))
        .route("/service-keys/{id}", delete(service_keys::remove))
        .route("/service-keys/{id}/activate", post(service_keys::activate))
}

/// 201, with the address of the new resource.
fn created(path: &str, resource: Response) -> Response {
    (StatusCode::CREATED, [(LOCATION, format!("{MOUNT}{path}"))], resource).into_response()
}
