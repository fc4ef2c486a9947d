//! What people do with the product, on a store in memory, with a clock that stands still.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "support/installation.rs"]
mod installation;
#[path = "support/saml.rs"]
mod saml;

#[path = "usecases/administrators.rs"]
mod administrators;
#[path = "usecases/answer_once.rs"]
mod answer_once;
#[path = "usecases/api_keys.rs"]
mod api_keys;
#[path = "usecases/arrivals.rs"]
mod arrivals;
#[path = "usecases/begin_sign_in.rs"]
mod begin_sign_in;
#[path = "usecases/catalog.rs"]
mod catalog;
#[path = "usecases/connections.rs"]
mod connections;
#[path = "usecases/failing.rs"]
mod failing;
#[path = "usecases/forgetting.rs"]
mod forgetting;
#[path = "usecases/identity_provider.rs"]
mod identity_provider;
#[path = "usecases/import.rs"]
mod import;
#[path = "usecases/link_identity.rs"]
mod link_identity;
#[path = "usecases/meanwhile.rs"]
mod meanwhile;
#[path = "usecases/office.rs"]
mod office;
#[path = "usecases/organizations.rs"]
mod organizations;
#[path = "usecases/provenance.rs"]
mod provenance;
#[path = "usecases/refreshing.rs"]
mod refreshing;
#[path = "usecases/requests.rs"]
mod requests;
#[path = "usecases/service_keys.rs"]
mod service_keys;
#[path = "usecases/settings.rs"]
mod settings;
#[path = "usecases/sign_in.rs"]
mod sign_in;
#[path = "usecases/sign_on_addresses.rs"]
mod sign_on_addresses;
#[path = "usecases/sign_ons.rs"]
mod sign_ons;
#[path = "usecases/simulate.rs"]
mod simulate;
#[path = "usecases/trials.rs"]
mod trials;
#[path = "usecases/untrusted.rs"]
mod untrusted;
#[path = "usecases/users.rs"]
mod users;
#[path = "usecases/warnings.rs"]
mod warnings;
