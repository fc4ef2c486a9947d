//! The rules of just-in-time user provisioning over SAML single sign-on, the use-cases around them, and the ports
//! through which these reach the world.
//!
//! A sign-in is three steps: a [`Snapshot`](sign_in::Snapshot) is read, [`decide::decide`] makes a
//! [`Decision`](decide::Decision) of it, and one [`Recording`](sign_in::Recording) is written. The stages are types:
//! `EncodedResponse → VerifiedAssertion → Profile → Asserted → Decision → Recording`.
//!
//! # Invariants
//!
//! - Nothing here does I/O, reads a clock or needs an async runtime: time, chance, stores, mail and SAML are
//!   [`ports`].
//! - Rules take values and return values. A refusal is a value.
//! - `Simulate` and `SignIn` call the same `decide`.
//! - No sign-in removes an assignment, and a user has at most one role of each type: assignments are a map that is
//!   only ever inserted into.
//! - `Debug` of what names a person or is a secret shows neither.

pub mod administrator;
pub mod arrival;
pub mod asserted;
pub mod branding;
pub mod catalog;
pub mod connection;
pub mod decide;
pub mod email;
pub mod erasure;
pub mod explanation;
pub mod field;
pub mod idempotency;
pub mod ids;
pub mod import;
pub mod letter;
pub mod messages;
pub mod name_id;
pub mod organization;
pub mod ports;
pub mod problem;
pub mod profile;
pub mod provenance;
pub mod refresh;
pub mod refusal;
pub mod return_to;
pub mod rule;
pub mod service_key;
pub mod settings;
pub mod setup_link;
pub mod sign_in;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod token;
pub mod trial;
pub mod usecase;
pub mod user;
pub mod words;

/// Compiles what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
