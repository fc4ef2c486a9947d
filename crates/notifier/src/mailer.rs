//! The mailer that a URL asks for.

use std::sync::Arc;

use async_trait::async_trait;
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{MailError, Mailer};

use crate::composer::Composer;
use crate::file::FileMailer;
use crate::mail_url::MailUrl;
use crate::smtp::SmtpMailer;

/// The mailer that an operator's [`MailUrl`] asks for.
#[derive(Debug, Clone)]
pub enum ConfiguredMailer {
    /// Into a folder.
    File(FileMailer),
    /// To a mail server.
    Smtp(SmtpMailer),
}

/// Why mails cannot be sent, as a sentence for an operator. It names no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub(crate) String);

impl ConfiguredMailer {
    /// Sends what `composer` composes to where the URL leads. Connects to nobody yet.
    ///
    /// # Errors
    /// This machine has no certificates to know an encrypted server by.
    pub fn new(url: MailUrl, composer: Composer) -> Result<Self, Unusable> {
        let composer = Arc::new(composer);
        Ok(match url {
            MailUrl::Folder(folder) => Self::File(FileMailer::new(folder, composer)),
            MailUrl::Server(server) => Self::Smtp(SmtpMailer::new(server, composer)?),
        })
    }

    /// Whether mails could be sent now, without sending one: the folder can be written to, or the server takes the login and
    /// the sender.
    ///
    /// # Errors
    /// Says why not.
    pub async fn check(&self) -> Result<(), Unusable> {
        match self {
            Self::File(mailer) => mailer.check().await,
            Self::Smtp(mailer) => mailer.check().await,
        }
    }
}

#[async_trait]
impl Mailer for ConfiguredMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        match self {
            Self::File(mailer) => mailer.send(letter).await,
            Self::Smtp(mailer) => mailer.send(letter).await,
        }
    }
}
