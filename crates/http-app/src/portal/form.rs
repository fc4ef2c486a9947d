//! Forms, as they are posted and as they come back with what is wrong with them.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;
use vestibule_domain::ids::Version;
use vestibule_domain::problem::Problems;

use super::labels::label_of;
use crate::problem::Problem;
use crate::web::{Failure, is_form};

/// The most fields of a form.
const MOST_FIELDS: usize = 10_000;

/// A form with its values and its faults. A field's name is the JSON pointer (RFC 6901) of what it fills, without the first slash, so
/// that a fault finds its field.
#[derive(Debug, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, String>,
    pub(crate) faults: Vec<FieldFault>,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct FieldFault {
    /// The id of the field's element.
    pub(crate) id: String,
    name: String,
    /// A sentence for people.
    pub(crate) message: String,
}

impl FieldFault {
    /// The field as its label names it.
    pub(crate) fn topic(&self) -> String {
        label_of(&self.name)
    }
}

impl Form {
    /// A field's value; empty, where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether there is such a field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A field's value without space around it, unless there is none then.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim()).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
    }

    /// Whether a box is checked.
    pub(crate) fn is_checked(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// The lines of a field that are not empty, without space around them.
    pub(crate) fn lines(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// All fields, by name.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many lines of a list the form has, by a field that each line has.
    pub(crate) fn lines_of(&self, list: &str, field: &str) -> usize {
        (0..MOST_FIELDS).take_while(|index| self.has(&format!("{list}/{index}/{field}"))).count()
    }

    /// Fills a field.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), value.into());
    }

    /// Checks a box, or not.
    pub(crate) fn check(&mut self, name: &str, checked: bool) {
        self.set(name, if checked { "true" } else { "" });
    }

    /// The same form without passwords: nobody gets one back.
    pub(crate) fn without(mut self, passwords: &[&str]) -> Self {
        for name in passwords {
            self.set(*name, "");
        }
        self
    }

    /// The same form with what is wrong with it.
    pub(crate) fn with(mut self, problems: Problems) -> Self {
        self.faults.extend(problems.0.into_iter().map(|problem| {
            let name = problem.pointer.trim_start_matches('/').to_owned();
            FieldFault { id: id(&name), message: capitalized(&problem.message), name }
        }));
        self
    }

    /// The same form with one fault.
    pub(crate) fn at_fault(self, name: &str, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(name, "invalid", message);
        self.with(problems)
    }

    /// Whether anything is wrong.
    pub(crate) fn is_faulty(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Whether anything is wrong with a field.
    pub(crate) fn is_faulty_at(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.name == name)
    }

    /// What is wrong with a field.
    pub(crate) fn faults_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.faults.iter().filter(move |fault| fault.name == name).map(|fault| fault.message.as_str())
    }

    /// The version of what the form is about at which it was opened, if it says so.
    pub(crate) fn version(&self) -> Option<Version> {
        self.text("version").parse().ok().map(Version)
    }

    /// The same; where it is missing, one that nothing has. Saving without one would undo what somebody else saved.
    pub(crate) fn opened_at(&self) -> Version {
        self.version().unwrap_or(Version(0))
    }

    /// Opens the form at a version.
    pub(crate) fn open_at(&mut self, Version(version): Version) {
        self.set("version", version.to_string());
    }

    /// The id of a field's element.
    #[expect(clippy::unused_self, reason = "templates have the form at hand, and no paths")]
    pub(crate) fn id(&self, name: &str) -> String {
        id(name)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Unreadable> {
        // A browser sends no field twice that is not made so, and no page here makes one so.
        if self.values.len() >= MOST_FIELDS || self.values.insert(name, value).is_some() {
            return Err(Unreadable);
        }
        Ok(())
    }
}

/// The same faults, but those of the lines of a list at the one field that has all of them.
pub(crate) fn in_lines(mut problems: Problems, list: &str) -> Problems {
    for problem in &mut problems.0 {
        if let Some(rest) = problem.pointer.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) {
            let line =
                rest.split('/').next().and_then(|index| index.parse::<usize>().ok()).unwrap_or_default();
            problem.message = format!("line {}: {}", line + 1, problem.message);
            list.clone_into(&mut problem.pointer);
        }
    }
    problems
}

/// Letters, digits and hyphens alone: what a CSS selector takes as it is.
fn id(name: &str) -> String {
    name.replace('/', "-")
}

/// A path in words, as people read it: `technical_contact/email` is “Technical contact, email”, `roles/0` is “Role 1”.
pub(crate) fn words_of(path: &str, separator: char) -> String {
    let mut words = String::new();
    for part in path.split(separator) {
        if let Ok(index) = part.parse::<usize>() {
            // One of the list, and people count from one.
            let one = match words.strip_suffix("ies") {
                Some(stem) => format!("{stem}y"),
                None => words.trim_end_matches('s').to_owned(),
            };
            words = format!("{one} {}", index + 1);
        } else {
            words += if words.is_empty() { "" } else { ", " };
            words += &in_words(part);
        }
    }
    capitalized(&words)
}

fn in_words(part: &str) -> String {
    let written = |word: &str| match word {
        "url" | "jit" | "id" | "xml" | "saml" => word.to_uppercase(),
        _ => word.to_owned(),
    };
    part.split('_').map(written).collect::<Vec<_>>().join(" ")
}

pub(crate) fn capitalized(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// A form of which nothing is made.
pub(crate) struct Unreadable;

impl From<Unreadable> for Failure {
    fn from(Unreadable: Unreadable) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "malformed_form", "the form cannot be read").into()
    }
}

/// Why a body was not read to its end.
fn unread(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::request_too_large().into()
    } else {
        Unreadable.into()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let mut form = Self::default();
        if is_form(request.headers()) {
            let body =
                Bytes::from_request(request, state).await.map_err(|rejection| unread(rejection.status()))?;
            for (name, value) in form_urlencoded::parse(&body) {
                form.add(name.into_owned(), value.into_owned())?;
            }
            return Ok(form);
        }
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Err(Unreadable.into());
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| Unreadable)?;
        while let Some(part) = parts.next_field().await.map_err(|error| unread(error.status()))? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| unread(error.status()))?;
            // What is no text is refused by who reads it: it has a character that stands for what is none.
            form.add(name, String::from_utf8_lossy(&bytes).into_owned())?;
        }
        Ok(form)
    }
}

/// A form with files, which are read by who knows what they are.
pub(crate) struct Parts(pub(crate) Multipart);

impl<S: Send + Sync> FromRequest<S> for Parts {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        Ok(Self(Multipart::from_request(request, state).await.map_err(|_| Unreadable)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_in_words() {
        assert_eq!(words_of("application_url", '/'), "Application URL");
        assert_eq!(words_of("user_types/0/roles/1/key", '/'), "User type 1, role 2, key");
        assert_eq!(words_of("identities/0/connection", '/'), "Identity 1, connection");
        assert_eq!(words_of("technical_contact.email", '.'), "Technical contact, email");
    }

    #[test]
    fn a_fault_finds_its_field() {
        let mut problems = Problems::default();
        problems.add("/defaults/role", "save_default_pair", "a default user type needs a default role");
        let form = Form::default().with(problems);
        assert!(form.is_faulty_at("defaults/role") && !form.is_faulty_at("defaults/location"));
        assert_eq!(form.faults[0].id, "defaults-role");
        assert_eq!(
            form.faults_of("defaults/role").collect::<Vec<_>>(),
            ["A default user type needs a default role"]
        );
    }
}
