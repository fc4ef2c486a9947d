//! How a connection is, in a word.

use chrono::{DateTime, Utc};
use vestibule_domain::connection::Connection;

use crate::portal::frame::{Badge, Tone};

/// The state of a connection.
pub(crate) fn of(connection: &Connection, now: DateTime<Utc>) -> Badge {
    match (&connection.identity_provider, connection.details.enabled) {
        (None, _) => Badge::new(Tone::Neutral, "Not configured"),
        (Some(_), false) => Badge::new(Tone::Neutral, "Draft: lets nobody in"),
        (Some(_), true) if days_left(connection, now).is_some_and(|days| days <= 7) => {
            Badge::new(Tone::Warning, "Needs attention")
        }
        (Some(_), true) => Badge::new(Tone::Good, "Active"),
    }
}

/// Until when people can sign in with the certificate that ends last.
pub(crate) fn certificate(connection: &Connection, now: DateTime<Utc>) -> Option<Badge> {
    let days = days_left(connection, now)?;
    Some(match days {
        ..=-1 => Badge::new(Tone::Bad, "Certificate has expired"),
        0 => Badge::new(Tone::Bad, "Certificate ends today"),
        1 => Badge::new(Tone::Bad, "Certificate ends tomorrow"),
        2..=7 => Badge::new(Tone::Bad, format!("Certificate ends in {days} days")),
        8..=30 => Badge::new(Tone::Warning, format!("Certificate ends in {days} days")),
        31..=60 => Badge::new(Tone::Notice, format!("Certificate ends in {days} days")),
        _ => Badge::new(Tone::Good, "Certificate valid"),
    })
}

fn days_left(connection: &Connection, now: DateTime<Utc>) -> Option<i64> {
    let certificates = connection.identity_provider.as_ref()?.metadata.certificates.iter();
    let last = certificates.map(|certificate| certificate.not_after).max()?;
    Some((last - now).num_seconds().div_euclid(24 * 60 * 60))
}
