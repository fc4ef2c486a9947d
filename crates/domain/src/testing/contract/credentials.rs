//! Keys of the administration API.

use std::sync::Arc;

use super::fixture::*;
use crate::email::EmailAddress;
use crate::ids::{ApiKeyId, OrganizationId};
use crate::ports::{Actor, ApiKey, KeyRole, Origin, Page, Store};
use crate::text::DisplayName;

fn api_key(role: KeyRole) -> ApiKey {
    ApiKey {
        id: id(),
        name: text(DisplayName::parse("CI")),
        role,
        token_hash: token(),
        created_at: then(),
        created_by: None,
        expires_at: None,
        last_used_at: None,
    }
}

/// A store that has a key of this role.
pub(super) async fn with_key(store: &Arc<dyn Store>, role: KeyRole) -> ApiKey {
    let key = api_key(role);
    store.create_api_key(&key, &audit()).await.unwrap();
    key
}

async fn ids(store: &Arc<dyn Store>, organization: Option<OrganizationId>) -> Vec<ApiKeyId> {
    store.api_keys(organization, ALL).await.unwrap().items.iter().map(|key| key.id).collect()
}

pub async fn api_keys_are_found_by_their_hash_and_by_their_id(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for role in [KeyRole::Operator, KeyRole::OrganizationAdmin(acme.organization.id)] {
        let key = with_key(&store, role).await;
        assert_eq!(store.api_key(&key.token_hash).await.unwrap(), Some(key.clone()));
        assert_eq!(store.api_key_by_id(key.id).await.unwrap(), Some(key));
    }
    assert_eq!(store.api_key(&token()).await.unwrap(), None);
    assert_eq!(store.api_key_by_id(id()).await.unwrap(), None);
}

pub async fn every_field_of_an_api_key_is_read_back(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let name = Some(text(DisplayName::parse("Boss “\u{1F98A}”")));
    let role = KeyRole::OrganizationAdmin(acme.organization.id);
    for maker in [
        Actor::CommandLine,
        Actor::ApiKey { id: id(), name, role, origin: Origin::default() },
        Actor::ApiKey { id: id(), name: None, role: KeyRole::Operator, origin: Origin::default() },
    ] {
        let key = ApiKey {
            created_by: Some(maker),
            expires_at: Some(later(90)),
            last_used_at: Some(later(7)),
            ..api_key(role)
        };
        store.create_api_key(&key, &audit()).await.unwrap();
        assert_eq!(store.api_key(&key.token_hash).await.unwrap(), Some(key));
    }
}

pub async fn api_keys_are_listed_oldest_first_by_whose_they_are(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let (acme, other) = (acme.organization.id, other.organization.id);
    let mut mine = Vec::new();
    for _ in 0..3 {
        with_key(&store, KeyRole::Operator).await;
        mine.push(with_key(&store, KeyRole::OrganizationAdmin(acme)).await);
    }
    let first = store.api_keys(Some(acme), Page { after: None, limit: 2 }).await.unwrap();
    assert_eq!(first.items, mine[..2]);
    let rest = store.api_keys(Some(acme), Page { after: first.next, limit: 2 }).await.unwrap();
    assert_eq!((&rest.items[..], rest.next), (&mine[2..], None));
    assert_eq!(ids(&store, None).await.len(), 3);
    assert!(ids(&store, Some(other)).await.is_empty());
}

pub async fn api_keys_are_listed_by_the_administrator_who_made_them(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let by = |id| Actor::Administrator {
        id,
        email: text(EmailAddress::parse("ada@acme.example")),
        operator: true,
        origin: Origin::default(),
    };
    let (ada, bob) = (id(), id());
    let made = async |role, created_by| {
        let key = ApiKey { created_by, ..api_key(role) };
        store.create_api_key(&key, &audit()).await.unwrap();
        key
    };
    let own = KeyRole::OrganizationAdmin(acme.organization.id);
    let first = made(KeyRole::Operator, Some(by(ada))).await;
    let second = made(own, Some(by(ada))).await;
    let of_bob = made(own, Some(by(bob))).await;
    made(own, None).await;
    // A key of the same id made this one; that is nobody who signs in.
    let program = Actor::ApiKey { id: ApiKeyId(ada.0), name: None, role: own, origin: Origin::default() };
    made(own, Some(program)).await;
    let page = store.api_keys_made_by(ada, Page { after: None, limit: 1 }).await.unwrap();
    assert_eq!(page.items, [first]);
    let page = store.api_keys_made_by(ada, Page { after: page.next, limit: 5 }).await.unwrap();
    assert_eq!((&page.items[..], page.next), (&[second][..], None));
    assert_eq!(store.api_keys_made_by(bob, ALL).await.unwrap().items, [of_bob]);
    assert_eq!(store.api_keys_made_by(id(), ALL).await.unwrap().items, []);
}

pub async fn a_revoked_api_key_is_gone(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let role = KeyRole::OrganizationAdmin(acme.organization.id);
    let (revoked, kept) = (with_key(&store, role).await, with_key(&store, role).await);
    store.revoke_api_key(revoked.id, &audit()).await.unwrap();
    assert_eq!(store.api_key(&revoked.token_hash).await.unwrap(), None);
    assert_eq!(ids(&store, Some(acme.organization.id)).await, [kept.id]);
    must_conflict(store.revoke_api_key(revoked.id, &audit()).await);
}

pub async fn the_last_use_of_an_api_key_is_kept(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    for (noted, kept) in [(5, 5), (9, 9), (3, 9)] {
        store.note_use(key.id, later(noted)).await.unwrap();
        let stored = store.api_key_by_id(key.id).await.unwrap().unwrap();
        assert_eq!(stored.last_used_at, Some(later(kept)));
    }
    store.note_use(id(), later(1)).await.unwrap();
}

pub async fn an_api_key_of_an_organization_goes_with_it(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let key = with_key(&store, KeyRole::OrganizationAdmin(acme.organization.id)).await;
    store.delete_organization(acme.organization.id, acme.organization.version, &audit()).await.unwrap();
    assert_eq!(store.api_key(&key.token_hash).await.unwrap(), None);
    must_conflict(store.create_api_key(&key, &audit()).await);
}
