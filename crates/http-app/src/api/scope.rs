//! Lists that each organization has, and the installation as a whole in the same manner.

use axum::extract::FromRequestParts;
use uuid::Uuid;
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::Actor;

use super::caller::{InOrganization, OfInstallation};
use crate::openapi::Described;
use crate::problem::Problem;
use crate::state::AppState;

/// Whose list it is, and who calls.
pub(crate) trait Scope:
    FromRequestParts<AppState, Rejection = Problem> + Described + Send + Sync + 'static
{
    /// Who calls.
    fn actor(&self) -> &Actor;

    /// The organization; none where it is the installation.
    fn organization(&self) -> Option<&Organization>;

    /// The row that the path's `{id}` names, if it can name one.
    fn row<T: From<Uuid>>(&self) -> Option<T>;

    /// The organization's row; none where it is the installation.
    fn owner(&self) -> Option<OrganizationId> {
        self.organization().map(|organization| organization.id)
    }
}

impl Scope for InOrganization {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn organization(&self) -> Option<&Organization> {
        Some(&self.organization)
    }

    fn row<T: From<Uuid>>(&self) -> Option<T> {
        self.id()
    }
}

impl Scope for OfInstallation {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn organization(&self) -> Option<&Organization> {
        None
    }

    fn row<T: From<Uuid>>(&self) -> Option<T> {
        self.id()
    }
}
