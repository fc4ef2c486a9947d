//! The cookies: of a browser's pending sign-ins, of a session, and of an administrator's. Broken ones are as none.

use axum::http::HeaderName;
use axum::http::header::SET_COOKIE;
use axum_extra::extract::CookieJar;
use vestibule_domain::token::Token;

use crate::config::PublicUrl;

/// Which of the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Binds the answer of an identity provider to the browser that asked.
    Login,
    /// Is a signed-in person's session.
    Session,
    /// Is an administrator's session in the portal.
    Administrator,
}

impl Kind {
    /// On https the prefix makes the browser refuse the cookie unless it is of this very host (RFC 6265bis §4.1.3.2).
    fn name(self, url: &PublicUrl) -> &'static str {
        match (self, url.is_https()) {
            (Self::Login, true) => "__Host-vestibule_login",
            (Self::Login, false) => "vestibule_login",
            (Self::Session, true) => "__Host-vestibule_session",
            (Self::Session, false) => "vestibule_session",
            (Self::Administrator, true) => "__Host-vestibule_admin",
            (Self::Administrator, false) => "vestibule_admin",
        }
    }

    /// The token in the browser's cookie, if it has one that can be one.
    pub(crate) fn token(self, jar: &CookieJar, url: &PublicUrl) -> Option<Token> {
        let value = jar.get(self.name(url))?.value();
        let well_formed =
            value.len() == 64 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Token::presented(value))
    }

    /// The `Set-Cookie` that gives the browser a token.
    pub(crate) fn set(self, token: &Token, url: &PublicUrl) -> (HeaderName, String) {
        let lifetime = match self {
            Self::Login => "; Max-Age=600",
            // Until the browser is closed; the session itself ends when it ends.
            Self::Session | Self::Administrator => "",
        };
        (SET_COOKIE, format!("{}={}; {}{lifetime}", self.name(url), token.reveal(), self.attributes(url)))
    }

    /// The `Set-Cookie` that takes the browser's away.
    pub(crate) fn removal(self, url: &PublicUrl) -> (HeaderName, String) {
        (SET_COOKIE, format!("{}=; {}; Max-Age=0", self.name(url), self.attributes(url)))
    }

    fn attributes(self, url: &PublicUrl) -> &'static str {
        match (self, url.is_https()) {
            // The answer is posted by the identity provider's page, and a browser sends no other cookie along then.
            (Self::Login, true) => "Path=/; HttpOnly; Secure; SameSite=None",
            // Lax and not Strict: who comes by a mailed link is signed in.
            (Self::Session | Self::Administrator, true) => "Path=/; HttpOnly; Secure; SameSite=Lax",
            // Browsers take `SameSite=None` over https alone.
            (_, false) => "Path=/; HttpOnly; SameSite=Lax",
        }
    }
}
