//! Certificates that end, and who is told.

use chrono::{DateTime, Duration, Utc};
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::Clock as _;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::WarnOfCertificates;

use crate::installation::Installation;
use crate::office::office;

fn warn(office: &Installation) -> u32 {
    block_on(WarnOfCertificates(office.world()).run()).unwrap()
}

/// When the certificate of the connection `okta` ends.
fn end(office: &Installation) -> DateTime<Utc> {
    office.connection().identity_provider.unwrap().metadata.certificates[0].not_after
}

#[test]
fn each_of_the_days_is_told_once() {
    let office = office();
    office.clock.set(end(&office) - Duration::days(61));
    let mut told = Vec::new();
    while office.clock.now() < end(&office) + Duration::days(2) {
        for _ in 0..2 {
            if warn(&office) > 0 {
                told.push((end(&office) - office.clock.now()).num_hours());
            }
        }
        office.clock.advance(Duration::hours(1));
    }
    assert_eq!(told, [60 * 24, 30 * 24, 14 * 24, 7 * 24, 24]);
    let letters = office.contents().letters;
    assert_eq!(letters.len(), 5);
    assert!(letters.iter().all(|letter| letter.to.as_str() == "help@acme.example"));
    let LetterContent::CertificateExpires { about, connection, certificate } = &letters[0].content else {
        panic!("{:?}", letters[0])
    };
    assert_eq!((about.organization.as_str(), connection.key.as_str()), ("acme", "okta"));
    assert_eq!((&*certificate.sha256_fingerprint, certificate.not_after), ("00ff", end(&office)));
}

#[test]
fn after_a_long_absence_only_the_nearest_of_the_days_is_told() {
    let office = office();
    office.clock.set(end(&office) - Duration::days(5));
    assert_eq!((warn(&office), warn(&office)), (1, 0));
    office.clock.set(end(&office) - Duration::hours(3));
    assert_eq!((warn(&office), warn(&office)), (1, 0));
    office.clock.set(end(&office));
    assert_eq!(warn(&office), 0, "what has ended is told by the API and by `check`");
}

#[test]
fn every_certificate_is_told_of_on_every_connection() {
    let office = office();
    office.add_connection("entra", |connection| {
        let certificates = &mut connection.identity_provider.as_mut().unwrap().metadata.certificates;
        let mut second = certificates[0].clone();
        second.sha256_fingerprint = "11ff".to_owned();
        certificates.push(second);
    });
    office.clock.set(end(&office) - Duration::days(10));
    assert_eq!(warn(&office), 3);
}

#[test]
fn nobody_is_told_of_a_connection_that_is_disabled_or_has_no_contact() {
    let office = office();
    office.clock.set(end(&office) - Duration::days(10));
    office.change_connection(|details| details.enabled = false);
    assert_eq!(warn(&office), 0);
    let contact = office.connection().details.technical_contact;
    office.change_connection(|details| (details.enabled, details.technical_contact) = (true, None));
    assert_eq!(warn(&office), 0);
    office.change_connection(|details| details.technical_contact = contact.clone());
    assert_eq!(warn(&office), 1, "a contact that comes later is told");
}
