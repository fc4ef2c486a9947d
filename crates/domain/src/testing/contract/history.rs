//! The history of sign-ins.

use std::sync::Arc;

use chrono::{Duration, NaiveTime};

use super::fixture::*;
use crate::ports::{Page, SignInFilter, Store};
use crate::refusal::RefusalCode;
use crate::sign_in::{MatchedBy, Outcome, Recording, SignInRecord, WelcomeEmail};
use crate::user::User;

async fn write(store: &Arc<dyn Store>, acme: &Acme, record: SignInRecord) -> SignInRecord {
    if let Some(user) = record.user_id
        && store.user(acme.organization.id, user).await.unwrap().is_none()
    {
        let user = User { id: user, ..acme.user(&format!("{user}@acme.example")) };
        acme.install_user(&**store, &user).await;
    }
    let recording = Recording { record, ..refusal(&acme.view()) };
    store.record(&recording).await.unwrap();
    recording.record
}

pub async fn every_field_of_a_sign_in_is_read_back(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut expected = Vec::new();
    for code in RefusalCode::ALL {
        let record = SignInRecord { code: Some(*code), ..full_record(&acme.view()) };
        expected.push(write(&store, &acme, record).await);
    }
    for outcome in Outcome::ALL {
        let record = SignInRecord { outcome: *outcome, ..full_record(&acme.view()) };
        expected.push(write(&store, &acme, record).await);
    }
    for matched_by in MatchedBy::ALL {
        let record = SignInRecord { matched_by: *matched_by, ..full_record(&acme.view()) };
        expected.push(write(&store, &acme, record).await);
    }
    for welcome_email in WelcomeEmail::ALL {
        let record = SignInRecord { welcome_email: *welcome_email, ..full_record(&acme.view()) };
        expected.push(write(&store, &acme, record).await);
    }
    for record in &expected {
        let found = store.sign_in(acme.organization.id, record.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(record));
    }
    expected.reverse();
    let listed = store.sign_ins(acme.organization.id, &SignInFilter::default(), ALL).await.unwrap();
    assert_eq!((listed.items, listed.next), (expected, None));
    assert_eq!(store.sign_in(acme.organization.id, id()).await.unwrap(), None);
}

pub async fn a_sign_in_without_anything_is_read_back(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let record = SignInRecord { code: None, ..untrusted_record(&acme.view()) };
    assert!(store.record_untrusted(&record, None, 1, then()).await.unwrap());
    assert_eq!(store.sign_in(acme.organization.id, record.id).await.unwrap(), Some(record));
}

pub async fn sign_ins_are_paged_newest_first(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut all = Vec::new();
    for _ in 0..7 {
        all.push(write(&store, &acme, full_record(&acme.view())).await);
    }
    all.reverse();
    for limit in 1..=8 {
        let mut page = Page { after: None, limit };
        let mut seen = Vec::new();
        loop {
            let part = store.sign_ins(acme.organization.id, &SignInFilter::default(), page).await.unwrap();
            assert!(part.items.len() <= limit as usize);
            seen.extend(part.items);
            page.after = part.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all, "in pages of {limit}");
    }
}

pub async fn sign_ins_are_filtered_by_every_condition(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let base = |seconds| SignInRecord { at: later(seconds), code: None, ..full_record(&acme.view()) };
    let created = write(&store, &acme, base(1)).await;
    let refused = SignInRecord {
        outcome: Outcome::Refused,
        code: Some(RefusalCode::EmailInUse),
        user_id: None,
        ..base(2)
    };
    let refused = write(&store, &acme, refused).await;
    let updated = SignInRecord { outcome: Outcome::Updated, user_id: created.user_id, ..base(3) };
    let updated = write(&store, &acme, updated).await;
    let elsewhere = SignInRecord { connection: None, ..base(4) };
    let elsewhere = write(&store, &acme, elsewhere).await;
    let none = SignInFilter::default();
    let connection = Some(acme.connection.id);
    let cases: [(SignInFilter, &[&SignInRecord]); 16] = [
        (SignInFilter { outcome: Some(Outcome::Refused), ..none.clone() }, &[&refused]),
        (SignInFilter { code: Some(RefusalCode::EmailInUse), ..none.clone() }, &[&refused]),
        (SignInFilter { code: Some(RefusalCode::MissingEmail), ..none.clone() }, &[]),
        (SignInFilter { user_id: created.user_id, ..none.clone() }, &[&updated, &created]),
        (SignInFilter { user_id: Some(id()), ..none.clone() }, &[]),
        (SignInFilter { since: Some(later(2)), ..none.clone() }, &[&elsewhere, &updated, &refused]),
        (SignInFilter { until: Some(later(2)), ..none.clone() }, &[&created]),
        (SignInFilter { since: Some(later(2)), until: Some(later(3)), ..none.clone() }, &[&refused]),
        (
            SignInFilter { outcome: Some(Outcome::Updated), user_id: created.user_id, ..none.clone() },
            &[&updated],
        ),
        (SignInFilter { connection, ..none.clone() }, &[&updated, &refused, &created]),
        (SignInFilter { connection: Some(id()), ..none.clone() }, &[]),
        (SignInFilter { refused: Some(true), ..none.clone() }, &[&refused]),
        (SignInFilter { connection, refused: Some(true), ..none.clone() }, &[&refused]),
        (SignInFilter { connection, refused: Some(false), ..none.clone() }, &[&updated, &created]),
        (SignInFilter { connection, code: Some(RefusalCode::EmailInUse), ..none.clone() }, &[&refused]),
        (SignInFilter { connection, until: Some(later(2)), user_id: created.user_id, ..none }, &[&created]),
    ];
    for (filter, expected) in cases {
        let found = store.sign_ins(acme.organization.id, &filter, ALL).await.unwrap().items;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

pub async fn sign_ins_are_counted_by_day_and_outcome(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let midnight = (then() + Duration::days(1)).date_naive().and_time(NaiveTime::MIN).and_utc();
    for (seconds, outcome) in [
        (-2, Outcome::Refused),
        (-1, Outcome::Created),
        (0, Outcome::Updated),
        (1, Outcome::Refused),
        (2, Outcome::Refused),
    ] {
        let at = midnight + Duration::seconds(seconds);
        write(&store, &acme, SignInRecord { at, outcome, ..full_record(&acme.view()) }).await;
    }
    let counted = async |since| {
        let counts = store.sign_ins_by_day(acme.organization.id, since).await.unwrap();
        counts.iter().map(|one| (one.day, one.outcome, one.count)).collect::<Vec<_>>()
    };
    let (before, day) = ((midnight - Duration::seconds(1)).date_naive(), midnight.date_naive());
    assert_eq!(
        counted(midnight - Duration::seconds(1)).await,
        [(before, Outcome::Created, 1), (day, Outcome::Refused, 2), (day, Outcome::Updated, 1)]
    );
    assert_eq!(counted(midnight + Duration::days(1)).await, []);
    let elsewhere = store.sign_ins_by_day(id(), then()).await.unwrap();
    assert_eq!(elsewhere, []);
}
