//! What happens when two do the same at once.

use std::sync::Arc;

use chrono::Duration;

use super::super::future::together;
use super::fixture::*;
use crate::catalog::Catalog;
use crate::ports::{SignInFilter, Store, StoreError, UniqueKey, UserFilter};
use crate::service_key::{KeyState, KeyUsage};
use crate::sign_in::{Outcome, Recording};
use crate::user::User;

/// How often a race is run.
pub const ROUNDS: usize = 50;

/// Signs the person of that round in, who may be new, as the use-case does: decides again when somebody was faster.
pub async fn sign_in(store: Arc<dyn Store>, acme: Acme, round: usize) {
    let view = acme.view();
    let email = format!("new{round}@acme.example");
    for _ in 0..5 {
        let snapshot = store.snapshot(&subject(&view, &email, &email)).await.unwrap();
        let recording = match snapshot.by_identity {
            Some(user) => update(&view, &user, user.clone()),
            None => creation(&view, &acme.user(&email)),
        };
        match store.record(&recording).await {
            Err(StoreError::Conflict) => {}
            result => return result.unwrap(),
        }
    }
    panic!("five attempts were not enough");
}

/// Asserts that each of the rounds made one user and one mail, and signed two people in.
pub async fn assert_one_user_and_one_mail_a_round(store: Arc<dyn Store>, acme: Acme) {
    let id = acme.organization.id;
    let users = store.users(id, &UserFilter::default(), ALL).await.unwrap().items;
    assert_eq!(users.len(), ROUNDS);
    assert!(users.iter().all(|user| user.version.0 == 2 && user.identities.len() == 1));
    assert_eq!(store.claim(later(1), Duration::seconds(60), 1_000).await.unwrap().len(), ROUNDS);
    let updated = SignInFilter { outcome: Some(Outcome::Updated), ..SignInFilter::default() };
    assert_eq!(store.sign_ins(id, &updated, ALL).await.unwrap().items.len(), 2 * ROUNDS);
}

pub async fn two_simultaneous_first_sign_ins_make_one_user_and_one_mail(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for round in 0..ROUNDS {
        let person = || Box::pin(sign_in(store.clone(), acme.clone(), round));
        together(person(), person()).await;
    }
    assert_one_user_and_one_mail_a_round(store, acme).await;
}

pub async fn two_simultaneous_claims_share_no_letter(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let ada = acme.user("ada@acme.example");
    for _ in 0..10 {
        let letters = (0..10).map(|_| letter(&acme.view(), &ada)).collect();
        store.record(&Recording { letters, ..refusal(&acme.view()) }).await.unwrap();
        let claim = || store.claim(later(1), Duration::seconds(60), 6);
        let (one, other) = together(claim(), claim()).await;
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(one.iter().all(|claimed| !other.contains(claimed)));
        let rest = store.claim(later(1), Duration::seconds(60), 10).await.unwrap();
        assert_eq!(one.len() + other.len() + rest.len(), 10);
    }
}

pub async fn two_simultaneous_redemptions_bind_once(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for round in 0..10 {
        let user = User { identities: Vec::new(), ..acme.user(&format!("u{round}@acme.example")) };
        acme.install_user(&*store, &user).await;
        let link = link(&acme.view(), &user, &format!("name-{round}"));
        store.record(&Recording { link: Some(link.clone()), ..refusal(&acme.view()) }).await.unwrap();
        let event = [audit(), audit()];
        let redeem = |index: usize| store.redeem_link(&link, later(1), &event[index]);
        let results = together(redeem(0), redeem(1)).await;
        match results {
            (Ok(()), other) | (other, Ok(())) => must_conflict(other),
            neither => panic!("nobody bound the identity: {neither:?}"),
        }
        assert_eq!(stored(&store, &user).await.version, user.version.next());
    }
}

pub async fn two_simultaneous_changes_of_a_user_conflict(store: Arc<dyn Store>) {
    let (acme, mut user) = with_user(&store).await;
    let catalog = acme.organization.catalog_version;
    for _ in 0..10 {
        let after = User { version: user.version.next(), ..user.clone() };
        let (event, recording) = (audit(), update(&acme.view(), &user, user.clone()));
        let results = together(store.replace_user(&after, catalog, &event), store.record(&recording)).await;
        match results {
            (Ok(()), other) | (other, Ok(())) => must_conflict(other),
            neither => panic!("nobody changed the user: {neither:?}"),
        }
        user = stored(&store, &user).await;
        assert_eq!(user.version, after.version);
    }
}

pub async fn no_catalog_loses_a_value_that_somebody_gets_meanwhile(store: Arc<dyn Store>) {
    let mut acme = with_acme_without_defaults(&store).await;
    let id = acme.organization.id;
    for round in 0..20 {
        let mut user = acme.user(&format!("u{round}@acme.example"));
        let version = acme.organization.catalog_version;
        let events = [audit(), audit()];
        let recording = creation(&acme.view(), &user);
        let is_empty = Catalog::default();
        let arrives = async || match round % 2 {
            0 => store.create_user(&user, version, &events[0]).await.map(|()| true),
            _ => store.record(&recording).await.map(|()| true),
        };
        let goes = async || Ok(store.replace_catalog(id, &is_empty, version, &events[1]).await?.is_empty());
        let choice = |first| async move { if first { arrives().await } else { goes().await } };
        let (arrived, went) = together(choice(true), choice(false)).await;
        match (arrived, went) {
            (Ok(true), Ok(false)) => {
                user.version = user.version.next();
                user.profile.assignments.clear();
                user.profile.location = None;
                store.replace_user(&user, version, &audit()).await.unwrap();
            }
            (conflict, Ok(true)) => {
                must_conflict(conflict);
                let lost = store.replace_catalog(id, &acme.catalog, version.next(), &audit()).await;
                assert_eq!(lost.unwrap(), []);
                acme.organization.catalog_version = version.next().next();
            }
            other => panic!("neither the user nor the catalog, or both: {other:?}"),
        }
    }
}

pub async fn no_catalog_loses_a_default_that_is_saved_meanwhile(store: Arc<dyn Store>) {
    let acme = with_acme_without_defaults(&store).await;
    let (id, connection) = (acme.organization.id, acme.connection.id);
    let (with_defaults, without) = (super::super::acme().connection.settings, &acme.connection.settings);
    let (mut catalog, mut settings) = (acme.organization.catalog_version, acme.connection.settings_version);
    for _ in 0..20 {
        let events = [audit(), audit()];
        let nothing = Catalog::default();
        let comes = async || {
            let saved =
                store.replace_settings(connection, &with_defaults, settings, catalog, &events[0]).await;
            saved.map(|()| true)
        };
        let goes = async || Ok(store.replace_catalog(id, &nothing, catalog, &events[1]).await?.is_empty());
        let choice = |first| async move { if first { comes().await } else { goes().await } };
        match together(choice(true), choice(false)).await {
            (Ok(true), Ok(false)) => {
                settings = settings.next();
                store.replace_settings(connection, without, settings, catalog, &audit()).await.unwrap();
                settings = settings.next();
            }
            (conflict, Ok(true)) => {
                must_conflict(conflict);
                catalog = catalog.next();
                let lost = store.replace_catalog(id, &acme.catalog, catalog, &audit()).await;
                assert_eq!(lost.unwrap(), []);
                catalog = catalog.next();
            }
            other => panic!("neither the default nor the catalog, or both: {other:?}"),
        }
    }
}

pub async fn of_simultaneous_first_keys_one_is_kept(store: Arc<dyn Store>) {
    for &usage in KeyUsage::ALL {
        let keys = [(); 2].map(|()| service_key(usage, KeyState::Current));
        let events = [audit(), audit()];
        let add = |index: usize| store.add_service_key(&keys[index], &events[index]);
        let kept = match together(add(0), add(1)).await {
            (Ok(()), taken) => (taken, 0),
            (taken, Ok(())) => (taken, 1),
            other => panic!("none was kept: {other:?}"),
        };
        must_be_taken(kept.0, UniqueKey::ServiceKey);
        let mut stored = store.service_keys().await.unwrap();
        stored.retain(|key| key.usage == usage);
        assert_eq!(stored, [keys[kept.1].clone()]);
    }
}

pub async fn a_key_is_activated_once(store: Arc<dyn Store>) {
    for &usage in KeyUsage::ALL {
        let [current, next] = [KeyState::Current, KeyState::Next].map(|state| service_key(usage, state));
        for key in [&current, &next] {
            store.add_service_key(key, &audit()).await.unwrap();
        }
        let events = [audit(), audit()];
        let activate = |index: usize| store.activate_service_key(next.id, &events[index]);
        match together(activate(0), activate(1)).await {
            (Ok(()), conflict) | (conflict, Ok(())) => must_conflict(conflict),
            other => panic!("nobody activated it: {other:?}"),
        }
        let stored = store.service_keys().await.unwrap();
        let states = [current.id, next.id].map(|id| stored.iter().find(|key| key.id == id).unwrap().state);
        assert_eq!(states, [KeyState::Previous, KeyState::Current]);
    }
}

pub async fn of_simultaneous_untrusted_responses_no_more_than_the_number_are_kept(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for most in 1..=20 {
        let record = [untrusted_record(&acme.view()), untrusted_record(&acme.view())];
        let keep = |index: usize| store.record_untrusted(&record[index], None, most, later(-60));
        let (one, other) = together(keep(0), keep(1)).await;
        assert!(one.unwrap() != other.unwrap(), "there was room for one");
    }
}
