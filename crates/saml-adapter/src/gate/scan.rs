//! One pass over the tags, before any parser: the limits that keep every parser linear, the kinds of markup that no
//! SAML message needs, and what the parser behind it is too lenient about.
//!
//! Without comments, processing instructions and a DTD, tags are easy to tell from text: `<` begins one wherever it
//! stands outside CDATA. Where a text is not well-formed this pass may see it otherwise than the parser; the parser
//! then refuses it.

use vestibule_domain::ports::Rejection;

use crate::limits::{
    MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMESPACE_BYTES, MAX_NAMESPACES, MEAN_ATTRIBUTE_PAIRS, MEAN_DEPTH,
    MEAN_NAMESPACES,
};
use crate::xml::{is_character, is_nc_name};

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Whether comments and processing instructions may stand between tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asides {
    /// They refuse: two parsers may join the text around them differently.
    Refused,
    /// They are passed over, in metadata, which people comment.
    Skipped,
}

/// Looks at every tag of a text.
pub(crate) fn scan(xml: &str, max_elements: usize, asides: Asides) -> Result<(), Rejection> {
    // For each open element, how many namespace declarations are on it and around it.
    let mut open: Vec<usize> = Vec::new();
    let (mut elements, mut depths, mut in_force, mut pairs) = (0, 0, 0, 0);
    let mut rest = xml;
    while let Some((text, markup)) = rest.split_once('<') {
        references(text)?;
        rest = match markup.as_bytes().first() {
            Some(b'!') => after_declaration(markup, asides)?,
            Some(b'?') if asides == Asides::Refused => return Err(Rejection::ProcessingInstruction),
            Some(b'?') => after(markup, "?>")?,
            Some(b'/') => {
                open.pop();
                after_end_tag(&markup[1..])?
            }
            _ => {
                elements += 1;
                if elements > max_elements {
                    return Err(Rejection::TooManyElements(max_elements));
                }
                let tag = start_tag(markup)?;
                pairs += tag.attributes * tag.attributes;
                if pairs > MEAN_ATTRIBUTE_PAIRS * max_elements {
                    return Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES));
                }
                depths += open.len();
                if open.len() >= MAX_DEPTH || depths > MEAN_DEPTH * max_elements {
                    return Err(Rejection::TooDeep(MAX_DEPTH));
                }
                let namespaces = open.last().unwrap_or(&0) + tag.namespaces;
                in_force += namespaces;
                if namespaces > MAX_NAMESPACES || in_force > MEAN_NAMESPACES * max_elements {
                    return Err(Rejection::TooManyNamespaces(MAX_NAMESPACES));
                }
                if !tag.closed {
                    open.push(namespaces);
                }
                tag.rest
            }
        };
    }
    references(rest)
}

fn after_declaration(markup: &str, asides: Asides) -> Result<&str, Rejection> {
    if let Some(content) = markup.strip_prefix("![CDATA[") {
        return after(content, "]]>");
    }
    match (markup.strip_prefix("!--"), asides) {
        (Some(_), Asides::Refused) => Err(Rejection::Comment),
        (Some(comment), Asides::Skipped) => after(comment, "-->"),
        (None, _) if markup.starts_with("!DOCTYPE") => Err(Rejection::DocumentType),
        (None, _) => Err(Rejection::NotWellFormed),
    }
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, Rejection> {
    text.split_once(end).map(|(_, rest)| rest).ok_or(Rejection::NotWellFormed)
}

struct StartTag<'a> {
    attributes: usize,
    namespaces: usize,
    closed: bool,
    rest: &'a str,
}

fn start_tag(markup: &str) -> Result<StartTag<'_>, Rejection> {
    let name_end =
        markup.find(|c| matches!(c, '/' | '>') || SPACE.contains(&c)).ok_or(Rejection::NotWellFormed)?;
    qualified_name(&markup[..name_end])?;
    let bytes = markup.as_bytes();
    let (mut attributes, mut namespaces, mut default_namespaces) = (0, 0, 0);
    let (mut at, mut value_end) = (name_end, name_end);
    loop {
        match bytes.get(at).ok_or(Rejection::NotWellFormed)? {
            b'>' => {
                let closed = bytes[at - 1] == b'/';
                let rest = markup[at..].strip_prefix('>').unwrap_or_default();
                return Ok(StartTag { attributes, namespaces, closed, rest });
            }
            quote @ (b'"' | b'\'') => {
                attributes += 1;
                if attributes > MAX_ATTRIBUTES {
                    return Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES));
                }
                let (value, _) =
                    markup[at + 1..].split_once(char::from(*quote)).ok_or(Rejection::NotWellFormed)?;
                references(value)?;
                let name = attribute_name(&markup[value_end..at])?;
                if name == "xmlns" {
                    namespaces += 1;
                    default_namespaces += 1;
                } else if name.starts_with("xmlns:") {
                    namespaces += 1;
                    // XML namespaces 1.0 §2.2; the parser lets it pass.
                    if value.is_empty() {
                        return Err(Rejection::NotWellFormed);
                    }
                }
                if name.starts_with("xmlns") && value.len() > MAX_NAMESPACE_BYTES {
                    return Err(Rejection::NamespaceTooLong(MAX_NAMESPACE_BYTES));
                }
                // The parser takes `any:xmlns` for a default namespace, and libxml leaves a reference in a namespace's name
                // as it is written: the two would see different elements.
                if name.ends_with(":xmlns") || (name.starts_with("xmlns") && value.contains('&')) {
                    return Err(Rejection::NotWellFormed);
                }
                // The parser lets a second default namespace pass, too.
                if default_namespaces > 1 {
                    return Err(Rejection::NotWellFormed);
                }
                at += value.len() + 2;
                value_end = at;
            }
            _ => at += 1,
        }
    }
}

fn after_end_tag(markup: &str) -> Result<&str, Rejection> {
    let (name, rest) = markup.split_once('>').ok_or(Rejection::NotWellFormed)?;
    qualified_name(name.trim_end_matches(SPACE))?;
    Ok(rest)
}

/// The name in ` name = `.
fn attribute_name(text: &str) -> Result<&str, Rejection> {
    let name =
        text.trim_end_matches(SPACE).strip_suffix('=').ok_or(Rejection::NotWellFormed)?.trim_matches(SPACE);
    qualified_name(name)?;
    Ok(name)
}

/// A name with a prefix or without (XML namespaces 1.0 §4); the parser takes `:name` for a name without one.
fn qualified_name(name: &str) -> Result<(), Rejection> {
    let (prefix, local) = name.split_once(':').unwrap_or(("_", name));
    if is_nc_name(prefix) && is_nc_name(local) { Ok(()) } else { Err(Rejection::NotWellFormed) }
}

/// Every reference is to one of the five entities of XML or to a character that XML has; the parser takes others of the
/// latter for U+FFFD.
fn references(text: &str) -> Result<(), Rejection> {
    let mut rest = text;
    while let Some((_, reference)) = rest.split_once('&') {
        let (name, after) = reference.split_once(';').ok_or(Rejection::NotWellFormed)?;
        let known = match name.strip_prefix('#') {
            None => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
            Some(number) => match number.strip_prefix('x') {
                Some(hexadecimal) => is_reference(hexadecimal, 16),
                None => is_reference(number, 10),
            },
        };
        if !known {
            return Err(Rejection::NotWellFormed);
        }
        rest = after;
    }
    Ok(())
}

fn is_reference(number: &str, radix: u32) -> bool {
    let digits = number.chars().all(|digit| digit.is_digit(radix));
    let character = u32::from_str_radix(number, radix).ok().and_then(char::from_u32);
    digits && character.is_some_and(is_character)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn scan(xml: &str, max_elements: usize) -> Result<(), Rejection> {
        super::scan(xml, max_elements, Asides::Refused)
    }

    #[rstest]
    #[case::elements("<a b='c'>text<d/><e></e></a>")]
    #[case::greater_than("<a b='>' c=\"/>'\">]]&gt; > </a>")]
    #[case::cdata("<a><![CDATA[<!-- <? <!DOCTYPE ]]></a>")]
    #[case::references("<a b='&quot;&#x9;'>&amp;&lt;&gt;&apos;&#13;&#x1F600;&#0065;</a>")]
    #[case::cdata_has_no_references("<a><![CDATA[&#0; &nbsp;]]></a>")]
    #[case::spaces("<a:b\n\tc = 'd'\r\n e='f' ></a:b >")]
    #[case::named_like_a_declaration("<xmlnsa xmlnsb='' xmlns='x'/>")]
    #[case::default_namespace("<a xmlns='x' xmlns:y='y'><b xmlns=''/></a>")]
    fn markup_of_every_kind_passes(#[case] xml: &str) {
        assert_eq!(scan(xml, 10), Ok(()));
    }

    #[rstest]
    #[case::comment("<a><!-- --></a>", Rejection::Comment)]
    #[case::trailing_comment("<a/><!---->", Rejection::Comment)]
    #[case::doctype("<!DOCTYPE a><a/>", Rejection::DocumentType)]
    #[case::entity(
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        Rejection::DocumentType
    )]
    #[case::instruction("<a><?b c?></a>", Rejection::ProcessingInstruction)]
    #[case::trailing_instruction("<a/><?b?>", Rejection::ProcessingInstruction)]
    #[case::open_cdata("<a><![CDATA[</a>", Rejection::NotWellFormed)]
    #[case::open_tag("<a b='", Rejection::NotWellFormed)]
    #[case::colon_first("<:a/>", Rejection::NotWellFormed)]
    #[case::colon_first_in_an_end_tag("<a></:a>", Rejection::NotWellFormed)]
    #[case::colon_last("<a:/>", Rejection::NotWellFormed)]
    #[case::two_colons("<a:b:c/>", Rejection::NotWellFormed)]
    #[case::colon_first_in_an_attribute("<a :b='c'/>", Rejection::NotWellFormed)]
    #[case::digit_first("<1/>", Rejection::NotWellFormed)]
    #[case::no_name("< a/>", Rejection::NotWellFormed)]
    #[case::no_equals("<a b 'c'/>", Rejection::NotWellFormed)]
    #[case::reference_to_nul("<a>&#0;</a>", Rejection::NotWellFormed)]
    #[case::reference_to_control("<a>&#x1;</a>", Rejection::NotWellFormed)]
    #[case::reference_to_surrogate("<a b='&#55296;'/>", Rejection::NotWellFormed)]
    #[case::reference_to_no_character("<a>&#xFFFE;</a>", Rejection::NotWellFormed)]
    #[case::reference_too_far("<a>&#x110000;</a>", Rejection::NotWellFormed)]
    #[case::reference_overflow("<a>&#99999999999;</a>", Rejection::NotWellFormed)]
    #[case::reference_signed("<a>&#+65;</a>", Rejection::NotWellFormed)]
    #[case::reference_empty("<a>&#;&#x;</a>", Rejection::NotWellFormed)]
    #[case::reference_upper("<a>&#X41;</a>", Rejection::NotWellFormed)]
    #[case::reference_unknown("<a>&nbsp;</a>", Rejection::NotWellFormed)]
    #[case::reference_open("<a>&amp</a>", Rejection::NotWellFormed)]
    #[case::reference_at_the_end("<a/>&who;", Rejection::NotWellFormed)]
    #[case::undeclared_prefix("<a xmlns:b=''/>", Rejection::NotWellFormed)]
    #[case::disguised_attribute("<a xmlns='u' xmlns:b='v' b:xmlns='w'/>", Rejection::NotWellFormed)]
    #[case::disguised_by_xml("<a xml:xmlns='w'/>", Rejection::NotWellFormed)]
    #[case::reference_in_a_namespace("<a xmlns='u&amp;v'/>", Rejection::NotWellFormed)]
    #[case::reference_in_a_prefixed_namespace("<a xmlns:b='u&#65;v'/>", Rejection::NotWellFormed)]
    #[case::another_declaration("<a><!ELEMENT a ANY></a>", Rejection::NotWellFormed)]
    #[case::reserved_prefix("<a xmlns:xmlns='b'/>", Rejection::NotWellFormed)]
    #[case::reserved_prefix_spaced("<a xmlns:xmlns ='b'/>", Rejection::NotWellFormed)]
    #[case::two_defaults("<a xmlns='b' xmlns='c'/>", Rejection::NotWellFormed)]
    #[case::two_spaced_defaults("<a xmlns\n = 'b'\nxmlns = 'c'/>", Rejection::NotWellFormed)]
    fn what_no_message_needs_is_refused(#[case] xml: &str, #[case] rejection: Rejection) {
        assert_eq!(scan(xml, 10), Err(rejection));
    }

    #[test]
    fn limits_are_exact() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(scan(&nested(MAX_DEPTH), 1_000), Ok(()));
        assert_eq!(scan(&nested(MAX_DEPTH + 1), 1_000), Err(Rejection::TooDeep(MAX_DEPTH)));

        let wide = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
        assert_eq!(scan(&wide(10), 10), Ok(()));
        assert_eq!(scan(&wide(11), 10), Err(Rejection::TooManyElements(10)));

        let attributes = |count: usize| {
            let list: Vec<_> = (0..count).map(|n| format!(" a{n}='<'")).collect();
            format!("<a{}/>", list.concat())
        };
        assert_eq!(scan(&attributes(MAX_ATTRIBUTES), 1_000), Ok(()));
        let rejection = Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES));
        assert_eq!(scan(&attributes(MAX_ATTRIBUTES + 1), 1_000), rejection);

        let declared = |outer: usize, inner: usize| {
            let list = |name: &str, count: usize| {
                let list: Vec<_> = (0..count).map(|n| format!(" xmlns:{name}{n}='u'")).collect();
                list.concat()
            };
            format!("<a{}><b{}/></a>", list("o", outer), list("i", inner))
        };
        assert_eq!(scan(&declared(40, MAX_NAMESPACES - 40), 1_000), Ok(()));
        let rejection = Err(Rejection::TooManyNamespaces(MAX_NAMESPACES));
        assert_eq!(scan(&declared(40, MAX_NAMESPACES - 39), 1_000), rejection);
        let in_force = |elements: usize| {
            let list: Vec<_> = (0..50).map(|n| format!(" xmlns:n{n}='u'")).collect();
            format!("<a{}>{}</a>", list.concat(), "<b/>".repeat(elements - 1))
        };
        assert_eq!(scan(&in_force(MEAN_NAMESPACES * 5_000 / 50), 5_000), Ok(()));
        assert_eq!(scan(&in_force(MEAN_NAMESPACES * 5_000 / 50 + 1), 5_000), rejection);
        let defaults = format!("{}{}", "<a xmlns='u'>".repeat(60), "</a>".repeat(60));
        assert_eq!(scan(&defaults, 90), rejection, "a default namespace is one of them");
        let siblings = format!("<a>{}</a>", "<b xmlns:x='u' xmlns:y='v'/>".repeat(100));
        assert_eq!(scan(&siblings, 200), Ok(()), "declarations beside each other do not add up");
    }

    #[test]
    fn what_all_elements_have_together_is_limited() {
        // The innermost elements stand 40 deep, and their number makes the sum of all depths exactly what it may be.
        let deep =
            |elements: usize| format!("{}{}{}", "<a>".repeat(40), "<b/>".repeat(elements), "</a>".repeat(40));
        let (most, around) = (3_000, (0..40).sum::<usize>());
        let elements = (40 * most + around) / MEAN_DEPTH;
        assert_eq!(elements * MEAN_DEPTH, 40 * most + around);
        assert_eq!(scan(&deep(most), elements), Ok(()));
        assert_eq!(scan(&deep(most + 1), elements), Err(Rejection::TooDeep(MAX_DEPTH)));

        let attributes: Vec<_> = (0..20).map(|n| format!(" a{n}=''")).collect();
        let element = format!("<b{}/>", attributes.concat());
        let wide = |elements: usize| format!("<a>{}</a>", element.repeat(elements));
        let most = MEAN_ATTRIBUTE_PAIRS * 5_000 / 400;
        assert_eq!(scan(&wide(most), 5_000), Ok(()));
        assert_eq!(scan(&wide(most + 1), 5_000), Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES)));
    }

    #[test]
    fn a_namespace_has_a_name_of_some_length() {
        for declaration in ["xmlns", "xmlns:b"] {
            let named = |bytes: usize| format!("<a {declaration}='{}'/>", "u".repeat(bytes));
            assert_eq!(scan(&named(MAX_NAMESPACE_BYTES), 10), Ok(()));
            let rejection = Err(Rejection::NamespaceTooLong(MAX_NAMESPACE_BYTES));
            assert_eq!(scan(&named(MAX_NAMESPACE_BYTES + 1), 10), rejection);
        }
        let value = format!("<a b='{}'/>", "u".repeat(MAX_NAMESPACE_BYTES + 1));
        assert_eq!(scan(&value, 10), Ok(()), "a value may be longer");
    }

    #[test]
    fn metadata_may_be_commented() {
        let commented = "<?x y?><!-- <a> --><a><!-- <b b='--><?z <b ?><b/></a>";
        assert_eq!(super::scan(commented, 2, Asides::Skipped), Ok(()));
        let open = super::scan("<a><!-- </a>", 2, Asides::Skipped);
        assert_eq!(open, Err(Rejection::NotWellFormed));
        let doctype = super::scan("<!DOCTYPE a><a/>", 2, Asides::Skipped);
        assert_eq!(doctype, Err(Rejection::DocumentType));
    }
}
