//! Puts the service together of its parts. No other module names an adapter.

mod mails;

use std::io::{self, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::ports::{Actor, ApiKey, Keysmith, MetadataSource, Page, Paged, Passwords, StoreError};
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::token::{SecretKey, Token};
use vestibule_domain::usecase::{
    ActivateServiceKey, AdminError, AdministratorChange, AdministratorDraft, ChangeAdministrator,
    CreateAdministrator, CreateApiKey, DeliverLetters, FirstAdministrator, ForgetHistory, ImportUsers,
    Keeping, KeyOwner, PrepareError, PrepareServiceKeys, RefreshMetadata, RemoveServiceKey, RevokeApiKey,
    RotateServiceKey, SetPassword, WarnOfCertificates, World,
};
use vestibule_notifier::{MailUrl, OutboxWorker, Sender, Templates};
use vestibule_persistence_adapter::{Database, Limits};
use vestibule_saml_adapter::{HttpMetadataSource, Keyring, SamaelVerifier, SealedVault, XmlMessages};

pub use self::mails::write_templates;
use crate::check::{self, Finding};
use crate::cli::{NewApiKey, RotationStep};
use crate::config::{Config, Faults, Flags, create_key_file};
use crate::passwords::Argon2Passwords;
use crate::service;
use crate::state::AppState;
use crate::system::{SystemClock, SystemRandom};
use crate::web::{RateLimits, Site, router};

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

    /// Runs the service until the process is told to end, and then until what it has begun is done. Migrates the database
    /// first, and makes the key file where it is missing.
    ///
    /// # Errors
    /// The service cannot be started. The message names what is wrong, and no secret.
    pub async fn serve(self) -> anyhow::Result<()> {
        let key = create_key_file(&self.config.secret_key_file, &SystemRandom)
            .with_context(|| format!("the key file {}", self.config.secret_key_file.display()))?;
        // Before the database, so that a second start by mistake touches nothing.
        let listener = TcpListener::bind(self.config.listen).await.with_context(|| {
            format!("cannot listen on {}; --listen chooses another address and port", self.config.listen)
        })?;
        self.database.migrate().await?;
        let world = self.world();
        let keyring = Keyring::new(key.sealing_key());
        self.prepare_keys(&keyring).await?;
        let mailer = self.mailer(key.clone())?;
        let source = self.metadata_source()?;
        let begun = TaskTracker::new();
        let site = self.site(world.clone(), key.clone(), keyring, source.clone(), begun.clone())?;

        let shutdown = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(cancel_when_told(shutdown.clone())?);
        tasks.spawn(service::sweep(world.clone(), shutdown.clone()));
        let forget = ForgetHistory { world: world.clone(), keep: self.config.keep_history };
        tasks.spawn(service::forget_history(forget, shutdown.clone()));
        let refresh = RefreshMetadata { world: world.clone(), messages: Arc::new(XmlMessages), source };
        tasks.spawn(service::refresh_metadata(refresh, shutdown.clone()));
        tasks.spawn(service::import_users(ImportUsers(world.clone()), shutdown.clone()));
        tasks.spawn(service::warn_of_certificates(WarnOfCertificates(world.clone()), shutdown.clone()));
        let worker = OutboxWorker::new(DeliverLetters { world, mailer: Arc::new(mailer) });
        tasks.spawn({
            let shutdown = shutdown.clone();
            async move { worker.run(shutdown).await }
        });
        self.invite_first_administrator(&key).await?;
        let address = listener.local_addr().context("the address that it listens on")?;
        tracing::info!(%address, public_url = self.config.public_url.as_str(), "Vestibule answers");
        service::serve(listener, router(site), shutdown).await;
        begun.close();
        begun.wait().await;
        tasks.close();
        tasks.wait().await;
        self.database.close().await;
        tracing::info!("Vestibule has ended");
        Ok(())
    }

    /// Prints a link for the first administrator, where there is none. Not into the log: whoever has it becomes an operator.
    async fn invite_first_administrator(&self, key: &SecretKey) -> anyhow::Result<()> {
        let first =
            FirstAdministrator { world: self.world(), passwords: passwords(), secret_key: key.clone() };
        if let Some((token, expires_at)) = first.link().await? {
            let (url, end) = (self.config.public_url.as_str(), expires_at.format("%H:%M UTC"));
            writeln!(
                io::stdout(),
                "There is no administrator yet. Until {end} whoever opens this address becomes the first:\n\
                 {url}/admin/first/{}",
                token.reveal()
            )?;
        }
        Ok(())
    }

    /// Brings the database to this version.
    ///
    /// # Errors
    /// The database does not answer, or is of a newer version.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        self.database.migrate().await?;
        self.database.close().await;
        Ok(())
    }

    /// Creates a key of the administration API.
    ///
    /// # Errors
    /// The database does not answer, or the organization does not exist.
    pub async fn create_api_key(&self, key: &NewApiKey) -> anyhow::Result<Token> {
        self.database.migrate().await?;
        let created = CreateApiKey(self.world()).run(&Actor::CommandLine, &key.draft, &key.owner).await;
        self.database.close().await;
        Ok(created?.1)
    }

    /// The keys of the administration API that are an organization's, or the operators', oldest first.
    ///
    /// # Errors
    /// The database does not answer, or the organization does not exist.
    pub async fn api_keys(&self, owner: &KeyOwner) -> anyhow::Result<Vec<ApiKey>> {
        self.database.migrate().await?;
        let keys = self.all_api_keys(owner).await;
        self.database.close().await;
        keys
    }

    async fn all_api_keys(&self, owner: &KeyOwner) -> anyhow::Result<Vec<ApiKey>> {
        let world = self.world();
        let organization = match owner {
            KeyOwner::Operator => None,
            KeyOwner::Organization(slug) => Some(world.organization(slug).await?.id),
        };
        Ok(all(async |page| world.store.api_keys(organization, page).await).await?)
    }

    /// Revokes a key of the administration API, whosever it is, and answers it.
    ///
    /// # Errors
    /// The database does not answer, or there is no such key.
    pub async fn revoke_api_key(&self, id: ApiKeyId) -> anyhow::Result<ApiKey> {
        self.database.migrate().await?;
        let world = self.world();
        let revoked = async {
            let key = world.store.api_key_by_id(id).await?.context("there is no such key")?;
            RevokeApiKey(world.clone()).run(&Actor::CommandLine, key.role.organization(), id).await?;
            Ok(key)
        };
        let revoked = revoked.await;
        self.database.close().await;
        revoked
    }

    /// Makes an administrator of the Admin Portal.
    ///
    /// # Errors
    /// Faults of the draft, a taken address, or the database does not answer, or the organization does not exist.
    pub async fn create_administrator(
        &self,
        draft: &AdministratorDraft,
        owner: &KeyOwner,
    ) -> anyhow::Result<Administrator> {
        self.database.migrate().await?;
        let create = CreateAdministrator { world: self.world(), passwords: passwords() };
        let created = create.run(&Actor::CommandLine, draft, owner).await;
        self.database.close().await;
        match created {
            Err(AdminError::Taken(_)) => {
                Err(anyhow::anyhow!("there is an administrator with this address already"))
            }
            created => created.map_err(in_words),
        }
    }

    /// All administrators, oldest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn administrators(&self) -> anyhow::Result<Vec<Administrator>> {
        self.database.migrate().await?;
        let store = self.world().store;
        let listed = all(async |page| store.administrators(None, page).await).await;
        self.database.close().await;
        Ok(listed?)
    }

    /// Sets an administrator's password.
    ///
    /// # Errors
    /// A fault of the password, there is no administrator with this address, or the database does not answer.
    pub async fn set_password(&self, email: &EmailAddress, password: &str) -> anyhow::Result<Administrator> {
        self.database.migrate().await?;
        let world = self.world();
        let set = async {
            let found = administrator_of(&world, email).await?;
            let set = SetPassword { world: world.clone(), passwords: passwords() };
            set.run(found.id, password).await.map_err(in_words)
        };
        let set = set.await;
        self.database.close().await;
        set
    }

    /// Changes an administrator.
    ///
    /// # Errors
    /// There is none with this address, or the database does not answer.
    pub async fn change_administrator(
        &self,
        email: &EmailAddress,
        change: &AdministratorChange,
    ) -> anyhow::Result<Administrator> {
        self.database.migrate().await?;
        let world = self.world();
        let changed = async {
            let found = administrator_of(&world, email).await?;
            Ok(ChangeAdministrator(world.clone()).run(&Actor::CommandLine, found.id, change).await?)
        };
        let changed = changed.await;
        self.database.close().await;
        changed
    }

    /// The service's own keys, oldest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn service_keys(&self) -> anyhow::Result<Vec<ServiceKey>> {
        self.database.migrate().await?;
        let keys = self.world().store.service_keys().await;
        self.database.close().await;
        Ok(keys?)
    }

    /// Takes a step of a rotation of the service's own keys, and answers the key that it was taken with.
    ///
    /// # Errors
    /// The state of the keys does not allow it, the key file is missing, or the database does not answer.
    pub async fn rotate(&self, step: RotationStep, usage: KeyUsage) -> anyhow::Result<ServiceKey> {
        self.database.migrate().await?;
        let done = self.take(step, usage).await;
        self.database.close().await;
        done
    }

    async fn take(&self, step: RotationStep, usage: KeyUsage) -> anyhow::Result<ServiceKey> {
        let world = self.world();
        let in_state = async |state| {
            let keys = world.store.service_keys().await?;
            let key = ServiceKey::find(&keys, usage, state).cloned();
            key.with_context(|| format!("there is no {state} {usage} key"))
        };
        match step {
            RotationStep::Rotate => {
                let keyring = self.keyring().context("the key file is not there yet; `serve` makes it")?;
                // A key that no process could open is not worth publishing.
                self.prepare_keys(&keyring).await?;
                let rotate = RotateServiceKey { world: world.clone(), keysmith: Arc::new(keyring) };
                Ok(rotate.run(&Actor::CommandLine, usage).await?)
            }
            RotationStep::Activate => {
                let next = in_state(KeyState::Next).await?;
                Ok(ActivateServiceKey(world.clone()).run(&Actor::CommandLine, next.id).await?)
            }
            RotationStep::Retire => {
                let previous = in_state(KeyState::Previous).await?;
                RemoveServiceKey(world.clone()).run(&Actor::CommandLine, previous.id).await?;
                Ok(previous)
            }
        }
    }

    /// Makes the service's own keys where they are missing, and makes sure that they can be opened.
    async fn prepare_keys(&self, keyring: &Keyring) -> anyhow::Result<()> {
        let keysmith: Arc<dyn Keysmith> = Arc::new(keyring.clone());
        let prepared = PrepareServiceKeys { world: self.world(), keysmith }.run().await;
        prepared.map(drop).map_err(|error| match error {
            PrepareError::Key { .. } => {
                let file = self.config.secret_key_file.display();
                anyhow::Error::new(error).context(format!("{file} is not the key file of this database"))
            }
            error => error.into(),
        })
    }

    /// The keyring of the key file, if that is there.
    fn keyring(&self) -> Option<Keyring> {
        self.config.secret_key.as_ref().map(|key| Keyring::new(key.sealing_key()))
    }

    /// Looks at everything that the service needs. Changes nothing, but for a folder of mails that is missing.
    pub async fn check(&self) -> Vec<Finding> {
        let key_file = self.config.secret_key_file.display();
        let mut findings = vec![match self.config.secret_key {
            Some(_) => Finding::fine(format!("key file: {key_file} holds a key")),
            None => Finding::notice(format!("key file: {key_file} is not there yet; `serve` makes it")),
        }];
        findings.extend(self.check_database().await);
        findings.push(self.check_mail().await);
        findings
    }

    async fn check_database(&self) -> Vec<Finding> {
        let world = self.world();
        let looked = async {
            world.store.ready().await?;
            let keys =
                check::service_keys(&world, self.keyring().as_ref().map(|keyring| keyring as _)).await?;
            let certificates = check::certificates(&world).await?;
            Ok::<_, StoreError>([keys, certificates].concat())
        };
        let looked = looked.await;
        self.database.close().await;
        match looked {
            Ok(found) => {
                let ready = Finding::fine("database: it answers, and has the tables of this version");
                [vec![ready], found].concat()
            }
            // What the caller of a store can do about it helps nobody here; what went wrong does.
            Err(error) => {
                vec![Finding::wrong(format!("database: {}", anyhow::Error::new(error).root_cause()))]
            }
        }
    }

    async fn check_mail(&self) -> Finding {
        // Nothing is sent, so that any key will do where none is there yet.
        let key = self.config.secret_key.clone().unwrap_or_else(|| SecretKey::new(&[0; 32]));
        let checked = match self.mailer(key) {
            Ok(mailer) => mailer.check().await.map_err(anyhow::Error::new),
            Err(error) => Err(error),
        };
        match checked {
            Ok(()) => Finding::fine("mail: it can be sent"),
            Err(error) => Finding::wrong(format!("mail: {error:#}")),
        }
    }

    fn world(&self) -> World {
        World { store: self.database.store(), clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }

    fn metadata_source(&self) -> anyhow::Result<Arc<dyn MetadataSource>> {
        let insecure = self.config.allow_insecure_metadata;
        if insecure {
            tracing::warn!("metadata is fetched over plain http and from private addresses, too");
        }
        let source = if insecure { HttpMetadataSource::for_development() } else { HttpMetadataSource::new() };
        Ok(Arc::new(source.context("metadata cannot be fetched")?))
    }

    fn site(
        &self,
        world: World,
        key: SecretKey,
        keyring: Keyring,
        metadata: Arc<dyn MetadataSource>,
        tasks: TaskTracker,
    ) -> anyhow::Result<Site> {
        let verifier = Arc::new(SamaelVerifier::with_keyring(keyring.clone()));
        let app = AppState {
            world,
            verifier: verifier.clone(),
            messages: Arc::new(XmlMessages),
            logout_verifier: verifier,
            logout_messages: Arc::new(XmlMessages),
            keysmith: Arc::new(keyring),
            passwords: passwords(),
            metadata,
            previews: self.previews()?,
            keeping: Keeping {
                vault: Arc::new(SealedVault::new(key.vault_key())),
                keep: self.config.keep_assertions,
            },
            tasks,
            public_url: self.config.public_url.as_str().to_owned(),
        };
        let limits = if self.config.rate_limits { RateLimits::On } else { RateLimits::Off };
        Ok(Site::new(app, self.config.public_url.clone(), key, limits))
    }
}

async fn administrator_of(world: &World, email: &EmailAddress) -> anyhow::Result<Administrator> {
    let found = world.store.administrator_by_email(email).await?;
    found.context("there is no administrator with this address")
}

/// What is wrong, as somebody reads it who has typed values and sent no JSON.
fn in_words(error: AdminError) -> anyhow::Error {
    let AdminError::Invalid(problems) = error else { return error.into() };
    let faults = problems.0.iter();
    let faults =
        faults.map(|fault| format!("the {} {}", fault.pointer.trim_start_matches('/'), fault.message));
    anyhow::Error::msg(faults.collect::<Vec<_>>().join("; "))
}

/// All items of a list that is read page by page.
async fn all<T>(page: impl AsyncFn(Page) -> Result<Paged<T>, StoreError>) -> Result<Vec<T>, StoreError> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let part = page(Page { after, limit: 200 }).await?;
        items.extend(part.items);
        after = part.next;
        if after.is_none() {
            return Ok(items);
        }
    }
}

fn passwords() -> Arc<dyn Passwords> {
    Arc::new(Argon2Passwords::new(Arc::new(SystemRandom)))
}

/// Ends the service once somebody asks the process to end: an init system by SIGTERM, a person by Ctrl-C.
fn cancel_when_told(shutdown: CancellationToken) -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut terminated = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupted = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        tracing::info!("told to end; what has begun is finished first");
        shutdown.cancel();
    })
}
