//! Faults of what somebody sent, collected so that all are named at once.

use std::collections::BTreeSet;
use std::fmt;

use crate::text::TextError;

/// One fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The JSON pointer (RFC 6901) of the field.
    pub pointer: String,
    /// A stable word for programs: a rule's name, or `required`, `invalid`, `duplicate`, `too_many`, ….
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// All faults of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes one more fault.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Problem { pointer: pointer.into(), code, message: message.into() });
    }

    /// The value, or a note that the text at `pointer` does not fit.
    pub fn text<T>(&mut self, pointer: &str, parsed: Result<T, TextError>) -> Option<T> {
        self.text_as(pointer, "invalid", parsed)
    }

    /// The value, or a note under the code `code` that the text at `pointer` does not fit.
    pub fn text_as<T>(
        &mut self,
        pointer: &str,
        code: &'static str,
        parsed: Result<T, TextError>,
    ) -> Option<T> {
        parsed.map_err(|error| self.add(pointer, code, error.to_string())).ok()
    }

    /// Notes a list that is too long.
    pub fn at_most(&mut self, most: usize, count: usize, pointer: &str) {
        if count > most {
            self.add(pointer, "too_many", format!("at most {most}, not {count}"));
        }
    }

    /// Notes a key that `seen` has already.
    pub fn unique<'a>(&mut self, seen: &mut BTreeSet<&'a str>, key: &'a str, pointer: &str) {
        if !seen.insert(key) {
            self.add(pointer, "duplicate", "stands in the list already");
        }
    }

    /// The same faults, of something that lies below `pointer`.
    #[must_use]
    pub fn under(mut self, pointer: &str) -> Self {
        for problem in &mut self.0 {
            problem.pointer.insert_str(0, pointer);
        }
        self
    }

    /// `value` if no fault was noted.
    ///
    /// # Errors
    /// The faults.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", problem.pointer, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
