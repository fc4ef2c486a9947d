//! One pass over the tags, before any parser: the limits that keep every parser linear, and the kinds of markup that
//! no SAML message needs.
//!
//! Without comments, processing instructions and a DTD, tags are easy to tell from text: `<` begins one wherever it
//! stands outside CDATA. Where a text is not well-formed this pass may see it otherwise than the parser; the parser
//! then refuses it.

use vestibule_domain::ports::Rejection;

use crate::limits::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NAMESPACES};

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
    let mut elements = 0;
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let markup = &rest[at + 1..];
        rest = match markup.as_bytes().first() {
            Some(b'!') => after_declaration(markup, asides)?,
            Some(b'?') if asides == Asides::Refused => return Err(Rejection::ProcessingInstruction),
            Some(b'?') => after(markup, "?>")?,
            Some(b'/') => {
                open.pop();
                markup
            }
            _ => {
                elements += 1;
                if elements > max_elements {
                    return Err(Rejection::TooManyElements(max_elements));
                }
                let tag = start_tag(markup)?;
                if open.len() >= MAX_DEPTH {
                    return Err(Rejection::TooDeep(MAX_DEPTH));
                }
                let namespaces = open.last().unwrap_or(&0) + tag.namespaces;
                if namespaces > MAX_NAMESPACES {
                    return Err(Rejection::TooManyNamespaces(MAX_NAMESPACES));
                }
                if !tag.closed {
                    open.push(namespaces);
                }
                tag.rest
            }
        };
    }
    Ok(())
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
    namespaces: usize,
    closed: bool,
    rest: &'a str,
}

fn start_tag(markup: &str) -> Result<StartTag<'_>, Rejection> {
    let bytes = markup.as_bytes();
    let (mut attributes, mut namespaces, mut default_namespaces) = (0, 0, 0);
    let (mut at, mut value_end) = (0, 0);
    loop {
        match bytes.get(at).ok_or(Rejection::NotWellFormed)? {
            b'>' => {
                let closed = at > 0 && bytes[at - 1] == b'/';
                return Ok(StartTag { namespaces, closed, rest: &markup[at + 1..] });
            }
            quote @ (b'"' | b'\'') => {
                attributes += 1;
                if attributes > MAX_ATTRIBUTES {
                    return Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES));
                }
                let value = &bytes[at + 1..];
                let length = value.iter().position(|byte| byte == quote).ok_or(Rejection::NotWellFormed)?;
                let name = attribute_name(&markup[value_end..at]);
                if name == "xmlns" {
                    namespaces += 1;
                    default_namespaces += 1;
                } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                    namespaces += 1;
                    // XML namespaces 1.0 §2.2 and §3; the parser lets both pass.
                    if length == 0 || prefix == "xmlns" {
                        return Err(Rejection::NotWellFormed);
                    }
                }
                // The parser lets a second default namespace pass, too.
                if default_namespaces > 1 {
                    return Err(Rejection::NotWellFormed);
                }
                at += length + 2;
                value_end = at;
            }
            _ => at += 1,
        }
    }
}

/// The name in ` name = `, which may have the element's name before it.
fn attribute_name(text: &str) -> &str {
    let space = [' ', '\t', '\r', '\n'];
    let text = text.trim_end_matches(space);
    let name = text.strip_suffix('=').unwrap_or(text).trim_end_matches(space);
    name.rsplit(space).next().unwrap_or(name)
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
    #[case::undeclared_prefix("<a xmlns:b=''/>", Rejection::NotWellFormed)]
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
        assert_eq!(scan(&nested(MAX_DEPTH), 100), Ok(()));
        assert_eq!(scan(&nested(MAX_DEPTH + 1), 100), Err(Rejection::TooDeep(MAX_DEPTH)));

        let wide = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
        assert_eq!(scan(&wide(10), 10), Ok(()));
        assert_eq!(scan(&wide(11), 10), Err(Rejection::TooManyElements(10)));

        let attributes = |count: usize| {
            let list: Vec<_> = (0..count).map(|n| format!(" a{n}='<'")).collect();
            format!("<a{}/>", list.concat())
        };
        assert_eq!(scan(&attributes(MAX_ATTRIBUTES), 10), Ok(()));
        assert_eq!(
            scan(&attributes(MAX_ATTRIBUTES + 1), 10),
            Err(Rejection::TooManyAttributes(MAX_ATTRIBUTES))
        );

        let declared = |outer: usize, inner: usize| {
            let list = |name: &str, count: usize| {
                let list: Vec<_> = (0..count).map(|n| format!(" xmlns:{name}{n}='u'")).collect();
                list.concat()
            };
            format!("<a{}><b{}/></a>", list("o", outer), list("i", inner))
        };
        assert_eq!(scan(&declared(40, MAX_NAMESPACES - 40), 10), Ok(()));
        let rejection = Err(Rejection::TooManyNamespaces(MAX_NAMESPACES));
        assert_eq!(scan(&declared(40, MAX_NAMESPACES - 39), 10), rejection);
        let siblings = format!("<a>{}</a>", "<b xmlns:x='u' xmlns:y='v'/>".repeat(100));
        assert_eq!(scan(&siblings, 200), Ok(()), "declarations beside each other do not add up");
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
