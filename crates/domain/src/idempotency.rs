//! Requests that are run once, however often they are sent: each has a key, which its sender made up
//! (draft-ietf-httpapi-idempotency-key-header).

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use crate::ids::{ApiKeyId, RequestClaimId};
use crate::ports::{KeyError, Vault};

/// For how long a request belongs to who claimed it. It is longer than any request may take.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// For how long the answer of a request is kept.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// The most bytes of an answer that is kept.
pub const MOST_ANSWER: usize = 256 * 1024;

/// The most requests of an API key that are remembered in one [shelf](KeyedRequest::shelf), of which there are 256. Hashes spread evenly,
/// so that whoever makes keys up by chance has 85,000 and more.
pub const MOST_ON_A_SHELF: u32 = 400;

/// SHA-256 of something that a request says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestHash(pub [u8; 32]);

impl RequestHash {
    /// The hash of some parts, each after its length: no two lists of parts are hashed as the same bytes.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

impl std::fmt::Debug for RequestHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestHash(…)")
    }
}

/// A request, by the key that its sender gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedRequest {
    /// The API key that it came with. Keys of requests are told apart by it.
    pub api_key: ApiKeyId,
    /// The hash of the request's key.
    pub key: RequestHash,
    /// The hash of the request itself.
    pub content: RequestHash,
}

impl KeyedRequest {
    /// A request of some parts, to which its sender gave this key.
    #[must_use]
    pub fn new(api_key: ApiKeyId, key: &str, content: &[&[u8]]) -> Self {
        Self { api_key, key: RequestHash::of(&[key.as_bytes()]), content: RequestHash::of(content) }
    }

    /// The first and the last hash on the shelf where the request's key is: those with the same first byte.
    #[must_use]
    pub fn shelf(&self) -> (RequestHash, RequestHash) {
        let (mut first, mut last) = ([0; 32], [255; 32]);
        first[0] = self.key.0[0];
        last[0] = self.key.0[0];
        (RequestHash(first), RequestHash(last))
    }

    /// What its answer is bound to: moved into another row, or beside another request, it does not open.
    fn place(&self) -> Vec<u8> {
        [b"vestibule answer\0", &self.api_key.0.as_bytes()[..], &self.key.0, &self.content.0].concat()
    }
}

/// A claim of a request: who has it runs the request, until it is settled or the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestClaim {
    /// Its own id: a later claim of the same request has another one.
    pub id: RequestClaimId,
    /// The request.
    pub request: KeyedRequest,
    /// When the lease ends.
    pub leased_until: DateTime<Utc>,
    /// Until when the request is remembered.
    pub kept_until: DateTime<Utc>,
}

impl RequestClaim {
    /// A claim that is made now.
    #[must_use]
    pub fn new(id: RequestClaimId, request: KeyedRequest, now: DateTime<Utc>) -> Self {
        Self { id, request, leased_until: now + LEASE, kept_until: now + KEPT_FOR }
    }
}

/// An answer, under the key of the installation: it may hold a secret that is told once.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedAnswer(pub Vec<u8>);

impl SealedAnswer {
    /// Seals the answer of a request. None where it is too large to be kept.
    ///
    /// # Errors
    /// The vault's.
    pub fn seal(answer: &[u8], request: &KeyedRequest, vault: &dyn Vault) -> Result<Option<Self>, KeyError> {
        if answer.len() > MOST_ANSWER {
            return Ok(None);
        }
        vault.seal(&request.place(), answer).map(|sealed| Some(Self(sealed)))
    }

    /// Opens the answer of a request.
    ///
    /// # Errors
    /// [`KeyError::Sealed`]: it was sealed under another key, or for another request.
    pub fn open(&self, request: &KeyedRequest, vault: &dyn Vault) -> Result<Vec<u8>, KeyError> {
        vault.open(&request.place(), &self.0)
    }
}

impl std::fmt::Debug for SealedAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedAnswer({} bytes)", self.0.len())
    }
}

/// What a store remembers of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRequest {
    /// The hash of the request itself.
    pub content: RequestHash,
    /// When the lease of who runs it ends.
    pub leased_until: DateTime<Utc>,
    /// Until when it is remembered.
    pub kept_until: DateTime<Utc>,
    /// What it was answered.
    pub answer: Option<SealedAnswer>,
}

impl KnownRequest {
    /// What comes of a claim of the same API key and request key now. None: it can be claimed, because this one is forgotten, or because who
    /// ran it has not settled it in time.
    #[must_use]
    pub fn answers(self, claim: &RequestClaim, now: DateTime<Utc>) -> Option<ClaimedRequest> {
        if self.kept_until <= now {
            return None;
        }
        if self.content != claim.request.content {
            return Some(ClaimedRequest::Another);
        }
        match self.answer {
            Some(answer) => Some(ClaimedRequest::Answered(answer)),
            None if self.leased_until > now => Some(ClaimedRequest::Running),
            None => None,
        }
    }
}

/// What comes of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimedRequest {
    /// The request is to be run.
    New,
    /// Somebody runs it.
    Running,
    /// It was answered.
    Answered(SealedAnswer),
    /// Its key was given to another request.
    Another,
    /// Too many requests of the API key are remembered.
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::PaperVault;

    fn request(key: &str, content: &[&[u8]]) -> KeyedRequest {
        KeyedRequest::new(uuid::Uuid::nil().into(), key, content)
    }

    #[test]
    fn what_is_cut_in_another_place_is_another_request() {
        let hashes = [[&b"ab"[..], b"c"], [b"a", b"bc"], [b"abc", b""]].map(|parts| RequestHash::of(&parts));
        assert_ne!(hashes[0], hashes[1]);
        assert_ne!(hashes[1], hashes[2]);
        assert_ne!(RequestHash::of(&[b"abc"]), hashes[2]);
    }

    #[test]
    fn a_key_is_on_the_shelf_of_its_first_byte() {
        let request = request("monday", &[b"POST"]);
        let (first, last) = request.shelf();
        assert!((first..=last).contains(&request.key));
        let mut next = first;
        next.0[0] = next.0[0].wrapping_add(1);
        assert!(!(first..=last).contains(&next));
    }

    #[test]
    fn an_answer_opens_beside_its_request_alone() {
        let vault = PaperVault::default();
        let asked = request("monday", &[b"POST"]);
        let sealed = SealedAnswer::seal(b"vk_1", &asked, &vault).unwrap().unwrap();
        assert_eq!(sealed.open(&asked, &vault), Ok(b"vk_1".to_vec()));
        for other in [
            request("tuesday", &[b"POST"]),
            request("monday", &[b"POST", b""]),
            KeyedRequest { api_key: uuid::Uuid::max().into(), ..asked },
        ] {
            assert_eq!(sealed.open(&other, &vault), Err(KeyError::Sealed));
        }
        assert_eq!(format!("{sealed:?}"), format!("SealedAnswer({} bytes)", sealed.0.len()));
    }

    #[test]
    fn an_answer_is_kept_up_to_a_size() {
        let (vault, asked) = (PaperVault::default(), request("monday", &[]));
        assert!(SealedAnswer::seal(&vec![0; MOST_ANSWER], &asked, &vault).unwrap().is_some());
        assert_eq!(SealedAnswer::seal(&vec![0; MOST_ANSWER + 1], &asked, &vault), Ok(None));
    }
}
