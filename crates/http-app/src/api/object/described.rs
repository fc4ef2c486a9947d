//! What is said of an object by the code that reads it.

use serde_json::{Map, Value, json};
use vestibule_domain::problem::Problems;

use super::Object;

/// The members that were asked for.
#[derive(Default)]
pub(super) struct Description {
    properties: Map<String, Value>,
    pub(super) required: Vec<&'static str>,
}

/// The member that was just read, of which its schema may say more.
pub(crate) struct Member<'a>(Option<&'a mut Value>);

impl Member<'_> {
    /// The member, or each text of a list, is like this.
    pub(crate) fn like(mut self, schema: fn() -> Value) -> Self {
        if let Some(described) = &mut self.0 {
            let target =
                if described["type"] == "array" { &mut described["items"] } else { &mut **described };
            if let (Value::Object(target), Value::Object(more)) = (target, schema()) {
                target.extend(more);
            }
        }
        self
    }

    /// The list has at least so many items.
    pub(crate) fn at_least(self, least: usize) -> Self {
        self.with("minItems", least)
    }

    /// The list has at most so many items.
    pub(crate) fn at_most(self, most: usize) -> Self {
        self.with("maxItems", most)
    }

    fn with(mut self, keyword: &str, value: usize) -> Self {
        if let Some(described) = &mut self.0 {
            described[keyword] = value.into();
        }
        self
    }
}

impl Object<'_> {
    /// The schema of the objects that `read` reads, which must have the members `required`.
    pub(crate) fn described(required: &[&'static str], read: impl FnOnce(&mut Object<'_>)) -> Value {
        let mut description = Description::default();
        let mut object = Object {
            members: &Map::new(),
            at: "",
            known: Vec::new(),
            problems: &mut Problems::default(),
            description: Some(&mut description),
        };
        object.require(required);
        read(&mut object);
        let Description { properties, mut required } = description;
        required.dedup();
        let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    /// Whether the object is only described.
    pub(crate) fn is_described(&self) -> bool {
        self.description.is_some()
    }

    /// Notes a member's schema, where the object is described and not read.
    pub(super) fn describe(&mut self, name: &'static str, schema: impl FnOnce() -> Value) -> Member<'_> {
        Member(self.description.as_mut().map(|description| {
            let described = description.properties.entry(name).or_insert(Value::Null);
            *described = schema();
            described
        }))
    }
}
