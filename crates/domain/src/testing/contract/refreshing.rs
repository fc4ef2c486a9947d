//! Metadata that is fetched again and again, and what is told of certificates.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::super::future::together;
use super::fixture::*;
use crate::connection::{ConnectionView, IdentityProvider};
use crate::ids::{ConnectionId, Version};
use crate::letter::Letter;
use crate::ports::{CertificateWarning, SettledRefresh, Store, TrackedRefresh};
use crate::refresh::{MetadataRefresh, PendingMetadata, RefreshFailure};

const LEASE: Duration = Duration::seconds(60);

/// A refresh that is due at that second.
fn due(seconds: i64) -> MetadataRefresh {
    MetadataRefresh {
        next_at: later(seconds),
        fetched_at: then(),
        valid_until: None,
        failure: None,
        pending: None,
        rejected: None,
    }
}

/// One in which every field says something.
fn eventful(next_at: DateTime<Utc>) -> MetadataRefresh {
    let pending = identity_provider("https://okta.example/idp").metadata;
    MetadataRefresh {
        next_at,
        fetched_at: later(7),
        valid_until: Some(later(900)),
        failure: Some(RefreshFailure {
            code: "fetch_failed".to_owned(),
            message: "it “failed”\0".to_owned(),
            at: later(8),
            since: later(1),
            count: 3,
            told: true,
        }),
        pending: Some(PendingMetadata { metadata: pending, fetched_at: later(6) }),
        rejected: Some("00ff".to_owned()),
    }
}

/// Gives a connection an identity provider whose metadata is due at that second.
async fn schedule(store: &Arc<dyn Store>, view: &ConnectionView, seconds: i64) -> IdentityProvider {
    let connection = &view.connection;
    let provider = identity_provider(&format!("https://{}.example/idp", connection.details.key));
    let version = connection.identity_provider_version;
    let refresh = due(seconds);
    store
        .replace_identity_provider(connection.id, Some(&provider), Some(&refresh), version, &audit())
        .await
        .unwrap();
    provider
}

async fn with_refresh(store: &Arc<dyn Store>, seconds: i64) -> Acme {
    let acme = with_acme(store).await;
    schedule(store, &acme.view(), seconds).await;
    acme
}

async fn tracked(store: &Arc<dyn Store>, id: ConnectionId) -> TrackedRefresh {
    store.metadata_refresh(id).await.unwrap().unwrap()
}

/// What settles a refresh as it was seen, and changes nothing else.
fn settled(seen: &TrackedRefresh, refresh: MetadataRefresh) -> SettledRefresh {
    SettledRefresh {
        tracked: TrackedRefresh { refresh, ..seen.clone() },
        taken: None,
        letters: Vec::new(),
        audit: Vec::new(),
        at: later(9),
    }
}

/// The connections whose refreshes can be claimed at that second.
async fn claimed_at(store: &Arc<dyn Store>, seconds: i64, limit: u32) -> Vec<ConnectionId> {
    let claimed = store.claim_refreshes(later(seconds), LEASE, limit).await.unwrap();
    claimed.into_iter().map(|claimed| claimed.connection_id).collect()
}

async fn letters(store: &Arc<dyn Store>) -> Vec<Letter> {
    let claimed = store.claim(later(1_000), Duration::zero(), 1_000).await.unwrap();
    claimed.into_iter().map(|claimed| claimed.letter).collect()
}

async fn current(store: &Arc<dyn Store>, acme: &Acme) -> ConnectionView {
    let key = &acme.connection.details.key;
    store.connection_by_key(acme.organization.id, key).await.unwrap().unwrap()
}

pub async fn a_refresh_is_read_back_with_what_it_stands_on(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let id = acme.connection.id;
    assert_eq!(store.metadata_refresh(id).await.unwrap(), None);
    let provider = identity_provider("https://okta.example/idp");
    let refresh = eventful(later(10));
    let replaced =
        store.replace_identity_provider(id, Some(&provider), Some(&refresh), Version(1), &audit()).await;
    replaced.unwrap();
    let expected = TrackedRefresh {
        organization_id: acme.organization.id,
        connection_id: id,
        connection_key: acme.connection.details.key.clone(),
        identity_provider_version: Version(2),
        attempt: 0,
        refresh,
    };
    assert_eq!(tracked(&store, id).await, expected);
    let claimed = store.claim_refreshes(later(10), LEASE, 10).await.unwrap();
    assert_eq!(claimed, [TrackedRefresh { attempt: 1, ..expected }]);
}

pub async fn metadata_that_does_not_come_from_an_address_is_never_due(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let id = acme.connection.id;
    let pasted = identity_provider("https://okta.example/idp");
    store.replace_identity_provider(id, Some(&pasted), None, Version(2), &audit()).await.unwrap();
    assert_eq!(store.metadata_refresh(id).await.unwrap(), None);
    assert!(claimed_at(&store, 900_000, 10).await.is_empty());
}

pub async fn another_address_forgets_what_was_known_of_the_one_before(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let id = acme.connection.id;
    let seen = tracked(&store, id).await;
    store.settle_refresh(&settled(&seen, eventful(later(5)))).await.unwrap();
    let provider = identity_provider("https://okta.example/idp");
    let refresh = due(70);
    let replaced =
        store.replace_identity_provider(id, Some(&provider), Some(&refresh), Version(2), &audit()).await;
    replaced.unwrap();
    assert_eq!(tracked(&store, id).await.refresh, refresh);
    assert!(claimed_at(&store, 69, 10).await.is_empty());
    assert_eq!(claimed_at(&store, 70, 10).await, [id]);
}

pub async fn refreshes_are_claimed_longest_due_first_and_once(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 3).await;
    let mut ids = vec![acme.connection.id];
    for (key, seconds) in [("entra", 1), ("adfs", 2)] {
        let mut connection = acme.connection(key);
        connection.identity_provider = None;
        store.create_connection(&connection, &audit()).await.unwrap();
        ids.push(connection.id);
        schedule(&store, &ConnectionView { connection, ..acme.view() }, seconds).await;
    }
    assert!(claimed_at(&store, 0, 10).await.is_empty(), "not due yet");
    assert_eq!(claimed_at(&store, 5, 2).await, [ids[1], ids[2]]);
    assert_eq!(claimed_at(&store, 5, 2).await, [ids[0]]);
    assert!(claimed_at(&store, 64, 2).await.is_empty());
    assert_eq!(claimed_at(&store, 65, 10).await.len(), 3, "their leases have ended");
}

pub async fn a_settled_refresh_is_due_again_at_its_time(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let id = acme.connection.id;
    let before = current(&store, &acme).await;
    let claimed = store.claim_refreshes(later(1), LEASE, 10).await.unwrap();
    store.settle_refresh(&settled(&claimed[0], eventful(later(30)))).await.unwrap();
    assert_eq!(tracked(&store, id).await.refresh, eventful(later(30)));
    assert_eq!(current(&store, &acme).await, before, "a refresh that changed nothing is no new version");
    assert!(claimed_at(&store, 29, 10).await.is_empty());
    assert_eq!(claimed_at(&store, 30, 10).await, [id], "earlier than its lease would have ended");
}

pub async fn a_new_description_is_taken_with_all_that_is_told_of_it(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let mut expected = current(&store, &acme).await;
    let seen = tracked(&store, acme.connection.id).await;
    let mut taken = identity_provider("https://okta.example/idp");
    "11ff".clone_into(&mut taken.metadata.certificates[0].sha256_fingerprint);
    let letters_to_send = [1, 2].map(|_| letter(&acme.view(), &acme.user("ada@acme.example")));
    let settlement = SettledRefresh {
        taken: Some(taken.clone()),
        letters: letters_to_send.to_vec(),
        audit: vec![audit(), audit()],
        ..settled(&seen, due(50))
    };
    store.settle_refresh(&settlement).await.unwrap();
    expected.connection.identity_provider = Some(taken.clone());
    expected.connection.identity_provider_version = Version(3);
    expected.connection.updated_at = settlement.at;
    assert_eq!(current(&store, &acme).await, expected);
    let found = store.connection_by_issuer(acme.organization.id, &taken.metadata.entity_id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&expected));
    assert_eq!(letters(&store).await, letters_to_send);
    assert_eq!(tracked(&store, acme.connection.id).await.identity_provider_version, Version(3));
}

pub async fn nothing_is_settled_by_who_has_not_seen_the_last_of_it(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let id = acme.connection.id;
    let first = store.claim_refreshes(later(1), LEASE, 10).await.unwrap().remove(0);
    let second = store.claim_refreshes(later(61), LEASE, 10).await.unwrap().remove(0);
    let before = (current(&store, &acme).await, tracked(&store, id).await);
    let late = |seen: &TrackedRefresh| SettledRefresh {
        taken: Some(identity_provider("https://okta.example/idp")),
        letters: vec![letter(&acme.view(), &acme.user("ada@acme.example"))],
        audit: vec![audit()],
        ..settled(seen, eventful(later(3)))
    };
    must_conflict(store.settle_refresh(&late(&first)).await);
    let other_version = TrackedRefresh { identity_provider_version: Version(1), ..second.clone() };
    must_conflict(store.settle_refresh(&late(&other_version)).await);
    must_conflict(store.settle_refresh(&settled(&other_version, due(1))).await);
    let other_organization = TrackedRefresh { organization_id: super::fixture::id(), ..second.clone() };
    must_conflict(store.settle_refresh(&late(&other_organization)).await);
    let nowhere = TrackedRefresh { connection_id: super::fixture::id(), ..second.clone() };
    must_conflict(store.settle_refresh(&late(&nowhere)).await);
    assert_eq!((current(&store, &acme).await, tracked(&store, id).await), before);
    assert!(letters(&store).await.is_empty());
    store.settle_refresh(&settled(&second, due(100))).await.unwrap();
    must_conflict(store.settle_refresh(&settled(&second, due(100))).await);
}

pub async fn a_refresh_goes_with_its_connection(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    let seen = tracked(&store, acme.connection.id).await;
    store.delete_connection(acme.connection.id, Version(1), &audit()).await.unwrap();
    assert_eq!(store.metadata_refresh(acme.connection.id).await.unwrap(), None);
    assert!(claimed_at(&store, 900_000, 10).await.is_empty());
    must_conflict(store.settle_refresh(&settled(&seen, due(1))).await);
}

pub async fn two_simultaneous_claims_share_no_refresh(store: Arc<dyn Store>) {
    let acme = with_refresh(&store, 1).await;
    for round in 0..20 {
        let claim = || claimed_at(&store, 1 + round * 60, 10);
        let (one, other) = together(claim(), claim()).await;
        assert_eq!([one, other].concat(), [acme.connection.id], "round {round}");
    }
}

fn warning(acme: &Acme, fingerprint: &str, days: u16) -> CertificateWarning {
    CertificateWarning {
        organization_id: acme.organization.id,
        connection_id: acme.connection.id,
        sha256_fingerprint: fingerprint.to_owned(),
        days,
        at: then(),
    }
}

pub async fn a_certificate_is_warned_of_once_for_each_of_the_days(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mail = || letter(&acme.view(), &acme.user("ada@acme.example"));
    let mut expected = Vec::new();
    for (fingerprint, days) in [("00ff", 60), ("00ff", 30), ("11ff", 30)] {
        let letter = mail();
        assert!(store.warn_of_certificate(&warning(&acme, fingerprint, days), &letter).await.unwrap());
        assert!(!store.warn_of_certificate(&warning(&acme, fingerprint, days), &mail()).await.unwrap());
        expected.push(letter);
    }
    assert_eq!(letters(&store).await, expected);
}

pub async fn a_warning_needs_its_connection(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mail = letter(&acme.view(), &acme.user("ada@acme.example"));
    let nowhere = CertificateWarning { connection_id: id(), ..warning(&acme, "00ff", 60) };
    must_conflict(store.warn_of_certificate(&nowhere, &mail).await);
    assert!(letters(&store).await.is_empty());
}

pub async fn two_simultaneous_warnings_are_one_letter(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for days in 1..20 {
        let warning = warning(&acme, "00ff", days);
        let mails = [1, 2].map(|_| letter(&acme.view(), &acme.user("ada@acme.example")));
        let (one, other) = together(
            store.warn_of_certificate(&warning, &mails[0]),
            store.warn_of_certificate(&warning, &mails[1]),
        )
        .await;
        assert_ne!(one.unwrap(), other.unwrap());
        assert_eq!(letters(&store).await.len(), usize::from(days));
    }
}
