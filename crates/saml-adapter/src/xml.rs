//! How the tree of a document is read: by expanded names, and no text that elements interrupt.

use std::borrow::Cow;

use roxmltree::{Document, Node, ParsingOptions};

/// Parses text strictly: one root, every prefix declared, no duplicate attribute, no DTD.
pub(crate) fn parse(xml: &str, max_elements: usize) -> Option<Document<'_>> {
    // The document itself, the elements, and of texts at most one before each element but the root and one before each end.
    let nodes_limit = u32::try_from(3 * max_elements).unwrap_or(u32::MAX);
    Document::parse_with_options(xml, ParsingOptions { nodes_limit, ..ParsingOptions::default() }).ok()
}

pub(crate) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// The child elements of one expanded name.
pub(crate) fn named<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name((namespace, name)))
}

/// The child element of one expanded name, if there is exactly one.
pub(crate) fn only<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    let mut found = named(node, namespace, name);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The value of an attribute without a namespace, as all of SAML's and XML Signature's are. The parser, asked for a name alone,
/// gives the first of that name in whatever namespace.
pub(crate) fn unqualified<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.namespace().is_none() && attribute.name() == name)
        .map(|attribute| attribute.value())
}

/// The text of an element that holds nothing but text. What stands around a comment or a child element is never joined.
pub(crate) fn text<'a>(node: Node<'a, '_>) -> Option<Cow<'a, str>> {
    let mut parts = node.children().map(|child| if child.is_text() { child.text() } else { None });
    match (parts.next(), parts.next()) {
        (None, _) => Some(Cow::Borrowed("")),
        (Some(text), None) => text.map(Cow::Borrowed),
        (Some(first), Some(second)) => {
            let rest = parts.collect::<Option<String>>()?;
            Some(Cow::Owned([first?, second?, &rest].concat()))
        }
    }
}

/// Whether an element has no child elements and no text but white space.
pub(crate) fn is_empty(node: Node) -> bool {
    text(node).is_some_and(|text| text.bytes().all(is_space))
}

/// XML 1.0 §2.3.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// XML 1.0 §2.2.
pub(crate) fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// A name without a colon (XML namespaces 1.0 §3), which an `xs:ID` is.
pub(crate) fn is_nc_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_character)
}

fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_character(character: char) -> bool {
    is_name_start(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_an_element_interrupts_is_no_text() {
        let read = |xml: &str| {
            let document = parse(xml, 10).unwrap();
            text(document.root_element()).map(Cow::into_owned)
        };
        assert_eq!(read("<a>ada</a>").as_deref(), Some("ada"));
        assert_eq!(read("<a>a<![CDATA[d]]>&#97;</a>").as_deref(), Some("ada"));
        assert_eq!(read("<a/>").as_deref(), Some(""));
        assert_eq!(read("<a>ad<b/>min</a>"), None);
        assert_eq!(read("<a>ad<!---->min</a>"), None);
        assert_eq!(read("<a>ad<?x?>min</a>"), None);
    }

    #[test]
    fn every_element_may_have_text_before_it_and_in_it() {
        let full = format!("<a>{} </a>", " <b> </b>".repeat(9));
        assert!(parse(&full, 10).is_some());
        assert!(parse(&full, 9).is_none());
    }

    #[test]
    fn an_id_is_a_name_without_a_colon() {
        for right in ["_1", "a", "ä.-·9"] {
            assert!(is_nc_name(right), "{right}");
        }
        for wrong in ["", "1a", "a:b", "a b", "-a", "#a", "a\n"] {
            assert!(!is_nc_name(wrong), "{wrong:?}");
        }
    }
}
