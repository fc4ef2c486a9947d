//! What administrators and operators do. Each change is checked, guarded by a version, and audited in one step.

mod api_keys;
mod branding;
mod catalog;
mod connections;
mod identity_provider;
mod organizations;
mod settings;
mod users;

use std::future::Future;

use chrono::{DateTime, Utc};

pub use api_keys::{ApiKeyDraft, Authenticate, CreateApiKey, KeyOwner, NoteKeyUse, RevokeApiKey};
pub use branding::ChangeLogo;
pub use catalog::SaveCatalog;
pub use connections::{ChangeConnection, CreateConnection, DeleteConnection};
pub(super) use identity_provider::read;
pub use identity_provider::{
    IdentityProviderDraft, MetadataDraft, RemoveIdentityProvider, SaveIdentityProvider,
};
pub use organizations::{ChangeOrganization, CreateOrganization, DeleteOrganization};
pub use settings::SaveSettings;
pub(super) use users::imagined;
pub use users::{
    ChangeUser, CreateUser, EndSessions, IdentityDraft, MOST_OF_A_USER, PurgeUser, PutUserPart,
    RemoveUserPart, UserDraft, UserPart,
};

use super::import::ImportError;
use super::service_keys::RotationError;
use super::world::{ATTEMPTS, World};
use crate::catalog::InUse;
use crate::connection::{Connection, ConnectionView};
use crate::ids::{UserId, Version};
use crate::organization::Organization;
use crate::ports::{Actor, KeyError, KeyRole, MetadataError, PasswordError, StoreError, UniqueKey};
use crate::problem::Problems;
use crate::text::{ConnectionKey, OrganizationSlug};
use crate::user::User;

/// Why a change was not made. In every case nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// There is no such thing in the organization, or no such organization.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// What was sent has faults.
    #[error(transparent)]
    Invalid(#[from] Problems),
    /// Somebody changed it since: rule `save_version`.
    #[error("it was changed meanwhile")]
    Stale,
    /// A value that must be unique belongs to something else.
    #[error("the {0:?} is taken")]
    Taken(UniqueKey),
    /// Values that would go are in use.
    #[error("values that would go are in use")]
    InUse(Vec<InUse>),
    /// There are as many as there may be.
    #[error("there are {} already, and no more may be", .0.most())]
    TooMany(Bounded),
    /// Somebody was mailed lately, and is mailed again from then on.
    #[error("the next mail to the same address can be sent from {0} on")]
    TooSoon(DateTime<Utc>),
    /// Whoever came by a setup link may not do this.
    #[error("a setup link changes no connection that is enabled, and neither enables nor deletes one")]
    NotBySetupLink,
    /// Administrators sign in through this connection, so that only an operator may change it.
    #[error("administrators sign in through this connection, so that only an operator may change it")]
    AdministratorsConnection,
    /// Only an operator may do this.
    #[error("only an operator may change this")]
    OperatorOnly,
    /// Nobody does this to themselves.
    #[error("nobody does this to themselves")]
    Oneself,
    /// The metadata did not come from an address, so that there is nothing to fetch.
    #[error("the metadata did not come from an address")]
    NotByUrl,
    /// The metadata cannot be used.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The state of the service's keys does not allow it.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// An import cannot be begun, or its table not be taken.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A password could not be looked at.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A key of the service could not be made or opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What is kept was sealed under another key than this installation has now.
    #[error("it was sealed under the key of another key file")]
    SealedElsewhere,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

/// Of what there is a bounded number, so that a page can show all, or the disk is not somebody's to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounded {
    /// The connections of an organization.
    Connections,
    /// The keys of an organization, or the operators', expired ones too.
    ApiKeys,
    /// The trials of an organization that are kept.
    Trials,
    /// The administrators of an organization, operators aside.
    Administrators,
    /// The setup links of an organization, expired ones too for as long as they are shown.
    SetupLinks,
}

impl Bounded {
    /// How many there may be. Of two that are made at the same instant both may be the last.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Connections | Self::ApiKeys | Self::Administrators => 100,
            Self::Trials | Self::SetupLinks => 50,
        }
    }

    /// Nothing, if there may be one more than `count`.
    pub(super) fn one_more_than(self, count: usize) -> Result<(), AdminError> {
        if u32::try_from(count).is_ok_and(|count| count < self.most()) {
            Ok(())
        } else {
            Err(AdminError::TooMany(self))
        }
    }
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(key) => Self::Taken(key),
            other => Self::Store(other),
        }
    }
}

impl World {
    /// The organization of a slug.
    ///
    /// # Errors
    /// There is none, or the store's.
    pub async fn organization(&self, slug: &OrganizationSlug) -> Result<Organization, AdminError> {
        self.store.organization(slug).await?.ok_or(AdminError::NotFound("organization"))
    }

    /// A connection with its organization and catalog.
    ///
    /// # Errors
    /// There is none, or the store's.
    pub async fn connection(
        &self,
        organization: &OrganizationSlug,
        key: &ConnectionKey,
    ) -> Result<ConnectionView, AdminError> {
        let organization = self.organization(organization).await?;
        let view = self.store.connection_by_key(organization.id, key).await?;
        view.ok_or(AdminError::NotFound("connection"))
    }

    /// Whether administrators sign in through this connection.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_administrators(&self, connection: &Connection) -> Result<bool, StoreError> {
        let named = self.store.administrators_connection().await?;
        Ok(named.is_some_and(|named| named.connection_id == connection.id))
    }

    /// A user, with the organization.
    ///
    /// # Errors
    /// There is none, or the store's.
    pub async fn user(
        &self,
        organization: &OrganizationSlug,
        id: UserId,
    ) -> Result<(Organization, User), AdminError> {
        let organization = self.organization(organization).await?;
        let user = self.store.user(organization.id, id).await?.ok_or(AdminError::NotFound("user"))?;
        Ok((organization, user))
    }
}

/// Whether somebody answers for the whole installation.
pub(super) fn is_operator(actor: &Actor) -> bool {
    matches!(
        actor,
        Actor::CommandLine
            | Actor::ApiKey { role: KeyRole::Operator, .. }
            | Actor::Administrator { operator: true, .. }
    )
}

/// Nothing, if somebody may change a connection as it was just read. Every change of one asks here, and writes at the versions that were read.
///
/// Whoever came by a setup link may not, once people come in through it: who has the mail could make others of them. And whoever is no
/// operator may not where administrators come in through it: they could become one. A connection that is named after this question has other
/// versions than were read before it, so that nothing is written then, and it is asked again.
pub(super) async fn may_change(
    world: &World,
    actor: &Actor,
    connection: &Connection,
) -> Result<(), AdminError> {
    if matches!(actor, Actor::SetupLink { .. }) && connection.details.enabled {
        return Err(AdminError::NotBySetupLink);
    }
    if is_operator(actor) || !world.is_administrators(connection).await? {
        Ok(())
    } else {
        Err(AdminError::AdministratorsConnection)
    }
}

/// Rule `save_version`: what the caller has seen must still be what is there.
pub(super) fn must_be(current: Version, expected: Option<Version>) -> Result<(), AdminError> {
    match expected {
        Some(expected) if expected != current => Err(AdminError::Stale),
        _ => Ok(()),
    }
}

/// Reads, checks and writes again while somebody else is faster.
pub(super) async fn decide_again<T, F>(attempt: impl Fn() -> F + Send) -> Result<T, AdminError>
where
    F: Future<Output = Result<T, AdminError>> + Send,
{
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(AdminError::Store(StoreError::Conflict)) => {}
            result => return result,
        }
    }
    Err(AdminError::Stale)
}
