//! Finding organizations and connections.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::Store;
use crate::text::EntityId;

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
    assert_eq!(find("https://okta.example/idp").await, Some(acme.view()));
    for other in ["https://OKTA.example/idp", "https://okta.example/idp/", "https://entra.example/idp"] {
        assert_eq!(find(other).await, None, "{other}");
    }
}
