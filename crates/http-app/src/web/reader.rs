//! Which language a person reads.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum_extra::extract::CookieJar;
use vestibule_domain::organization::{Locale, Organization};
use vestibule_languages::Language;

use crate::config::PublicUrl;
use crate::openapi::{Described, Operation};

/// Keeps what an identity provider said of the person's language, for the pages after the sign-in. It is no secret.
const COOKIE: &str = "vestibule_language";

/// What is known of the languages of whoever looks at a page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reader {
    asserted: Option<Language>,
    browser: Option<Language>,
}

impl Reader {
    /// By the headers of a request.
    pub(super) fn by(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            asserted: jar.get(COOKIE).and_then(|cookie| Language::of(cookie.value())),
            browser: accepted.and_then(Language::accepted),
        }
    }

    /// The same, after an identity provider said which language the person speaks.
    pub(super) fn asserted(self, asserted: Option<&Locale>) -> Self {
        Self { asserted: asserted.and_then(spoken).or(self.asserted), ..self }
    }

    /// The language of a page: what the identity provider says, what the organization has set, what the browser asks for, or English.
    pub(super) fn language(self, organization: Option<&Organization>) -> Language {
        let own = organization.and_then(|organization| organization.locale.as_ref()).and_then(spoken);
        self.asserted.or(own).or(self.browser).unwrap_or_default()
    }
}

/// The language of a tag, if there is one here.
fn spoken(locale: &Locale) -> Option<Language> {
    Language::of(locale.as_str())
}

/// The `Set-Cookie` that keeps what an identity provider said, if it is a language that there is here.
pub(super) fn remembering(asserted: Option<&Locale>, url: &PublicUrl) -> Option<(HeaderName, String)> {
    let tag = spoken(asserted?)?.tag();
    let secure = if url.is_https() { "; Secure" } else { "" };
    Some((SET_COOKIE, format!("{COOKIE}={tag}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}")))
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::by(&parts.headers))
    }
}

impl Described for Reader {
    fn describe(_: &mut Operation) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asserted_goes_before_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "fr, de".parse().unwrap());
        let tag = |reader: Reader| reader.language(None).tag();
        assert_eq!(tag(Reader::default()), "en");
        assert_eq!(tag(Reader::by(&headers)), "fr");
        assert_eq!(tag(Reader::by(&headers).asserted(Locale::parse("tlh").ok().as_ref())), "fr");
        assert_eq!(tag(Reader::by(&headers).asserted(Locale::parse("es-MX").ok().as_ref())), "es");
        headers.insert("cookie", "a=b; vestibule_language=de".parse().unwrap());
        assert_eq!(tag(Reader::by(&headers)), "de");
    }
}
