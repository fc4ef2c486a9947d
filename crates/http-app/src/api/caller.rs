//! Who calls, and what they may reach. Where these extractors succeed, the caller may see what they hold.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;
use vestibule_domain::connection::ConnectionView;
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Actor, ApiKey, KeyRole};
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};
use vestibule_domain::usecase::AdminError;

use crate::openapi::{Described, Operation};
use crate::problem::Problem;
use crate::state::AppState;
use crate::web::{Limits, Trying, Whence};

/// The key that a request has, as the layer around the API found out.
#[derive(Clone)]
pub(crate) struct Authenticated {
    /// The key's row.
    pub(crate) key: ApiKey,
    /// How much may be asked.
    pub(crate) limits: Arc<Limits>,
}

/// A program with an API key.
pub(crate) struct Caller {
    /// As the audit trail calls it.
    pub(crate) actor: Actor,
    /// What it may do.
    pub(crate) role: KeyRole,
    /// The key's row.
    pub(crate) key: ApiKeyId,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Ok(Whence(origin)) = Whence::from_request_parts(parts, state).await;
        let key = authenticated(parts)?.key.clone();
        let role = key.role;
        let actor = Actor::ApiKey { id: key.id, name: Some(key.name), role, origin };
        Ok(Self { actor, role, key: key.id })
    }
}

/// Where no layer found out whose key it is, nobody calls.
fn authenticated(parts: &Parts) -> Result<&Authenticated, Problem> {
    parts.extensions.get().ok_or_else(Problem::unauthorized)
}

impl Described for Caller {
    fn describe(operation: &mut Operation) {
        operation.needs_key();
        operation.may_answer(401, &["unauthorized"]);
        operation.may_answer(429, &["too_many_requests"]);
    }
}

/// A caller with an operator's key.
pub(crate) struct Operator(pub(crate) Actor);

impl FromRequestParts<AppState> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match caller.role {
            KeyRole::Operator => Ok(Self(caller.actor)),
            KeyRole::OrganizationAdmin(_) => Err(AdminError::OperatorOnly.into()),
        }
    }
}

impl Described for Operator {
    fn describe(operation: &mut Operation) {
        Caller::describe(operation);
        operation.may_answer(403, &["operator_only"]);
    }
}

/// A caller with an operator's key, at something that belongs to the installation as a whole.
pub(crate) struct OfInstallation {
    /// Who calls.
    pub(crate) actor: Actor,
    id: Option<Uuid>,
}

impl OfInstallation {
    /// The row that the path's `{id}` names, if it can name one.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Option<T> {
        self.id.map(T::from)
    }
}

impl FromRequestParts<AppState> for OfInstallation {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Operator(actor) = Operator::from_request_parts(parts, state).await?;
        let id = id_in(&path(parts, state).await?);
        Ok(Self { actor, id })
    }
}

impl Described for OfInstallation {
    fn describe(operation: &mut Operation) {
        Operator::describe(operation);
    }
}

/// A caller, and the organization of the path, which it may reach.
pub(crate) struct InOrganization {
    /// Who calls.
    pub(crate) actor: Actor,
    /// The organization.
    pub(crate) organization: Organization,
    path: RawPathParams,
}

impl InOrganization {
    /// The row that the path's `{id}` names, if it can name one.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Option<T> {
        id_in(&self.path).map(T::from)
    }

    /// The key that stands in the path under this name.
    pub(crate) fn key(&self, name: &str) -> &str {
        parameter(&self.path, name).unwrap_or_default()
    }
}

impl FromRequestParts<AppState> for InOrganization {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let path = path(parts, state).await?;
        let slug = parameter(&path, "org").and_then(|slug| OrganizationSlug::parse(slug).ok());
        let organization = match slug {
            Some(slug) => state.world.organization(&slug).await?,
            None => return Err(Problem::organization_not_found()),
        };
        // A key of another organization learns no more than a stranger's guess would tell it.
        if matches!(caller.role, KeyRole::OrganizationAdmin(own) if own != organization.id) {
            return Err(Problem::organization_not_found());
        }
        // Counted only here: with a key of another organization nobody uses up what its own may ask.
        authenticated(parts)?.limits.take(Trying::CallIn(organization.id))?;
        Ok(Self { actor: caller.actor, organization, path })
    }
}

impl Described for InOrganization {
    fn describe(operation: &mut Operation) {
        Caller::describe(operation);
        operation.may_answer(404, &["organization_not_found"]);
    }
}

/// A caller, and the connection of the path, which it may reach.
pub(crate) struct OnConnection {
    /// Who calls.
    pub(crate) actor: Actor,
    /// The connection with its organization and catalog.
    pub(crate) view: ConnectionView,
}

impl OnConnection {
    /// The organization's name in URLs.
    pub(crate) fn slug(&self) -> &OrganizationSlug {
        &self.view.organization.slug
    }

    /// The connection's name in URLs.
    pub(crate) fn key(&self) -> &ConnectionKey {
        &self.view.connection.details.key
    }
}

impl FromRequestParts<AppState> for OnConnection {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let InOrganization { actor, organization, path } =
            InOrganization::from_request_parts(parts, state).await?;
        let key = parameter(&path, "connection").and_then(|key| ConnectionKey::parse(key).ok());
        let view = match key {
            Some(key) => state.world.store.connection_by_key(organization.id, &key).await?,
            None => None,
        };
        let view = view.ok_or_else(Problem::connection_not_found)?;
        Ok(Self { actor, view })
    }
}

impl Described for OnConnection {
    fn describe(operation: &mut Operation) {
        InOrganization::describe(operation);
        operation.may_answer(404, &["connection_not_found"]);
    }
}

async fn path(parts: &mut Parts, state: &AppState) -> Result<RawPathParams, Problem> {
    // A segment that is not UTF-8 names nothing.
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())
}

/// The row that the path names. Only by the hyphenated form: one row, one address.
fn id_in(path: &RawPathParams) -> Option<Uuid> {
    parameter(path, "id").filter(|id| id.len() == 36).and_then(|id| id.parse().ok())
}

fn parameter<'a>(path: &'a RawPathParams, name: &str) -> Option<&'a str> {
    path.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}
