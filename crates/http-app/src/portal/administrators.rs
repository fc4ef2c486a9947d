//! Administrators: all of the service for an operator, and those of an organization.

mod change;
mod invitations;
mod single_sign_on;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::administrator::{Administrator, SingleSignOn};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::Page;

use self::single_sign_on::in_a_line;
use super::form::Form;
use super::frame::{Badge, Frame, Here, Instant, Notice, SECTIONS, Tone};
use super::session::{InOrganization, Operator, SignedIn};
use super::signing_in::asked;
use crate::openapi::Routes;
use crate::web::{Failure, Site, page};

const ADDRESS: &str = "/admin/administrators";

/// How many administrators a page shows.
const MOST_SHOWN: u32 = 100;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page(ADDRESS, get(list).post(invitations::invite))
        .page(single_sign_on::ADDRESS, get(single_sign_on::show).post(single_sign_on::name))
        .page("/admin/administrators/sso/off", post(single_sign_on::unname))
        .page("/admin/administrators/{id}", get(change::show).post(change::save))
        .page("/admin/administrators/{id}/{change}", post(change::act))
        .page("/admin/{org}/administrators", get(list_in_organization).post(invitations::invite_here))
        .page("/admin/{org}/administrators/{id}/{step}", post(invitations::act_here))
}

#[derive(Template)]
#[template(path = "portal/administrators.html")]
struct AdministratorsPage {
    frame: Frame,
    lead: &'static str,
    /// The list's own address.
    here: String,
    /// Whether the reader sees everybody, and may change them.
    is_all: bool,
    form: Form,
    administrators: Vec<Line>,
    next: Option<String>,
    /// Through which connection administrators sign in, where the reader may say so.
    single_sign_on: Option<String>,
}

struct Line {
    id: String,
    email: String,
    role: &'static str,
    /// How else they may sign in than by a password.
    single_sign_on: Option<&'static str>,
    state: Badge,
    is_disabled: bool,
    is_oneself: bool,
    /// Whether they have an invitation that can be sent again and taken back here.
    is_invited: bool,
    created_at: Instant,
    last_signed_in_at: Option<Instant>,
}

/// The list that a page shows: everybody, or an organization's.
struct List<'a> {
    reader: &'a SignedIn,
    frame: Frame,
    within: Option<OrganizationId>,
    here: String,
}

impl<'a> List<'a> {
    fn of_all(reader: &'a SignedIn) -> Self {
        Self { reader, frame: reader.frame(), within: None, here: ADDRESS.to_owned() }
    }

    fn of(visit: &'a InOrganization) -> Self {
        let organization = &visit.organization;
        Self {
            reader: &visit.signed_in,
            frame: visit.signed_in.frame().within(organization, Here::Administrators, &SECTIONS),
            within: Some(organization.id),
            here: format!("/admin/{}/administrators", organization.slug),
        }
    }

    async fn shown(
        self,
        site: &Site,
        status: StatusCode,
        form: Form,
        query: Option<&str>,
    ) -> Result<Response, Failure> {
        let after = asked(query, "after").and_then(|id| id.parse().ok());
        let page_of = Page { after, limit: MOST_SHOWN };
        let world = &site.app.world;
        let found = world.store.administrators(self.within, page_of).await.map_err(Failure::store)?;
        let mut administrators = Vec::new();
        for administrator in &found.items {
            administrators.push(self.line(site, administrator).await?);
        }
        let mut frame = self.frame;
        self.here.clone_into(&mut frame.address);
        frame.notice = asked(query, "done").as_deref().and_then(done);
        Ok(page(
            status,
            &AdministratorsPage {
                frame,
                lead: if self.within.is_none() {
                    "Whoever may sign in here."
                } else {
                    "Whoever administers this organization. Operators of the service may too, and are not listed."
                },
                here: self.here,
                is_all: self.within.is_none(),
                form,
                administrators,
                single_sign_on: if self.within.is_none() { in_a_line(site).await? } else { None },
                next: found.next.map(|id| format!("?after={id}")),
            },
        ))
    }

    async fn line(&self, site: &Site, administrator: &Administrator) -> Result<Line, Failure> {
        let is_theirs = self.within.is_none_or(|within| administrator.role.is_of_only(within));
        Ok(Line {
            id: administrator.id.to_string(),
            email: administrator.email.to_string(),
            role: role(administrator),
            single_sign_on: (administrator.single_sign_on != SingleSignOn::Forbidden)
                .then_some("single sign-on"),
            state: state(site, administrator).await?,
            is_disabled: administrator.disabled,
            is_oneself: administrator.id == self.reader.who.administrator.id,
            is_invited: is_theirs && administrator.is_invited(),
            created_at: administrator.created_at.into(),
            last_signed_in_at: administrator.last_signed_in_at.map(Instant::from),
        })
    }
}

fn role(administrator: &Administrator) -> &'static str {
    role_in_words(administrator.role.is_operator())
}

fn role_in_words(is_operator: bool) -> &'static str {
    if is_operator { "Operator" } else { "Administrator of organizations" }
}

/// Whether somebody can sign in, and if not, what is missing.
async fn state(site: &Site, administrator: &Administrator) -> Result<Badge, Failure> {
    if administrator.disabled {
        return Ok(Badge::new(Tone::Bad, "Disabled"));
    }
    if !administrator.is_invited() {
        return Ok(Badge::new(Tone::Good, "Active"));
    }
    let world = &site.app.world;
    let links = world.store.password_links(administrator.id).await.map_err(Failure::store)?;
    Ok(if links.iter().any(|link| link.expires_at > world.now()) {
        Badge::new(Tone::Notice, "Invited")
    } else {
        Badge::new(Tone::Warning, "Invitation expired")
    })
}

async fn list(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    List::of_all(&signed_in).shown(&site, StatusCode::OK, Form::default(), query.as_deref()).await
}

async fn list_in_organization(
    State(site): State<Site>,
    visit: InOrganization,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    List::of(&visit).shown(&site, StatusCode::OK, Form::default(), query.as_deref()).await
}

/// What was done, after a form led back here.
fn done(word: &str) -> Option<Notice> {
    Some(Notice::good(match word {
        "invited" => "Invited: a mail with a link is on its way. The link works for seven days.",
        "revoked" => "The invitation is taken back: its link works no more.",
        "saved" => "Saved.",
        "named" => {
            "Administrators can sign in through the connection now: say on each one’s page whether they may."
        }
        "unnamed" => "Administrators sign in with their passwords alone from now on.",
        "kept-out" => "They are kept out, and signed out everywhere.",
        "let-in" => "They may sign in again.",
        _ => return None,
    }))
}
