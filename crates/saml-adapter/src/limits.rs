//! What a message may be at most. Every limit is here.

use chrono::TimeDelta;

/// Bytes of a `SAMLResponse` field, as it is posted: base64 with its line breaks.
pub const MAX_ENCODED_BYTES: usize = 256 * 1024;
/// Bytes of a message of single logout, as XML.
pub const MAX_LOGOUT_BYTES: usize = 64 * 1024;
/// Sessions that a LogoutRequest names.
pub const MAX_SESSION_INDEXES: usize = 100;
/// Bytes of a RelayState (SAML bindings 2.0 §3.4.3).
pub const MAX_RELAY_STATE_BYTES: usize = 80;
/// Bytes of metadata.
pub const MAX_METADATA_BYTES: usize = 1024 * 1024;
/// Elements inside each other, the root being the first.
pub const MAX_DEPTH: usize = 64;
/// Elements of a response.
pub const MAX_ELEMENTS: usize = 5_000;
/// Elements of metadata.
pub const MAX_METADATA_ELEMENTS: usize = 20_000;
/// Attributes of one element, namespace declarations among them.
pub const MAX_ATTRIBUTES: usize = 64;
/// Namespace declarations on an element and all around it.
pub const MAX_NAMESPACES: usize = 64;
/// Bytes of a namespace's name. Attributes of an element are compared with each other by it, every pair of them.
pub const MAX_NAMESPACE_BYTES: usize = 256;
/// How deep elements are on the average, were there as many as there may be: canonicalization looks for each prefix of a
/// PrefixList through all that is around each element.
pub const MEAN_DEPTH: usize = 20;
/// The same of the square of the number of attributes: each is compared with each, and sorted among them.
pub const MEAN_ATTRIBUTE_PAIRS: usize = 25;
/// The same of the namespace declarations in force, which canonicalization looks through, too.
pub const MEAN_NAMESPACES: usize = 20;
/// Prefixes in the PrefixList of one canonicalization.
pub const MAX_PREFIXES: usize = 16;
/// Bytes of a PrefixList, white space among them, which xmlsec walks through anew at each element.
pub const MAX_PREFIX_LIST_BYTES: usize = 256;
/// Prefixes of a PrefixList times elements that they are looked for at.
pub const MAX_PREFIX_LOOKUPS: usize = 20_000;
/// Signing certificates of one identity provider, each of which may have to be tried.
pub const MAX_CERTIFICATES: usize = 8;
/// The smallest RSA key that is believed.
pub const MIN_RSA_BITS: u32 = 2_048;

/// How far the clocks of an identity provider and of this service may be apart, either way.
pub const SKEW: TimeDelta = TimeDelta::seconds(180);
/// How long ago a response may have been issued, beside the skew.
pub const MAX_AGE: TimeDelta = TimeDelta::seconds(300);

/// How long fetching metadata may take, redirects and all.
pub const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);
/// How many redirects are followed to metadata.
pub const MAX_REDIRECTS: usize = 3;
