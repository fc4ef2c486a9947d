//! What is wrong with templates.

use std::error::Error as _;
use std::fmt;

use super::{MarkupError, Templates};

/// A template that makes no mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateFault {
    /// Its file, as it is named in the folder.
    pub file: String,
    /// In which line, from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// All that is wrong with the templates of a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFaults(pub Vec<TemplateFault>);

impl fmt::Display for TemplateFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl TemplateFault {
    /// A fault of a whole file.
    pub(super) fn of_file(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, reason: reason.into() }
    }

    /// What went wrong in a template. Where one includes another, it is the inner one that is named.
    pub(crate) fn of_template(file: &str, error: &minijinja::Error) -> Self {
        let mut innermost = error;
        while let Some(inner) = innermost.source().and_then(|source| source.downcast_ref()) {
            innermost = inner;
        }
        let kind = innermost.kind().to_string();
        Self {
            file: innermost.name().unwrap_or(file).to_owned(),
            line: innermost.line(),
            reason: innermost.detail().map_or(kind.clone(), |detail| format!("{kind}: {detail}")),
        }
    }

    /// What is wrong with the markup that was made of a template and those that it extends. The line is that of the filled-in
    /// MJML; where only one file has such a line, it is named.
    pub(super) fn of_markup(
        templates: &Templates,
        replaced: &[String],
        file: &str,
        mjml: &str,
        broken: &MarkupError,
    ) -> Self {
        let line = mjml.lines().nth(broken.line.saturating_sub(1)).unwrap_or_default().trim();
        let places: Vec<_> = templates
            .files()
            .filter(|(name, _)| replaced.contains(name))
            .flat_map(|(name, source)| {
                let lines = source.lines().enumerate().filter(|(_, written)| written.trim() == line);
                lines.map(|(index, _)| (name.clone(), index + 1)).collect::<Vec<_>>()
            })
            .collect();
        match &places[..] {
            [(name, number)] => {
                Self { file: name.clone(), line: Some(*number), reason: broken.reason.clone() }
            }
            _ => Self::of_file(file, format!("{broken}, which is “{line}”")),
        }
    }
}
