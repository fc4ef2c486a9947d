//! What the end-to-end tests are made of: the built programs, other people's identity providers, a database of one's own,
//! a person's browser with and without a screen.
//!
//! The programs and servers are found by environment variables, which `scripts/with-test-services` and `scripts/test` set
//! (docs/reference/development.md). One that is missing fails the test that needs it, and says so.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    reason = "in a test a panic is an assertion, and standard error is what a failing one shows"
)]

mod acme;
mod browser;
mod caller;
mod crowd;
mod database;
mod demo_idp;
mod environment;
mod form;
mod inspection;
mod keyboard;
mod mailbox;
mod measure;
mod metadata_address;
mod program;
mod provider;
mod service;
mod visitor;

pub use acme::{DEMO, PYSAML2, Provider, SAML_IDP, minted_metadata, minted_metadata_of};
pub use browser::Browser;
pub use caller::{Answer, Caller};
pub use crowd::Crowd;
pub use database::Database;
pub use demo_idp::DemoIdp;
pub use environment::{project_root, variable};
pub use form::{Form, text_of};
pub use mailbox::{Mail, OutboxFolder, SmtpMailbox};
pub use measure::Measured;
pub use metadata_address::MetadataAddress;
pub use program::{Program, free_port, run};
pub use provider::ForeignIdp;
pub use service::{Service, Settings};
pub use visitor::{Page, Visitor};
