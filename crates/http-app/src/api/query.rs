//! A request's query, and the pages of a list. As with a body, the code that reads a query describes it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule_domain::connection::Connection;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::ports::{Page, Paged};
use vestibule_domain::problem::Problems;

use super::object::one_of;
use crate::openapi::{Described, Operation, Parameter};
use crate::problem::Problem;

const DEFAULT_LIMIT: u32 = 50;
const MOST_LIMIT: u32 = 200;
/// The most characters of a text to search for; no stored value is longer.
const MOST_TEXT: usize = 1_024;

/// The parameters of a query, each taken once. What nobody took when it is finished is a fault.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    problems: Problems,
    description: Option<Vec<Parameter>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { pairs, problems: Problems::default(), description: None })
    }
}

impl Described for Query {
    fn describe(operation: &mut Operation) {
        operation.may_answer(422, &["invalid_request"]);
    }
}

impl Query {
    /// The parameters that `read` reads.
    pub(crate) fn described<T>(read: impl FnOnce(&mut Self) -> T) -> Vec<Parameter> {
        let description = Some(Vec::new());
        let mut query = Self { pairs: Vec::new(), problems: Problems::default(), description };
        read(&mut query);
        query.description.unwrap_or_default()
    }

    /// A text to search for.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.describe(name, "Those whose value is this one.", || {
            json!({"type": "string", "maxLength": MOST_TEXT, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"})
        });
        self.parsed(name, "must be at most 1024 characters without control characters", |text| {
            let fits = text.chars().count() <= MOST_TEXT && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
        })
    }

    /// True or false.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.describe(name, "Those for which it is so.", || json!({"type": "boolean"}));
        self.parsed(name, "must be true or false", |text| text.parse().ok())
    }

    /// The id of a row.
    pub(crate) fn id(&mut self, name: &'static str) -> Option<Uuid> {
        self.describe(name, "Those with this id.", || json!({"type": "string", "format": "uuid"}));
        self.parsed(name, "must be a UUID", |text| text.parse().ok())
    }

    /// An instant (RFC 3339).
    pub(crate) fn instant(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        self.describe(
            name,
            "An instant that bounds the list.",
            || json!({"type": "string", "format": "date-time"}),
        );
        self.parsed(name, "must be an instant like 2026-01-31T08:00:00Z (a + in it is written %2B)", |text| {
            DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc())
        })
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy + ToString>(&mut self, name: &'static str, all: &[T]) -> Option<T> {
        self.describe(
            name,
            "Those with this word.",
            || json!({"type": "string", "enum": all.iter().map(ToString::to_string).collect::<Vec<_>>()}),
        );
        let text = self.take(name)?;
        let choice = all.iter().find(|choice| choice.to_string() == text);
        if choice.is_none() {
            self.problems.add(format!("/{name}"), "invalid_choice", one_of(all));
        }
        choice.copied()
    }

    /// The connection that the parameter `connection` names; that it is none of these is a fault.
    pub(crate) fn among(&mut self, connections: &[Connection], key: &str) -> Option<ConnectionId> {
        let found = connections.iter().find(|connection| connection.details.key.as_str() == key);
        if found.is_none() {
            self.fault("connection", "connection_not_found", "is not a connection of this organization");
        }
        found.map(|connection| connection.id)
    }

    /// Notes a fault that parameters have only together, or that only the store knows.
    pub(crate) fn fault(&mut self, name: &str, code: &'static str, message: &str) {
        self.problems.add(format!("/{name}"), code, message);
    }

    /// Which part of the list is asked for: `limit` and `cursor`.
    pub(crate) fn page(&mut self) -> Page {
        self.describe(
            "limit",
            "How many at most.",
            || json!({"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT}),
        );
        self.describe(
            "cursor",
            "The `next_cursor` of the page before.",
            || json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}),
        );
        let limit = self.parsed("limit", "must be 1 to 200", |text| {
            text.parse().ok().filter(|limit| (1..=MOST_LIMIT).contains(limit))
        });
        let after = self.parsed("cursor", "is not a cursor of this list", |text| {
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|id| Uuid::from_slice(&id).ok())
        });
        Page { after, limit: limit.unwrap_or(DEFAULT_LIMIT) }
    }

    /// All faults of the query, among them the parameters that nobody took.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in &self.pairs {
            self.problems.add(format!("/{name}"), "unknown_parameter", "is not a parameter of this address");
        }
        Ok(self.problems.into_result(())?)
    }

    fn parsed<T>(&mut self, name: &str, message: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.take(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.problems.add(format!("/{name}"), "invalid", message);
        }
        value
    }

    fn describe(&mut self, name: &'static str, description: &'static str, schema: impl FnOnce() -> Value) {
        if let Some(parameters) = &mut self.description {
            parameters.push(Parameter { place: "query", name, description, schema: schema(), example: None });
        }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let (taken, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pairs).into_iter().partition(|(key, _)| key == name);
        self.pairs = left;
        if taken.len() > 1 {
            self.problems.add(format!("/{name}"), "duplicate", "stands in the query more than once");
        }
        taken.into_iter().next().map(|(_, value)| value)
    }
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(crate) struct List<T> {
    /// The items of this page.
    items: Vec<T>,
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// The page, with each item in its JSON shape.
    pub(crate) fn of<U>(page: Paged<U>, shape: impl Fn(&U) -> T) -> Self {
        Self {
            items: page.items.iter().map(shape).collect(),
            next_cursor: page.next.map(|id| URL_SAFE_NO_PAD.encode(id)),
        }
    }
}

/// A page of a list that is short enough for the store to answer all of it: oldest first, as in the other lists.
pub(crate) fn cut<T>(mut all: Vec<T>, page: Page, id: impl Fn(&T) -> Uuid) -> Paged<T> {
    all.sort_by_key(&id);
    all.retain(|item| page.after.is_none_or(|after| id(item) > after));
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(id);
    Paged { items: all, next }
}
