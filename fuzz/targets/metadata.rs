//! Any text as metadata: no panic, and what is taken has a key to believe and an address to send people to.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use vestibule_domain::ports::SamlMessages as _;
use vestibule_saml_adapter::XmlMessages;

fuzz_target!(|text: &str| {
    let now = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant");
    if let Ok(metadata) = XmlMessages.parse_idp_metadata(text, now) {
        assert!(!metadata.certificates.is_empty() && !metadata.sso_endpoints.is_empty());
    }
});
