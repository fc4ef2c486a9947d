//! Mails: who sends them, and how they would look.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use vestibule_domain::letter::{Correspondence, Letter};
use vestibule_domain::ports::{Clock as _, Mail, MailPreview};
use vestibule_domain::token::SecretKey;
use vestibule_notifier::{Composer, ConfiguredMailer, Templates};

use super::Installation;
use crate::cli::WantedMails;
use crate::config::Faults;
use crate::system::SystemClock;

/// The program's templates, or those of a folder in their place.
pub(super) fn templates(folder: Option<&Path>) -> Result<Templates, Faults> {
    let Some(folder) = folder else { return Ok(Templates::embedded()) };
    Templates::in_folder(folder).map_err(|wrong| {
        let mut faults = Faults::default();
        for fault in wrong.0 {
            faults.keep::<()>("--templates-dir", Err(fault.to_string()));
        }
        faults
    })
}

/// Writes the program's own templates into a folder, and says how many. What is there already stays as it is.
///
/// # Errors
/// The folder cannot be written to.
pub fn write_templates(folder: &Path) -> anyhow::Result<usize> {
    fs::create_dir_all(folder).context("the folder cannot be made")?;
    let mut written = 0;
    for (name, source) in Templates::embedded().files() {
        let path = folder.join(name);
        if !path.exists() {
            fs::write(&path, source).with_context(|| format!("{} cannot be written", path.display()))?;
            written += 1;
        }
    }
    Ok(written)
}

impl Installation {
    /// Sample mails: each with its kind and the tag of its language.
    ///
    /// # Errors
    /// A template is wrong.
    pub fn sample_mails(
        &self,
        wanted: &WantedMails,
    ) -> anyhow::Result<Vec<(&'static str, &'static str, Mail)>> {
        let previews = self.previews()?;
        let mut mails = Vec::new();
        for language in &wanted.languages {
            let about = Correspondence { locale: language.tag().parse()?, ..Correspondence::sample() };
            for letter in Letter::samples(&about, SystemClock.now()) {
                let kind = letter.content.kind();
                if wanted.kinds.contains(&kind) {
                    mails.push((kind, language.tag(), previews.preview(&letter)?));
                }
            }
        }
        Ok(mails)
    }

    pub(super) fn mailer(&self, key: SecretKey) -> anyhow::Result<ConfiguredMailer> {
        Ok(ConfiguredMailer::new(self.mail_url.clone(), self.composer(key)?)?)
    }

    /// Who shows mails without sending them. What their links would open is nobody's business, so that they are made by no key.
    pub(super) fn previews(&self) -> anyhow::Result<Arc<dyn MailPreview>> {
        Ok(Arc::new(self.composer(SecretKey::new(&[0; 32]))?))
    }

    fn composer(&self, key: SecretKey) -> anyhow::Result<Composer> {
        let composer = Composer::new(self.sender.clone(), self.config.public_url.as_str(), key)?;
        Ok(composer.with_templates(self.templates.clone()))
    }
}
