//! A small SAML identity provider for Vestibule's demo, tests and benchmarks. Anybody can be anybody here, so it is never
//! part of the service, and it listens on loopback addresses alone.
//!
//! - [`mint`] makes responses and metadata, every field of them right or wrong, with any signature.
//! - [`serve`] runs an identity provider with a page on which one picks who to be; the binary `vestibule-demo-idp` is that
//!   with flags.
//!
//! ```no_run
//! use vestibule_demo_idp::{Config, Person, RelyingParty, mint::SigningKey, serve};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let config = Config {
//!     public_url: format!("http://{}", listener.local_addr()?),
//!     relying_parties: vec![RelyingParty {
//!         entity_id: "http://localhost:8080/sso/acme/metadata".to_owned(),
//!         acs_url: "http://localhost:8080/sso/acme/acs".to_owned(),
//!     }],
//!     key: SigningKey::demo(),
//!     people: Person::demo(),
//! };
//! serve(listener, config, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Invariants
//!
//! - It depends on no other crate of the workspace, so that each of them can test with it.
//! - It never listens on an address that is not loopback.
//! - It posts only to the assertion consumer services it was configured with, whatever a request asks for.
//! - What is minted without a fault verifies with xmlsec1 (`tests/xmlsec.rs`).

pub mod mint;

mod key_file;
mod person;
mod server;

pub use key_file::{KeyFileError, load_or_create_key};
pub use person::{PeopleError, Person};
pub use server::{Config, RelyingParty, ServeError, router, serve};
