//! A response has arrived.

mod answer;
mod recording;

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use tracing::{info, warn};

pub use answer::{Refused, SignInAnswer, SignInError, Welcomed};
pub(super) use recording::SKEW;
use recording::{Ending, Judged};
pub(super) use recording::{record_of, untrusted};

use super::arrivals::Keeping;
use super::world::{ATTEMPTS, World};
use crate::administrator::PREFIX;
use crate::arrival::Arrival;
use crate::asserted::Asserted;
use crate::connection::ConnectionView;
use crate::decide::{Policy, decide};
use crate::organization::Organization;
use crate::ports::{
    EncodedResponse, Expectation, Lifetimes, Rejection, ResponseVerifier, ServiceProvider, StoreError,
};
use crate::profile::VerifiedAssertion;
use crate::return_to::ReturnTo;
use crate::service_key::ServiceKey;
use crate::sign_in::{Snapshot, Subject};
use crate::text::OrganizationSlug;
use crate::token::{SecretKey, Token, TokenHash};

/// Makes of a posted response a signed-in person, or a refusal, and writes it down once.
#[derive(Clone)]
pub struct SignIn {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes a response or not.
    pub verifier: Arc<dyn ResponseVerifier>,
    /// The address under which people reach this service.
    pub public_url: String,
    /// Whether an answer must arrive in the browser that asked.
    pub browser_binding: BrowserBinding,
    /// The key that link tokens are derived from.
    pub secret_key: SecretKey,
    /// Where what arrives is kept, and for how long.
    pub keeping: Keeping,
}

/// Whether an answer must arrive with the cookie of the browser that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowserBinding {
    /// It must: on https.
    Required,
    /// A missing cookie is overlooked, a wrong one is not: on http, where a browser does not send it along.
    WrongOneRefuses,
}

impl BrowserBinding {
    /// Whether an answer with this cookie may be one to a request of that browser.
    pub(super) fn holds(self, cookie: Option<&Token>, asked: &TokenHash) -> bool {
        match (cookie, self) {
            (Some(cookie), _) => cookie.hash().matches(asked),
            (None, Self::WrongOneRefuses) => true,
            (None, Self::Required) => false,
        }
    }
}

/// A response as it was posted (SAML bindings 2.0 §3.5).
#[derive(Debug, Clone)]
pub struct PostedResponse {
    /// To whose ACS.
    pub organization: OrganizationSlug,
    /// The response.
    pub response: EncodedResponse,
    /// What came beside it.
    pub relay_state: Option<String>,
    /// The cookie of the browser's pending sign-ins.
    pub browser: Option<Token>,
}

/// How many responses that nobody vouches for an organization's history keeps in an hour.
pub(super) const MOST_UNTRUSTED_AN_HOUR: u32 = 100;

impl SignIn {
    /// Verifies, decides and records.
    ///
    /// # Errors
    /// The organization does not exist, or the store does not answer. A refusal is an answer, not an error.
    #[tracing::instrument(name = "sign_in", skip_all, fields(organization.slug = %posted.organization))]
    pub async fn run(&self, posted: &PostedResponse) -> Result<SignInAnswer, SignInError> {
        let organization = self
            .world
            .store
            .organization(&posted.organization)
            .await?
            .ok_or(SignInError::OrganizationNotFound)?;
        for _ in 0..ATTEMPTS {
            match self.attempt(&organization, posted).await {
                Err(StoreError::Conflict) => {}
                result => return Ok(result?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn attempt(
        &self,
        organization: &Organization,
        posted: &PostedResponse,
    ) -> Result<SignInAnswer, StoreError> {
        let now = self.world.now();
        let response = Some(&posted.response);
        let claim = match self.verifier.claim(&posted.response) {
            Ok(claim) => claim,
            Err(rejection) => return self.reject(organization, response, None, &rejection, now).await,
        };
        let Some(view) = self.world.store.connection_by_issuer(organization.id, &claim.issuer).await? else {
            return self.reject(organization, response, None, &Rejection::UnknownIssuer, now).await;
        };
        let keys = self.world.keys_for(&claim).await?;
        let assertion = match self.verify(&view, &keys, posted, now) {
            Ok(assertion) => assertion,
            Err(rejection) => return self.reject(organization, response, Some(&view), &rejection, now).await,
        };
        let settings = &view.connection.settings;
        let asserted = Asserted::read(&assertion.profile, settings, &view.catalog);
        let snapshot = self.world.store.snapshot(&subject(&view, &asserted, Some(&assertion))).await?;
        if let Err(rejection) = self.expected(&view, &assertion, &snapshot, posted, now) {
            // An administrator's that came without its RelayState is theirs still, and nothing for whoever administers the organization.
            let is_administrators =
                assertion.in_response_to.as_deref().is_some_and(|id| id.starts_with(PREFIX));
            let response = response.filter(|_| !is_administrators);
            return self.reject(organization, response, Some(&view), &rejection, now).await;
        }
        let decision = decide(&Policy::of(&view), &snapshot, &asserted);
        let return_to = snapshot.request.as_ref().map_or_else(
            || relayed_return_to(&view.organization, posted),
            |request| request.return_to.clone(),
        );
        let judged = Judged { view: &view, snapshot: &snapshot, assertion: &assertion, decision, now };
        self.record(judged, return_to).await
    }

    fn verify(
        &self,
        view: &ConnectionView,
        keys: &[ServiceKey],
        posted: &PostedResponse,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        let trusted = view.connection.identity_provider.as_ref().ok_or(Rejection::UnknownIssuer)?;
        let expectation = expectation(&self.public_url, &view.organization, Lifetimes::Enforced);
        self.verifier.verify(&posted.response, &trusted.metadata, keys, &expectation, now)
    }

    /// What only the store knows: replay, the pending request, and whether nobody had to ask.
    fn expected(
        &self,
        view: &ConnectionView,
        assertion: &VerifiedAssertion,
        snapshot: &Snapshot,
        posted: &PostedResponse,
        now: DateTime<Utc>,
    ) -> Result<(), Rejection> {
        if snapshot.assertion_used {
            return Err(Rejection::Replayed);
        }
        if assertion.in_response_to.is_none() {
            let allowed = view.connection.details.allow_idp_initiated;
            return if allowed { Ok(()) } else { Err(Rejection::Unsolicited) };
        }
        let request = snapshot.request.as_ref().ok_or(Rejection::UnknownRequest)?;
        let ours =
            request.organization_id == view.organization.id && request.connection_id == view.connection.id;
        if !ours || request.expires_at <= now {
            return Err(Rejection::UnknownRequest);
        }
        if self.browser_binding.holds(posted.browser.as_ref(), &request.browser) {
            Ok(())
        } else {
            Err(Rejection::WrongBrowser)
        }
    }

    /// Writes a response that is not believed down, and keeps it, if it may be kept.
    async fn reject(
        &self,
        organization: &Organization,
        response: Option<&EncodedResponse>,
        view: Option<&ConnectionView>,
        rejection: &Rejection,
        now: DateTime<Utc>,
    ) -> Result<SignInAnswer, StoreError> {
        let record = untrusted(self.world.id(), organization.id, view, rejection, now);
        warn!(sign_in.id = %record.id, sign_in.code = %rejection.code(), sign_in.detail = %rejection, "response not believed");
        let since = now - Duration::hours(1);
        let arrival = response.and_then(|response| {
            self.keeping.seal(|| Arrival::Response(response.clone()), organization, record.id, now)
        });
        let kept = self
            .world
            .store
            .record_untrusted(&record, arrival.as_ref(), MOST_UNTRUSTED_AN_HOUR, since)
            .await?;
        if !kept {
            info!(sign_in.id = %record.id, "the history is full of such responses for this hour, so this one is only logged");
        }
        let contact = view.and_then(|view| view.connection.details.technical_contact.clone());
        Ok(SignInAnswer::Refused(Refused {
            id: record.id,
            code: rejection.code(),
            organization: organization.clone(),
            contact,
            language: None,
        }))
    }

    async fn record(
        &self,
        judged: Judged<'_>,
        return_to: Option<ReturnTo>,
    ) -> Result<SignInAnswer, StoreError> {
        let view = judged.view;
        let language = judged.assertion.profile.language();
        let (recording, ending) = judged.recording(&self.world, &self.secret_key, &self.keeping);
        self.world.store.record(&recording).await?;
        let record = recording.record;
        info!(sign_in.id = %record.id, sign_in.outcome = %record.outcome, sign_in.code = record.code.map(tracing::field::display), "sign-in decided");
        let (id, organization) = (record.id, view.organization.clone());
        Ok(match ending {
            Ending::SignedIn { session, expires_at } => SignInAnswer::Welcomed(Welcomed {
                id,
                session,
                expires_at,
                return_to,
                organization,
                language,
            }),
            Ending::Refused(code) => {
                let contact = view.connection.details.technical_contact.clone();
                SignInAnswer::Refused(Refused { id, code, organization, contact, language })
            }
        })
    }
}

/// RelayState of a sign-in that began at the identity provider: a place that the organization lists, or nothing.
fn relayed_return_to(organization: &Organization, posted: &PostedResponse) -> Option<ReturnTo> {
    let place = posted.relay_state.as_deref()?;
    ReturnTo::parse(place, &organization.allowed_return_origins).ok()
}

/// What a response posted for an organization must be meant for.
pub(super) fn expectation(
    public_url: &str,
    organization: &Organization,
    lifetimes: Lifetimes,
) -> Expectation {
    let service_provider = ServiceProvider::new(public_url, &organization.slug);
    Expectation { audience: service_provider.entity_id(), acs_url: service_provider.acs_url(), lifetimes }
}

/// What a decision on an assertion needs to know.
pub(super) fn subject(
    view: &ConnectionView,
    asserted: &Asserted,
    assertion: Option<&VerifiedAssertion>,
) -> Subject {
    Subject {
        organization_id: view.organization.id,
        connection_id: view.connection.id,
        name_id: asserted.name_id.clone().ok(),
        email: asserted.address(),
        assertion_id: assertion.map(|assertion| assertion.assertion_id.clone()),
        request_id: assertion.and_then(|assertion| assertion.in_response_to.clone()),
    }
}
