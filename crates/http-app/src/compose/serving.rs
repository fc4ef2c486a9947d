//! The service while it runs.

use std::io::{self, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vestibule_domain::ports::MetadataSource;
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{
    DeliverLetters, FirstAdministrator, ForgetHistory, ImportUsers, Keeping, RefreshMetadata,
    WarnOfCertificates, World,
};
use vestibule_notifier::OutboxWorker;
use vestibule_saml_adapter::{HttpMetadataSource, Keyring, SamaelVerifier, SealedVault, XmlMessages};

use super::{Installation, passwords};
use crate::config::create_key_file;
use crate::service;
use crate::state::AppState;
use crate::system::SystemRandom;
use crate::web::{RateLimits, Site, router};

impl Installation {
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
