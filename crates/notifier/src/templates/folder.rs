//! An operator's own templates: a folder of the files that are other than the program's, looked at before any mail is made by them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::DateTime;
use vestibule_domain::branding::{Branding, Color};
use vestibule_domain::letter::{Correspondence, Letter};
use vestibule_domain::organization::Locale;
use vestibule_languages::Language;

use super::{MARKUP, PARTS, TEXT, TemplateFault, TemplateFaults, Templates, markup};
use crate::composer::{Composer, language_of};

/// The most bytes of a file.
const MOST_BYTES: u64 = 256 * 1024;
/// The most files of a folder.
const MOST_FILES: usize = 1_000;
/// How the names of files begin that only others include.
const PART_OF_OTHERS: char = '_';

impl Templates {
    /// The program's templates, with those of a folder in the place of their namesakes: `KIND.subject.txt`, `KIND.txt`, `KIND.mjml`,
    /// `layout.mjml`, the same in a folder of a language's tag for that language alone, and files of any name that begins with `_`
    /// for others to include. Each kind of mail is made once in each language, of sample data.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn in_folder(folder: &Path) -> Result<Self, TemplateFaults> {
        let mut templates = Self::embedded();
        let mut faults = Vec::new();
        let mut replaced = Vec::new();
        match files_of(folder) {
            Ok(files) => {
                for name in files {
                    match templates.take(folder, &name) {
                        Ok(()) => replaced.push(name),
                        Err(fault) => faults.push(fault),
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
        if faults.is_empty() {
            let (made, found) = tried(templates, &replaced);
            (templates, faults) = (made, found);
        }
        if faults.is_empty() { Ok(templates) } else { Err(TemplateFaults(faults)) }
    }

    fn take(&mut self, folder: &Path, name: &str) -> Result<(), TemplateFault> {
        if !self.may_be(name) {
            let reason = "no mail is made by a file of this name (those that others include begin with _)";
            return Err(TemplateFault::of_file(name, reason));
        }
        let path = folder.join(name);
        let size = fs::metadata(&path).map(|file| file.len());
        if size.is_ok_and(|size| size > MOST_BYTES) {
            return Err(TemplateFault::of_file(name, "must have at most 256 KiB"));
        }
        let source = fs::read_to_string(&path)
            .map_err(|error| TemplateFault::of_file(name, format!("it cannot be read: {error}")))?;
        self.replace(name, &source).map_err(|error| TemplateFault::of_template(name, &error))
    }

    /// Whether mails can be made by a file of this name.
    fn may_be(&self, name: &str) -> bool {
        let file = match name.split_once('/') {
            Some((tag, file)) if Language::all().any(|language| language.tag() == tag) => file,
            Some(_) => return false,
            None => name,
        };
        let is_of_a_kind = PARTS.iter().any(|part| file.ends_with(&format!(".{part}")));
        is_of_a_kind && (file.starts_with(PART_OF_OTHERS) || self.text.get_template(file).is_ok())
    }
}

/// The names of the files of a folder and of the folders in it, hidden ones left out.
fn files_of(folder: &Path) -> Result<Vec<String>, TemplateFault> {
    let mut names = BTreeSet::new();
    let listed = list(folder, "", &mut names);
    listed.map_err(|error| {
        TemplateFault::of_file(folder.display().to_string(), format!("it cannot be read: {error}"))
    })?;
    if names.len() > MOST_FILES {
        return Err(TemplateFault::of_file(folder.display().to_string(), "must have at most 1,000 files"));
    }
    Ok(names.into_iter().collect())
}

fn list(folder: &Path, within: &str, names: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || names.len() > MOST_FILES {
            continue;
        }
        // A folder in a language's folder is named as a file, which no mail is made by.
        if path.is_dir() && within.is_empty() {
            list(&path, &format!("{name}/"), names)?;
        } else {
            names.insert(format!("{within}{name}"));
        }
    }
    Ok(())
}

/// Makes each kind of mail in each language, and tells what did not go well.
fn tried(templates: Templates, replaced: &[String]) -> (Templates, Vec<TemplateFault>) {
    let composer = Composer::of_samples(templates);
    let mut faults = BTreeSet::new();
    for language in Language::all() {
        for letter in letters(language) {
            faults.extend(faults_of(&composer, replaced, &letter));
        }
    }
    (composer.templates, faults.into_iter().collect())
}

fn faults_of(composer: &Composer, replaced: &[String], letter: &Letter) -> Vec<TemplateFault> {
    let kind = letter.content.kind();
    let templates = &composer.templates;
    let language = language_of(letter);
    let file = |part: &str| templates.name_of(kind, part, language);
    let (subject, context) = match composer.subject(letter, language) {
        Ok(subject) => subject,
        Err(error) => return vec![TemplateFault::of_template(&file(super::SUBJECT), &error)],
    };
    let mut faults = Vec::new();
    if subject.is_empty() {
        faults.push(TemplateFault::of_file(file(super::SUBJECT), "the subject is empty"));
    }
    let link = composer.link(letter);
    let mut must_have_link = |part: &str, made: &str| {
        if link.as_ref().is_some_and(|link| !made.contains(link)) {
            faults.push(TemplateFault::of_file(file(part), "the link is missing: {{ link }}"));
        }
    };
    let text = templates.text(kind, TEXT, language, &context);
    let text = text.map(|text| must_have_link(TEXT, &text));
    let mjml = templates.mjml(kind, language, &context);
    let mjml = mjml.inspect(|mjml| must_have_link(MARKUP, mjml));
    faults.extend(text.err().map(|error| TemplateFault::of_template(&file(TEXT), &error)));
    match mjml {
        Err(error) => faults.push(TemplateFault::of_template(&file(MARKUP), &error)),
        Ok(mjml) => {
            let wrong = match markup::html(&mjml) {
                Ok(html) => markup::oddities(&mjml, &html),
                Err(error) => vec![error],
            };
            let named =
                |error: &_| TemplateFault::of_markup(templates, replaced, &file(MARKUP), &mjml, error);
            faults.extend(wrong.iter().map(named));
        }
    }
    faults
}

/// Letters in a language, of an organization as most of them are, and of one with a colour.
#[expect(clippy::expect_used, reason = "the languages are known, and each is made here")]
fn letters(language: Language) -> Vec<Letter> {
    let locale: Locale = language.tag().parse().expect("a language's tag is a locale");
    let looks = [None, Some(Color::BLACK)].map(|accent_color| Branding { accent_color, logo: None });
    let about = |branding| Correspondence { locale: locale.clone(), branding, ..Correspondence::sample() };
    looks.into_iter().flat_map(|look| Letter::samples(&about(look), DateTime::UNIX_EPOCH)).collect()
}
