//! Every language has every text.

#![expect(clippy::expect_used, reason = "in a test it is an assertion")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, TimeZone as _, Utc};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use vestibule_languages::{Filling, Language, Unsaid};

/// The placeholders of each text of a file, by its key.
fn placeholders(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("texts/{tag}.ftl"));
    let text = std::fs::read_to_string(path).expect("each language has its file");
    let resource = parse(text).unwrap_or_else(|(_, errors)| panic!("{tag}: {errors:?}"));
    let mut found = BTreeMap::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut keep = |key: String, pattern: &Pattern<String>| {
                let mut names = BTreeSet::new();
                collect(pattern, &mut names);
                assert!(found.insert(key.clone(), names).is_none(), "{tag}: {key} stands there twice");
            };
            let id = &message.id.name;
            message.value.iter().for_each(|pattern| keep(id.clone(), pattern));
            for attribute in &message.attributes {
                keep(format!("{id}.{}", attribute.id.name), &attribute.value);
            }
        }
    }
    found
}

fn collect(pattern: &Pattern<String>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(inline) } => name(inline, names),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                name(selector, names);
                for variant in variants {
                    collect(&variant.value, names);
                }
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

fn name(expression: &InlineExpression<String>, names: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = expression {
        names.insert(id.name.clone());
    }
}

#[test]
fn every_language_has_every_text_with_the_same_placeholders() {
    let english = placeholders("en");
    assert!(english.len() > 200, "{}", english.len());
    let tags: Vec<_> = Language::all().map(Language::tag).collect();
    assert!(["de", "en", "es", "fr", "pt"].iter().all(|tag| tags.contains(tag)), "{tags:?}");
    for language in Language::all() {
        let own = placeholders(language.tag());
        for key in own.keys().chain(english.keys()) {
            assert_eq!(own.get(key), english.get(key), "{}: {key}", language.tag());
        }
    }
}

/// Texts that are named by a stable word behind these, such as the code of a refusal.
const BY_WORD: [&str; 5] = ["failed-", "outcome-", "refused-", "topic-", "why-"];

/// What stands in the files of a folder and of those in it.
fn contents(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a crate has it");
    let paths = entries.map(|entry| entry.expect("it is there").path());
    paths
        .flat_map(|path| {
            if path.is_dir() { contents(&path) } else { std::fs::read_to_string(path).into_iter().collect() }
        })
        .collect()
}

#[test]
fn every_text_is_said_somewhere() {
    let folders =
        ["languages/src", "http-app/src", "http-app/templates", "notifier/src", "notifier/templates"];
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources: Vec<_> = folders.iter().flat_map(|folder| contents(&crates.join(folder))).collect();
    for key in placeholders("en").keys().filter(|key| !BY_WORD.iter().any(|family| key.starts_with(family))) {
        let named = format!("\"{key}\"");
        assert!(sources.iter().any(|source| source.contains(&named)), "nobody says {key}");
    }
}

#[test]
fn no_text_is_empty_or_says_the_name_of_a_term() {
    for language in Language::all() {
        for key in placeholders("en").keys() {
            let text = language.say(key);
            assert!(!text.trim().is_empty() && !text.contains("{-"), "{}: {key}: {text}", language.tag());
        }
        assert!(["ltr", "rtl"].contains(&&*language.direction()), "{language:?}");
    }
}

#[test]
fn a_language_is_found_by_its_tag_or_what_the_browser_says() {
    let tag = |text: &str| Language::of(text).map(Language::tag);
    assert_eq!(
        [tag("de"), tag("DE-at"), tag("pt-BR"), tag("zh-Hant-TW"), tag("")],
        [Some("de"), Some("de"), Some("pt"), None, None]
    );
    let asked = |header: &str| Language::accepted(header).map(Language::tag);
    assert_eq!(
        [asked("ja, fr-CA;q=0.5"), asked("en-GB, de"), asked("ja"), asked("*")],
        [Some("fr"), Some("en"), None, None]
    );
}

#[test]
fn an_instant_is_written_as_people_do() {
    let at: DateTime<Utc> = Utc.with_ymd_and_hms(2026, 3, 5, 9, 7, 59).single().expect("there is one");
    let written = |tag| Language::of(tag).expect("it is there").instant(at);
    assert_eq!(written("en"), "5 March 2026, 09:07 UTC");
    assert_eq!(written("de"), "5. März 2026, 09:07 Uhr UTC");
    assert_eq!(written("fr"), "5 mars 2026, 09:07 UTC");
    assert_eq!(written("es"), "5 de marzo de 2026, 09:07 UTC");
    assert_eq!(written("pt"), "5 de março de 2026, 09:07 UTC");
}

#[test]
fn a_value_from_right_to_left_does_not_turn_the_sentence() {
    let said = |name| Language::default().say_of("sign-in-to", &[("organization", name)]);
    assert_eq!(said("Acme <b>"), "Sign in to Acme <b>");
    assert_eq!(said("שלום 1"), "Sign in to \u{2068}שלום 1\u{2069}");
}

#[test]
fn a_text_of_which_something_is_missing_is_not_said_as_if_it_were_whole() {
    let say = |key, values: &[(&str, Filling)]| {
        Language::default().say_whole(key, values.iter().map(|(name, value)| (*name, value)))
    };
    let connection = || ("connection", Filling::Text("Okta".to_owned()));
    assert_eq!(say("mail-ends.nothing", &[]), Err(Unsaid::NoText));
    assert_eq!(say("nothing", &[]), Err(Unsaid::NoText));
    assert_eq!(say("mail-ends.subject", &[connection()]), Err(Unsaid::NoValue));
    let ends = |days| say("mail-ends.subject", &[connection(), ("days", Filling::Count(days))]);
    assert_eq!(ends(1).as_deref(), Ok("A signing certificate of “Okta” ends in 1 day"));
    assert_eq!(ends(1_400).as_deref(), Ok("A signing certificate of “Okta” ends in 1400 days"));
}
