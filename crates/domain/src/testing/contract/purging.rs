//! Erasing a person.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;

use super::super::future::together;
use super::fixture::*;
use crate::explanation::Entry;
use crate::ports::{
    Actor, AuditEvent, AuditFilter, KeyRole, Origin, SignInFilter, Store, StoreError, UserFilter,
};
use crate::refusal::RefusalCode;
use crate::sign_in::{Outcome, Recording, SignInRecord, Snapshot};
use crate::user::User;

/// Acme, and a person whose first sign-in left everything that one can leave, and who was refused later.
async fn with_history(store: &Arc<dyn Store>) -> (Acme, User, Recording) {
    let acme = with_acme(store).await;
    let user = acme.user("ada@acme.example");
    let mut first = creation(&acme.view(), &user);
    first.link = Some(link(&acme.view(), &user, "somebody"));
    store.record(&first).await.unwrap();
    store.record(&refused(&acme, &user)).await.unwrap();
    (acme, user, first)
}

fn refused(acme: &Acme, user: &User) -> Recording {
    let recording = refusal(&acme.view());
    let code = Some(RefusalCode::UserDeactivated);
    Recording { record: SignInRecord { user_id: Some(user.id), code, ..recording.record }, ..recording }
}

async fn purge(store: &Arc<dyn Store>, user: &User) -> Result<(), StoreError> {
    let version = stored(store, user).await.version;
    store.purge_user(user.organization_id, user.id, version, &audit()).await
}

async fn erase_all(store: &Arc<dyn Store>, limit: u32) {
    for _ in 0..100 {
        if !store.erase(limit).await.unwrap() {
            return;
        }
    }
    panic!("there is no end of erasing");
}

async fn history(store: &Arc<dyn Store>, acme: &Acme) -> Vec<SignInRecord> {
    store.sign_ins(acme.organization.id, &SignInFilter::default(), ALL).await.unwrap().items
}

pub async fn a_purged_user_is_gone_with_all_that_is_theirs(store: Arc<dyn Store>) {
    let (acme, user, first) = with_history(&store).await;
    purge(&store, &user).await.unwrap();
    let id = acme.organization.id;
    assert_eq!(store.user(id, user.id).await.unwrap(), None);
    assert_eq!(store.users(id, &UserFilter::default(), ALL).await.unwrap().items, []);
    let session = first.session.unwrap().token_hash;
    assert_eq!(store.session(&session, then()).await.unwrap(), None);
    assert!(store.pending_link(&first.link.unwrap().token_hash, then()).await.unwrap().is_none());
    assert_eq!(store.claim(later(1), Duration::zero(), 100).await.unwrap(), []);
    let snapshot = store.snapshot(&subject(&acme.view(), "ada@acme.example", "ada@acme.example")).await;
    assert_eq!(snapshot.unwrap(), Snapshot::default());
}

pub async fn a_purged_person_may_come_again_as_somebody_new(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    purge(&store, &user).await.unwrap();
    let again = User { id: id(), ..user.clone() };
    let recording = creation(&acme.view(), &again);
    store.record(&recording).await.unwrap();
    erase_all(&store, 10).await;
    assert_eq!(stored(&store, &again).await, again);
    assert_eq!(history(&store, &acme).await[0], recording.record);
}

pub async fn a_user_is_purged_at_the_expected_version(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    let (id, before) = (acme.organization.id, history(&store, &acme).await);
    must_conflict(store.purge_user(id, user.id, user.version.next(), &audit()).await);
    let other = Acme::named("other");
    other.install(&*store).await;
    must_conflict(store.purge_user(other.organization.id, user.id, user.version, &audit()).await);
    assert!(!store.erase(10).await.unwrap());
    assert_eq!(stored(&store, &user).await, user);
    assert_eq!(history(&store, &acme).await, before);
    assert_eq!(store.claim(later(1), Duration::zero(), 100).await.unwrap().len(), 1);
}

pub async fn nobody_reads_whose_sign_ins_those_of_a_purged_user_were(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    let without: Vec<_> =
        history(&store, &acme).await.into_iter().map(SignInRecord::without_person).collect();
    assert_eq!(without.len(), 2);
    assert!(without.iter().all(|record| record.user_id == Some(user.id) && record.name_id.is_none()));
    let says_nothing =
        |entry: &Entry| (entry.received.is_empty(), &entry.translated, &entry.result) == (true, &None, &None);
    assert!(without.iter().flat_map(|record| &record.explanation).all(says_nothing));
    purge(&store, &user).await.unwrap();
    for _ in 0..2 {
        assert_eq!(history(&store, &acme).await, without);
        for record in &without {
            let found = store.sign_in(acme.organization.id, record.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(record));
        }
        let of_user = SignInFilter { user_id: Some(user.id), ..SignInFilter::default() };
        let of_user = store.sign_ins(acme.organization.id, &of_user, ALL).await.unwrap().items;
        assert_eq!(of_user, without);
        erase_all(&store, 10).await;
    }
}

/// Changes the user by hand, which leaves this event about them.
async fn noted(store: &Arc<dyn Store>, acme: &Acme, user: &User, actor: Actor) -> AuditEvent {
    let user = stored(store, user).await;
    let event = AuditEvent {
        organization_id: Some(acme.organization.id),
        actor,
        subject: user.id.to_string(),
        before: Some(json!({"email": user.profile.email, "location": "Berlin"})),
        after: Some(json!({"email": user.profile.email, "location": "Zürich"})),
        ..audit()
    };
    let user = User { version: user.version.next(), ..user };
    store.replace_user(&user, acme.organization.catalog_version, &event).await.unwrap();
    event
}

pub async fn nobody_reads_what_events_said_of_a_purged_user(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    let bob = acme.user("bob@acme.example");
    acme.install_user(&*store, &bob).await;
    let organization = Some(acme.organization.id);
    let origin = Origin { address: Some([192, 0, 2, 7].into()), request_id: Some("r1".to_owned()) };
    let key = Actor::ApiKey { id: id(), name: None, role: KeyRole::Operator, origin: origin.clone() };
    let mut events = Vec::new();
    for actor in [key.clone(), Actor::User { id: user.id, origin: origin.clone() }] {
        events.push(noted(&store, &acme, &user, actor).await.without_person());
    }
    let of_bob = noted(&store, &acme, &bob, key.clone()).await;
    purge(&store, &user).await.unwrap();
    assert_eq!(events[0].after, Some(json!({"changed": ["location"]})));
    assert_eq!((events[0].actor.origin(), events[1].actor.origin()), (origin, Origin::default()));
    events.push(of_bob);
    for _ in 0..2 {
        for event in &events {
            assert_eq!(store.audit_event(organization, event.id).await.unwrap().as_ref(), Some(event));
            let filters = [
                AuditFilter { subject: Some(event.subject.clone()), ..AuditFilter::default() },
                AuditFilter { actor: Some(event.actor.key()), ..AuditFilter::default() },
                AuditFilter { action: Some(event.action.to_string()), ..AuditFilter::default() },
                AuditFilter::default(),
            ];
            for filter in filters {
                let page = store.audit_events(organization, &filter, ALL).await.unwrap();
                assert!(page.items.contains(event), "{filter:?}");
            }
        }
        erase_all(&store, 1).await;
    }
}

pub async fn what_is_written_of_a_purged_user_goes_batch_by_batch(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    for _ in 0..7 {
        store.record(&refused(&acme, &user)).await.unwrap();
    }
    purge(&store, &user).await.unwrap();
    let without = history(&store, &acme).await;
    erase_all(&store, 2).await;
    assert_eq!(history(&store, &acme).await, without);
    assert!(!store.erase(2).await.unwrap());
}

pub async fn a_purge_touches_nobody_else(store: Arc<dyn Store>) {
    let (acme, user, _) = with_history(&store).await;
    let bob = acme.user("bob@acme.example");
    let recording = creation(&acme.view(), &bob);
    store.record(&recording).await.unwrap();
    purge(&store, &user).await.unwrap();
    erase_all(&store, 10).await;
    assert_eq!(stored(&store, &bob).await, bob);
    assert_eq!(history(&store, &acme).await[0], recording.record);
    assert!(store.session(&recording.session.unwrap().token_hash, then()).await.unwrap().is_some());
    let letters = store.claim(later(1), Duration::zero(), 100).await.unwrap();
    assert_eq!(letters.into_iter().map(|claimed| claimed.letter).collect::<Vec<_>>(), recording.letters);
}

pub async fn two_simultaneous_purges_are_one(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for round in 0..10 {
        let user = acme.user(&format!("u{round}@acme.example"));
        acme.install_user(&*store, &user).await;
        let events = [audit(), audit()];
        let purge =
            |index: usize| store.purge_user(user.organization_id, user.id, user.version, &events[index]);
        match together(purge(0), purge(1)).await {
            (Ok(()), conflict) | (conflict, Ok(())) => must_conflict(conflict),
            neither => panic!("nobody purged the user: {neither:?}"),
        }
    }
}

pub async fn a_simultaneous_sign_in_leaves_nothing_of_a_purged_user(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for round in 0..20 {
        let user = acme.user(&format!("u{round}@acme.example"));
        acme.install_user(&*store, &user).await;
        let recording = match round % 2 {
            0 => update(&acme.view(), &user, user.clone()),
            _ => refused(&acme, &user),
        };
        let event = audit();
        let purge = store.purge_user(user.organization_id, user.id, user.version, &event);
        let (purged, recorded) = together(purge, store.record(&recording)).await;
        let record = store.sign_in(acme.organization.id, recording.record.id).await.unwrap();
        match (purged, recorded) {
            (Ok(()), conflict @ Err(_)) => {
                must_conflict(conflict);
                assert_eq!(record, None);
            }
            // Whoever is refused changes no row of a user.
            (Ok(()), Ok(())) => {
                assert_eq!(recording.record.outcome, Outcome::Refused);
                assert_eq!(record, Some(recording.record.without_person()));
            }
            (conflict, Ok(())) => {
                must_conflict(conflict);
                assert_eq!(record, Some(recording.record));
            }
            neither => panic!("neither was done: {neither:?}"),
        }
    }
    erase_all(&store, 3).await;
}
