//! Recognizes what people paste by mistake.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::PKey;
use openssl::x509::X509;
use vestibule_domain::ports::MetadataError;

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names a mistake that can be told without parsing. No message repeats anything of the text.
pub(super) fn recognize(text: &str) -> Result<(), MetadataError> {
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let start = beginning(text);
    let unarmored = unarmored(text);
    if has_private_key(text) || unarmored == Some(Unarmored::PrivateKey) {
        return Err(private_key());
    }
    if start.starts_with("-----begin") || unarmored == Some(Unarmored::Certificate) {
        return Err(MetadataError::new(
            "certificate_alone",
            "This is a certificate. What is needed is the metadata, which has the certificate in it.",
        ));
    }
    if is_html(text) {
        return Err(MetadataError::new(
            "html_page",
            "This is a web page, perhaps of a sign-in. Download the metadata file itself.",
        ));
    }
    if start.is_empty() {
        return Err(MetadataError::new("empty", "There is no metadata in it."));
    }
    if start.starts_with(['{', '[']) {
        return Err(MetadataError::new(
            "json",
            "This is JSON, perhaps of OpenID Connect. What is needed is the metadata for SAML 2.0, which is XML.",
        ));
    }
    if start.starts_with("http://") || start.starts_with("https://") {
        return Err(MetadataError::new(
            "url_not_xml",
            "This is an address. Give it as the metadata's URL, or paste the XML that is found there.",
        ));
    }
    Ok(())
}

/// Whether a text has a private key in PEM (RFC 7468) anywhere.
pub(super) fn has_private_key(text: &str) -> bool {
    text.split("-----BEGIN ").skip(1).any(|rest| {
        let label = rest.split_once("-----").map_or("", |(label, _)| label);
        label.trim_end().ends_with("PRIVATE KEY")
    })
}

pub(super) fn private_key() -> MetadataError {
    MetadataError::new(
        "private_key",
        "This has a private key in it. It has not been saved here; a key that was sent to others should be replaced.",
    )
}

/// The first letters, in lower case.
fn beginning(text: &str) -> String {
    text.chars().take(15).collect::<String>().to_ascii_lowercase()
}

/// Whether the first tag is that of a web page, as HTML or with an XML declaration, comments and a document type before it.
fn is_html(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(SPACE);
        let start = beginning(rest);
        if start.starts_with("<!doctype html") || is_html_tag(&start) {
            return true;
        }
        let end = if start.starts_with("<?") {
            "?>"
        } else if start.starts_with("<!--") {
            "-->"
        } else {
            return false;
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
}

fn is_html_tag(start: &str) -> bool {
    start.strip_prefix("<html").is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\r', '\n', '/']))
}

/// What base64 without the lines of PEM around it turns out to be.
#[derive(Debug, PartialEq, Eq)]
enum Unarmored {
    Certificate,
    PrivateKey,
}

fn unarmored(text: &str) -> Option<Unarmored> {
    // So begins the base64 of every DER sequence that is long enough.
    if !text.starts_with("MI") {
        return None;
    }
    let base64: String = text.split_ascii_whitespace().collect();
    let der = STANDARD.decode(base64).ok()?;
    if X509::from_der(&der).is_ok() {
        return Some(Unarmored::Certificate);
    }
    PKey::private_key_from_der(&der).ok().map(|_| Unarmored::PrivateKey)
}
