//! API keys of an organization. A new one is shown once.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::ports::{ApiKey, Page};
use vestibule_domain::usecase::{AdminError, ApiKeyDraft, CreateApiKey, KeyOwner, RevokeApiKey};

use super::actors;
use super::form::Form;
use super::frame::{Badge, Frame, Here, Instant, Tone};
use super::places::lead_to;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many keys the page shows.
const MOST_SHOWN: u32 = 200;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/api-keys", get(list).post(create))
        .page("/admin/{org}/api-keys/{id}/revoke", post(revoke))
}

#[derive(Template)]
#[template(path = "portal/keys.html")]
struct KeysPage {
    frame: Frame,
    here: String,
    form: Form,
    /// A key that was just made, this once.
    created: Option<String>,
    keys: Vec<KeyLine>,
}

struct KeyLine {
    id: String,
    name: String,
    state: Badge,
    created_at: Instant,
    created_by: Option<String>,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
}

async fn list(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    shown(&site, &visit, StatusCode::OK, Form::default(), None).await
}

async fn shown(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    form: Form,
    created: Option<String>,
) -> Result<Response, Failure> {
    let world = &site.app.world;
    let all = Page { after: None, limit: MOST_SHOWN };
    let keys = world.store.api_keys(Some(visit.organization.id), all).await.map_err(Failure::store)?;
    let line = |key: &ApiKey| KeyLine {
        id: key.id.to_string(),
        name: key.name.to_string(),
        state: if key.expires_at.is_some_and(|end| end <= world.now()) {
            Badge::new(Tone::Neutral, "Expired")
        } else {
            Badge::new(Tone::Good, "Valid")
        },
        created_at: key.created_at.into(),
        created_by: key.created_by.as_ref().map(actors::named),
        expires_at: key.expires_at.map(Instant::from),
        last_used_at: key.last_used_at.map(Instant::from),
    };
    let keys = keys.items.iter().map(line).collect();
    let here = format!("{}/api-keys", visit.home());
    Ok(page(status, &KeysPage { frame: visit.frame(Here::Keys), here, form, created, keys }))
}

async fn create(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    // The day that is named counts in.
    let expires_at = form.optional("expires_at").map(|day| format!("{day}T23:59:59Z"));
    let draft = ApiKeyDraft { name: form.text("name").trim().to_owned(), expires_at };
    let owner = KeyOwner::Organization(visit.organization.slug.clone());
    match CreateApiKey(site.app.world.clone()).run(&visit.actor, &draft, &owner).await {
        Ok((_, token)) => {
            let token = token.reveal().to_owned();
            shown(&site, &visit, StatusCode::CREATED, Form::default(), Some(token)).await
        }
        Err(AdminError::Invalid(problems)) => {
            shown(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, form.with(problems), None).await
        }
        Err(AdminError::TooMany(bounded)) => {
            let text = format!(
                "there are {} keys, and no more may be: revoke one that is not needed any more",
                bounded.most()
            );
            shown(&site, &visit, StatusCode::CONFLICT, form.at_fault("name", text), None).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}

async fn revoke(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let id: ApiKeyId = visit.id().ok_or_else(Problem::not_found)?;
    let revoke = RevokeApiKey(site.app.world.clone());
    revoke.run(&visit.actor, Some(visit.organization.id), id).await.map_err(Problem::from)?;
    Ok(lead_to(&format!("{}/api-keys", visit.home())))
}
