//! What every check finds, for who sets up a connection.

use chrono::Duration;
use vestibule_demo_idp::mint::encode;
use vestibule_domain::ports::{EncodedResponse, Examination, Examined, Rejection, ResponseVerifier as _};
use vestibule_saml_adapter::SamaelVerifier;

use crate::world::{ACS, IDP, SP, expectation, key, now, response, stranger, trusting};

fn examine(xml: &str) -> Vec<Examined> {
    let encoded = EncodedResponse(encode(xml));
    SamaelVerifier::new().examine(&encoded, &trusting(&[&key()]), &[], &expectation(), now())
}

fn found(examined: &[Examined], examination: Examination) -> &Examined {
    examined.iter().find(|one| one.examination == examination).unwrap()
}

#[test]
fn of_a_legal_response_every_check_passes() {
    let examined = examine(&response().sign_assertion(&key()).xml());
    let looked_at: Vec<_> = examined.iter().map(|one| one.examination).collect();
    assert_eq!(looked_at, Examination::ALL);
    assert!(examined.iter().all(|one| one.rejection.is_none()), "{examined:?}");
}

#[test]
fn faults_are_told_all_at_once_with_what_there_should_be() {
    let faulty = response()
        .with(|r| {
            r.destination = Some("https://elsewhere.example/acs".into());
            r.issue_instant = Some((now() - Duration::hours(1)).to_rfc3339());
            if let Some(issuer) = &mut r.assertion.issuer {
                issuer.value = "https://other.example".into();
            }
        })
        .sign_response(&stranger());
    let examined = examine(&faulty.xml());
    let refused: Vec<_> =
        examined.iter().filter(|one| one.rejection.is_some()).map(|one| one.examination).collect();
    assert_eq!(
        refused,
        [Examination::Signature, Examination::Issuer, Examination::Destination, Examination::Times]
    );
    let destination = found(&examined, Examination::Destination);
    assert_eq!(destination.rejection, Some(Rejection::Destination));
    assert_eq!(destination.expected.as_deref(), Some(ACS));
    assert_eq!(destination.received.as_deref(), Some("https://elsewhere.example/acs"));
    let issuer = found(&examined, Examination::Issuer);
    assert_eq!(
        (issuer.expected.as_deref(), issuer.received.as_deref()),
        (Some(IDP), Some("https://other.example"))
    );
    assert_eq!(found(&examined, Examination::Audience).received.as_deref(), Some(SP));
    let times = found(&examined, Examination::Times);
    assert_eq!(times.expected.as_deref(), Some("2026-11-24T08:00:00Z"));
    let received = times.received.as_deref().unwrap();
    assert!(received.contains("(3600.0 s behind this service)"), "{received}");
}

#[test]
fn what_cannot_be_read_has_one_fault() {
    let examined = examine("<html/>");
    assert_eq!(examined.len(), 1);
    assert_eq!((examined[0].examination, examined[0].rejection.is_some()), (Examination::Form, true));
}
