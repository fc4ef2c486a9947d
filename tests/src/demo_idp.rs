//! The demo identity provider, at which a person signs in as whom they choose.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Client;
use tempfile::TempDir;

use crate::environment::variable;
use crate::program::{PATIENCE, Program, free_port};
use crate::service::Service;

/// The demo identity provider of a service's Acme.
pub struct DemoIdp {
    _program: Program,
    folder: TempDir,
    /// Where it answers.
    pub url: String,
    /// Its metadata.
    pub metadata: String,
}

impl DemoIdp {
    /// A new one, once it answers.
    pub async fn start(service: &Service) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let mut command = Command::new(variable("VESTIBULE_DEMO_IDP_BIN"));
        command
            .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", &url])
            .arg("--data-dir")
            .arg(folder.path())
            .args(["--sp-acs-url", &service.acs_url(), "--sp-entity-id", &service.entity_id()]);
        let program = Program::start(&mut command, &folder.path().join("idp.log"));
        let metadata = metadata(&format!("{url}/metadata")).await;
        Self { _program: program, folder, url, metadata }
    }

    /// Its metadata as a file that can be uploaded.
    #[must_use]
    pub fn metadata_file(&self) -> String {
        let path = self.folder.path().join("metadata.xml");
        std::fs::write(&path, &self.metadata).unwrap();
        path.display().to_string()
    }
}

async fn metadata(address: &str) -> String {
    let client = Client::builder().no_proxy().build().unwrap();
    let end = Instant::now() + PATIENCE;
    loop {
        match client.get(address).send().await {
            Ok(answer) => return answer.text().await.unwrap(),
            Err(error) => {
                assert!(Instant::now() < end, "the demo identity provider did not start: {error:?}");
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
