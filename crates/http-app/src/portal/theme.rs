//! Light, dark, or as the reader's system has it.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;

use super::form::Form;
use super::places::lead_to;
use crate::web::Site;

const COOKIE: &str = "vestibule_theme";

/// In which colours the portal is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Those of the reader's system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The one that a request's cookie says.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        jar.get(COOKIE).map(|cookie| Self::read(cookie.value())).unwrap_or_default()
    }

    fn read(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Its name in the page, unless the system chooses.
    pub(crate) fn named(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Theme {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// The switch. It leads back to where it was.
pub(super) async fn switch(State(site): State<Site>, form: Form) -> Response {
    let theme = Theme::read(form.text("theme"));
    let secure = if site.public_url.is_https() { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE}={}; Path=/admin; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
        theme.named().unwrap_or("system")
    );
    ([(SET_COOKIE, cookie)], lead_to(form.text("return_to"))).into_response()
}
