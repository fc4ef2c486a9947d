//! Users, as administrators see them.

use std::sync::Arc;

use super::fixture::*;
use crate::ids::{ConnectionId, Version};
use crate::name_id::NameId;
use crate::ports::{Page, Store, UniqueKey, UserFilter};
use crate::provenance::Provenance;
use crate::text::PersonName;
use crate::user::{CreatedBy, Identity, User};

/// Ada Lovelace, Zoë O’Brien (who has two identities) and a deactivated Äneas Lovell.
async fn three(store: &Arc<dyn Store>) -> (Acme, [User; 3]) {
    let acme = with_acme(store).await;
    let second = acme.connection("entra");
    store.create_connection(&second, &audit()).await.unwrap();
    let mut ada = acme.user("Ada@acme.example");
    ada.profile.first_name = text(PersonName::parse("Ada"));
    ada.profile.last_name = text(PersonName::parse("Lovelace"));
    let mut zoe = acme.user("zob@acme.example");
    zoe.identities.push(Identity { connection_id: second.id, name_id: name_id("zoe_2") });
    let mut aeneas = acme.user("a%_\\@acme.example".replace('\\', "b").as_str());
    aeneas.profile.first_name = text(PersonName::parse("Äneas"));
    aeneas.profile.last_name = text(PersonName::parse("Lovell"));
    aeneas.active = false;
    for user in [&ada, &zoe, &aeneas] {
        acme.install_user(&**store, user).await;
    }
    (acme, [ada, zoe, aeneas])
}

async fn found(store: &Arc<dyn Store>, acme: &Acme, filter: UserFilter) -> Vec<User> {
    store.users(acme.organization.id, &filter, ALL).await.unwrap().items
}

pub async fn every_field_of_a_user_is_read_back(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for (index, created_by) in (0..).zip(CreatedBy::ALL) {
        let user = User {
            created_by: *created_by,
            version: Version(index + 1),
            created_at: later(-1) + chrono::Duration::microseconds(123_456),
            updated_at: then(),
            last_sign_in_at: (index > 0).then(|| later(3)),
            active: index > 1,
            ..acme.user(&format!("u{index}@acme.example"))
        };
        acme.install_user(&*store, &user).await;
        assert_eq!(stored(&store, &user).await, user);
    }
    assert_eq!(store.user(acme.organization.id, id()).await.unwrap(), None);
}

pub async fn a_user_is_created_at_the_catalog_they_were_checked_against(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let user = acme.user("ada@acme.example");
    must_conflict(store.create_user(&user, Version(1), &audit()).await);
    assert_eq!(store.user(acme.organization.id, user.id).await.unwrap(), None);
}

pub async fn a_created_user_may_take_neither_address_nor_identity(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let catalog = acme.organization.catalog_version;
    let mut same_address = acme.user("ADA@acme.example");
    same_address.identities.clear();
    must_be_taken(store.create_user(&same_address, catalog, &audit()).await, UniqueKey::Email);
    let same_identity = User { identities: ada.identities, ..acme.user("eve@acme.example") };
    must_be_taken(store.create_user(&same_identity, catalog, &audit()).await, UniqueKey::Identity);
    let mut two = acme.user("eve@acme.example");
    two.identities.push(Identity { connection_id: acme.connection.id, name_id: name_id("two") });
    must_be_taken(store.create_user(&two, catalog, &audit()).await, UniqueKey::Identity);
    assert_eq!(found(&store, &acme, UserFilter::default()).await.len(), 1);
}

pub async fn a_replaced_user_is_exactly_as_written(store: Arc<dyn Store>) {
    let (acme, [_, before, _]) = three(&store).await;
    let mut after = User { version: Version(2), updated_at: later(8), ..before.clone() };
    after.profile.assignments = [pair("contractor", "visitor")].into();
    after.profile.location = None;
    after.provenance = Provenance::default();
    after.identities = vec![Identity { connection_id: acme.connection.id, name_id: name_id("new") }];
    store.replace_user(&after, acme.organization.catalog_version, &audit()).await.unwrap();
    assert_eq!(stored(&store, &before).await, after);
    after.version = Version(3);
    after.profile.assignments.clear();
    after.identities.clear();
    store.replace_user(&after, acme.organization.catalog_version, &audit()).await.unwrap();
    assert_eq!(stored(&store, &before).await, after);
}

pub async fn a_user_is_replaced_at_the_expected_version_and_catalog(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let catalog = acme.organization.catalog_version;
    let mut after = User { version: Version(2), ..before.clone() };
    after.profile.assignments.clear();
    let unknown = User { id: id(), identities: Vec::new(), ..after.clone() };
    must_conflict(store.replace_user(&unknown, catalog, &audit()).await);
    must_conflict(store.replace_user(&after, catalog.next(), &audit()).await);
    let stale = User { version: Version(3), ..after.clone() };
    must_conflict(store.replace_user(&stale, catalog, &audit()).await);
    assert_eq!(stored(&store, &before).await, before);
    store.replace_user(&after, catalog, &audit()).await.unwrap();
    must_conflict(store.replace_user(&after, catalog, &audit()).await);
}

pub async fn a_replaced_user_may_take_neither_address_nor_identity(store: Arc<dyn Store>) {
    let (acme, [ada, zoe, _]) = three(&store).await;
    let catalog = acme.organization.catalog_version;
    let mut address = User { version: Version(2), ..zoe.clone() };
    address.profile.email = text("aDa@acme.example".parse());
    must_be_taken(store.replace_user(&address, catalog, &audit()).await, UniqueKey::Email);
    let identity = User { version: Version(2), identities: ada.identities, ..zoe.clone() };
    must_be_taken(store.replace_user(&identity, catalog, &audit()).await, UniqueKey::Identity);
    assert_eq!(stored(&store, &zoe).await, zoe);
}

pub async fn an_address_may_change_its_letter_case(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let mut after = User { version: Version(2), ..before.clone() };
    after.profile.email = text("ADA@acme.example".parse());
    store.replace_user(&after, acme.organization.catalog_version, &audit()).await.unwrap();
    assert_eq!(stored(&store, &before).await.profile.email.as_str(), "ADA@acme.example");
}

pub async fn users_are_paged_oldest_first(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut all = Vec::new();
    for index in 0..7 {
        // Addresses in the opposite order, so that no index on them can be what sorts.
        let user = User { active: index != 3, ..acme.user(&format!("u{}@acme.example", 9 - index)) };
        acme.install_user(&*store, &user).await;
        all.push(user);
    }
    all.remove(3);
    for limit in 1..=7 {
        let filter = UserFilter { active: Some(true), ..UserFilter::default() };
        let mut page = Page { after: None, limit };
        let mut seen = Vec::new();
        loop {
            let part = store.users(acme.organization.id, &filter, page).await.unwrap();
            assert!(part.items.len() <= limit as usize);
            seen.extend(part.items);
            page.after = part.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all, "in pages of {limit}");
    }
}

pub async fn users_are_filtered_by_address(store: Arc<dyn Store>) {
    let (acme, [ada, _, _]) = three(&store).await;
    let with = |email: &str| UserFilter { email: Some(email.to_owned()), ..UserFilter::default() };
    assert_eq!(found(&store, &acme, with("aDA@ACME.example")).await, [ada]);
    for other in ["", "ada", "ada@acme.example ", "a%@acme.example", "\0"] {
        assert_eq!(found(&store, &acme, with(other)).await, [], "{other:?}");
    }
}

pub async fn users_are_filtered_by_name_id(store: Arc<dyn Store>) {
    let (acme, [ada, zoe, _]) = three(&store).await;
    let with = |name: &NameId| UserFilter { name_id: Some(name.to_string()), ..UserFilter::default() };
    assert_eq!(found(&store, &acme, with(&name_id("Ada@acme.example"))).await, [ada]);
    assert_eq!(found(&store, &acme, with(&name_id("zoe_2"))).await, [zoe]);
    for other in ["ada@acme.example", "zoe", "zoe%2"] {
        assert_eq!(found(&store, &acme, with(&name_id(other))).await, [], "{other}");
    }
    let nul = UserFilter { name_id: Some("\0".to_owned()), ..UserFilter::default() };
    assert_eq!(found(&store, &acme, nul).await, []);
}

pub async fn users_are_filtered_by_the_beginning_of_a_name_or_address(store: Arc<dyn Store>) {
    let (acme, [ada, zoe, aeneas]) = three(&store).await;
    let with = |text: &str| UserFilter { text: Some(text.to_owned()), ..UserFilter::default() };
    let everybody = [ada.clone(), zoe.clone(), aeneas.clone()];
    assert_eq!(found(&store, &acme, with("")).await, everybody);
    assert_eq!(found(&store, &acme, with("LOVE")).await, [ada.clone(), aeneas.clone()]);
    assert_eq!(found(&store, &acme, with("zoË")).await, std::slice::from_ref(&zoe));
    assert_eq!(found(&store, &acme, with("o’b")).await, [zoe]);
    assert_eq!(found(&store, &acme, with("äNE")).await, std::slice::from_ref(&aeneas));
    assert_eq!(found(&store, &acme, with("a%_")).await, [aeneas]);
    assert_eq!(found(&store, &acme, with("ADA@a")).await, [ada]);
    for nobody in ["%", "_da", "da", "lovelace ", "\0", "\\"] {
        assert_eq!(found(&store, &acme, with(nobody)).await, [], "{nobody:?}");
    }
}

pub async fn users_are_filtered_by_activity(store: Arc<dyn Store>) {
    let (acme, [ada, zoe, aeneas]) = three(&store).await;
    let with = |active| UserFilter { active: Some(active), ..UserFilter::default() };
    assert_eq!(found(&store, &acme, with(true)).await, [ada, zoe]);
    assert_eq!(found(&store, &acme, with(false)).await, [aeneas]);
}

pub async fn all_conditions_on_users_hold_together(store: Arc<dyn Store>) {
    let (acme, [ada, _, _]) = three(&store).await;
    let filter = UserFilter {
        email: Some("ada@acme.example".to_owned()),
        name_id: Some("Ada@acme.example".to_owned()),
        text: Some("love".to_owned()),
        active: Some(true),
        location: Some("Berlin".to_owned()),
        user_type: Some("employee".to_owned()),
        role: Some("clerk".to_owned()),
        connection: Some(acme.connection.id),
        created_by: Some(CreatedBy::Sso),
    };
    assert_eq!(found(&store, &acme, filter.clone()).await, [ada]);
    let but = [
        UserFilter { email: Some("zob@acme.example".to_owned()), ..filter.clone() },
        UserFilter { name_id: Some("zoe_2".to_owned()), ..filter.clone() },
        UserFilter { text: Some("zob".to_owned()), ..filter.clone() },
        UserFilter { active: Some(false), ..filter.clone() },
        UserFilter { location: Some("berlin".to_owned()), ..filter.clone() },
        UserFilter { user_type: Some("contractor".to_owned()), ..filter.clone() },
        UserFilter { role: Some("manager".to_owned()), ..filter.clone() },
        UserFilter { connection: Some(id()), ..filter.clone() },
        UserFilter { created_by: Some(CreatedBy::Import), ..filter },
    ];
    for filter in but {
        assert_eq!(found(&store, &acme, filter).await, []);
    }
}

/// Adds a condition to a filter, perhaps on that connection.
type Set = fn(&mut UserFilter, ConnectionId);

/// Every set of conditions that lead along different ways finds the same users, whom it finds alone.
pub async fn any_conditions_on_users_hold_together(store: Arc<dyn Store>) {
    let (acme, [ada, zoe, aeneas]) = three(&store).await;
    let second = zoe.identities[1].connection_id;
    let mut other = acme.user("zulu@acme.example");
    other.profile.assignments = [pair("contractor", "visitor"), pair("employee", "manager")].into();
    other.profile.location = None;
    other.created_by = CreatedBy::Api;
    acme.install_user(&*store, &other).await;
    let conditions: [(Set, &[&User]); 7] = [
        (|filter, _| filter.text = Some("Z".to_owned()), &[&zoe, &other]),
        (|filter, _| filter.active = Some(true), &[&ada, &zoe, &other]),
        (|filter, _| filter.location = Some("Berlin".to_owned()), &[&ada, &zoe, &aeneas]),
        (|filter, _| filter.user_type = Some("employee".to_owned()), &[&ada, &zoe, &aeneas, &other]),
        (
            |filter, _| {
                filter.user_type = Some("employee".to_owned());
                filter.role = Some("manager".to_owned());
            },
            &[&other],
        ),
        (|filter, second| filter.connection = Some(second), &[&zoe]),
        (|filter, _| filter.created_by = Some(CreatedBy::Api), &[&other]),
    ];
    for (index, (one, alone)) in conditions.iter().enumerate() {
        for (another, together) in &conditions[index..] {
            let mut filter = UserFilter::default();
            one(&mut filter, second);
            another(&mut filter, second);
            let both = alone.iter().filter(|user| together.contains(user)).map(|user| (*user).clone());
            let both: Vec<User> = both.collect();
            for limit in 1..=3 {
                assert_eq!(walk(&store, &acme, &filter, limit).await, both, "{filter:?}");
            }
        }
    }
    let beginning = |text: &str| UserFilter { text: Some(text.to_owned()), ..UserFilter::default() };
    assert_eq!(walk(&store, &acme, &beginning(""), 3).await, [ada, zoe, aeneas, other]);
    assert_eq!(walk(&store, &acme, &beginning("\u{10FFFF}"), 3).await, []);
}

/// All pages of a list.
async fn walk(store: &Arc<dyn Store>, acme: &Acme, filter: &UserFilter, limit: u32) -> Vec<User> {
    let mut page = Page { after: None, limit };
    let mut all = Vec::new();
    loop {
        let part = store.users(acme.organization.id, filter, page).await.unwrap();
        assert!(part.items.len() <= limit as usize);
        all.extend(part.items);
        page.after = part.next;
        if page.after.is_none() {
            return all;
        }
    }
}
