//! The stylesheet and the templates know of each other: every class has a rule, and every rule a class.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The classes of a badge or a notice, which the program fills in.
const TONES: [&str; 5] = ["good", "notice", "warning", "bad", "neutral"];

/// The classes that the templates of a folder and of those in it name.
fn classes_of_templates(folder: &Path) -> BTreeSet<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                return classes_of_templates(&path);
            }
            let template = fs::read_to_string(path).unwrap();
            let values = template.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
            values.flat_map(|value| words(&without_code(value))).collect()
        })
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What a template has outside its braces, with space in their place.
fn without_code(value: &str) -> String {
    let mut depth = 0;
    let outside = value.chars().map(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            c if depth == 0 => return c,
            _ => {}
        }
        ' '
    });
    outside.collect()
}

/// The classes that the selectors of a stylesheet name.
fn classes_of(style: &str) -> BTreeSet<String> {
    let rules = style.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rules)| rules));
    let rules: String = rules.collect();
    let selectors = rules.split(['{', '}']).filter_map(|part| part.rsplit(';').next());
    let named = selectors.flat_map(|selector| selector.split('.').skip(1));
    let end = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    let names = named.filter_map(|rest| rest.split(end).next());
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_owned).collect()
}

#[test]
fn every_class_has_a_rule_and_every_rule_a_class() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = classes_of_templates(&here.join("templates"));
    used.extend(TONES.map(str::to_owned));
    let styled = classes_of(&fs::read_to_string(here.join("assets/style.css")).unwrap());
    assert!(styled.len() > 80, "{}", styled.len());
    assert_eq!(used.difference(&styled).collect::<Vec<_>>(), Vec::<&String>::new(), "classes without a rule");
    assert_eq!(styled.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "rules without a class");
}
