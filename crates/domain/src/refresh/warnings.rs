//! What an administrator is warned of, before it is too late.

use chrono::{DateTime, Duration, Utc};

use super::MetadataRefresh;
use crate::connection::{Certificate, IdentityProvider};
use crate::problem::Problem;

/// How many days before the end of a certificate somebody is told, longest first.
pub const WARN_BEFORE_DAYS: [u16; 5] = [60, 30, 14, 7, 1];

/// The warning that is due of a certificate, if one is: the last one of [`WARN_BEFORE_DAYS`] whose day has come. Earlier
/// ones that nobody gave are not given any more, and once the certificate has ended none is.
#[must_use]
pub fn due_warning(certificate: &Certificate, now: DateTime<Utc>) -> Option<u16> {
    let left = certificate.not_after - now;
    if left <= Duration::zero() {
        return None;
    }
    WARN_BEFORE_DAYS.into_iter().rev().find(|days| left <= Duration::days(i64::from(*days)))
}

/// All that an administrator should look at, each with the place in what the API shows.
#[must_use]
pub fn warnings(
    provider: &IdentityProvider,
    refresh: Option<&MetadataRefresh>,
    now: DateTime<Utc>,
) -> Vec<Problem> {
    let certificates = &provider.metadata.certificates;
    let mut found: Vec<_> = certificates
        .iter()
        .enumerate()
        .filter_map(|(index, certificate)| of_certificate(index, certificate, now))
        .collect();
    let valid_until = refresh.map_or(provider.metadata.valid_until, |refresh| refresh.valid_until);
    if valid_until.is_some_and(|end| end <= now) {
        found.push(problem(
            "/valid_until",
            "metadata_expired",
            "the metadata is past its validUntil; the last good copy goes on serving",
        ));
    }
    if refresh.is_some_and(|refresh| refresh.failure.is_some()) {
        found.push(problem(
            "/last_refresh_error",
            "metadata_refresh_failed",
            "the metadata could not be refreshed; the last good copy goes on serving",
        ));
    }
    if refresh.is_some_and(|refresh| refresh.pending.is_some()) {
        found.push(problem(
            "/pending",
            "metadata_awaits_approval",
            "the metadata has changed: approve or reject the change",
        ));
    }
    found
}

fn of_certificate(index: usize, certificate: &Certificate, now: DateTime<Utc>) -> Option<Problem> {
    let pointer = format!("/certificates/{index}");
    let end = certificate.not_after.format("%Y-%m-%d");
    if certificate.not_after <= now {
        let message =
            format!("the certificate ended on {end}; it refuses nobody, as its key is what is believed");
        return Some(problem(pointer, "certificate_expired", message));
    }
    if certificate.not_before > now {
        return Some(problem(pointer, "certificate_not_yet_valid", "the certificate is not valid yet"));
    }
    due_warning(certificate, now)?;
    Some(problem(pointer, "certificate_expires_soon", format!("the certificate ends on {end}")))
}

fn problem(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Problem {
    Problem { pointer: pointer.into(), code, message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Clock as _;
    use crate::testing::{FrozenClock, acme};

    fn now() -> DateTime<Utc> {
        FrozenClock::default().now()
    }

    fn provider(ends_in: Duration) -> IdentityProvider {
        let mut provider = acme().connection.identity_provider.unwrap();
        provider.metadata.certificates[0].not_after = now() + ends_in;
        provider.metadata.valid_until = None;
        provider
    }

    #[test]
    fn a_certificate_is_warned_of_at_the_nearest_of_the_days() {
        let due = |left| due_warning(&provider(left).metadata.certificates[0], now());
        let instant = Duration::microseconds(1);
        assert_eq!(due(Duration::days(60) + instant), None);
        for (days, expected) in
            [(60, 60), (31, 60), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1)]
        {
            assert_eq!(due(Duration::days(days)), Some(expected), "{days} days");
        }
        assert_eq!(due(instant), Some(1));
        assert_eq!(due(Duration::zero()), None);
        assert_eq!(due(-instant), None);
    }

    #[test]
    fn warnings_name_what_is_wrong_and_where() {
        let told = |provider: &IdentityProvider, refresh: Option<&MetadataRefresh>| -> Vec<_> {
            warnings(provider, refresh, now())
                .into_iter()
                .map(|warning| (warning.pointer, warning.code))
                .collect()
        };
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(told(&provider(Duration::days(61)), None), []);
        assert_eq!(
            told(&provider(Duration::days(59)), None),
            [at("/certificates/0", "certificate_expires_soon")]
        );
        let mut ended = provider(Duration::zero());
        let second = Certificate {
            not_before: now() + Duration::days(1),
            not_after: now() + Duration::days(900),
            ..ended.metadata.certificates[0].clone()
        };
        ended.metadata.certificates.push(second);
        ended.metadata.valid_until = Some(now());
        let all = [
            at("/certificates/0", "certificate_expired"),
            at("/certificates/1", "certificate_not_yet_valid"),
            at("/valid_until", "metadata_expired"),
        ];
        assert_eq!(told(&ended, None), all);
        let refresh = MetadataRefresh {
            next_at: now(),
            fetched_at: now(),
            valid_until: Some(now() + Duration::days(1)),
            failure: None,
            pending: Some(super::super::PendingMetadata {
                metadata: ended.metadata.clone(),
                fetched_at: now(),
            }),
            rejected: None,
        };
        let later = [all[0].clone(), all[1].clone(), at("/pending", "metadata_awaits_approval")];
        assert_eq!(told(&ended, Some(&refresh)), later);
    }
}
