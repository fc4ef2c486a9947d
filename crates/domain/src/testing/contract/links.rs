//! Links that wait for the owner of an address.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::Store;
use crate::sign_in::{PendingLink, Recording};
use crate::user::User;

async fn write_link(store: &Arc<dyn Store>, acme: &Acme, link: &PendingLink) {
    let recording = Recording { link: Some(link.clone()), ..refusal(&acme.view()) };
    store.record(&recording).await.unwrap();
}

/// A user without an identity, to whom one can be linked.
async fn owner(store: &Arc<dyn Store>) -> (Acme, User) {
    let acme = with_acme(store).await;
    let user = User { identities: Vec::new(), ..acme.user("ada@acme.example") };
    acme.install_user(&**store, &user).await;
    (acme, user)
}

pub async fn a_link_binds_the_identity_once(store: Arc<dyn Store>) {
    let (acme, user) = owner(&store).await;
    let link = link(&acme.view(), &user, "ada-1");
    write_link(&store, &acme, &link).await;
    store.redeem_link(&link, later(1), &audit()).await.unwrap();
    let found = store.snapshot(&subject(&acme.view(), "ada-1", "x@acme.example")).await.unwrap();
    assert_eq!(found.by_identity.map(|user| user.id), Some(user.id));
    assert_eq!(store.pending_link(&link.token_hash, later(1)).await.unwrap(), None);
    must_conflict(store.redeem_link(&link, later(1), &audit()).await);
}

pub async fn a_redeemed_link_is_one_more_version_of_the_user(store: Arc<dyn Store>) {
    let (acme, user) = owner(&store).await;
    let link = link(&acme.view(), &user, "ada-1");
    write_link(&store, &acme, &link).await;
    store.redeem_link(&link, later(1), &audit()).await.unwrap();
    let expected = User {
        identities: vec![link.identity],
        version: user.version.next(),
        updated_at: later(1),
        ..user.clone()
    };
    assert_eq!(stored(&store, &user).await, expected);
    must_conflict(store.record(&update(&acme.view(), &user, user.clone())).await);
}

pub async fn redeeming_a_link_uses_up_the_others_of_the_user_and_of_the_identity(store: Arc<dyn Store>) {
    let (acme, ada) = owner(&store).await;
    let eve = User { identities: Vec::new(), ..acme.user("eve@acme.example") };
    acme.install_user(&*store, &eve).await;
    let mut elsewhere = acme.view();
    elsewhere.connection = acme.connection("entra");
    store.create_connection(&elsewhere.connection, &audit()).await.unwrap();
    let redeemed = link(&acme.view(), &ada, "one");
    let used_up = [link(&acme.view(), &ada, "two"), link(&acme.view(), &eve, "one")];
    let left = [link(&acme.view(), &eve, "three"), link(&elsewhere, &ada, "one")];
    for link in [&redeemed].into_iter().chain(&used_up).chain(&left) {
        write_link(&store, &acme, link).await;
    }
    store.redeem_link(&redeemed, later(1), &audit()).await.unwrap();
    for link in &used_up {
        assert_eq!(store.pending_link(&link.token_hash, later(1)).await.unwrap(), None);
        must_conflict(store.redeem_link(link, later(1), &audit()).await);
    }
    for link in &left {
        assert!(store.pending_link(&link.token_hash, later(1)).await.unwrap().is_some());
    }
}

pub async fn an_expired_link_is_none(store: Arc<dyn Store>) {
    let (acme, user) = owner(&store).await;
    let link = link(&acme.view(), &user, "ada-1");
    write_link(&store, &acme, &link).await;
    for now in [link.expires_at, later(90_000)] {
        assert_eq!(store.pending_link(&link.token_hash, now).await.unwrap(), None);
        must_conflict(store.redeem_link(&link, now, &audit()).await);
    }
    assert_eq!(stored(&store, &user).await, user);
}

pub async fn a_link_of_a_deactivated_user_is_none(store: Arc<dyn Store>) {
    let (acme, user) = owner(&store).await;
    let link = link(&acme.view(), &user, "ada-1");
    write_link(&store, &acme, &link).await;
    let user = replaced(&store, &acme, User { active: false, ..user }).await;
    assert_eq!(store.pending_link(&link.token_hash, later(1)).await.unwrap(), None);
    must_conflict(store.redeem_link(&link, later(1), &audit()).await);
    assert_eq!(stored(&store, &user).await, user);
}

pub async fn a_link_mailed_to_an_address_that_the_user_has_no_longer_is_none(store: Arc<dyn Store>) {
    let (acme, mut user) = owner(&store).await;
    let link = link(&acme.view(), &user, "ada-1");
    write_link(&store, &acme, &link).await;
    let catalog = acme.organization.catalog_version;
    for (address, is_the_same) in [("grace@acme.example", false), ("ADA@acme.example", true)] {
        user.profile.email = address.parse().unwrap();
        user.version = user.version.next();
        store.replace_user(&user, catalog, &audit()).await.unwrap();
        let found = store.pending_link(&link.token_hash, later(1)).await.unwrap();
        assert_eq!(found.is_some(), is_the_same, "{address}");
        if !is_the_same {
            must_conflict(store.redeem_link(&link, later(1), &audit()).await);
            assert_eq!(stored(&store, &user).await, user);
        }
    }
    store.redeem_link(&link, later(1), &audit()).await.unwrap();
}

pub async fn a_link_to_an_identity_that_is_taken_conflicts(store: Arc<dyn Store>) {
    let (acme, user) = owner(&store).await;
    let link = link(&acme.view(), &user, "eve@acme.example");
    write_link(&store, &acme, &link).await;
    acme.install_user(&*store, &acme.user("eve@acme.example")).await;
    must_conflict(store.redeem_link(&link, later(1), &audit()).await);
    assert_eq!(stored(&store, &user).await, user);
    assert!(store.pending_link(&link.token_hash, later(1)).await.unwrap().is_some());
}

pub async fn a_link_to_a_user_with_another_identity_conflicts(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let link = link(&acme.view(), &user, "ada-2");
    write_link(&store, &acme, &link).await;
    must_conflict(store.redeem_link(&link, later(1), &audit()).await);
    assert_eq!(stored(&store, &user).await, user);
}
