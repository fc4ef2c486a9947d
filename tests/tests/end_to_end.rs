//! The built programs, as people and operators use them.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "end_to_end/administrators.rs"]
mod administrators;
#[path = "end_to_end/administrators_sign_on.rs"]
mod administrators_sign_on;
#[path = "end_to_end/browser.rs"]
mod browser;
#[path = "end_to_end/command_line.rs"]
mod command_line;
#[path = "end_to_end/demo.rs"]
mod demo;
#[path = "end_to_end/encryption.rs"]
mod encryption;
#[path = "end_to_end/every_page.rs"]
mod every_page;
#[path = "end_to_end/explained.rs"]
mod explained;
#[path = "end_to_end/foreign_identity_providers.rs"]
mod foreign_identity_providers;
#[path = "end_to_end/imports.rs"]
mod imports;
#[path = "end_to_end/keyboard.rs"]
mod keyboard;
#[path = "end_to_end/limits.rs"]
mod limits;
#[path = "end_to_end/mails.rs"]
mod mails;
#[path = "end_to_end/metadata.rs"]
mod metadata;
#[path = "end_to_end/odd_names.rs"]
mod odd_names;
#[path = "end_to_end/operators_first_day.rs"]
mod operators_first_day;
#[path = "end_to_end/people.rs"]
mod people;
#[path = "end_to_end/portal.rs"]
mod portal;
#[path = "end_to_end/proxy.rs"]
mod proxy;
#[path = "end_to_end/replicas.rs"]
mod replicas;
#[path = "end_to_end/restarts.rs"]
mod restarts;
#[path = "end_to_end/signed_requests.rs"]
mod signed_requests;
#[path = "end_to_end/single_logout.rs"]
mod single_logout;
