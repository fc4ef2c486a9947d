//! The log, on standard error. Nothing in it names a person: spans and events carry ids, codes and counts.

use std::io::{IsTerminal as _, stderr};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::LogFormat;

/// Starts the log. Without a format, a terminal gets lines for people and everything else JSON. `RUST_LOG` filters.
pub fn start(format: Option<LogFormat>) {
    let terminal = stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json });
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // A second start, as in a test, leaves the first as it is.
    let _ = match format {
        LogFormat::Pretty => log.with_ansi(terminal).with_target(false).try_init(),
        // The list of spans ends with the current one, which need not be said twice.
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // Where, and not what: a panic's message may hold what somebody sent.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.place = place, "panicked");
    }));
}
