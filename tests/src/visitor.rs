//! A person with a browser that keeps cookies, follows redirects one at a time and runs no script.

use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response};
use url::Url;

use crate::form::Form;

/// A visitor with cookies of their own.
#[derive(Clone)]
pub struct Visitor {
    client: Client,
}

/// What a visitor sees.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where they are.
    pub url: Url,
    /// The status of the answer.
    pub status: u16,
    /// Where the answer sends them.
    pub location: Option<String>,
    /// What the answer holds.
    pub body: String,
}

impl Default for Visitor {
    fn default() -> Self {
        Self::with(|client| client)
    }
}

impl Visitor {
    /// A visitor to whom a host is on this machine, and who trusts its certificate (PEM).
    #[must_use]
    pub fn of_host(host: &str, port: u16, certificate: &[u8]) -> Self {
        let certificate = Certificate::from_pem(certificate).unwrap();
        Self::with(|client| client.resolve(host, ([127, 0, 0, 1], port).into()).tls_certs_only([certificate]))
    }

    fn with(options: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        // Plain http needs no cryptography, but the client does not start without.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy();
        Self { client: options(client).build().unwrap() }
    }

    /// Opens an address, without following where it leads.
    pub async fn open(&self, url: &str) -> Page {
        page(self.client.get(url)).await
    }

    /// Opens an address with a header of the visitor's own.
    pub async fn open_with(&self, url: &str, name: &str, value: &str) -> Page {
        page(self.client.get(url).header(name, value)).await
    }

    /// Opens an address, and follows redirects to the end.
    pub async fn follow(&self, url: &str) -> Page {
        let mut page = self.open(url).await;
        for _ in 0..10 {
            match &page.location {
                Some(location) => page = self.open(page.url.join(location).unwrap().as_str()).await,
                None => return page,
            }
        }
        panic!("too many redirects, the last to {}", page.url);
    }

    /// Sends a form of a page, as the browser does that shows it.
    pub async fn submit(&self, page: &Page, form: &Form) -> Page {
        let target = page.url.join(&form.action).unwrap();
        let origin = page.url.origin().ascii_serialization();
        let site = if target.origin() == page.url.origin() { "same-origin" } else { "cross-site" };
        let request = self.client.post(target).header("Origin", origin).header("Sec-Fetch-Site", site);
        self::page(request.form(&form.fields)).await
    }

    /// Posts a response that the test has made itself.
    pub async fn post_response(&self, acs: &str, response: &str, relay_state: Option<&str>) -> Page {
        let mut fields = vec![("SAMLResponse", response)];
        fields.extend(relay_state.map(|state| ("RelayState", state)));
        self.post_form(acs, &fields).await
    }

    /// Posts a form that no page has.
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Page {
        page(self.client.post(url).form(fields)).await
    }
}

impl Page {
    /// Where the answer leads, which must be somewhere else.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it is an assertion, too")]
    pub fn must_redirect(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.location.as_deref().unwrap_or_else(|| panic!("a redirect to nowhere"))
    }

    /// The same, which must be a page that refuses with this code. Answers the reference.
    #[track_caller]
    #[must_use]
    pub fn refusal(&self, code: &str) -> String {
        let value = |name: &str| {
            let rest = self.body.split(&format!("{name}=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        assert_eq!(value("data-error-code").as_deref(), Some(code), "{} {}", self.status, self.body);
        value("data-reference").unwrap_or_default()
    }
}

async fn page(request: RequestBuilder) -> Page {
    let response: Response = request.send().await.unwrap_or_else(|error| panic!("{error:?}"));
    Page {
        url: response.url().clone(),
        status: response.status().as_u16(),
        location: response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned()),
        body: response.text().await.unwrap(),
    }
}
