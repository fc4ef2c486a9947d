//! Who is signed in to the portal, and what they may see.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum_extra::extract::CookieJar;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Actor, Origin, SettingUp, SignedInAdministrator};
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::usecase::{RecognizeAdministrator, RecognizeSetup};

use super::frame::Frame;
use super::signing_in::address_before;
use super::theme::Theme;
use crate::problem::Problem;
use crate::web::{Cookie, Failure, Site, Trying, Whence};

/// An administrator who is signed in. Others are led to the sign-in and back again; a form of theirs is not taken, and they are told what
/// becomes of it.
pub(crate) struct SignedIn {
    /// Who, by which session.
    pub(crate) who: SignedInAdministrator,
    /// From where.
    pub(crate) origin: Origin,
    theme: Theme,
    address: String,
}

impl SignedIn {
    /// Them, as the audit trail names who does something.
    pub(crate) fn actor(&self) -> Actor {
        self.who.acting_from(self.origin.clone())
    }

    /// What a page that is no organization's has around it.
    pub(crate) fn frame(&self) -> Frame {
        let mut frame = Frame::outside(self.theme, self.address.clone());
        frame.administrator = Some(self.who.administrator.email.to_string());
        frame
    }
}

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let Ok(Whence(origin)) = Whence::from_request_parts(parts, site).await;
        let Ok(theme) = Theme::from_request_parts(parts, site).await;
        let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        match current(site, &CookieJar::from_headers(&parts.headers)).await? {
            Some(who) => {
                site.limits.take(Trying::Visit(who.administrator.id))?;
                Ok(Self { who, origin, theme, address })
            }
            None => Err(not_signed_in(parts, site, &address).await),
        }
    }
}

/// What is told to somebody who is no signed-in administrator. Whoever came by a setup link finds nothing but what the link is for.
async fn not_signed_in(parts: &Parts, site: &Site, address: &str) -> Failure {
    let is_look = [Method::GET, Method::HEAD].contains(&parts.method);
    match setting_up(site, &CookieJar::from_headers(&parts.headers)).await {
        Err(failure) => failure,
        Ok(Some(who)) if is_look && parts.uri.path() == "/admin" => {
            Failure::elsewhere(Problem::not_found(), format!("/admin/{}/sso", who.organization))
        }
        Ok(Some(_)) => Problem::not_found().into(),
        Ok(None) if is_look => sign_in_first(address),
        Ok(None) => session_ended(),
    }
}

/// A signed-in operator.
pub(crate) struct Operator(pub(crate) SignedIn);

impl FromRequestParts<Site> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, site).await?;
        if signed_in.who.administrator.role.is_operator() {
            Ok(Self(signed_in))
        } else {
            // What is the installation's is not there for them.
            Err(Problem::not_found().into())
        }
    }
}

/// A signed-in administrator, and the organization of the path, which they may reach.
pub(crate) struct InOrganization {
    /// Who is signed in.
    pub(crate) signed_in: SignedIn,
    /// The organization.
    pub(crate) organization: Organization,
}

impl FromRequestParts<Site> for InOrganization {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, site).await?;
        let slug = segment(parts, site, "org").await?.and_then(|slug| OrganizationSlug::parse(slug).ok());
        let slug = slug.ok_or_else(Problem::organization_not_found)?;
        let organization = site.app.world.organization(&slug).await.map_err(Problem::from)?;
        // Who may not reach it learns no more than a stranger's guess would tell them.
        if !signed_in.who.administrator.role.may_reach(organization.id) {
            return Err(Problem::organization_not_found().into());
        }
        Ok(Self { signed_in, organization })
    }
}

/// A segment of the path.
pub(super) async fn segment(parts: &mut Parts, site: &Site, name: &str) -> Result<Option<String>, Failure> {
    // A segment that is not UTF-8 names nothing.
    let path = RawPathParams::from_request_parts(parts, site).await.map_err(|_| Problem::not_found())?;
    Ok(path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}

/// Whose session the browser's cookie is.
pub(super) async fn current(site: &Site, jar: &CookieJar) -> Result<Option<SignedInAdministrator>, Failure> {
    let Some(token) = Cookie::Administrator.token(jar, &site.public_url) else { return Ok(None) };
    RecognizeAdministrator(site.app.world.clone()).run(&token).await.map_err(Failure::store)
}

/// Whoever came by a setup link, if the browser's cookie is of such a session.
pub(super) async fn setting_up(site: &Site, jar: &CookieJar) -> Result<Option<SettingUp>, Failure> {
    let Some(token) = Cookie::Administrator.token(jar, &site.public_url) else { return Ok(None) };
    RecognizeSetup(site.app.world.clone()).run(&token).await.map_err(Failure::store)
}

fn sign_in_first(address: &str) -> Failure {
    Failure::elsewhere(session_problem(), address_before(address))
}

fn session_ended() -> Failure {
    session_problem().into()
}

fn session_problem() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "session_ended",
        "nobody is signed in to the portal in this browser",
    )
}
