//! Any text at the gate: no panic, and what the gate accepts as XML libxml reads alike.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use vestibule_domain::ports::{EncodedResponse, ResponseVerifier as _};
use vestibule_saml_adapter::SamaelVerifier;
use vestibule_saml_adapter::testing::{Reading, by_libxml, by_the_gate};

static VERIFIER: LazyLock<SamaelVerifier> = LazyLock::new(SamaelVerifier::new);

fuzz_target!(|data: &[u8]| {
    let _ = VERIFIER.claim(&EncodedResponse(STANDARD.encode(data)));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = VERIFIER.claim(&EncodedResponse(text.to_owned()));
    if let Some(ours) = by_the_gate(text) {
        match by_libxml(text) {
            Reading::Canonical(theirs) => assert_eq!(ours, theirs),
            Reading::NotCanonical => {}
            Reading::Refused => panic!("libxml refuses what the gate accepts"),
        }
    }
});
