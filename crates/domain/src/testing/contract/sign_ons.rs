//! The sign-in of administrators by single sign-on.

use std::sync::Arc;

use chrono::Duration;

use super::fixture::*;
use crate::administrator::{
    Administrator, AdministratorRequest, AdministratorRole, AdministratorsConnection, AnsweredRequest,
    BegunSignOn, LinkedIdentity, PasswordHash, PortalSession, SingleSignOn,
};
use crate::connection::{Connection, ConnectionDetails};
use crate::email::EmailAddress;
use crate::ids::{NamingId, Version};
use crate::ports::{SessionsToEnd, Store};
use crate::sign_in::UsedAssertion;
use crate::text::EntityId;
use crate::token::TokenHash;

fn issuer() -> EntityId {
    text(EntityId::parse("https://idp.acme.example/“entity”"))
}

fn administrator(email: &str) -> Administrator {
    Administrator {
        id: id(),
        email: text(EmailAddress::parse(email)),
        role: AdministratorRole::Operator,
        password: Some(PasswordHash("a password".to_owned())),
        single_sign_on: SingleSignOn::Allowed,
        disabled: false,
        version: Version::FIRST,
        created_at: then(),
        last_signed_in_at: None,
    }
}

async fn with(store: &Arc<dyn Store>, administrator: Administrator) -> Administrator {
    store.add_administrator(&administrator, &audit()).await.unwrap();
    administrator
}

async fn connection(store: &Arc<dyn Store>, acme: &Acme) -> Connection {
    store.connections(acme.organization.id).await.unwrap().swap_remove(0)
}

/// The naming of the organization's connection, as it is now.
async fn named(store: &Arc<dyn Store>, acme: &Acme) -> AdministratorsConnection {
    let seen = connection(store, acme).await;
    let naming = AdministratorsConnection {
        id: id(),
        organization_id: acme.organization.id,
        connection_id: acme.connection.id,
        organization: acme.organization.slug.clone(),
        connection: acme.connection.details.key.clone(),
        named_at: then(),
    };
    store.name_connection(&naming, seen.versions(), &audit()).await.unwrap();
    naming
}

async fn asked(store: &Arc<dyn Store>, naming: NamingId, request: &str) -> AdministratorRequest {
    let request = AdministratorRequest {
        id: request.to_owned(),
        naming_id: naming,
        browser: token(),
        instead_of: Some(token()),
        return_to: Some("/admin/acme/users?text=%C3%BC".to_owned()),
        expires_at: later(60),
    };
    store.open_administrator_request(&request).await.unwrap();
    request
}

/// The answer to a request, through the connection as it is now.
async fn answered(
    store: &Arc<dyn Store>,
    acme: &Acme,
    request: &AdministratorRequest,
    assertion: &str,
) -> AnsweredRequest {
    AnsweredRequest {
        request_id: request.id.clone(),
        naming_id: request.naming_id,
        organization_id: acme.organization.id,
        connection_id: acme.connection.id,
        versions: connection(store, acme).await.versions(),
        assertion: UsedAssertion { id: assertion.to_owned(), forget_after: later(300) },
    }
}

fn session(administrator: &Administrator, naming: NamingId) -> PortalSession {
    PortalSession {
        id: id(),
        administrator_id: administrator.id,
        token_hash: token(),
        naming_id: Some(naming),
        address: None,
        created_at: then(),
        last_seen_at: then(),
        expires_at: later(100),
    }
}

fn link(name: &str) -> LinkedIdentity {
    LinkedIdentity { issuer: issuer(), name_id: name_id(name), at: then() }
}

/// What the first sign-in of an administrator writes, or a further one where there is no link.
async fn begun(
    store: &Arc<dyn Store>,
    acme: &Acme,
    naming: &AdministratorsConnection,
    administrator: &Administrator,
    linked: Option<LinkedIdentity>,
) -> BegunSignOn {
    let request = format!("_admin{}", id::<NamingId>());
    let request = asked(store, naming.id, &request).await;
    BegunSignOn {
        answered: answered(store, acme, &request, &request.id).await,
        session: session(administrator, naming.id),
        version: administrator.version,
        link: linked,
        instead_of: None,
    }
}

async fn stored(store: &Arc<dyn Store>, administrator: &Administrator) -> Administrator {
    store.administrator(administrator.id).await.unwrap().unwrap()
}

async fn lives(store: &Arc<dyn Store>, token: &TokenHash) -> bool {
    store.portal_session(token, then(), then() - Duration::seconds(30)).await.unwrap().is_some()
}

/// An administrator who is linked, and the session by which they were.
async fn signed_in(
    store: &Arc<dyn Store>,
    acme: &Acme,
    naming: &AdministratorsConnection,
    email: &str,
) -> (Administrator, TokenHash) {
    let ada = with(store, administrator(email)).await;
    let begun = begun(store, acme, naming, &ada, Some(link(email))).await;
    store.begin_sign_on(&begun, &[audit()]).await.unwrap();
    (stored(store, &ada).await, begun.session.token_hash)
}

pub async fn one_connection_is_the_administrators_or_none(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    assert_eq!(store.administrators_connection().await.unwrap(), None);
    let first = named(&store, &acme).await;
    assert_eq!(store.administrators_connection().await.unwrap(), Some(first.clone()));
    let second = named(&store, &acme).await;
    assert_eq!(store.administrators_connection().await.unwrap(), Some(second.clone()));
    must_conflict(store.unname_connection(first.id, &audit()).await);
    let event = audit();
    store.unname_connection(second.id, &event).await.unwrap();
    assert_eq!(store.administrators_connection().await.unwrap(), None);
    assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
    must_conflict(store.unname_connection(second.id, &audit()).await);
}

pub async fn naming_a_connection_gives_each_part_of_it_one_more_version(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let before = connection(&store, &acme).await;
    let naming = named(&store, &acme).await;
    let after = connection(&store, &acme).await;
    assert_eq!(after.version, before.version.next());
    assert_eq!(after.identity_provider_version, before.identity_provider_version.next());
    assert_eq!(after.settings_version, before.settings_version.next());
    assert_eq!(
        (after.details, after.identity_provider),
        (before.details.clone(), before.identity_provider.clone())
    );
    // Whoever decided on a change before it was named decides again.
    let (id, catalog) = (before.id, acme.organization.catalog_version);
    must_conflict(
        store.replace_identity_provider(id, None, None, before.identity_provider_version, &audit()).await,
    );
    must_conflict(store.replace_connection(id, &before.details, before.version, &audit()).await);
    must_conflict(
        store.replace_settings(id, &before.settings, before.settings_version, catalog, &audit()).await,
    );
    must_conflict(store.delete_connection(id, before.version, &audit()).await);
    must_conflict(store.name_connection(&naming, before.versions(), &audit()).await);
}

pub async fn only_a_connection_that_lets_people_in_is_named(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    store.unname_connection(naming.id, &audit()).await.unwrap();
    let seen = connection(&store, &acme).await;
    let elsewhere = AdministratorsConnection { organization_id: id(), ..naming.clone() };
    must_conflict(store.name_connection(&elsewhere, seen.versions(), &audit()).await);
    let gone = AdministratorsConnection { connection_id: id(), ..naming.clone() };
    must_conflict(store.name_connection(&gone, seen.versions(), &audit()).await);
    let off = ConnectionDetails { enabled: false, ..seen.details.clone() };
    store.replace_connection(seen.id, &off, seen.version, &audit()).await.unwrap();
    let disabled = connection(&store, &acme).await;
    must_conflict(store.name_connection(&naming, disabled.versions(), &audit()).await);
    store.replace_connection(seen.id, &seen.details, disabled.version, &audit()).await.unwrap();
    let version = disabled.identity_provider_version;
    store.replace_identity_provider(seen.id, None, None, version, &audit()).await.unwrap();
    let nobody = connection(&store, &acme).await;
    must_conflict(store.name_connection(&naming, nobody.versions(), &audit()).await);
    assert_eq!(store.administrators_connection().await.unwrap(), None);
}

pub async fn an_administrators_request_is_read_back_and_swept(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let request = asked(&store, naming.id, "_admin1").await;
    let plain = AdministratorRequest {
        id: "_admin2".to_owned(),
        instead_of: None,
        return_to: None,
        ..request.clone()
    };
    store.open_administrator_request(&plain).await.unwrap();
    for request in [&request, &plain] {
        assert_eq!(store.administrator_request(&request.id).await.unwrap().as_ref(), Some(request));
        must_conflict(store.open_administrator_request(request).await);
    }
    assert_eq!(store.administrator_request("_admin3").await.unwrap(), None);
    let unnamed = AdministratorRequest { id: "_admin4".to_owned(), naming_id: id(), ..plain };
    must_conflict(store.open_administrator_request(&unnamed).await);
    assert_eq!(store.sweep(later(60), 10).await.unwrap(), 0);
    assert_eq!(store.sweep(later(61), 1).await.unwrap(), 1);
    assert_eq!(store.sweep(later(61), 10).await.unwrap(), 1);
}

pub async fn an_administrator_is_linked_and_signed_in_in_one_step(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let ada = with(&store, administrator("ada@acme.example")).await;
    let first = begun(&store, &acme, &naming, &ada, Some(link("Ada"))).await;
    let events = [audit(), audit()];
    store.begin_sign_on(&first, &events).await.unwrap();
    let after = Administrator {
        single_sign_on: SingleSignOn::Linked(link("Ada")),
        version: ada.version.next(),
        last_signed_in_at: Some(then()),
        ..ada.clone()
    };
    assert_eq!(stored(&store, &ada).await, after);
    for event in events {
        assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
    }
    let found = store.portal_session(&first.session.token_hash, then(), later(-1)).await.unwrap().unwrap();
    assert_eq!((found.session, found.administrator), (first.session.clone(), after.clone()));
    assert_eq!(store.administrator_request(&first.answered.request_id).await.unwrap(), None);
    assert_eq!(
        store.administrator_by_identity(&issuer(), &name_id("Ada")).await.unwrap(),
        Some(after.clone())
    );
    assert_eq!(store.administrator_by_identity(&issuer(), &name_id("ada")).await.unwrap(), None);
    let other = text(EntityId::parse("https://other.example"));
    assert_eq!(store.administrator_by_identity(&other, &name_id("Ada")).await.unwrap(), None);

    let again = begun(&store, &acme, &naming, &after, None).await;
    let again = BegunSignOn { instead_of: Some(first.session.token_hash), ..again };
    store.begin_sign_on(&again, &[audit()]).await.unwrap();
    assert_eq!(stored(&store, &ada).await.version, after.version, "signing in again writes nothing of them");
    assert!(!lives(&store, &first.session.token_hash).await);
    assert!(lives(&store, &again.session.token_hash).await);
}

pub async fn a_sign_on_is_written_on_what_it_was_decided_on_alone(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (ada, _) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let right = begun(&store, &acme, &naming, &ada, None).await;
    let with = |change: &dyn Fn(&mut BegunSignOn)| {
        let mut wrong = BegunSignOn { session: session(&ada, naming.id), ..right.clone() };
        change(&mut wrong);
        wrong
    };
    let mut all = vec![
        with(&|wrong| "_admin_unknown".clone_into(&mut wrong.answered.request_id)),
        with(&|wrong| wrong.answered.naming_id = id()),
        with(&|wrong| wrong.answered.versions.details = wrong.answered.versions.details.next()),
        with(&|wrong| {
            wrong.answered.versions.identity_provider = wrong.answered.versions.identity_provider.next();
        }),
        with(&|wrong| wrong.answered.versions.settings = wrong.answered.versions.settings.next()),
        with(&|wrong| wrong.answered.connection_id = id()),
        with(&|wrong| wrong.answered.organization_id = id()),
        with(&|wrong| wrong.version = wrong.version.next()),
        with(&|wrong| wrong.session.administrator_id = id()),
        with(&|wrong| wrong.session.naming_id = None),
        with(&|wrong| wrong.link = Some(link("another"))),
    ];
    // An assertion that was used before.
    let used = begun(&store, &acme, &naming, &ada, None).await;
    store.begin_sign_on(&used, &[audit()]).await.unwrap();
    all.push(with(&|wrong| wrong.answered.assertion = used.answered.assertion.clone()));
    for wrong in all {
        let event = audit();
        must_conflict(store.begin_sign_on(&wrong, std::slice::from_ref(&event)).await);
        assert!(!lives(&store, &wrong.session.token_hash).await);
        assert_eq!(store.audit_event(None, event.id).await.unwrap(), None);
    }
    store.begin_sign_on(&right, &[audit()]).await.unwrap();
    must_conflict(store.begin_sign_on(&with(&|_| {}), &[audit()]).await);
}

pub async fn nobody_who_may_not_signs_in_by_single_sign_on(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    with(&store, administrator("other@acme.example")).await;
    for (email, change) in [
        ("ada@acme.example", Administrator { disabled: true, ..administrator("x@x.example") }),
        (
            "bob@acme.example",
            Administrator { single_sign_on: SingleSignOn::Forbidden, ..administrator("x@x.example") },
        ),
    ] {
        let before = with(&store, administrator(email)).await;
        let after = Administrator {
            disabled: change.disabled,
            single_sign_on: change.single_sign_on,
            version: before.version.next(),
            ..before.clone()
        };
        store.replace_administrator(&after, SessionsToEnd::None, &audit()).await.unwrap();
        for version in [before.version, after.version] {
            let decided_on = Administrator { version, ..before.clone() };
            let begun = begun(&store, &acme, &naming, &decided_on, Some(link(email))).await;
            must_conflict(store.begin_sign_on(&begun, &[audit()]).await);
        }
        assert_eq!(store.administrator_by_identity(&issuer(), &name_id(email)).await.unwrap(), None);
    }
}

pub async fn an_identity_is_of_one_administrator_and_an_administrator_has_one(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (ada, _) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let eve = with(&store, administrator("eve@acme.example")).await;
    let stolen = begun(&store, &acme, &naming, &eve, Some(link("ada@acme.example"))).await;
    must_conflict(store.begin_sign_on(&stolen, &[audit()]).await);
    let second = begun(&store, &acme, &naming, &ada, Some(link("eve"))).await;
    must_conflict(store.begin_sign_on(&second, &[audit()]).await);
    let at_another_provider =
        LinkedIdentity { issuer: text(EntityId::parse("https://other.example")), ..link("ada@acme.example") };
    let own = begun(&store, &acme, &naming, &eve, Some(at_another_provider)).await;
    store.begin_sign_on(&own, &[audit()]).await.unwrap();
}

pub async fn an_identity_is_kept_until_it_is_forgotten(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (ada, _) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let disabled = Administrator { version: ada.version.next(), ..ada.clone() };
    store.replace_administrator(&disabled, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(stored(&store, &ada).await.single_sign_on, ada.single_sign_on);
    let forgotten = Administrator {
        single_sign_on: SingleSignOn::Allowed,
        version: disabled.version.next(),
        ..disabled.clone()
    };
    store.replace_administrator(&forgotten, SessionsToEnd::All, &audit()).await.unwrap();
    assert_eq!(stored(&store, &ada).await.single_sign_on, SingleSignOn::Allowed);
    assert_eq!(store.administrator_by_identity(&issuer(), &name_id("ada@acme.example")).await.unwrap(), None);
    // Nobody is linked by a write of somebody who saw them linked once.
    let late = Administrator { version: forgotten.version.next(), ..ada.clone() };
    store.replace_administrator(&late, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(stored(&store, &ada).await.single_sign_on, SingleSignOn::Allowed);
}

pub async fn what_belongs_to_a_naming_goes_with_it(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let first = named(&store, &acme).await;
    let (ada, session) = signed_in(&store, &acme, &first, "ada@acme.example").await;
    let begun = begun(&store, &acme, &first, &ada, None).await;
    assert!(lives(&store, &session).await);
    // Also where the same one is named again.
    let second = named(&store, &acme).await;
    assert!(!lives(&store, &session).await);
    assert_eq!(stored(&store, &ada).await.single_sign_on, SingleSignOn::Allowed);
    assert_eq!(store.administrator_request(&begun.answered.request_id).await.unwrap(), None);
    must_conflict(store.begin_sign_on(&begun, &[audit()]).await);

    let (eve, session) = signed_in(&store, &acme, &second, "eve@acme.example").await;
    store.unname_connection(second.id, &audit()).await.unwrap();
    assert!(!lives(&store, &session).await);
    assert_eq!(stored(&store, &eve).await.single_sign_on, SingleSignOn::Allowed);

    let third = named(&store, &acme).await;
    let (bob, session) = signed_in(&store, &acme, &third, "bob@acme.example").await;
    let version = connection(&store, &acme).await.version;
    store.delete_connection(acme.connection.id, version, &audit()).await.unwrap();
    assert_eq!(store.administrators_connection().await.unwrap(), None);
    assert!(!lives(&store, &session).await);
    assert_eq!(stored(&store, &bob).await.single_sign_on, SingleSignOn::Allowed);
}

pub async fn a_naming_goes_with_its_organization(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (_, session) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let (organization, version) = (acme.organization.id, acme.organization.version);
    store.delete_organization(organization, version, &audit()).await.unwrap();
    assert_eq!(store.administrators_connection().await.unwrap(), None);
    assert!(!lives(&store, &session).await);
}

pub async fn a_session_ends_with_what_it_began_by(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (ada, session) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let by_password = PortalSession { naming_id: None, ..self::session(&ada, naming.id) };
    let key = crate::administrator::AttemptKey(token().0);
    store.begin_portal_session(&by_password, ada.version, None, &key, &audit()).await.unwrap();
    // It does not come back with the connection.
    let on = connection(&store, &acme).await;
    let off = ConnectionDetails { enabled: false, ..on.details.clone() };
    store.replace_connection(on.id, &off, on.version, &audit()).await.unwrap();
    assert!(!lives(&store, &session).await);
    store.replace_connection(on.id, &on.details, on.version.next(), &audit()).await.unwrap();
    assert!(!lives(&store, &session).await);

    let (_, session) = signed_in(&store, &acme, &naming, "bob@acme.example").await;
    let (version, provider) = (on.identity_provider_version, on.identity_provider.as_ref());
    store.replace_identity_provider(on.id, provider, None, version, &audit()).await.unwrap();
    assert!(!lives(&store, &session).await, "another identity provider did not vouch for them");

    let (eve, session) = signed_in(&store, &acme, &naming, "eve@acme.example").await;
    let forbidden =
        Administrator { single_sign_on: SingleSignOn::Forbidden, version: eve.version.next(), ..eve.clone() };
    store.replace_administrator(&forbidden, SessionsToEnd::None, &audit()).await.unwrap();
    assert!(!lives(&store, &session).await);
    assert!(lives(&store, &by_password.token_hash).await, "which began by none of it");
}

pub async fn a_refused_sign_on_uses_its_request_up(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let request = asked(&store, naming.id, "_admin1").await;
    let answered = answered(&store, &acme, &request, "_a1").await;
    let stale = AnsweredRequest { versions: acme.connection.versions(), ..answered.clone() };
    must_conflict(store.refuse_sign_on(&stale, &audit()).await);
    let event = audit();
    store.refuse_sign_on(&answered, &event).await.unwrap();
    assert_eq!(store.audit_event(None, event.id).await.unwrap(), Some(event));
    assert_eq!(store.administrator_request("_admin1").await.unwrap(), None);
    must_conflict(store.refuse_sign_on(&answered, &audit()).await);
    let next = asked(&store, naming.id, "_admin2").await;
    let replayed = AnsweredRequest { request_id: next.id, ..answered };
    must_conflict(store.refuse_sign_on(&replayed, &audit()).await);
}

pub async fn of_simultaneous_answers_to_a_request_one_signs_in(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let (ada, _) = signed_in(&store, &acme, &naming, "ada@acme.example").await;
    let begun = begun(&store, &acme, &naming, &ada, None).await;
    let all: Vec<_> = (0..4)
        .map(|number| {
            let mut one = BegunSignOn { session: session(&ada, naming.id), ..begun.clone() };
            one.answered.assertion.id = format!("_a{number}");
            (one, [audit()])
        })
        .collect();
    let tries = all.iter().map(|(begun, audit)| store.begin_sign_on(begun, audit));
    let signed_in = futures_util::future::join_all(tries).await;
    assert_eq!(signed_in.iter().filter(|signed_in| signed_in.is_ok()).count(), 1);
    signed_in.into_iter().filter(Result::is_err).for_each(must_conflict);
}

pub async fn of_simultaneous_first_sign_ons_one_links(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let naming = named(&store, &acme).await;
    let ada = with(&store, administrator("ada@acme.example")).await;
    let mut all = Vec::new();
    for number in 0..4 {
        let begun = begun(&store, &acme, &naming, &ada, Some(link(&format!("ada-{number}")))).await;
        all.push((begun, [audit()]));
    }
    let tries = all.iter().map(|(begun, audit)| store.begin_sign_on(begun, audit));
    let signed_in = futures_util::future::join_all(tries).await;
    assert_eq!(signed_in.iter().filter(|signed_in| signed_in.is_ok()).count(), 1);
    signed_in.into_iter().filter(Result::is_err).for_each(must_conflict);
}

pub async fn of_simultaneous_namings_one_is_written(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let seen = connection(&store, &acme).await.versions();
    let naming = named(&store, &acme).await;
    let now = connection(&store, &acme).await.versions();
    assert_ne!(seen, now);
    let all: Vec<_> =
        (0..4).map(|_| (AdministratorsConnection { id: id(), ..naming.clone() }, audit())).collect();
    let tries = all.iter().map(|(naming, audit)| store.name_connection(naming, now, audit));
    let written = futures_util::future::join_all(tries).await;
    assert_eq!(written.iter().filter(|written| written.is_ok()).count(), 1);
    written.into_iter().filter(Result::is_err).for_each(must_conflict);
}
