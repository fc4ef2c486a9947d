//! An address of metadata, which says what a test lets it say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crate::program::PATIENCE;

/// An address that answers until the test ends.
#[derive(Clone)]
pub struct MetadataAddress {
    /// The address.
    pub url: String,
    state: Arc<(Mutex<State>, Condvar)>,
}

struct State {
    /// Nothing yet, where it lets whoever asks wait.
    says: Option<String>,
    asked: usize,
}

impl MetadataAddress {
    /// An address that says this.
    #[must_use]
    pub fn saying(text: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/metadata", listener.local_addr().unwrap());
        let state = Arc::new((Mutex::new(State { says: Some(text.to_owned()), asked: 0 }), Condvar::new()));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let _ = stream.read(&mut [0; 4_096]);
                let (state, changed) = &*shared;
                state.lock().unwrap().asked += 1;
                changed.notify_all();
                let says = changed.wait_while(state.lock().unwrap(), |state| state.says.is_none()).unwrap();
                let body = says.says.clone().unwrap_or_default();
                drop(says);
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            }
        });
        Self { url, state }
    }

    /// From now on it says this.
    pub fn says(&self, text: &str) {
        self.change(Some(text.to_owned()));
    }

    /// From now on whoever asks waits, until it is to say something.
    pub fn keeps_waiting(&self) {
        self.change(None);
    }

    /// Waits until somebody asks whom it has not let go yet.
    pub fn until_asked(&self) {
        let (state, changed) = &*self.state;
        let (state, late) =
            changed.wait_timeout_while(state.lock().unwrap(), PATIENCE, |state| state.asked == 0).unwrap();
        assert!(!late.timed_out(), "nobody asks");
        drop(state);
    }

    fn change(&self, says: Option<String>) {
        let (state, changed) = &*self.state;
        *state.lock().unwrap() = State { says, asked: 0 };
        changed.notify_all();
    }
}
