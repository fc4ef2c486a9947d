//! Clearing away what has expired.

use std::sync::Arc;

use chrono::Duration;

use super::auditing::event_at;
use super::fixture::*;
use crate::ids::{AuditEventId, OrganizationId, SignInId};
use crate::letter::KEPT_ONCE_SETTLED;
use crate::ports::{AuditFilter, Settlement, SignInFilter, Store};
use crate::sign_in::{LoginRequest, Recording, SignInRecord, UsedAssertion};
use crate::user::User;

/// Writes a request, an assertion, a link, a session and what arrived, all of which expire at that second.
async fn write(store: &Arc<dyn Store>, acme: &Acme, user: &User, seconds: i64) -> Recording {
    let view = acme.view();
    let expires_at = later(seconds);
    store.open_request(&LoginRequest { expires_at, ..request(&view) }).await.unwrap();
    let mut recording = update(&view, &stored(store, user).await, user.clone());
    recording.assertion = UsedAssertion { forget_after: expires_at, ..recording.assertion };
    recording.session.as_mut().unwrap().expires_at = expires_at;
    recording.arrival = Some(arrival(seconds));
    recording.link = Some(crate::sign_in::PendingLink { expires_at, ..link(&view, user, "somebody") });
    store.record(&recording).await.unwrap();
    recording
}

pub async fn a_store_with_its_tables_is_ready(store: Arc<dyn Store>) {
    store.ready().await.unwrap();
}

pub async fn what_has_expired_is_swept_and_nothing_else(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let expired = write(&store, &acme, &user, 10).await;
    let valid = write(&store, &acme, &user, 100).await;
    assert_eq!(store.sweep(later(9), 100).await.unwrap(), 0);
    assert_eq!(store.sweep(later(11), 100).await.unwrap(), 5);
    assert_eq!(store.sweep(later(11), 100).await.unwrap(), 0);
    let token = |recording: &Recording| recording.session.as_ref().unwrap().token_hash;
    assert_eq!(store.session(&token(&expired), then()).await.unwrap(), None);
    assert!(store.session(&token(&valid), then()).await.unwrap().is_some());
    let id = acme.organization.id;
    assert_eq!(store.arrival(id, expired.record.id, later(-1)).await.unwrap(), None);
    assert_eq!(store.arrival(id, valid.record.id, later(-1)).await.unwrap(), valid.arrival);
    let again = Recording { assertion: expired.assertion, ..refusal(&acme.view()) };
    store.record(&again).await.unwrap();
    must_conflict(store.record(&Recording { assertion: valid.assertion, ..refusal(&acme.view()) }).await);
    assert_eq!(stored(&store, &user).await.identities, user.identities);
}

pub async fn a_sweep_takes_no_more_than_its_limit(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    for _ in 0..3 {
        write(&store, &acme, &user, 10).await;
    }
    assert_eq!(store.sweep(later(11), 2).await.unwrap(), 10);
    assert_eq!(store.sweep(later(11), 2).await.unwrap(), 5);
    assert_eq!(store.sweep(later(11), 2).await.unwrap(), 0);
}

pub async fn a_settled_letter_is_swept_after_its_days(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let letters = (0..3).map(|_| letter(&acme.view(), &user)).collect();
    store.record(&Recording { letters, ..refusal(&acme.view()) }).await.unwrap();
    let claimed = store.claim(later(1), Duration::seconds(60), 2).await.unwrap();
    let settlements = [Settlement::Delivered, Settlement::GivenUp { reason: "refused".to_owned() }];
    for (claimed, settlement) in claimed.iter().zip(settlements) {
        store.settle(claimed.letter.id, claimed.attempt, &settlement, later(2)).await.unwrap();
    }
    let end = later(2) + KEPT_ONCE_SETTLED;
    let beside = store.sweep(end, 100).await.unwrap();
    assert_eq!(beside, 1, "the used assertion");
    assert_eq!(store.sweep(end + Duration::seconds(1), 100).await.unwrap(), 2);
    assert_eq!(store.claim(end, Duration::seconds(60), 10).await.unwrap().len(), 1, "one waits still");
}

/// Writes a sign-in with what arrived, and an event of the organization and one of the installation, of each of these seconds.
async fn write_history(
    store: &Arc<dyn Store>,
    acme: &Acme,
    seconds: &[i64],
) -> Vec<(SignInId, [AuditEventId; 2])> {
    let mut written = Vec::new();
    for second in seconds {
        let record = SignInRecord { at: later(*second), ..untrusted_record(&acme.view()) };
        assert!(store.record_untrusted(&record, Some(&arrival(1_000)), 100, later(-1_000)).await.unwrap());
        let mut events = Vec::new();
        for owner in [Some(acme.organization.id), None] {
            let event = event_at(owner, *second);
            super::auditing::write(store, &event).await;
            events.push(event.id);
        }
        written.push((record.id, [events[0], events[1]]));
    }
    written
}

async fn kept(
    store: &Arc<dyn Store>,
    organization: OrganizationId,
    owner: Option<OrganizationId>,
    written: &[(SignInId, [AuditEventId; 2])],
) -> (Vec<bool>, Vec<bool>) {
    let sign_ins = store.sign_ins(organization, &SignInFilter::default(), ALL).await.unwrap().items;
    let events = store.audit_events(owner, &AuditFilter::default(), ALL).await.unwrap().items;
    let has = |id: SignInId| sign_ins.iter().any(|record| record.id == id);
    let tells = |ids: [AuditEventId; 2]| events.iter().any(|event| ids.contains(&event.id));
    written.iter().map(|(id, ids)| (has(*id), tells(*ids))).unzip()
}

pub async fn what_is_old_is_forgotten_and_nothing_else(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let ours = write_history(&store, &acme, &[10, 20, 30]).await;
    let theirs = write_history(&store, &other, &[10]).await;
    let (id, elsewhere) = (acme.organization.id, other.organization.id);
    assert_eq!(store.forget(Some(id), later(20), 100).await.unwrap(), 2);
    assert_eq!(store.forget(Some(id), later(20), 100).await.unwrap(), 0);
    let expected = vec![false, true, true];
    assert_eq!(kept(&store, id, Some(id), &ours).await, (expected.clone(), expected));
    assert_eq!(kept(&store, elsewhere, Some(elsewhere), &theirs).await, (vec![true], vec![true]));
    assert!(kept(&store, id, None, &ours).await.1.into_iter().all(|kept| kept), "the installation's stay");
    assert_eq!(store.arrival(id, ours[0].0, later(0)).await.unwrap(), None);
    assert!(store.arrival(id, ours[1].0, later(0)).await.unwrap().is_some());

    // Those of how the organizations were installed go, too.
    assert!(store.forget(None, later(20), 100).await.unwrap() >= 2);
    assert_eq!(kept(&store, id, None, &ours).await.1, [false, true, true]);
    assert_eq!(kept(&store, id, Some(id), &ours).await.1, [false, true, true]);
}

pub async fn what_is_old_is_forgotten_step_by_step(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let written = write_history(&store, &acme, &[1, 2, 3, 4, 5]).await;
    let id = acme.organization.id;
    assert_eq!(store.forget(Some(id), later(6), 2).await.unwrap(), 4);
    let oldest_gone = vec![false, false, true, true, true];
    assert_eq!(kept(&store, id, Some(id), &written).await, (oldest_gone.clone(), oldest_gone));
    assert_eq!(store.forget(Some(id), later(6), 2).await.unwrap(), 4);
    assert_eq!(store.forget(Some(id), later(6), 2).await.unwrap(), 2);
    assert_eq!(store.forget(Some(id), later(6), 2).await.unwrap(), 0);
}
