//! Puts the service together of its parts. No other module names an adapter.

mod administering;
mod checking;
mod keys;
mod mails;
mod serving;

use std::path::Path;
use std::sync::Arc;

use vestibule_domain::ports::Passwords;
use vestibule_domain::usecase::World;
use vestibule_notifier::{MailUrl, Sender, Templates};
use vestibule_persistence_adapter::{Database, Limits};

pub use self::mails::write_templates;
use crate::config::{Config, Faults, Flags};
use crate::passwords::Argon2Passwords;
use crate::system::{SystemClock, SystemRandom};

/// A service that can be started: its settings, and what the adapters make of theirs.
pub struct Installation {
    config: Config,
    database: Database,
    mail_url: MailUrl,
    sender: Sender,
    templates: Templates,
}

impl Installation {
    /// The installation that the flags describe. Opens and makes nothing yet. To be called within a Tokio runtime.
    ///
    /// # Errors
    /// All faults at once.
    pub fn of(flags: Flags) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let database = Database::open(&flags.database_url, Limits::default());
        let database = faults.keep("--database-url", database.map_err(|error| error.to_string()));
        let mail_url = MailUrl::parse(&flags.mail_url).map_err(|error| error.to_string());
        let mail_url = faults.keep("--mail-url", mail_url);
        let sender = Sender::parse(&flags.mail_from).map_err(|error| error.to_string());
        let sender = faults.keep("--mail-from", sender);
        let templates = faults.merge(mails::templates(flags.templates_dir.as_deref()));
        let config = faults.merge(flags.parse());
        match (config, database, mail_url, sender, templates) {
            (Some(config), Some(database), Some(mail_url), Some(sender), Some(templates)) => {
                Ok(Self { config, database, mail_url, sender, templates })
            }
            _ => Err(faults),
        }
    }

    /// Its settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Brings the database to this version.
    ///
    /// # Errors
    /// The database does not answer, or is of a newer version.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        self.on_database(async |_| Ok(())).await
    }

    /// The one thing that a command does with the database, which is migrated before and closed afterwards.
    async fn on_database<T>(&self, work: impl AsyncFnOnce(World) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.database.migrate().await?;
        let done = work(self.world()).await;
        self.database.close().await;
        done
    }

    /// The same, for a command that would find nothing in a new database, and does not make one.
    async fn on_known_database<T>(
        &self,
        work: impl AsyncFnOnce(World) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        match self.database.missing_file() {
            Some(file) => Err(anyhow::Error::msg(no_database(file))),
            None => self.on_database(work).await,
        }
    }

    fn world(&self) -> World {
        World { store: self.database.store(), clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}

/// What is said where a file is missing.
fn no_database(file: &Path) -> String {
    format!(
        "there is no database at {}: is --database-url (VESTIBULE_DATABASE_URL) that of the service? `vestibule serve` makes a new one",
        file.display()
    )
}

fn passwords() -> Arc<dyn Passwords> {
    Arc::new(Argon2Passwords::new(Arc::new(SystemRandom)))
}
