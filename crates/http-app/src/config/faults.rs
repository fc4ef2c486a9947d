//! Faults of a configuration, collected so that all are named at once.

use std::fmt;

/// One fault, and the flag that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The flag.
    pub flag: &'static str,
    /// What is wrong with its value. Never the value itself, which may be a secret.
    pub message: String,
}

/// All faults of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// The value, or a note that the flag's value does not fit.
    pub fn keep<T>(&mut self, flag: &'static str, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|message| self.0.push(Fault { flag, message })).ok()
    }

    /// The value, or its faults beside these.
    pub fn merge<T>(&mut self, parsed: Result<T, Self>) -> Option<T> {
        parsed.map_err(|others| self.0.extend(others.0)).ok()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The variable that can be set in place of a flag.
fn variable(flag: &str) -> Option<String> {
    match flag {
        "--database-url" => Some("DATABASE_URL".to_owned()),
        // Arguments of one command alone.
        "--email" | "--expires-at" | "--kind" | "--language" | "--name" | "--organization" | "--role"
        | "--use" | "ID" => None,
        _ => Some(format!("VESTIBULE_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase())),
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Fault { flag, message }) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            match variable(flag) {
                Some(variable) => write!(f, "{flag} ({variable}): {message}")?,
                None => write!(f, "{flag}: {message}")?,
            }
        }
        Ok(())
    }
}
