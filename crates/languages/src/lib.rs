//! What people read of Vestibule, in their language: a file of texts a language, by its tag.
//!
//! # Invariants
//!
//! - A text that is there in English is there in every language, with the same placeholders.
//! - What is said is text and never markup.

mod accepted;

use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Utc};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// The files.
static TEXTS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The language of whoever reads none of the others.
const FALL_BACK: &str = "en";

static LANGUAGES: LazyLock<Vec<Texts>> =
    LazyLock::new(|| TEXTS.iter().map(|(tag, text)| Texts::read(tag, text)).collect());

/// A language that people can be spoken to in.
#[derive(Clone, Copy)]
pub struct Language(&'static Texts);

/// A value to fill into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// As it is.
    Text(String),
    /// A number, by which the text may differ.
    Count(i64),
}

/// Why a text cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// There is none of that key.
    NoText,
    /// It has a placeholder for which there is no value.
    NoValue,
}

struct Texts {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// What a file has that can be read. Whether that is all of it, tests say.
    fn read(tag: &'static str, text: &str) -> Self {
        let identifier: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Most values need no marks around them; those that do get theirs below.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { tag, bundle }
    }
}

impl Language {
    /// Every language there is, by tag.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().map(Self)
    }

    /// The language of a tag, or of the tag without its last subtags (RFC 4647 §3.4).
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let mut range = tag;
        loop {
            if let Some(known) = Self::all().find(|language| language.0.tag.eq_ignore_ascii_case(range)) {
                return Some(known);
            }
            range = range.rsplit_once('-')?.0;
        }
    }

    /// The best that the header `Accept-Language` (RFC 9110 §12.5.4) asks for, if there is any.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        accepted::ranges(header).into_iter().find_map(Self::of)
    }

    /// Its tag, for the attribute `lang`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// In which direction it is written, for the attribute `dir`.
    #[must_use]
    pub fn direction(self) -> String {
        self.say("direction")
    }

    /// Whether there is such a text.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.found(key, None).is_some()
    }

    /// A text: a message, or `message.attribute`.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with these values in it.
    #[must_use]
    pub fn say_of(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, isolated(value));
        }
        self.format(key, Some(&args))
    }

    /// A text with a number in it, by which it may differ.
    #[must_use]
    pub fn say_count(self, key: &str, count: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("count", count);
        self.format(key, Some(&args))
    }

    /// A text of which nothing may be missing, with those of these values in it that it has placeholders for.
    ///
    /// # Errors
    /// The text or a value for one of its placeholders is missing.
    pub fn say_whole<'a>(
        self,
        key: &str,
        values: impl IntoIterator<Item = (&'a str, &'a Filling)>,
    ) -> Result<String, Unsaid> {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            match value {
                Filling::Text(text) => args.set(name.to_owned(), isolated(text)),
                Filling::Count(count) => args.set(name.to_owned(), *count),
            }
        }
        let (text, is_whole) = self.filled(key, Some(&args)).ok_or(Unsaid::NoText)?;
        if is_whole { Ok(text) } else { Err(Unsaid::NoValue) }
    }

    /// An instant, as people write it.
    #[must_use]
    pub fn instant(self, at: DateTime<Utc>) -> String {
        let mut args = FluentArgs::new();
        args.set("day", at.day());
        args.set("month", at.month());
        // A number would be grouped in some languages.
        args.set("year", at.year().to_string());
        args.set("time", at.format("%H:%M").to_string());
        self.format("instant", Some(&args))
    }

    /// A text that is nowhere is shown as its key: somebody will tell.
    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let found = self.found(key, args).or_else(|| Self::default().found(key, args));
        found.unwrap_or_else(|| key.to_owned())
    }

    fn found(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        // A placeholder without a value shows its name; tests compare the placeholders of all languages.
        self.filled(key, args).map(|(text, _)| text)
    }

    /// A text, and whether each of its placeholders had a value.
    fn filled(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<(String, bool)> {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, rest)| (id, Some(rest)));
        let message = self.0.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = self.0.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        Some((text, errors.is_empty()))
    }
}

/// English.
impl Default for Language {
    fn default() -> Self {
        let english = LANGUAGES.iter().find(|texts| texts.tag == FALL_BACK);
        Self(english.unwrap_or(&LANGUAGES[0]))
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.0.tag)
    }
}

/// A value that is written from right to left, between marks (U+2068, U+2069) that keep it from turning what is around it. Others are as
/// they are, so that texts stay what people search for.
fn isolated(value: &str) -> String {
    let right_to_left = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}');
    if value.chars().any(right_to_left) { format!("\u{2068}{value}\u{2069}") } else { value.to_owned() }
}

/// Compiles what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
