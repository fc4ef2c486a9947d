//! How much one address may try. Each address has a bucket of tokens for each kind of trying, which fills again with time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use crate::openapi::Described;
use crate::problem::Problem;

/// Whether what one address may try is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimits {
    /// It is.
    On,
    /// It is not: for tests.
    Off,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Trying {
    /// A sign-in is started. Each one is a row until it expires.
    Login,
    /// A response was refused. Those that are believed count for nothing: an office behind one address comes in at nine.
    RefusedResponse,
    /// An API key was wrong.
    WrongKey,
}

impl Trying {
    /// How many at once, and how long one more takes.
    fn allowance(self) -> (f64, Duration) {
        match self {
            Self::Login => (300.0, Duration::from_millis(200)),
            Self::RefusedResponse => (60.0, Duration::from_secs(1)),
            Self::WrongKey => (30.0, Duration::from_secs(2)),
        }
    }
}

/// The most buckets that are remembered. Beyond it the fullest go, which are those that matter least.
const MOST_BUCKETS: usize = 20_000;

/// The buckets of all addresses.
pub(super) struct Limits {
    switch: RateLimits,
    buckets: Mutex<HashMap<(IpAddr, Trying), Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    since: Instant,
}

impl Bucket {
    fn tokens_at(self, now: Instant, trying: Trying) -> f64 {
        let (most, each) = trying.allowance();
        let grown = now.saturating_duration_since(self.since).as_secs_f64() / each.as_secs_f64();
        (self.tokens + grown).min(most)
    }
}

impl Limits {
    pub(super) fn new(switch: RateLimits) -> Self {
        Self { switch, buckets: Mutex::default() }
    }

    /// Nothing, if the address may try; otherwise the answer that says when.
    pub(super) fn check(&self, client: Client, trying: Trying) -> Result<(), Problem> {
        self.check_at(client, trying, Instant::now())
    }

    /// Counts one try against the address.
    pub(super) fn count(&self, client: Client, trying: Trying) {
        self.count_at(client, trying, Instant::now());
    }

    fn check_at(&self, client: Client, trying: Trying, now: Instant) -> Result<(), Problem> {
        if self.switch == RateLimits::Off {
            return Ok(());
        }
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = buckets.get(&(client.0, trying)).map_or(1.0, |bucket| bucket.tokens_at(now, trying));
        if tokens >= 1.0 {
            return Ok(());
        }
        let wait = trying.allowance().1.mul_f64(1.0 - tokens).as_secs() + 1;
        Err(Problem::too_many_requests(u32::try_from(wait).unwrap_or(u32::MAX)))
    }

    fn count_at(&self, client: Client, trying: Trying, now: Instant) {
        if self.switch == RateLimits::Off {
            return;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (client.0, trying);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&key) {
            forget_half(&mut buckets, now);
        }
        let full = Bucket { tokens: trying.allowance().0, since: now };
        let bucket = buckets.entry(key).or_insert(full);
        *bucket = Bucket { tokens: (bucket.tokens_at(now, trying) - 1.0).max(0.0), since: now };
    }
}

fn forget_half(buckets: &mut HashMap<(IpAddr, Trying), Bucket>, now: Instant) {
    let share = |trying: Trying, bucket: &Bucket| bucket.tokens_at(now, trying) / trying.allowance().0;
    let mut shares: Vec<f64> = buckets.iter().map(|((_, trying), bucket)| share(*trying, bucket)).collect();
    shares.sort_by(f64::total_cmp);
    let median = shares.get(shares.len() / 2).copied().unwrap_or_default();
    buckets.retain(|(_, trying), bucket| share(*trying, bucket) < median);
}

/// The address that a request counts against: the peer's, or, where the peer is a proxy on this machine, the one that the
/// proxy says it has from its own peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client(IpAddr);

impl Client {
    /// The address, if the peer is known.
    pub(super) fn address(self) -> Option<IpAddr> {
        Some(self.0).filter(|address| !address.is_unspecified())
    }

    fn of(peer: Option<SocketAddr>, headers: &HeaderMap) -> Self {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let told = || {
            let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        };
        let address = if peer.is_loopback() { told().unwrap_or(peer) } else { peer };
        Self(match address.to_canonical() {
            // Whoever has one IPv6 address has the whole network of it.
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

// The address that a request comes from is not a part of it.
impl Described for Client {}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        Ok(Self::of(peer, &parts.headers))
    }
}

/// Around the API: whoever guesses keys is made to wait.
pub(super) async fn guard_keys(
    State(site): State<Site>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    if let Err(problem) = site.limits.check(client, Trying::WrongKey) {
        return problem.into_response();
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        site.limits.count(client, Trying::WrongKey);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u32) -> Client {
        Client(IpAddr::V4(number.into()))
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::new(RateLimits::On);
        let now = Instant::now();
        for _ in 0..60 {
            assert!(limits.check_at(client(1), Trying::RefusedResponse, now).is_ok());
            limits.count_at(client(1), Trying::RefusedResponse, now);
        }
        let refused = limits.check_at(client(1), Trying::RefusedResponse, now).unwrap_err();
        assert_eq!((refused.status().as_u16(), refused.code()), (429, "too_many_requests"));
        assert!(limits.check_at(client(2), Trying::RefusedResponse, now).is_ok());
        assert!(limits.check_at(client(1), Trying::Login, now).is_ok());
        let later = now + Duration::from_millis(1_100);
        assert!(limits.check_at(client(1), Trying::RefusedResponse, later).is_ok());
    }

    #[test]
    fn addresses_are_remembered_up_to_a_number_and_the_worst_longest() {
        let limits = Limits::new(RateLimits::On);
        let now = Instant::now();
        for _ in 0..60 {
            limits.count_at(client(0), Trying::RefusedResponse, now);
        }
        for number in 1..=30_000 {
            limits.count_at(client(number), Trying::RefusedResponse, now);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST_BUCKETS);
        assert!(limits.check_at(client(0), Trying::RefusedResponse, now).is_err());
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.1, 203.0.113.7".parse().unwrap());
        let of = |peer: &str| Client::of(Some(peer.parse().unwrap()), &headers).0.to_string();
        assert_eq!(of("127.0.0.1:9"), "203.0.113.7");
        assert_eq!(of("192.0.2.9:9"), "192.0.2.9");
        assert_eq!(of("[2001:db8:1:2:3:4:5:6]:9"), "2001:db8:1:2::");
        assert_eq!(of("[::ffff:192.0.2.9]:9"), "192.0.2.9");
    }

    #[test]
    fn off_is_off() {
        let limits = Limits::new(RateLimits::Off);
        for _ in 0..1_000 {
            limits.count(client(1), Trying::WrongKey);
        }
        assert!(limits.check(client(1), Trying::WrongKey).is_ok());
    }
}
