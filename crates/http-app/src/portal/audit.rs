//! The audit log: who changed what, from what to what, and from where.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use chrono::Duration;
use serde_json::Value;
use vestibule_domain::ids::AuditEventId;
use vestibule_domain::ports::{AuditEvent, AuditFilter};

use super::actors;
use super::form::{Form, capitalized, words_of};
use super::frame::{Frame, Here, Instant};
use super::list::{Asked, Pager};
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/audit", get(list))
        .page("/admin/{org}/audit/{id}", get(show))
}

#[derive(Template)]
#[template(path = "portal/audit.html")]
struct AuditPage {
    frame: Frame,
    here: String,
    form: Form,
    lines: Vec<Line>,
    pager: Pager,
    is_filtered: bool,
}

struct Line {
    href: String,
    at: Instant,
    who: String,
    what: String,
    code: String,
    subject: String,
}

impl Line {
    fn of(event: &AuditEvent, here: &str) -> Self {
        Self {
            href: format!("{here}/{}", event.id),
            at: event.at.into(),
            who: actors::named(&event.actor),
            what: in_words(&event.action),
            code: event.action.to_string(),
            subject: event.subject.clone(),
        }
    }
}

/// An action as people read it: `identity_provider.changed` is “Identity provider changed”.
fn in_words(action: &str) -> String {
    capitalized(&action.replace(['.', '_'], " "))
}

async fn list(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let filter = AuditFilter {
        actor: asked.text("actor"),
        action: asked.text("action"),
        subject: asked.text("subject"),
        since: asked.day("since"),
        // The day that is named counts in.
        until: asked.day("until").map(|day| day + Duration::days(1)),
    };
    let store = &site.app.world.store;
    let found = store.audit_events(Some(visit.organization.id), &filter, asked.page()).await;
    let found = found.map_err(Failure::store)?;
    let here = format!("{}/audit", visit.home());
    Ok(page(
        StatusCode::OK,
        &AuditPage {
            frame: visit.frame(Here::Audit),
            lines: found.items.iter().map(|event| Line::of(event, &here)).collect(),
            pager: asked.pager(found.next),
            is_filtered: filter != AuditFilter::default(),
            form: asked.form,
            here,
        },
    ))
}

#[derive(Template)]
#[template(path = "portal/audit_event.html")]
struct EventPage {
    frame: Frame,
    here: String,
    at: Instant,
    who: String,
    what: String,
    code: String,
    subject: String,
    address: Option<String>,
    request_id: Option<String>,
    changes: Vec<Changed>,
}

/// A member of what was changed.
struct Changed {
    name: String,
    before: String,
    after: String,
}

async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let id: AuditEventId = visit.id().ok_or_else(Problem::not_found)?;
    let store = &site.app.world.store;
    let event = store.audit_event(Some(visit.organization.id), id).await.map_err(Failure::store)?;
    let event = event.ok_or_else(Problem::not_found)?;
    let origin = event.actor.origin();
    Ok(page(
        StatusCode::OK,
        &EventPage {
            frame: visit.frame(Here::Audit),
            here: format!("{}/audit", visit.home()),
            at: event.at.into(),
            who: actors::named(&event.actor),
            what: in_words(&event.action),
            code: event.action.to_string(),
            subject: event.subject.clone(),
            address: origin.address.map(|address| address.to_string()),
            request_id: origin.request_id,
            changes: changes(event.before.as_ref(), event.after.as_ref()),
        },
    ))
}

/// Where the two differ, member by member.
fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Changed> {
    let (mut before, mut after) = (flat(before), flat(after));
    let mut names: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| Changed {
            before: before.remove(&name).unwrap_or_default(),
            after: after.remove(&name).unwrap_or_default(),
            name: words_of(&name, '.'),
        })
        .filter(|changed| changed.before != changed.after)
        .collect()
}

/// The members of an object and of the objects in it, each by its path.
fn flat(value: Option<&Value>) -> BTreeMap<String, String> {
    let mut members = BTreeMap::new();
    flatten("", value.unwrap_or(&Value::Null), &mut members);
    members
}

fn flatten(path: &str, value: &Value, members: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, members);
            }
        }
        Value::String(text) => {
            members.insert(path.to_owned(), text.clone());
        }
        other => {
            members.insert(path.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({"name": "Acme", "defaults": {"role": "learner", "location": null}});
        let after = json!({"name": "Acme", "defaults": {"role": "supervisor", "location": null}});
        let changes = changes(Some(&before), Some(&after));
        let shown: Vec<_> =
            changes.iter().map(|one| (one.name.as_str(), one.before.as_str(), one.after.as_str())).collect();
        assert_eq!(shown, [("Defaults, role", "learner", "supervisor")]);
    }
}
