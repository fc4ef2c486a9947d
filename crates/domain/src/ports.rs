//! What the domain needs from the world. Every method is one atomic step; nothing spans two calls.

mod administration;
mod administrator_sign_ons;
mod administrators;
mod arrivals;
mod audit;
mod credentials;
mod delivery;
mod importing;
mod keyed_requests;
mod keys;
mod logout;
mod mail;
mod password_links;
mod refreshing;
mod rejection;
mod saml;
mod setup_links;
mod store;
mod trials;
mod vault;
mod world;

pub use administration::{
    Administration, DayCount, Page, Paged, SignInFilter, SignInHistory, UserAdmin, UserFilter,
};
pub use administrator_sign_ons::AdministratorSignOns;
pub use administrators::{
    Administrators, PasswordError, Passwords, PortalSessions, SessionsToEnd, SignedInAdministrator,
};
pub use arrivals::Arrivals;
pub use audit::{Actor, ActorKind, AuditEvent, AuditFilter, AuditTrail, Origin};
pub use credentials::{ApiKey, Credentials, KeyRole};
pub use delivery::{Delivery, MessageField, MessageForm};
pub use importing::{
    AppliedImport, BegunImport, ImportSurroundings, Imports, ResultsFrom, ResultsWanted, RowsWanted,
    SettledPeople,
};
pub use keyed_requests::KeyedRequests;
pub use keys::{KeyError, Keysmith, NewKey, ServiceKeys, Signer};
pub use logout::{
    LogoutContent, LogoutMessage, LogoutMessages, LogoutOutcome, LogoutRejection, LogoutRequestMessage,
    LogoutResponseMessage, LogoutVerifier, ReceivedMessage,
};
pub use mail::{ClaimedLetter, Mail, MailError, MailPreview, Mailer, Outbox, Settlement, Undelivered};
pub use password_links::PasswordLinks;
pub use refreshing::{
    CertificateWarning, CertificateWarnings, MetadataRefreshes, SettledRefresh, TrackedRefresh,
};
pub use rejection::Rejection;
pub use saml::{
    Claim, EncodedResponse, Examination, Examined, Expectation, Lifetimes, MessageError, MetadataError,
    MetadataSource, RequestMessage, ResponseVerifier, SamlMessages, ServiceProvider,
};
pub use setup_links::{SettingUp, SetupLinks};
pub use store::{
    Directory, Housekeeping, LinkStore, NamedSessions, Sessions, SignInStore, SignedIn, Store, StoreError,
    UniqueKey,
};
pub use trials::Trials;
pub use vault::Vault;
pub use world::{Clock, Random};
