//! What the handlers of the administration API share with those of the sign-in.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use vestibule_domain::ports::{
    Keysmith, LogoutMessages, LogoutVerifier, MailPreview, MetadataSource, Passwords, ResponseVerifier,
    SamlMessages,
};
use vestibule_domain::usecase::{
    BeginSignIn, Keeping, RefreshMetadata, SaveIdentityProvider, Simulate, World,
};

/// The ports behind which the world is.
#[derive(Clone)]
pub struct AppState {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes a response or not.
    pub verifier: Arc<dyn ResponseVerifier>,
    /// Who writes and reads SAML messages.
    pub messages: Arc<dyn SamlMessages>,
    /// Who believes a message of single logout or not.
    pub logout_verifier: Arc<dyn LogoutVerifier>,
    /// Who writes such messages.
    pub logout_messages: Arc<dyn LogoutMessages>,
    /// Who fetches metadata by URL.
    pub metadata: Arc<dyn MetadataSource>,
    /// Who makes the service's own keys.
    pub keysmith: Arc<dyn Keysmith>,
    /// Who hashes the passwords of administrators.
    pub passwords: Arc<dyn Passwords>,
    /// Who shows mails without sending them.
    pub previews: Arc<dyn MailPreview>,
    /// Where what arrives at sign-ins is kept, and for how long.
    pub keeping: Keeping,
    /// What goes on though nobody waits for its answer any more: it is finished before the service ends.
    pub tasks: TaskTracker,
    /// The address under which people reach this service, without a slash at the end.
    pub public_url: String,
}

/// What more than one handler does with the same ports.
impl AppState {
    pub(crate) fn begin_sign_in(&self) -> BeginSignIn {
        BeginSignIn {
            world: self.world.clone(),
            messages: self.messages.clone(),
            keysmith: self.keysmith.clone(),
            public_url: self.public_url.clone(),
        }
    }

    pub(crate) fn simulate(&self) -> Simulate {
        Simulate {
            world: self.world.clone(),
            verifier: self.verifier.clone(),
            vault: self.keeping.vault.clone(),
            public_url: self.public_url.clone(),
        }
    }

    pub(crate) fn save_identity_provider(&self) -> SaveIdentityProvider {
        SaveIdentityProvider {
            world: self.world.clone(),
            messages: self.messages.clone(),
            source: self.metadata.clone(),
        }
    }

    pub(crate) fn refresh_metadata(&self) -> RefreshMetadata {
        RefreshMetadata {
            world: self.world.clone(),
            messages: self.messages.clone(),
            source: self.metadata.clone(),
        }
    }
}
