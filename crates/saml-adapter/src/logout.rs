//! Whether a message of single logout is believed (SAML core 2.0 §3.7, SAML bindings 2.0 §3.4 and §3.5): its gate, its signature, its
//! checks. Every message must be signed: in the query over the octets as they came, in a form as a response is.

mod query;

use chrono::{DateTime, Utc};
use roxmltree::Node;
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::name_id::NameIdentifier;
use vestibule_domain::ports::{
    LogoutContent, LogoutMessage, LogoutOutcome, LogoutRejection, LogoutVerifier, MessageField,
    ReceivedMessage, Rejection,
};
use vestibule_domain::text::EntityId;

use self::query::SignedQuery;
use crate::checks::{self, Clock, instant};
use crate::gate;
use crate::limits::{MAX_ELEMENTS, MAX_LOGOUT_BYTES, MAX_RELAY_STATE_BYTES, MAX_SESSION_INDEXES, SKEW};
use crate::names::{DS, SAML, SAMLP, STATUS_PREFIX};
use crate::signature;
use crate::verifier::SamaelVerifier;
use crate::xml::{self, elements, named, only, text, unqualified};

impl LogoutVerifier for SamaelVerifier {
    fn issuer(&self, received: &ReceivedMessage) -> Result<EntityId, LogoutRejection> {
        let unpacked = Unpacked::of(received)?;
        let document = gate::parse(&unpacked.xml)?;
        let issuer = only(document.root_element(), SAML, "Issuer").and_then(|issuer| text(issuer));
        issuer.and_then(|issuer| EntityId::parse(issuer).ok()).ok_or(LogoutRejection::Issuer)
    }

    fn verify(
        &self,
        received: &ReceivedMessage,
        trusted: &IdpMetadata,
        slo_url: &str,
        now: DateTime<Utc>,
    ) -> Result<LogoutMessage, LogoutRejection> {
        let unpacked = Unpacked::of(received)?;
        if unpacked.relay_state.as_ref().is_some_and(|state| state.len() > MAX_RELAY_STATE_BYTES) {
            return Err(LogoutRejection::RelayStateTooLong);
        }
        let covered = self.covered(&unpacked, trusted)?;
        let document = xml::parse(&covered, MAX_ELEMENTS).ok_or(Rejection::SignedSomethingElse)?;
        let root = document.root_element();

        named_as_sent(root, unpacked.field)?;
        children_are_its_own(root)?;
        checks::version(root)?;
        issuer(root, trusted)?;
        destination(root, slo_url)?;
        checks::issue_instant("message", root, Clock::enforced(now))?;
        let content = match unpacked.field {
            MessageField::Request => request(root, now)?,
            MessageField::Response => response(root),
        };
        Ok(LogoutMessage { content, relay_state: unpacked.relay_state })
    }
}

impl SamaelVerifier {
    /// What of a message its signature covers: all that may be read of it.
    fn covered(&self, unpacked: &Unpacked, trusted: &IdpMetadata) -> Result<String, LogoutRejection> {
        let document = gate::parse(&unpacked.xml)?;
        let Some(signed) = &unpacked.signed else {
            let signature = gate::message_signature(&document)?.ok_or(LogoutRejection::NotSigned)?;
            let signed =
                signature::verify_all(&unpacked.xml, &[&signature], &trusted.certificates, &self.keys)?;
            return Ok(signed.digested);
        };
        if document.descendants().any(|node| node.has_tag_name((DS, "Signature"))) {
            return Err(LogoutRejection::SignedInside);
        }
        let (octets, value) = (signed.octets.as_bytes(), &signed.value);
        signature::verify_octets(octets, signed.method, value, &trusted.certificates, &self.keys)?;
        Ok(unpacked.xml.clone())
    }
}

/// A message out of its binding. Nothing vouches for it.
struct Unpacked {
    field: MessageField,
    xml: String,
    relay_state: Option<String>,
    /// The query's signature, where the message came in one.
    signed: Option<SignedQuery>,
}

impl Unpacked {
    fn of(received: &ReceivedMessage) -> Result<Self, LogoutRejection> {
        match received {
            ReceivedMessage::Redirect(query) => query::unpacked(query),
            ReceivedMessage::Post { field, message, relay_state } => {
                if message.len() > 2 * MAX_LOGOUT_BYTES {
                    return Err(Rejection::TooLarge(2 * MAX_LOGOUT_BYTES).into());
                }
                let (xml, relay_state) = (gate::decode(message)?, relay_state.clone());
                Ok(Self { field: *field, xml, relay_state, signed: None })
            }
        }
    }
}

/// A request travels as `SAMLRequest`, a response as `SAMLResponse`.
fn named_as_sent(root: Node, field: MessageField) -> Result<(), LogoutRejection> {
    let name = match field {
        MessageField::Request => "LogoutRequest",
        MessageField::Response => "LogoutResponse",
    };
    if root.has_tag_name((SAMLP, name)) { Ok(()) } else { Err(LogoutRejection::NotALogoutMessage) }
}

/// The children that the schema gives the two messages. What names a person otherwise than by a NameID has a reason of its own.
fn children_are_its_own(root: Node) -> Result<(), LogoutRejection> {
    let is_own = |child: Node| {
        [(SAML, "Issuer"), (DS, "Signature"), (SAMLP, "Extensions"), (SAML, "NameID"), (SAML, "EncryptedID")]
            .into_iter()
            .chain([(SAML, "BaseID"), (SAMLP, "SessionIndex"), (SAMLP, "Status")])
            .any(|name| child.has_tag_name(name))
    };
    if elements(root).all(is_own) { Ok(()) } else { Err(Rejection::UnexpectedElement.into()) }
}

fn issuer(root: Node, trusted: &IdpMetadata) -> Result<(), LogoutRejection> {
    if checks::issuer_is(root, trusted) { Ok(()) } else { Err(LogoutRejection::Issuer) }
}

/// Every message is signed, and so has to say where it was sent (SAML bindings 2.0 §3.4.5.2, §3.5.5.2).
fn destination(root: Node, slo_url: &str) -> Result<(), LogoutRejection> {
    if unqualified(root, "Destination") == Some(slo_url) { Ok(()) } else { Err(LogoutRejection::Destination) }
}

fn request(root: Node, now: DateTime<Utc>) -> Result<LogoutContent, LogoutRejection> {
    let expiry = instant::optional(root, "NotOnOrAfter", "NotOnOrAfter of the request")?;
    if expiry.is_some_and(|expiry| expiry <= now - SKEW) {
        return Err(LogoutRejection::Expired);
    }
    Ok(LogoutContent::Request {
        id: unqualified(root, "ID").ok_or(Rejection::InvalidId)?.to_owned(),
        name_id: name_id(root)?,
        session_indexes: session_indexes(root)?,
        issued_at: instant::required(root, "IssueInstant", "IssueInstant")?,
    })
}

/// One NameID, as that of an assertion, and nothing else that names somebody.
fn name_id(root: Node) -> Result<NameIdentifier, LogoutRejection> {
    let otherwise = ["EncryptedID", "BaseID"].iter().any(|name| named(root, SAML, name).next().is_some());
    let name_id = only(root, SAML, "NameID").filter(|_| !otherwise).ok_or(LogoutRejection::NameId)?;
    let element = checks::name_id_element(name_id).map_err(|_| LogoutRejection::NameId)?;
    element.identifier().ok_or(LogoutRejection::NameId)
}

fn session_indexes(root: Node) -> Result<Vec<String>, LogoutRejection> {
    let indexes: Option<Vec<_>> =
        named(root, SAMLP, "SessionIndex").map(|index| Some(text(index)?.trim().to_owned())).collect();
    let indexes = indexes.ok_or(Rejection::UnexpectedElement)?;
    if indexes.len() > MAX_SESSION_INDEXES {
        return Err(LogoutRejection::TooManySessions(MAX_SESSION_INDEXES));
    }
    Ok(indexes)
}

fn response(root: Node) -> LogoutContent {
    let codes = only(root, SAMLP, "Status").and_then(|status| only(status, SAMLP, "StatusCode"));
    let is = |code: Node, word: &str| {
        unqualified(code, "Value").and_then(|value| value.strip_prefix(STATUS_PREFIX)) == Some(word)
    };
    let partly = |code: Node| named(code, SAMLP, "StatusCode").any(|beneath| is(beneath, "PartialLogout"));
    let outcome = match codes {
        Some(code) if partly(code) => LogoutOutcome::Partly,
        Some(code) if is(code, "Success") => LogoutOutcome::Ended,
        _ => LogoutOutcome::Failed,
    };
    LogoutContent::Response { in_response_to: unqualified(root, "InResponseTo").map(str::to_owned), outcome }
}
