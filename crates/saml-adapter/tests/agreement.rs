//! What the gate accepts, libxml reads as we do: the same canonical form, to the byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::sync::LazyLock;

use proptest::prelude::*;
use rstest::rstest;
use vestibule_demo_idp::mint::{
    Attribute, AttributeValue, Place, ResponseBuilder, SignatureOptions, SigningKey,
};
use vestibule_saml_adapter::testing::{Reading, by_libxml, by_the_gate};

/// Whatever passes the gate, libxml reads alike.
#[track_caller]
fn agree(xml: &str) -> bool {
    let Some(ours) = by_the_gate(xml) else { return false };
    match by_libxml(xml) {
        Reading::Canonical(theirs) => assert_eq!(ours, theirs, "{xml:?}"),
        // xmlsec can't verify it either, so that it is refused in the end.
        Reading::NotCanonical => {}
        Reading::Refused => panic!("libxml refuses {xml:?}"),
    }
    true
}

#[rstest]
#[case("<a b='1' a='2'> x <b/>\n</a>")]
#[case("<a xmlns='u:a'><b xmlns=''><c xmlns='u:a'/></b><d/></a>")]
#[case("<p:a xmlns:p='u:p' xmlns:q='u:q'><b q:x='1' p:x='2' x='3' xmlns:z='u:z'/><q:c/></p:a>")]
#[case("<p:a xmlns:p='u:p'><p:a xmlns:p='u:q'><p:a xmlns:p='u:p'/></p:a></p:a>")]
#[case("<a><![CDATA[<&>]]>&amp;&lt;&gt;\r\n&#13;&#10;&#x9;]]&gt;</a>")]
#[case("<a b='&quot;&apos;\"&lt;&gt;&#13;&#10;&#9; \t\r\n' />")]
#[case("<a xml:lang='de' xml:space='preserve' xml:base='u:b' xml:id='i'><b xml:lang=''/></a>")]
#[case("<ä ö='ü'>𝄞\u{85}\u{2028}</ä>")]
#[case("\u{FEFF}<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<a/>\n")]
#[case("<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:x='1'/>")]
#[case("<a xmlns:a='u:a' xmlns:b='u:b' xmlns:c='u:a' c:z='' b:z='' a:y='' z=''/>")]
fn what_is_written_in_many_ways_is_read_in_one(#[case] xml: &str) {
    assert!(agree(xml), "{xml}");
}

static RESPONSES: LazyLock<[String; 3]> = LazyLock::new(responses);

fn responses() -> [String; 3] {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let key = SigningKey::demo();
    let response = || {
        ResponseBuilder::new(
            now,
            "https://sp.example/acs",
            "https://sp.example",
            "https://idp.example",
            "ada",
        )
        .attribute("text", ["Müller & <Söhne>", "line\r\nend\ttab"])
        .attribute_element(Attribute::new("nil", [AttributeValue::Nil]))
        .attribute_element(Attribute::new(
            "typed",
            [AttributeValue::Typed { text: "x".to_owned(), xsi_type: "xs:string".to_owned() }],
        ))
        .inject(
            Place::ResponseAfterIssuer,
            "<e:Extensions xmlns:e='urn:oasis:names:tc:SAML:2.0:protocol'><x xmlns=\"u:x\" y='z'/></e:Extensions>",
        )
    };
    let bare = response().with(|r| {
        r.prefixes.protocol.clear();
        r.prefixes.assertion.clear();
    });
    let options = SignatureOptions::default().with(|o| o.prefix.clear());
    [
        response().xml(),
        response().sign_assertion(&key).sign_response(&key).xml(),
        bare.sign_assertion_with(&key, options).xml(),
    ]
}

#[test]
fn responses_are_read_alike() {
    for xml in &*RESPONSES {
        assert!(agree(xml), "{xml}");
    }
}

/// Pieces of markup, right and wrong, of which texts are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<a>"),
        Just("</a>"),
        Just("<p:a>"),
        Just("</p:a>"),
        Just("<b/>"),
        Just("<p:b q:c='1'/>"),
        Just("<a xmlns='u:a'>"),
        Just("<a xmlns=''>"),
        Just("<a xmlns:p='u:p' xmlns:q='u:q'>"),
        Just("<a xmlns:p='u:q'>"),
        Just("<a xmlns:p=''>"),
        Just("<a xmlns:p='u:p' p:p='p' q='q'>"),
        Just("<a b='c' d=\"e\">"),
        Just("<a b='&lt;\"\t\n&#xD;'>"),
        Just("<a b='1' b='2'>"),
        Just("<a b=1>"),
        Just("<a xml:lang='x' xml:id='y'>"),
        Just("<a:b:c>"),
        Just("<:a>"),
        Just("<xml:a/>"),
        Just("<a p:xmlns='u'>"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("<![CDATA[<x>&y;]]>"),
        Just("&amp;"),
        Just("&#65;"),
        Just("&#x0;"),
        Just("&#13;"),
        Just("&x;"),
        Just("&"),
        Just("<"),
        Just(">"),
        Just("'"),
        Just("\""),
        Just("="),
        Just(" "),
        Just("\r\n"),
        Just("\r"),
        Just("\t"),
        Just("text"),
        Just("ä𝄞"),
        Just("\u{FFFE}"),
        Just("\u{1}"),
        Just("\u{85}"),
        Just("<!--x-->"),
        Just("<?x y?>"),
        Just("<!DOCTYPE a>"),
        Just("<?xml version='1.0'?>"),
        Just("\u{FEFF}"),
        Just("]]"),
        Just("/>"),
        Just("xmlns"),
        Just("<a\n>"),
        Just("</a\t>"),
        Just("<a b = 'c'\n/>"),
        Just("\0"),
    ]
    .prop_map(str::to_owned)
}

/// An element with whatever can be in one, its prefixes declared or not.
fn element() -> impl Strategy<Value = String> {
    let name = || prop_oneof![Just("a"), Just("b"), Just("p:a"), Just("q:b"), Just("_ä.-1")];
    let value =
        || prop_oneof![Just("'u:1'"), Just("\"u:2\""), Just("''"), Just("'&amp;&#9;\n'"), Just("'>'")];
    let attribute = (
        prop_oneof![
            Just("xmlns"),
            Just("xmlns:p"),
            Just("xmlns:q"),
            Just("x"),
            Just("y"),
            Just("p:x"),
            Just("q:x"),
            Just("xml:lang"),
        ],
        value(),
    )
        .prop_map(|(name, value)| format!("{name}={value}"));
    let attributes = move || {
        prop::collection::vec(attribute.clone(), 0..4)
            .prop_map(|list| list.into_iter().flat_map(|one| [" ".to_owned(), one]).collect::<String>())
    };
    let text = prop_oneof![Just("text"), Just("&lt;&#13;"), Just("<![CDATA[&]]>"), Just("\r\n"), Just("")];
    let leaf = (name(), attributes(), text)
        .prop_map(|(name, attributes, text)| format!("<{name}{attributes}>{text}</{name}>"));
    let leaf = leaf.boxed();
    leaf.prop_recursive(6, 40, 5, move |inner| {
        (name(), attributes(), prop::collection::vec(inner, 0..5))
            .prop_map(|(name, attributes, inner)| format!("<{name}{attributes}>{}</{name}>", inner.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn markup_in_any_order_is_read_alike_or_refused(pieces in prop::collection::vec(piece(), 0..12)) {
        agree(&pieces.concat());
        agree(&format!("<a>{}</a>", pieces.concat()));
        agree(&format!("<a xmlns:p='u:p' xmlns:q='u:q'>{}</a>", pieces.concat()));
    }

    #[test]
    fn elements_are_read_alike_or_refused(element in element()) {
        agree(&element);
        agree(&format!("<r xmlns:p='u:3' xmlns:q='u:4' xmlns='u:5'>{element}</r>"));
    }

    #[test]
    fn a_damaged_response_is_read_alike_or_refused(
        which in 0..3_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, piece()), 1..4),
    ) {
        let mut xml = RESPONSES[which].clone();
        for (at, length, text) in edits {
            let mut at = at.index(xml.len());
            while !xml.is_char_boundary(at) { at -= 1; }
            let mut end = (at + length).min(xml.len());
            while !xml.is_char_boundary(end) { end += 1; }
            xml.replace_range(at..end, &text);
        }
        agree(&xml);
    }
}
