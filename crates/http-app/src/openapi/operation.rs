//! What one method at one address does.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::api::{Object, Query};

/// One method at one address: what it reads and what it answers.
pub(crate) struct Operation {
    pub(super) tag: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) with_key: bool,
    pub(super) for_people: bool,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Content>,
    /// Of what other types the same body may be.
    pub(super) body_types: &'static [&'static str],
    pub(super) answers: BTreeMap<u16, Answer>,
    pub(super) leads: Vec<Lead>,
    /// Whether it may answer as before.
    pub(super) replayed: bool,
    /// What an example belongs to: the body, or the answer with this status.
    last: Option<u16>,
}

/// A parameter of the query, or a header.
pub(crate) struct Parameter {
    /// `query` or `header`.
    pub(crate) place: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is for.
    pub(crate) description: &'static str,
    /// What it may be.
    pub(crate) schema: Value,
    /// What it is, for example.
    pub(crate) example: Option<&'static str>,
}

/// A header of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) description: &'static str,
    /// Whether each such answer has it.
    pub(crate) always: bool,
}

/// What a body holds.
pub(super) struct Content {
    pub(super) media_type: &'static str,
    pub(super) schema: Shape,
    pub(super) example: Option<Value>,
}

/// A schema, as it stands or by the type that is serialized.
pub(super) enum Shape {
    Plain(Value),
    Of(fn(&mut SchemaGenerator) -> Schema),
}

/// What is answered with one status.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) description: &'static str,
    pub(super) content: Option<Content>,
    pub(super) headers: Vec<Header>,
    /// The codes of problem details; none, where the answer is no problem.
    pub(super) codes: BTreeSet<&'static str>,
}

/// How the address of what an answer tells of is made of the answer.
pub(super) struct Lead {
    /// The status of the answer.
    pub(super) status: u16,
    /// The address below which it is; none where that is the operation's own.
    pub(super) below: Option<&'static str>,
    /// What comes below it.
    pub(super) parameter: &'static str,
    /// Where the answer has its value.
    pub(super) pointer: &'static str,
}

const ETAG: Header =
    Header { name: "ETag", description: "The version, for `If-Match` and `If-None-Match`.", always: true };
/// Where to go.
pub(crate) const LOCATION: Header =
    Header { name: "Location", description: "The address to go to.", always: true };

impl Operation {
    pub(super) fn of(tag: &'static str) -> Self {
        Self {
            tag,
            id: "",
            summary: "",
            description: None,
            with_key: false,
            for_people: false,
            parameters: Vec::new(),
            body: None,
            body_types: &[],
            answers: BTreeMap::new(),
            leads: Vec::new(),
            replayed: false,
            last: None,
        }
    }

    /// Its name for programs, and a line for people.
    pub(crate) fn named(mut self, id: &'static str, summary: &'static str) -> Self {
        (self.id, self.summary) = (id, summary);
        self
    }

    /// What else people should know.
    pub(crate) fn says(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// Problems are told as a page to who prefers that.
    pub(crate) fn for_people(mut self) -> Self {
        self.for_people = true;
        self
    }

    /// The query, as `read` reads it.
    pub(crate) fn query<T>(mut self, read: impl FnOnce(&mut Query) -> T) -> Self {
        self.parameters.extend(Query::described(read));
        self
    }

    /// What a parameter of the query is for.
    pub(crate) fn explains(mut self, name: &str, description: &'static str) -> Self {
        if let Some(parameter) = self.parameters.iter_mut().find(|parameter| parameter.name == name) {
            parameter.description = description;
        }
        self
    }

    /// A parameter that the handler reads by itself.
    pub(crate) fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The JSON body, as `read` reads it.
    pub(crate) fn takes(mut self, required: &[&'static str], read: impl FnOnce(&mut Object<'_>)) -> Self {
        self.body = Some(Content {
            media_type: "application/json",
            schema: Shape::Plain(Object::described(required, read)),
            example: None,
        });
        self.last = None;
        self
    }

    /// The body, but for what no reader can say of itself: which members go together.
    pub(crate) fn takes_only(mut self, alternatives: Value) -> Self {
        if let Some(Content { schema: Shape::Plain(schema), .. }) = &mut self.body {
            schema["oneOf"] = alternatives;
        }
        self
    }

    /// A body of another type than JSON.
    pub(crate) fn takes_other(mut self, media_type: &'static str, schema: Value) -> Self {
        self.body = Some(Content { media_type, schema: Shape::Plain(schema), example: None });
        self
    }

    /// The same body may be of these types, too.
    pub(crate) fn or_takes(mut self, media_types: &'static [&'static str]) -> Self {
        self.body_types = media_types;
        self
    }

    /// A JSON answer, as `T` is serialized.
    pub(crate) fn answers<T: JsonSchema>(self, status: u16, description: &'static str) -> Self {
        let schema = Shape::Of(SchemaGenerator::subschema_for::<T>);
        self.answer(
            status,
            description,
            Some(Content { media_type: "application/json", schema, example: None }),
        )
    }

    /// An answer of another type than JSON.
    pub(crate) fn answers_other(
        self,
        status: u16,
        description: &'static str,
        media_type: &'static str,
    ) -> Self {
        let schema = Shape::Plain(json!({"type": "string"}));
        self.answer(status, description, Some(Content { media_type, schema, example: None }))
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(self, status: u16, description: &'static str) -> Self {
        self.answer(status, description, None)
    }

    /// 201 with a `Location`. What was created has its own address, in which `parameter` is what the answer has at `pointer`.
    pub(crate) fn creates<T: JsonSchema>(
        self,
        description: &'static str,
        parameter: &'static str,
        pointer: &'static str,
    ) -> Self {
        let mut operation = self.answers::<T>(201, description).header(201, LOCATION);
        operation.leads.push(Lead { status: 201, below: None, parameter, pointer });
        operation
    }

    /// What the last answer tells of has an address below this one, in which `parameter` is what the answer has at `pointer`.
    pub(crate) fn leads_below(
        mut self,
        below: &'static str,
        parameter: &'static str,
        pointer: &'static str,
    ) -> Self {
        self.leads.extend(self.last.map(|status| Lead { status, below: Some(below), parameter, pointer }));
        self
    }

    /// The last answer has an `ETag`.
    pub(crate) fn tagged(self) -> Self {
        match self.last {
            Some(status) => self.header(status, ETAG),
            None => self,
        }
    }

    /// Each answer with this status has this header, too.
    pub(crate) fn header(mut self, status: u16, header: Header) -> Self {
        self.answers.entry(status).or_default().headers.push(header);
        self
    }

    /// An example of the body or answer that was named last.
    pub(crate) fn such_as(mut self, example: Value) -> Self {
        let content = match self.last {
            Some(status) => self.answers.get_mut(&status).and_then(|answer| answer.content.as_mut()),
            None => self.body.as_mut(),
        };
        if let Some(content) = content {
            content.example = Some(example);
        }
        self
    }

    /// A problem that is answered with this status, by its codes.
    pub(crate) fn problem(mut self, status: u16, codes: &[&'static str]) -> Self {
        self.may_answer(status, codes);
        self
    }

    /// The same, for an argument of the handler.
    pub(crate) fn may_answer(&mut self, status: u16, codes: &[&'static str]) {
        self.answers.entry(status).or_default().codes.extend(codes);
    }

    /// Codes that this address answers in place of others.
    pub(crate) fn instead(mut self, status: u16, code: &'static str, other: &'static str) -> Self {
        let codes = &mut self.answers.entry(status).or_default().codes;
        if codes.remove(code) {
            codes.insert(other);
        }
        self
    }

    /// 304, with the `ETag` and nothing else.
    pub(crate) fn may_answer_unchanged(&mut self) {
        let answer = self.answers.entry(304).or_default();
        answer.description = "It is as the caller has it.";
        answer.headers.push(ETAG);
    }

    /// A header that an argument of the handler reads.
    pub(crate) fn reads(&mut self, parameter: Parameter) {
        self.parameters.push(parameter);
    }

    /// It may be answered as the same request was before.
    pub(crate) fn may_be_replayed(&mut self) {
        self.replayed = true;
    }

    /// It is answered to who has a key.
    pub(crate) fn needs_key(&mut self) {
        self.with_key = true;
    }

    /// The schema of what is answered when all goes well, where it is a type's.
    pub(super) fn answered(&self, schemas: &mut SchemaGenerator) -> Option<Value> {
        let content = self.answers.range(200..300).find_map(|(_, answer)| answer.content.as_ref())?;
        match &content.schema {
            Shape::Of(schema_of) => Some(schema_of(schemas).to_value()),
            Shape::Plain(_) => None,
        }
    }

    fn answer(mut self, status: u16, description: &'static str, content: Option<Content>) -> Self {
        let answer = self.answers.entry(status).or_default();
        (answer.description, answer.content) = (description, content);
        self.last = Some(status);
        self
    }
}
