//! Trying a connection for real: a sign-in of a draft, of which nothing comes but a report.

use std::sync::Arc;

use tracing::info;

use super::administration::{AdminError, Bounded};
use super::begin_sign_in::{BeginError, BeginSignIn, message_id};
use super::sign_in::{BrowserBinding, PostedResponse, expectation};
use super::simulate::{Simulate, SimulatedUser, Simulation, SimulationInput};
use super::world::World;
use crate::ports::{Delivery, Examined, KeyError, Lifetimes, StoreError, Vault};
use crate::settings::SettingsDraft;
use crate::sign_in::SignInRecord;
use crate::text::{ConnectionKey, OrganizationSlug};
use crate::token::Token;
use crate::trial::{KEPT, PENDING, PREFIX, Trial};

/// Sends an administrator to the identity provider of a connection, which need not be enabled.
#[derive(Clone)]
pub struct BeginTrial(pub BeginSignIn);

/// How a trial begins.
#[derive(Debug, Clone)]
pub struct TrialBegun {
    /// How the administrator goes to the identity provider.
    pub delivery: Delivery,
    /// The cookie that binds the answer to this browser.
    pub browser: Token,
}

/// Why a trial cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The draft has faults, or there is no such connection.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The identity provider cannot be asked.
    #[error(transparent)]
    Begin(#[from] BeginError),
}

impl From<StoreError> for TrialError {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

impl BeginTrial {
    /// Remembers a trial of the draft and answers where to send the administrator.
    ///
    /// # Errors
    /// All faults of the draft, no such connection, none of an identity provider, as many trials as may be kept, or the store's.
    #[tracing::instrument(name = "begin_trial", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        draft: &SettingsDraft,
        browser: Option<Token>,
    ) -> Result<TrialBegun, TrialError> {
        let Self(begin) = self;
        let world = &begin.world;
        let view = world.connection(slug, key).await?;
        draft.parse(&view.catalog, view.organization.jit_provisioning_enabled).map_err(AdminError::from)?;
        let provider = view.connection.identity_provider.as_ref().ok_or(BeginError::NotConfigured)?;
        let kept = world.store.trials_kept(view.organization.id, world.now()).await?;
        Bounded::Trials.one_more_than(usize::try_from(kept).unwrap_or(usize::MAX))?;
        let id = format!("{PREFIX}{}", message_id(world));
        let delivery = begin.asking(&view.organization, &view.connection, provider, &id).await?;
        let browser = browser.unwrap_or_else(|| Token::generate(&*world.random));
        let trial = Trial {
            id,
            organization_id: view.organization.id,
            connection_id: view.connection.id,
            browser: browser.hash(),
            draft: draft.clone(),
            expires_at: world.now() + PENDING,
            answer: None,
        };
        world.store.begin_trial(&trial).await?;
        Ok(TrialBegun { delivery, browser })
    }
}

/// Takes what an identity provider answers to a trial. Nobody is signed in by it, and no user is touched.
#[derive(Clone)]
pub struct ReceiveTrial {
    /// The store, the time and chance.
    pub world: World,
    /// Who seals what came.
    pub vault: Arc<dyn Vault>,
    /// Whether the answer must come from the browser that asked.
    pub browser_binding: BrowserBinding,
}

impl ReceiveTrial {
    /// The trial that was answered. None, if what was posted answers none that waits in this browser: it is to be judged as a sign-in
    /// then.
    ///
    /// # Errors
    /// The store's.
    #[tracing::instrument(name = "receive_trial", skip_all, fields(organization.slug = %posted.organization))]
    pub async fn run(&self, posted: &PostedResponse) -> Result<Option<Trial>, StoreError> {
        let Some(id) = posted.relay_state.as_deref().filter(|id| id.starts_with(PREFIX)) else {
            return Ok(None);
        };
        let (store, now) = (&self.world.store, self.world.now());
        let Some(organization) = store.organization(&posted.organization).await? else { return Ok(None) };
        let Some(trial) = store.trial(organization.id, id, now).await? else { return Ok(None) };
        if !self.browser_binding.holds(posted.browser.as_ref(), &trial.browser) || trial.answer.is_some() {
            return Ok(None);
        }
        let sealed = trial.seal(&*self.vault, &posted.response, now);
        let Ok(Some(answer)) = sealed else { return Ok(None) };
        match store.answer_trial(organization.id, id, &answer, now + KEPT).await {
            Ok(()) => {
                info!("an identity provider answered a trial");
                Ok(Some(Trial { answer: Some(answer), ..trial }))
            }
            // Somebody was faster.
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What came of a trial.
#[derive(Debug, Clone)]
pub struct TrialReport {
    /// What was tried.
    pub draft: SettingsDraft,
    /// What every check found; nothing yet, while the identity provider has not answered.
    pub examined: Vec<Examined>,
    /// What would have become of the person.
    pub record: Option<SignInRecord>,
}

/// Tells what came of a trial.
#[derive(Clone)]
pub struct ReportTrial(pub Simulate);

impl ReportTrial {
    /// What every check found, and what would have become of the person.
    ///
    /// # Errors
    /// No such trial of the connection, or the store's.
    #[tracing::instrument(name = "report_trial", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        id: &str,
    ) -> Result<TrialReport, AdminError> {
        let Self(simulate) = self;
        let world = &simulate.world;
        let view = world.connection(slug, key).await?;
        let trial = world.store.trial(view.organization.id, id, world.now()).await?;
        let trial = trial.filter(|trial| trial.connection_id == view.connection.id);
        let trial = trial.ok_or(AdminError::NotFound("trial"))?;
        let Some(answer) = &trial.answer else {
            return Ok(TrialReport { draft: trial.draft, examined: Vec::new(), record: None });
        };
        let response = trial.open(&*simulate.vault, answer).map_err(|error| match error {
            KeyError::Sealed => AdminError::SealedElsewhere,
            other => AdminError::Key(other),
        })?;
        let provider = view.connection.identity_provider.as_ref();
        let provider = provider.ok_or(AdminError::NotFound("identity provider"))?;
        let expectation = expectation(&simulate.public_url, &view.organization, Lifetimes::Enforced);
        let keys = match simulate.verifier.claim(&response) {
            Ok(claim) => world.keys_for(&claim).await?,
            Err(_) => Vec::new(),
        };
        let examined =
            simulate.verifier.examine(&response, &provider.metadata, &keys, &expectation, answer.at);
        let simulation = Simulation {
            input: SimulationInput::Response(response),
            settings: Some(trial.draft.clone()),
            user: SimulatedUser::Known,
            presumes_enabled: true,
        };
        let simulated = simulate.run(slug, key, &simulation).await?;
        Ok(TrialReport { draft: trial.draft, examined, record: Some(simulated.record) })
    }
}
