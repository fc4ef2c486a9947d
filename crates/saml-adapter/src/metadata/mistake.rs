//! Recognizes what people paste by mistake.

use vestibule_domain::ports::MetadataError;

/// Names a mistake that can be told without parsing.
pub(super) fn recognize(text: &str) -> Result<(), MetadataError> {
    let start: String =
        text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).chars().take(15).collect();
    let start = start.to_ascii_lowercase();
    if text.lines().any(|line| line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----")) {
        return Err(MetadataError::new(
            "private_key",
            "This has a private key in it. It has not been saved here; a key that was sent to others should be replaced.",
        ));
    }
    if start.starts_with("-----begin") {
        return Err(MetadataError::new(
            "certificate_alone",
            "This is a certificate. What is needed is the metadata, which has the certificate in it.",
        ));
    }
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
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
