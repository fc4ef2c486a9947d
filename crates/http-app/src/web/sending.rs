//! A message of ours goes to an identity provider, by the person's browser.

use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{Delivery, MessageForm};

use super::Site;
use super::pages::{self, SendingPage};
use super::reader::Reader;

/// The answer that makes the browser carry the message.
pub(crate) fn send(
    site: &Site,
    reader: Reader,
    organization: &Organization,
    delivery: &Delivery,
) -> Response {
    match delivery {
        Delivery::Redirect(url) => {
            (StatusCode::SEE_OTHER, [(LOCATION, url.as_str().to_owned())]).into_response()
        }
        Delivery::Post(form) => page(reader, organization, form, &nonce(site)),
    }
}

/// The one page with a script (SAML bindings 2.0 §3.5.3 wants the form to send itself), which no other script can pass for. Browsers hold
/// `form-action` against redirects too, and an identity provider may send the person on to another of its hosts.
fn page(reader: Reader, organization: &Organization, form: &MessageForm, nonce: &str) -> Response {
    let mut response = pages::page(StatusCode::OK, &SendingPage::new(reader, organization, form, nonce));
    let sources = format!("script-src 'nonce-{nonce}'; form-action");
    set_policy(&mut response, &sources, form.action.as_str());
    response
}

/// The same page, from which a form of this service may lead to an address elsewhere.
pub(super) fn leading_to(mut page: Response, url: &str) -> Response {
    set_policy(&mut page, "form-action 'self'", url);
    page
}

/// The policy of a page with these sources, from which forms lead to an address elsewhere, too.
pub(crate) fn set_policy(page: &mut Response, sources: &str, url: &str) {
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; {sources} {} https:; frame-ancestors 'none'; base-uri 'none'",
        origin(url)
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The origin of a web address (RFC 6454), as a policy may name it. URLs let hosts have semicolons and commas, behind which the policy would
/// be whatever metadata says.
fn origin(url: &str) -> String {
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte);
    if !origin.is_empty() && origin.bytes().all(is_plain) { origin } else { "'none'".to_owned() }
}

/// 128 bits that nobody guesses, another each time (Content Security Policy Level 3 §7.1).
fn nonce(site: &Site) -> String {
    let id: [u8; 16] = site.app.world.random_bytes();
    format!("{:032x}", u128::from_be_bytes(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_adds_nothing_to_a_policy_but_its_origin() {
        for (url, named) in [
            ("https://idp.example/sso?x=;a", "https://idp.example"),
            ("https://idp_1.example:8443/", "https://idp_1.example:8443"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("https://idp.example;frame-ancestors/", "'none'"),
            ("https://idp.example,x/", "'none'"),
            ("https://*/", "'none'"),
            ("https://idp'example/", "'none'"),
            ("/", "'none'"),
        ] {
            assert_eq!(origin(url), named, "{url}");
        }
    }
}
