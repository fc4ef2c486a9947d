//! Setup links of an organization: mailed, listed and revoked.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::ids::SetupLinkId;
use vestibule_domain::setup_link::SetupLink;
use vestibule_domain::usecase::{AdminError, RevokeSetupLink, SendSetupLink};

use super::actors;
use super::form::Form;
use super::frame::{Badge, Frame, Here, Instant, Tone};
use super::places::lead_to;
use super::session::InOrganization;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/setup-links", get(list).post(send))
        .page("/admin/{org}/setup-links/{id}/revoke", post(revoke))
}

#[derive(Template)]
#[template(path = "portal/setup_links.html")]
struct SetupLinksPage {
    frame: Frame,
    home: String,
    form: Form,
    links: Vec<Line>,
}

struct Line {
    id: String,
    email: String,
    state: Badge,
    created_at: Instant,
    created_by: String,
    expires_at: Instant,
    last_used_at: Option<Instant>,
}

async fn list(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    shown(&site, &visit, StatusCode::OK, Form::default()).await
}

async fn shown(site: &Site, visit: &Visit, status: StatusCode, form: Form) -> Result<Response, Failure> {
    let world = &site.app.world;
    let links = world.store.setup_links(visit.organization.id).await.map_err(Failure::store)?;
    let line = |link: &SetupLink| Line {
        id: link.id.to_string(),
        email: link.email.to_string(),
        state: if link.expires_at > world.now() {
            Badge::new(Tone::Good, "Works")
        } else {
            Badge::new(Tone::Neutral, "Expired")
        },
        created_at: link.created_at.into(),
        created_by: actors::named(&link.created_by),
        expires_at: link.expires_at.into(),
        last_used_at: link.last_used_at.map(Instant::from),
    };
    let links = links.iter().map(line).collect();
    Ok(page(
        status,
        &SetupLinksPage { frame: visit.frame(Here::SingleSignOn), home: visit.home(), form, links },
    ))
}

async fn send(State(site): State<Site>, visit: InOrganization, form: Form) -> Result<Response, Failure> {
    let InOrganization { signed_in, organization } = visit;
    site.limits.take_letter(signed_in.who.administrator.id, form.text("email"))?;
    let send = SendSetupLink { world: site.app.world.clone(), secret_key: site.secret_key.clone() };
    let (status, form) = match send.run(&signed_in.actor(), &organization, form.text("email")).await {
        Ok(_) => return Ok(lead_to(&format!("/admin/{}/setup-links", organization.slug))),
        Err(AdminError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        Err(error @ AdminError::TooMany(_)) => {
            (StatusCode::CONFLICT, form.at_fault("email", error.to_string()))
        }
        Err(error) => return Err(Problem::from(error).into()),
    };
    shown(&site, &Visit::of(&signed_in, organization), status, form).await
}

async fn revoke(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let id: SetupLinkId = visit.id().ok_or_else(Problem::not_found)?;
    let revoke = RevokeSetupLink(site.app.world.clone());
    revoke.run(&visit.actor, &visit.organization, id).await.map_err(Problem::from)?;
    Ok(lead_to(&format!("{}/setup-links", visit.home())))
}
