//! Versions as entity tags (RFC 9110 §8.8.3), and the preconditions that clients make of them (§13.1).

use std::convert::Infallible;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use vestibule_domain::ids::Version;
use vestibule_domain::usecase::AdminError;

use crate::openapi::{Described, Operation, Parameter};
use crate::problem::Problem;

/// The strong entity tag of a version.
fn entity_tag(version: Version) -> String {
    format!("\"{version}\"")
}

/// A resource with its entity tag.
pub(crate) fn tagged(version: Version, body: impl Serialize) -> Response {
    ([(ETAG, entity_tag(version))], Json(body)).into_response()
}

/// What a client says it has seen of a resource that it changes.
pub(crate) enum IfMatch {
    /// It does not say.
    Absent,
    /// Anything, as long as the resource exists.
    Any,
    /// One of these entity tags, as they stand in the header. Weak ones are left out: they never match here.
    Tags(Vec<String>),
}

impl IfMatch {
    /// The version that must still be there when the change is written.
    pub(crate) fn expected(&self, current: Version) -> Result<Option<Version>, AdminError> {
        match self {
            Self::Absent | Self::Any => Ok(None),
            Self::Tags(tags) if tags.contains(&entity_tag(current)) => Ok(Some(current)),
            Self::Tags(_) => Err(AdminError::Stale),
        }
    }

    /// The same for a resource that exists or not: what does not exist has no version that the client could have seen.
    pub(crate) fn expected_of(&self, exists: bool, current: Version) -> Result<Option<Version>, AdminError> {
        match self {
            Self::Any | Self::Tags(_) if !exists => Err(AdminError::Stale),
            _ => self.expected(current),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Condition::of(&parts.headers, &IF_MATCH) {
            Some(Condition::Absent) => Ok(Self::Absent),
            Some(Condition::Any) => Ok(Self::Any),
            Some(Condition::Tags(tags)) => {
                Ok(Self::Tags(tags.into_iter().filter(|tag| !tag.starts_with("W/")).collect()))
            }
            None => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed_header",
                "If-Match must be * or the ETag of an earlier answer, in its quotes",
            )),
        }
    }
}

impl Described for IfMatch {
    fn describe(operation: &mut Operation) {
        operation.reads(Parameter {
            place: "header",
            name: "If-Match",
            description: "The `ETag` that must still be current, or several, or `*`.",
            schema: json!({"type": "string"}),
            example: Some("*"),
        });
        operation.may_answer(400, &["malformed_header"]);
        operation.may_answer(412, &["precondition_failed"]);
    }
}

/// What a client says it has already, so that it need not be sent again.
pub(crate) struct IfNoneMatch(Condition);

impl IfNoneMatch {
    /// The resource with its entity tag, or 304 where the client has just that.
    pub(crate) fn answer(&self, version: Version, body: impl Serialize) -> Response {
        let tag = entity_tag(version);
        let has_it = match &self.0 {
            Condition::Absent => false,
            Condition::Any => true,
            // Weak comparison (RFC 9110 §8.8.3.2).
            Condition::Tags(tags) => tags.iter().any(|seen| seen.strip_prefix("W/").unwrap_or(seen) == tag),
        };
        if has_it { (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response() } else { tagged(version, body) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // What cannot be read saves nothing, and harms nothing either.
        Ok(Self(Condition::of(&parts.headers, &IF_NONE_MATCH).unwrap_or(Condition::Absent)))
    }
}

impl Described for IfNoneMatch {
    fn describe(operation: &mut Operation) {
        operation.reads(Parameter {
            place: "header",
            name: "If-None-Match",
            description: "The `ETag` of what the caller has already. What cannot be read is overlooked.",
            schema: json!({"type": "string"}),
            example: Some("\"1\""),
        });
        operation.may_answer_unchanged();
    }
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    Absent,
    Any,
    Tags(Vec<String>),
}

impl Condition {
    fn of(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut lines = Vec::new();
        for value in headers.get_all(name) {
            lines.push(value.to_str().ok()?);
        }
        if lines.is_empty() {
            return Some(Self::Absent);
        }
        // Several lines are one list (RFC 9110 §5.3).
        let list = lines.join(",");
        if list.trim() == "*" { Some(Self::Any) } else { entity_tags(&list).map(Self::Tags) }
    }
}

/// The members of a list of entity tags, or nothing where it is none. A comma may stand within the quotes.
fn entity_tags(list: &str) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    let mut rest = list.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let weak = if rest.starts_with("W/") { 2 } else { 0 };
        let opaque = rest[weak..].strip_prefix('"')?;
        let end = opaque.find('"')?;
        if !opaque[..end].bytes().all(|byte| byte == 0x21 || (0x23..=0x7E).contains(&byte)) {
            return None;
        }
        let (tag, after) = rest.split_at(weak + end + 2);
        tags.push(tag.to_owned());
        let after = after.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_entity_tags_is_read_as_the_standard_writes_it() {
        let tags = |list| entity_tags(list).unwrap();
        assert_eq!(tags(r#""1""#), [r#""1""#]);
        assert_eq!(tags(r#" "1" , W/"2","a,b""#), [r#""1""#, r#"W/"2""#, r#""a,b""#]);
        assert_eq!(tags(r#""""#), [r#""""#]);
        for malformed in ["", "1", "\"1", "1\"", "\"1\" \"2\"", "w/\"1\"", "\"a b\"", "*, \"1\""] {
            assert_eq!(entity_tags(malformed), None, "{malformed}");
        }
    }
}
