//! Links by which administrators set their passwords.

use std::sync::Arc;

use super::fixture::*;
use crate::administrator::{
    Administrator, AdministratorRole, LETTERS_COUNT_FOR, PasswordHash, PasswordLink, PortalSession,
    SingleSignOn,
};
use crate::email::EmailAddress;
use crate::ids::{PasswordLinkId, Version};
use crate::letter::{Letter, LetterContent, ToAdministrator};
use crate::ports::{AuditEvent, SessionsToEnd, Store, UniqueKey};

fn administrator(email: &str, password: Option<&str>) -> Administrator {
    Administrator {
        id: id(),
        email: text(EmailAddress::parse(email)),
        role: AdministratorRole::Operator,
        password: password.map(|text| PasswordHash(text.to_owned())),
        single_sign_on: SingleSignOn::Forbidden,
        disabled: false,
        version: Version::FIRST,
        created_at: then(),
        last_signed_in_at: None,
    }
}

async fn with(store: &Arc<dyn Store>, email: &str) -> Administrator {
    let administrator = administrator(email, Some("old"));
    store.add_administrator(&administrator, &audit()).await.unwrap();
    administrator
}

fn link(of: &Administrator, seconds: i64) -> PasswordLink {
    PasswordLink {
        id: id(),
        administrator_id: of.id,
        invitation: false,
        token_hash: token(),
        created_at: later(seconds),
        expires_at: later(seconds + 100),
    }
}

fn letter(of: &Administrator, link: &PasswordLink) -> Letter {
    let about = ToAdministrator::by(None);
    Letter {
        id: id(),
        organization_id: None,
        to: of.email.clone(),
        user_id: None,
        content: LetterContent::LostPassword { about, link: link.id, expires_at: link.expires_at },
        created_at: then(),
    }
}

async fn add(store: &Arc<dyn Store>, of: &Administrator, link: &PasswordLink, seen: Option<&PasswordLink>) {
    let seen = seen.map(|link| link.id);
    store.add_password_link(link, seen, &letter(of, link), &audit()).await.unwrap();
}

async fn ids(store: &Arc<dyn Store>, of: &Administrator) -> Vec<PasswordLinkId> {
    store.password_links(of.id).await.unwrap().iter().map(|link| link.id).collect()
}

fn with_password(of: &Administrator, password: &str) -> Administrator {
    let password = Some(PasswordHash(password.to_owned()));
    Administrator { password, version: of.version.next(), ..of.clone() }
}

fn event_at(seconds: i64) -> AuditEvent {
    AuditEvent { at: later(seconds), ..audit() }
}

pub async fn a_password_link_is_found_by_its_token_until_it_expires(store: Arc<dyn Store>) {
    let ada = with(&store, "ada@acme.example").await;
    let (link, event) = (link(&ada, 0), audit());
    let letter = letter(&ada, &link);
    store.add_password_link(&link, None, &letter, &event).await.unwrap();
    let found = store.password_link(&link.token_hash, later(99)).await.unwrap();
    assert_eq!(found, Some((link.clone(), ada.clone())));
    assert_eq!(store.password_link(&link.token_hash, later(100)).await.unwrap(), None);
    assert_eq!(store.password_link(&token(), then()).await.unwrap(), None);
    assert_eq!(store.password_links(ada.id).await.unwrap(), [link], "expired ones count still");
    let posted = store.claim(later(1), chrono::Duration::seconds(60), 10).await.unwrap();
    assert_eq!(posted.iter().map(|claimed| &claimed.letter).collect::<Vec<_>>(), [&letter]);
    assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
}

pub async fn a_password_link_is_added_to_what_was_seen_alone(store: Arc<dyn Store>) {
    let (ada, eve) = (with(&store, "a@x.example").await, with(&store, "e@x.example").await);
    let (one, two) = (link(&ada, 1), link(&ada, 2));
    add(&store, &ada, &one, None).await;
    for seen in [None, Some(id())] {
        must_conflict(store.add_password_link(&two, seen, &letter(&ada, &two), &audit()).await);
    }
    add(&store, &ada, &two, Some(&one)).await;
    assert_eq!(ids(&store, &ada).await, [two.id, one.id], "newest first");
    add(&store, &eve, &link(&eve, 3), None).await;
    let nobody = link(&administrator("no@x.example", None), 4);
    must_conflict(store.add_password_link(&nobody, None, &letter(&ada, &nobody), &audit()).await);
    let disabled = Administrator { disabled: true, version: eve.version.next(), ..eve.clone() };
    store.replace_administrator(&disabled, SessionsToEnd::All, &audit()).await.unwrap();
    let late = link(&eve, 5);
    must_conflict(store.add_password_link(&late, None, &letter(&eve, &late), &audit()).await);
    let letters = store.claim(later(9), chrono::Duration::seconds(60), 10).await.unwrap();
    assert_eq!(letters.len(), 3, "what is not written down is not mailed");
}

pub async fn of_simultaneous_password_links_one_is_added(store: Arc<dyn Store>) {
    let ada = with(&store, "ada@acme.example").await;
    let links: Vec<_> = (0..4).map(|second| link(&ada, second)).collect();
    let events: Vec<_> = links.iter().map(|link| (letter(&ada, link), audit())).collect();
    let tries = links.iter().zip(&events);
    let tries = tries.map(|(link, (letter, event))| store.add_password_link(link, None, letter, event));
    let added = futures_util::future::join_all(tries).await;
    assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 1);
    added.into_iter().filter(Result::is_err).for_each(must_conflict);
}

pub async fn a_password_is_set_by_a_link_once(store: Arc<dyn Store>) {
    let ada = with(&store, "ada@acme.example").await;
    let (one, two) = (link(&ada, 1), link(&ada, 2));
    add(&store, &ada, &one, None).await;
    add(&store, &ada, &two, Some(&one)).await;
    let session = PortalSession {
        id: id(),
        administrator_id: ada.id,
        token_hash: token(),
        naming_id: None,
        address: None,
        created_at: then(),
        last_seen_at: then(),
        expires_at: later(100),
    };
    let key = crate::administrator::AttemptKey(token().0);
    store.begin_portal_session(&session, ada.version, None, &key, &audit()).await.unwrap();
    let after = with_password(&ada, "new");
    must_conflict(store.set_password(&after, &token(), &event_at(5)).await);
    must_conflict(store.set_password(&after, &one.token_hash, &event_at(101)).await);
    let event = event_at(5);
    store.set_password(&after, &one.token_hash, &event).await.unwrap();
    let stored = store.administrator(ada.id).await.unwrap().unwrap();
    assert_eq!((stored.password, stored.version), (after.password.clone(), after.version));
    assert_eq!(store.portal_session(&session.token_hash, then(), later(-1)).await.unwrap(), None);
    assert_eq!(ids(&store, &ada).await, []);
    assert_eq!(store.audit_event(None, event.id).await.unwrap().map(|event| event.id), Some(event.id));
    for link in [&one, &two] {
        let again = with_password(&after, "again");
        must_conflict(store.set_password(&again, &link.token_hash, &event_at(6)).await);
    }
}

pub async fn nobody_sets_a_password_by_the_link_of_another(store: Arc<dyn Store>) {
    let (ada, eve) = (with(&store, "a@x.example").await, with(&store, "e@x.example").await);
    let link = link(&ada, 1);
    add(&store, &ada, &link, None).await;
    must_conflict(store.set_password(&with_password(&eve, "new"), &link.token_hash, &event_at(2)).await);
    assert_eq!(ids(&store, &ada).await, [link.id]);
}

pub async fn of_simultaneous_uses_of_a_password_link_one_counts(store: Arc<dyn Store>) {
    let ada = with(&store, "ada@acme.example").await;
    let link = link(&ada, 1);
    add(&store, &ada, &link, None).await;
    let candidates: Vec<_> = (0..4).map(|n| (with_password(&ada, &n.to_string()), event_at(5))).collect();
    let tries = candidates.iter().map(|(after, event)| store.set_password(after, &link.token_hash, event));
    let set = futures_util::future::join_all(tries).await;
    assert_eq!(set.iter().filter(|set| set.is_ok()).count(), 1);
    set.into_iter().filter(Result::is_err).for_each(must_conflict);
}

pub async fn password_links_go_where_sessions_end(store: Arc<dyn Store>) {
    for ending in [SessionsToEnd::None, SessionsToEnd::AllBut(id()), SessionsToEnd::All] {
        let ada = with(&store, &format!("{}@x.example", id::<PasswordLinkId>())).await;
        let link = link(&ada, 1);
        add(&store, &ada, &link, None).await;
        store.replace_administrator(&with_password(&ada, "new"), ending, &audit()).await.unwrap();
        assert_eq!(ids(&store, &ada).await.is_empty(), ending != SessionsToEnd::None);
    }
}

pub async fn an_administrator_is_invited_in_one_step(store: Arc<dyn Store>) {
    let ada = administrator("ada@acme.example", None);
    let link = PasswordLink { invitation: true, ..link(&ada, 1) };
    store.invite_administrator(&ada, &link, &letter(&ada, &link), &audit()).await.unwrap();
    let found = store.password_link(&link.token_hash, then()).await.unwrap();
    assert_eq!(found, Some((link, ada.clone())));
    let again = Administrator { id: id(), ..ada };
    let link = self::link(&again, 1);
    let invited = store.invite_administrator(&again, &link, &letter(&again, &link), &audit()).await;
    must_be_taken(invited, UniqueKey::Administrator);
    let letters = store.claim(later(1), chrono::Duration::seconds(60), 10).await.unwrap();
    assert_eq!(letters.len(), 1);
}

pub async fn an_invitation_is_taken_back_until_it_is_accepted(store: Arc<dyn Store>) {
    let (ada, eve) = (administrator("a@x.example", None), with(&store, "e@x.example").await);
    let link = link(&ada, 1);
    store.invite_administrator(&ada, &link, &letter(&ada, &link), &audit()).await.unwrap();
    must_conflict(store.remove_invited(ada.id, ada.version.next(), &audit()).await);
    must_conflict(store.remove_invited(eve.id, eve.version, &audit()).await);
    must_conflict(store.remove_invited(id(), Version::FIRST, &audit()).await);
    store.remove_invited(ada.id, ada.version, &audit()).await.unwrap();
    assert_eq!(store.administrator(ada.id).await.unwrap(), None);
    assert_eq!(store.password_link(&link.token_hash, then()).await.unwrap(), None);
    assert!(store.administrator(eve.id).await.unwrap().is_some());
}

pub async fn a_password_link_is_swept_when_its_letter_counts_no_more(store: Arc<dyn Store>) {
    let ada = with(&store, "ada@acme.example").await;
    let link = link(&ada, 0);
    add(&store, &ada, &link, None).await;
    let end = link.expires_at + LETTERS_COUNT_FOR;
    assert_eq!(store.sweep(end, 10).await.unwrap(), 0);
    assert_eq!(store.sweep(end + chrono::Duration::seconds(1), 10).await.unwrap(), 1);
    assert_eq!(ids(&store, &ada).await, []);
}

pub async fn an_operator_who_can_sign_in_is_always_left(store: Arc<dyn Store>) {
    let ada = with(&store, "a@x.example").await;
    let invited = administrator("i@x.example", None);
    store.add_administrator(&invited, &audit()).await.unwrap();
    assert!(store.is_last_operator(ada.id).await.unwrap());
    assert!(!store.is_last_operator(invited.id).await.unwrap());
    let nobodys = AdministratorRole::OrganizationAdmin(std::collections::BTreeSet::new());
    let without = |one: &Administrator| {
        let version = one.version.next();
        [
            Administrator { disabled: true, version, ..one.clone() },
            Administrator { role: nobodys.clone(), version, ..one.clone() },
        ]
    };
    for after in without(&ada) {
        must_conflict(store.replace_administrator(&after, SessionsToEnd::All, &audit()).await);
    }
    let eve = with(&store, "e@x.example").await;
    assert!(!store.is_last_operator(ada.id).await.unwrap());
    let [ada_out, _] = without(&ada);
    let [_, eve_out] = without(&eve);
    let events = [audit(), audit()];
    let (one, two) = futures_util::future::join(
        store.replace_administrator(&ada_out, SessionsToEnd::All, &events[0]),
        store.replace_administrator(&eve_out, SessionsToEnd::All, &events[1]),
    )
    .await;
    assert_ne!(one.is_ok(), two.is_ok(), "two who keep each other out at once");
}
