//! Canonical XML of an element in its document: exclusive (1.0) and inclusive (1.0).
//!
//! Inheritance of `xml:` attributes, which only inclusive canonicalization has, is left out: nothing minted here has any.

use std::collections::BTreeMap;

use roxmltree::{Attribute, Node, NodeType};

use super::algorithms::transform;
use super::xml::{escape_attribute, escape_text};

/// Namespace declarations that an ancestor in the output already made, by prefix.
type Rendered = BTreeMap<String, String>;

/// How to canonicalize.
#[derive(Debug, Clone)]
pub(super) struct Canonicalization {
    exclusive: bool,
    comments: bool,
    /// The PrefixList of InclusiveNamespaces (Exclusive XML Canonicalization §3), `#default` for the default namespace.
    inclusive_prefixes: Vec<String>,
}

impl Canonicalization {
    /// The method that an identifier names; exclusive without comments for an identifier nobody knows.
    pub(super) fn named(algorithm: &str, inclusive_prefixes: &[String]) -> Self {
        let inclusive = [transform::INCLUSIVE, transform::INCLUSIVE_WITH_COMMENTS, transform::INCLUSIVE_1_1]
            .contains(&algorithm);
        Self {
            exclusive: !inclusive,
            comments: algorithm.ends_with("#WithComments"),
            inclusive_prefixes: inclusive_prefixes.to_vec(),
        }
    }

    /// The same without comments, which a reference by `URI="#…"` never selects (XML Signature 1.1 §4.4.3.3).
    pub(super) fn without_comments(self) -> Self {
        Self { comments: false, ..self }
    }

    /// The canonical text of an element and all that is in it.
    pub(super) fn of(&self, apex: Node) -> String {
        let mut out = String::new();
        self.write(apex, &Rendered::new(), &mut out);
        out
    }

    fn write(&self, node: Node, rendered: &Rendered, out: &mut String) {
        match node.node_type() {
            NodeType::Element => self.write_element(node, rendered, out),
            NodeType::Text => out.push_str(&escape_text(node.text().unwrap_or_default())),
            NodeType::Comment if self.comments => {
                out.extend(["<!--", node.text().unwrap_or_default(), "-->"]);
            }
            NodeType::PI => {
                if let Some(pi) = node.pi() {
                    let space = if pi.value.is_some() { " " } else { "" };
                    out.extend(["<?", pi.target, space, pi.value.unwrap_or_default(), "?>"]);
                }
            }
            NodeType::Comment | NodeType::Root => {}
        }
    }

    fn write_element(&self, node: Node, rendered: &Rendered, out: &mut String) {
        let name = qualified_name(node);
        let mut rendered = rendered.clone();
        out.push('<');
        out.push_str(name);
        for (prefix, uri) in self.declarations(node, &rendered) {
            let attribute = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            out.extend([" ", &attribute, "=\"", &escape_attribute(&uri), "\""]);
            rendered.insert(prefix, uri);
        }
        let mut attributes: Vec<Attribute> = node.attributes().collect();
        attributes.sort_by_key(|attribute| (attribute.namespace().unwrap_or_default(), attribute.name()));
        for attribute in attributes {
            let name = &node.document().input_text()[attribute.range_qname()];
            out.extend([" ", name, "=\"", &escape_attribute(attribute.value()), "\""]);
        }
        out.push('>');
        for child in node.children() {
            self.write(child, &rendered, out);
        }
        out.extend(["</", name, ">"]);
    }

    /// The declarations to write on an element, ordered by prefix.
    fn declarations(&self, node: Node, rendered: &Rendered) -> Rendered {
        let in_scope: Rendered = node
            .namespaces()
            .map(|namespace| (namespace.name().unwrap_or_default().to_owned(), namespace.uri().to_owned()))
            .filter(|(prefix, _)| prefix != "xml")
            .collect();
        let wanted: Vec<String> = if self.exclusive {
            let listed = self.inclusive_prefixes.iter().map(|prefix| match prefix.as_str() {
                "#default" => String::new(),
                prefix => prefix.to_owned(),
            });
            visibly_utilized(node).into_iter().chain(listed).collect()
        } else {
            in_scope.keys().cloned().chain([String::new()]).collect()
        };
        wanted
            .into_iter()
            .filter_map(|prefix| {
                let uri = match in_scope.get(&prefix) {
                    Some(uri) => uri.clone(),
                    // No default namespace here is worth a declaration only below an element that has one.
                    None if prefix.is_empty() => String::new(),
                    None => return None,
                };
                let known = rendered.get(&prefix).map_or("", String::as_str);
                (known != uri).then_some((prefix, uri))
            })
            .collect()
    }
}

/// The prefixes of an element's own name and of its attributes' names; an attribute without a prefix has no namespace.
fn visibly_utilized(node: Node) -> Vec<String> {
    let of_attributes = node.attributes().filter_map(|attribute| {
        let name = &node.document().input_text()[attribute.range_qname()];
        name.split_once(':').map(|(prefix, _)| prefix.to_owned())
    });
    let own = qualified_name(node).split_once(':').map_or(String::new(), |(prefix, _)| prefix.to_owned());
    of_attributes.chain([own]).filter(|prefix| prefix != "xml").collect()
}

/// The name as the text has it, prefix and all, which the tree does not keep.
fn qualified_name<'a>(node: Node<'a, 'a>) -> &'a str {
    let text = &node.document().input_text()[node.range().start + 1..];
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    &text[..end]
}
