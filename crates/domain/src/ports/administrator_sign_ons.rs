//! The sign-in of administrators by single sign-on.

use async_trait::async_trait;

use super::{AuditEvent, StoreError};
use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn,
};
use crate::connection::ConnectionVersions;
use crate::ids::NamingId;
use crate::name_id::NameId;
use crate::text::EntityId;

/// Keeps through which connection administrators sign in, who is known as whom there, and the sign-ins that wait for an answer. Each change
/// and its audit events are one step.
#[async_trait]
pub trait AdministratorSignOns: Send + Sync {
    /// The connection through which administrators sign in, if one is named.
    ///
    /// # Errors
    /// The store's.
    async fn administrators_connection(&self) -> Result<Option<AdministratorsConnection>, StoreError>;

    /// Names a connection in place of any other. Every part of it gets one more version, so that whoever decided on a change of it before
    /// decides again. What belongs to the naming before goes: identities, pending requests, sessions that began by it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection is not as it was `seen`, lets nobody in, has no identity provider or is gone.
    async fn name_connection(
        &self,
        naming: &AdministratorsConnection,
        seen: ConnectionVersions,
        audit: &AuditEvent,
    ) -> Result<(), StoreError>;

    /// Names no connection any more. What belongs to the naming goes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is gone already.
    async fn unname_connection(&self, naming: NamingId, audit: &AuditEvent) -> Result<(), StoreError>;

    /// The administrator who is linked to exactly this identity.
    ///
    /// # Errors
    /// The store's.
    async fn administrator_by_identity(
        &self,
        issuer: &EntityId,
        name_id: &NameId,
    ) -> Result<Option<Administrator>, StoreError>;

    /// Remembers a request until it is answered or expires.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its naming is gone.
    async fn open_administrator_request(&self, request: &AdministratorRequest) -> Result<(), StoreError>;

    /// The request of an id, expired or not.
    ///
    /// # Errors
    /// The store's.
    async fn administrator_request(&self, id: &str) -> Result<Option<AdministratorRequest>, StoreError>;

    /// Begins the session of an administrator, writes down when they signed in, links them to the identity where this is their first time,
    /// and ends the session that the browser had.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the request is gone, the assertion was used, the connection has other versions, the administrator has
    /// another version, is kept out or may not sign in so, or they or the identity were linked meanwhile.
    async fn begin_sign_on(&self, begun: &BegunSignOn, audit: &[AuditEvent]) -> Result<(), StoreError>;

    /// Uses up a request whose answer is believed, and that signs nobody in.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the request is gone, the assertion was used, or the connection has other versions.
    async fn refuse_sign_on(&self, answered: &AnsweredRequest, audit: &AuditEvent) -> Result<(), StoreError>;
}
