//! Instants of SAML (SAML core 2.0 §1.3.3): `xs:dateTime` in UTC.

use chrono::{DateTime, Utc};
use roxmltree::Node;
use vestibule_domain::ports::Rejection;

use crate::xml::unqualified;

/// The instant of an attribute, if the element has it; `what` names it to an administrator.
pub(crate) fn optional(
    node: Node,
    attribute: &str,
    what: &'static str,
) -> Result<Option<DateTime<Utc>>, Rejection> {
    unqualified(node, attribute).map(|text| parse(text).ok_or(Rejection::Instant(what.into()))).transpose()
}

/// The instant of an attribute that an element must have.
pub(crate) fn required(node: Node, attribute: &str, what: &'static str) -> Result<DateTime<Utc>, Rejection> {
    optional(node, attribute, what)?.ok_or(Rejection::Instant(what.into()))
}

/// `2026-11-24T08:00:00Z`, with a fraction or not, and with `+00:00` for the `Z`.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let local = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00"))?;
    let (seconds, fraction) = match local.split_once('.') {
        Some((seconds, fraction)) => (seconds, Some(fraction)),
        None => (local, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.len() != 19 || fraction.is_some_and(|fraction| !digits(fraction)) {
        return None;
    }
    let pattern = b"0000-00-00T00:00:00";
    let fits = seconds.bytes().zip(pattern).all(|(byte, wanted)| match wanted {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *wanted,
    });
    // A leap second has no place on the time scale of a clock that is compared with it.
    if !fits || seconds.ends_with("60") {
        return None;
    }
    let fraction: String = fraction.unwrap_or("0").chars().take(9).collect();
    DateTime::parse_from_rfc3339(&format!("{seconds}.{fraction}Z")).ok().map(|instant| instant.to_utc())
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;

    use super::*;

    #[test]
    fn instants_are_utc_to_the_fraction() {
        let eight = parse("2026-11-24T08:00:00Z").unwrap();
        assert_eq!(eight.to_rfc3339(), "2026-11-24T08:00:00+00:00");
        assert_eq!(parse("2026-11-24T08:00:00+00:00"), Some(eight));
        assert_eq!(parse("2026-11-24T08:00:00.000Z"), Some(eight));
        assert_eq!(parse("2026-11-24T08:00:00.5Z").unwrap().nanosecond(), 500_000_000);
        assert_eq!(parse("2026-11-24T08:00:00.1234567Z").unwrap().nanosecond(), 123_456_700);
        assert_eq!(parse("2026-11-24T08:00:00.123456789123Z").unwrap().nanosecond(), 123_456_789);
        for wrong in [
            "",
            "2026-11-24",
            "2026-11-24T08:00:00",
            "2026-11-24T08:00:00z",
            "2026-11-24t08:00:00Z",
            "2026-11-24 08:00:00Z",
            "2026-11-24T08:00:00+01:00",
            "2026-11-24T08:00:00-00:00",
            "2026-11-24T08:00:00.Z",
            "2026-11-24T08:00:00.1.2Z",
            "2026-11-24T08:00:00.1234567891xZ",
            "2026-11-24T08:00:60Z",
            "2026-11-24T24:00:00Z",
            "2026-13-24T08:00:00Z",
            "2026-02-30T08:00:00Z",
            "+2026-11-24T08:00:00Z",
            " 2026-11-24T08:00:00Z",
            "2026-11-24T08:00:00Z\n",
            "2026-11-24T08:00:00ZZ",
            "٢٠٢٦-11-24T08:00:00Z",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
