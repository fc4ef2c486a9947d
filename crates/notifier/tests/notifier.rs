//! Mails, against a real mail server and against servers that misbehave.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "notifier/support.rs"]
mod support;

#[path = "notifier/file.rs"]
mod file;
#[path = "notifier/mails.rs"]
mod mails;
#[path = "notifier/misbehaving.rs"]
mod misbehaving;
#[path = "notifier/smtp.rs"]
mod smtp;
#[path = "notifier/templates.rs"]
mod templates;
#[path = "notifier/worker.rs"]
mod worker;
