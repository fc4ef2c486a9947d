//! How much may be tried. Each address has a bucket of tokens for each kind of trying, and so have each API key, each
//! organization and each administrator; it fills again with time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use vestibule_domain::ids::{AdministratorId, ApiKeyId, OrganizationId, SetupLinkId};
use vestibule_domain::token::{Token, TokenHash};

use crate::openapi::Described;
use crate::problem::Problem;

/// Whether what may be tried is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimits {
    /// It is.
    On,
    /// It is not: for tests.
    Off,
}

/// What is tried, and whose bucket it is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trying {
    /// A sign-in is started. Each one is a row until it expires.
    Login(Client),
    /// A response was refused. Those that are believed count for nothing: an office behind one address comes in at nine.
    RefusedResponse(Client),
    /// An API key was wrong.
    WrongKey(Client),
    /// A password is to be looked at.
    Password(Client),
    /// A request with this API key.
    Call(ApiKeyId),
    /// A page of the portal, or a form of it, by this administrator.
    Visit(AdministratorId),
    /// A page of the portal, or a form of it, by whoever came by this setup link.
    SetUp(SetupLinkId),
    /// A letter that this administrator has sent to somebody.
    Letter(AdministratorId),
    /// A letter that this administrator has sent to this very address: who takes an invitation back and sends it anew fills no mailbox.
    LetterTo(AdministratorId, Recipient),
    /// A request, with whichever key, about something in this organization.
    CallIn(OrganizationId),
}

/// To whom a letter goes: the hash of an address as it was typed, but for the case of its letters and the space around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Recipient(TokenHash);

impl Recipient {
    /// Of what was typed.
    fn typed(address: &str) -> Self {
        Self(Token::presented(&address.trim().to_lowercase()).hash())
    }
}

impl Trying {
    /// How many at once, and how long one more takes.
    fn allowance(self) -> (f64, Duration) {
        match self {
            Self::Login(_) => (300.0, Duration::from_millis(200)),
            Self::RefusedResponse(_) => (60.0, Duration::from_secs(1)),
            Self::WrongKey(_) | Self::Password(_) => (30.0, Duration::from_secs(2)),
            Self::Visit(_) | Self::SetUp(_) => (300.0, Duration::from_millis(100)),
            Self::Letter(_) => (30.0, Duration::from_mins(2)),
            Self::LetterTo(..) => (5.0, Duration::from_hours(5)),
            Self::Call(_) => (500.0, Duration::from_millis(20)),
            Self::CallIn(_) => (1_000.0, Duration::from_millis(10)),
        }
    }
}

/// The most buckets that are remembered. Beyond it the fullest go, which are those that matter least.
const MOST_BUCKETS: usize = 20_000;

/// How many keys are looked up at once for addresses that guess, and how long such a request waits for its turn.
const GUESSES_AT_ONCE: usize = 4;
const GUESS_WAITS: Duration = Duration::from_secs(2);

/// All buckets.
pub(crate) struct Limits {
    switch: RateLimits,
    buckets: Mutex<HashMap<Trying, Bucket>>,
    guesses: Semaphore,
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
        Self { switch, buckets: Mutex::default(), guesses: Semaphore::new(GUESSES_AT_ONCE) }
    }

    /// Nothing, if it may be tried; otherwise the answer that says when.
    pub(super) fn check(&self, trying: Trying) -> Result<(), Problem> {
        self.check_at(trying, Instant::now())
    }

    /// Counts one try.
    pub(super) fn count(&self, trying: Trying) {
        self.count_at(trying, Instant::now());
    }

    /// Counts one try, if it may be tried; otherwise the answer that says when.
    pub(crate) fn take(&self, trying: Trying) -> Result<(), Problem> {
        self.take_at(trying, Instant::now())
    }

    /// Counts a letter of an administrator, if they may send another one, and one to that address.
    pub(crate) fn take_letter(&self, by: AdministratorId, to: &str) -> Result<(), Problem> {
        self.take(Trying::Letter(by))?;
        self.take(Trying::LetterTo(by, Recipient::typed(to)))
    }

    /// The turn of an address that guesses, if one comes soon.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(GUESS_WAITS, self.guesses.acquire()).await.ok()?.ok()
    }

    fn check_at(&self, trying: Trying, now: Instant) -> Result<(), Problem> {
        self.buckets().map_or(Ok(()), |buckets| allowed(&buckets, trying, now))
    }

    fn count_at(&self, trying: Trying, now: Instant) {
        if let Some(mut buckets) = self.buckets() {
            take_one(&mut buckets, trying, now);
        }
    }

    fn take_at(&self, trying: Trying, now: Instant) -> Result<(), Problem> {
        if let Some(mut buckets) = self.buckets() {
            allowed(&buckets, trying, now)?;
            take_one(&mut buckets, trying, now);
        }
        Ok(())
    }

    /// The buckets, unless nothing is limited.
    fn buckets(&self) -> Option<MutexGuard<'_, HashMap<Trying, Bucket>>> {
        let limited = self.switch == RateLimits::On;
        limited.then(|| self.buckets.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn allowed(buckets: &HashMap<Trying, Bucket>, trying: Trying, now: Instant) -> Result<(), Problem> {
    let tokens = buckets.get(&trying).map_or(1.0, |bucket| bucket.tokens_at(now, trying));
    if tokens >= 1.0 {
        return Ok(());
    }
    let wait = trying.allowance().1.mul_f64(1.0 - tokens).as_secs() + 1;
    Err(Problem::too_many_requests(u32::try_from(wait).unwrap_or(u32::MAX)))
}

fn take_one(buckets: &mut HashMap<Trying, Bucket>, trying: Trying, now: Instant) {
    if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&trying) {
        forget_half(buckets, now);
    }
    let full = Bucket { tokens: trying.allowance().0, since: now };
    let bucket = buckets.entry(trying).or_insert(full);
    *bucket = Bucket { tokens: (bucket.tokens_at(now, trying) - 1.0).max(0.0), since: now };
}

fn forget_half(buckets: &mut HashMap<Trying, Bucket>, now: Instant) {
    let share = |trying: Trying, bucket: &Bucket| bucket.tokens_at(now, trying) / trying.allowance().0;
    let mut shares: Vec<f64> = buckets.iter().map(|(trying, bucket)| share(*trying, bucket)).collect();
    shares.sort_by(f64::total_cmp);
    let median = shares.get(shares.len() / 2).copied().unwrap_or_default();
    buckets.retain(|trying, bucket| share(*trying, bucket) < median);
}

/// The address that a request counts against: the peer's, or, where the peer is a proxy on this machine, the one that the
/// proxy says it has from its own peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn client(number: u32) -> Client {
        Client(IpAddr::V4(number.into()))
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::new(RateLimits::On);
        let now = Instant::now();
        for _ in 0..60 {
            assert!(limits.check_at(Trying::RefusedResponse(client(1)), now).is_ok());
            limits.count_at(Trying::RefusedResponse(client(1)), now);
        }
        let refused = limits.check_at(Trying::RefusedResponse(client(1)), now).unwrap_err();
        assert_eq!((refused.status().as_u16(), refused.code()), (429, "too_many_requests"));
        assert!(limits.check_at(Trying::RefusedResponse(client(2)), now).is_ok());
        assert!(limits.check_at(Trying::Login(client(1)), now).is_ok());
        let later = now + Duration::from_millis(1_100);
        assert!(limits.check_at(Trying::RefusedResponse(client(1)), later).is_ok());
    }

    #[test]
    fn addresses_are_remembered_up_to_a_number_and_the_worst_longest() {
        let limits = Limits::new(RateLimits::On);
        let now = Instant::now();
        for _ in 0..60 {
            limits.count_at(Trying::RefusedResponse(client(0)), now);
        }
        for number in 1..=30_000 {
            limits.count_at(Trying::RefusedResponse(client(number)), now);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST_BUCKETS);
        assert!(limits.check_at(Trying::RefusedResponse(client(0)), now).is_err());
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
    fn a_try_is_taken_only_where_there_is_one() {
        let limits = Limits::new(RateLimits::On);
        let now = Instant::now();
        let calls = Trying::Call(ApiKeyId::from(Uuid::from_u128(1)));
        let taken = (0..600).filter(|_| limits.take_at(calls, now).is_ok()).count();
        assert_eq!(taken, 500);
        // What was refused counts for nothing: half a second later there are as many as in half a second grow.
        let later = now + Duration::from_millis(500);
        let taken = (0..600).filter(|_| limits.take_at(calls, later).is_ok()).count();
        assert_eq!(taken, 25);
        assert!(limits.take_at(Trying::Call(ApiKeyId::from(Uuid::from_u128(2))), later).is_ok());
    }

    #[test]
    fn off_is_off() {
        let limits = Limits::new(RateLimits::Off);
        for _ in 0..1_000 {
            limits.count(Trying::WrongKey(client(1)));
        }
        assert!(limits.check(Trying::WrongKey(client(1))).is_ok());
    }
}
