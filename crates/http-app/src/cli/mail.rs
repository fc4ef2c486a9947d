//! What can be done with mails.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use vestibule_domain::letter::LetterContent;
use vestibule_languages::Language;

use crate::config::{Faults, Flags};

/// What can be done with mails.
#[derive(Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, at the start")]
pub enum MailCommand {
    /// Make mails of sample data, and send none: their text parts on standard output, or files in a folder.
    Preview(PreviewFlags),
    /// Write the program's own templates into a folder, to be changed there and named by --templates-dir.
    Templates(TemplatesFlags),
}

/// Which mails are to be made, not looked at yet.
#[derive(Args)]
pub struct PreviewFlags {
    /// The kind of mail, like welcome; left out, each of them.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The language, by its tag, like de; left out, each of them.
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// A folder to write KIND.TAG.html and KIND.TAG.txt into.
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

/// Where the templates are to be written.
#[derive(Args)]
pub struct TemplatesFlags {
    /// The folder. Files that are there already stay as they are.
    #[arg(long, value_name = "FOLDER")]
    pub output: PathBuf,
}

/// Mails that can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedMails {
    /// Of which kinds.
    pub kinds: Vec<&'static str>,
    /// In which languages.
    pub languages: Vec<Language>,
}

impl PreviewFlags {
    /// The mails that the flags ask for.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse_wanted(&self) -> Result<WantedMails, Faults> {
        let mut faults = Faults::default();
        let kinds = one_or_all(self.kind.as_deref(), LetterContent::kinds(), |kind| kind);
        let languages = one_or_all(self.language.as_deref(), Language::all().collect(), |known| known.tag());
        let kinds = faults.keep("--kind", kinds);
        let languages = faults.keep("--language", languages);
        let (Some(kinds), Some(languages)) = (kinds, languages) else { return Err(faults) };
        Ok(WantedMails { kinds, languages })
    }
}

/// Those that are asked for, or a sentence about what can be.
fn one_or_all<T>(wanted: Option<&str>, all: Vec<T>, name: impl Fn(&T) -> &str) -> Result<Vec<T>, String> {
    let Some(wanted) = wanted else { return Ok(all) };
    if all.iter().any(|known| name(known) == wanted) {
        return Ok(all.into_iter().filter(|known| name(known) == wanted).collect());
    }
    Err(format!("must be one of {}", all.iter().map(&name).collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Command, command};

    fn wanted(arguments: &[&str]) -> Result<WantedMails, Faults> {
        match command(&["mail", "preview"], arguments) {
            Command::Mail(MailCommand::Preview(flags)) => flags.parse_wanted(),
            _ => panic!("another command"),
        }
    }

    #[test]
    fn a_kind_and_a_language_are_chosen_among_those_there_are() {
        let one = wanted(&["--kind", "welcome", "--language", "de"]).unwrap();
        assert_eq!((one.kinds, one.languages[0].tag()), (vec!["welcome"], "de"));
        let all = wanted(&[]).unwrap();
        assert_eq!(all.languages.len(), Language::all().count());
        assert_eq!(all.kinds, LetterContent::kinds());
        let told = wanted(&["--kind", "farewell", "--language", "de-AT"]).unwrap_err().to_string();
        assert_eq!(told.lines().count(), 2, "{told}");
        assert!(told.contains("--kind: must be one of welcome, link_verification"), "{told}");
    }
}
