//! What finding the connection of a response costs on SQLite, where it is remembered and where it is parsed anew: with a small catalog,
//! and with the largest number of locations.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails to start should say so")]

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Builder;
use vestibule_domain::ports::Store;
use vestibule_domain::testing::{Acme, acme};
use vestibule_persistence_adapter::{Database, Limits};

const MOST_LOCATIONS: usize = 10_000;

fn bench(c: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for (name, locations) in [("small catalog", 0), ("10,000 locations", MOST_LOCATIONS)] {
        let folder = tempfile::tempdir().unwrap();
        let (store, acme) = runtime.block_on(with_locations(&folder, locations));
        let view = acme.view();
        let (organization, key) = (view.organization.id, view.connection.details.key.clone());
        let issuer = view.connection.identity_provider.unwrap().metadata.entity_id;
        c.bench_function(&format!("connection/remembered, {name}"), |b| {
            b.iter(|| runtime.block_on(store.connection_by_issuer(organization, &issuer)).unwrap().unwrap());
        });
        c.bench_function(&format!("connection/parsed, {name}"), |b| {
            b.iter(|| runtime.block_on(store.connection_by_key(organization, &key)).unwrap().unwrap());
        });
    }
}

async fn with_locations(folder: &tempfile::TempDir, count: usize) -> (Arc<dyn Store>, Acme) {
    let path = folder.path().join("vestibule.db");
    let database = Database::open(&format!("sqlite://{}", path.display()), Limits::default()).unwrap();
    database.migrate().await.unwrap();
    let (store, mut acme) = (database.store(), acme());
    let mut catalog = serde_json::to_value(&acme.catalog).unwrap();
    let locations = catalog["locations"].as_array_mut().unwrap();
    locations.extend((locations.len()..count).map(|number| format!("Building {number}").into()));
    acme.catalog = serde_json::from_value(catalog).unwrap();
    acme.install(&*store).await;
    (store, acme)
}

criterion_group!(benches, bench);
criterion_main!(benches);
