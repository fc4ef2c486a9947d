//! Secrets that are handed out once and kept only as hashes.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ids::OrganizationId;
use crate::ports::Random;

/// 256 random bits, as a cookie, an API key or a link carries them: lower-case hexadecimal, perhaps after a prefix.
#[derive(Clone)]
pub struct Token(String);

/// SHA-256 of a [`Token`], the only form in which one is stored. A token has too many bits for its hash to be guessed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A new one.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self::with_prefix("", random)
    }

    /// A new one that begins with `prefix`, so that people and secret scanners know what it is.
    #[must_use]
    pub fn with_prefix(prefix: &str, random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(format!("{prefix}{}", hex(&bytes)))
    }

    /// A token that somebody presents.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// The secret itself, for the one who gets it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TokenHash {
    /// Whether both are the hash of one token, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// How many bytes of the HMAC stand in the ID of a LogoutRequest.
const LOGOUT_MAC: usize = 20;

/// The key of this installation, with which secrets at rest are derived or sealed.
#[derive(Clone)]
pub struct SecretKey {
    mac: Hmac<Sha256>,
}

impl SecretKey {
    /// Takes the bytes of the key file.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(bytes);
        Self { mac: Hmac::new(&block.into()) }
    }

    /// The token of a link verification: HMAC-SHA-256 (RFC 2104) of its id, so that neither the outbox nor any other
    /// table holds a link that could be opened.
    #[must_use]
    pub fn link_token(&self, link: crate::ids::LinkId) -> Token {
        let mut mac = self.mac.clone();
        mac.update(b"link-verification");
        mac.update(link.0.as_bytes());
        Token(hex(&mac.finalize().into_bytes()))
    }

    /// The token of a link by which an administrator sets their password: derived in the same way.
    #[must_use]
    pub fn password_link_token(&self, link: crate::ids::PasswordLinkId) -> Token {
        let mut mac = self.mac.clone();
        mac.update(b"password-link");
        mac.update(link.0.as_bytes());
        Token(hex(&mac.finalize().into_bytes()))
    }

    /// The token of a link to the single sign-on pages of an organization: derived in the same way.
    #[must_use]
    pub fn setup_token(&self, link: crate::ids::SetupLinkId) -> Token {
        let mut mac = self.mac.clone();
        mac.update(b"setup-link");
        mac.update(link.0.as_bytes());
        Token(hex(&mac.finalize().into_bytes()))
    }

    /// The token with which the first administrator is made until `expires_at`: that instant and its HMAC-SHA-256, so that nothing has to
    /// be stored, and every process on the database knows it.
    #[must_use]
    pub fn first_administrator_token(&self, expires_at: DateTime<Utc>) -> Token {
        let said = format!("{:016x}", expires_at.timestamp());
        let mac = hex(&self.first_administrator_mac(&said).finalize().into_bytes());
        Token(format!("{said}{mac}"))
    }

    /// Whether a token is one of [`SecretKey::first_administrator_token`], and has not expired.
    #[must_use]
    pub fn is_first_administrator_token(&self, token: &Token, now: DateTime<Utc>) -> bool {
        let Some((said, mac)) = token.0.split_at_checked(16) else { return false };
        let expected = self.first_administrator_mac(said).finalize().into_bytes();
        let genuine: bool = hex(&expected).as_bytes().ct_eq(mac.as_bytes()).into();
        genuine && i64::from_str_radix(said, 16).is_ok_and(|expiry| now.timestamp() < expiry)
    }

    fn first_administrator_mac(&self, said: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(b"first-administrator");
        mac.update(said.as_bytes());
        mac
    }

    /// The ID of a LogoutRequest to an organization's identity provider: by it alone an answer is recognised until `expires_at`, and
    /// nothing has to be stored. An expiry, 128 random bits, and 160 bits of their HMAC-SHA-256.
    #[must_use]
    pub fn logout_request_id(
        &self,
        organization: OrganizationId,
        expires_at: DateTime<Utc>,
        random: &dyn Random,
    ) -> String {
        let mut nonce = [0; 16];
        random.fill(&mut nonce);
        let said = format!("{:016x}{}", expires_at.timestamp(), hex(&nonce));
        let mac = self.logout_mac(organization, &said).finalize().into_bytes();
        format!("_{said}{}", hex(&mac[..LOGOUT_MAC]))
    }

    /// Whether an ID is one that [`SecretKey::logout_request_id`] made for the organization, and has not expired.
    #[must_use]
    pub fn is_logout_request_id(&self, id: &str, organization: OrganizationId, now: DateTime<Utc>) -> bool {
        let parts =
            id.strip_prefix('_').filter(|rest| rest.is_ascii()).and_then(|rest| rest.split_at_checked(48));
        let Some((said, mac)) = parts else { return false };
        let expected = self.logout_mac(organization, said).finalize().into_bytes();
        let genuine: bool = hex(&expected[..LOGOUT_MAC]).as_bytes().ct_eq(mac.as_bytes()).into();
        genuine && i64::from_str_radix(&said[..16], 16).is_ok_and(|expiry| now.timestamp() < expiry)
    }

    fn logout_mac(&self, organization: OrganizationId, said: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(b"logout-request");
        mac.update(organization.0.as_bytes());
        mac.update(said.as_bytes());
        mac
    }

    /// The key under which the private keys of the service are sealed: HMAC-SHA-256 of a text that no other secret here is
    /// derived from.
    #[must_use]
    pub fn sealing_key(&self) -> SealingKey {
        let mut mac = self.mac.clone();
        mac.update(b"service-key-sealing");
        SealingKey(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// The key under which a [`Vault`](crate::ports::Vault) seals what is kept of people: derived in the same way, from another text.
    #[must_use]
    pub fn vault_key(&self) -> SealingKey {
        let mut mac = self.mac.clone();
        mac.update(b"vault-sealing");
        SealingKey(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

/// 256 bits under which something is sealed. Wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// The bits themselves, for a cipher.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// SHA-256 of some bytes, in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
