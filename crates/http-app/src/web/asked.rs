//! Whether the caller is a person or a program, by what it accepts (RFC 9110 §12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use crate::portal::{Theme, is_in_portal};

/// What an error is told with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A page.
    Page,
    /// A page of the Admin Portal.
    PortalPage(Theme),
    /// Problem details (RFC 9457).
    Json,
}

impl Asked {
    /// By a request for `path`. Programs alone speak to the API and ask for the session; everywhere else a page is
    /// answered unless JSON is preferred by name.
    pub(super) fn by(path: &str, headers: &HeaderMap) -> Self {
        let for_programs = ["/session", "/healthz", "/readyz"].contains(&path) || path.starts_with("/api/");
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let (mut html, mut json) = (0, 0);
        for range in accepted.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, quality);
            match kind.as_str() {
                "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(quality),
                "application/json" | "application/problem+json" | "application/*" => json = json.max(quality),
                _ => {}
            }
        }
        if json > html || (for_programs && html == 0) || path.starts_with("/api/v1/") {
            Self::Json
        } else if is_in_portal(path) {
            Self::PortalPage(Theme::of(headers))
        } else {
            Self::Page
        }
    }
}

/// A weight in thousandths (RFC 9110 §12.4.2); what is none counts as nothing.
fn quality(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    digits
        .try_fold(whole.parse::<u32>().unwrap_or_default().min(1), |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
        })
        .unwrap_or_default()
        .min(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str, accept: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        Asked::by(path, &headers)
    }

    #[test]
    fn a_browser_gets_a_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(asked("/sso/acme/acs", browser), Asked::Page);
        assert_eq!(Asked::by("/sso/acme/acs", &HeaderMap::new()), Asked::Page);
        assert_eq!(asked("/sso/acme/acs", "*/*"), Asked::Page);
        assert_eq!(asked("/sso/acme/acs", "application/json;q=0.5, text/html;q=0.7"), Asked::Page);
    }

    #[test]
    fn an_administrator_gets_a_page_of_the_portal() {
        assert_eq!(asked("/admin/acme", "text/html"), Asked::PortalPage(Theme::System));
        assert_eq!(asked("/administration", "text/html"), Asked::Page);
    }

    #[test]
    fn who_prefers_json_gets_json() {
        for accept in [
            "application/json",
            "application/problem+json, */*;q=0.1",
            "text/html;q=0.2, application/json;q=0.9",
        ] {
            assert_eq!(asked("/sso/acme/acs", accept), Asked::Json, "{accept}");
        }
    }

    #[test]
    fn the_api_speaks_json_always() {
        assert_eq!(asked("/api/v1/organizations", "text/html"), Asked::Json);
        assert_eq!(asked("/session", "*/*"), Asked::Json);
    }

    #[test]
    fn weights_are_read_in_thousandths() {
        for (text, thousandths) in
            [("1", 1000), ("0.5", 500), ("0.123", 123), ("0", 0), ("7", 1000), ("x", 0), ("0.x", 0)]
        {
            assert_eq!(quality(text), thousandths, "{text}");
        }
    }
}
