//! The identity provider itself.

mod assets;
mod fault;
mod form;
mod pages;
mod request;
mod routes;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use crate::Person;
use crate::mint::SigningKey;

/// No form here needs more.
const BODY_LIMIT: usize = 256 * 1024;

/// A service provider that may be signed in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its entity id: the Issuer of its requests and the audience of the responses.
    pub entity_id: String,
    /// Where its responses are posted.
    pub acs_url: String,
}

/// What an identity provider needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL under which browsers reach it, without a slash at the end.
    pub public_url: String,
    /// Whom it signs people in to; the first is the one for sign-ins that start here.
    pub relying_parties: Vec<RelyingParty>,
    /// What it signs with.
    pub key: SigningKey,
    /// Who one can be.
    pub people: Vec<Person>,
}

impl Config {
    /// The entity id, which is also the URL of the metadata.
    #[must_use]
    pub fn entity_id(&self) -> String {
        format!("{}/metadata", self.public_url)
    }

    /// The URL of the single sign-on service, for both bindings.
    #[must_use]
    pub fn sso_url(&self) -> String {
        format!("{}/sso", self.public_url)
    }

    /// The metadata as XML.
    #[must_use]
    pub fn metadata_xml(&self) -> String {
        crate::mint::metadata(&self.entity_id(), &self.sso_url(), &[self.key.certificate_der()]).xml()
    }
}

/// Why it does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Anybody can be anybody here, so nobody else may reach it.
    #[error("{0} is not a loopback address, and a demo identity provider listens on no other")]
    NotLoopback(SocketAddr),
    /// There is nobody to post a response to.
    #[error("no relying party is configured")]
    NoRelyingParty,
    /// The listener failed.
    #[error("cannot listen")]
    Io(#[from] io::Error),
}

/// Serves until `shutdown` is done, then answers what was already asked.
///
/// # Errors
///
/// Where the listener's address is not loopback, nobody is configured to sign in to, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    if config.relying_parties.is_empty() {
        return Err(ServeError::NoRelyingParty);
    }
    Ok(axum::serve(listener, router(config)).with_graceful_shutdown(shutdown).await?)
}

/// The routes, for whoever has a server already.
pub fn router(config: Config) -> Router {
    let state = Arc::new(State { config, last_responses: Mutex::default() });
    Router::new()
        .route("/", get(routes::home))
        .route("/metadata", get(routes::metadata))
        .route("/sso", get(routes::sso_by_redirect).post(routes::sso_by_post))
        .route("/start", get(routes::start))
        .route("/sign-in", post(routes::sign_in))
        .route("/assets/{name}", get(assets::asset))
        .fallback(routes::not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(state)
}

struct State {
    config: Config,
    /// The last response to each assertion consumer service, for replays.
    last_responses: Mutex<BTreeMap<String, Sent>>,
}

/// A response that was sent.
#[derive(Clone)]
struct Sent {
    xml: String,
    relay_state: String,
}

impl State {
    fn remember(&self, acs_url: &str, sent: &Sent) {
        let mut last = self.last_responses.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(acs_url.to_owned(), sent.clone());
    }

    fn last(&self, acs_url: &str) -> Option<Sent> {
        self.last_responses.lock().unwrap_or_else(PoisonError::into_inner).get(acs_url).cloned()
    }
}

/// This crate's only clock.
fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
