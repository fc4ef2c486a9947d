//! The service's own keys.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::{Store, UniqueKey};
use crate::service_key::{KeyState, KeyUsage, ServiceKey};

async fn with_key(store: &Arc<dyn Store>, usage: KeyUsage, state: KeyState) -> ServiceKey {
    let key = service_key(usage, state);
    store.add_service_key(&key, &audit()).await.unwrap();
    key
}

/// The states of these keys, as the store has them now.
async fn states(store: &Arc<dyn Store>, keys: &[&ServiceKey]) -> Vec<Option<KeyState>> {
    let stored = store.service_keys().await.unwrap();
    let state = |key: &&ServiceKey| stored.iter().find(|other| other.id == key.id).map(|other| other.state);
    keys.iter().map(state).collect()
}

pub async fn service_keys_are_read_back_oldest_first(store: Arc<dyn Store>) {
    let mut all = Vec::new();
    for &usage in KeyUsage::ALL {
        for &state in KeyState::ALL {
            all.push(with_key(&store, usage, state).await);
        }
    }
    assert_eq!(store.service_keys().await.unwrap(), all);
}

pub async fn a_use_has_one_key_in_each_state(store: Arc<dyn Store>) {
    for &state in KeyState::ALL {
        let first = with_key(&store, KeyUsage::Signing, state).await;
        let second = service_key(KeyUsage::Signing, state);
        must_be_taken(store.add_service_key(&second, &audit()).await, UniqueKey::ServiceKey);
        assert_eq!(states(&store, &[&first, &second]).await, [Some(state), None]);
        with_key(&store, KeyUsage::Encryption, state).await;
    }
}

pub async fn activating_the_next_key_makes_the_current_one_previous(store: Arc<dyn Store>) {
    let current = with_key(&store, KeyUsage::Encryption, KeyState::Current).await;
    let next = with_key(&store, KeyUsage::Encryption, KeyState::Next).await;
    let other = with_key(&store, KeyUsage::Signing, KeyState::Current).await;
    let other_next = with_key(&store, KeyUsage::Signing, KeyState::Next).await;
    store.activate_service_key(next.id, &audit()).await.unwrap();
    let expected = [
        ServiceKey { state: KeyState::Previous, ..current },
        ServiceKey { state: KeyState::Current, ..next },
        other,
        other_next,
    ];
    assert_eq!(store.service_keys().await.unwrap(), expected);
}

pub async fn only_a_next_key_is_activated(store: Arc<dyn Store>) {
    let current = with_key(&store, KeyUsage::Encryption, KeyState::Current).await;
    let previous = with_key(&store, KeyUsage::Encryption, KeyState::Previous).await;
    for id in [current.id, previous.id, id()] {
        must_conflict(store.activate_service_key(id, &audit()).await);
    }
    assert_eq!(store.service_keys().await.unwrap(), [current, previous]);
}

pub async fn no_key_is_activated_while_there_is_a_previous_one(store: Arc<dyn Store>) {
    let mut all = Vec::new();
    for &state in KeyState::ALL {
        all.push(with_key(&store, KeyUsage::Encryption, state).await);
    }
    must_be_taken(store.activate_service_key(all[1].id, &audit()).await, UniqueKey::ServiceKey);
    assert_eq!(store.service_keys().await.unwrap(), all);
    store.remove_service_key(all[2].id, &audit()).await.unwrap();
    store.activate_service_key(all[1].id, &audit()).await.unwrap();
    let all: Vec<_> = all.iter().collect();
    assert_eq!(states(&store, &all).await, [Some(KeyState::Previous), Some(KeyState::Current), None]);
}

pub async fn a_use_with_a_next_key_alone_gets_a_current_one(store: Arc<dyn Store>) {
    let next = with_key(&store, KeyUsage::Signing, KeyState::Next).await;
    let previous = with_key(&store, KeyUsage::Signing, KeyState::Previous).await;
    store.activate_service_key(next.id, &audit()).await.unwrap();
    assert_eq!(
        states(&store, &[&next, &previous]).await,
        [Some(KeyState::Current), Some(KeyState::Previous)]
    );
}

pub async fn a_key_is_removed_unless_it_is_current(store: Arc<dyn Store>) {
    for &state in KeyState::ALL {
        let key = with_key(&store, KeyUsage::Signing, state).await;
        let removed = store.remove_service_key(key.id, &audit()).await;
        if state == KeyState::Current {
            must_conflict(removed);
            assert_eq!(states(&store, &[&key]).await, [Some(state)]);
        } else {
            removed.unwrap();
            assert_eq!(states(&store, &[&key]).await, [None]);
            must_conflict(store.remove_service_key(key.id, &audit()).await);
        }
    }
}
