//! Attribute names that are almost the mapped one: the usual reason why a field was not sent.

use crate::explanation::{NameDifference, Note};
use crate::profile::Profile;
use crate::text::AttributeName;

/// Names of one attribute: the friendly name of its schema (RFC 4519, RFC 4524, RFC 2798), its object identifier
/// as SAML writes it (SAML profiles 2.0 §8.2), and the claim URI that Microsoft's products send.
const TWINS: &[&[&str]] = &[
    &["givenName", "urn:oid:2.5.4.42", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"],
    &["sn", "surname", "urn:oid:2.5.4.4", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"],
    &[
        "mail",
        "email",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ],
    &[
        "l",
        "localityName",
        "urn:oid:2.5.4.7",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/locality",
    ],
    &["displayName", "urn:oid:2.16.840.1.113730.3.1.241"],
    &["employeeType", "urn:oid:2.16.840.1.113730.3.1.4"],
    &["title", "urn:oid:2.5.4.12"],
    &["role", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"],
    &["groups", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"],
];

/// The attribute that arrived in place of the mapped one, and how its name differs.
pub(super) fn find(mapped: &AttributeName, profile: &Profile) -> Option<Note> {
    let mapped = mapped.as_str();
    if let Some(name) = profile.friendly_names.get(mapped).filter(|name| *name != mapped) {
        return Some(note(name, NameDifference::FriendlyName));
    }
    profile
        .attributes
        .keys()
        .filter(|arrived| *arrived != mapped)
        .find_map(|arrived| difference(mapped, arrived).map(|difference| note(arrived, difference)))
}

fn note(arrived: &str, difference: NameDifference) -> Note {
    Note::AttributeNearMiss { arrived: arrived.chars().take(256).collect(), difference }
}

fn difference(mapped: &str, arrived: &str) -> Option<NameDifference> {
    let folded = |text: &str| text.trim().to_lowercase();
    if arrived.trim() == mapped {
        Some(NameDifference::Space)
    } else if folded(arrived) == folded(mapped) {
        Some(NameDifference::Case)
    } else if TWINS.iter().any(|twins| twins.contains(&mapped) && twins.contains(&arrived)) {
        Some(NameDifference::Twin)
    } else {
        None
    }
}
