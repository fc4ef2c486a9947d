//! Organizations, catalogs, connections and keys.

use std::sync::Arc;

use super::fixture::*;
use crate::catalog::{Catalog, CatalogDraft, CatalogValue, InUse, RoleDraft, UserTypeDraft};
use crate::connection::{ConnectionView, RequestSettings};
use crate::ids::Version;
use crate::organization::{Organization, OrganizationDetails};
use crate::ports::{Page, SignInFilter, Store, UniqueKey, UserFilter};
use crate::settings::Settings;
use crate::sign_in::Recording;
use crate::text::DisplayName;
use crate::user::User;

async fn view_of(store: &Arc<dyn Store>, acme: &Acme) -> ConnectionView {
    let key = &acme.connection.details.key;
    store.connection_by_key(acme.organization.id, key).await.unwrap().unwrap()
}

pub async fn organizations_are_read_back_and_unique_by_slug(store: Arc<dyn Store>) {
    let plain = OrganizationDetails {
        application_url: None,
        allowed_return_origins: Vec::new(),
        keep_arrivals_days: None,
        jit_provisioning_enabled: false,
        ..Acme::named("plain").organization.details()
    };
    let plain = Organization::new(id(), plain, later(1));
    store.create_organization(&plain, &audit()).await.unwrap();
    assert_eq!(store.organization(&plain.slug).await.unwrap(), Some(plain.clone()));
    assert_eq!(store.catalog(plain.id).await.unwrap(), (Catalog::default(), Version::FIRST));
    let second = Organization { id: id(), ..plain.clone() };
    must_be_taken(store.create_organization(&second, &audit()).await, UniqueKey::OrganizationSlug);
    assert_eq!(store.organizations(ALL).await.unwrap().items, [plain]);
    must_conflict(store.catalog(id()).await);
}

pub async fn an_organization_is_replaced_at_the_expected_version(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let details = OrganizationDetails {
        slug: text("acme-2".parse()),
        name: text(DisplayName::parse("Acme 2")),
        application_url: None,
        ..acme.organization.details()
    };
    let replaced = acme.organization.with_details(details, later(7));
    store.replace_organization(&replaced, &audit()).await.unwrap();
    assert_eq!(store.organization(&replaced.slug).await.unwrap(), Some(replaced.clone()));
    assert_eq!(store.organization(&acme.organization.slug).await.unwrap(), None);
    must_conflict(store.replace_organization(&replaced, &audit()).await);
    let details = OrganizationDetails { slug: other.organization.slug, ..replaced.details() };
    let same_slug = replaced.with_details(details, later(8));
    must_be_taken(store.replace_organization(&same_slug, &audit()).await, UniqueKey::OrganizationSlug);
    let unknown = Organization { id: id(), ..same_slug };
    must_conflict(store.replace_organization(&unknown, &audit()).await);
    assert_eq!(store.organization(&replaced.slug).await.unwrap(), Some(replaced));
}

pub async fn replacing_an_organization_leaves_its_catalog(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut replaced = acme.organization.with_details(acme.organization.details(), later(7));
    replaced.catalog_version = Version(9);
    store.replace_organization(&replaced, &audit()).await.unwrap();
    let expected = (acme.catalog, acme.organization.catalog_version);
    assert_eq!(store.catalog(acme.organization.id).await.unwrap(), expected);
}

pub async fn a_logo_is_replaced_and_removed_at_the_expected_version(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let before = acme.organization.clone();
    let kept = async || {
        let organization = store.organization(&before.slug).await.unwrap().unwrap();
        let view = store.connection_by_key(before.id, &acme.connection.details.key).await.unwrap();
        assert_eq!(view.unwrap().organization, organization);
        (organization, store.logo(before.id).await.unwrap())
    };
    assert_eq!(kept().await, (before.clone(), None));

    let (one, two) = (logo(64, 32), logo(2_048, 16));
    let with = before.with_logo(Some(one.mark.clone()), later(7));
    // Of the rest of the row nothing is written with the logo.
    let mut beside = with.clone();
    beside.branding.accent_color = None;
    store.replace_logo(&beside, Some(&one), &audit()).await.unwrap();
    assert_eq!(kept().await, (with.clone(), Some(one.content.clone())));
    must_conflict(store.replace_logo(&with, Some(&two), &audit()).await);
    must_conflict(store.replace_logo(&with, None, &audit()).await);
    assert_eq!(kept().await, (with.clone(), Some(one.content)));

    // A change of what is said of the organization leaves the logo.
    let mut replaced = with.with_details(with.details(), later(8));
    replaced.branding.logo = None;
    store.replace_organization(&replaced, &audit()).await.unwrap();
    let with = with.with_details(with.details(), later(8));
    assert_eq!(kept().await.0, with);

    let with = with.with_logo(Some(two.mark.clone()), later(9));
    store.replace_logo(&with, Some(&two), &audit()).await.unwrap();
    assert_eq!(kept().await, (with.clone(), Some(two.content)));
    let without = with.with_logo(None, later(10));
    store.replace_logo(&without, None, &audit()).await.unwrap();
    assert_eq!(kept().await, (without, None));
}

pub async fn a_logo_goes_with_its_organization(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let other = Acme::named("other");
    other.install(&*store).await;
    let logo = logo(64, 64);
    for organization in [&acme.organization, &other.organization] {
        let with = organization.with_logo(Some(logo.mark.clone()), later(1));
        store.replace_logo(&with, Some(&logo), &audit()).await.unwrap();
    }
    let version = acme.organization.version.next();
    store.delete_organization(acme.organization.id, version, &audit()).await.unwrap();
    assert_eq!(store.logo(acme.organization.id).await.unwrap(), None);
    assert_eq!(store.logo(other.organization.id).await.unwrap(), Some(logo.content));
}

pub async fn a_deleted_organization_takes_everything_with_it(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let user = acme.user("ada@acme.example");
    let recording = creation(&acme.view(), &user);
    let link = link(&acme.view(), &user, "two");
    store.record(&recording).await.unwrap();
    store.record(&Recording { link: Some(link.clone()), ..refusal(&acme.view()) }).await.unwrap();
    store.open_request(&request(&acme.view())).await.unwrap();
    let id = acme.organization.id;
    must_conflict(store.delete_organization(id, Version(7), &audit()).await);
    store.delete_organization(id, acme.organization.version, &audit()).await.unwrap();

    assert_eq!(store.organization(&acme.organization.slug).await.unwrap(), None);
    assert!(store.connections(id).await.unwrap().is_empty());
    assert!(store.users(id, &UserFilter::default(), ALL).await.unwrap().items.is_empty());
    assert!(store.sign_ins(id, &SignInFilter::default(), ALL).await.unwrap().items.is_empty());
    assert_eq!(store.session(&recording.session.unwrap().token_hash, later(1)).await.unwrap(), None);
    assert_eq!(store.pending_link(&link.token_hash, later(1)).await.unwrap(), None);
    assert!(store.claim(later(1), chrono::Duration::zero(), 10).await.unwrap().is_empty());
    must_conflict(store.delete_organization(id, acme.organization.version, &audit()).await);
    acme.install(&*store).await;
}

pub async fn a_catalog_is_replaced_at_the_expected_version(store: Arc<dyn Store>) {
    let acme = with_acme_without_defaults(&store).await;
    let (id, version) = (acme.organization.id, acme.organization.catalog_version);
    let empty = Catalog::default();
    must_conflict(store.replace_catalog(id, &empty, version.next(), &audit()).await);
    assert_eq!(store.catalog(id).await.unwrap(), (acme.catalog.clone(), version));
    assert!(store.replace_catalog(id, &empty, version, &audit()).await.unwrap().is_empty());
    assert_eq!(store.catalog(id).await.unwrap(), (empty.clone(), version.next()));
    let organization = store.organization(&acme.organization.slug).await.unwrap().unwrap();
    assert_eq!(organization, Organization { catalog_version: version.next(), ..acme.organization });
    must_conflict(store.replace_catalog(super::fixture::id(), &empty, Version::FIRST, &audit()).await);
}

pub async fn a_catalog_that_lacks_values_in_use_is_refused_by_their_names(store: Arc<dyn Store>) {
    let acme = with_acme_without_defaults(&store).await;
    let (id, version) = (acme.organization.id, acme.organization.catalog_version);
    let mut user = User { active: false, ..acme.user("ada@acme.example") };
    user.profile.assignments.extend([pair("contractor", "visitor")]);
    acme.install_user(&*store, &user).await;
    acme.install_user(&*store, &acme.user("eve@acme.example")).await;
    let catalog = |role: &str, locations: &[&str]| {
        let user_type = |key: &str, role: &str| UserTypeDraft {
            key: key.to_owned(),
            name: key.to_owned(),
            roles: vec![RoleDraft { key: role.to_owned(), name: role.to_owned(), privileged: true }],
        };
        let draft = CatalogDraft {
            user_types: vec![user_type("contractor", "visitor"), user_type("employee", role)],
            locations: locations.iter().map(ToString::to_string).collect(),
        };
        draft.parse().unwrap()
    };
    let [berlin, clerk, visitor] = [
        CatalogValue::Location("Berlin".parse().unwrap()),
        CatalogValue::Pair(assignment("employee", "clerk")),
        CatalogValue::Pair(assignment("contractor", "visitor")),
    ]
    .map(InUse::by_users);
    let lost = store.replace_catalog(id, &catalog("manager", &["Zürich"]), version, &audit()).await.unwrap();
    assert_eq!(lost, [berlin.clone(), clerk.clone()]);
    let lost = store.replace_catalog(id, &catalog("clerk", &["berlin"]), version, &audit()).await.unwrap();
    assert_eq!(lost, std::slice::from_ref(&berlin));
    let lost = store.replace_catalog(id, &Catalog::default(), version, &audit()).await.unwrap();
    assert_eq!(lost, [berlin, visitor, clerk]);
    assert_eq!(store.catalog(id).await.unwrap(), (acme.catalog.clone(), version));
    let enough = catalog("clerk", &["Berlin"]);
    assert!(store.replace_catalog(id, &enough, version, &audit()).await.unwrap().is_empty());
    assert_eq!(store.catalog(id).await.unwrap(), (enough, version.next()));
}

pub async fn a_catalog_that_lacks_a_default_is_refused_by_its_name(store: Arc<dyn Store>) {
    let acme = with_acme_without_defaults(&store).await;
    let (id, version) = (acme.organization.id, acme.organization.catalog_version);
    let settings = super::super::acme().connection.settings;
    store.replace_settings(acme.connection.id, &settings, Version(1), version, &audit()).await.unwrap();
    let lost = store.replace_catalog(id, &Catalog::default(), version, &audit()).await.unwrap();
    let lost: Vec<_> = lost.iter().map(ToString::to_string).collect();
    assert_eq!(lost, ["Berlin (default of connection okta)", "employee/clerk (default of connection okta)"]);
    assert_eq!(store.catalog(id).await.unwrap(), (acme.catalog.clone(), version));
    assert!(store.replace_catalog(id, &acme.catalog, version, &audit()).await.unwrap().is_empty());
    let other = Acme::named("other");
    other.install(&*store).await;
    let (id, version) = (other.organization.id, other.organization.catalog_version);
    store.delete_connection(other.connection.id, other.connection.version, &audit()).await.unwrap();
    assert!(store.replace_catalog(id, &Catalog::default(), version, &audit()).await.unwrap().is_empty());
}

pub async fn a_connection_is_unique_by_key_and_entity_id(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut same_key = acme.connection("okta");
    same_key.identity_provider = None;
    must_be_taken(store.create_connection(&same_key, &audit()).await, UniqueKey::ConnectionKey);
    let mut same_issuer = acme.connection("entra");
    same_issuer.identity_provider = Some(identity_provider("https://okta.example/idp"));
    must_be_taken(store.create_connection(&same_issuer, &audit()).await, UniqueKey::EntityId);
    must_conflict(store.create_connection(&Acme::named("nobody").connection, &audit()).await);
    for key in ["none-1", "none-2"] {
        let mut without = acme.connection(key);
        without.identity_provider = None;
        store.create_connection(&without, &audit()).await.unwrap();
        let found = store.connection_by_key(acme.organization.id, &without.details.key).await.unwrap();
        assert_eq!(found.unwrap().connection, without);
    }
    let other = Acme::named("other");
    other.install(&*store).await;
    assert_eq!(store.connections(acme.organization.id).await.unwrap().len(), 3);
}

pub async fn a_connection_is_replaced_at_the_expected_version(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    store.create_connection(&acme.connection("entra"), &audit()).await.unwrap();
    let mut expected = acme.view();
    let connection = &mut expected.connection;
    connection.details.display_name = text(DisplayName::parse("Off"));
    connection.details.enabled = false;
    connection.details.sp_initiated = false;
    connection.details.allow_idp_initiated = false;
    connection.details.requests = RequestSettings::default();
    connection.details.technical_contact = None;
    let (id, details) = (connection.id, connection.details.clone());
    let event = audit();
    must_conflict(store.replace_connection(id, &details, Version(2), &event).await);
    store.replace_connection(id, &details, Version(1), &event).await.unwrap();
    expected.connection.version = Version(2);
    expected.connection.updated_at = event.at;
    assert_eq!(view_of(&store, &acme).await, expected);
    let mut taken = details.clone();
    taken.key = text("entra".parse());
    must_be_taken(store.replace_connection(id, &taken, Version(2), &audit()).await, UniqueKey::ConnectionKey);
    must_conflict(store.replace_connection(super::fixture::id(), &details, Version(1), &audit()).await);
    assert_eq!(view_of(&store, &acme).await, expected);
}

pub async fn a_deleted_connection_leaves_users_and_history(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let other = acme.connection("entra");
    store.create_connection(&other, &audit()).await.unwrap();
    let mut user = acme.user("ada@acme.example");
    user.identities.push(crate::user::Identity { connection_id: other.id, name_id: name_id("ada-2") });
    let recording = creation(&acme.view(), &user);
    store.record(&recording).await.unwrap();
    let link = link(&acme.view(), &user, "three");
    store.record(&Recording { link: Some(link.clone()), ..refusal(&acme.view()) }).await.unwrap();
    let request = request(&acme.view());
    store.open_request(&request).await.unwrap();
    let organization = acme.organization.id;
    must_conflict(store.delete_connection(acme.connection.id, Version(2), &audit()).await);
    store.delete_connection(acme.connection.id, Version(1), &audit()).await.unwrap();

    assert_eq!(store.connections(organization).await.unwrap(), std::slice::from_ref(&other));
    user.identities.remove(0);
    assert_eq!(stored(&store, &user).await, user);
    let record = store.sign_in(organization, recording.record.id).await.unwrap();
    assert_eq!(record, Some(recording.record));
    assert_eq!(store.session(&recording.session.unwrap().token_hash, later(1)).await.unwrap(), None);
    assert_eq!(store.pending_link(&link.token_hash, later(1)).await.unwrap(), None);
    let mut subject = subject(&acme.view(), "x", "x@acme.example");
    subject.request_id = Some(request.id);
    assert_eq!(store.snapshot(&subject).await.unwrap().request, None);
    must_conflict(store.delete_connection(acme.connection.id, Version(1), &audit()).await);
}

pub async fn an_identity_provider_is_replaced_and_removed(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let id = acme.connection.id;
    let replaced = identity_provider("https://new.example");
    let event = audit();
    must_conflict(store.replace_identity_provider(id, Some(&replaced), None, Version(2), &event).await);
    store.replace_identity_provider(id, Some(&replaced), None, Version(1), &event).await.unwrap();
    let mut expected = acme.view();
    expected.connection.identity_provider = Some(replaced.clone());
    expected.connection.identity_provider_version = Version(2);
    expected.connection.updated_at = event.at;
    assert_eq!(view_of(&store, &acme).await, expected);
    let organization = acme.organization.id;
    let found = store.connection_by_issuer(organization, &replaced.metadata.entity_id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&expected));
    store.replace_identity_provider(id, None, None, Version(2), &audit()).await.unwrap();
    expected.connection.identity_provider = None;
    expected.connection.identity_provider_version = Version(3);
    assert_eq!(view_of(&store, &acme).await, expected);
    let found = store.connection_by_issuer(organization, &replaced.metadata.entity_id).await.unwrap();
    assert_eq!(found, None);
    must_conflict(
        store.replace_identity_provider(super::fixture::id(), None, None, Version(1), &event).await,
    );
}

pub async fn an_entity_id_belongs_to_one_connection_of_an_organization(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let second = acme.connection("entra");
    store.create_connection(&second, &audit()).await.unwrap();
    let okta = identity_provider("https://okta.example/idp");
    let taken = store.replace_identity_provider(second.id, Some(&okta), None, Version(1), &audit()).await;
    must_be_taken(taken, UniqueKey::EntityId);
    let same =
        store.replace_identity_provider(acme.connection.id, Some(&okta), None, Version(1), &audit()).await;
    same.unwrap();
}

pub async fn settings_are_replaced_at_the_expected_version_and_catalog(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let (id, catalog) = (acme.connection.id, acme.organization.catalog_version);
    let settings = Settings::default();
    let event = audit();
    must_conflict(store.replace_settings(id, &settings, Version(2), catalog, &event).await);
    must_conflict(store.replace_settings(id, &settings, Version(1), Version(1), &event).await);
    assert_eq!(view_of(&store, &acme).await, acme.view());
    store.replace_settings(id, &settings, Version(1), catalog, &event).await.unwrap();
    let mut expected = acme.view();
    expected.connection.settings = settings.clone();
    expected.connection.settings_version = Version(2);
    expected.connection.updated_at = event.at;
    assert_eq!(view_of(&store, &acme).await, expected);
    must_conflict(store.replace_settings(super::fixture::id(), &settings, Version(1), catalog, &event).await);
}

pub async fn organizations_are_paged_oldest_first(store: Arc<dyn Store>) {
    let mut all = Vec::new();
    for index in 0..5 {
        let organization =
            Organization { catalog_version: Version(1), ..Acme::named(&format!("o{index}")).organization };
        store.create_organization(&organization, &audit()).await.unwrap();
        all.push(organization);
    }
    let mut seen = Vec::new();
    let mut page = Page { after: None, limit: 2 };
    for expected in [2, 2, 1] {
        let part = store.organizations(page).await.unwrap();
        assert_eq!(part.items.len(), expected);
        assert_eq!(part.next.is_some(), expected == 2);
        seen.extend(part.items);
        page.after = part.next;
    }
    assert_eq!(seen, all);
    let exactly = store.organizations(Page { after: None, limit: 5 }).await.unwrap();
    assert_eq!((exactly.items.len(), exactly.next), (5, None));
}
