//! The whole service on an in-memory store, with the organization Acme, for looking at: `cargo run -p vestibule-http-app
//! --example in_memory`, and beside it `cargo run -p vestibule-demo-idp`. It forgets everything when it ends.

#![expect(clippy::print_stdout, reason = "an example shows where it is")]

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vestibule_domain::arrival::Keep;
use vestibule_domain::ports::Actor;
use vestibule_domain::testing::MemoryStore;
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{ApiKeyDraft, CreateApiKey, Keeping, KeyOwner, PrepareServiceKeys, World};
use vestibule_http_app::config::PublicUrl;
use vestibule_http_app::passwords::Argon2Passwords;
use vestibule_http_app::service::serve;
use vestibule_http_app::state::AppState;
use vestibule_http_app::system::{SystemClock, SystemRandom};
use vestibule_http_app::web::{RateLimits, Site, router};
use vestibule_notifier::{Composer, Sender};
use vestibule_saml_adapter::{HttpMetadataSource, Keyring, SamaelVerifier, SealedVault, XmlMessages};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = "http://localhost:8080";
    let world = World {
        store: Arc::new(MemoryStore::default()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let create = CreateApiKey(world.clone());
    let (_, key) =
        create.run(&Actor::CommandLine, &ApiKeyDraft::named("example"), &KeyOwner::Operator).await?;
    println!("{url}/ with the operator's key {}", key.reveal());

    let secret_key = SecretKey::new(&[7; 32]);
    let keyring = Keyring::new(secret_key.sealing_key());
    PrepareServiceKeys { world: world.clone(), keysmith: Arc::new(keyring.clone()) }.run().await?;

    let app = AppState {
        world,
        verifier: Arc::new(SamaelVerifier::new()),
        messages: Arc::new(XmlMessages),
        logout_verifier: Arc::new(SamaelVerifier::new()),
        logout_messages: Arc::new(XmlMessages),
        keysmith: Arc::new(keyring),
        passwords: Arc::new(Argon2Passwords::new(Arc::new(SystemRandom))),
        metadata: Arc::new(HttpMetadataSource::for_development()?),
        previews: Arc::new(Composer::new(
            Sender::parse("no-reply@localhost")?,
            url,
            SecretKey::new(&[0; 32]),
        )?),
        keeping: Keeping { vault: Arc::new(SealedVault::new(secret_key.vault_key())), keep: Keep::default() },
        tasks: TaskTracker::new(),
        public_url: url.to_owned(),
    };
    let site = Site::new(app, PublicUrl::parse(url, false)?, secret_key, RateLimits::On);
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    serve(listener, router(site), CancellationToken::new()).await;
    Ok(())
}
