//! The templates, all of which are part of the program: a folder a language, in it three files a kind of mail.

use chrono::{DateTime, Datelike as _, Utc};
use minijinja::{Environment, Error, UndefinedBehavior, Value, context};
use vestibule_domain::organization::Locale;

/// The language of an organization whose own language has no templates.
const FALL_BACK: &str = "en";

pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    #[expect(
        clippy::expect_used,
        reason = "the macro expects what it embedded to be well-formed, and every test needs it"
    )]
    pub(crate) fn embedded() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        minijinja_embed::load_templates!(&mut environment);
        Self { environment }
    }

    /// The best language that a kind of mail is written in: the locale's own, the same without its last subtags (RFC 4647
    /// §3.4), or English. Folders are named by language tags in lower case.
    pub(crate) fn language(&self, locale: &Locale, kind: &str) -> String {
        let mut tag = locale.as_str().to_ascii_lowercase();
        while self.environment.get_template(&file(&tag, kind, "html")).is_err() {
            match tag.rfind('-') {
                Some(end) => tag.truncate(end),
                None => return FALL_BACK.to_owned(),
            }
        }
        tag
    }

    /// One file of a mail. What ends in `html` is escaped.
    pub(crate) fn render(
        &self,
        language: &str,
        kind: &str,
        part: &str,
        context: &Value,
    ) -> Result<String, Error> {
        self.environment.get_template(&file(language, kind, part))?.render(context)
    }
}

fn file(language: &str, kind: &str, part: &str) -> String {
    format!("{language}/{kind}.{part}")
}

/// An instant as templates write it, each in the manner of its language. Seconds are cut off, so that no mail promises more
/// time than there is.
pub(crate) fn instant(at: DateTime<Utc>) -> Value {
    context! {
        day => at.day(),
        month => at.month(),
        year => at.year(),
        time => at.format("%H:%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const KINDS: [&str; 6] = [
        "welcome",
        "link_verification",
        "address_changed",
        "certificate_expires",
        "metadata_awaits_approval",
        "metadata_not_refreshed",
    ];
    const PARTS: [&str; 3] = ["subject.txt", "txt", "html"];

    #[test]
    fn every_language_has_every_mail() {
        let templates = Templates::embedded();
        let languages: BTreeSet<_> = templates
            .environment
            .templates()
            .filter_map(|(name, _)| name.split_once('/').map(|(language, _)| language.to_owned()))
            .collect();
        assert!(languages.contains(FALL_BACK));
        for language in languages {
            assert_eq!(language, language.to_ascii_lowercase());
            for name in KINDS.iter().flat_map(|kind| PARTS.map(|part| file(&language, kind, part))) {
                assert!(templates.environment.get_template(&name).is_ok(), "{name} is missing");
            }
        }
    }

    #[test]
    fn a_language_is_found_by_its_longest_tag() {
        let mut templates = Templates::embedded();
        for added in ["pt/welcome.html", "pt-br/welcome.html"] {
            templates.environment.add_template(added, "").unwrap();
        }
        let language = |tag: &str| templates.language(&tag.parse().unwrap(), "welcome");
        assert_eq!(language("pt-BR"), "pt-br");
        assert_eq!(language("pt-PT"), "pt");
        assert_eq!(language("en-Latn-GB"), "en");
        assert_eq!(language("tlh"), "en");
    }

    #[test]
    fn a_template_that_names_nothing_fails() {
        let templates = Templates::embedded();
        assert!(templates.render(FALL_BACK, "welcome", "txt", &context! {}).is_err());
    }
}
