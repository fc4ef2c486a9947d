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

/// The most faults that are kept of one request. A mebibyte of JSON can hold so many that all of them would be a burden to both sides.
pub const MOST_PROBLEMS: usize = 1_000;

/// All faults of one request: the first [`MOST_PROBLEMS`], and how many there are beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>, usize);

impl Problems {
    /// Notes one more fault.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        if self.0.len() < MOST_PROBLEMS {
            self.0.push(Problem { pointer: pointer.into(), code, message: message.into() });
        } else {
            self.1 += 1;
        }
    }

    /// Notes all of `others`, too.
    pub fn extend(&mut self, Self(others, more): Self) {
        let room = MOST_PROBLEMS.saturating_sub(self.0.len());
        self.1 += more + others.len().saturating_sub(room);
        self.0.extend(others.into_iter().take(room));
    }

    /// How many there are beside those that are kept.
    #[must_use]
    pub fn more(&self) -> usize {
        self.1
    }

    /// The same, but for the kept ones that `keep` is not true of.
    #[must_use]
    pub fn filtered(mut self, keep: impl FnMut(&Problem) -> bool) -> Self {
        self.0.retain(keep);
        self
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
        match self.1 {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(count: usize) -> Problems {
        let mut problems = Problems::default();
        for index in 0..count {
            problems.add(format!("/{index}"), "invalid", "is wrong");
        }
        problems
    }

    #[test]
    fn a_thousand_faults_are_kept_and_all_are_counted() {
        let problems = faults(MOST_PROBLEMS + 7);
        assert_eq!((problems.0.len(), problems.more()), (MOST_PROBLEMS, 7));
        assert!(problems.to_string().ends_with("/999: is wrong; and 7 more"));
        let mut all = faults(400);
        all.extend(problems.under("/users"));
        assert_eq!((all.0.len(), all.more()), (MOST_PROBLEMS, 407));
        assert_eq!((&*all.0[399].pointer, &*all.0[400].pointer), ("/399", "/users/0"));
        assert_eq!(all.filtered(|problem| problem.pointer == "/1").more(), 407);
    }
}
