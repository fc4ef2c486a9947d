//! Where an administrator goes on from: the organizations that they may reach.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::Page;

use super::frame::Frame;
use super::places::lead_to;
use super::session::SignedIn;
use super::signing_in::asked;
use crate::openapi::Routes;
use crate::web::{Failure, Site, page};

/// How many organizations a page shows.
const MOST_SHOWN: u32 = 100;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin", get(show))
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    frame: Frame,
    is_operator: bool,
    organizations: Vec<OrganizationLine>,
    next: Option<String>,
}

struct OrganizationLine {
    href: String,
    name: String,
    slug: String,
}

/// The list; or its only organization, for somebody who has no more.
async fn show(
    State(site): State<Site>,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let after = asked(query.as_deref(), "after").and_then(|id| id.parse().ok());
    let (store, page_of) = (&site.app.world.store, Page { after, limit: MOST_SHOWN });
    let administrator = &signed_in.who.administrator;
    let is_operator = administrator.role.is_operator();
    let organizations = if is_operator {
        store.organizations(page_of).await
    } else {
        store.organizations_of(administrator.id, page_of).await
    };
    let organizations = organizations.map_err(Failure::store)?;
    if let ([only], false, None) = (&organizations.items[..], is_operator, after) {
        return Ok(lead_to(&href(only)));
    }
    let line = |organization: &Organization| OrganizationLine {
        href: href(organization),
        name: organization.name.to_string(),
        slug: organization.slug.to_string(),
    };
    Ok(page(
        StatusCode::OK,
        &HomePage {
            frame: signed_in.frame(),
            is_operator,
            organizations: organizations.items.iter().map(line).collect(),
            next: organizations.next.map(|id| format!("/admin?after={id}")),
        },
    ))
}

fn href(organization: &Organization) -> String {
    format!("/admin/{}", organization.slug)
}
