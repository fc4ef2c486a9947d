//! The templates: one a kind of mail and part, for every language. Those that are part of the program can be replaced one by one by
//! files of the operator's.

mod escape;
mod fault;
mod folder;
mod markup;

use std::borrow::Cow;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use vestibule_languages::Language;

pub use self::fault::{TemplateFault, TemplateFaults};
pub(crate) use self::markup::MarkupError;

/// How the files of a kind of mail end.
pub(crate) const PARTS: [&str; 3] = [SUBJECT, TEXT, MARKUP];
/// The subject, one line.
pub(crate) const SUBJECT: &str = "subject.txt";
/// The text part.
pub(crate) const TEXT: &str = "txt";
/// The HTML part, in MJML.
pub(crate) const MARKUP: &str = "mjml";

/// The templates that mails are made by.
#[derive(Clone)]
pub struct Templates {
    /// What is filled into a template here is text in markup, whatever the template says.
    markup: Environment<'static>,
    /// What is filled into a template here is text in text.
    text: Environment<'static>,
}

impl Templates {
    /// Those that are part of the program.
    #[must_use]
    pub fn embedded() -> Self {
        let (mut markup, mut text) = (strict(), strict());
        markup.set_auto_escape_callback(|_| AutoEscape::Html);
        markup.set_formatter(escape::format);
        markup.remove_filter("safe");
        text.set_auto_escape_callback(|_| AutoEscape::None);
        Self { markup, text }
    }

    /// Each template that is part of the program: the name of its file, and what is in it.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> {
        self.text.templates().map(|(name, template)| (name.to_owned(), template.source().to_owned()))
    }

    /// A part that is text.
    pub(crate) fn text(
        &self,
        kind: &str,
        part: &str,
        language: Language,
        context: &Value,
    ) -> Result<String, minijinja::Error> {
        self.text.get_template(&self.name_of(kind, part, language))?.render(context)
    }

    /// The HTML part.
    pub(crate) fn html(&self, kind: &str, language: Language, context: &Value) -> Result<String, Broken> {
        let mjml = self.mjml(kind, language, context).map_err(Broken::Template)?;
        Ok(markup::html(&mjml)?)
    }

    /// What the HTML part is made of.
    fn mjml(&self, kind: &str, language: Language, context: &Value) -> Result<String, minijinja::Error> {
        self.markup.get_template(&self.name_of(kind, MARKUP, language))?.render(context)
    }

    /// The file by which a part is made: that of the language, where there is one, or else the one for all languages.
    fn name_of(&self, kind: &str, part: &str, language: Language) -> String {
        let own = format!("{}/{kind}.{part}", language.tag());
        if self.text.get_template(&own).is_ok() { own } else { format!("{kind}.{part}") }
    }

    /// Takes a file in place of what there was under its name.
    fn replace(&mut self, name: &str, source: &str) -> Result<(), minijinja::Error> {
        for environment in [&mut self.markup, &mut self.text] {
            environment.add_template_owned(Cow::Owned(name.to_owned()), source.to_owned())?;
        }
        Ok(())
    }
}

/// The program's templates, in which a name that is not given is an error.
#[expect(
    clippy::expect_used,
    reason = "the macro expects what it embedded to be well-formed, and every test needs it"
)]
fn strict() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    minijinja_embed::load_templates!(&mut environment);
    environment
}

/// Why there is no HTML part.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// A template cannot be filled in.
    #[error(transparent)]
    Template(minijinja::Error),
    /// What came of it is no mail's markup.
    #[error(transparent)]
    Markup(#[from] MarkupError),
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    fn filled(source: &str) -> Result<String, minijinja::Error> {
        let mut templates = Templates::embedded();
        templates.replace("welcome.mjml", source)?;
        let context = context! { name => r#"<b title="x">\ 'Ada' & 🏽</b>"# };
        templates.mjml("welcome", Language::default(), &context)
    }

    #[test]
    fn what_is_filled_into_markup_is_text_whatever_the_template_says() {
        let escaped = "&lt;b title=&quot;x&quot;&gt;&#92; &#39;Ada&#39; &amp; &#x1f3fd;&lt;/b&gt;";
        for template in [
            "{{ name }}",
            "{% autoescape false %}{{ name }}{% endautoescape %}",
            "{% set copied %}{{ name }}{% endset %}{{ copied }}",
            "{% macro shown(it) %}{{ it }}{% endmacro %}{{ shown(name) }}",
            "{% filter trim %}{{ name }}{% endfilter %}",
        ] {
            let filled = filled(template).unwrap();
            assert!(
                filled == escaped || filled == escaped.replace("&#x1f3fd;", "🏽"),
                "{template}: {filled}"
            );
        }
        assert!(filled("{{ name|safe }}").is_err());
        assert!(filled("{{ nobody }}").is_err(), "a name that is not given is no empty text");
    }

    #[test]
    fn a_language_may_have_a_template_of_its_own() {
        let mut templates = Templates::embedded();
        templates.replace("de/welcome.subject.txt", "Servus").unwrap();
        let german = Language::of("de").unwrap();
        assert_eq!(templates.text("welcome", SUBJECT, german, &context! {}).unwrap(), "Servus");
        assert!(templates.text("welcome", SUBJECT, Language::default(), &context! {}).is_err());
    }
}
