//! The history of sign-ins, each of which explains itself.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use chrono::Duration;
use vestibule_domain::ids::{SignInId, UserId};
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::SignInFilter;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{Outcome, SignInRecord};

use super::explain::{self, Explained};
use super::form::{Form, capitalized};
use super::frame::{Badge, Choice, Frame, Here, Instant};
use super::list::{Asked, Pager};
use super::places::lead_to;
use super::users::Person;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/sign-ins", get(list))
        .page("/admin/{org}/sign-ins/{id}", get(show))
}

#[derive(Template)]
#[template(path = "portal/sign_ins.html")]
struct SignInsPage {
    frame: Frame,
    home: String,
    form: Form,
    outcomes: Vec<Choice>,
    codes: Vec<Choice>,
    connections: Vec<Choice>,
    /// Whose sign-ins these are, where they are one person's.
    person: Option<Person>,
    lines: Vec<Line>,
    pager: Pager,
    is_filtered: bool,
}

/// A sign-in in a list.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) at: Instant,
    pub(super) outcome: Badge,
    pub(super) code: Option<&'static str>,
    pub(super) who: Option<String>,
    pub(super) connection: Option<String>,
    pub(super) summary: String,
}

impl Line {
    pub(super) fn of(record: &SignInRecord, home: &str) -> Self {
        Self {
            href: format!("{home}/sign-ins/{}", record.id),
            at: record.at.into(),
            outcome: explain::outcome(record.outcome),
            code: record.code.map(RefusalCode::as_str),
            who: record.name_id.clone(),
            connection: record.connection.as_ref().map(|connection| connection.key.to_string()),
            summary: ENGLISH.summary(record),
        }
    }
}

async fn list(State(site): State<Site>, visit: Visit, mut asked: Asked) -> Result<Response, Failure> {
    if let Some(reference) = asked.form.optional("reference") {
        if let Ok(id) = reference.parse().map(SignInId) {
            return Ok(lead_to(&format!("{}/sign-ins/{id}", visit.home())));
        }
        let text = "is not a reference, like 01a215b3-062f-7146-ac66-6bc67ce4f5bc";
        asked.form = asked.form.at_fault("reference", text);
    }
    let (store, organization, home) = (&site.app.world.store, visit.organization.id, visit.home());
    let connections = store.connections(organization).await.map_err(Failure::store)?;
    let chosen = asked.form.text("connection");
    let chosen = connections.iter().find(|connection| connection.details.key.as_str() == chosen);
    let user_id = asked.form.text("user").parse().ok().map(UserId);
    let person = match user_id {
        Some(id) => store.user(organization, id).await.map_err(Failure::store)?,
        None => None,
    };
    let filter = SignInFilter {
        outcome: Outcome::from_word(asked.form.text("outcome")),
        code: RefusalCode::from_word(asked.form.text("code")),
        user_id,
        since: asked.day("since"),
        // The day that is named counts in.
        until: asked.day("until").map(|day| day + Duration::days(1)),
        connection: chosen.map(|connection| connection.id),
        ..SignInFilter::default()
    };
    let found = store.sign_ins(organization, &filter, asked.page()).await.map_err(Failure::store)?;
    let outcomes = Outcome::ALL.iter().map(|one| Choice::new(one.as_str(), explain::outcome(*one).text));
    let codes = RefusalCode::ALL.iter().map(|one| Choice::new(one.as_str(), in_words(*one)));
    Ok(page(
        StatusCode::OK,
        &SignInsPage {
            frame: visit.frame(Here::SignIns),
            outcomes: Choice::none_or("Any", outcomes),
            codes: Choice::none_or("Any", codes),
            connections: Choice::none_or("Any", connections.iter().map(Choice::from)),
            person: person.map(|user| Person::of(&user, &home)),
            lines: found.items.iter().map(|record| Line::of(record, &home)).collect(),
            pager: asked.pager(found.next),
            is_filtered: filter != SignInFilter::default(),
            form: asked.form,
            home,
        },
    ))
}

/// A code as a choice says it: "Unknown location".
fn in_words(code: RefusalCode) -> String {
    capitalized(&code.as_str().replace('_', " "))
}

#[derive(Template)]
#[template(path = "portal/explained_sign_in.html")]
struct SignInPage {
    frame: Frame,
    home: String,
    reference: String,
    at: Instant,
    explained: Explained,
    user: Option<String>,
    connection: Option<String>,
    /// The connection's page with what arrived filled in to be tried again, where it still exists.
    again: Option<String>,
}

async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let store = &site.app.world.store;
    let id: SignInId = visit.id().ok_or_else(Problem::not_found)?;
    let record = store.sign_in(visit.organization.id, id).await.map_err(Failure::store)?;
    let record = record.ok_or_else(Problem::not_found)?;
    let home = visit.home();
    let connection = record.connection.as_ref().map(|connection| format!("{home}/sso/{}", connection.key));
    let user = match record.user_id {
        Some(id) => store.user(visit.organization.id, id).await.map_err(Failure::store)?,
        None => None,
    };
    Ok(page(
        StatusCode::OK,
        &SignInPage {
            frame: visit.frame(Here::SignIns),
            reference: id.to_string(),
            at: record.at.into(),
            user: user.map(|user| format!("{home}/users/{}", user.id)),
            again: connection.as_ref().map(|connection| format!("{connection}?sign_in={id}#try")),
            connection,
            explained: Explained::of(&record, &visit.service_provider(&site)),
            home,
        },
    ))
}
