//! Decides whether a SAML response is to be believed, and reads and writes the other messages of a sign-in.
//!
//! - [`SamaelVerifier`] believes a response or says why not: a gate before any cryptography, the signature by samael and
//!   xmlsec, then checks of our own on the bytes that the signature covers. `docs/explanation/saml-trust.md` lists them in the
//!   order of the code.
//! - [`XmlMessages`] writes requests and this service's metadata, and reads an identity provider's.
//! - [`Keyring`] makes the service's own keys, seals them for the store, and signs with them.
//! - [`SealedVault`] seals what is kept of people, under another key than the private keys are sealed with.
//! - [`HttpMetadataSource`] fetches metadata by URL.
//!
//! ```no_run
//! use vestibule_domain::connection::IdpMetadata;
//! use vestibule_domain::ports::{EncodedResponse, Expectation, ResponseVerifier};
//! use vestibule_saml_adapter::SamaelVerifier;
//!
//! # fn run(posted: String, trusted: IdpMetadata, expectation: Expectation, now: chrono::DateTime<chrono::Utc>) {
//! let verifier = SamaelVerifier::new();
//! match verifier.verify(&EncodedResponse(posted), &trusted, &[], &expectation, now) {
//!     Ok(assertion) => println!("{}", assertion.profile.name_id),
//!     Err(rejection) => println!("not believed ({}): {rejection}", rejection.code()),
//! }
//! # }
//! ```
//!
//! Encrypted assertions are decrypted with the service's own keys, where the verifier has a [`Keyring`] that opens them.
//!
//! # Invariants
//!
//! - Nothing is believed without a certificate of the connection, whatever the response brings along.
//! - Nothing reaches libxml2 or xmlsec that has not passed the gate, and the gate's time is linear in what it reads.
//! - Identity is read from the digested bytes alone, by one parser, and by expanded names.
//! - Verifying opens no file and no connection, reads no clock and does not panic.
//! - Every refusal is one variant of [`Rejection`](vestibule_domain::ports::Rejection), and its text names no person.
//! - What a signature covers is read twice, by our parser and by libxml2, and both read the same bytes.
//! - Unsafe code is in `xmlsec.rs` alone, and runs once; for tests, in `testing.rs` too.

mod canonical;
mod checks;
mod decryption;
mod fetch;
mod gate;
mod keyring;
pub mod limits;
mod logout;
mod messages;
mod metadata;
mod names;
mod sealing;
mod signature;
#[cfg(feature = "testing")]
pub mod testing;
mod verifier;
mod xml;
mod xmlsec;

pub use fetch::HttpMetadataSource;
pub use keyring::Keyring;
pub use messages::XmlMessages;
pub use sealing::SealedVault;
pub use verifier::SamaelVerifier;
