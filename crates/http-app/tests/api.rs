//! The administration API, in process, on the in-memory store.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "api/api_keys.rs"]
mod api_keys;
#[path = "api/audit_events.rs"]
mod audit_events;
#[path = "api/branding.rs"]
mod branding;
#[path = "api/described.rs"]
mod described;
#[path = "shared/document.rs"]
mod document;
#[path = "api/explained.rs"]
mod explained;
#[path = "api/faults.rs"]
mod faults;
#[path = "api/imports.rs"]
mod imports;
#[path = "api/lists.rs"]
mod lists;
#[path = "shared/mails.rs"]
mod mails;
#[path = "api/metadata.rs"]
mod metadata;
#[path = "api/nul.rs"]
mod nul;
#[path = "api/once.rs"]
mod once;
#[path = "api/operators_day.rs"]
mod operators_day;
#[path = "api/preconditions.rs"]
mod preconditions;
#[path = "shared/rule_cases.rs"]
mod rule_cases;
#[path = "api/rules.rs"]
mod rules;
#[path = "api/service_keys.rs"]
mod service_keys;
#[path = "api/simulate.rs"]
mod simulate;
#[path = "api/support.rs"]
mod support;
#[path = "api/tenants.rs"]
mod tenants;
#[path = "api/users.rs"]
mod users;
