//! Finding organizations and connections.

use std::sync::Arc;

use super::fixture::*;
use crate::catalog::Catalog;
use crate::connection::ConnectionDetails;
use crate::ids::Version;
use crate::organization::OrganizationDetails;
use crate::ports::Store;
use crate::settings::Settings;
use crate::text::{DisplayName, EntityId};

pub async fn an_organization_is_found_by_its_slug(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let slug = &acme.organization.slug;
    assert_eq!(store.organization(slug).await.unwrap(), Some(acme.organization.clone()));
    assert_eq!(store.organization(&text("acm".parse())).await.unwrap(), None);
}

pub async fn connections_are_listed_by_key(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    // In the order of a dictionary the hyphen would not count.
    for key in ["a-c", "z", "ab", "a-b", "0"] {
        store.create_connection(&acme.connection(key), &audit()).await.unwrap();
    }
    let connections = store.connections(acme.organization.id).await.unwrap();
    let keys: Vec<_> = connections.iter().map(|connection| connection.details.key.as_str()).collect();
    assert_eq!(keys, ["0", "a-b", "a-c", "ab", "okta", "z"]);
    assert_eq!(connections[4], acme.connection);
}

pub async fn a_connection_is_found_by_key_with_all_that_a_sign_in_needs(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    store.create_connection(&acme.connection("entra"), &audit()).await.unwrap();
    let id = acme.organization.id;
    let found = store.connection_by_key(id, &text("okta".parse())).await.unwrap();
    assert_eq!(found, Some(acme.view()));
    assert_eq!(store.connection_by_key(id, &text("okt".parse())).await.unwrap(), None);
}

pub async fn a_connection_is_found_by_the_exact_entity_id_of_its_identity_provider(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut nobody = acme.connection("entra");
    nobody.identity_provider = None;
    store.create_connection(&nobody, &audit()).await.unwrap();
    let id = acme.organization.id;
    let find =
        async |issuer: &str| store.connection_by_issuer(id, &text(EntityId::parse(issuer))).await.unwrap();
    assert_eq!(find("https://okta.example/idp").await.as_deref(), Some(&acme.view()));
    for other in ["https://OKTA.example/idp", "https://okta.example/idp/", "https://entra.example/idp"] {
        assert_eq!(find(other).await, None, "{other}");
    }
}

/// A store may remember what it has read, but not what it was.
pub async fn a_connection_found_by_its_issuer_is_as_it_is_now(store: Arc<dyn Store>) {
    let acme = with_acme_without_defaults(&store).await;
    let (organization, connection) = (&acme.organization, &acme.connection);
    let issuer = text(EntityId::parse("https://okta.example/idp"));
    let now = async || {
        let found = store.connection_by_issuer(organization.id, &issuer).await.unwrap();
        let as_it_is = store.connection_by_key(organization.id, &connection.details.key).await.unwrap();
        assert_eq!(found.as_deref(), as_it_is.as_ref());
        found.map(|view| view.basis())
    };
    let mut seen = vec![now().await, now().await];
    assert_eq!(seen[0], seen[1]);

    let renamed = OrganizationDetails { name: text(DisplayName::parse("Acme 2")), ..organization.details() };
    store.replace_organization(&organization.with_details(renamed, later(1)), &audit()).await.unwrap();
    seen.push(now().await);
    let catalog = organization.catalog_version;
    store.replace_catalog(organization.id, &Catalog::default(), catalog, &audit()).await.unwrap();
    seen.push(now().await);
    let closed = ConnectionDetails { enabled: false, ..connection.details.clone() };
    store.replace_connection(connection.id, &closed, Version(1), &audit()).await.unwrap();
    seen.push(now().await);
    let mut rolled = identity_provider("https://okta.example/idp");
    rolled.metadata.certificates.clear();
    store.replace_identity_provider(connection.id, Some(&rolled), None, Version(1), &audit()).await.unwrap();
    seen.push(now().await);
    let settings = Settings { suppress_welcome_emails: true, ..Settings::default() };
    store.replace_settings(connection.id, &settings, Version(1), catalog.next(), &audit()).await.unwrap();
    seen.push(now().await);
    store.delete_connection(connection.id, Version(2), &audit()).await.unwrap();
    seen.push(now().await);

    seen.dedup();
    assert_eq!(seen.len(), 7);
    assert_eq!(seen[6], None);
}
