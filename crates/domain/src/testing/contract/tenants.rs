//! Nothing of one organization is seen or touched from another.

use std::sync::Arc;

use super::fixture::*;
use crate::catalog::Catalog;
use crate::ports::{SignInFilter, Store, UserFilter};
use crate::settings::Settings;
use crate::sign_in::{LoginRequest, Snapshot};
use crate::user::User;

/// Acme with a person who has signed in, and another organization that has nobody.
async fn two(store: &Arc<dyn Store>) -> (Acme, User, Acme) {
    let (acme, other) = (with_acme(store).await, Acme::named("other"));
    other.install(&**store).await;
    let user = acme.user("ada@acme.example");
    store.record(&creation(&acme.view(), &user)).await.unwrap();
    (acme, user, other)
}

pub async fn an_organization_sees_no_connection_of_another(store: Arc<dyn Store>) {
    let (acme, _, other) = two(&store).await;
    let entra = acme.connection("entra");
    store.create_connection(&entra, &audit()).await.unwrap();
    let id = other.organization.id;
    assert_eq!(store.connections(id).await.unwrap(), std::slice::from_ref(&other.connection));
    assert_eq!(store.connection_by_key(id, &entra.details.key).await.unwrap(), None);
    let issuer = entra.identity_provider.unwrap().metadata.entity_id;
    assert_eq!(store.connection_by_issuer(id, &issuer).await.unwrap(), None);
    let same_key = store.connection_by_key(id, &acme.connection.details.key).await.unwrap();
    assert_eq!(same_key, Some(other.view()));
}

pub async fn an_organization_sees_no_user_of_another(store: Arc<dyn Store>) {
    let (acme, user, other) = two(&store).await;
    let id = other.organization.id;
    assert_eq!(store.user(id, user.id).await.unwrap(), None);
    let by_address = UserFilter { email: Some("ada@acme.example".to_owned()), ..UserFilter::default() };
    let by_name_id = UserFilter { name_id: Some("ada@acme.example".to_owned()), ..UserFilter::default() };
    for filter in [UserFilter::default(), by_address, by_name_id] {
        assert!(store.users(id, &filter, ALL).await.unwrap().items.is_empty());
        assert_eq!(store.users(acme.organization.id, &filter, ALL).await.unwrap().items.len(), 1);
    }
    let moved =
        User { organization_id: id, version: user.version.next(), identities: Vec::new(), ..user.clone() };
    must_conflict(store.replace_user(&moved, other.organization.catalog_version, &audit()).await);
    assert_eq!(stored(&store, &user).await, user);
}

pub async fn an_organization_sees_no_sign_in_of_another(store: Arc<dyn Store>) {
    let (acme, user, other) = two(&store).await;
    let record = store.sign_ins(acme.organization.id, &SignInFilter::default(), ALL).await.unwrap().items;
    assert_eq!(store.sign_in(other.organization.id, record[0].id).await.unwrap(), None);
    let of_user = SignInFilter { user_id: Some(user.id), ..SignInFilter::default() };
    for filter in [SignInFilter::default(), of_user] {
        assert!(store.sign_ins(other.organization.id, &filter, ALL).await.unwrap().items.is_empty());
    }
}

pub async fn a_snapshot_sees_nothing_of_another_organization(store: Arc<dyn Store>) {
    let (acme, _, other) = two(&store).await;
    let request = request(&acme.view());
    store.open_request(&request).await.unwrap();
    let used = refusal(&acme.view());
    store.record(&used).await.unwrap();
    let mut subject = subject(&acme.view(), "ada@acme.example", "ada@acme.example");
    subject.assertion_id = Some(used.assertion.id);
    subject.request_id = Some(request.id);
    assert!(store.snapshot(&subject).await.unwrap().by_identity.is_some());
    subject.organization_id = other.organization.id;
    assert_eq!(store.snapshot(&subject).await.unwrap(), Snapshot::default());
    subject.name_id = Some(name_id("ADA@acme.example"));
    assert_eq!(store.snapshot(&subject).await.unwrap(), Snapshot::default());
}

pub async fn a_catalog_ignores_what_users_of_another_organization_hold(store: Arc<dyn Store>) {
    let (_, _, other) = two(&store).await;
    let (id, version) = (other.organization.id, other.organization.catalog_version);
    let (connection, saved) = (other.connection.id, other.connection.settings_version);
    store.replace_settings(connection, &Settings::default(), saved, version, &audit()).await.unwrap();
    assert!(store.replace_catalog(id, &Catalog::default(), version, &audit()).await.unwrap().is_empty());
}

pub async fn a_user_may_have_no_identity_on_a_connection_of_another_organization(store: Arc<dyn Store>) {
    let (acme, _, other) = two(&store).await;
    let user = User { identities: acme.user("x@acme.example").identities, ..other.user("eve@acme.example") };
    must_conflict(store.create_user(&user, other.organization.catalog_version, &audit()).await);
    must_conflict(store.record(&creation(&other.view(), &user)).await);
    assert_eq!(store.user(user.organization_id, user.id).await.unwrap(), None);
}

pub async fn a_request_needs_a_connection_of_its_organization(store: Arc<dyn Store>) {
    let (acme, _, other) = two(&store).await;
    let mixed = LoginRequest { connection_id: acme.connection.id, ..request(&other.view()) };
    must_conflict(store.open_request(&mixed).await);
}
