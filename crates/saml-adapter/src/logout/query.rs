//! A message in the query of a URL, by the DEFLATE encoding (SAML bindings 2.0 §3.4.4.1).

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use percent_encoding::percent_decode_str;
use vestibule_domain::ports::{LogoutRejection, MessageField, Rejection};

use super::Unpacked;
use crate::gate::{self, Hash, KeyKind, signature_method};
use crate::limits::MAX_LOGOUT_BYTES;

/// The signature of a query.
pub(super) struct SignedQuery {
    /// What it is over: the parameters that count, in their order, as they were encoded by whoever sent them.
    pub(super) octets: String,
    /// By what kind of key, over which hash.
    pub(super) method: (KeyKind, Hash),
    /// Its value.
    pub(super) value: Vec<u8>,
}

/// The only encoding that there is, by its name.
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// Takes the message out of a query. Each parameter counts once; others than SAML's own do not.
pub(super) fn unpacked(query: &str) -> Result<Unpacked, LogoutRejection> {
    let one = |name: &str| {
        let mut values = query.split('&').filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        });
        let first = values.next();
        if values.next().is_some() { Err(LogoutRejection::Parameters) } else { Ok(first) }
    };
    let (field, raw) = match (one("SAMLRequest")?, one("SAMLResponse")?) {
        (Some(raw), None) => (MessageField::Request, raw),
        (None, Some(raw)) => (MessageField::Response, raw),
        _ => return Err(LogoutRejection::Parameters),
    };
    if one("SAMLEncoding")?.is_some_and(|encoding| decoded(encoding).as_deref() != Some(DEFLATE)) {
        return Err(LogoutRejection::NotDeflated(MAX_LOGOUT_BYTES));
    }
    let (relay_state, algorithm, signature) = (one("RelayState")?, one("SigAlg")?, one("Signature")?);
    let (Some(algorithm), Some(signature)) = (algorithm, signature) else {
        return Err(LogoutRejection::NotSigned);
    };
    let beside = relay_state.map_or_else(String::new, |state| format!("&RelayState={state}"));
    let octets = format!("{}={raw}{beside}&SigAlg={algorithm}", field.name());
    let method = decoded(algorithm).and_then(|name| signature_method(&name));
    let value = decoded(signature).and_then(|value| base64(&value)).ok_or(Rejection::SignatureNotBase64)?;
    let signed = SignedQuery { octets, method: method.ok_or(LogoutRejection::SignatureMethod)?, value };
    let xml = inflated(raw).ok_or(LogoutRejection::NotDeflated(MAX_LOGOUT_BYTES))?;
    let relay_state = match relay_state.map(decoded) {
        Some(None) => return Err(LogoutRejection::Parameters),
        Some(state) => state,
        None => None,
    };
    Ok(Unpacked { field, xml: gate::normalize(&xml)?, relay_state, signed: Some(signed) })
}

/// A value as a form has it: `+` is a space, and what is percent-encoded is UTF-8.
fn decoded(value: &str) -> Option<String> {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Base64, in lines or not; a `+` that nobody encoded has become a space.
fn base64(text: &str) -> Option<Vec<u8>> {
    let one_line: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(one_line.replace(' ', "+")).ok()
}

/// No more is inflated than a message may have: a small query can hold gigabytes.
fn inflated(raw: &str) -> Option<String> {
    let deflated = base64(&decoded(raw)?)?;
    let mut xml = String::new();
    let limit = u64::try_from(MAX_LOGOUT_BYTES).unwrap_or(u64::MAX) + 1;
    DeflateDecoder::new(&deflated[..]).take(limit).read_to_string(&mut xml).ok()?;
    (xml.len() <= MAX_LOGOUT_BYTES).then_some(xml)
}
