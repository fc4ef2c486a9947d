//! What arrived at sign-ins, as long as it is kept. A [`Recording`](crate::sign_in::Recording) writes it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuditEvent, StoreError};
use crate::arrival::SealedArrival;
use crate::ids::{OrganizationId, SignInId};

/// What arrived, by the sign-in.
#[async_trait]
pub trait Arrivals: Send + Sync {
    /// What arrived at a sign-in of an organization, if it is kept beyond `now`.
    ///
    /// # Errors
    /// The store's.
    async fn arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
    ) -> Result<Option<SealedArrival>, StoreError>;

    /// The same for somebody who looks at it: that they do is written down in the same step. Where nothing is kept, nothing is.
    ///
    /// # Errors
    /// The store's.
    async fn look_at_arrival(
        &self,
        organization: OrganizationId,
        id: SignInId,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<Option<SealedArrival>, StoreError>;
}
