//! Exclusive XML Canonicalization 1.0 without comments, of our own tree. What a signature covers is written a second time
//! by it, so that libxml's reading of a response and ours can be compared byte for byte.

use roxmltree::{Attribute, Node, NodeType};

use crate::xml::is_space;

/// The canonical form of an element, without one of the elements in it: what the enveloped-signature transform takes out.
///
/// `inclusive` are the prefixes of a `PrefixList`, `#default` for none (Exclusive XML Canonicalization §3).
pub(crate) fn canonical(apex: Node, without: Option<Node>, inclusive: &[&str]) -> String {
    let out = String::with_capacity(apex.range().len());
    let mut writer = Writer { without, inclusive, rendered: Vec::new(), out };
    writer.element(apex);
    writer.out
}

/// A namespace declaration; the empty prefix is that of the default namespace, the empty name undoes it.
type Declaration<'a> = (&'a str, &'a str);

struct Writer<'a, 'p> {
    without: Option<Node<'a, 'a>>,
    inclusive: &'p [&'p str],
    /// The declarations that were written on the open elements, the innermost last.
    rendered: Vec<Declaration<'a>>,
    out: String,
}

impl<'a> Writer<'a, '_> {
    /// Elements are at most as deep as the gate allows.
    fn element(&mut self, node: Node<'a, 'a>) {
        let name = qualified_name(node);
        let outside = self.rendered.len();
        self.out.push('<');
        self.out.push_str(name);
        self.declarations(node, name);
        self.attributes(node);
        self.out.push('>');
        let without = self.without;
        for child in node.children().filter(|child| Some(*child) != without) {
            match child.node_type() {
                NodeType::Element => self.element(child),
                NodeType::Text => escape(&mut self.out, child.text().unwrap_or_default(), text_reference),
                // The gate lets none pass.
                NodeType::Comment | NodeType::PI | NodeType::Root => {}
            }
        }
        self.out.extend(["</", name, ">"]);
        self.rendered.truncate(outside);
    }

    /// Declares what the element and its attributes use and the `PrefixList` names, where no element around did.
    fn declarations(&mut self, node: Node<'a, 'a>, name: &'a str) {
        let mut wanted: Vec<Declaration> =
            vec![(prefix(name), node.tag_name().namespace().unwrap_or_default())];
        wanted.extend(node.attributes().filter_map(|attribute| {
            let namespace = attribute.namespace()?;
            Some((prefix(attribute_name(node, &attribute)), namespace))
        }));
        for &listed in self.inclusive {
            let listed = if listed == "#default" { "" } else { listed };
            let in_scope = node.namespaces().map(|known| (known.name().unwrap_or_default(), known.uri()));
            wanted.extend(in_scope.into_iter().find(|(prefix, _)| *prefix == listed));
            if listed.is_empty() && node.lookup_namespace_uri(None).is_none() {
                wanted.push(("", ""));
            }
        }
        wanted.retain(|(prefix, _)| *prefix != "xml");
        wanted.sort_unstable();
        wanted.dedup();
        for (prefix, namespace) in wanted {
            let around = self.rendered.iter().rev().find(|(known, _)| *known == prefix);
            if around.map_or("", |(_, namespace)| namespace) == namespace {
                continue;
            }
            self.rendered.push((prefix, namespace));
            self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.out.push_str(prefix);
            self.value(namespace);
        }
    }

    /// Those without a namespace come first, as an empty name does.
    fn attributes(&mut self, node: Node<'a, 'a>) {
        let named = |attribute: Attribute<'a, 'a>| {
            (attribute.namespace().unwrap_or_default(), attribute.name(), attribute)
        };
        let mut attributes: Vec<_> = node.attributes().map(named).collect();
        attributes.sort_unstable_by(|(a, b, _), (c, d, _)| (a, b).cmp(&(c, d)));
        for (_, _, attribute) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute_name(node, &attribute));
            self.value(attribute.value());
        }
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape(&mut self.out, value, attribute_reference);
        self.out.push('"');
    }
}

/// The name as the text has it, prefix and all, which the tree does not keep.
fn qualified_name<'a>(node: Node<'a, 'a>) -> &'a str {
    let tag = node.document().input_text().get(node.range()).and_then(|tag| tag.strip_prefix('<'));
    let tag = tag.unwrap_or_default();
    let end = tag.bytes().position(|byte| is_space(byte) || matches!(byte, b'/' | b'>'));
    &tag[..end.unwrap_or(tag.len())]
}

fn attribute_name<'a>(node: Node<'a, 'a>, attribute: &Attribute) -> &'a str {
    node.document().input_text().get(attribute.range_qname()).unwrap_or_default()
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Appends a text with references in the place of some characters, all of them ASCII.
fn escape(out: &mut String, text: &str, reference: impl Fn(u8) -> Option<&'static str>) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(reference) = reference(byte) {
            out.push_str(&text[written..at]);
            out.push_str(reference);
            written = at + 1;
        }
    }
    out.push_str(&text[written..]);
}

/// Canonical XML 1.0 §2.3, text nodes.
fn text_reference(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}

/// Canonical XML 1.0 §2.3, attribute nodes.
fn attribute_reference(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}
