//! The keys that an identity provider signs with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;
use openssl::pkey::Id;
use openssl::x509::{X509, X509NameRef};
use roxmltree::Node;
use vestibule_domain::connection::Certificate;
use vestibule_domain::ports::MetadataError;
use vestibule_domain::text::is_forbidden;

use super::mistake;
use crate::limits::{MAX_CERTIFICATES, MAX_METADATA_BYTES, MIN_RSA_BITS};
use crate::names::{DS, MD};
use crate::signature::{fingerprint, key_kind_of};
use crate::xml::{named, text, unqualified};

/// The certificates of all keys that are for signing or for anything (SAML metadata 2.0 §2.4.1.1). One that can't be
/// used is passed over when another can.
pub(super) fn of(role: Node) -> Result<Vec<Certificate>, MetadataError> {
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut unusable = None;
    let keys = named(role, MD, "KeyDescriptor")
        .filter(|key| matches!(unqualified(*key, "use"), None | Some("signing")));
    for data in keys.flat_map(|key| key.descendants()).filter(|node| node.has_tag_name((DS, "X509Data"))) {
        match of_one_key(data) {
            Ok(found) => {
                for certificate in found {
                    if !certificates.iter().any(|known| known.der == certificate.der) {
                        certificates.push(certificate);
                    }
                }
            }
            Err(error) => unusable = unusable.or(Some(error)),
        }
    }
    if certificates.len() > MAX_CERTIFICATES {
        return Err(MetadataError::new(
            "too_many_certificates",
            format!("The identity provider has more than {MAX_CERTIFICATES} signing certificates."),
        ));
    }
    if certificates.is_empty() {
        return Err(unusable.unwrap_or_else(|| {
            MetadataError::new(
                "no_signing_key",
                "The identity provider has no certificate for signing in its metadata, so that nothing it says could be believed.",
            )
        }));
    }
    Ok(certificates)
}

/// The certificates of one `X509Data` without those that only certify others there: the key of an authority signs no response.
fn of_one_key(data: Node) -> Result<Vec<Certificate>, MetadataError> {
    let chain = named(data, DS, "X509Certificate").map(|node| read(node)).collect::<Result<Vec<_>, _>>()?;
    let certifies_another = |authority: &X509| {
        let key = authority.public_key().ok();
        key.is_some_and(|key| {
            chain.iter().any(|other| other != authority && other.verify(&key).unwrap_or(false))
        })
    };
    chain.iter().filter(|certificate| !certifies_another(certificate)).map(describe).collect()
}

/// The one certificate of a PEM text (RFC 7468).
pub(crate) fn from_pem(pem: &str) -> Result<Certificate, MetadataError> {
    if pem.len() > MAX_METADATA_BYTES {
        return Err(MetadataError::new("too_large", "The certificate is larger than 1 MiB."));
    }
    if mistake::has_private_key(pem) {
        return Err(mistake::private_key());
    }
    let unreadable = || {
        MetadataError::new(
            "unreadable_certificate",
            "This is not one certificate in PEM, which begins with -----BEGIN CERTIFICATE-----.",
        )
    };
    let mut found = X509::stack_from_pem(pem.as_bytes()).map_err(|_| unreadable())?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => describe(&only),
        _ => Err(unreadable()),
    }
}

impl From<Unreadable> for MetadataError {
    fn from(_: Unreadable) -> Self {
        Self::new("unreadable_certificate", "A signing certificate in the metadata cannot be read.")
    }
}

/// A certificate that is none.
struct Unreadable;

impl From<ErrorStack> for Unreadable {
    fn from(_: ErrorStack) -> Self {
        Self
    }
}

/// Base64 of DER, which some products write with the lines of PEM around it.
fn read(node: Node) -> Result<X509, Unreadable> {
    let text = text(node).ok_or(Unreadable)?;
    let text = text.trim();
    let text = text.strip_prefix("-----BEGIN CERTIFICATE-----").unwrap_or(text);
    let text = text.strip_suffix("-----END CERTIFICATE-----").unwrap_or(text);
    let base64: String = text.split_ascii_whitespace().collect();
    let der = STANDARD.decode(base64).map_err(|_| Unreadable)?;
    Ok(X509::from_der(&der)?)
}

/// A certificate of the service's own.
pub(crate) fn described(certificate: &X509) -> Option<Certificate> {
    describe(certificate).ok()
}

fn describe(certificate: &X509) -> Result<Certificate, MetadataError> {
    let key = certificate.public_key().map_err(Unreadable::from)?;
    if key_kind_of(&key).is_none() {
        return Err(if key.id() == Id::RSA && key.bits() < MIN_RSA_BITS {
            MetadataError::new(
                "weak_key",
                format!(
                    "The signing key is RSA with {} bits; at least {MIN_RSA_BITS} are needed.",
                    key.bits()
                ),
            )
        } else {
            MetadataError::new(
                "unsupported_key",
                "The signing key is neither RSA with an exponent above 1 nor on one of the curves P-256, P-384 and P-521.",
            )
        });
    }
    let der = certificate.to_der().map_err(Unreadable::from)?;
    Ok(Certificate {
        subject: subject(certificate.subject_name()),
        sha256_fingerprint: fingerprint(&der),
        not_before: instant(certificate.not_before())?,
        not_after: instant(certificate.not_after())?,
        der,
    })
}

/// How many characters of a subject are kept: mails and pages show it.
const MAX_SUBJECT: usize = 500;

/// The parts of a subject, as `CN=idp.example, O=Example`, in one line that shows all that is in it.
fn subject(name: &X509NameRef) -> String {
    let parts = name.entries().map(|entry| {
        let key = entry.object().nid().short_name().unwrap_or("?");
        let value = entry.data().to_string().unwrap_or_default();
        format!("{key}={value}")
    });
    let subject = parts.collect::<Vec<_>>().join(", ");
    subject.chars().map(|c| if is_forbidden(c) { '\u{FFFD}' } else { c }).take(MAX_SUBJECT).collect()
}

fn instant(time: &Asn1TimeRef) -> Result<DateTime<Utc>, Unreadable> {
    let since = Asn1Time::from_unix(0)?.diff(time)?;
    let seconds = i64::from(since.days) * 86_400 + i64::from(since.secs);
    DateTime::from_timestamp(seconds, 0).ok_or(Unreadable)
}
