//! A signed-in administrator at a page of an organization, and at one of a connection.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;
use vestibule_domain::connection::ConnectionView;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::Actor;
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};

use super::frame::{Frame, Here, SECTIONS};
use super::session::InOrganization;
use crate::problem::Problem;
use crate::web::{Failure, Site};

/// A signed-in administrator at a page of an organization that they may reach.
pub(crate) struct Visit {
    /// Who it is.
    pub(crate) actor: Actor,
    /// The organization.
    pub(crate) organization: Organization,
    is_operator: bool,
    frame: Frame,
    id: Option<Uuid>,
}

impl Visit {
    /// What a page of that section has around it.
    pub(crate) fn frame(&self, here: Here) -> Frame {
        self.frame.clone().within(&self.organization, here, &SECTIONS)
    }

    /// Whether they may do everything.
    pub(crate) fn is_operator(&self) -> bool {
        self.is_operator
    }

    /// The row that the path's `{id}` names, if it can name one. Only by the hyphenated form: one row, one address.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Option<T> {
        self.id.map(T::from)
    }

    /// The address of the organization's pages.
    pub(crate) fn home(&self) -> String {
        format!("/admin/{}", self.organization.slug)
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let InOrganization { signed_in, organization } =
            InOrganization::from_request_parts(parts, site).await?;
        let id = segment(parts, site, "id").await?;
        Ok(Self {
            actor: signed_in.actor(),
            organization,
            is_operator: signed_in.who.administrator.role.is_operator(),
            frame: signed_in.frame(),
            id: id.as_deref().and_then(row_id),
        })
    }
}

/// The row that a segment names, if it can name one. Only by the hyphenated form: one row, one address.
pub(crate) fn row_id<T: From<Uuid>>(segment: &str) -> Option<T> {
    let id: Uuid = Some(segment).filter(|id| id.len() == 36)?.parse().ok()?;
    Some(T::from(id))
}

/// A visit to a page of a connection.
pub(crate) struct AtConnection {
    /// The visit.
    pub(crate) visit: Visit,
    /// The connection with its organization and catalog.
    pub(crate) view: ConnectionView,
}

impl AtConnection {
    /// The organization's name in URLs.
    pub(crate) fn slug(&self) -> &OrganizationSlug {
        &self.view.organization.slug
    }

    /// The connection's name in URLs.
    pub(crate) fn key(&self) -> &ConnectionKey {
        &self.view.connection.details.key
    }

    /// The connection's page.
    pub(crate) fn home(&self) -> String {
        format!("{}/sso/{}", self.visit.home(), self.key())
    }
}

impl FromRequestParts<Site> for AtConnection {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let visit = Visit::from_request_parts(parts, site).await?;
        let key = segment(parts, site, "connection").await?;
        let view = match key.and_then(|key| ConnectionKey::parse(key).ok()) {
            Some(key) => site.app.world.store.connection_by_key(visit.organization.id, &key).await,
            None => Ok(None),
        };
        let view = view.map_err(Failure::store)?.ok_or_else(Problem::connection_not_found)?;
        Ok(Self { visit, view })
    }
}

/// A segment of the path.
async fn segment(parts: &mut Parts, site: &Site, name: &str) -> Result<Option<String>, Failure> {
    // A segment that is not UTF-8 names nothing.
    let path = RawPathParams::from_request_parts(parts, site).await.map_err(|_| Problem::not_found())?;
    Ok(path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}
