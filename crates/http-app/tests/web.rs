//! The sign-in paths and their pages, in process: on the in-memory store, with the real SAML adapter and responses that the
//! demo identity provider mints.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "web/accounts.rs"]
mod accounts;
#[path = "web/administrators.rs"]
mod administrators;
#[path = "web/attacks.rs"]
mod attacks;
#[path = "web/bad_input.rs"]
mod bad_input;
#[path = "web/branding.rs"]
mod branding;
#[path = "web/catalog.rs"]
mod catalog;
#[path = "shared/document.rs"]
mod document;
#[path = "web/every_form.rs"]
mod every_form;
#[path = "web/every_page.rs"]
mod every_page;
#[path = "web/every_route.rs"]
mod every_route;
#[path = "web/faults.rs"]
mod faults;
#[path = "web/frame.rs"]
mod frame;
#[path = "web/imports.rs"]
mod imports;
#[path = "web/installation.rs"]
mod installation;
#[path = "web/languages.rs"]
mod languages;
#[path = "web/limits.rs"]
mod limits;
#[path = "web/link.rs"]
mod link;
#[path = "web/login.rs"]
mod login;
#[path = "web/mail_previews.rs"]
mod mail_previews;
#[path = "shared/mails.rs"]
mod mails;
#[path = "web/overview.rs"]
mod overview;
#[path = "web/pages.rs"]
mod pages;
#[path = "web/parity.rs"]
mod parity;
#[path = "web/portal.rs"]
mod portal;
#[path = "shared/rule_cases.rs"]
mod rule_cases;
#[path = "web/session.rs"]
mod session;
#[path = "web/settings.rs"]
mod settings;
#[path = "web/setup.rs"]
mod setup;
#[path = "web/sign_in.rs"]
mod sign_in;
#[path = "web/sign_ons.rs"]
mod sign_ons;
#[path = "web/slo.rs"]
mod slo;
#[path = "web/style.rs"]
mod style;
#[path = "web/support.rs"]
mod support;
#[path = "web/users.rs"]
mod users;
