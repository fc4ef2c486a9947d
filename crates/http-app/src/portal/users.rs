//! Users: who they are, where each value came from, and whether they can sign in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::Connection;
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{Page, SignInFilter, UserFilter};
use vestibule_domain::provenance::{FieldSource, Origin, Source};
use vestibule_domain::usecase::ChangeUser;
use vestibule_domain::user::{CreatedBy, User};

use super::form::Form;
use super::frame::{Badge, Choice, Frame, Here, Instant, Tone};
use super::list::{Asked, Pager};
use super::places::lead_to;
use super::sign_ins::Line;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many of a user's latest sign-ins their page has.
const LATEST: u32 = 10;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/users", get(list))
        .page("/admin/{org}/users/{id}", get(show))
        .page("/admin/{org}/users/{id}/active", post(switch))
}

#[derive(Template)]
#[template(path = "portal/users.html")]
struct UsersPage {
    frame: Frame,
    home: String,
    form: Form,
    states: Vec<Choice>,
    user_types: Vec<Choice>,
    locations: Vec<Choice>,
    lines: Vec<UserLine>,
    pager: Pager,
    is_filtered: bool,
}

struct UserLine {
    href: String,
    name: String,
    email: String,
    state: Badge,
    assignments: Vec<String>,
    location: Option<String>,
    last_sign_in: Option<Instant>,
}

async fn list(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let filter = UserFilter {
        text: asked.text("q"),
        active: asked.form.text("active").parse().ok(),
        user_type: asked.text("user_type"),
        location: asked.text("location"),
        ..UserFilter::default()
    };
    let store = &site.app.world.store;
    let found = store.users(visit.organization.id, &filter, asked.page()).await.map_err(Failure::store)?;
    let (catalog, _) = store.catalog(visit.organization.id).await.map_err(Failure::store)?;
    let any = Choice::new("", "Any");
    let types = catalog.user_types().iter().map(|one| Choice::new(one.key.as_str(), one.name.as_str()));
    let locations = catalog.locations().iter().map(|one| Choice::new(one.as_str(), one.as_str()));
    let home = visit.home();
    let line = |user: &User| UserLine {
        href: format!("{home}/users/{}", user.id),
        name: format!("{} {}", user.profile.first_name, user.profile.last_name),
        email: user.profile.email.to_string(),
        state: state(user),
        assignments: assignments(user, &catalog),
        location: user.profile.location.as_ref().map(ToString::to_string),
        last_sign_in: user.last_sign_in_at.map(Instant::from),
    };
    Ok(page(
        StatusCode::OK,
        &UsersPage {
            frame: visit.frame(Here::Users),
            states: vec![any.clone(), Choice::new("true", "Active"), Choice::new("false", "Deactivated")],
            user_types: std::iter::once(any.clone()).chain(types).collect(),
            locations: std::iter::once(any).chain(locations).collect(),
            lines: found.items.iter().map(line).collect(),
            pager: asked.pager(found.next),
            is_filtered: filter != UserFilter::default(),
            form: asked.form,
            home: home.clone(),
        },
    ))
}

fn state(user: &User) -> Badge {
    if user.active { Badge::new(Tone::Good, "Active") } else { Badge::new(Tone::Neutral, "Deactivated") }
}

/// Each pair by its names: "Employee: Learner".
fn assignments(user: &User, catalog: &Catalog) -> Vec<String> {
    let named = user.profile.assignments.iter().map(|(user_type, role)| {
        let known = catalog.user_type(user_type.as_str());
        let role_name = known.and_then(|known| known.role(role.as_str())).map(|role| role.name.as_str());
        format!(
            "{}: {}",
            known.map_or(user_type.as_str(), |known| known.name.as_str()),
            role_name.unwrap_or(role.as_str())
        )
    });
    named.collect()
}

#[derive(Template)]
#[template(path = "portal/user.html")]
struct UserPage {
    frame: Frame,
    home: String,
    here: String,
    id: String,
    name: String,
    state: Badge,
    active: bool,
    values: Vec<Known>,
    identities: Vec<IdentityShown>,
    created: String,
    created_at: Instant,
    sign_ins: Vec<Line>,
}

/// A value of a user, and where it came from.
struct Known {
    label: String,
    value: Option<String>,
    origin: Option<OriginShown>,
}

struct OriginShown {
    text: String,
    at: Instant,
    /// The sign-in that brought it.
    href: Option<String>,
}

struct IdentityShown {
    connection: String,
    name_id: String,
}

async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let store = &site.app.world.store;
    let user = user(&site, &visit).await?;
    let organization = visit.organization.id;
    let (catalog, _) = store.catalog(organization).await.map_err(Failure::store)?;
    let connections = store.connections(organization).await.map_err(Failure::store)?;
    let filter = SignInFilter { user_id: Some(user.id), ..SignInFilter::default() };
    let latest = Page { after: None, limit: LATEST };
    let sign_ins = store.sign_ins(organization, &filter, latest).await.map_err(Failure::store)?;
    let home = visit.home();
    Ok(page(
        StatusCode::OK,
        &UserPage {
            frame: visit.frame(Here::Users),
            here: format!("{home}/users/{}", user.id),
            id: user.id.to_string(),
            name: format!("{} {}", user.profile.first_name, user.profile.last_name),
            state: state(&user),
            active: user.active,
            values: values(&user, &catalog, &home),
            identities: identities(&user, &connections),
            created: created(user.created_by).to_owned(),
            created_at: user.created_at.into(),
            sign_ins: sign_ins.items.iter().map(|record| Line::of(record, &home)).collect(),
            home,
        },
    ))
}

async fn user(site: &Site, visit: &Visit) -> Result<User, Failure> {
    let id: UserId = visit.id().ok_or_else(Problem::not_found)?;
    let user = site.app.world.store.user(visit.organization.id, id).await.map_err(Failure::store)?;
    Ok(user.ok_or_else(Problem::not_found)?)
}

fn created(by: CreatedBy) -> &'static str {
    match by {
        CreatedBy::Sso => "by a first sign-in",
        CreatedBy::Api => "by an administrator",
        CreatedBy::Import => "by an import",
        CreatedBy::Scim => "by a directory (SCIM)",
    }
}

fn values(user: &User, catalog: &Catalog, home: &str) -> Vec<Known> {
    let (profile, provenance) = (&user.profile, &user.provenance);
    let shown = |label: &str, value: Option<String>, origin: &Option<Origin>| Known {
        label: label.to_owned(),
        value,
        origin: origin.as_ref().map(|origin| origin_shown(origin, home)),
    };
    let mut values = vec![
        shown("First name", Some(profile.first_name.to_string()), &provenance.first_name),
        shown("Last name", Some(profile.last_name.to_string()), &provenance.last_name),
        shown("E-mail address", Some(profile.email.to_string()), &provenance.email),
        shown("Location", profile.location.as_ref().map(ToString::to_string), &provenance.location),
    ];
    let by_type: BTreeMap<_, _> = provenance.assignments.iter().collect();
    for ((user_type, _), text) in profile.assignments.iter().zip(assignments(user, catalog)) {
        let origin = by_type.get(user_type).map(|origin| (*origin).clone());
        values.push(shown("User type and role", Some(text), &origin));
    }
    if profile.assignments.is_empty() {
        values.push(shown("User type and role", None, &None));
    }
    values
}

fn origin_shown(origin: &Origin, home: &str) -> OriginShown {
    let (text, href) = match &origin.source {
        Source::SignIn { connection, sign_in, from } => {
            let what = match from {
                FieldSource::Default => format!("The default of connection {connection}"),
                FieldSource::Attribute(name) => format!("Attribute {name} through {connection}"),
                FieldSource::NameId => format!("The NameID through {connection}"),
            };
            (what, Some(format!("{home}/sign-ins/{sign_in}")))
        }
        Source::Administrator => ("An administrator".to_owned(), None),
        Source::Import => ("An import".to_owned(), None),
        Source::Scim => ("A directory (SCIM)".to_owned(), None),
    };
    OriginShown { text, at: origin.at.into(), href }
}

fn identities(user: &User, connections: &[Connection]) -> Vec<IdentityShown> {
    let shown = user.identities.iter().map(|identity| {
        let connection = connections.iter().find(|connection| connection.id == identity.connection_id);
        IdentityShown {
            connection: connection.map(|one| one.details.display_name.to_string()).unwrap_or_default(),
            name_id: identity.name_id.to_string(),
        }
    });
    shown.collect()
}

/// Lets a user sign in, or not any more.
async fn switch(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let active = form.is_checked("active");
    let change = ChangeUser(site.app.world.clone());
    change
        .run(&visit.actor, &visit.organization.slug, user.id, None, &|draft| draft.active = active)
        .await
        .map_err(Problem::from)?;
    let place = format!("{}/users/{}", visit.home(), user.id);
    Ok(lead_to(&place))
}
