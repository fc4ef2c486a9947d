//! A request's body: JSON that can be read in one way only.

use std::collections::BTreeSet;
use std::fmt;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use vestibule_domain::problem::Problems;

use super::object::{Object, UNKNOWN_FIELD};
use crate::openapi::{Described, Operation};
use crate::problem::Problem;

/// A JSON body. Its members are read into a draft, and all that does not fit is noted.
pub(crate) struct Body(Value);

/// What a body was found to lack or to have in a wrong shape, before anybody looked at its values.
pub(crate) struct Faults(Problems);

impl Body {
    /// Reads the body as an object that must have the members `required` and may have those that `read` asks for.
    pub(crate) fn read(&self, required: &[&'static str], read: impl FnOnce(&mut Object<'_>)) -> Faults {
        let mut problems = Problems::default();
        Object::of(&self.0, "", &mut problems, |object| {
            object.require(required);
            read(object);
        });
        Faults(problems)
    }
}

impl Faults {
    /// Nothing, if there is no fault: then the use-case looks at the values. Otherwise all faults, together with those that
    /// `of_values` finds in what could be read.
    pub(crate) fn check(self, of_values: impl FnOnce() -> Option<Problems>) -> Result<(), Problems> {
        if self.is_empty() { Ok(()) } else { Err(self.with(of_values().unwrap_or_default())) }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }

    /// These faults, and those of the values that are not mere consequences of these: a value at, below or directly above
    /// a misshapen field is only what stood in for it.
    pub(crate) fn with(self, of_values: Problems) -> Problems {
        let misshapen: BTreeSet<&str> = self
            .0
            .0
            .iter()
            .filter(|problem| problem.code != UNKNOWN_FIELD)
            .map(|problem| problem.pointer.as_str())
            .collect();
        let parents: BTreeSet<&str> = misshapen.iter().filter_map(|pointer| parent(pointer)).collect();
        let own = of_values.filtered(|problem| {
            let mut above = std::iter::successors(Some(problem.pointer.as_str()), |at| parent(at));
            let below_misshapen = above.any(|at| misshapen.contains(at));
            let consequence = parents.contains(problem.pointer.as_str()) && problem.code != "too_many";
            !below_misshapen && !consequence
        });
        let mut all = self.0.clone();
        all.extend(own);
        all
    }
}

/// The pointer to what holds the field that `pointer` leads to.
fn parent(pointer: &str) -> Option<&str> {
    pointer.rsplit_once('/').map(|(parent, _)| parent)
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unsupported_media_type("application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            too_large(&rejection).unwrap_or_else(|| Problem::malformed_json("the body did not arrive whole"))
        })?;
        // serde_json refuses more than 128 levels of nesting, and anything after the value.
        let Strict(value) = serde_json::from_slice(&bytes).map_err(|error| {
            Problem::malformed_json(format!("the body is not the JSON expected: {error}"))
        })?;
        Ok(Self(value))
    }
}

impl Described for Body {
    fn describe(operation: &mut Operation) {
        operation.may_answer(400, &["malformed_json"]);
        operation.may_answer(413, &["request_too_large"]);
        operation.may_answer(415, &["unsupported_media_type"]);
        operation.may_answer(422, &["invalid_request"]);
    }
}

/// The problem of a body that is larger than any may be, if that is why it was not read.
pub(super) fn too_large(rejection: &BytesRejection) -> Option<Problem> {
    (rejection.status() == StatusCode::PAYLOAD_TOO_LARGE).then(Problem::request_too_large)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// A JSON value none of whose objects has a member twice: of two, one program reads the first and another the last
/// (RFC 8259 §4).
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let Strict(value) = access.next_value()?;
            if members.contains_key(&name) {
                return Err(A::Error::custom("an object has a member twice"));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Value> {
        serde_json::from_str(text).ok().map(|Strict(value)| value)
    }

    #[test]
    fn json_reads_as_it_stands() {
        let text = r#"{"a": [1, -2, 0.5, true, null, "x"], "b": {"c": {}}}"#;
        assert_eq!(parsed(text), serde_json::from_str(text).ok());
    }

    #[test]
    fn a_member_twice_nests_too_deep_or_trails_is_not_json() {
        assert_eq!(parsed(r#"{"a": 1, "a": 1}"#), None);
        assert_eq!(parsed(r#"[{"a": {"b": 1, "b": 2}}]"#), None);
        assert_eq!(parsed(&format!("{}{}", "[".repeat(200), "]".repeat(200))), None);
        assert_eq!(parsed("{} {}"), None);
    }

    #[test]
    fn a_consequence_of_a_misshapen_field_is_not_named_beside_it() {
        let mut shape = Problems::default();
        shape.add("/assignments/0/role", "required", "");
        shape.add("/assignments/1/x", UNKNOWN_FIELD, "");
        shape.add("/technical_contact", "wrong_type", "");
        let mut values = Problems::default();
        for pointer in ["/assignments/0", "/assignments/1", "/technical_contact/email", "/email"] {
            values.add(pointer, "invalid", "");
        }
        let all = Faults(shape).with(values);
        let pointers: Vec<_> = all.0.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/assignments/0/role", "/assignments/1/x", "/technical_contact", "/assignments/1", "/email"]
        );
    }
}
