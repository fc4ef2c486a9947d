//! Around the administration API: whose key a request has. It is found out once, and everything behind goes by it.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;
use vestibule_domain::ports::ApiKey;
use vestibule_domain::usecase::{Authenticate, NoteKeyUse, World};

use super::Site;
use super::limits::{Client, Trying};
use crate::api::Authenticated;
use crate::problem::Problem;

/// Lets nobody through without a key, and no key more often than it may call.
pub(super) async fn authenticate(
    State(site): State<Site>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    match site.caller(client, request.headers()).await {
        Ok(key) => {
            note_use(&site.app.world, &key);
            request.extensions_mut().insert(Authenticated { key, limits: site.limits.clone() });
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl Site {
    /// The key of a request. Whoever guesses keys is made to wait; but behind one address there may be a whole office, so that what looks
    /// like a key is looked up even then, a few at a time, and one that is right is let through.
    async fn caller(&self, client: Client, headers: &HeaderMap) -> Result<ApiKey, Problem> {
        let guesses = self.limits.check(Trying::WrongKey(client));
        let presented = bearer(headers).filter(|presented| Authenticate::is_shaped(presented));
        let key = match presented {
            None => None,
            Some(presented) => {
                let _turn = match &guesses {
                    Ok(()) => None,
                    Err(wait) => Some(self.limits.turn().await.ok_or_else(|| wait.clone())?),
                };
                Authenticate(self.app.world.clone()).run(presented).await?
            }
        };
        let Some(key) = key else {
            self.limits.count(Trying::WrongKey(client));
            return Err(guesses.err().unwrap_or_else(Problem::unauthorized));
        };
        self.limits.take(Trying::Call(key.id))?;
        Ok(key)
    }
}

/// The token of `Authorization: Bearer` (RFC 6750 §2.1); the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Writes down that a key is used, once an hour. Nobody waits for it, and nobody is refused where it fails.
fn note_use(world: &World, key: &ApiKey) {
    let note = NoteKeyUse(world.clone());
    if note.is_due(key) {
        let id = key.id;
        let noted = async move {
            if let Err(error) = note.run(id).await {
                tracing::warn!(error = %error, "the use of an API key could not be written down");
            }
        };
        tokio::spawn(noted.in_current_span());
    }
}
