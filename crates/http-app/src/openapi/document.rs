//! The document as a whole (OpenAPI 3.1.0).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{Answer, Content, Header, Lead, Shape};
use super::routes::Placed;
use super::texts;
use crate::problem::{Problem, ProblemShape};
use crate::{api, web};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| made_of(&placed()));

/// The OpenAPI document.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

const REQUEST_ID: &str = "X-Request-Id";

const INTRODUCTION: &str = "Vestibule signs people in by SAML, and makes and updates their accounts as an organization's \
    provisioning settings say. Errors are problem details (RFC 9457), each with a stable `code`; a body with faults is answered \
    with all of them. A member or parameter that an address does not know is refused. An `ETag` of an answer can be sent as \
    `If-Match` with a change, which is then refused with 412 where somebody was faster.";

/// What each operation may answer, whatever it does.
const ALWAYS: [(u16, &str); 3] =
    [(408, "request_timeout"), (500, "internal_error"), (503, "temporarily_unavailable")];

/// How many codes the name of an answer lists.
const MOST_NAMED: usize = 6;

fn placed() -> Vec<Placed> {
    let mut all: Vec<_> = api::routes().into_operations(api::MOUNT).collect();
    all.extend(web::operations());
    all
}

fn made_of(operations: &[Placed]) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .for_serialize();
    let mut schemas = settings.into_generator();
    schemas.subschema_for::<ProblemShape>();
    let mut paths = Map::new();
    let mut tags = Vec::new();
    let mut problems = Problems::default();
    for placed in operations {
        if !tags.contains(&placed.operation.tag) {
            tags.push(placed.operation.tag);
        }
        let item = paths.entry(placed.path.clone()).or_insert_with(|| path_item(&placed.path));
        item[placed.method] = operation(placed, operations, &mut schemas, &mut problems);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vestibule",
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags.into_iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "responses": problems.0,
            "headers": {(REQUEST_ID): header(&Header {
                name: REQUEST_ID,
                description: "The request's id: the caller's own, if it is printable ASCII of at most 128 characters.",
                always: true,
            })},
            "securitySchemes": {"key": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key, `vk_…`, of an operator or of an organization's administrators.",
            }},
        },
    })
}

/// What all methods of an address have in common: the parameters of its path.
fn path_item(path: &str) -> Value {
    let parameters: Vec<_> = names_in(path)
        .map(|name| {
            let (description, schema) = match name {
                "org" => ("The organization's slug.", texts::slug()),
                "connection" => ("The connection's key.", texts::slug()),
                "user_type" => ("The user type's key.", texts::key()),
                "id" => ("The id.", texts::id()),
                _ => ("As it was mailed.", json!({})),
            };
            json!({"name": name, "in": "path", "required": true, "description": description, "schema": text(schema)})
        })
        .collect();
    if parameters.is_empty() { json!({}) } else { json!({"parameters": parameters}) }
}

fn text(mut schema: Value) -> Value {
    schema["type"] = "string".into();
    schema
}

/// The names of a path's parameters, in order.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn operation(
    placed: &Placed,
    all: &[Placed],
    schemas: &mut SchemaGenerator,
    problems: &mut Problems,
) -> Value {
    let described = &placed.operation;
    let mut made = json!({
        "operationId": described.id,
        "summary": described.summary,
        "tags": [described.tag],
        "security": if described.with_key { json!([{"key": []}]) } else { json!([]) },
    });
    if let Some(description) = described.description {
        made["description"] = description.into();
    }
    if !described.parameters.is_empty() {
        made["parameters"] = described
            .parameters
            .iter()
            .map(|parameter| {
                let mut made = json!({"name": parameter.name, "in": parameter.place, "required": false,
                                      "description": parameter.description, "schema": parameter.schema});
                if let Some(example) = parameter.example {
                    made["example"] = example.into();
                }
                made
            })
            .collect();
    }
    if let Some(body) = &described.body {
        let mut content = content(body, schemas);
        if let Some(answered) = described.answered(schemas) {
            explain(&mut content[body.media_type]["schema"], &answered, schemas);
        }
        for media_type in described.body_types {
            content[*media_type] = content[body.media_type].clone();
        }
        made["requestBody"] = json!({"required": true, "content": content});
    }
    let mut responses = Map::new();
    let mut problem_codes: BTreeMap<_, BTreeSet<_>> =
        ALWAYS.into_iter().map(|(status, code)| (status, BTreeSet::from([code]))).collect();
    if names_in(&placed.path).next().is_some() {
        // A segment that is no UTF-8.
        problem_codes.insert(404, BTreeSet::from(["not_found"]));
    }
    for (status, found) in &described.answers {
        if found.codes.is_empty() {
            responses.insert(status.to_string(), answer(found, described.replayed, schemas));
        } else {
            problem_codes.entry(*status).or_default().extend(&found.codes);
        }
    }
    for (status, codes) in problem_codes {
        responses.insert(status.to_string(), problems.reference(status, &codes, described.for_people));
    }
    for lead in &described.leads {
        responses[&lead.status.to_string()]["links"] = links(placed, lead, all);
    }
    made["responses"] = responses.into();
    made
}

fn answer(described: &Answer, replayed: bool, schemas: &mut SchemaGenerator) -> Value {
    let mut headers = json!({(REQUEST_ID): {"$ref": format!("#/components/headers/{REQUEST_ID}")}});
    for described in described.headers.iter().chain(replayed.then_some(&api::REPLAYED_HEADER)) {
        headers[described.name] = header(described);
    }
    let mut made = json!({"description": described.description, "headers": headers});
    if let Some(described) = &described.content {
        made["content"] = content(described, schemas);
    }
    made
}

fn header(described: &Header) -> Value {
    json!({"description": described.description, "required": described.always, "schema": {"type": "string"}})
}

fn content(described: &Content, schemas: &mut SchemaGenerator) -> Value {
    let schema = match &described.schema {
        Shape::Plain(schema) => schema.clone(),
        Shape::Of(schema_of) => schema_of(schemas).to_value(),
    };
    let mut made = json!({"schema": schema});
    if let Some(example) = &described.example {
        made["example"] = example.clone();
    }
    json!({(described.media_type): made})
}

/// Takes over what is said of a member of an answer, where the body has a member of the same name: they are about the same thing.
fn explain(body: &mut Value, answer: &Value, schemas: &SchemaGenerator) {
    let answer = definition(answer, schemas);
    let Some(properties) = body["properties"].as_object_mut() else { return };
    for (name, property) in properties {
        let Some(answered) = answer["properties"].get(name) else { continue };
        if let Some(description) = answered.get("description") {
            property["description"] = description.clone();
        }
        if property["type"] == "array" {
            explain(&mut property["items"], &definition(answered, schemas)["items"], schemas);
        } else if property["properties"].is_object() {
            explain(property, answered, schemas);
        }
    }
}

/// The schema that a reference leads to, `null` beside it or not.
fn definition<'a>(schema: &'a Value, schemas: &'a SchemaGenerator) -> &'a Value {
    let reference = schema["$ref"].as_str().or_else(|| schema["anyOf"][0]["$ref"].as_str());
    let name = reference.and_then(|reference| reference.rsplit('/').next());
    name.and_then(|name| schemas.definitions().get(name)).unwrap_or(schema)
}

/// The answers that are problems, each described once.
#[derive(Default)]
struct Problems(Map<String, Value>);

impl Problems {
    /// A reference to problem details with one of these codes, which are a page for people who prefer that.
    fn reference(&mut self, status: u16, codes: &BTreeSet<&'static str>, for_people: bool) -> Value {
        let listed = codes.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join("-");
        let more = if codes.len() > MOST_NAMED { "-and-more" } else { "" };
        let page = if for_people { "-page" } else { "" };
        let name = format!("{status}-{listed}{more}{page}");
        self.0.entry(name.clone()).or_insert_with(|| problem(status, codes, for_people));
        json!({"$ref": format!("#/components/responses/{name}")})
    }
}

fn problem(status: u16, codes: &BTreeSet<&str>, for_people: bool) -> Value {
    let mut headers = json!({(REQUEST_ID): {"$ref": format!("#/components/headers/{REQUEST_ID}")}});
    for described in Problem::headers(status) {
        headers[described.name] = header(&described);
    }
    let list: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let mut content = json!({"application/problem+json": {"schema": {
        "$ref": "#/components/schemas/Problem",
        "properties": {"code": {"enum": codes}, "status": {"const": status}},
    }}});
    if for_people {
        content["text/html"] = json!({"schema": {"type": "string"}});
    }
    json!({"description": list.join(", "), "headers": headers, "content": content})
}

/// Where to go from an answer: to each operation whose path has one parameter more, which the answer holds.
fn links(from: &Placed, lead: &Lead, all: &[Placed]) -> Value {
    let own: Vec<_> = names_in(&from.path).collect();
    let below = match lead.below {
        Some(below) => format!("{}{below}/{{{}}}", api::MOUNT, lead.parameter),
        None => format!("{}/{{{}}}", from.path, lead.parameter),
    };
    let mut made = Map::new();
    let is_below = |to: &&Placed| to.path.starts_with(&below) && names_in(&to.path).count() == own.len() + 1;
    for to in all.iter().filter(is_below) {
        let mut parameters = Map::new();
        for name in &own {
            parameters.insert((*name).to_owned(), format!("$request.path.{name}").into());
        }
        parameters.insert(lead.parameter.to_owned(), format!("$response.body#{}", lead.pointer).into());
        made.insert(
            to.operation.id.to_owned(),
            json!({"operationId": to.operation.id, "parameters": parameters}),
        );
    }
    made.into()
}
