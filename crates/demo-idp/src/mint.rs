//! Mints SAML responses and metadata, right ones and wrong ones.
//!
//! Everything that a response says is a public field that holds text, so that a test can make any of it wrong.
//! [`ResponseBuilder::new`] starts with a response that a strict service provider accepts once it is signed:
//!
//! ```
//! use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey};
//!
//! let now = "2026-11-24T08:00:00Z".parse()?;
//! let key = SigningKey::demo();
//! let response = ResponseBuilder::new(
//!     now,
//!     "https://sp.example/sso/acme/acs",
//!     "https://sp.example/sso/acme/metadata",
//!     "https://idp.example/metadata",
//!     "ada@acme.example",
//! )
//! .attribute("FirstName", ["Ada"])
//! .in_response_to("_0123")
//! .with(|response| response.destination = None)
//! .sign_assertion(&key);
//! let posted_as_saml_response = response.encoded();
//! # assert!(posted_as_saml_response.starts_with("PHNhbWxwOlJlc3BvbnNl"));
//! # Ok::<(), chrono::ParseError>(())
//! ```
//!
//! What no field says can be put in as raw XML at a named [`Place`], edited in the text after signing (then use [`encode`]),
//! or signed by hand with [`sign`].

mod algorithms;
mod builder;
mod canonical;
mod encryption;
mod error;
mod key;
mod metadata;
mod response;
mod response_xml;
mod signature;
mod xml;

pub use algorithms::{
    content_encryption, digest, key_transport, mask, signature as signature_algorithm, transform,
};
pub use builder::{ResponseBuilder, encode};
pub use encryption::{EncryptionOptions, KeyPlace, encrypt};
pub use error::MintError;
pub use key::{Curve, SigningKey};
pub use metadata::{BINDING_POST, BINDING_REDIRECT, Endpoint, KeyDescriptor, Metadata, metadata};
pub use response::{
    Assertion, Attribute, AttributeValue, AuthnStatement, Conditions, NameIdentifier, Place, Prefixes,
    ProxyRestriction, Status, Subject, SubjectConfirmation, format, instant, method, random_id, status,
};
pub use signature::{KeyInfo, Placement, Reference, SignatureOptions, Target, Transform, sign};
