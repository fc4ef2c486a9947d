//! An address of metadata, which says what a test lets it say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// An address that answers until the test ends.
#[derive(Clone)]
pub struct MetadataAddress {
    /// The address.
    pub url: String,
    says: Arc<Mutex<String>>,
}

impl MetadataAddress {
    /// An address that says this.
    #[must_use]
    pub fn saying(text: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/metadata", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new(text.to_owned()));
        let said = says.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let _ = stream.read(&mut [0; 4_096]);
                let body = said.lock().unwrap().clone();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            }
        });
        Self { url, says }
    }

    /// From now on it says this.
    pub fn says(&self, text: &str) {
        text.clone_into(&mut self.says.lock().unwrap());
    }
}
