//! Naming the connection through which administrators sign in.

use serde::Serialize;

use crate::administrator::AdministratorsConnection;
use crate::connection::{Connection, ConnectionVersions};
use crate::ports::Actor;
use crate::problem::Problems;
use crate::text::{ConnectionKey, EntityId, OrganizationSlug};
use crate::usecase::World;
use crate::usecase::administration::{AdminError, decide_again, is_operator};

/// Lets administrators sign in through a connection. From then on operators alone change whom it believes.
#[derive(Clone)]
pub struct NameAdministratorsConnection(pub World);

/// Lets no administrator sign in by single sign-on any more.
#[derive(Clone)]
pub struct UnnameAdministratorsConnection(pub World);

/// A naming in the audit trail: whom it lets vouch for administrators.
#[derive(Serialize)]
struct Described<'a> {
    organization: &'a OrganizationSlug,
    connection: &'a ConnectionKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_provider: Option<&'a EntityId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<&'a str>,
}

impl NameAdministratorsConnection {
    /// Names the connection as somebody has `seen` it: who may change it until then could otherwise put another identity provider there
    /// while an operator looks at the first.
    ///
    /// # Errors
    /// No operator, no such connection, one that nobody can begin to sign in through, one that was changed since, or the store's.
    #[tracing::instrument(name = "name_administrators_connection", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        seen: ConnectionVersions,
    ) -> Result<AdministratorsConnection, AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        decide_again(|| self.attempt(actor, slug, key, seen)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        seen: ConnectionVersions,
    ) -> Result<AdministratorsConnection, AdminError> {
        let world = &self.0;
        let connection = world.connection(slug, key).await?.connection;
        if connection.versions() != seen {
            return Err(AdminError::Stale);
        }
        must_be_active(&connection)?;
        let naming = AdministratorsConnection {
            id: world.id(),
            organization_id: connection.organization_id,
            connection_id: connection.id,
            organization: slug.clone(),
            connection: key.clone(),
            named_at: world.now(),
        };
        let provider = connection.identity_provider.as_ref().map(|provider| &provider.metadata);
        let certificates = provider.iter().flat_map(|metadata| &metadata.certificates);
        let audit = world.audit(actor, None, "administrators_connection.named", naming.id).to(&Described {
            organization: slug,
            connection: key,
            identity_provider: provider.map(|metadata| &metadata.entity_id),
            certificates: certificates.map(|one| one.sha256_fingerprint.as_str()).collect(),
        });
        world.store.name_connection(&naming, seen, &audit).await?;
        Ok(naming)
    }
}

/// Nothing, if somebody can begin to sign in through it.
fn must_be_active(connection: &Connection) -> Result<(), AdminError> {
    let mut problems = Problems::default();
    if connection.identity_provider.is_none() {
        problems.add("/connection", "not_active", "has no identity provider yet");
    } else if !connection.details.enabled {
        problems.add("/connection", "not_active", "lets nobody in yet: test it and enable it first");
    } else if !connection.details.sp_initiated {
        problems.add("/connection", "not_active", "lets no sign-in begin here");
    }
    Ok(problems.into_result(())?)
}

impl UnnameAdministratorsConnection {
    /// Whoever is signed in through it is signed out, and nobody is linked to an identity any more.
    ///
    /// # Errors
    /// No operator, none is named, or the store's.
    #[tracing::instrument(name = "unname_administrators_connection", skip_all)]
    pub async fn run(&self, actor: &Actor) -> Result<AdministratorsConnection, AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        decide_again(|| self.attempt(actor)).await
    }

    async fn attempt(&self, actor: &Actor) -> Result<AdministratorsConnection, AdminError> {
        let world = &self.0;
        let named = world.store.administrators_connection().await?;
        let named = named.ok_or(AdminError::NotFound("administrators' connection"))?;
        let audit = world.audit(actor, None, "administrators_connection.unnamed", named.id);
        let audit = audit.from(&Described {
            organization: &named.organization,
            connection: &named.connection,
            identity_provider: None,
            certificates: Vec::new(),
        });
        world.store.unname_connection(named.id, &audit).await?;
        Ok(named)
    }
}
