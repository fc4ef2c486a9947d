//! Any text as RelayState or `return_to`: what is taken leads to this service or to an origin that the organization lists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use vestibule_domain::return_to::{Origin, ReturnTo};

fuzz_target!(|text: &str| {
    let here = Url::parse("https://sso.example.com/sso/acme/acs").expect("a URL");
    let listed = Origin::parse("https://app.example.com").expect("an origin");
    if let Ok(place) = ReturnTo::parse(text, &[listed]) {
        let target = here.join(place.as_str()).expect("a browser understands it");
        let origin = target.origin().ascii_serialization();
        assert!(
            ["https://sso.example.com", "https://app.example.com"].contains(&origin.as_str()),
            "{place:?} leads to {origin}"
        );
        assert!(!place.as_str().bytes().any(|byte| byte.is_ascii_control()));
    }
});
