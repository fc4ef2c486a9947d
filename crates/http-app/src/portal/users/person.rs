//! The page of a user.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::Connection;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::ports::{Page, SignInFilter};
use vestibule_domain::provenance::{FieldSource, Origin, Source};
use vestibule_domain::user::{CreatedBy, User};

use super::{in_words, name, pairs, state, user};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Choice, Frame, Here, Instant, Notice, Tone};
use crate::portal::list::Asked;
use crate::portal::sign_ins::Line;
use crate::portal::visit::Visit;
use crate::web::{Failure, Site, page};

/// How many of a user's latest sign-ins their page has, and how many of their sessions.
const LATEST: u32 = 10;
const SESSIONS: u32 = 20;

#[derive(Template)]
#[template(path = "portal/users/person.html")]
struct PersonPage {
    frame: Frame,
    home: String,
    here: String,
    id: String,
    version: i64,
    name: String,
    state: Badge,
    active: bool,
    values: Vec<Known>,
    assignments: Vec<AssignmentShown>,
    identities: Vec<IdentityShown>,
    sessions: Vec<SessionShown>,
    has_more_sessions: bool,
    created: &'static str,
    created_at: Instant,
    sign_ins: Vec<Line>,
    forms: Forms,
    pairs: Vec<Choice>,
    connections: Vec<Choice>,
}

/// What is typed on the page.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) assignment: Form,
    pub(super) identity: Form,
}

/// A value of a user, and where it came from.
struct Known {
    label: &'static str,
    value: Option<String>,
    origin: Option<OriginShown>,
}

struct AssignmentShown {
    key: String,
    user_type: String,
    role: String,
    origin: Option<OriginShown>,
}

struct OriginShown {
    text: String,
    at: Instant,
    /// The sign-in that brought it.
    href: Option<String>,
}

struct IdentityShown {
    key: String,
    connection: String,
    name_id: String,
}

struct SessionShown {
    connection: String,
    created_at: Instant,
    expires_at: Instant,
}

pub(super) async fn show(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    shown(&site, &visit, StatusCode::OK, Forms::default(), done(asked.form.text("done"))).await
}

/// What was done, after a form led back here.
fn done(word: &str) -> Option<Notice> {
    Some(Notice::good(match word {
        "created" => "The user is created. No mail was sent.",
        "saved" => "Saved.",
        "deactivated" => "Deactivated: this person cannot sign in, and is signed out.",
        "reactivated" => "Reactivated: this person can sign in again.",
        "signed-out" => "This person is signed out everywhere.",
        _ => return None,
    }))
}

/// Somebody changed the user since the page was opened: nothing was done, and the page shows how they are now.
pub(super) async fn meanwhile(site: &Site, visit: &Visit) -> Result<Response, Failure> {
    let text = "Somebody changed this user meanwhile, and you changed nothing. Here is how they are now: do it again, if it \
                is still to be done.";
    let notice = Notice::new(Tone::Warning, text);
    shown(site, visit, StatusCode::PRECONDITION_FAILED, Forms::default(), Some(notice)).await
}

/// The page with these forms.
pub(super) async fn shown(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    forms: Forms,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let (store, now, organization) = (&site.app.world.store, site.app.world.now(), visit.organization.id);
    let user = user(site, visit).await?;
    let (catalog, _) = store.catalog(organization).await.map_err(Failure::store)?;
    let connections = store.connections(organization).await.map_err(Failure::store)?;
    let filter = SignInFilter { user_id: Some(user.id), ..SignInFilter::default() };
    let latest = Page { after: None, limit: LATEST };
    let sign_ins = store.sign_ins(organization, &filter, latest).await.map_err(Failure::store)?;
    let first = Page { after: None, limit: SESSIONS };
    let sessions = store.sessions_of(organization, user.id, now, first).await.map_err(Failure::store)?;
    let home = visit.home();
    let mut frame = visit.frame(Here::Users);
    frame.notice = notice;
    Ok(page(
        status,
        &PersonPage {
            frame,
            here: format!("{home}/users/{}", user.id),
            id: user.id.to_string(),
            version: user.version.0,
            name: name(&user),
            state: state(&user),
            active: user.active,
            values: values(&user, &home),
            assignments: assignments(&user, &catalog, &home),
            identities: identities(&user, &connections),
            sessions: sessions
                .items
                .iter()
                .map(|session| SessionShown {
                    connection: connection_name(&connections, session.connection_id),
                    created_at: session.created_at.into(),
                    expires_at: session.expires_at.into(),
                })
                .collect(),
            has_more_sessions: sessions.next.is_some(),
            created: created(user.created_by),
            created_at: user.created_at.into(),
            sign_ins: sign_ins.items.iter().map(|record| Line::of(record, &home)).collect(),
            forms,
            pairs: pairs(&catalog, "Choose one"),
            connections: Choice::none_or("Choose one", connections.iter().map(Choice::from)),
            home,
        },
    ))
}

fn created(by: CreatedBy) -> &'static str {
    match by {
        CreatedBy::Sso => "by a first sign-in",
        CreatedBy::Api => "by an administrator",
        CreatedBy::Import => "by an import",
        CreatedBy::Scim => "by a directory (SCIM)",
    }
}

fn values(user: &User, home: &str) -> Vec<Known> {
    let (profile, provenance) = (&user.profile, &user.provenance);
    let shown = |label, value: Option<String>, origin: &Option<Origin>| Known {
        label,
        value,
        origin: origin.as_ref().map(|origin| origin_shown(origin, home)),
    };
    vec![
        shown("First name", Some(profile.first_name.to_string()), &provenance.first_name),
        shown("Last name", Some(profile.last_name.to_string()), &provenance.last_name),
        shown("E-mail address", Some(profile.email.to_string()), &provenance.email),
        shown("Location", profile.location.as_ref().map(ToString::to_string), &provenance.location),
    ]
}

fn assignments(user: &User, catalog: &Catalog, home: &str) -> Vec<AssignmentShown> {
    let shown = user.profile.assignments.iter().map(|(key, role)| {
        let (user_type, role) = in_words(catalog, key.as_str(), role.as_str());
        let origin = user.provenance.assignments.get(key);
        AssignmentShown {
            key: key.to_string(),
            user_type: user_type.to_owned(),
            role: role.to_owned(),
            origin: origin.map(|origin| origin_shown(origin, home)),
        }
    });
    shown.collect()
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
    let shown = user.identities.iter().filter_map(|identity| {
        let connection = connections.iter().find(|connection| connection.id == identity.connection_id)?;
        Some(IdentityShown {
            key: connection.details.key.to_string(),
            connection: connection.details.display_name.to_string(),
            name_id: identity.name_id.to_string(),
        })
    });
    shown.collect()
}

/// What people call a connection; nothing, where it has just gone.
fn connection_name(connections: &[Connection], id: ConnectionId) -> String {
    let found = connections.iter().find(|connection| connection.id == id);
    found.map(|connection| connection.details.display_name.to_string()).unwrap_or_default()
}
