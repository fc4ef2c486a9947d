//! The service's own faults.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Claim, EncodedResponse, Expectation, Rejection, ResponseVerifier};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::service_key::ServiceKey;
use vestibule_domain::testing::Failure;

use crate::support::Service;

const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn a_database_that_does_not_answer_signs_nobody_in_and_says_when_to_come_again() {
    let service = Service::acme().await;
    for nth in 1..=4 {
        let failing = service.failing_from(nth, Failure::Unavailable);
        let answer = failing.answer(service.response("ada@acme.example"), &[JSON]).await;
        answer.is_problem(503, "temporarily_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.headers.get("set-cookie").is_none());
    }
    let page = service.failing_from(1, Failure::Unavailable).answer(service.response("a"), &[]).await;
    page.is_page(503, "temporarily_unavailable");
    assert_eq!(page.header("retry-after"), "5");
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    assert_eq!(users["items"], json!([]));
    assert!(service.store.letters().is_empty());
}

#[tokio::test]
async fn not_ready_is_said_so() {
    let service = Service::acme().await.failing_from(1, Failure::Unavailable);
    service.get("/readyz", &[]).await.is_problem(503, "temporarily_unavailable");
    assert_eq!(service.get("/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_no_ones_business() {
    let service = Service::acme().await.failing_from(1, Failure::Corrupt);
    for path in ["/sso/acme/login", "/sso/acme/metadata", "/sso/acme/link/x", "/sso/acme/signed-out"] {
        let answer = service.get(path, &[]).await;
        answer.is_page(500, "internal_error");
        assert!(!answer.body.contains("to fail"), "{}", answer.body);
    }
}

/// A verifier with a defect.
struct Panicking;

impl ResponseVerifier for Panicking {
    fn claim(&self, _: &EncodedResponse) -> Result<Claim, Rejection> {
        panic!("ada@acme.example")
    }

    fn verify(
        &self,
        _: &EncodedResponse,
        _: &IdpMetadata,
        _: &[ServiceKey],
        _: &Expectation,
        _: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        panic!("ada@acme.example")
    }
}

#[tokio::test]
async fn a_defect_is_an_answer_and_not_a_broken_connection() {
    let service = Service::acme().await;
    let broken = service.over(service.store.clone(), Arc::new(Panicking));
    let page = broken.answer(service.response("ada@acme.example"), &[]).await;
    page.is_page(500, "internal_error");
    assert!(!page.body.contains("ada@") && page.header("x-request-id").len() == 36);
    let problem = broken.answer(service.response("ada@acme.example"), &[JSON]).await;
    problem.is_problem(500, "internal_error");
}
