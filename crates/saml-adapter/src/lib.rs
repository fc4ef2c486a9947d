//! Decides whether a SAML response is to be believed, and reads and writes the other messages of a sign-in.

mod checks;
mod gate;
pub mod limits;
mod names;
mod signature;
mod verifier;
mod xml;
mod xmlsec;

pub use verifier::SamaelVerifier;
