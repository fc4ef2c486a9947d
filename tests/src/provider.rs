//! Identity providers that nobody of this project wrote.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::environment::variable;
use crate::program::Program;

/// A running one.
pub struct ForeignIdp {
    _program: Program,
    _folder: TempDir,
    /// Where it answers.
    pub url: String,
}

impl ForeignIdp {
    /// npm's saml-idp, which signs people in to one service.
    #[must_use]
    pub fn saml_idp(acs_url: &str, audience: &str, name_id: &str, attributes: &Value) -> Self {
        Self::start("saml-idp", &["--acs-url", acs_url, "--audience", audience], name_id, attributes)
    }

    /// pysaml2's server, which reads the service's metadata.
    #[must_use]
    pub fn pysaml2(sp_metadata: &str, name_id: &str, attributes: &Value) -> Self {
        Self::pysaml2_with(&[], sp_metadata, name_id, attributes)
    }

    /// The same with further options.
    #[must_use]
    pub fn pysaml2_with(options: &[&str], sp_metadata: &str, name_id: &str, attributes: &Value) -> Self {
        let options = [&["--sp-metadata", sp_metadata], options].concat();
        Self::start("pysaml2", &options, name_id, attributes)
    }

    fn start(which: &str, options: &[&str], name_id: &str, attributes: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(format!("{}/start", variable("VESTIBULE_TEST_IDP_DIR")));
        command.arg(which).args(options);
        command.args(["--name-id", name_id, "--attributes", &attributes.to_string()]);
        let (program, url) = Program::start_until_ready(&mut command, &folder.path().join("idp.log"));
        Self { _program: program, _folder: folder, url }
    }
}
