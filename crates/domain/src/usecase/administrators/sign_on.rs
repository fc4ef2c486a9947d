//! Signing in to the portal by single sign-on.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use tracing::{info, warn};
use uuid::Uuid;

use super::Described;
use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn, Known,
    LinkedIdentity, PENDING, PREFIX, PortalSession, SESSION_LIMIT, SignOnRefusal, SingleSignOn, recognize,
    said_address,
};
use crate::connection::ConnectionView;
use crate::ids::AdministratorId;
use crate::organization::Organization;
use crate::ports::{
    Actor, Delivery, Lifetimes, Origin, Rejection, ResponseVerifier, SignedInAdministrator, StoreError,
};
use crate::profile::VerifiedAssertion;
use crate::refusal::RefusalCode;
use crate::sign_in::{Subject, UsedAssertion};
use crate::token::Token;
use crate::usecase::begin_sign_in::{can_begin, message_id};
use crate::usecase::sign_in::{MOST_UNTRUSTED_AN_HOUR, SKEW, expectation, untrusted};
use crate::usecase::world::ATTEMPTS;
use crate::usecase::{BeginError, BeginSignIn, BrowserBinding, PostedResponse, World};

/// Sends an administrator to the identity provider of the administrators' connection.
#[derive(Clone)]
pub struct BeginAdministratorSignOn(pub BeginSignIn);

/// How such a sign-in begins.
#[derive(Debug, Clone)]
pub struct SignOnBegun {
    /// How the administrator goes to the identity provider.
    pub delivery: Delivery,
    /// In whose name they are asked.
    pub organization: Organization,
    /// The cookie that binds the answer to this browser.
    pub browser: Token,
}

/// In which browser such a sign-in begins.
#[derive(Debug, Clone, Default)]
pub struct SignOnAttempt {
    /// Where they want to go then.
    pub return_to: Option<String>,
    /// The cookie of the browser's pending sign-ins, if it has one.
    pub browser: Option<Token>,
    /// The session in the portal that the browser has, which ends when the next one begins.
    pub instead_of: Option<Token>,
}

impl BeginAdministratorSignOn {
    /// Whether there is a connection through which administrators can sign in now.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_offered(world: &World) -> Result<bool, StoreError> {
        Ok(named(world).await?.is_some_and(|(_, view)| can_begin(&view.connection)))
    }

    /// Remembers a request and answers where to send the administrator.
    ///
    /// # Errors
    /// No connection is named, it lets nobody in, its identity provider cannot be asked, or the store's.
    #[tracing::instrument(name = "begin_administrator_sign_on", skip_all)]
    pub async fn run(&self, attempt: &SignOnAttempt) -> Result<SignOnBegun, BeginError> {
        let Self(begin) = self;
        let world = &begin.world;
        let (naming, view) = named(world).await?.ok_or(BeginError::NotConfigured)?;
        if !can_begin(&view.connection) {
            return Err(BeginError::ConnectionDisabled);
        }
        let provider = view.connection.identity_provider.as_ref().ok_or(BeginError::NotConfigured)?;
        let id = format!("{PREFIX}{}", message_id(world));
        let delivery = begin.asking(&view.organization, &view.connection, provider, &id).await?;
        let browser = attempt.browser.clone().unwrap_or_else(|| Token::generate(&*world.random));
        let request = AdministratorRequest {
            id,
            naming_id: naming.id,
            browser: browser.hash(),
            instead_of: attempt.instead_of.as_ref().map(Token::hash),
            return_to: attempt.return_to.clone(),
            expires_at: world.now() + PENDING,
        };
        world.store.open_administrator_request(&request).await?;
        Ok(SignOnBegun { delivery, organization: view.organization, browser })
    }
}

/// The administrators' connection, as it is now.
async fn named(world: &World) -> Result<Option<(AdministratorsConnection, ConnectionView)>, StoreError> {
    let Some(naming) = world.store.administrators_connection().await? else { return Ok(None) };
    let view = world.store.connection_by_key(naming.organization_id, &naming.connection).await?;
    Ok(view.filter(|view| view.connection.id == naming.connection_id).map(|view| (naming, view)))
}

/// Takes what an identity provider answers to an administrator's request. No user and no person's session comes of it, and nobody becomes
/// an administrator by it.
#[derive(Clone)]
pub struct ReceiveAdministratorSignOn {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes a response or not.
    pub verifier: Arc<dyn ResponseVerifier>,
    /// The address under which people reach this service.
    pub public_url: String,
    /// Whether the answer must come from the browser that asked.
    pub browser_binding: BrowserBinding,
}

/// How it ended for the administrator.
#[derive(Debug, Clone)]
pub enum SignOnAnswer {
    /// They are signed in.
    SignedIn {
        /// The session, for the cookie.
        session: Token,
        /// Who.
        who: Box<SignedInAdministrator>,
        /// Where they wanted to go.
        return_to: Option<String>,
    },
    /// They are not.
    Refused {
        /// Why.
        why: NotSignedOn,
        /// What an operator looks up: the sign-in of the connection's organization, or the event of the installation. None, where nothing
        /// was written down.
        reference: Option<Uuid>,
    },
}

/// Why an administrator is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSignedOn {
    /// The response is not believed.
    NotBelieved(RefusalCode),
    /// It is, and nobody signs in so.
    NotAdmitted(SignOnRefusal),
}

impl NotSignedOn {
    /// The code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotBelieved(code) => code.as_str(),
            Self::NotAdmitted(refusal) => refusal.as_str(),
        }
    }
}

/// A response that is believed, as the answer to a request of ours.
struct Believed<'a> {
    view: &'a ConnectionView,
    assertion: &'a VerifiedAssertion,
    answered: AnsweredRequest,
    request: AdministratorRequest,
    now: DateTime<Utc>,
}

impl ReceiveAdministratorSignOn {
    /// Whether what was posted says that it answers an administrator's request. It is to be judged as nothing else then.
    #[must_use]
    pub fn is_meant(posted: &PostedResponse) -> bool {
        posted.relay_state.as_deref().is_some_and(|id| id.starts_with(PREFIX))
    }

    /// Verifies, recognizes and writes down.
    ///
    /// # Errors
    /// The store's. A refusal is an answer.
    #[tracing::instrument(name = "receive_administrator_sign_on", skip_all, fields(organization.slug = %posted.organization))]
    pub async fn run(&self, posted: &PostedResponse, origin: &Origin) -> Result<SignOnAnswer, StoreError> {
        for _ in 0..ATTEMPTS {
            match self.attempt(posted, origin).await {
                Err(StoreError::Conflict) => {}
                answer => return answer,
            }
        }
        Err(StoreError::Conflict)
    }

    async fn attempt(&self, posted: &PostedResponse, origin: &Origin) -> Result<SignOnAnswer, StoreError> {
        let (store, now) = (&self.world.store, self.world.now());
        // Nothing is written down of what answers no request of this browser: anybody could send as much of it as they like.
        let Some((organization, naming, request)) = self.asked(posted, now).await? else {
            return Ok(unasked(Rejection::UnknownRequest));
        };
        if !self.browser_binding.holds(posted.browser.as_ref(), &request.browser) {
            return Ok(unasked(Rejection::WrongBrowser));
        }
        let claim = match self.verifier.claim(&posted.response) {
            Ok(claim) => claim,
            Err(rejection) => return self.reject(&organization, None, &rejection, now).await,
        };
        let view = match store.connection_by_issuer(organization.id, &claim.issuer).await? {
            Some(view) if view.connection.id == naming.connection_id => view,
            _ => return self.reject(&organization, None, &Rejection::UnknownIssuer, now).await,
        };
        let Some(provider) = &view.connection.identity_provider else {
            return self.reject(&organization, Some(&view), &Rejection::UnknownIssuer, now).await;
        };
        let keys = self.world.keys_for(&claim).await?;
        let expectation = expectation(&self.public_url, &organization, Lifetimes::Enforced);
        let verified = self.verifier.verify(&posted.response, &provider.metadata, &keys, &expectation, now);
        let assertion = match verified.and_then(|assertion| answers(assertion, &request)) {
            Ok(assertion) => assertion,
            Err(rejection) => return self.reject(&organization, Some(&view), &rejection, now).await,
        };
        let subject = Subject {
            organization_id: organization.id,
            connection_id: view.connection.id,
            name_id: None,
            email: None,
            assertion_id: Some(assertion.assertion_id.clone()),
            request_id: None,
        };
        if store.snapshot(&subject).await?.assertion_used {
            return self.reject(&organization, Some(&view), &Rejection::Replayed, now).await;
        }
        let answered = AnsweredRequest {
            request_id: request.id.clone(),
            naming_id: naming.id,
            organization_id: organization.id,
            connection_id: view.connection.id,
            versions: view.connection.versions(),
            assertion: UsedAssertion {
                id: assertion.assertion_id.clone(),
                forget_after: assertion.not_on_or_after + SKEW,
            },
        };
        let believed = Believed { view: &view, assertion: &assertion, answered, request, now };
        self.admit(believed, origin).await
    }

    /// The request that is answered, with what it stands on, if it is pending and of this organization.
    async fn asked(
        &self,
        posted: &PostedResponse,
        now: DateTime<Utc>,
    ) -> Result<Option<(Organization, AdministratorsConnection, AdministratorRequest)>, StoreError> {
        let store = &self.world.store;
        let Some(id) = posted.relay_state.as_deref().filter(|id| id.starts_with(PREFIX)) else {
            return Ok(None);
        };
        let Some(request) = store.administrator_request(id).await? else { return Ok(None) };
        let Some(naming) = store.administrators_connection().await? else { return Ok(None) };
        let Some(organization) = store.organization(&posted.organization).await? else { return Ok(None) };
        let is_pending = request.expires_at > now
            && request.naming_id == naming.id
            && naming.organization_id == organization.id;
        Ok(is_pending.then_some((organization, naming, request)))
    }

    /// A response that nobody vouches for is told of where those of people are, in the history of the organization, which keeps so many an
    /// hour. What arrived is not kept: it may be an administrator's.
    async fn reject(
        &self,
        organization: &Organization,
        view: Option<&ConnectionView>,
        rejection: &Rejection,
        now: DateTime<Utc>,
    ) -> Result<SignOnAnswer, StoreError> {
        let record = untrusted(self.world.id(), organization.id, view, rejection, now);
        warn!(sign_in.id = %record.id, sign_in.code = %rejection.code(), sign_in.detail = %rejection, "response to an administrator's request not believed");
        let since = now - Duration::hours(1);
        let kept = self.world.store.record_untrusted(&record, None, MOST_UNTRUSTED_AN_HOUR, since).await?;
        let reference = kept.then_some(record.id.0);
        Ok(SignOnAnswer::Refused { why: NotSignedOn::NotBelieved(rejection.code()), reference })
    }

    async fn admit(&self, believed: Believed<'_>, origin: &Origin) -> Result<SignOnAnswer, StoreError> {
        let (view, store) = (believed.view, &self.world.store);
        if !view.connection.details.enabled {
            return self.refuse(believed, SignOnRefusal::ConnectionDisabled, None).await;
        }
        let profile = &believed.assertion.profile;
        let name_id = profile.name_id().ok();
        let Some(provider) = &view.connection.identity_provider else { return Err(StoreError::Conflict) };
        let issuer = &provider.metadata.entity_id;
        let known = Known {
            by_identity: match &name_id {
                Some(name_id) => store.administrator_by_identity(issuer, name_id).await?,
                None => None,
            },
            by_email: match said_address(profile, &view.connection.settings) {
                Some(email) => store.administrator_by_email(&email).await?,
                None => None,
            },
        };
        match recognize(name_id.as_ref(), issuer, known, believed.now) {
            Ok((administrator, link)) => self.begin(believed, administrator, link, origin).await,
            Err((refusal, named)) => self.refuse(believed, refusal, named).await,
        }
    }

    /// Uses the request up, and tells operators why nobody is signed in by it.
    async fn refuse(
        &self,
        believed: Believed<'_>,
        refusal: SignOnRefusal,
        named: Option<AdministratorId>,
    ) -> Result<SignOnAnswer, StoreError> {
        let key = &believed.view.connection.details.key;
        let subject = named.map_or_else(|| key.to_string(), |id| id.to_string());
        let audit = self.world.audit(&Actor::System, None, "administrator.sign_in_refused", subject);
        let audit = audit.to(&Refusal { code: refusal, connection: key.as_str() });
        self.world.store.refuse_sign_on(&believed.answered, &audit).await?;
        warn!(audit.id = %audit.id, sign_in.code = %refusal, "an administrator's single sign-on was refused");
        Ok(SignOnAnswer::Refused { why: NotSignedOn::NotAdmitted(refusal), reference: Some(audit.id.0) })
    }

    async fn begin(
        &self,
        believed: Believed<'_>,
        administrator: Administrator,
        link: Option<LinkedIdentity>,
        origin: &Origin,
    ) -> Result<SignOnAnswer, StoreError> {
        let (world, now, token) = (&self.world, believed.now, Token::generate(&*self.world.random));
        let latest = now + SESSION_LIMIT;
        let session = PortalSession {
            id: world.id(),
            administrator_id: administrator.id,
            token_hash: token.hash(),
            naming_id: Some(believed.answered.naming_id),
            address: origin.address,
            created_at: now,
            last_seen_at: now,
            expires_at: believed.assertion.session_not_on_or_after.map_or(latest, |end| end.min(latest)),
        };
        let version = administrator.version;
        let after = signed_in(&administrator, link.as_ref(), now);
        let actor = administrator.acting_from(origin.clone());
        let mut audit = Vec::new();
        if link.is_some() {
            let linked = world.audit(&actor, None, "administrator.single_sign_on_linked", administrator.id);
            audit.push(linked.from(&Described::from(&administrator)).to(&Described::from(&after)));
        }
        let by = ByConnection { single_sign_on: believed.view.connection.details.key.as_str() };
        audit.push(world.audit(&actor, None, "administrator.signed_in", administrator.id).to(&by));
        let AdministratorRequest { instead_of, return_to, .. } = believed.request;
        let begun =
            BegunSignOn { answered: believed.answered, session: session.clone(), version, link, instead_of };
        world.store.begin_sign_on(&begun, &audit).await?;
        info!(administrator.id = %administrator.id, "an administrator signed in by single sign-on");
        let who = Box::new(SignedInAdministrator { session, administrator: after });
        Ok(SignOnAnswer::SignedIn { session: token, who, return_to })
    }
}

/// A refusal in the audit trail, which names nobody whom the identity provider vouched for.
#[derive(Serialize)]
struct Refusal<'a> {
    code: SignOnRefusal,
    connection: &'a str,
}

/// By which connection somebody signed in, in the audit trail.
#[derive(Serialize)]
struct ByConnection<'a> {
    single_sign_on: &'a str,
}

/// The assertion, if it answers this very request: the ID stands in what is signed, unlike the RelayState.
fn answers(
    assertion: VerifiedAssertion,
    request: &AdministratorRequest,
) -> Result<VerifiedAssertion, Rejection> {
    match &assertion.in_response_to {
        None => Err(Rejection::Unsolicited),
        Some(id) if *id == request.id => Ok(assertion),
        Some(_) => Err(Rejection::UnknownRequest),
    }
}

fn unasked(rejection: Rejection) -> SignOnAnswer {
    info!(sign_in.code = %rejection.code(), "response to no administrator's request of this browser");
    SignOnAnswer::Refused { why: NotSignedOn::NotBelieved(rejection.code()), reference: None }
}

/// The administrator once they are signed in.
fn signed_in(before: &Administrator, link: Option<&LinkedIdentity>, now: DateTime<Utc>) -> Administrator {
    let after = Administrator { last_signed_in_at: Some(now), ..before.clone() };
    match link {
        Some(link) => Administrator {
            single_sign_on: SingleSignOn::Linked(link.clone()),
            version: before.version.next(),
            ..after
        },
        None => after,
    }
}
