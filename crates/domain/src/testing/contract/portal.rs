//! Sessions in the portal, and attempts to begin one.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fixture::*;
use crate::administrator::{
    Administrator, AdministratorRole, AttemptKey, Attempts, PortalSession, SingleSignOn,
};
use crate::email::EmailAddress;
use crate::ids::Version;
use crate::ports::{SessionsToEnd, SignedInAdministrator, Store};
use crate::token::TokenHash;

async fn with_administrator(store: &Arc<dyn Store>, email: &str) -> Administrator {
    let administrator = Administrator {
        id: id(),
        email: text(EmailAddress::parse(email)),
        role: AdministratorRole::Operator,
        password: None,
        single_sign_on: SingleSignOn::Forbidden,
        disabled: false,
        version: Version::FIRST,
        created_at: then(),
        last_signed_in_at: None,
    };
    store.add_administrator(&administrator, &audit()).await.unwrap();
    administrator
}

fn session(administrator: &Administrator) -> PortalSession {
    PortalSession {
        id: id(),
        administrator_id: administrator.id,
        token_hash: token(),
        naming_id: None,
        address: Some("2001:db8:1:2::".parse().unwrap()),
        created_at: then(),
        last_seen_at: then(),
        expires_at: later(100),
    }
}

fn attempts(count: u32) -> Attempts {
    Attempts { count, next_at: later(1), forget_after: later(50) }
}

fn key() -> AttemptKey {
    AttemptKey(token().0)
}

async fn begin(store: &Arc<dyn Store>, session: &PortalSession) {
    store.begin_portal_session(session, Version::FIRST, None, &key(), &audit()).await.unwrap();
}

async fn found(store: &Arc<dyn Store>, token: &TokenHash, now: DateTime<Utc>) -> Option<PortalSession> {
    let found = store.portal_session(token, now, now - chrono::Duration::seconds(30)).await.unwrap();
    found.map(|found| found.session)
}

pub async fn attempts_are_counted_on_what_was_seen_alone(store: Arc<dyn Store>) {
    let key = key();
    assert_eq!(store.attempts(&key).await.unwrap(), None);
    store.count_attempt(&key, None, &attempts(1)).await.unwrap();
    must_conflict(store.count_attempt(&key, None, &attempts(1)).await);
    let later_ones = Attempts { next_at: later(7), ..attempts(1) };
    must_conflict(store.count_attempt(&key, Some(&later_ones), &attempts(2)).await);
    must_conflict(store.count_attempt(&key, Some(&attempts(2)), &attempts(3)).await);
    store.count_attempt(&key, Some(&attempts(1)), &attempts(2)).await.unwrap();
    assert_eq!(store.attempts(&key).await.unwrap(), Some(attempts(2)));
    assert_eq!(store.attempts(&self::key()).await.unwrap(), None);
}

pub async fn of_simultaneous_attempts_one_is_counted(store: Arc<dyn Store>) {
    let key = key();
    for seen in [None, Some(attempts(1))] {
        let next = attempts(seen.map_or(1, |seen| seen.count + 1));
        let tries = (0..4).map(|_| store.count_attempt(&key, seen.as_ref(), &next));
        let counted = futures_util::future::join_all(tries).await;
        assert_eq!(counted.iter().filter(|counted| counted.is_ok()).count(), 1);
        counted.into_iter().filter(Result::is_err).for_each(must_conflict);
    }
}

pub async fn a_portal_session_names_its_administrator(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    for session in [session(&ada), PortalSession { address: None, ..session(&ada) }] {
        begin(&store, &session).await;
        let administrator = Administrator { last_signed_in_at: Some(then()), ..ada.clone() };
        let token = session.token_hash;
        let found = store.portal_session(&token, then(), later(-1)).await.unwrap();
        assert_eq!(found, Some(SignedInAdministrator { session, administrator }));
    }
    assert_eq!(store.portal_session(&token(), then(), later(-1)).await.unwrap(), None);
}

pub async fn beginning_a_session_is_written_whole(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    let (old, new, key) = (session(&ada), session(&ada), key());
    begin(&store, &old).await;
    store.count_attempt(&key, None, &attempts(4)).await.unwrap();
    let event = audit();
    store.begin_portal_session(&new, ada.version, Some(&old.token_hash), &key, &event).await.unwrap();
    assert_eq!(found(&store, &old.token_hash, then()).await, None);
    assert_eq!(found(&store, &new.token_hash, then()).await, Some(new));
    assert_eq!(store.attempts(&key).await.unwrap(), None);
    assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
}

pub async fn no_session_begins_of_an_administrator_who_changed(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    let (session, key) = (session(&ada), key());
    store.count_attempt(&key, None, &attempts(1)).await.unwrap();
    let disabled = Administrator { disabled: true, version: ada.version.next(), ..ada.clone() };
    store.replace_administrator(&disabled, SessionsToEnd::All, &audit()).await.unwrap();
    for version in [ada.version, disabled.version] {
        must_conflict(store.begin_portal_session(&session, version, None, &key, &audit()).await);
    }
    assert_eq!(found(&store, &session.token_hash, then()).await, None);
    assert!(store.attempts(&key).await.unwrap().is_some());
}

pub async fn a_portal_session_ends_by_age_idleness_and_hand(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    let session = session(&ada);
    begin(&store, &session).await;
    let token = session.token_hash;
    assert!(found(&store, &token, later(29)).await.is_some());
    assert_eq!(found(&store, &token, later(30)).await, None, "nobody used it");
    store.note_portal_use(session.id, later(80)).await.unwrap();
    assert!(found(&store, &token, later(99)).await.is_some());
    assert_eq!(found(&store, &token, later(100)).await, None, "it is too old");
    store.end_portal_session(&token).await.unwrap();
    assert_eq!(found(&store, &token, later(99)).await, None);
    store.end_portal_session(&token).await.unwrap();
}

pub async fn a_use_of_a_portal_session_is_written_down(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    let session = session(&ada);
    begin(&store, &session).await;
    for (noted, kept) in [(5, 5), (9, 9), (3, 9)] {
        store.note_portal_use(session.id, later(noted)).await.unwrap();
        let seen = found(&store, &session.token_hash, later(9)).await.unwrap().last_seen_at;
        assert_eq!(seen, later(kept));
    }
    store.note_portal_use(id(), later(1)).await.unwrap();
}

pub async fn sessions_of_an_administrator_end_together(store: Arc<dyn Store>) {
    let (ada, eve) =
        (with_administrator(&store, "a@x.example").await, with_administrator(&store, "e@x.example").await);
    let (one, two, other) = (session(&ada), session(&ada), session(&eve));
    for session in [&one, &two, &other] {
        begin(&store, session).await;
    }
    let left = async || {
        let mut left = Vec::new();
        for session in [&one, &two, &other] {
            left.push(found(&store, &session.token_hash, then()).await.is_some());
        }
        left
    };
    store.end_portal_sessions(ada.id, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(left().await, [true, true, true]);
    store.end_portal_sessions(ada.id, SessionsToEnd::AllBut(two.id), &audit()).await.unwrap();
    assert_eq!(left().await, [false, true, true]);
    let after = Administrator { version: ada.version.next(), ..ada.clone() };
    store.replace_administrator(&after, SessionsToEnd::AllBut(one.id), &audit()).await.unwrap();
    assert_eq!(left().await, [false, false, true]);
    store.end_portal_sessions(eve.id, SessionsToEnd::All, &audit()).await.unwrap();
    assert_eq!(left().await, [false, false, false]);
    must_conflict(store.end_portal_sessions(id(), SessionsToEnd::All, &audit()).await);
}

pub async fn a_disabled_administrator_has_no_session(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    let session = session(&ada);
    begin(&store, &session).await;
    let disabled = Administrator { disabled: true, version: ada.version.next(), ..ada };
    store.replace_administrator(&disabled, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(found(&store, &session.token_hash, then()).await, None);
}

pub async fn portal_sessions_are_listed_newest_first(store: Arc<dyn Store>) {
    let (ada, eve) =
        (with_administrator(&store, "a@x.example").await, with_administrator(&store, "e@x.example").await);
    let sessions: Vec<_> = (0..3).map(|_| session(&ada)).collect();
    let expired = PortalSession { expires_at: later(10), ..session(&ada) };
    for session in sessions.iter().chain([&expired, &session(&eve)]) {
        begin(&store, session).await;
    }
    let listed = async |limit| {
        let sessions = store.portal_sessions(ada.id, later(10), later(-1), limit).await.unwrap();
        sessions.iter().map(|session| session.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(10).await, [sessions[2].id, sessions[1].id, sessions[0].id]);
    assert_eq!(listed(1).await, [sessions[2].id]);
    let idle = store.portal_sessions(ada.id, later(10), later(0), 10).await.unwrap();
    assert!(idle.is_empty());
}

pub async fn old_portal_sessions_and_attempts_are_swept(store: Arc<dyn Store>) {
    let ada = with_administrator(&store, "ada@acme.example").await;
    for _ in 0..3 {
        begin(&store, &session(&ada)).await;
        store.count_attempt(&key(), None, &attempts(1)).await.unwrap();
    }
    let kept = PortalSession { expires_at: later(1_000), ..session(&ada) };
    begin(&store, &kept).await;
    assert_eq!(store.sweep(later(50), 2).await.unwrap(), 0);
    assert_eq!(store.sweep(later(51), 2).await.unwrap(), 2);
    assert_eq!(store.sweep(later(101), 2).await.unwrap(), 3);
    assert_eq!(store.sweep(later(101), 2).await.unwrap(), 1);
    assert!(found(&store, &kept.token_hash, later(1)).await.is_some());
}
