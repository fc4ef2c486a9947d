//! The document as people read it: groups of operations, each with what it takes and what it answers, in words.

use serde_json::Value;

use crate::web::prose::Prose;

/// Operations that are about one thing.
pub(in crate::web) struct Group {
    pub(in crate::web) name: String,
    pub(in crate::web) operations: Vec<Told>,
}

/// An operation.
pub(in crate::web) struct Told {
    pub(in crate::web) id: String,
    pub(in crate::web) method: String,
    pub(in crate::web) path: String,
    pub(in crate::web) summary: String,
    pub(in crate::web) description: Option<Prose>,
    pub(in crate::web) needs_key: bool,
    pub(in crate::web) parameters: Vec<Member>,
    pub(in crate::web) body: Option<Described>,
    pub(in crate::web) example: Option<String>,
    pub(in crate::web) answers: Vec<Answered>,
}

/// A parameter, or a member of an object.
pub(in crate::web) struct Member {
    pub(in crate::web) name: String,
    pub(in crate::web) kind: String,
    pub(in crate::web) required: bool,
    pub(in crate::web) description: Prose,
}

/// An object: a body, or one of the document's schemas.
pub(in crate::web) struct Described {
    pub(in crate::web) name: String,
    pub(in crate::web) description: Prose,
    pub(in crate::web) members: Vec<Member>,
}

/// An answer with one status.
pub(in crate::web) struct Answered {
    pub(in crate::web) status: String,
    pub(in crate::web) description: Prose,
    pub(in crate::web) schema: Option<String>,
    pub(in crate::web) headers: Vec<String>,
}

impl Group {
    /// The operations of a document, by their tags.
    pub(in crate::web) fn all(document: &Value) -> Vec<Self> {
        let groups = items(&document["tags"]).map(|tag| {
            let operations = members(&document["paths"]).flat_map(|(path, item)| {
                members(item).filter(|(_, operation)| operation["tags"][0] == tag["name"]).map(
                    move |(method, operation)| {
                        Told::new(document, path, &item["parameters"], method, operation)
                    },
                )
            });
            Self { name: text(&tag["name"]), operations: operations.collect() }
        });
        groups.collect()
    }
}

impl Told {
    fn new(document: &Value, path: &str, of_path: &Value, method: &str, operation: &Value) -> Self {
        let parameters = items(of_path).chain(items(&operation["parameters"])).map(|parameter| Member {
            name: text(&parameter["name"]),
            kind: format!("{}, {}", text(&parameter["in"]), kind(&parameter["schema"])),
            required: parameter["required"] == true,
            description: Prose::of(&text(&parameter["description"])),
        });
        let content = members(&operation["requestBody"]["content"]).next();
        let answers = members(&operation["responses"]).map(|(status, answer)| {
            let answer = resolved(document, answer);
            Answered::new(status, answer)
        });
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: operation["description"].as_str().map(Prose::of),
            needs_key: items(&operation["security"]).next().is_some(),
            parameters: parameters.collect(),
            body: content.map(|(media_type, content)| Described::new(media_type, &content["schema"])),
            example: content
                .and_then(|(_, content)| content.get("example"))
                .and_then(|example| serde_json::to_string_pretty(example).ok()),
            answers: answers.collect(),
        }
    }
}

impl Answered {
    fn new(status: &str, answer: &Value) -> Self {
        let schema = members(&answer["content"]).find_map(|(_, content)| content["schema"]["$ref"].as_str());
        Self {
            status: status.to_owned(),
            description: Prose::of(&text(&answer["description"])),
            schema: schema.map(|reference| last(reference).to_owned()),
            // Every answer has it.
            headers: members(&answer["headers"])
                .map(|(name, _)| name.to_owned())
                .filter(|name| name != "X-Request-Id")
                .collect(),
        }
    }
}

impl Described {
    /// The document's schemas.
    pub(in crate::web) fn all(document: &Value) -> Vec<Self> {
        members(&document["components"]["schemas"]).map(|(name, schema)| Self::new(name, schema)).collect()
    }

    fn new(name: &str, schema: &Value) -> Self {
        let mut found = Vec::new();
        collect(schema, "", &mut found);
        let description = Prose::of(&text(&schema["description"]));
        Self { name: name.to_owned(), description, members: found }
    }
}

/// The members of an object and of the objects in it, each by its way from the outermost.
fn collect(schema: &Value, at: &str, found: &mut Vec<Member>) {
    for (name, member) in members(&schema["properties"]) {
        let name = format!("{at}{name}");
        found.push(Member {
            name: name.clone(),
            kind: kind(member),
            required: items(&schema["required"])
                .any(|required| name.ends_with(required.as_str().unwrap_or("/"))),
            description: Prose::of(&text(&member["description"])),
        });
        collect(member, &format!("{name}."), found);
        collect(&member["items"], &format!("{name}[]."), found);
    }
}

/// What a value may be, in words.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return last(reference).to_owned();
    }
    if schema["anyOf"].is_array() {
        return items(&schema["anyOf"]).map(kind).collect::<Vec<_>>().join(" or ");
    }
    if schema["enum"].is_array() {
        return items(&schema["enum"])
            .map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(" | ");
    }
    let types: Vec<_> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let base = if types.iter().any(|kind| kind == "array") {
        format!("list of {}", kind(&schema["items"]))
    } else {
        types.join(" or ")
    };
    let bounds = [
        ("minLength", "maxLength", " characters"),
        ("minimum", "maximum", ""),
        ("minItems", "maxItems", " items"),
    ];
    let bounds = bounds.into_iter().filter_map(|(least, most, unit)| {
        match (schema[least].as_u64(), schema[most].as_u64()) {
            (Some(least), Some(most)) if least == most => Some(format!("{least}{unit}")),
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
            (Some(least), None) => Some(format!("at least {least}{unit}")),
            (None, Some(most)) => Some(format!("at most {most}{unit}")),
            (None, None) => None,
        }
    });
    let format = schema["format"].as_str().map(str::to_owned);
    std::iter::once(base).chain(format).chain(bounds).collect::<Vec<_>>().join(", ")
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// The last part of a reference: a schema's name.
fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_told_in_words() {
        for (schema, words) in [
            (json!({"type": "string", "minLength": 1, "maxLength": 9}), "string, 1 to 9 characters"),
            (json!({"type": ["string", "null"], "format": "uuid"}), "string or null, uuid"),
            (json!({"type": "integer", "minimum": 1, "maximum": 200}), "integer, 1 to 200"),
            (
                json!({"type": "array", "items": {"$ref": "#/components/schemas/Role"}, "maxItems": 2}),
                "list of Role, at most 2 items",
            ),
            (json!({"anyOf": [{"$ref": "#/a/B"}, {"type": "null"}]}), "B or null"),
            (json!({"enum": ["a", null]}), "a | null"),
        ] {
            assert_eq!(kind(&schema), words);
        }
    }

    #[test]
    fn the_members_of_an_object_in_another_have_its_name_before_theirs() {
        let contact = json!({"properties": {"email": {"type": "string"}}, "required": ["email"]});
        let schema =
            json!({"properties": {"contact": contact, "roles": {"type": "array", "items": contact}}});
        let described = Described::new("Connection", &schema);
        let members: Vec<_> =
            described.members.iter().map(|member| (member.name.as_str(), member.required)).collect();
        assert_eq!(
            members,
            [("contact", false), ("contact.email", true), ("roles", false), ("roles[].email", true)]
        );
    }
}
