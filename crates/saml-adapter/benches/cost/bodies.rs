//! The bodies that cost most, each just within the limits: what a stranger may send, and what an identity provider might.

use std::iter::repeat_n;

use vestibule_demo_idp::mint::{Place, ResponseBuilder, SignatureOptions};

/// Bytes of XML that fill a posted response, of which base64 makes four from three, with room for two signatures.
pub(crate) const FULL: usize = 256 * 1024 / 4 * 3 - 8 * 1024;
/// The same of an assertion that is to be encrypted, and is base64 once more then.
pub(crate) const FULL_ENCRYPTED: usize = FULL / 4 * 3 - 2 * 1024;

/// Where a filling goes: anywhere in the signed part, as the text of something.
const FILLING: &str = "FILLING";

/// As many copies of a text as a response of `full` bytes still has room for.
fn fill(
    xml: &str,
    full: usize,
    open: &str,
    piece: impl Fn(usize) -> String,
    close: &str,
    most: usize,
) -> String {
    let room = full - xml.len() - open.len() - close.len();
    let mut filling = open.to_owned();
    for n in 0..most {
        let piece = piece(n);
        if filling.len() - open.len() + piece.len() > room {
            break;
        }
        filling += &piece;
    }
    xml.replacen(FILLING, &(filling + close), 1)
}

fn list(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

/// Fills a response up to so many bytes of XML.
pub(crate) type Filling = fn(&str, usize) -> String;

/// Contents of an `AttributeValue` that are dear to scan, parse, look through, canonicalize or digest.
#[expect(clippy::too_many_lines, reason = "it is a list")]
pub(crate) fn fillings() -> Vec<(&'static str, Filling)> {
    vec![
        ("text", |xml, full| {
            fill(xml, full, "", |_| "lorem ipsum dolor sit amet ".to_owned(), "", usize::MAX)
        }),
        ("references", |xml, full| fill(xml, full, "", |_| "&lt;".to_owned(), "", usize::MAX)),
        ("character_references", |xml, full| fill(xml, full, "", |_| "&#9;".to_owned(), "", usize::MAX)),
        ("greater_than", |xml, full| fill(xml, full, "", |_| ">".to_owned(), "", usize::MAX)),
        ("cdata", |xml, full| fill(xml, full, "", |_| "<![CDATA[]]>".to_owned(), "", usize::MAX)),
        ("cdata_and_text", |xml, full| fill(xml, full, "", |_| "x<![CDATA[y]]>".to_owned(), "", usize::MAX)),
        ("elements", |xml, full| fill(xml, full, "", |_| "<a/>".to_owned(), "", 4_900)),
        ("elements_and_text", |xml, full| fill(xml, full, "", |_| "<a>b</a>c".to_owned(), "", 4_900)),
        ("as_deep_as_all_may_be", |xml, full| {
            fill(xml, full, &"<a>".repeat(25), |_| "<a/>".to_owned(), &"</a>".repeat(25), 4_600)
        }),
        ("as_many_attributes_as_all_may_have", |xml, full| {
            fill(xml, full, "", |_| format!("<a{}/>", list(6, |n| format!(" a{n}=\"\""))), "", 4_900)
        }),
        ("some_with_most_attributes", |xml, full| {
            fill(xml, full, "", |_| format!("<a{}/>", list(64, |n| format!(" a{n}=\"\""))), "", 47)
        }),
        ("some_with_most_namespaces", |xml, full| {
            let open = format!("<a{}>", list(54, |n| format!(" xmlns:b{n}=\"urn:{}{n}\"", "x".repeat(245))));
            fill(xml, full, &open, |_| format!("<a{}/>", list(54, |n| format!(" b{n}:a=\"\""))), "</a>", 62)
        }),
        ("a_long_namespace", |xml, full| {
            let open = format!("<a xmlns:b=\"urn:{}\">", "x".repeat(252));
            fill(xml, full, &open, |_| format!("<a{}/>", list(64, |n| format!(" b:a{n}=\"\""))), "</a>", 47)
        }),
        ("used_deep", |xml, full| {
            let open = format!("{}<b:a xmlns:b=\"u:b\">", "<a>".repeat(24));
            fill(xml, full, &open, |_| "<b:c/>".to_owned(), &format!("</b:a>{}", "</a>".repeat(24)), 4_600)
        }),
        ("deep", |xml, full| {
            let deep = format!("{}{}", "<a>".repeat(56), "</a>".repeat(56));
            fill(xml, full, "", |_| deep.clone(), "", 87)
        }),
        ("deep_leaves", |xml, full| {
            fill(xml, full, &"<a>".repeat(56), |_| "<a/>".to_owned(), &"</a>".repeat(56), 4_800)
        }),
        ("attributes", |xml, full| {
            fill(xml, full, "", |_| format!("<a{}/>", list(64, |n| format!(" a{n}=\"\""))), "", 4_900)
        }),
        ("attributes_sorted_backwards", |xml, full| {
            fill(xml, full, "", |_| format!("<a{}/>", list(64, |n| format!(" a{}=\"\"", 99 - n))), "", 4_900)
        }),
        ("attributes_of_a_long_namespace", |xml, full| {
            let open = format!("<a xmlns:b=\"urn:{}\">", "x".repeat(252));
            fill(
                xml,
                full,
                &open,
                |_| format!("<a{}/>", list(64, |n| format!(" b:a{n}=\"\""))),
                "</a>",
                4_900,
            )
        }),
        ("attributes_of_many_long_namespaces", |xml, full| {
            let open = format!("<a{}>", list(55, |n| format!(" xmlns:b{n}=\"urn:{}{n}\"", "x".repeat(245))));
            fill(
                xml,
                full,
                &open,
                |_| format!("<a{}/>", list(55, |n| format!(" b{n}:a=\"\""))),
                "</a>",
                1_700,
            )
        }),
        ("attributes_of_long_names", |xml, full| {
            let name = "x".repeat(500);
            fill(xml, full, "", |_| format!("<a{}/>", list(64, |n| format!(" {name}{n}=\"\""))), "", 4_900)
        }),
        ("namespaces", |xml, full| {
            let open = format!("<a{}>", list(50, |n| format!(" xmlns:b{n}=\"u:{n}\"")));
            fill(xml, full, &open, |n| format!("<b{}:a/>", n % 50), "</a>", 1_700)
        }),
        ("namespaces_of_siblings", |xml, full| {
            let each = format!("<a{}/>", list(50, |n| format!(" xmlns:b{n}=\"u:{n}\"")));
            fill(xml, full, "", |_| each.clone(), "", 1_700)
        }),
        ("distinct_namespaces", |xml, full| {
            fill(xml, full, "", |n| format!("<a xmlns:b=\"u:{n}\"/>"), "", 4_900)
        }),
        ("distinct_used_namespaces", |xml, full| {
            fill(xml, full, "", |n| format!("<b:a xmlns:b=\"u:{n}\"/>"), "", 4_900)
        }),
        ("redeclared_namespaces", |xml, full| {
            let open = list(50, |n| format!("<b:a xmlns:b=\"u:{n}\">"));
            fill(xml, full, &open, |_| "<b:c b:d=\"\"/>".to_owned(), &"</b:a>".repeat(50), 1_800)
        }),
        ("long_prefixes", |xml, full| {
            let prefix = "x".repeat(300);
            let open = format!("<a{}>", list(50, |n| format!(" xmlns:{prefix}{n:02}=\"u:{n}\"")));
            fill(xml, full, &open, |n| format!("<{prefix}{:02}:a/>", n % 50), "</a>", 1_700)
        }),
        ("ids", |xml, full| fill(xml, full, "", |n| format!("<a Id=\"_{n}\"/>"), "", 4_900)),
        ("long_ids", |xml, full| {
            fill(xml, full, "", |n| format!("<a Id=\"_{}{n}\"/>", "x".repeat(1_000)), "", 4_900)
        }),
        ("prefix_used_deep", |xml, full| {
            let open = format!("{}<b:a xmlns:b=\"u:b\">", "<a>".repeat(55));
            fill(xml, full, &open, |_| "<b:c/>".to_owned(), &format!("</b:a>{}", "</a>".repeat(55)), 4_800)
        }),
        ("no_ascii", |xml, full| fill(xml, full, "", |_| "𝄞ü".to_owned(), "", usize::MAX)),
        ("line_ends", |xml, full| fill(xml, full, "", |_| "\r\n".to_owned(), "", usize::MAX)),
        ("attribute_line_ends", |xml, full| {
            fill(xml, full, "<a b=\"", |_| "\t".to_owned(), "\"/>", usize::MAX)
        }),
        ("quotes", |xml, full| fill(xml, full, "<a b='", |_| "\"".to_owned(), "'/>", usize::MAX)),
    ]
}

/// A response with room for a filling, and with as many prefixes for the canonicalization as are allowed or none.
pub(crate) fn frame(response: ResponseBuilder) -> ResponseBuilder {
    response.inject(
        Place::AssertionEnd,
        "<saml:AttributeStatement><saml:Attribute Name=\"x\"><saml:AttributeValue>FILLING</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>",
    )
}

/// The longest `PrefixList`.
pub(crate) fn prefixes() -> SignatureOptions {
    let names = ["samlp", "#default", "saml", "b", "b0", "b49"].map(str::to_owned).into_iter();
    SignatureOptions::default()
        .reference(|r| r.inclusive_prefixes = names.chain(repeat_n("absent".to_owned(), 10)).collect())
}
