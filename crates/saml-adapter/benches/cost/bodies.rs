//! The bodies that cost most, each just within the limits: what a stranger may send, and what an identity provider might.

use std::iter::repeat_n;

use vestibule_demo_idp::mint::{Place, ResponseBuilder, SignatureOptions};

/// Bytes of XML that fill a posted response, of which base64 makes four from three, with room for two signatures.
const FULL: usize = 256 * 1024 / 4 * 3 - 8 * 1024;

/// Where a filling goes: anywhere in the signed part, as the text of something.
const FILLING: &str = "FILLING";

/// As many copies of a text as a full response still has room for.
fn fill(xml: &str, open: &str, piece: impl Fn(usize) -> String, close: &str, most: usize) -> String {
    let room = FULL - xml.len() - open.len() - close.len();
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

/// Fills a response.
pub(crate) type Filling = fn(&str) -> String;

/// Contents of an `AttributeValue` that are dear to scan, parse, look through, canonicalize or digest.
pub(crate) fn fillings() -> Vec<(&'static str, Filling)> {
    vec![
        ("text", |xml| fill(xml, "", |_| "lorem ipsum dolor sit amet ".to_owned(), "", usize::MAX)),
        ("references", |xml| fill(xml, "", |_| "&lt;".to_owned(), "", usize::MAX)),
        ("character_references", |xml| fill(xml, "", |_| "&#9;".to_owned(), "", usize::MAX)),
        ("greater_than", |xml| fill(xml, "", |_| ">".to_owned(), "", usize::MAX)),
        ("cdata", |xml| fill(xml, "", |_| "<![CDATA[]]>".to_owned(), "", usize::MAX)),
        ("cdata_and_text", |xml| fill(xml, "", |_| "x<![CDATA[y]]>".to_owned(), "", usize::MAX)),
        ("elements", |xml| fill(xml, "", |_| "<a/>".to_owned(), "", 4_900)),
        ("elements_and_text", |xml| fill(xml, "", |_| "<a>b</a>c".to_owned(), "", 4_900)),
        ("as_deep_as_all_may_be", |xml| {
            fill(xml, &"<a>".repeat(25), |_| "<a/>".to_owned(), &"</a>".repeat(25), 4_600)
        }),
        ("as_many_attributes_as_all_may_have", |xml| {
            fill(xml, "", |_| format!("<a{}/>", list(6, |n| format!(" a{n}=\"\""))), "", 4_900)
        }),
        ("some_with_most_attributes", |xml| {
            fill(xml, "", |_| format!("<a{}/>", list(64, |n| format!(" a{n}=\"\""))), "", 47)
        }),
        ("some_with_most_namespaces", |xml| {
            let open = format!("<a{}>", list(54, |n| format!(" xmlns:b{n}=\"urn:{}{n}\"", "x".repeat(245))));
            fill(xml, &open, |_| format!("<a{}/>", list(54, |n| format!(" b{n}:a=\"\""))), "</a>", 62)
        }),
        ("a_long_namespace", |xml| {
            let open = format!("<a xmlns:b=\"urn:{}\">", "x".repeat(252));
            fill(xml, &open, |_| format!("<a{}/>", list(64, |n| format!(" b:a{n}=\"\""))), "</a>", 47)
        }),
        ("used_deep", |xml| {
            let open = format!("{}<b:a xmlns:b=\"u:b\">", "<a>".repeat(24));
            fill(xml, &open, |_| "<b:c/>".to_owned(), &format!("</b:a>{}", "</a>".repeat(24)), 4_600)
        }),
        ("deep", |xml| {
            let deep = format!("{}{}", "<a>".repeat(56), "</a>".repeat(56));
            fill(xml, "", |_| deep.clone(), "", 87)
        }),
        ("deep_leaves", |xml| fill(xml, &"<a>".repeat(56), |_| "<a/>".to_owned(), &"</a>".repeat(56), 4_800)),
        ("attributes", |xml| {
            fill(xml, "", |_| format!("<a{}/>", list(64, |n| format!(" a{n}=\"\""))), "", 4_900)
        }),
        ("attributes_sorted_backwards", |xml| {
            fill(xml, "", |_| format!("<a{}/>", list(64, |n| format!(" a{}=\"\"", 99 - n))), "", 4_900)
        }),
        ("attributes_of_a_long_namespace", |xml| {
            let open = format!("<a xmlns:b=\"urn:{}\">", "x".repeat(252));
            fill(xml, &open, |_| format!("<a{}/>", list(64, |n| format!(" b:a{n}=\"\""))), "</a>", 4_900)
        }),
        ("attributes_of_many_long_namespaces", |xml| {
            let open = format!("<a{}>", list(55, |n| format!(" xmlns:b{n}=\"urn:{}{n}\"", "x".repeat(245))));
            fill(xml, &open, |_| format!("<a{}/>", list(55, |n| format!(" b{n}:a=\"\""))), "</a>", 1_700)
        }),
        ("attributes_of_long_names", |xml| {
            let name = "x".repeat(500);
            fill(xml, "", |_| format!("<a{}/>", list(64, |n| format!(" {name}{n}=\"\""))), "", 4_900)
        }),
        ("namespaces", |xml| {
            let open = format!("<a{}>", list(50, |n| format!(" xmlns:b{n}=\"u:{n}\"")));
            fill(xml, &open, |n| format!("<b{}:a/>", n % 50), "</a>", 1_700)
        }),
        ("namespaces_of_siblings", |xml| {
            let each = format!("<a{}/>", list(50, |n| format!(" xmlns:b{n}=\"u:{n}\"")));
            fill(xml, "", |_| each.clone(), "", 1_700)
        }),
        ("distinct_namespaces", |xml| fill(xml, "", |n| format!("<a xmlns:b=\"u:{n}\"/>"), "", 4_900)),
        ("distinct_used_namespaces", |xml| fill(xml, "", |n| format!("<b:a xmlns:b=\"u:{n}\"/>"), "", 4_900)),
        ("redeclared_namespaces", |xml| {
            let open = list(50, |n| format!("<b:a xmlns:b=\"u:{n}\">"));
            fill(xml, &open, |_| "<b:c b:d=\"\"/>".to_owned(), &"</b:a>".repeat(50), 1_800)
        }),
        ("long_prefixes", |xml| {
            let prefix = "x".repeat(300);
            let open = format!("<a{}>", list(50, |n| format!(" xmlns:{prefix}{n:02}=\"u:{n}\"")));
            fill(xml, &open, |n| format!("<{prefix}{:02}:a/>", n % 50), "</a>", 1_700)
        }),
        ("ids", |xml| fill(xml, "", |n| format!("<a Id=\"_{n}\"/>"), "", 4_900)),
        ("long_ids", |xml| fill(xml, "", |n| format!("<a Id=\"_{}{n}\"/>", "x".repeat(1_000)), "", 4_900)),
        ("prefix_used_deep", |xml| {
            let open = format!("{}<b:a xmlns:b=\"u:b\">", "<a>".repeat(55));
            fill(xml, &open, |_| "<b:c/>".to_owned(), &format!("</b:a>{}", "</a>".repeat(55)), 4_800)
        }),
        ("no_ascii", |xml| fill(xml, "", |_| "𝄞ü".to_owned(), "", usize::MAX)),
        ("line_ends", |xml| fill(xml, "", |_| "\r\n".to_owned(), "", usize::MAX)),
        ("attribute_line_ends", |xml| fill(xml, "<a b=\"", |_| "\t".to_owned(), "\"/>", usize::MAX)),
        ("quotes", |xml| fill(xml, "<a b='", |_| "\"".to_owned(), "'/>", usize::MAX)),
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
