//! The use-cases on a store in memory, with a clock that stands still.

use std::sync::Arc;

use vestibule_domain::arrival::Keep;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{AuditEvent, Page, SignInFilter, SignInHistory, Store, UserAdmin, UserFilter};
use vestibule_domain::sign_in::SignInRecord;
use vestibule_domain::testing::{Acme, CountingRandom, FrozenClock, MemoryStore, PaperVault, block_on};
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{
    BrowserBinding, Keeping, PostedResponse, SignIn, SignInAnswer, Simulate, World,
};
use vestibule_domain::user::User;

use crate::saml::{JsonVerifier, Response};

pub(crate) const PUBLIC_URL: &str = "https://sso.example.com";

/// A service for one organization.
pub(crate) struct Installation {
    pub(crate) acme: Acme,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<FrozenClock>,
    random: Arc<CountingRandom>,
}

/// All that a store holds, as far as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contents {
    pub(crate) users: Vec<User>,
    pub(crate) history: Vec<SignInRecord>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) audit: Vec<AuditEvent>,
    /// Everything, though without what names a person.
    everything: String,
}

impl Installation {
    /// A service whose store holds the organization and nobody else.
    pub(crate) fn of(acme: Acme) -> Self {
        let store = Arc::new(MemoryStore::default());
        block_on(acme.install(&*store));
        Self { acme, store, clock: Arc::default(), random: Arc::default() }
    }

    pub(crate) fn knows(&self, user: &User) {
        block_on(self.acme.install_user(&*self.store, user));
    }

    pub(crate) fn world(&self) -> World {
        self.world_on(self.store.clone())
    }

    /// The same service on another store, such as one that fails.
    pub(crate) fn world_on(&self, store: Arc<dyn Store>) -> World {
        World { store, clock: self.clock.clone(), random: self.random.clone() }
    }

    pub(crate) fn sign_in(&self) -> SignIn {
        Self::sign_in_on(self.world())
    }

    /// The same in another world, such as one with a store that fails.
    pub(crate) fn sign_in_on(world: World) -> SignIn {
        SignIn {
            world,
            verifier: Arc::new(JsonVerifier),
            public_url: PUBLIC_URL.into(),
            browser_binding: BrowserBinding::Required,
            secret_key: secret_key(),
            keeping: keeping(),
        }
    }

    pub(crate) fn simulate(&self) -> Simulate {
        Self::simulate_on(self.world())
    }

    /// The same in another world, such as one with a store that fails.
    pub(crate) fn simulate_on(world: World) -> Simulate {
        Simulate {
            world,
            verifier: Arc::new(JsonVerifier),
            vault: Arc::new(PaperVault::default()),
            public_url: PUBLIC_URL.into(),
        }
    }

    /// A response of the connection's identity provider.
    pub(crate) fn response(&self, id: &str, name_id: &str) -> Response {
        let identity_provider = self.acme.connection.identity_provider.as_ref().unwrap();
        Response::new(id, identity_provider.metadata.entity_id.as_str(), name_id)
    }

    pub(crate) fn posted(&self, response: &Response) -> PostedResponse {
        PostedResponse {
            organization: self.acme.organization.slug.clone(),
            response: response.encoded(),
            relay_state: None,
            browser: None,
        }
    }

    /// Posts a response, and answers what was written of it.
    pub(crate) fn post(&self, response: &Response) -> (SignInAnswer, SignInRecord) {
        let posted = self.posted(response);
        let answer = block_on(self.sign_in().run(&posted)).unwrap();
        let id = match &answer {
            SignInAnswer::Welcomed(welcomed) => welcomed.id,
            SignInAnswer::Refused(refused) => refused.id,
        };
        let record = block_on(self.store.sign_in(self.acme.organization.id, id)).unwrap().unwrap();
        (answer, record)
    }

    pub(crate) fn connection_id(&self) -> ConnectionId {
        self.acme.connection.id
    }

    pub(crate) fn contents(&self) -> Contents {
        let organization = self.acme.organization.id;
        let all = Page { after: None, limit: 1_000 };
        block_on(async {
            Contents {
                users: self.store.users(organization, &UserFilter::default(), all).await.unwrap().items,
                history: self
                    .store
                    .sign_ins(organization, &SignInFilter::default(), all)
                    .await
                    .unwrap()
                    .items,
                letters: self.store.letters(),
                audit: self.store.audit_events(),
                everything: format!("{:?}", self.store),
            }
        })
    }
}

/// What arrives is kept for a week.
pub(crate) fn keeping() -> Keeping {
    Keeping { vault: Arc::new(PaperVault::default()), keep: Keep::default() }
}

pub(crate) fn secret_key() -> SecretKey {
    SecretKey::new(&[7; 32])
}
