//! The pages. Each is a template, and a value that holds what it shows as text; templates escape all of it.

mod docs;
mod error;
mod sending;
mod signed_in;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;
use vestibule_domain::connection::Connection;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::LogoutOutcome;
use vestibule_domain::text::initials;
use vestibule_domain::usecase::OpenLink;
use vestibule_languages::Language;

use super::reader::Reader;
use super::{accent, assets, logo_path, words};

pub(super) use docs::DocsPage;
pub(super) use error::ErrorPage;
pub(super) use sending::SendingPage;
pub(super) use signed_in::SignedInPage;

/// What every page has: in whose name and language it speaks, and where its stylesheet is.
struct Frame {
    language: Language,
    style: String,
    icon: String,
    organization: Option<Named>,
    /// Where the stylesheet of the organization's colour is.
    accent: Option<String>,
}

/// An organization as a page's head shows it.
struct Named {
    name: String,
    initials: String,
    logo: Option<LogoImage>,
    login: String,
}

/// A logo as a page shows it. Its size is said, so that nothing moves when it arrives.
pub(crate) struct LogoImage {
    pub(crate) path: String,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl LogoImage {
    pub(crate) fn of(organization: &Organization) -> Option<Self> {
        let (mark, path) = (organization.branding.logo.as_ref()?, logo_path(organization)?);
        Some(Self { path, width: mark.width, height: mark.height })
    }
}

impl Frame {
    fn of(reader: Reader, organization: Option<&Organization>) -> Self {
        Self {
            language: reader.language(organization),
            style: assets::style_path(),
            icon: assets::icon_path(),
            accent: organization
                .and_then(|organization| organization.branding.accent_color)
                .map(accent::path),
            organization: organization.map(|organization| Named {
                logo: LogoImage::of(organization),
                name: organization.name.to_string(),
                initials: initials(organization.name.as_str()),
                login: login_path(organization),
            }),
        }
    }
}

impl Frame {
    /// A text of the page's language.
    fn say(&self, key: &str) -> String {
        self.language.say(key)
    }

    /// A text with one value in it.
    fn say_of(&self, key: &str, name: &str, value: &str) -> String {
        self.language.say_of(key, &[(name, value)])
    }
}

/// Where a sign-in to an organization begins.
pub(super) fn login_path(organization: &Organization) -> String {
    format!("/sso/{}/login", organization.slug)
}

/// A page as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What this is, for somebody who comes without an organization's link.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
}

pub(super) async fn home(reader: Reader) -> Response {
    page(StatusCode::OK, &HomePage { frame: Frame::of(reader, None) })
}

/// Through which connection do you want to sign in?
#[derive(Template)]
#[template(path = "choose.html")]
pub(super) struct ChoosePage {
    frame: Frame,
    organization: String,
    choices: Vec<Choice>,
}

struct Choice {
    name: String,
    href: String,
}

impl ChoosePage {
    pub(super) fn new(
        reader: Reader,
        organization: &Organization,
        connections: &[Connection],
        return_to: Option<&str>,
    ) -> Self {
        let choices = connections.iter().map(|connection| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("connection", connection.details.key.as_str());
            if let Some(place) = return_to {
                query.append_pair("return_to", place);
            }
            Choice {
                name: connection.details.display_name.to_string(),
                href: format!("{}?{}", login_path(organization), query.finish()),
            }
        });
        Self {
            frame: Frame::of(reader, Some(organization)),
            organization: organization.name.to_string(),
            choices: choices.collect(),
        }
    }
}

/// Is this identity yours?
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct LinkPage {
    frame: Frame,
    organization: String,
    email: String,
    expires_at: String,
}

impl LinkPage {
    pub(super) fn new(reader: Reader, organization: &Organization, open: &OpenLink) -> Self {
        let frame = Frame::of(reader, Some(organization));
        Self {
            expires_at: frame.language.instant(open.link.expires_at),
            frame,
            organization: organization.name.to_string(),
            email: open.user.profile.email.to_string(),
        }
    }
}

/// The identity is bound; sign in again.
#[derive(Template)]
#[template(path = "linked.html")]
pub(super) struct LinkedPage {
    frame: Frame,
    organization: String,
    login: String,
}

impl LinkedPage {
    pub(super) fn new(reader: Reader, organization: &Organization) -> Self {
        Self {
            frame: Frame::of(reader, Some(organization)),
            organization: organization.name.to_string(),
            login: login_path(organization),
        }
    }
}

/// The session has ended.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub(super) struct SignedOutPage {
    frame: Frame,
    organization: String,
    login: String,
    elsewhere: &'static str,
}

impl SignedOutPage {
    /// The page, with what the identity provider says of its own session, if it was asked.
    pub(super) fn new(reader: Reader, organization: &Organization, outcome: Option<LogoutOutcome>) -> Self {
        Self {
            elsewhere: words::signed_out_elsewhere(outcome),
            frame: Frame::of(reader, Some(organization)),
            organization: organization.name.to_string(),
            login: login_path(organization),
        }
    }
}
