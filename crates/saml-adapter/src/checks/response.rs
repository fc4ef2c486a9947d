//! Of the Response, and of what an Assertion has in common with it.

use roxmltree::Node;
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Expectation, Rejection};

use super::{Clock, instant};
use crate::limits::{MAX_AGE, SKEW};
use crate::names::{SAML, SAMLP, STATUS_PREFIX};
use crate::xml::{elements, named, only, text, unqualified};

/// SAML 2.0 and nothing else (SAML core 2.0 §4.1).
pub(crate) fn version(message: Node) -> Result<(), Rejection> {
    if unqualified(message, "Version") == Some("2.0") { Ok(()) } else { Err(Rejection::Version) }
}

/// Success and nothing beneath it (SAML core 2.0 §3.2.2.2).
pub(crate) fn status(response: Node) -> Result<(), Rejection> {
    let unknown = || Rejection::Status("none".to_owned());
    let status = only(response, SAMLP, "Status").ok_or_else(unknown)?;
    let code = only(status, SAMLP, "StatusCode").ok_or_else(unknown)?;
    let beneath = elements(code).next();
    let value = unqualified(code, "Value").unwrap_or_default();
    if value == format!("{STATUS_PREFIX}Success") && beneath.is_none() {
        return Ok(());
    }
    let said = beneath.and_then(|code| unqualified(code, "Value")).unwrap_or(value);
    Err(Rejection::Status(status_word(said).to_owned()))
}

/// The last word of one of SAML's own status codes; whatever else an identity provider writes there may name somebody.
fn status_word(code: &str) -> &str {
    code.strip_prefix(STATUS_PREFIX)
        .filter(|word| word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .unwrap_or("another code")
}

/// Sent to our address (SAML core 2.0 §3.2.2), which a signed Response must say (SAML bindings 2.0 §3.5.5.2).
pub(super) fn destination(response: Node, signed: bool, expectation: &Expectation) -> Result<(), Rejection> {
    match unqualified(response, "Destination") {
        Some(destination) if destination == expectation.acs_url => Ok(()),
        None if !signed => Ok(()),
        _ => Err(Rejection::Destination),
    }
}

/// The Response's Issuer, which it may leave out, is the connection's identity provider (SAML profiles 2.0 §4.1.4.2).
pub(super) fn response_issuer(response: Node, trusted: &IdpMetadata) -> Result<(), Rejection> {
    if named(response, SAML, "Issuer").next().is_none() || issuer_is(response, trusted) {
        Ok(())
    } else {
        Err(Rejection::ResponseIssuer)
    }
}

/// The Assertion's Issuer is the connection's identity provider (SAML profiles 2.0 §4.1.4.2).
pub(crate) fn assertion_issuer(assertion: Node, trusted: &IdpMetadata) -> Result<(), Rejection> {
    if issuer_is(assertion, trusted) { Ok(()) } else { Err(Rejection::AssertionIssuer) }
}

/// Whether a message's one Issuer is the connection's identity provider.
pub(crate) fn issuer_is(message: Node, trusted: &IdpMetadata) -> bool {
    let issuer = only(message, SAML, "Issuer");
    issuer.and_then(|issuer| text(issuer)).as_deref() == Some(trusted.entity_id.as_str())
}

/// Issued neither in the future nor more than five minutes ago.
pub(crate) fn issue_instant(what: &'static str, message: Node, clock: Clock) -> Result<(), Rejection> {
    let issued = instant::required(message, "IssueInstant", "IssueInstant")?;
    clock.refuse(issued > clock.now + SKEW, Rejection::IssuedInFuture(what.into()))?;
    clock.refuse(issued < clock.now - SKEW - MAX_AGE, Rejection::IssuedTooLongAgo(what.into()))
}
