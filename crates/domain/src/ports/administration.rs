//! The store, as administrators need it. Each change and its audit event are one step.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{AuditEvent, StoreError};
use crate::branding::Logo;
use crate::catalog::{Catalog, InUse};
use crate::connection::{Connection, ConnectionDetails, IdentityProvider};
use crate::ids::{ConnectionId, OrganizationId, SignInId, UserId, Version};
use crate::organization::Organization;
use crate::refresh::MetadataRefresh;
use crate::refusal::RefusalCode;
use crate::settings::Settings;
use crate::sign_in::{Outcome, SignInRecord};
use crate::user::{CreatedBy, User};

/// A part of a list, in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only what comes after this id in the list's order.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Uuid>,
}

/// Organizations, catalogs and connections.
#[async_trait]
pub trait Administration: Send + Sync {
    /// Organizations, oldest first.
    ///
    /// # Errors
    /// The store's.
    async fn organizations(&self, page: Page) -> Result<Paged<Organization>, StoreError>;

    /// Adds an organization with an empty catalog.
    ///
    /// # Errors
    /// [`StoreError::Taken`]: the slug.
    async fn create_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Replaces an organization's details. `organization` has the version after the change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not the one before; [`StoreError::Taken`]: the slug.
    async fn replace_organization(
        &self,
        organization: &Organization,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Replaces or removes an organization's logo, and nothing else of it. `organization` has the logo's mark and the version after the
    /// change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not the one before.
    async fn replace_logo(
        &self,
        organization: &Organization,
        logo: Option<&Logo>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Deletes an organization with all that is in it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not `expected`.
    async fn delete_organization(
        &self,
        organization: OrganizationId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// The catalog of an organization and its version.
    ///
    /// # Errors
    /// The store's; [`StoreError::Conflict`] when there is no such organization.
    async fn catalog(&self, organization: OrganizationId) -> Result<(Catalog, Version), StoreError>;

    /// Replaces the catalog, unless users hold a value that it lacks, or a connection has [such a
    /// default](crate::settings::Defaults::lost_by). Answers such values, of which it names some; then nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the catalog's version is not `expected`.
    async fn replace_catalog(
        &self,
        organization: OrganizationId,
        catalog: &Catalog,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<Vec<InUse>, StoreError>;

    /// Adds a connection.
    ///
    /// # Errors
    /// [`StoreError::Taken`]: the key. [`StoreError::Conflict`] when there is no such organization.
    async fn create_connection(&self, connection: &Connection, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Replaces a connection's details; their version goes one on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when their version is not `expected`; [`StoreError::Taken`]: the key.
    async fn replace_connection(
        &self,
        connection: ConnectionId,
        details: &ConnectionDetails,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Deletes a connection with its identities, pending requests, links and sessions; users and history stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the details' version is not `expected`.
    async fn delete_connection(
        &self,
        connection: ConnectionId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Replaces or removes a connection's identity provider; its version goes one on. `refresh` is how its metadata is kept
    /// fresh from now on, whatever was known before; none where nothing is to be fetched.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its version is not `expected`; [`StoreError::Taken`]: the entity id.
    async fn replace_identity_provider(
        &self,
        connection: ConnectionId,
        identity_provider: Option<&IdentityProvider>,
        refresh: Option<&MetadataRefresh>,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Replaces a connection's settings; their version goes one on. `catalog` is the version of the catalog that they were checked against.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the settings' version is not `expected`, or the catalog's is not `catalog`.
    async fn replace_settings(
        &self,
        connection: ConnectionId,
        settings: &Settings,
        expected: Version,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Which users a list has. All given conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// This address, without letter case.
    pub email: Option<String>,
    /// Exactly this NameID on some connection.
    pub name_id: Option<String>,
    /// Address, first or last name begins with this text, without letter case.
    pub text: Option<String>,
    /// Active, or deactivated.
    pub active: Option<bool>,
    /// Exactly this location.
    pub location: Option<String>,
    /// An assignment of this user type.
    pub user_type: Option<String>,
    /// That assignment with this role; nothing by itself.
    pub role: Option<String>,
    /// An identity on this connection.
    pub connection: Option<ConnectionId>,
    /// How they came to be.
    pub created_by: Option<CreatedBy>,
}

/// Users.
#[async_trait]
pub trait UserAdmin: Send + Sync {
    /// Users of an organization, oldest first. A page may have fewer users than its limit, even none, and a next one all the same: no more
    /// is looked at for one page than answers soon.
    ///
    /// # Errors
    /// The store's.
    async fn users(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, StoreError>;

    /// One user of an organization.
    ///
    /// # Errors
    /// The store's.
    async fn user(&self, organization: OrganizationId, id: UserId) -> Result<Option<User>, StoreError>;

    /// Adds a user with assignments and identities. `catalog` is the version of the catalog that they were checked against.
    ///
    /// # Errors
    /// [`StoreError::Taken`]: the address or an identity; [`StoreError::Conflict`] when the catalog's version is not `catalog`.
    async fn create_user(&self, user: &User, catalog: Version, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Makes a user's row, assignments and identities exactly these; `user` has the version after the change. Sessions that began by an
    /// identity that the user has no longer end, and all of a user who is not active any more.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not the one before, or the catalog's is not `catalog`; [`StoreError::Taken`]: the
    /// address or an identity.
    async fn replace_user(&self, user: &User, catalog: Version, audit: &AuditEvent)
    -> Result<(), StoreError>;

    /// Erases a user with assignments, identities, sessions and links. Letters to them that were not sent go; of those that were, recipient
    /// and content go. From then on nobody reads of their sign-ins more than [`SignInRecord::without_person`] leaves, and of the events
    /// about them more than [`AuditEvent::without_person`]; what is written of them goes by
    /// [`Housekeeping::erase`](super::Housekeeping::erase).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the row's version is not `expected`.
    async fn purge_user(
        &self,
        organization: OrganizationId,
        id: UserId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;
}

/// Which sign-ins a list has. All given conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// How they ended.
    pub outcome: Option<Outcome>,
    /// Why they were refused.
    pub code: Option<RefusalCode>,
    /// Whether they were refused.
    pub refused: Option<bool>,
    /// Through which connection they came.
    pub connection: Option<ConnectionId>,
    /// Whose they were.
    pub user_id: Option<UserId>,
    /// At or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// How many sign-ins ended so on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How they ended.
    pub outcome: Outcome,
    /// How many they were.
    pub count: u64,
}

/// The history of sign-ins.
#[async_trait]
pub trait SignInHistory: Send + Sync {
    /// Sign-ins of an organization, newest first.
    ///
    /// # Errors
    /// The store's.
    async fn sign_ins(
        &self,
        organization: OrganizationId,
        filter: &SignInFilter,
        page: Page,
    ) -> Result<Paged<SignInRecord>, StoreError>;

    /// One sign-in of an organization.
    ///
    /// # Errors
    /// The store's.
    async fn sign_in(
        &self,
        organization: OrganizationId,
        id: SignInId,
    ) -> Result<Option<SignInRecord>, StoreError>;

    /// How many sign-ins of an organization ended how on each day since an instant, by day and outcome. Days without any are left out.
    ///
    /// # Errors
    /// The store's.
    async fn sign_ins_by_day(
        &self,
        organization: OrganizationId,
        since: DateTime<Utc>,
    ) -> Result<Vec<DayCount>, StoreError>;
}
