//! The store, as a sign-in needs it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    Administration, AdministratorSignOns, Administrators, Arrivals, AuditEvent, AuditTrail,
    CertificateWarnings, Credentials, Imports, KeyedRequests, MetadataRefreshes, Outbox, Page, Paged,
    PasswordLinks, PortalSessions, ServiceKeys, SetupLinks, SignInHistory, Trials, UserAdmin,
};
use crate::arrival::SealedArrival;
use crate::connection::{Connection, ConnectionView};
use crate::ids::{ConnectionId, OrganizationId, UserId};
use crate::name_id::NameIdentifier;
use crate::organization::Organization;
use crate::sign_in::{LoginRequest, PendingLink, Recording, Session, SignInRecord, Snapshot, Subject};
use crate::text::{ConnectionKey, DisplayName, EntityId, OrganizationSlug};
use crate::token::TokenHash;
use crate::user::User;

/// Why a store did not do what it was asked, by what the caller can do about it. In every case nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster: read again and decide again.
    #[error("the rows changed meanwhile")]
    Conflict,
    /// A value that must be unique belongs to another row.
    #[error("the {0:?} belongs to another row")]
    Taken(UniqueKey),
    /// The database did not answer: try later.
    #[error("the database did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row makes no sense: nobody but an operator can mend it.
    #[error("a stored row cannot be read")]
    Corrupt(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueKey {
    /// An organization's slug.
    OrganizationSlug,
    /// A connection's key in its organization.
    ConnectionKey,
    /// An identity provider's entity id in its organization.
    EntityId,
    /// A user's address in its organization, without letter case.
    Email,
    /// A NameID on a connection, and one identity of a user on a connection.
    Identity,
    /// The state of a key of the service's own, among those of its use.
    ServiceKey,
    /// An administrator's address in the installation, without letter case.
    Administrator,
}

/// Finding an organization and its connections.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The organization of a slug.
    ///
    /// # Errors
    /// The store's.
    async fn organization(&self, slug: &OrganizationSlug) -> Result<Option<Organization>, StoreError>;

    /// The file of an organization's logo, if it has one.
    ///
    /// # Errors
    /// The store's.
    async fn logo(&self, organization: OrganizationId) -> Result<Option<Vec<u8>>, StoreError>;

    /// All connections of an organization, by key.
    ///
    /// # Errors
    /// The store's.
    async fn connections(&self, organization: OrganizationId) -> Result<Vec<Connection>, StoreError>;

    /// The connection of a key, with its organization and catalog.
    ///
    /// # Errors
    /// The store's.
    async fn connection_by_key(
        &self,
        organization: OrganizationId,
        key: &ConnectionKey,
    ) -> Result<Option<ConnectionView>, StoreError>;

    /// The connection whose identity provider has this entity id, exactly, as it is now. It is shared, so that a store can remember what it
    /// has parsed, for each sign-in asks.
    ///
    /// # Errors
    /// The store's.
    async fn connection_by_issuer(
        &self,
        organization: OrganizationId,
        issuer: &EntityId,
    ) -> Result<Option<Arc<ConnectionView>>, StoreError>;
}

/// Deciding a sign-in on one read, and writing it down in one write.
#[async_trait]
pub trait SignInStore: Send + Sync {
    /// Remembers a request until it is answered or expires.
    ///
    /// # Errors
    /// The store's.
    async fn open_request(&self, request: &LoginRequest) -> Result<(), StoreError>;

    /// All that a decision needs to know.
    ///
    /// # Errors
    /// The store's.
    async fn snapshot(&self, subject: &Subject) -> Result<Snapshot, StoreError>;

    /// Writes a whole sign-in, or nothing. See [`Recording`] for what each part guards.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection is gone or one of the [`Basis`](crate::connection::Basis) versions
    /// differs, the assertion is used, the request is gone, the user's row has another version or is gone, or a unique key (address,
    /// identity) was taken meanwhile: decide again.
    async fn record(&self, recording: &Recording) -> Result<(), StoreError>;

    /// Writes a refused response that nobody vouches for into the history, with what arrived where that is kept, unless the organization has `most` such rows
    /// (those without a user, name and settings version) since `since`. Answers whether it was written.
    ///
    /// # Errors
    /// The store's.
    async fn record_untrusted(
        &self,
        record: &SignInRecord,
        arrival: Option<&SealedArrival>,
        most: u32,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}

/// Identities that wait for the owner of an address.
#[async_trait]
pub trait LinkStore: Send + Sync {
    /// The link of a token that has not expired and whose user is active, with the user and the organization's name.
    ///
    /// # Errors
    /// The store's.
    async fn pending_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PendingLink, User, DisplayName)>, StoreError>;

    /// Binds the identity and uses the link up, together with every other link of that user or identity on the connection.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the link is gone or expired, its user is not active any more, the identity belongs to somebody,
    /// or the user has another identity on the connection.
    async fn redeem_link(
        &self,
        link: &PendingLink,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Sessions of signed-in people.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Whose session a token is, if it has not ended and the user is active.
    ///
    /// # Errors
    /// The store's.
    async fn session(&self, token: &TokenHash, now: DateTime<Utc>) -> Result<Option<SignedIn>, StoreError>;

    /// Ends a session. One that is gone already is no error.
    ///
    /// # Errors
    /// The store's.
    async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError>;

    /// Ends all sessions that an identity provider names, in one step. Answers how many there were.
    ///
    /// # Errors
    /// The store's.
    async fn end_named_sessions(&self, named: &NamedSessions) -> Result<u64, StoreError>;

    /// Sessions of a user that have not ended, oldest first.
    ///
    /// # Errors
    /// The store's.
    async fn sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        now: DateTime<Utc>,
        page: Page,
    ) -> Result<Paged<Session>, StoreError>;

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such user.
    async fn end_sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Sessions as an identity provider names them (SAML core 2.0 §3.7.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSessions {
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Through which connection they began.
    pub connection_id: ConnectionId,
    /// Whose they are.
    pub name_id: NameIdentifier,
    /// Which of them; all, where none is given.
    pub session_indexes: Vec<String>,
    /// Only what began no later: a message that comes late ends no session that it does not know of.
    pub begun_until: DateTime<Utc>,
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The organization.
    pub organization: Organization,
    /// The key of the connection they came through.
    pub connection: ConnectionKey,
}

/// Clearing away what has expired.
#[async_trait]
pub trait Housekeeping: Send + Sync {
    /// Whether the database answers and has the tables that this version needs.
    ///
    /// # Errors
    /// It does not.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Deletes at most `limit` each of an organization's sign-ins, with what arrived in them, and of its audit events, that are from before
    /// `before`, the oldest first. Of the installation, which has no sign-ins, where no organization is given. Answers how many went.
    ///
    /// # Errors
    /// The store's.
    async fn forget(
        &self,
        organization: Option<OrganizationId>,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Deletes at most `limit` each of the requests, used assertions, links, sessions, arrivals and keyed requests that expired before
    /// `now`, and of the letters that were settled [`KEPT_ONCE_SETTLED`](crate::letter::KEPT_ONCE_SETTLED) before it. Answers how many went.
    ///
    /// # Errors
    /// The store's.
    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, StoreError>;

    /// Takes what is written of a purged user, whom nobody reads of any more, out of at most `limit` each of the sign-ins and audit events.
    /// Answers whether there was such a user; there may be more to do then.
    ///
    /// # Errors
    /// The store's.
    async fn erase(&self, limit: u32) -> Result<bool, StoreError>;
}

/// A store of everything.
pub trait Store:
    Directory
    + SignInStore
    + LinkStore
    + Sessions
    + Housekeeping
    + Administration
    + UserAdmin
    + SignInHistory
    + Arrivals
    + AuditTrail
    + Credentials
    + ServiceKeys
    + Outbox
    + MetadataRefreshes
    + CertificateWarnings
    + Imports
    + Trials
    + KeyedRequests
    + Administrators
    + AdministratorSignOns
    + PasswordLinks
    + SetupLinks
    + PortalSessions
{
}

impl<T> Store for T where
    T: Directory
        + SignInStore
        + LinkStore
        + Sessions
        + Housekeeping
        + Administration
        + UserAdmin
        + SignInHistory
        + Arrivals
        + AuditTrail
        + Credentials
        + ServiceKeys
        + Outbox
        + MetadataRefreshes
        + CertificateWarnings
        + Imports
        + Trials
        + KeyedRequests
        + Administrators
        + AdministratorSignOns
        + PasswordLinks
        + SetupLinks
        + PortalSessions
{
}
