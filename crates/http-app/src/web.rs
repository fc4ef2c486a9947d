//! What browsers and identity providers meet: the sign-in paths, its pages, and the frame around every request.

mod accent;
mod acs;
mod asked;
pub(crate) mod assets;
mod cookies;
mod docs;
mod failure;
mod frame;
mod guard;
mod health;
mod limits;
mod link;
mod login;
mod logo;
mod metadata;
mod origin;
mod pages;
mod prose;
mod reader;
mod sending;
mod session;
mod signed_in;
mod slo;
mod whence;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::available_parallelism;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use vestibule_domain::organization::Organization;
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::token::SecretKey;

use crate::api;
use crate::config::PublicUrl;
use crate::openapi::{Placed, Routes};
use crate::portal;
use crate::problem::Problem;
use crate::state::AppState;

pub(crate) use accent::{Shade, shades};
pub(crate) use acs::is_form;
pub(crate) use cookies::Kind as Cookie;
pub(crate) use failure::Failure;
pub use limits::RateLimits;
pub(crate) use limits::{Client, Limits, Trying};
pub(crate) use logo::logo_path;
pub(crate) use pages::{LogoImage, page};
pub(crate) use prose::Prose;
pub(crate) use reader::Reader;
pub(crate) use sending::{send, set_policy};
pub(crate) use whence::Whence;

/// The most bytes of a body, but of a posted response: JSON of the API, and small forms.
const BODY_LIMIT: usize = 1024 * 1024;

/// How many sign-ins are worked on at once, for each processor. Verifying takes a processor for a while; the others wait
/// for their turn, so that a flood of responses leaves time for everything else.
const SIGN_INS_A_PROCESSOR: usize = 4;

/// A service, ready to answer.
#[derive(Clone)]
pub struct Site {
    pub(crate) app: AppState,
    pub(crate) public_url: PublicUrl,
    pub(crate) secret_key: SecretKey,
    pub(crate) limits: Arc<Limits>,
    seats: Arc<Semaphore>,
}

impl Site {
    /// A service over these ports. `app.public_url` must be the text of `public_url`.
    #[must_use]
    pub fn new(app: AppState, public_url: PublicUrl, secret_key: SecretKey, limits: RateLimits) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self {
            app,
            public_url,
            secret_key,
            limits: Arc::new(Limits::new(limits)),
            seats: Arc::new(Semaphore::new(processors * SIGN_INS_A_PROCESSOR)),
        }
    }

    /// The organization of a path's segment.
    async fn organization(&self, segment: &str) -> Result<Organization, Failure> {
        let slug = slug(segment)?;
        let found = self.app.world.store.organization(&slug).await.map_err(Failure::store)?;
        found.ok_or_else(|| Problem::organization_not_found().into())
    }
}

/// A segment that cannot be a slug names no organization.
fn slug(segment: &str) -> Result<OrganizationSlug, Problem> {
    OrganizationSlug::parse(segment).map_err(|_| Problem::organization_not_found())
}

/// Everything that the service answers on its public address.
pub fn router(site: Site) -> Router {
    let api = api::router()
        .route_layer(from_fn_with_state(site.clone(), guard::authenticate))
        .with_state(site.app.clone());
    routes()
        .into_router()
        .nest(api::MOUNT, api)
        .fallback(async || Failure::from(Problem::not_found()))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(site.clone(), origin::same_origin))
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(from_fn(frame::deadline))
        .layer(from_fn_with_state(site.clone(), frame::frame))
        .with_state(site)
}

/// Every address that the router knows, as a template: `/sso/{org}/login`. Which methods one has, it says itself: in the `Allow` of its
/// answer to a method that it has not.
#[must_use]
pub fn addresses() -> BTreeSet<String> {
    api::routes().into_paths(api::MOUNT).chain(routes().into_paths("")).collect()
}

/// All routes but those of the administration API, each with its description.
fn routes() -> Routes<Site> {
    let pages = Routes::of("Pages")
        .page("/", get(pages::home))
        .page("/sso/{org}/signed-in", get(signed_in::signed_in))
        .page("/sso/{org}/signed-out", get(session::signed_out))
        .page("/sso/{org}/logo", get(logo::current))
        .page("/sso/{org}/logo/{name}", get(logo::named))
        .page("/assets/{name}", get(assets::asset))
        .page("/favicon.ico", get(assets::icon));
    metadata::routes()
        .and(login::routes())
        .and(acs::routes())
        .and(slo::routes())
        .and(link::routes())
        .and(session::routes())
        .and(health::routes())
        .and(docs::routes())
        .and(portal::routes())
        .and(pages)
}

/// What is said of these routes.
pub(crate) fn operations() -> impl Iterator<Item = Placed> {
    routes().into_operations("")
}
