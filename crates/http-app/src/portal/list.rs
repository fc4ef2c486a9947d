//! Pages of a list, and what it is filtered by. Both are in the page's address, so that it can be kept and sent to somebody.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};
use url::form_urlencoded;
use uuid::Uuid;
use vestibule_domain::ports::Page;

use super::form::Form;

/// How many lines a page has.
const LINES: u32 = 50;
/// The most characters of a text to search for; no stored value is longer.
const MOST_TEXT: usize = 1_024;

/// What a list is filtered by, as its form has it, and where its page begins. What cannot be meant is as if it were not there.
pub(crate) struct Asked {
    /// The filters.
    pub(crate) form: Form,
    path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let mut form = Form::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            form.set(name, value);
        }
        Ok(Self { form, path: parts.uri.path().to_owned() })
    }
}

/// The links from one page of a list to others.
pub(crate) struct Pager {
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl Asked {
    /// Which part of the list is asked for.
    pub(crate) fn page(&self) -> Page {
        Page { after: self.form.text("cursor").parse().ok(), limit: LINES }
    }

    /// A text to search for.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.form.optional(name)?;
        let fits = text.chars().count() <= MOST_TEXT && !text.chars().any(char::is_control);
        fits.then_some(text)
    }

    /// The beginning of a day, in UTC.
    pub(crate) fn day(&self, name: &str) -> Option<DateTime<Utc>> {
        let day: NaiveDate = self.form.text(name).parse().ok()?;
        // Beyond these years (RFC 3339) databases have no instants, and the day after the last day is none.
        (0..=9999).contains(&day.year()).then(|| day.and_time(NaiveTime::MIN).and_utc())
    }

    /// The links to other pages with the same filters.
    pub(crate) fn pager(&self, next: Option<Uuid>) -> Pager {
        let begun = !self.form.text("cursor").is_empty();
        Pager { first: begun.then(|| self.address(None)), next: next.map(|next| self.address(Some(next))) }
    }

    fn address(&self, cursor: Option<Uuid>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.form.values().filter(|(name, value)| *name != "cursor" && !value.is_empty())
        {
            query.append_pair(name, value);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.to_string());
        }
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}
