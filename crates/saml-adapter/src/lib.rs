//! Decides whether a SAML response is to be believed, and reads and writes the other messages of a sign-in.

mod checks;
mod fetch;
mod gate;
pub mod limits;
mod messages;
mod metadata;
mod names;
mod signature;
mod verifier;
mod xml;
mod xmlsec;

pub use fetch::HttpMetadataSource;
pub use messages::XmlMessages;
pub use verifier::SamaelVerifier;
