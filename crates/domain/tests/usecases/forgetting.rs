//! Sign-ins and audit events that are older than they are to be kept.

use chrono::Duration;
use vestibule_domain::ports::Clock as _;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{ApiKeyDraft, CreateApiKey, ForgetHistory, KeepHistory, KeyOwner};

use crate::installation::Installation;
use crate::office::{OPERATOR, office_with_ada, slug};

fn forget(office: &Installation, days: u16) -> u64 {
    let forget = ForgetHistory { world: office.world(), keep: KeepHistory::days(days) };
    block_on(forget.run(2)).unwrap()
}

/// A sign-in of Ada's, a new key of Acme's and one of the operators.
fn live_a_day(office: &Installation, day: u32) {
    office.post(&office.response(&format!("_{day}"), "ada@acme.example"));
    for owner in [KeyOwner::Organization(slug()), KeyOwner::Operator] {
        let draft = ApiKeyDraft::named("CI");
        block_on(CreateApiKey(office.world()).run(&OPERATOR, &draft, &owner)).unwrap();
    }
    office.clock.advance(Duration::days(1));
}

#[test]
fn what_is_older_than_its_days_goes_however_much_there_is() {
    let office = office_with_ada();
    let installed = office.contents();
    (0..10).for_each(|day| live_a_day(&office, day));
    let before = office.contents();
    assert_eq!(forget(&office, 0), 0, "nothing, where it is kept for ever");
    assert_eq!(office.contents(), before);

    let gone = forget(&office, 4);
    let after = office.contents();
    assert!(after.history.iter().all(|record| record.at >= office.clock.now() - Duration::days(4)));
    assert!(after.audit.iter().all(|event| event.at >= office.clock.now() - Duration::days(4)));
    assert_eq!((after.history.len(), after.audit.len()), (4, 8));
    assert_eq!(gone, 6 + 12 + (installed.audit.len() + installed.history.len()) as u64);
    assert_eq!(after.users, before.users);
    assert_eq!(forget(&office, 4), 0);
}
