//! Where a person goes after a sign-in: never to a place that the organization has not listed.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::text::{TextError, plain_debug, text_type};

text_type!(
    /// An absolute `http` or `https` URL without user information, at most 2,048 characters.
    WebUrl,
    |text| web_url(text).map(|_| ())
);
text_type!(
    /// An origin (RFC 6454): scheme, host and port of a web address, as `https://app.example.com`.
    Origin,
    |text| {
        let url = web_url(text)?;
        if url.origin().ascii_serialization() == text {
            Ok(())
        } else {
            Err(TextError::Malformed("an origin like https://app.example.com, without a path"))
        }
    }
);
plain_debug!(WebUrl, Origin);

const WEB_URL: TextError = TextError::Malformed("an http or https URL");

fn web_url(text: &str) -> Result<Url, TextError> {
    if text.chars().count() > 2_048 {
        return Err(TextError::TooLong(2_048));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(WEB_URL);
    }
    let url = Url::parse(text).map_err(|_| WEB_URL)?;
    let plain =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if plain { Ok(url) } else { Err(WEB_URL) }
}

/// A place to return to after a sign-in: a path on this service, or a URL of an origin that the organization lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReturnTo(String);

/// The place is neither a path here nor of an origin that the organization lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a path on this service, nor a URL of an allowed origin")]
pub struct ReturnToNotAllowed;

impl ReturnTo {
    /// Takes a place that somebody asked for.
    ///
    /// ```
    /// use vestibule_domain::return_to::{Origin, ReturnTo};
    ///
    /// let listed = [Origin::parse("https://app.acme.example")?];
    /// assert!(ReturnTo::parse("/reports", &listed).is_ok());
    /// assert!(ReturnTo::parse("https://app.acme.example/reports", &listed).is_ok());
    /// assert!(ReturnTo::parse("//evil.example", &listed).is_err());
    /// # Ok::<(), vestibule_domain::text::TextError>(())
    /// ```
    ///
    /// # Errors
    /// It leads elsewhere.
    pub fn parse(text: &str, allowed: &[Origin]) -> Result<Self, ReturnToNotAllowed> {
        if is_local_path(text) {
            return Ok(Self(text.to_owned()));
        }
        let url = web_url(text).map_err(|_| ReturnToNotAllowed)?;
        let origin = url.origin().ascii_serialization();
        if allowed.iter().any(|listed| listed.as_str() == origin) {
            Ok(Self(url.into()))
        } else {
            Err(ReturnToNotAllowed)
        }
    }

    /// As it goes into a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A path that no browser takes for another host: one slash first, no backslash, visible ASCII only.
fn is_local_path(text: &str) -> bool {
    text.len() <= 2_048
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_a_place_that_is_not_listed() {
        let allowed = [Origin::parse("https://app.acme.example").unwrap()];
        for right in ["/", "/reports?year=2026#top", "https://app.acme.example/x"] {
            assert!(ReturnTo::parse(right, &allowed).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "reports",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "/ä",
            "https://app.acme.example.evil.example/",
            "http://app.acme.example/",
            "https://app.acme.example:444/",
            "https://app.acme.example@evil.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:app.acme.example\\@evil.example",
            "\t/x",
            "https://APP.acme.example\\x",
        ] {
            assert_eq!(ReturnTo::parse(wrong, &allowed), Err(ReturnToNotAllowed), "{wrong}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        assert!(Origin::parse("http://localhost:3000").is_ok());
        for wrong in [
            "https://a.example/",
            "https://a.example:443",
            "ftp://a.example",
            "a.example",
            "https://A.example",
        ] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
