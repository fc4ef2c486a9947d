//! What holds of every sign-in, whoever signs in and whatever the organization wants.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "support/installation.rs"]
mod installation;
#[path = "support/organization.rs"]
mod organization;
#[path = "support/saml.rs"]
mod saml;
#[path = "properties/scene.rs"]
mod scene;

#[path = "properties/anything.rs"]
mod anything;
#[path = "properties/sign_ins.rs"]
mod sign_ins;
