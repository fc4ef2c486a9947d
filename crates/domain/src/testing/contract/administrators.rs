//! Administrators.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fixture::*;
use crate::administrator::{Administrator, AdministratorRole, PasswordHash, SingleSignOn};
use crate::email::EmailAddress;
use crate::ids::{AdministratorId, OrganizationId, Version};
use crate::ports::{Page, SessionsToEnd, Store, UniqueKey};

fn operator(email: &str) -> Administrator {
    Administrator {
        id: id(),
        email: text(EmailAddress::parse(email)),
        role: AdministratorRole::Operator,
        password: Some(PasswordHash("$argon2id$v=19$“x”".to_owned())),
        single_sign_on: SingleSignOn::Forbidden,
        disabled: false,
        version: Version::FIRST,
        created_at: then(),
        last_signed_in_at: None,
    }
}

fn admin(email: &str, organizations: &[OrganizationId]) -> Administrator {
    let role = AdministratorRole::OrganizationAdmin(organizations.iter().copied().collect());
    Administrator { role, ..operator(email) }
}

async fn with(store: &Arc<dyn Store>, administrator: Administrator) -> Administrator {
    store.add_administrator(&administrator, &audit()).await.unwrap();
    administrator
}

async fn stored(store: &Arc<dyn Store>, id: AdministratorId) -> Administrator {
    store.administrator(id).await.unwrap().unwrap()
}

async fn two_organizations(store: &Arc<dyn Store>) -> (Acme, Acme) {
    let (acme, other) = (with_acme(store).await, Acme::named("other"));
    other.install(&**store).await;
    (acme, other)
}

pub async fn every_field_of_an_administrator_is_read_back(store: Arc<dyn Store>) {
    let (acme, other) = two_organizations(&store).await;
    for administrator in [
        operator("Ada@acme.example"),
        Administrator { password: None, disabled: true, ..operator("eve@acme.example") },
        admin("bob@acme.example", &[other.organization.id, acme.organization.id]),
        Administrator { last_signed_in_at: Some(later(5)), ..operator("zoe@acme.example") },
    ] {
        let administrator = with(&store, administrator).await;
        assert_eq!(stored(&store, administrator.id).await, administrator);
    }
    assert_eq!(store.administrator(id()).await.unwrap(), None);
}

pub async fn an_administrator_is_found_by_address_without_letter_case(store: Arc<dyn Store>) {
    let ada = with(&store, operator("Ada@Acme.example")).await;
    let found = |email: &str| {
        let (store, email) = (store.clone(), text(EmailAddress::parse(email)));
        async move { store.administrator_by_email(&email).await.unwrap() }
    };
    assert_eq!(found("aDA@acme.EXAMPLE").await, Some(ada));
    assert_eq!(found("ada@acme.examples").await, None);
}

pub async fn an_address_belongs_to_one_administrator(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    with(&store, operator("ada@acme.example")).await;
    let again = admin("ADA@acme.example", &[acme.organization.id]);
    must_be_taken(store.add_administrator(&again, &audit()).await, UniqueKey::Administrator);
    assert_eq!(store.administrator(again.id).await.unwrap(), None);
}

pub async fn administrators_are_listed_oldest_first_by_where_they_administer(store: Arc<dyn Store>) {
    let (acme, other) = two_organizations(&store).await;
    let (acme, other) = (acme.organization.id, other.organization.id);
    let root = with(&store, operator("root@acme.example")).await;
    let both = with(&store, admin("both@acme.example", &[acme, other])).await;
    let mine = with(&store, admin("mine@acme.example", &[acme])).await;
    let ids = async |organization, page| {
        let page = store.administrators(organization, page).await.unwrap();
        (page.items.iter().map(|row| row.id).collect::<Vec<_>>(), page.next)
    };
    assert_eq!(ids(None, ALL).await, (vec![root.id, both.id, mine.id], None));
    assert_eq!(ids(Some(other), ALL).await, (vec![both.id], None));
    assert_eq!(ids(Some(id()), ALL).await, (vec![], None));
    let (first, next) = ids(Some(acme), Page { after: None, limit: 1 }).await;
    assert_eq!(first, [both.id]);
    assert_eq!(ids(Some(acme), Page { after: next, limit: 1 }).await, (vec![mine.id], None));
    let of = async |administrator: &Administrator, after| {
        let page = store.organizations_of(administrator.id, Page { after, limit: 1 }).await.unwrap();
        (page.items.iter().map(|row| row.id).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = of(&both, None).await;
    assert_eq!((first, of(&both, next).await), (vec![acme], (vec![other], None)));
    assert_eq!((of(&mine, None).await, of(&root, None).await), ((vec![acme], None), (vec![], None)));
    let listed = store.administrators(Some(acme), ALL).await.unwrap().items;
    assert_eq!(listed[0].role, both.role, "in all of their organizations");
}

pub async fn an_administrator_is_replaced_at_the_expected_version(store: Arc<dyn Store>) {
    let (acme, other) = two_organizations(&store).await;
    let bob = with(&store, admin("bob@acme.example", &[acme.organization.id])).await;
    let elsewhere = BTreeSet::from([other.organization.id]);
    let after = Administrator {
        role: AdministratorRole::OrganizationAdmin(elsewhere),
        password: Some(PasswordHash("another".to_owned())),
        disabled: true,
        version: bob.version.next(),
        ..bob.clone()
    };
    store.replace_administrator(&after, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(stored(&store, bob.id).await, after);
    must_conflict(store.replace_administrator(&after, SessionsToEnd::None, &audit()).await);
    let nowhere = BTreeSet::from([id()]);
    let nowhere = Administrator {
        role: AdministratorRole::OrganizationAdmin(nowhere),
        version: after.version.next(),
        ..after.clone()
    };
    must_conflict(store.replace_administrator(&nowhere, SessionsToEnd::None, &audit()).await);
    let promoted =
        Administrator { role: AdministratorRole::Operator, version: after.version.next(), ..after };
    store.replace_administrator(&promoted, SessionsToEnd::None, &audit()).await.unwrap();
    assert_eq!(stored(&store, bob.id).await, promoted);
    let unknown = Administrator { version: Version::FIRST.next(), ..operator("no@acme.example") };
    must_conflict(store.replace_administrator(&unknown, SessionsToEnd::None, &audit()).await);
}

pub async fn an_administrator_of_no_organization_cannot_be_added(store: Arc<dyn Store>) {
    let bob = admin("bob@acme.example", &[id()]);
    must_conflict(store.add_administrator(&bob, &audit()).await);
    assert_eq!(store.administrator(bob.id).await.unwrap(), None);
}

pub async fn a_deleted_organization_leaves_its_administrators_without_it(store: Arc<dyn Store>) {
    let (acme, other) = two_organizations(&store).await;
    let both = with(&store, admin("b@acme.example", &[acme.organization.id, other.organization.id])).await;
    let (organization, version) = (acme.organization.id, acme.organization.version);
    store.delete_organization(organization, version, &audit()).await.unwrap();
    let left = AdministratorRole::OrganizationAdmin(BTreeSet::from([other.organization.id]));
    assert_eq!(stored(&store, both.id).await.role, left);
}

pub async fn the_first_administrator_is_the_first(store: Arc<dyn Store>) {
    let first = operator("first@acme.example");
    store.add_first_administrator(&first, &audit()).await.unwrap();
    assert_eq!(stored(&store, first.id).await, first);
    must_conflict(store.add_first_administrator(&operator("second@acme.example"), &audit()).await);
    with(&store, operator("second@acme.example")).await;
}

pub async fn of_simultaneous_first_administrators_one_is_added(store: Arc<dyn Store>) {
    let candidates: Vec<_> = (0..4).map(|n| operator(&format!("a{n}@acme.example"))).collect();
    let events: Vec<_> = candidates.iter().map(|_| audit()).collect();
    let tries = candidates.iter().zip(&events).map(|(one, event)| store.add_first_administrator(one, event));
    let added = futures_util::future::join_all(tries).await;
    assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 1);
    assert_eq!(store.administrators(None, ALL).await.unwrap().items.len(), 1);
    added.into_iter().filter(Result::is_err).for_each(must_conflict);
}
