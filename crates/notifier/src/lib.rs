//! Vestibule's mails: what they say, how they are sent, and the worker that empties the outbox.
//!
//! - [`Composer`] makes a mail of a letter, by [`Templates`] and in the words of its language.
//! - [`SmtpMailer`] and [`FileMailer`] are the port [`Mailer`](vestibule_domain::ports::Mailer); [`ConfiguredMailer`] is the
//!   one that a [`MailUrl`] asks for.
//! - [`OutboxWorker`] runs [`DeliverLetters`](vestibule_domain::usecase::DeliverLetters) for as long as the service does.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use tokio_util::sync::CancellationToken;
//! use vestibule_domain::token::SecretKey;
//! use vestibule_domain::usecase::{DeliverLetters, World};
//! use vestibule_notifier::{Composer, ConfiguredMailer, MailUrl, OutboxWorker, Sender};
//!
//! # async fn run(world: World, key: SecretKey, shutdown: CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
//! let sender = Sender::parse("Acme <no-reply@acme.example>")?;
//! let composer = Composer::new(sender, "https://sso.acme.example", key)?;
//! let mailer = ConfiguredMailer::new(MailUrl::parse("smtps://user:password@mail.acme.example")?, composer)?;
//! mailer.check().await?;
//! let deliver = DeliverLetters { world, mailer: Arc::new(mailer) };
//! OutboxWorker::new(deliver).run(shutdown).await;
//! # Ok(())
//! # }
//! ```
//!
//! # Invariants
//!
//! - A password goes to no other machine unencrypted, nor to one whose certificate is not known.
//! - The same letter is the same mail, byte for byte, with the Message-ID of its row: sent twice, it can be told.
//! - Every mail has a text part. What a person or an organization is called is escaped in HTML, and is one line in a header.
//! - No mail loads anything but its organization's logo, by an address that is the same for everybody there: nothing tells who opened it.
//! - What is filled into a template is text, whatever the template says.
//! - A letter is tried again unless the server refused its recipient or its content for good. A server that refuses this
//!   service as such loses no letter.
//! - Waiting for a server has an end, well before the letter's lease.
//! - No reason, log line or `Debug` has an address, a link, a password, or a server's own words.

mod composer;
mod file;
mod look;
mod mail_url;
mod mailer;
mod sender;
mod smtp;
mod templates;
mod words;
mod worker;

pub use composer::{ComposeError, Composer, PublicUrlError};
pub use file::FileMailer;
pub use mail_url::{MailUrl, MailUrlError, SmtpServer};
pub use mailer::{ConfiguredMailer, Unusable};
pub use sender::{Sender, SenderError};
pub use smtp::SmtpMailer;
pub use templates::{TemplateFault, TemplateFaults, Templates};
pub use worker::OutboxWorker;
