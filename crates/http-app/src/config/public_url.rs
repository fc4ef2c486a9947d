//! The address under which people and identity providers reach this service.

use url::{Host, Url};

/// An origin (RFC 6454): scheme, host and port. It has no path, since cookies with the prefix `__Host-` belong to a whole
/// host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// Takes an address. Plain http is for this machine alone, unless `allow_insecure_http`.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn parse(text: &str, allow_insecure_http: bool) -> Result<Self, String> {
        let wanted = || "must be an https URL without a path, like https://sso.example.com".to_owned();
        let url = Url::parse(text).map_err(|_| wanted())?;
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare || !matches!(url.scheme(), "http" | "https") {
            return Err(wanted());
        }
        let https = url.scheme() == "https";
        if !https && !allow_insecure_http && !is_loopback(&url) {
            return Err("plain http is for this machine alone: take an https URL, or allow it by \
                        --allow-insecure-http"
                .to_owned());
        }
        Ok(Self { origin: url.origin().ascii_serialization(), https })
    }

    /// Without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Whether browsers reach it by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        for right in ["http://localhost:8080", "http://127.0.0.1/", "http://[::1]:1", "http://a.localhost"] {
            assert!(PublicUrl::parse(right, false).is_ok(), "{right}");
        }
        for wrong in ["http://sso.example.com", "http://10.0.0.1", "http://localhost.example.com"] {
            assert!(PublicUrl::parse(wrong, false).is_err(), "{wrong}");
            assert!(PublicUrl::parse(wrong, true).is_ok(), "{wrong}");
        }
    }

    #[test]
    fn it_is_an_origin() {
        let url = PublicUrl::parse("https://SSO.example.com:443/", false).unwrap();
        assert_eq!(url.as_str(), "https://sso.example.com");
        for wrong in
            ["", "sso.example.com", "ftp://a", "https://a/b", "https://a?b", "https://u@a", "https://a#"]
        {
            assert!(PublicUrl::parse(wrong, true).is_err(), "{wrong}");
        }
    }
}
