//! Links to the single sign-on pages of one organization, and the sessions that begin there.

use std::sync::Arc;

use super::fixture::*;
use crate::email::EmailAddress;
use crate::letter::{KEPT_ONCE_SETTLED, Letter, LetterContent, ToAdministrator};
use crate::ports::{Actor, Origin, SettingUp, Store};
use crate::setup_link::{SetupLink, SetupSession};

fn link(acme: &Acme) -> SetupLink {
    SetupLink {
        id: id(),
        organization_id: acme.organization.id,
        email: text(EmailAddress::parse("It@acme.example")),
        token_hash: token(),
        created_by: Actor::CommandLine,
        created_at: then(),
        expires_at: later(100),
        last_used_at: None,
    }
}

fn letter(acme: &Acme, link: &SetupLink) -> Letter {
    Letter {
        id: id(),
        organization_id: Some(acme.organization.id),
        to: link.email.clone(),
        user_id: None,
        content: LetterContent::SetupLink {
            about: ToAdministrator::by(Some(&acme.organization)),
            link: link.id,
            invited_by: None,
            expires_at: link.expires_at,
        },
        created_at: then(),
    }
}

fn session(link: &SetupLink) -> SetupSession {
    SetupSession {
        id: id(),
        organization_id: link.organization_id,
        link_id: link.id,
        token_hash: token(),
        address: Some("192.0.2.7".parse().unwrap()),
        created_at: later(5),
        last_seen_at: later(5),
        expires_at: later(100),
    }
}

async fn with_link(store: &Arc<dyn Store>) -> (Acme, SetupLink) {
    let acme = with_acme(store).await;
    let link = link(&acme);
    store.add_setup_link(&link, &letter(&acme, &link), &audit()).await.unwrap();
    (acme, link)
}

async fn lives(store: &Arc<dyn Store>, session: &SetupSession, seconds: i64) -> bool {
    let found = store.setup_session(&session.token_hash, later(seconds), later(seconds - 30)).await;
    found.unwrap().is_some()
}

pub async fn a_setup_link_is_read_back_and_found_until_it_expires(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let by = Actor::SetupLink {
        id: id(),
        email: text(EmailAddress::parse("x@acme.example")),
        origin: Origin::default(),
    };
    let (one, two) = (link(&acme), SetupLink { created_by: by, ..link(&acme) });
    let event = audit();
    store.add_setup_link(&one, &letter(&acme, &one), &audit()).await.unwrap();
    store.add_setup_link(&two, &letter(&acme, &two), &event).await.unwrap();
    assert_eq!(store.setup_links(acme.organization.id).await.unwrap(), [two, one.clone()], "newest first");
    assert_eq!(store.setup_links(id()).await.unwrap(), []);
    let found = store.setup_link(&one.token_hash, later(99)).await.unwrap();
    assert_eq!(found, Some((one.clone(), acme.organization.slug.clone())));
    assert_eq!(store.setup_link(&one.token_hash, later(100)).await.unwrap(), None);
    assert_eq!(store.setup_link(&token(), then()).await.unwrap(), None);
    assert_eq!(store.claim(later(1), chrono::Duration::seconds(60), 10).await.unwrap().len(), 2);
    assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
}

pub async fn setup_links_are_listed_by_the_administrator_who_had_them_mailed(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let (ada, email) = (id(), text(EmailAddress::parse("ada@acme.example")));
    let by = Actor::Administrator { id: ada, email, operator: false, origin: Origin::default() };
    let mut mailed = Vec::new();
    for (organization, by) in [(&acme, by.clone()), (&acme, Actor::CommandLine), (&other, by)] {
        let link = SetupLink { created_by: by, ..link(organization) };
        store.add_setup_link(&link, &letter(organization, &link), &audit()).await.unwrap();
        mailed.push(link);
    }
    let found = store.setup_links_made_by(ada).await.unwrap();
    assert_eq!(found, [mailed[2].clone(), mailed[0].clone()], "newest first");
    assert_eq!(store.setup_links_made_by(id()).await.unwrap(), []);
}

pub async fn a_setup_session_names_its_link(store: Arc<dyn Store>) {
    let (acme, link) = with_link(&store).await;
    let session = session(&link);
    store.begin_setup_session(&session, None, &audit()).await.unwrap();
    let link = SetupLink { last_used_at: Some(session.created_at), ..link };
    let found = store.setup_session(&session.token_hash, later(6), later(-1)).await.unwrap();
    let organization = acme.organization.slug;
    assert_eq!(found, Some(SettingUp { session: session.clone(), link: link.clone(), organization }));
    assert_eq!(store.setup_session(&token(), later(6), later(-1)).await.unwrap(), None);
    assert_eq!(store.portal_session(&session.token_hash, later(6), later(-1)).await.unwrap(), None);
    assert_eq!(store.setup_links(link.organization_id).await.unwrap(), [link]);
}

pub async fn a_setup_session_ends_by_age_idleness_and_hand(store: Arc<dyn Store>) {
    let (_, link) = with_link(&store).await;
    let (one, two) = (session(&link), session(&link));
    store.begin_setup_session(&one, None, &audit()).await.unwrap();
    assert!(lives(&store, &one, 34).await && !lives(&store, &one, 35).await);
    store.note_setup_use(&one, later(90)).await.unwrap();
    store.note_setup_use(&one, later(7)).await.unwrap();
    assert!(lives(&store, &one, 99).await && !lives(&store, &one, 100).await);
    store.begin_setup_session(&two, Some(&one.token_hash), &audit()).await.unwrap();
    assert!(!lives(&store, &one, 20).await && lives(&store, &two, 20).await, "it was exchanged");
    store.end_setup_session(&two.token_hash).await.unwrap();
    assert!(!lives(&store, &two, 20).await);
    store.end_setup_session(&two.token_hash).await.unwrap();
}

pub async fn no_setup_session_begins_by_a_link_that_is_gone(store: Arc<dyn Store>) {
    let (_, link) = with_link(&store).await;
    let late = SetupSession { created_at: link.expires_at, ..session(&link) };
    must_conflict(store.begin_setup_session(&late, None, &audit()).await);
    let elsewhere = SetupSession { organization_id: id(), ..session(&link) };
    must_conflict(store.begin_setup_session(&elsewhere, None, &audit()).await);
    let unknown = SetupSession { link_id: id(), ..session(&link) };
    must_conflict(store.begin_setup_session(&unknown, None, &audit()).await);
}

pub async fn sessions_go_with_their_setup_link(store: Arc<dyn Store>) {
    let (acme, link) = with_link(&store).await;
    let session = session(&link);
    store.begin_setup_session(&session, None, &audit()).await.unwrap();
    must_conflict(store.remove_setup_link(id(), link.id, &audit()).await);
    must_conflict(store.remove_setup_link(acme.organization.id, id(), &audit()).await);
    assert!(lives(&store, &session, 6).await);
    store.remove_setup_link(acme.organization.id, link.id, &audit()).await.unwrap();
    assert!(!lives(&store, &session, 6).await);
    assert_eq!(store.setup_link(&link.token_hash, then()).await.unwrap(), None);
    must_conflict(store.remove_setup_link(acme.organization.id, link.id, &audit()).await);
}

pub async fn setup_links_go_with_their_organization(store: Arc<dyn Store>) {
    let (acme, link) = with_link(&store).await;
    let session = session(&link);
    store.begin_setup_session(&session, None, &audit()).await.unwrap();
    store.delete_organization(acme.organization.id, acme.organization.version, &audit()).await.unwrap();
    assert!(!lives(&store, &session, 6).await);
    assert_eq!(store.setup_link(&link.token_hash, then()).await.unwrap(), None);
    must_conflict(store.add_setup_link(&self::link(&acme), &letter(&acme, &link), &audit()).await);
}

pub async fn a_setup_link_is_swept_when_it_is_long_expired(store: Arc<dyn Store>) {
    let (acme, link) = with_link(&store).await;
    store.begin_setup_session(&session(&link), None, &audit()).await.unwrap();
    assert_eq!(store.sweep(later(101), 10).await.unwrap(), 1, "the session");
    assert_eq!(store.setup_links(acme.organization.id).await.unwrap().len(), 1);
    let end = link.expires_at + KEPT_ONCE_SETTLED + chrono::Duration::seconds(1);
    assert_eq!(store.sweep(end, 10).await.unwrap(), 1);
    assert_eq!(store.setup_links(acme.organization.id).await.unwrap(), []);
}
