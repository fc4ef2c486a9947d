//! How much may be asked of the administration API, by one address, with one key and of one organization.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use vestibule_domain::ports::{Actor, Random as _};
use vestibule_domain::testing::CountingRandom;
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::usecase::{ApiKeyDraft, CreateApiKey, KeyOwner, World};
use vestibule_http_app::web::RateLimits;

use crate::support::{Answer, Service};

const ORGANIZATIONS: &str = "/api/v1/organizations";

/// A service whose limits count, with the organizations `acme` and `globex`.
async fn service() -> Service {
    let service = Service::empty("http://localhost", RateLimits::On).await;
    for slug in ["acme", "globex"] {
        service.api("POST", "organizations", &json!({"slug": slug, "name": slug})).await;
    }
    service
}

/// A new key of the organization's administrators. `seed` tells its bits from those of other keys.
async fn key_of(service: &Service, slug: &str, seed: usize) -> String {
    let random = Arc::new(CountingRandom::default());
    for _ in 0..seed * 1_000 {
        random.fill(&mut [0; 8]);
    }
    let world = World { store: service.store.clone(), clock: service.clock.clone(), random };
    let owner = KeyOwner::Organization(OrganizationSlug::parse(slug).unwrap());
    let create = CreateApiKey(world);
    let (_, key) = create.run(&Actor::CommandLine, &ApiKeyDraft::named("test"), &owner).await.unwrap();
    format!("Bearer {}", key.reveal())
}

async fn ask(service: &Service, authorization: &str, path: &str) -> Answer {
    service.get(path, &[("authorization", authorization)]).await
}

/// How many requests a key may make until it is told to wait.
async fn until_refused(service: &Service, authorization: &str, path: &str) -> usize {
    for count in 0..3_000 {
        let answer = ask(service, authorization, path).await;
        if answer.status != 200 {
            answer.is_problem(429, "too_many_requests");
            assert_eq!(answer.header("retry-after"), "1");
            return count;
        }
    }
    panic!("nobody was told to wait");
}

#[tokio::test(start_paused = true)]
async fn whoever_guesses_waits_and_who_has_a_key_behind_the_same_address_does_not() {
    let service = service().await;
    let guess = format!("Bearer vk_{}", "f".repeat(64));
    let mut statuses = Vec::new();
    for _ in 0..31 {
        statuses.push(ask(&service, &guess, ORGANIZATIONS).await.status);
    }
    assert_eq!((statuses[29], statuses[30]), (401, 429));
    let refused = ask(&service, "Bearer nonsense", ORGANIZATIONS).await;
    refused.is_problem(429, "too_many_requests");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(service.get(ORGANIZATIONS, &[]).await.status, 429);

    let key = key_of(&service, "acme", 1).await;
    assert_eq!(ask(&service, &key, ORGANIZATIONS).await.status, 200);
    assert_eq!(ask(&service, &guess, ORGANIZATIONS).await.status, 429);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_calls_too_often_waits_and_another_one_does_not() {
    let service = service().await;
    let (eager, other) = (key_of(&service, "acme", 1).await, key_of(&service, "acme", 2).await);
    let path = "/api/v1/organizations/acme";
    let calls = until_refused(&service, &eager, path).await;
    assert_eq!(calls, 500);
    tokio::time::advance(Duration::from_millis(20)).await;
    assert_eq!(until_refused(&service, &eager, path).await, 1, "one more every 20 milliseconds");
    assert_eq!(ask(&service, &other, path).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_is_asked_too_often_waits_and_another_one_does_not() {
    let service = service().await;
    let path = "/api/v1/organizations/acme";
    let stranger = key_of(&service, "globex", 4).await;
    let mut calls = 0;
    for seed in 1..=2 {
        calls += until_refused(&service, &key_of(&service, "acme", seed).await, path).await;
    }
    // What a key of another organization asks counts for its own alone.
    for _ in 0..300 {
        assert_eq!(ask(&service, &stranger, path).await.status, 404);
    }
    calls += until_refused(&service, &key_of(&service, "acme", 3).await, path).await;
    assert_eq!(calls, 1_000);
    assert_eq!(ask(&service, &stranger, "/api/v1/organizations/globex").await.status, 200);
}

#[tokio::test]
async fn an_address_that_nothing_answers_is_unknown_to_whoever_asks() {
    let service = service().await;
    assert_eq!(ask(&service, "Bearer nonsense", "/api/v1/nothing").await.status, 404);
}
