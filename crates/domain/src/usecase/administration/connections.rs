//! Creating, changing and deleting connections.

use super::{AdminError, Bounded, World, decide_again, may_change, must_be};
use crate::connection::{
    Connection, ConnectionDetails, ConnectionDraft, ConnectionVersions, TechnicalContactDraft,
};
use crate::ids::Version;
use crate::ports::Actor;
use crate::settings::Settings;
use crate::text::{ConnectionKey, OrganizationSlug};

/// Creates a connection that believes nobody yet.
#[derive(Clone)]
pub struct CreateConnection(pub World);

impl CreateConnection {
    /// The new connection.
    ///
    /// # Errors
    /// Faults of the draft, a taken key, no such organization, as many connections as there may be, or the store's.
    #[tracing::instrument(name = "create_connection", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        draft: &ConnectionDraft,
    ) -> Result<Connection, AdminError> {
        let world = &self.0;
        let organization = world.organization(slug).await?;
        let now = world.now();
        let connection = Connection {
            id: world.id(),
            organization_id: organization.id,
            details: draft.parse()?,
            identity_provider: None,
            settings: Settings::default(),
            version: Version::FIRST,
            identity_provider_version: Version::FIRST,
            settings_version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        let audit = world
            .audit(actor, Some(organization.id), "connection.created", &connection.details.key)
            .to(&connection.details);
        Bounded::Connections.one_more_than(world.store.connections(organization.id).await?.len())?;
        world.store.create_connection(&connection, &audit).await?;
        Ok(connection)
    }
}

/// Changes what is said of a connection.
#[derive(Clone)]
pub struct ChangeConnection(pub World);

impl ChangeConnection {
    /// The connection after `edit`.
    ///
    /// # Errors
    /// Faults of the result, a stale version, a taken key, no such connection, or the store's.
    #[tracing::instrument(name = "change_connection", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        edit: &(dyn Fn(&mut ConnectionDraft) + Send + Sync),
    ) -> Result<Connection, AdminError> {
        let is_expected = |before: &Connection| must_be(before.version, expected);
        decide_again(|| self.attempt(actor, slug, key, &is_expected, edit)).await
    }

    /// Lets people in through the connection as somebody has `seen` it. Whoever may change it as long as it lets nobody in could otherwise put
    /// another identity provider there while an administrator looks at the first.
    ///
    /// # Errors
    /// A part that was written since, no such connection, or the store's.
    #[tracing::instrument(name = "enable_connection", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn enable(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        seen: ConnectionVersions,
    ) -> Result<Connection, AdminError> {
        let is_seen = |before: &Connection| {
            if before.versions() == seen { Ok(()) } else { Err(AdminError::Stale) }
        };
        decide_again(|| self.attempt(actor, slug, key, &is_seen, &|draft| draft.enabled = true)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        is_expected: &(dyn Fn(&Connection) -> Result<(), AdminError> + Send + Sync),
        edit: &(dyn Fn(&mut ConnectionDraft) + Send + Sync),
    ) -> Result<Connection, AdminError> {
        let world = &self.0;
        let before = world.connection(slug, key).await?.connection;
        may_change(world, actor, &before).await?;
        is_expected(&before)?;
        let mut draft = ConnectionDraft::from(&before.details);
        edit(&mut draft);
        let details = draft.parse()?;
        if details.enabled && matches!(actor, Actor::SetupLink { .. }) {
            return Err(AdminError::NotBySetupLink);
        }
        let audit = world
            .audit(actor, Some(before.organization_id), "connection.changed", &details.key)
            .from(&before.details)
            .to(&details);
        world.store.replace_connection(before.id, &details, before.version, &audit).await?;
        Ok(Connection { details, version: before.version.next(), updated_at: world.now(), ..before })
    }
}

/// Deletes a connection; its users and history stay.
#[derive(Clone)]
pub struct DeleteConnection(pub World);

impl DeleteConnection {
    /// Deletes it.
    ///
    /// # Errors
    /// No such connection, a stale version, or the store's.
    #[tracing::instrument(name = "delete_connection", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        decide_again(|| self.attempt(actor, slug, key, expected)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        let world = &self.0;
        if matches!(actor, Actor::SetupLink { .. }) {
            return Err(AdminError::NotBySetupLink);
        }
        let connection = world.connection(slug, key).await?.connection;
        may_change(world, actor, &connection).await?;
        must_be(connection.version, expected)?;
        let audit = world
            .audit(actor, Some(connection.organization_id), "connection.deleted", key)
            .from(&connection.details);
        Ok(world.store.delete_connection(connection.id, connection.version, &audit).await?)
    }
}

impl From<&ConnectionDetails> for ConnectionDraft {
    fn from(details: &ConnectionDetails) -> Self {
        Self {
            key: details.key.to_string(),
            display_name: details.display_name.to_string(),
            enabled: details.enabled,
            sp_initiated: details.sp_initiated,
            allow_idp_initiated: details.allow_idp_initiated,
            requests: details.requests,
            technical_contact: details.technical_contact.as_ref().map(|contact| TechnicalContactDraft {
                name: contact.name.to_string(),
                email: contact.email.to_string(),
                phone: contact.phone.as_ref().map(ToString::to_string),
            }),
        }
    }
}
