//! Sessions of signed-in people.

use std::sync::Arc;

use super::fixture::*;
use crate::connection::ConnectionView;
use crate::ports::{AuditEvent, NamedSessions, Page, Store};
use crate::sign_in::Session;
use crate::user::{Identity, User};

pub async fn a_session_names_person_organization_and_connection(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    for index in [None, Some("ï".to_owned())] {
        let mut recording = update(&acme.view(), &stored(&store, &user).await, user.clone());
        let session = recording.session.as_mut().unwrap();
        session.name_id = index.as_ref().map(|_| name_identifier("ada@ü"));
        session.session_index = index;
        store.record(&recording).await.unwrap();
        let session = recording.session.unwrap();
        let found = store.session(&session.token_hash, later(1)).await.unwrap().unwrap();
        assert_eq!(found.session, session);
        assert_eq!(found.user, stored(&store, &user).await);
        assert_eq!(found.organization, acme.organization);
        assert_eq!(found.connection, acme.connection.details.key);
    }
    assert_eq!(store.session(&token(), later(1)).await.unwrap(), None);
}

pub async fn a_session_ends(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let first = update(&acme.view(), &user, user.clone());
    store.record(&first).await.unwrap();
    let again = stored(&store, &user).await;
    let second = update(&acme.view(), &again, again.clone());
    store.record(&second).await.unwrap();
    let (ended, other) = (first.session.unwrap(), second.session.unwrap());
    for _ in 0..2 {
        store.end_session(&ended.token_hash).await.unwrap();
        assert_eq!(store.session(&ended.token_hash, later(1)).await.unwrap(), None);
    }
    assert!(store.session(&other.token_hash, later(1)).await.unwrap().is_some());
}

pub async fn the_sessions_that_an_identity_provider_names_end(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let begin = async |index: Option<&str>| {
        let mut recording = update(&acme.view(), &stored(&store, &user).await, user.clone());
        let session = recording.session.as_mut().unwrap();
        session.session_index = index.map(str::to_owned);
        session.name_id = Some(name_identifier("ada@ü"));
        store.record(&recording).await.unwrap();
        recording.session.unwrap().token_hash
    };
    let lives = async |token| store.session(&token, later(1)).await.unwrap().is_some();
    let (one, two, three, unnamed) =
        (begin(Some("ï")).await, begin(Some("2")).await, begin(Some("3")).await, begin(None).await);
    let began = update(&acme.view(), &user, user.clone()).session.unwrap().created_at;
    let named = |value: &str, indexes: &[&str]| NamedSessions {
        organization_id: acme.organization.id,
        connection_id: acme.connection.id,
        name_id: name_identifier(value),
        session_indexes: indexes.iter().map(|index| (*index).to_owned()).collect(),
        begun_until: began,
    };
    let elsewhere = NamedSessions { connection_id: id(), ..named("ada@ü", &[]) };
    let of_others = NamedSessions { organization_id: id(), ..named("ada@ü", &[]) };
    let before =
        NamedSessions { begun_until: began - chrono::Duration::microseconds(1), ..named("ada@ü", &[]) };
    for nobodys in [elsewhere, of_others, before, named("Ada@ü", &[]), named("ada@ü", &["4"])] {
        assert_eq!(store.end_named_sessions(&nobodys).await.unwrap(), 0, "{nobodys:?}");
    }
    assert_eq!(store.end_named_sessions(&named("ada@ü", &["ï", "2", "4"])).await.unwrap(), 2);
    assert_eq!(
        [lives(one).await, lives(two).await, lives(three).await, lives(unnamed).await],
        [false, false, true, true]
    );
    assert_eq!(store.end_named_sessions(&named("ada@ü", &[])).await.unwrap(), 2);
    assert_eq!([lives(three).await, lives(unnamed).await], [false, false]);
    assert_eq!(store.end_named_sessions(&named("ada@ü", &[])).await.unwrap(), 0);
}

pub async fn a_session_expires(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let recording = update(&acme.view(), &user, user.clone());
    store.record(&recording).await.unwrap();
    let session = recording.session.unwrap();
    let moment = chrono::Duration::microseconds(1);
    assert!(store.session(&session.token_hash, session.expires_at - moment).await.unwrap().is_some());
    assert_eq!(store.session(&session.token_hash, session.expires_at).await.unwrap(), None);
}

pub async fn a_deactivated_user_loses_all_sessions_for_good(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let session = begin(&store, &acme.view(), &user, "ada@acme.example").await;
    let user = stored(&store, &user).await;
    let user = replaced(&store, &acme, User { active: false, ..user }).await;
    assert_eq!(store.session(&session.token_hash, later(1)).await.unwrap(), None);
    replaced(&store, &acme, User { active: true, ..user }).await;
    assert_eq!(store.session(&session.token_hash, later(1)).await.unwrap(), None);
}

/// Begins a session of the user by a NameID.
async fn begin(store: &Arc<dyn Store>, view: &ConnectionView, user: &User, name: &str) -> Session {
    let before = stored(store, user).await;
    let mut recording = update(view, &before, before.clone());
    let session = recording.session.as_mut().unwrap();
    session.name_id = Some(name_identifier(name));
    let session = session.clone();
    store.record(&recording).await.unwrap();
    session
}

pub async fn a_session_ends_with_the_identity_by_which_it_began(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut entra = acme.view();
    entra.connection = acme.connection("entra");
    store.create_connection(&entra.connection, &audit()).await.unwrap();
    let on = |view: &ConnectionView, name: &str| Identity {
        connection_id: view.connection.id,
        name_id: name_id(name),
    };
    let mut identities = vec![on(&acme.view(), "ada"), on(&entra, "ada")];
    identities.sort();
    let ada = User { identities, ..acme.user("ada@acme.example") };
    let bob = acme.user("bob@acme.example");
    for user in [&ada, &bob] {
        acme.install_user(&*store, user).await;
    }
    let sessions = [
        begin(&store, &acme.view(), &ada, "ada").await,
        begin(&store, &entra, &ada, "ada").await,
        begin(&store, &acme.view(), &bob, "bob@acme.example").await,
    ];
    let live = async || {
        let mut live = Vec::new();
        for session in &sessions {
            live.push(store.session(&session.token_hash, later(1)).await.unwrap().is_some());
        }
        live
    };
    let unbound = |user: User, view: &ConnectionView| User {
        identities: user.identities.into_iter().filter(|it| it.connection_id != view.connection.id).collect(),
        ..user
    };

    let mut user = stored(&store, &ada).await;
    user.profile.location = None;
    let user = replaced(&store, &acme, user).await;
    assert_eq!(live().await, [true, true, true]);
    let mut user = unbound(user, &acme.view());
    user.identities.push(on(&acme.view(), "Ada"));
    let user = replaced(&store, &acme, user).await;
    assert_eq!(live().await, [false, true, true]);
    let user = replaced(&store, &acme, unbound(user, &entra)).await;
    assert_eq!(live().await, [false, false, true]);
    let identities = ada.identities;
    replaced(&store, &acme, User { identities, ..user }).await;
    assert_eq!(live().await, [false, false, true], "who gets it again is not signed in by that");
}

pub async fn sessions_of_a_user_are_listed_oldest_first_and_ended(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let bob = acme.user("bob@acme.example");
    acme.install_user(&*store, &bob).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(begin(&store, &acme.view(), &ada, "ada@acme.example").await);
    }
    let of_bob = begin(&store, &acme.view(), &bob, "bob@acme.example").await;
    let organization = acme.organization.id;
    let of = async |organization, user: &User, now, page| {
        store.sessions_of(organization, user.id, now, page).await.unwrap()
    };
    assert_eq!(of(organization, &ada, later(1), ALL).await.items, all);
    let first = of(organization, &ada, later(1), Page { after: None, limit: 2 }).await;
    assert_eq!((&first.items[..], first.next), (&all[..2], Some(all[1].id.0)));
    let second = of(organization, &ada, later(1), Page { after: first.next, limit: 2 }).await;
    assert_eq!((&second.items[..], second.next), (&all[2..], None));
    assert_eq!(of(organization, &ada, all[0].expires_at, ALL).await.items, []);
    assert_eq!(of(id(), &ada, later(1), ALL).await.items, []);

    must_conflict(store.end_sessions_of(id(), ada.id, &audit()).await);
    must_conflict(store.end_sessions_of(organization, id(), &audit()).await);
    assert_eq!(of(organization, &ada, later(1), ALL).await.items.len(), 3);
    for _ in 0..2 {
        let event = AuditEvent { organization_id: Some(organization), ..audit() };
        store.end_sessions_of(organization, ada.id, &event).await.unwrap();
        assert_eq!(of(organization, &ada, later(1), ALL).await.items, []);
        assert_eq!(store.audit_event(Some(organization), event.id).await.unwrap(), Some(event));
    }
    assert_eq!(of(organization, &bob, later(1), ALL).await.items, [of_bob]);
}
