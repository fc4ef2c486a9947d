//! Clearing away what has expired.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::Store;
use crate::sign_in::{LoginRequest, Recording, UsedAssertion};
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
