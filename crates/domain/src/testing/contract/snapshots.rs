//! What a decision is told.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::Store;
use crate::sign_in::{LoginRequest, MOST_LINKS, MailedLink, Recording, Snapshot, Subject};

pub async fn an_empty_store_knows_nobody(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut subject = subject(&acme.view(), "ada", "ada@acme.example");
    subject.assertion_id = Some("_1".to_owned());
    subject.request_id = Some("_2".to_owned());
    assert_eq!(store.snapshot(&subject).await.unwrap(), Snapshot::default());
    let nothing = Subject { name_id: None, email: None, assertion_id: None, request_id: None, ..subject };
    assert_eq!(store.snapshot(&nothing).await.unwrap(), Snapshot::default());
}

pub async fn a_user_is_found_by_the_exact_name_id(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut user = acme.user("ada@acme.example");
    user.identities[0].name_id = name_id("Ada-1");
    user.profile.assignments.extend([pair("contractor", "visitor")]);
    acme.install_user(&*store, &user).await;
    let snapshot = store.snapshot(&subject(&acme.view(), "Ada-1", "x@acme.example")).await.unwrap();
    assert_eq!(snapshot, Snapshot { by_identity: Some(user), ..Snapshot::default() });
}

pub async fn a_user_is_found_by_address_without_letter_case(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut user = acme.user("Ada@Acme.Example");
    user.identities.clear();
    user.profile.assignments.clear();
    user.profile.location = None;
    acme.install_user(&*store, &user).await;
    let snapshot = store.snapshot(&subject(&acme.view(), "ada", "aDA@acme.eXample")).await.unwrap();
    assert_eq!(snapshot, Snapshot { by_email: Some(user), ..Snapshot::default() });
}

pub async fn name_ids_that_differ_in_letter_case_or_space_are_near_misses(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let other = acme.connection("entra");
    store.create_connection(&other, &audit()).await.unwrap();
    for (index, name) in ["ÄDA", "Äda\u{A0}", "äda2", "äda"].into_iter().enumerate() {
        let mut user = acme.user(&format!("ada{index}@acme.example"));
        user.identities[0].name_id = name_id(name);
        acme.install_user(&*store, &user).await;
    }
    let mut elsewhere = acme.user("elsewhere@acme.example");
    elsewhere.identities[0] = crate::user::Identity { connection_id: other.id, name_id: name_id("äDA") };
    acme.install_user(&*store, &elsewhere).await;
    let snapshot = store.snapshot(&subject(&acme.view(), "äda", "x@acme.example")).await.unwrap();
    assert_eq!(snapshot.near_misses, [name_id("ÄDA"), name_id("Äda\u{A0}")]);
    assert!(snapshot.by_identity.is_some());
}

pub async fn identity_and_address_may_lead_to_two_users(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let (ada, eve) = (acme.user("ada@acme.example"), acme.user("eve@acme.example"));
    acme.install_user(&*store, &ada).await;
    acme.install_user(&*store, &eve).await;
    let both = store.snapshot(&subject(&acme.view(), "ada@acme.example", "eve@acme.example")).await.unwrap();
    assert_eq!((both.by_identity, both.by_email), (Some(ada.clone()), Some(eve)));
    let same = store.snapshot(&subject(&acme.view(), "ada@acme.example", "ada@acme.example")).await.unwrap();
    assert_eq!((same.by_identity, same.by_email), (Some(ada.clone()), Some(ada)));
}

pub async fn a_pending_request_is_found_even_when_it_has_expired(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let nowhere = LoginRequest { return_to: None, expires_at: later(-600), ..request(&acme.view()) };
    for request in [request(&acme.view()), nowhere] {
        store.open_request(&request).await.unwrap();
        let mut subject = subject(&acme.view(), "ada", "ada@acme.example");
        subject.request_id = Some(request.id.clone());
        assert_eq!(store.snapshot(&subject).await.unwrap().request, Some(request));
    }
}

pub async fn a_used_assertion_is_used_on_its_connection_alone(store: Arc<dyn Store>) {
    let mut acme = with_acme(&store).await;
    let recording = refusal(&acme.view());
    store.record(&recording).await.unwrap();
    let mut used = subject(&acme.view(), "ada", "ada@acme.example");
    used.assertion_id = Some(recording.assertion.id.clone());
    assert!(store.snapshot(&used).await.unwrap().assertion_used);
    acme.connection = acme.connection("entra");
    store.create_connection(&acme.connection, &audit()).await.unwrap();
    let elsewhere = Subject { connection_id: acme.connection.id, ..used };
    assert!(!store.snapshot(&elsewhere).await.unwrap().assertion_used);
    let mut again = refusal(&acme.view());
    again.assertion = recording.assertion;
    store.record(&again).await.unwrap();
}

pub async fn the_last_links_to_the_owner_of_an_address_are_known(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let eve = acme.user("eve@acme.example");
    acme.install_user(&*store, &eve).await;
    let mut mailed = Vec::new();
    for (user, seconds) in [(&eve, 0)].into_iter().chain((0..=MOST_LINKS).map(|_| &ada).zip(1..)) {
        let mut link = link(&acme.view(), user, &format!("somebody-{seconds}"));
        link.expires_at = later(seconds);
        store.record(&Recording { link: Some(link.clone()), ..refusal(&acme.view()) }).await.unwrap();
        mailed.push(MailedLink { identity: link.identity, email: link.email, expires_at: link.expires_at });
    }
    let newest: Vec<_> = mailed.into_iter().rev().take(MOST_LINKS).collect();
    let snapshot = store.snapshot(&subject(&acme.view(), "x", "ADA@acme.example")).await.unwrap();
    assert_eq!(snapshot.links, newest);
    let nobody = store.snapshot(&subject(&acme.view(), "x", "nobody@acme.example")).await.unwrap();
    assert!(nobody.links.is_empty());
}
