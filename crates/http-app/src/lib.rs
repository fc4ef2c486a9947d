//! Vestibule, the service: its administration API, its sign-in paths and pages, and its command line. The binary
//! `vestibule` is this library with the adapters of `compose`; tests start it over ports of their own.
//!
//! - [`web::router`] makes of a [`web::Site`] everything that the service answers; [`service::serve`] runs it on a listener.
//! - [`config`] reads flags and environment variables, and names all faults at once.
//! - [`problem`] is how errors are told to programs.
//! - [`openapi`] describes all that programs may call, from the code that answers them.
//!
//! # Invariants
//!
//! - No rule is decided here: handlers read a request, run a use-case of the domain, and write its answer.
//! - Only `compose` names adapters; only `main` and `compose` know `anyhow`.
//! - Pages escape all that they show and load nothing from another host. Those of the Admin Portal run its own script, the others none.
//! - A redirect leads to a path here, to what the organization lists, or to the identity provider; never to what a
//!   request alone says.
//! - Forms of other sites are refused everywhere but at the assertion consumer service.
//! - Every answer has `X-Request-Id` and the headers of `web::frame`; none has a stack trace or an error of an adapter.
//! - No address, NameID, assertion, cookie or key is in a log line, nor in a fault of the configuration.

mod api;
pub mod check;
pub mod cli;
pub mod compose;
pub mod config;
pub mod logs;
pub mod openapi;
pub mod passwords;
mod portal;
pub mod problem;
pub mod service;
pub mod state;
pub mod system;
pub mod web;
