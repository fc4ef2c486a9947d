//! Reading the members of a JSON object into a draft, noting every fault with its pointer.
//!
//! The same code describes the object: run on no object at all, each reading notes its member's name and schema instead. So
//! there is no schema that could say something else.
//!
//! A member that is absent leaves the draft as it is, so that the same reading makes a new draft and changes one. A member
//! of a wrong type leaves a text that fits nowhere: the field then counts as sent, and the fault that the rules find in
//! it is at the same pointer and not named twice.

mod described;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Number, Value, json};
use uuid::Uuid;
use vestibule_domain::problem::Problems;

use described::{Description, Member};

/// The code of a member that nobody asked for.
pub(crate) const UNKNOWN_FIELD: &str = "unknown_field";
const REQUIRED: &str = "required";
const WRONG_TYPE: &str = "wrong_type";
const INVALID: &str = "invalid";
const INVALID_CHOICE: &str = "invalid_choice";

/// A JSON object that is being read.
pub(crate) struct Object<'a> {
    members: &'a Map<String, Value>,
    at: &'a str,
    known: Vec<&'static str>,
    problems: &'a mut Problems,
    description: Option<&'a mut Description>,
}

impl Object<'_> {
    /// Reads the object at the pointer `at`, and notes the members that `read` did not ask for.
    pub(crate) fn of(value: &Value, at: &str, problems: &mut Problems, read: impl FnOnce(&mut Object<'_>)) {
        let Value::Object(members) = value else {
            problems.add(at, WRONG_TYPE, "must be an object");
            return;
        };
        let mut object = Object { members, at, known: Vec::new(), problems, description: None };
        read(&mut object);
        let Object { known, .. } = object;
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            problems.add(pointer(at, name), UNKNOWN_FIELD, "is not a field of this object");
        }
    }

    /// Notes which of these members are absent.
    pub(crate) fn require(&mut self, names: &[&'static str]) {
        if let Some(description) = &mut self.description {
            description.required.extend(names);
            return;
        }
        for name in names.iter().filter(|name| !self.members.contains_key(**name)) {
            self.problems.add(pointer(self.at, name), REQUIRED, "is required");
        }
    }

    /// Whether the object has the member. One that is described has all of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.description.is_some() || self.members.contains_key(name)
    }

    /// The id of a row, in its hyphenated form.
    pub(crate) fn id<T: From<Uuid>>(&mut self, name: &'static str, into: &mut Option<T>) {
        match self.member(name) {
            None => {}
            Some(Value::String(text)) => match text.parse().ok().filter(|_| text.len() == 36) {
                Some(id) => *into = Some(T::from(id)),
                None => self.problems.add(pointer(self.at, name), INVALID, "must be an id"),
            },
            Some(_) => drop(self.wrong(name, "must be a string")),
        }
        self.describe(name, || json!({"type": "string", "format": "uuid"}));
    }

    /// Notes a choice that the member's value, or its being there, makes impossible.
    pub(crate) fn invalid_choice(&mut self, name: &str, message: &str) {
        self.problems.add(pointer(self.at, name), INVALID_CHOICE, message);
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &'static str, into: &mut String) -> Member<'_> {
        match self.member(name) {
            None => {}
            Some(Value::String(text)) => into.clone_from(text),
            Some(_) => *into = self.wrong(name, "must be a string"),
        }
        self.describe(name, || json!({"type": "string"}))
    }

    /// A text that may be `null`.
    pub(crate) fn optional_text(&mut self, name: &'static str, into: &mut Option<String>) -> Member<'_> {
        match self.member(name) {
            None => {}
            Some(Value::Null) => *into = None,
            Some(Value::String(text)) => *into = Some(text.clone()),
            Some(_) => *into = Some(self.wrong(name, "must be a string or null")),
        }
        self.describe(name, || json!({"type": ["string", "null"]}))
    }

    /// True or false.
    pub(crate) fn flag(&mut self, name: &'static str, into: &mut bool) {
        match self.member(name) {
            None => {}
            Some(Value::Bool(flag)) => *into = *flag,
            Some(_) => drop(self.wrong(name, "must be true or false")),
        }
        self.describe(name, || json!({"type": "boolean"}));
    }

    /// A whole number that may be `null`. Whether it is one of `described`, the rules find.
    pub(crate) fn optional_number(
        &mut self,
        name: &'static str,
        described: RangeInclusive<i64>,
        into: &mut Option<i64>,
    ) {
        match self.member(name) {
            None => {}
            Some(Value::Null) => *into = None,
            Some(Value::Number(number)) if whole(number).is_some() => *into = whole(number),
            Some(_) => drop(self.wrong(name, "must be a whole number or null")),
        }
        let (least, most) = described.into_inner();
        self.describe(name, || json!({"type": ["integer", "null"], "minimum": least, "maximum": most}));
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy + ToString>(&mut self, name: &'static str, all: &[T], into: &mut T) {
        match self.member(name) {
            None => {}
            Some(Value::String(word)) => match all.iter().find(|choice| choice.to_string() == *word) {
                Some(choice) => *into = *choice,
                None => self.invalid_choice(name, &one_of(all)),
            },
            Some(_) => drop(self.wrong(name, "must be a string")),
        }
        self.describe(name, || json!({"type": "string", "enum": words(all)}));
    }

    /// One of a few words, or `null`.
    pub(crate) fn optional_choice<T: Copy + ToString>(
        &mut self,
        name: &'static str,
        all: &[T],
        into: &mut Option<T>,
    ) {
        match self.member(name) {
            None => {}
            Some(Value::Null) => *into = None,
            Some(Value::String(word)) => match all.iter().find(|choice| choice.to_string() == *word) {
                Some(choice) => *into = Some(*choice),
                None => self.invalid_choice(name, &format!("{}, or null", one_of(all))),
            },
            Some(_) => drop(self.wrong(name, "must be a string or null")),
        }
        self.describe(name, || {
            let words = words(all).into_iter().map(Value::String).chain([Value::Null]);
            json!({"type": ["string", "null"], "enum": words.collect::<Vec<_>>()})
        });
    }

    /// A list of texts, replaced as a whole.
    pub(crate) fn texts(&mut self, name: &'static str, into: &mut Vec<String>) -> Member<'_> {
        if let Some(value) = self.member(name) {
            *into = texts(value, &pointer(self.at, name), self.problems);
        }
        self.describe(name, || json!({"type": "array", "items": {"type": "string"}}))
    }

    /// Lists of texts by names that the sender chose.
    pub(crate) fn texts_by_name(&mut self, name: &'static str, into: &mut BTreeMap<String, Vec<String>>) {
        match self.member(name) {
            None => {}
            Some(Value::Object(members)) => {
                let at = pointer(self.at, name);
                *into = members
                    .iter()
                    .map(|(key, value)| (key.clone(), texts(value, &pointer(&at, key), self.problems)))
                    .collect();
            }
            Some(_) => drop(self.wrong(name, "must be an object")),
        }
        self.describe(name, || {
            let texts = json!({"type": "array", "items": {"type": "string"}});
            json!({"type": "object", "additionalProperties": texts})
        });
    }

    /// A list of objects, replaced as a whole. Each must have the members `required`.
    pub(crate) fn list<T: Default>(
        &mut self,
        name: &'static str,
        required: &[&'static str],
        into: &mut Vec<T>,
        read: impl Fn(&mut Object<'_>, &mut T),
    ) -> Member<'_> {
        match self.member(name) {
            None => {}
            Some(Value::Array(items)) => {
                let at = pointer(self.at, name);
                into.clear();
                for (index, item) in items.iter().enumerate() {
                    let mut draft = T::default();
                    Object::of(item, &format!("{at}/{index}"), self.problems, |object| {
                        object.require(required);
                        read(object, &mut draft);
                    });
                    // A misshapen item keeps its place, so that the pointers of those after it stay right.
                    into.push(draft);
                }
            }
            Some(_) => drop(self.wrong(name, "must be an array")),
        }
        self.describe(name, || {
            let item = Object::described(required, |object| read(object, &mut T::default()));
            json!({"type": "array", "items": item})
        })
    }

    /// An object.
    pub(crate) fn object(&mut self, name: &'static str, read: impl FnOnce(&mut Object<'_>)) {
        if self.description.is_some() {
            self.describe(name, || Object::described(&[], read));
        } else if let Some(value) = self.member(name) {
            Object::of(value, &pointer(self.at, name), self.problems, read);
        }
    }

    /// An object that may be `null`. One that was not there before must have the members `required`.
    pub(crate) fn optional_object<T: Default>(
        &mut self,
        name: &'static str,
        required: &[&'static str],
        into: &mut Option<T>,
        read: impl FnOnce(&mut Object<'_>, &mut T),
    ) {
        if self.description.is_some() {
            self.describe(name, || {
                let mut schema = Object::described(required, |object| read(object, &mut T::default()));
                schema["type"] = json!(["object", "null"]);
                schema
            });
            return;
        }
        match self.member(name) {
            None => {}
            Some(Value::Null) => *into = None,
            Some(value) => {
                let required = if into.is_none() { required } else { &[] };
                let draft = into.get_or_insert_with(T::default);
                Object::of(value, &pointer(self.at, name), self.problems, |object| {
                    object.require(required);
                    read(object, draft);
                });
            }
        }
    }

    fn wrong(&mut self, name: &str, message: &str) -> String {
        self.problems.add(pointer(self.at, name), WRONG_TYPE, message);
        String::new()
    }
}

impl<'a> Object<'a> {
    fn member(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.members.get(name)
    }
}

/// A number without a fraction, however it is written: 7, 7.0 and 70e-1 are one (RFC 8259 §6). One that is too large is the largest.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit becomes the largest, or the least")]
fn whole(number: &Number) -> Option<i64> {
    let of_float = || number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i64);
    number.as_i64().or_else(of_float)
}

/// "must be one of …".
pub(crate) fn one_of<T: ToString>(all: &[T]) -> String {
    format!("must be one of {}", words(all).join(", "))
}

fn words<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn texts(value: &Value, at: &str, problems: &mut Problems) -> Vec<String> {
    let Value::Array(items) = value else {
        problems.add(at, WRONG_TYPE, "must be an array of strings");
        return Vec::new();
    };
    let mut texts = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if !item.is_string() {
            problems.add(format!("{at}/{index}"), WRONG_TYPE, "must be a string");
        }
        texts.push(item.as_str().unwrap_or_default().to_owned());
    }
    texts
}

/// The pointer to a member (RFC 6901 §3).
fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}
