//! Forms and texts of pages.

use scraper::{Html, Selector};

/// A form of a page: where it goes, and its fields.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it is sent, as written.
    pub action: String,
    /// Its fields with their values.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The only form of a page, or the first that has a field of that name.
    #[must_use]
    pub fn with_field(page: &str, field: &str) -> Self {
        Self::all(page)
            .into_iter()
            .find(|form| form.fields.iter().any(|(name, _)| name == field))
            .unwrap_or_else(|| panic!("no form with {field} in {page}"))
    }

    /// All forms of a page.
    #[must_use]
    pub fn all(page: &str) -> Vec<Self> {
        let page = Html::parse_document(page);
        page.select(&selector("form"))
            .map(|form| Self {
                action: form.attr("action").unwrap_or_default().to_owned(),
                fields: form
                    .select(&selector("input[name], textarea[name]"))
                    .map(|field| {
                        let value = field.attr("value").map_or_else(|| field.text().collect(), str::to_owned);
                        (field.attr("name").unwrap_or_default().to_owned(), value)
                    })
                    .collect(),
            })
            .collect()
    }

    /// The value of a field; empty where there is none.
    #[must_use]
    pub fn value(&self, field: &str) -> &str {
        self.fields.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// The form with another value in a field, or one more field.
    #[must_use]
    pub fn filled(mut self, field: &str, value: &str) -> Self {
        self.fields.retain(|(name, _)| name != field);
        self.fields.push((field.to_owned(), value.to_owned()));
        self
    }
}

/// What a person reads on a page, of the elements that a CSS selector finds, a line each.
#[must_use]
pub fn text_of(page: &str, css: &str) -> String {
    let (page, selector) = (Html::parse_document(page), selector(css));
    let texts = page.select(&selector).map(|element| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    texts.collect::<Vec<_>>().join("\n")
}

pub(crate) fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}
