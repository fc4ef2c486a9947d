//! Where the tests find what they need.

use std::path::PathBuf;

/// A variable of the test environment. The test fails where it is missing.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the service's configuration is another matter than the tests'"
)]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run this under scripts/with-test-services, or all tests by `make test`")
    })
}

/// The project's root.
#[must_use]
pub fn project_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
