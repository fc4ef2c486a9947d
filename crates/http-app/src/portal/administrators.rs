//! Administrators: all of the service for an operator, and those of an organization.

use std::str::FromStr as _;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::ids::{AdministratorId, OrganizationId};
use vestibule_domain::ports::{Page, SessionsToEnd};
use vestibule_domain::usecase::{AdministratorChange, ChangeAdministrator, EndPortalSessions};

use super::frame::{Badge, Frame, Here, Instant, SECTIONS, Tone};
use super::places::lead_to;
use super::session::{InOrganization, Operator, SignedIn};
use super::signing_in::asked;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

const ADDRESS: &str = "/admin/administrators";

/// How many administrators a page shows.
const MOST_SHOWN: u32 = 100;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page(ADDRESS, get(list))
        .page("/admin/administrators/{id}/{change}", post(change))
        .page("/admin/{org}/administrators", get(list_in_organization))
}

#[derive(Template)]
#[template(path = "portal/administrators.html")]
struct AdministratorsPage {
    frame: Frame,
    lead: &'static str,
    /// Whether the reader may change them.
    may_change: bool,
    administrators: Vec<Line>,
    next: Option<String>,
}

struct Line {
    id: String,
    email: String,
    role: &'static str,
    state: Badge,
    is_disabled: bool,
    is_oneself: bool,
    created_at: Instant,
    last_signed_in_at: Option<Instant>,
}

async fn list(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let lead = "Whoever may sign in here. The command vestibule admin makes them.";
    shown(&site, &signed_in, signed_in.frame(), lead, None, query.as_deref()).await
}

async fn list_in_organization(
    State(site): State<Site>,
    visit: InOrganization,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let frame = visit.signed_in.frame().within(&visit.organization, Here::Administrators, &SECTIONS);
    let lead = "Whoever administers this organization. Operators of the service may too, and are not listed.";
    shown(&site, &visit.signed_in, frame, lead, Some(visit.organization.id), query.as_deref()).await
}

async fn shown(
    site: &Site,
    reader: &SignedIn,
    frame: Frame,
    lead: &'static str,
    organization: Option<OrganizationId>,
    query: Option<&str>,
) -> Result<Response, Failure> {
    let after = asked(query, "after").and_then(|id| id.parse().ok());
    let page_of = Page { after, limit: MOST_SHOWN };
    let found = site.app.world.store.administrators(organization, page_of).await.map_err(Failure::store)?;
    let line = |administrator: &Administrator| Line {
        id: administrator.id.to_string(),
        email: administrator.email.to_string(),
        role: if administrator.role.is_operator() { "Operator" } else { "Administrator of organizations" },
        state: if administrator.disabled {
            Badge::new(Tone::Bad, "Disabled")
        } else {
            Badge::new(Tone::Good, "Active")
        },
        is_disabled: administrator.disabled,
        is_oneself: administrator.id == reader.who.administrator.id,
        created_at: administrator.created_at.into(),
        last_signed_in_at: administrator.last_signed_in_at.map(Instant::from),
    };
    Ok(page(
        StatusCode::OK,
        &AdministratorsPage {
            frame,
            lead,
            may_change: reader.who.administrator.role.is_operator(),
            administrators: found.items.iter().map(line).collect(),
            next: found.next.map(|id| format!("?after={id}")),
        },
    ))
}

/// What an operator does to an administrator.
async fn change(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path((id, change)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = AdministratorId(Uuid::from_str(&id).map_err(|_| Problem::not_found())?);
    let (actor, world) = (signed_in.actor(), site.app.world.clone());
    let done = match change.as_str() {
        "disable" => {
            ChangeAdministrator(world).run(&actor, id, &AdministratorChange::Disable).await.map(drop)
        }
        "enable" => ChangeAdministrator(world).run(&actor, id, &AdministratorChange::Enable).await.map(drop),
        "sign-out" => EndPortalSessions(world).run(&actor, id, SessionsToEnd::All).await,
        _ => return Err(Problem::not_found().into()),
    };
    done.map_err(Problem::from)?;
    Ok(lead_to(ADDRESS))
}
