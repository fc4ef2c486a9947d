//! A signed-in administrator at a page of an organization, and at one of a connection.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use uuid::Uuid;
use vestibule_domain::connection::ConnectionView;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Actor, ServiceProvider};
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};

use super::frame::{CameBy, Frame, Here, SECTIONS};
use super::session::{InOrganization, SignedIn, segment, setting_up};
use super::theme::Theme;
use crate::problem::Problem;
use crate::web::{Failure, Site, Trying, Whence};

/// A signed-in administrator at a page of an organization that they may reach.
pub(crate) struct Visit {
    /// Who it is.
    pub(crate) actor: Actor,
    /// The organization.
    pub(crate) organization: Organization,
    is_operator: bool,
    /// Whether they came by a setup link, and are no administrator.
    is_guest: bool,
    frame: Frame,
    id: Option<Uuid>,
}

impl Visit {
    /// A visit of a signed-in administrator, who may reach the organization.
    pub(crate) fn of(signed_in: &SignedIn, organization: Organization) -> Self {
        Self {
            actor: signed_in.actor(),
            organization,
            is_operator: signed_in.who.administrator.role.is_operator(),
            is_guest: false,
            frame: signed_in.frame(),
            id: None,
        }
    }

    /// What a page of that section has around it.
    pub(crate) fn frame(&self, here: Here) -> Frame {
        let reachable: &[Here] = if self.is_guest { &[Here::SingleSignOn] } else { &SECTIONS };
        self.frame.clone().within(&self.organization, here, reachable)
    }

    /// Whether they may do everything.
    pub(crate) fn is_operator(&self) -> bool {
        self.is_operator
    }

    /// Whether they came by a setup link, which is for the single sign-on pages alone.
    pub(crate) fn is_guest(&self) -> bool {
        self.is_guest
    }

    /// The row that the path's `{id}` names, if it can name one. Only by the hyphenated form: one row, one address.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Option<T> {
        self.id.map(T::from)
    }

    /// This service as the organization's identity providers know it.
    pub(crate) fn service_provider(&self, site: &Site) -> ServiceProvider {
        ServiceProvider::new(&site.app.public_url, &self.organization.slug)
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
        Ok(Self { id: id.as_deref().and_then(row_id), ..Self::of(&signed_in, organization) })
    }
}

/// A visit to the single sign-on pages of an organization, by an administrator or by whoever came by a link to set them up.
pub(crate) struct AtSingleSignOn(pub(crate) Visit);

impl FromRequestParts<Site> for AtSingleSignOn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let Some(who) = setting_up(site, &CookieJar::from_headers(&parts.headers)).await? else {
            return Visit::from_request_parts(parts, site).await.map(Self);
        };
        site.limits.take(Trying::SetUp(who.link.id))?;
        // Of other organizations they learn no more than a stranger's guess would tell them.
        if segment(parts, site, "org").await?.as_deref() != Some(who.organization.as_str()) {
            return Err(Problem::organization_not_found().into());
        }
        let organization = site.app.world.organization(&who.organization).await.map_err(Problem::from)?;
        let Ok(Whence(origin)) = Whence::from_request_parts(parts, site).await;
        let Ok(theme) = Theme::from_request_parts(parts, site).await;
        let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let named = CameBy { email: who.link.email.to_string(), until: who.session.expires_at.into() };
        Ok(Self(Visit {
            actor: who.link.acting_from(origin),
            organization,
            is_operator: false,
            is_guest: true,
            frame: Frame { setup_link: Some(named), ..Frame::outside(theme, address) },
            id: None,
        }))
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
        let AtSingleSignOn(visit) = AtSingleSignOn::from_request_parts(parts, site).await?;
        let key = segment(parts, site, "connection").await?;
        let view = match key.and_then(|key| ConnectionKey::parse(key).ok()) {
            Some(key) => site.app.world.store.connection_by_key(visit.organization.id, &key).await,
            None => Ok(None),
        };
        let view = view.map_err(Failure::store)?.ok_or_else(Problem::connection_not_found)?;
        Ok(Self { visit, view })
    }
}
