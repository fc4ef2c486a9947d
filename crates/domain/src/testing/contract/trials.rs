//! Trials of connections.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::Store;
use crate::settings::SettingsDraft;
use crate::token::TokenHash;
use crate::trial::{Trial, TrialAnswer};

fn trial(acme: &Acme, id: &str) -> Trial {
    Trial {
        id: id.to_owned(),
        organization_id: acme.organization.id,
        connection_id: acme.connection.id,
        browser: TokenHash([7; 32]),
        draft: SettingsDraft { suppress_welcome_emails: true, ..SettingsDraft::default() },
        expires_at: later(60),
        answer: None,
    }
}

fn answer() -> TrialAnswer {
    TrialAnswer { at: later(1), sealed: b"\0sealed".to_vec() }
}

pub async fn a_trial_is_read_back_until_it_expires(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let trial = trial(&acme, "_trial1");
    store.begin_trial(&trial).await.unwrap();
    let organization = acme.organization.id;
    assert_eq!(store.trial(organization, "_trial1", later(59)).await.unwrap(), Some(trial));
    assert_eq!(store.trial(organization, "_trial1", later(60)).await.unwrap(), None);
    assert_eq!(store.trial(organization, "_trial2", then()).await.unwrap(), None);
    assert_eq!(store.trial(id(), "_trial1", then()).await.unwrap(), None);
}

pub async fn a_trial_is_answered_once_and_kept_for_longer_then(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let trial = trial(&acme, "_trial1");
    store.begin_trial(&trial).await.unwrap();
    let organization = acme.organization.id;
    must_conflict(store.answer_trial(id(), "_trial1", &answer(), later(600)).await);
    store.answer_trial(organization, "_trial1", &answer(), later(600)).await.unwrap();
    must_conflict(store.answer_trial(organization, "_trial1", &answer(), later(900)).await);
    let expected = Trial { answer: Some(answer()), expires_at: later(600), ..trial };
    assert_eq!(store.trial(organization, "_trial1", later(599)).await.unwrap(), Some(expected));
}

pub async fn an_expired_trial_takes_no_answer_and_is_swept(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    store.begin_trial(&trial(&acme, "_trial1")).await.unwrap();
    let late = TrialAnswer { at: later(60), ..answer() };
    must_conflict(store.answer_trial(acme.organization.id, "_trial1", &late, later(600)).await);
    assert_eq!(store.sweep(later(60), 10).await.unwrap(), 0);
    assert_eq!(store.sweep(later(61), 10).await.unwrap(), 1);
}

pub async fn the_trials_of_an_organization_are_counted(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for id in ["_trial1", "_trial2"] {
        store.begin_trial(&trial(&acme, id)).await.unwrap();
    }
    let organization = acme.organization.id;
    store.answer_trial(organization, "_trial1", &answer(), later(600)).await.unwrap();
    assert_eq!(store.trials_kept(organization, later(59)).await.unwrap(), 2);
    assert_eq!(store.trials_kept(organization, later(60)).await.unwrap(), 1);
    assert_eq!(store.trials_kept(organization, later(600)).await.unwrap(), 0);
    assert_eq!(store.trials_kept(id(), then()).await.unwrap(), 0);
}

pub async fn a_trial_goes_with_its_connection(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    store.begin_trial(&trial(&acme, "_trial1")).await.unwrap();
    let version = acme.connection.version;
    store.delete_connection(acme.connection.id, version, &audit()).await.unwrap();
    assert_eq!(store.trial(acme.organization.id, "_trial1", then()).await.unwrap(), None);
    must_conflict(store.begin_trial(&trial(&acme, "_trial2")).await);
}
