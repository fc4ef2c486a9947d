//! A store that fails when a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, AttemptKey, Attempts,
    BegunSignOn, PasswordLink, PortalSession,
};
use crate::arrival::SealedArrival;
use crate::branding::Logo;
use crate::catalog::{Catalog, InUse};
use crate::connection::{
    Connection, ConnectionDetails, ConnectionVersions, ConnectionView, IdentityProvider,
};
use crate::email::EmailAddress;
use crate::idempotency::{ClaimedRequest, RequestClaim, SealedAnswer};
use crate::ids::{
    AdministratorId, ApiKeyId, AuditEventId, ConnectionId, ImportId, LetterId, NamingId, OrganizationId,
    PasswordLinkId, PortalSessionId, ServiceKeyId, SetupLinkId, SignInId, UserId, Version,
};
use crate::import::{Import, ImportRow, RowResult};
use crate::letter::Letter;
use crate::name_id::NameId;
use crate::organization::Organization;
use crate::ports::{
    Administration, AdministratorSignOns, Administrators, ApiKey, AppliedImport, Arrivals, AuditEvent,
    AuditFilter, AuditTrail, BegunImport, CertificateWarning, CertificateWarnings, ClaimedLetter,
    Credentials, DayCount, Directory, Housekeeping, ImportSurroundings, Imports, KeyedRequests, LinkStore,
    MetadataRefreshes, NamedSessions, Outbox, Page, Paged, PasswordLinks, PortalSessions, ResultsWanted,
    ServiceKeys, Sessions, SessionsToEnd, SettingUp, SettledPeople, SettledRefresh, Settlement, SetupLinks,
    SignInFilter, SignInHistory, SignInStore, SignedIn, SignedInAdministrator, Store, StoreError,
    TrackedRefresh, Trials, Undelivered, UserAdmin, UserFilter,
};
use crate::refresh::MetadataRefresh;
use crate::service_key::ServiceKey;
use crate::settings::Settings;
use crate::setup_link::{SetupLink, SetupSession};
use crate::sign_in::{LoginRequest, PendingLink, Recording, Session, SignInRecord, Snapshot, Subject};
use crate::text::{ConnectionKey, DisplayName, EntityId, OrganizationSlug};
use crate::token::TokenHash;
use crate::trial::{Trial, TrialAnswer};
use crate::user::{Identity, User};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// With [`StoreError::Conflict`].
    Conflict,
    /// With [`StoreError::Unavailable`].
    Unavailable,
    /// With [`StoreError::Corrupt`].
    Corrupt,
}

/// A store that passes every call on to another one, save for those that are to fail: these do nothing.
pub struct FailingStore {
    inner: Arc<dyn Store>,
    failure: Failure,
    first: usize,
    last: usize,
    calls: AtomicUsize,
}

impl FailingStore {
    /// Fails at the `nth` call alone, counted from 1.
    #[must_use]
    pub fn at(inner: Arc<dyn Store>, nth: usize, failure: Failure) -> Self {
        Self { inner, failure, first: nth, last: nth, calls: AtomicUsize::new(0) }
    }

    /// Fails at the `nth` call, counted from 1, and at every later one.
    #[must_use]
    pub fn from(inner: Arc<dyn Store>, nth: usize, failure: Failure) -> Self {
        Self { last: usize::MAX, ..Self::at(inner, nth, failure) }
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn call(&self) -> Result<(), StoreError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if !(self.first..=self.last).contains(&call) {
            return Ok(());
        }
        let source = format!("call {call} was to fail").into();
        Err(match self.failure {
            Failure::Conflict => StoreError::Conflict,
            Failure::Unavailable => StoreError::Unavailable(source),
            Failure::Corrupt => StoreError::Corrupt(source),
        })
    }
}

impl std::fmt::Debug for FailingStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FailingStore({:?} at {}..={})", self.failure, self.first, self.last)
    }
}

/// Passes the methods of a port on, each after [`FailingStore::call`].
macro_rules! passes_on {
    ($port:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $result:ty;)+ }) => {
        #[async_trait]
        impl $port for FailingStore {
            $(async fn $method(&self, $($argument: $type),*) -> Result<$result, StoreError> {
                self.call()?;
                self.inner.$method($($argument),*).await
            })+
        }
    };
}

passes_on!(Directory {
    fn organization(slug: &OrganizationSlug) -> Option<Organization>;
    fn logo(organization: OrganizationId) -> Option<Vec<u8>>;
    fn connections(organization: OrganizationId) -> Vec<Connection>;
    fn connection_by_key(organization: OrganizationId, key: &ConnectionKey) -> Option<ConnectionView>;
    fn connection_by_issuer(organization: OrganizationId, issuer: &EntityId) -> Option<Arc<ConnectionView>>;
});
passes_on!(SignInStore {
    fn open_request(request: &LoginRequest) -> ();
    fn snapshot(subject: &Subject) -> Snapshot;
    fn record(recording: &Recording) -> ();
    fn record_untrusted(record: &SignInRecord, arrival: Option<&SealedArrival>, most: u32, since: DateTime<Utc>) -> bool;
});
passes_on!(LinkStore {
    fn pending_link(token: &TokenHash, now: DateTime<Utc>) -> Option<(PendingLink, User, DisplayName)>;
    fn redeem_link(link: &PendingLink, now: DateTime<Utc>, audit: &AuditEvent) -> ();
});
passes_on!(Sessions {
    fn session(token: &TokenHash, now: DateTime<Utc>) -> Option<SignedIn>;
    fn end_session(token: &TokenHash) -> ();
    fn end_named_sessions(named: &NamedSessions) -> u64;
    fn sessions_of(organization: OrganizationId, user: UserId, now: DateTime<Utc>, page: Page) -> Paged<Session>;
    fn end_sessions_of(organization: OrganizationId, user: UserId, audit: &AuditEvent) -> ();
});
passes_on!(Housekeeping {
    fn ready() -> ();
    fn sweep(now: DateTime<Utc>, limit: u32) -> u64;
    fn forget(organization: Option<OrganizationId>, before: DateTime<Utc>, limit: u32) -> u64;
    fn erase(limit: u32) -> bool;
});
passes_on!(Administration {
    fn organizations(page: Page) -> Paged<Organization>;
    fn create_organization(organization: &Organization, audit: &AuditEvent) -> ();
    fn replace_organization(organization: &Organization, audit: &AuditEvent) -> ();
    fn replace_logo(organization: &Organization, logo: Option<&Logo>, audit: &AuditEvent) -> ();
    fn delete_organization(organization: OrganizationId, expected: Version, audit: &AuditEvent) -> ();
    fn catalog(organization: OrganizationId) -> (Catalog, Version);
    fn replace_catalog(organization: OrganizationId, catalog: &Catalog, expected: Version, audit: &AuditEvent) -> Vec<InUse>;
    fn create_connection(connection: &Connection, audit: &AuditEvent) -> ();
    fn replace_connection(connection: ConnectionId, details: &ConnectionDetails, expected: Version, audit: &AuditEvent) -> ();
    fn delete_connection(connection: ConnectionId, expected: Version, audit: &AuditEvent) -> ();
    fn replace_identity_provider(connection: ConnectionId, identity_provider: Option<&IdentityProvider>, refresh: Option<&MetadataRefresh>, expected: Version, audit: &AuditEvent) -> ();
    fn replace_settings(connection: ConnectionId, settings: &Settings, expected: Version, catalog: Version, audit: &AuditEvent) -> ();
});
passes_on!(UserAdmin {
    fn users(organization: OrganizationId, filter: &UserFilter, page: Page) -> Paged<User>;
    fn user(organization: OrganizationId, id: UserId) -> Option<User>;
    fn create_user(user: &User, catalog: Version, audit: &AuditEvent) -> ();
    fn replace_user(user: &User, catalog: Version, audit: &AuditEvent) -> ();
    fn purge_user(organization: OrganizationId, id: UserId, expected: Version, audit: &AuditEvent) -> ();
});
passes_on!(SignInHistory {
    fn sign_ins(organization: OrganizationId, filter: &SignInFilter, page: Page) -> Paged<SignInRecord>;
    fn sign_in(organization: OrganizationId, id: SignInId) -> Option<SignInRecord>;
    fn sign_ins_by_day(organization: OrganizationId, since: DateTime<Utc>) -> Vec<DayCount>;
});
passes_on!(Arrivals {
    fn arrival(organization: OrganizationId, id: SignInId, now: DateTime<Utc>) -> Option<SealedArrival>;
    fn look_at_arrival(organization: OrganizationId, id: SignInId, now: DateTime<Utc>, audit: &AuditEvent) -> Option<SealedArrival>;
});
passes_on!(Trials {
    fn begin_trial(trial: &Trial) -> ();
    fn trial(organization: OrganizationId, id: &str, now: DateTime<Utc>) -> Option<Trial>;
    fn trials_kept(organization: OrganizationId, now: DateTime<Utc>) -> u64;
    fn answer_trial(organization: OrganizationId, id: &str, answer: &TrialAnswer, kept_until: DateTime<Utc>) -> ();
});
passes_on!(AuditTrail {
    fn audit_events(organization: Option<OrganizationId>, filter: &AuditFilter, page: Page) -> Paged<AuditEvent>;
    fn audit_event(organization: Option<OrganizationId>, id: AuditEventId) -> Option<AuditEvent>;
});
passes_on!(Credentials {
    fn api_key(token: &TokenHash) -> Option<ApiKey>;
    fn api_key_by_id(id: ApiKeyId) -> Option<ApiKey>;
    fn api_keys(organization: Option<OrganizationId>, page: Page) -> Paged<ApiKey>;
    fn api_keys_made_by(administrator: AdministratorId, page: Page) -> Paged<ApiKey>;
    fn create_api_key(key: &ApiKey, audit: &AuditEvent) -> ();
    fn revoke_api_key(id: ApiKeyId, audit: &AuditEvent) -> ();
    fn note_use(id: ApiKeyId, at: DateTime<Utc>) -> ();
});
passes_on!(ServiceKeys {
    fn service_keys() -> Vec<ServiceKey>;
    fn add_service_key(key: &ServiceKey, audit: &AuditEvent) -> ();
    fn activate_service_key(id: ServiceKeyId, audit: &AuditEvent) -> ();
    fn remove_service_key(id: ServiceKeyId, audit: &AuditEvent) -> ();
});
passes_on!(Outbox {
    fn claim(now: DateTime<Utc>, lease: Duration, limit: u32) -> Vec<ClaimedLetter>;
    fn undelivered(organization: OrganizationId, written_by: DateTime<Utc>) -> Undelivered;
    fn settle(id: LetterId, attempt: u32, settlement: &Settlement, now: DateTime<Utc>) -> ();
});
passes_on!(MetadataRefreshes {
    fn metadata_refresh(connection: ConnectionId) -> Option<TrackedRefresh>;
    fn claim_refreshes(now: DateTime<Utc>, lease: Duration, limit: u32) -> Vec<TrackedRefresh>;
    fn settle_refresh(settled: &SettledRefresh) -> ();
});
passes_on!(CertificateWarnings {
    fn warn_of_certificate(warning: &CertificateWarning, letter: &Letter) -> bool;
});
passes_on!(Imports {
    fn begin_import(import: &Import, lease_end: DateTime<Utc>) -> BegunImport;
    fn receive_rows(import: &Import, rows: &[ImportRow], results: &[RowResult], lease_end: DateTime<Utc>) -> ();
    fn start_import(import: &Import, digest: &str, lease_end: DateTime<Utc>) -> ();
    fn abandon_import(import: &Import) -> ();
    fn imports(organization: OrganizationId, page: Page, now: DateTime<Utc>) -> Paged<Import>;
    fn import(organization: OrganizationId, id: ImportId, now: DateTime<Utc>) -> Option<Import>;
    fn import_results(organization: OrganizationId, id: ImportId, wanted: ResultsWanted) -> Vec<RowResult>;
    fn apply_import(applied: &Import, lease_end: DateTime<Utc>) -> AppliedImport;
    fn claim_import(now: DateTime<Utc>, lease: Duration) -> Option<Import>;
    fn import_rows(import: &Import, limit: u32) -> Vec<ImportRow>;
    fn import_surroundings(import: &Import, rows: &[ImportRow], identities: &[Identity]) -> ImportSurroundings;
    fn settle_people(settled: &SettledPeople) -> ();
    fn end_import(import: &Import, kept_until: DateTime<Utc>, audit: &AuditEvent) -> ();
    fn remove_import(import: &Import, now: DateTime<Utc>, audit: &AuditEvent) -> ();
    fn sweep_imports(now: DateTime<Utc>, kept_until: DateTime<Utc>, limit: u32) -> u64;
});
passes_on!(KeyedRequests {
    fn claim_request(claim: &RequestClaim, now: DateTime<Utc>) -> ClaimedRequest;
    fn keep_answer(claim: &RequestClaim, answer: &SealedAnswer, about: Option<UserId>) -> ();
    fn release_request(claim: &RequestClaim) -> ();
});
passes_on!(Administrators {
    fn administrator(id: AdministratorId) -> Option<Administrator>;
    fn administrator_by_email(email: &EmailAddress) -> Option<Administrator>;
    fn administrators(organization: Option<OrganizationId>, page: Page) -> Paged<Administrator>;
    fn organizations_of(administrator: AdministratorId, page: Page) -> Paged<Organization>;
    fn add_administrator(administrator: &Administrator, audit: &AuditEvent) -> ();
    fn add_first_administrator(administrator: &Administrator, audit: &AuditEvent) -> ();
    fn is_last_operator(id: AdministratorId) -> bool;
    fn replace_administrator(administrator: &Administrator, ending: SessionsToEnd, audit: &AuditEvent) -> ();
});
passes_on!(AdministratorSignOns {
    fn administrators_connection() -> Option<AdministratorsConnection>;
    fn name_connection(naming: &AdministratorsConnection, seen: ConnectionVersions, audit: &AuditEvent) -> ();
    fn unname_connection(naming: NamingId, audit: &AuditEvent) -> ();
    fn administrator_by_identity(issuer: &EntityId, name_id: &NameId) -> Option<Administrator>;
    fn open_administrator_request(request: &AdministratorRequest) -> ();
    fn administrator_request(id: &str) -> Option<AdministratorRequest>;
    fn begin_sign_on(begun: &BegunSignOn, audit: &[AuditEvent]) -> ();
    fn refuse_sign_on(answered: &AnsweredRequest, audit: &AuditEvent) -> ();
});
passes_on!(PasswordLinks {
    fn password_links(administrator: AdministratorId) -> Vec<PasswordLink>;
    fn password_link(token: &TokenHash, now: DateTime<Utc>) -> Option<(PasswordLink, Administrator)>;
    fn add_password_link(link: &PasswordLink, seen: Option<PasswordLinkId>, letter: &Letter, audit: &AuditEvent) -> ();
    fn invite_administrator(administrator: &Administrator, link: &PasswordLink, letter: &Letter, audit: &AuditEvent) -> ();
    fn set_password(administrator: &Administrator, link: &TokenHash, audit: &AuditEvent) -> ();
    fn remove_invited(administrator: AdministratorId, version: Version, audit: &AuditEvent) -> ();
});
passes_on!(SetupLinks {
    fn setup_links(organization: OrganizationId) -> Vec<SetupLink>;
    fn setup_links_made_by(administrator: AdministratorId) -> Vec<SetupLink>;
    fn setup_link(token: &TokenHash, now: DateTime<Utc>) -> Option<(SetupLink, OrganizationSlug)>;
    fn add_setup_link(link: &SetupLink, letter: &Letter, audit: &AuditEvent) -> ();
    fn remove_setup_link(organization: OrganizationId, id: SetupLinkId, audit: &AuditEvent) -> ();
    fn begin_setup_session(session: &SetupSession, instead_of: Option<&TokenHash>, audit: &AuditEvent) -> ();
    fn setup_session(token: &TokenHash, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Option<SettingUp>;
    fn note_setup_use(session: &SetupSession, at: DateTime<Utc>) -> ();
    fn end_setup_session(token: &TokenHash) -> ();
});
passes_on!(PortalSessions {
    fn attempts(key: &AttemptKey) -> Option<Attempts>;
    fn count_attempt(key: &AttemptKey, seen: Option<&Attempts>, attempts: &Attempts) -> ();
    fn begin_portal_session(session: &PortalSession, version: Version, instead_of: Option<&TokenHash>, attempts: &AttemptKey, audit: &AuditEvent) -> ();
    fn portal_session(token: &TokenHash, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Option<SignedInAdministrator>;
    fn portal_sessions(administrator: AdministratorId, now: DateTime<Utc>, idle_since: DateTime<Utc>, limit: u32) -> Vec<PortalSession>;
    fn note_portal_use(id: PortalSessionId, at: DateTime<Utc>) -> ();
    fn end_portal_session(token: &TokenHash) -> ();
    fn end_portal_sessions(administrator: AdministratorId, ending: SessionsToEnd, audit: &AuditEvent) -> ();
});
