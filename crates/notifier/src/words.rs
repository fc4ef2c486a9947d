//! What templates say in the language of the addressee.

use std::collections::BTreeMap;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, Value};
use vestibule_languages::{Filling, Language, Unsaid};

/// The texts of a language, with what is to be filled into them.
pub(crate) struct Words {
    pub(crate) language: Language,
    values: BTreeMap<&'static str, Filling>,
}

impl Words {
    pub(crate) fn of(language: Language) -> Self {
        Self { language, values: BTreeMap::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.values.insert(name, Filling::Text(text.into()));
        self
    }

    pub(crate) fn with_count(mut self, name: &'static str, count: i64) -> Self {
        self.values.insert(name, Filling::Count(count));
        self
    }

    /// The function `say` of templates. `say("mail-certificate.ends", at=…)` fills in what is given there, before what every text gets.
    pub(crate) fn say(self) -> Value {
        Value::from_function(move |key: String, given: Kwargs| self.said(&key, &given))
    }

    fn said(&self, key: &str, given: &Kwargs) -> Result<String, Error> {
        let mut own = BTreeMap::new();
        for name in given.args() {
            own.insert(name, filling(&given.get::<Value>(name)?)?);
        }
        let values = self.values.iter().map(|(name, value)| (*name, value));
        let said = self.language.say_whole(key, values.chain(own.iter().map(|(name, value)| (*name, value))));
        said.map_err(|unsaid| match unsaid {
            Unsaid::NoText => unknown(format!("there is no text {key:?}")),
            Unsaid::NoValue => unknown(format!("the text {key:?} needs a value that it does not get here")),
        })
    }
}

fn unknown(detail: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, detail)
}

fn filling(value: &Value) -> Result<Filling, Error> {
    if let Some(text) = value.as_str() {
        return Ok(Filling::Text(text.to_owned()));
    }
    let count = value.as_i64().map(Filling::Count);
    count.ok_or_else(|| unknown("a text takes texts and whole numbers".to_owned()))
}
