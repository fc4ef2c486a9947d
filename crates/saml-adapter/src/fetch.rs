//! Fetches metadata by URL, and nothing from inside the network that this service is in.

mod address;

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, Url};
use url::Host;
use vestibule_domain::ports::{MetadataError, MetadataSource};
use vestibule_domain::return_to::WebUrl;

use crate::limits::{FETCH_TIMEOUT, MAX_METADATA_BYTES, MAX_REDIRECTS};

/// Fetches metadata over HTTPS from public addresses alone: a URL that an administrator of one organization writes down
/// must not make this service ask its neighbours anything.
#[derive(Debug, Clone)]
pub struct HttpMetadataSource {
    client: Client,
    guard: Guard,
}

/// Where to a request may go.
#[derive(Debug, Clone, Copy)]
struct Guard {
    /// Whether plain HTTP will do.
    http: bool,
    /// Whether an address may be asked.
    may_ask: fn(IpAddr) -> bool,
}

/// A request was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Forbidden {
    #[error("the address is not https")]
    NotHttps,
    #[error("the address is not a public one")]
    NotPublic,
    #[error("the address has a user name or a password in it")]
    Credentials,
    #[error("there are too many redirects")]
    TooManyRedirects,
}

impl HttpMetadataSource {
    /// A source that asks public addresses over HTTPS.
    ///
    /// # Errors
    /// The system's certificates or its resolver cannot be read.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::guarded(Guard { http: false, may_ask: address::is_public }, FETCH_TIMEOUT)
    }

    /// A source that asks anybody, over plain HTTP too: for development on one machine.
    ///
    /// # Errors
    /// The system's certificates or its resolver cannot be read.
    pub fn for_development() -> Result<Self, reqwest::Error> {
        Self::guarded(Guard { http: true, may_ask: |_| true }, FETCH_TIMEOUT)
    }

    fn guarded(guard: Guard, timeout: Duration) -> Result<Self, reqwest::Error> {
        // Whoever installed one before has chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent("vestibule")
            // Of all of it: names, redirects, and the last byte of the body.
            .timeout(timeout)
            // A proxy would resolve names itself, past the guard.
            .no_proxy()
            // What is counted is what arrives, also where another member of a build asks for these features.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .referer(false)
            .dns_resolver(Arc::new(guard))
            .redirect(Policy::custom(move |attempt| guard.redirect(attempt)))
            .build()?;
        Ok(Self { client, guard })
    }
}

#[async_trait]
impl MetadataSource for HttpMetadataSource {
    async fn fetch(&self, url: &WebUrl) -> Result<String, MetadataError> {
        let url = Url::parse(url.as_str())
            .map_err(|_| MetadataError::new("invalid_url", "The metadata's address is not a URL."))?;
        self.guard.judge(&url).map_err(forbidden)?;
        let response = self.client.get(url).send().await.map_err(|error| failed(&error))?;
        if response.status() != reqwest::StatusCode::OK {
            let status = response.status().as_u16();
            return Err(MetadataError::new(
                "fetch_failed",
                format!("The metadata's address answered with status {status}."),
            ));
        }
        text(response).await
    }
}

/// The body, as far as the limit.
async fn text(mut response: Response) -> Result<String, MetadataError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > MAX_METADATA_BYTES {
            return Err(MetadataError::new("too_large", "What the address answers is larger than 1 MiB."));
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body)
        .map_err(|_| MetadataError::new("not_utf8", "What the address answers is not UTF-8."))
}

impl Guard {
    /// Judges a URL before it is asked; where its host is a name, the resolver judges what the name means.
    fn judge(self, url: &Url) -> Result<(), Forbidden> {
        if url.scheme() != "https" && !self.http {
            return Err(Forbidden::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Credentials);
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(Forbidden::NotPublic),
        };
        if literal.is_none_or(self.may_ask) { Ok(()) } else { Err(Forbidden::NotPublic) }
    }

    fn redirect(self, attempt: Attempt) -> reqwest::redirect::Action {
        // The first of `previous` is the address that was asked for.
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error(Forbidden::TooManyRedirects);
        }
        match self.judge(attempt.url()) {
            Ok(()) => attempt.follow(),
            Err(forbidden) => attempt.error(forbidden),
        }
    }
}

/// Resolves names to the addresses that may be asked. These are the ones that are connected to, so that a name can't
/// mean something else the second time.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let may_ask = self.may_ask;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| may_ask(address.ip())).collect();
            if public.is_empty() {
                return Err(Forbidden::NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn forbidden(forbidden: Forbidden) -> MetadataError {
    match forbidden {
        Forbidden::NotHttps => MetadataError::new("url_not_https", "Metadata is fetched over https alone."),
        Forbidden::NotPublic => MetadataError::new(
            "address_not_allowed",
            "The metadata's address leads into a private network, where this service does not ask.",
        ),
        Forbidden::Credentials => MetadataError::new(
            "address_not_allowed",
            "The metadata's address leads to one with a user name or a password in it.",
        ),
        Forbidden::TooManyRedirects => {
            MetadataError::new("too_many_redirects", "The metadata's address redirects too often.")
        }
    }
}

fn failed(error: &reqwest::Error) -> MetadataError {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(reason) = cause.downcast_ref::<Forbidden>() {
            return forbidden(*reason);
        }
        source = cause.source();
    }
    if error.is_timeout() {
        return MetadataError::new("fetch_timeout", "The metadata's address did not answer in time.");
    }
    MetadataError::new(
        "fetch_failed",
        "The metadata's address cannot be reached, or its certificate is not trusted.",
    )
}

#[cfg(test)]
mod tests;
