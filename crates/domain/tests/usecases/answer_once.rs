//! A request with a key is answered once, however often it is sent.

use std::sync::Arc;

use chrono::Duration;
use vestibule_domain::idempotency::{KeyedRequest, MOST_ANSWER};
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::ports::StoreError;
use vestibule_domain::testing::{FailingStore, Failure, PaperVault, block_on};
use vestibule_domain::usecase::{
    AnswerOnce, Answering, ApiKeyDraft, CreateApiKey, IdempotencyError, KeyOwner, OpenRequest, World,
};

use crate::installation::Installation;
use crate::office::{OPERATOR, office};

/// An office with an API key, and a request with it.
fn asked() -> (Installation, KeyedRequest) {
    let office = office();
    let create = CreateApiKey(office.world());
    let (key, _) = block_on(create.run(&OPERATOR, &ApiKeyDraft::named("CI"), &KeyOwner::Operator)).unwrap();
    (office, request(key.id, "body"))
}

fn request(key: ApiKeyId, body: &str) -> KeyedRequest {
    KeyedRequest::new(key, "monday", &[b"POST", b"/organizations", body.as_bytes()])
}

fn send(office: &Installation, request: KeyedRequest) -> Result<Answering, IdempotencyError> {
    send_to(office.world(), 0, request)
}

fn send_to(world: World, vault: u8, request: KeyedRequest) -> Result<Answering, IdempotencyError> {
    let once = AnswerOnce { world, vault: Arc::new(PaperVault { number: vault }) };
    block_on(once.run(request))
}

#[track_caller]
fn opened(sent: Result<Answering, IdempotencyError>) -> OpenRequest {
    match sent {
        Ok(Answering::New(open)) => open,
        other => panic!("it is not to be run: {other:?}"),
    }
}

#[track_caller]
fn again(sent: Result<Answering, IdempotencyError>) -> Vec<u8> {
    match sent {
        Ok(Answering::Again(answer)) => answer,
        other => panic!("it has no answer: {other:?}"),
    }
}

#[test]
fn an_answer_is_given_again_for_a_day() {
    let (office, request) = asked();
    block_on(opened(send(&office, request)).keep(b"vk_1", None));
    office.clock.advance(Duration::hours(24) - Duration::microseconds(1));
    assert_eq!(again(send(&office, request)), b"vk_1");
    office.clock.advance(Duration::microseconds(1));
    opened(send(&office, request));
}

#[test]
fn nobody_runs_a_request_that_somebody_else_runs_until_a_minute_is_over() {
    let (office, request) = asked();
    let lost = opened(send(&office, request));
    office.clock.advance(Duration::seconds(60) - Duration::microseconds(1));
    assert!(matches!(send(&office, request), Err(IdempotencyError::InUse)));
    office.clock.advance(Duration::microseconds(1));
    let second = opened(send(&office, request));
    block_on(lost.keep(b"too late", None));
    assert!(matches!(send(&office, request), Err(IdempotencyError::InUse)));
    block_on(second.keep(b"second", None));
    assert_eq!(again(send(&office, request)), b"second");
}

#[test]
fn a_key_that_was_given_to_another_request_is_refused() {
    let (office, first) = asked();
    let open = opened(send(&office, first));
    let other = request(first.api_key, "another body");
    assert!(matches!(send(&office, other), Err(IdempotencyError::Reused)));
    block_on(open.keep(b"first", None));
    assert!(matches!(send(&office, other), Err(IdempotencyError::Reused)));
}

#[test]
fn a_released_request_is_run_again() {
    let (office, request) = asked();
    block_on(opened(send(&office, request)).release());
    opened(send(&office, request));
}

#[test]
fn an_answer_that_is_too_large_is_not_kept() {
    let (office, request) = asked();
    block_on(opened(send(&office, request)).keep(&vec![0; MOST_ANSWER + 1], None));
    block_on(opened(send(&office, request)).keep(&vec![0; MOST_ANSWER], None));
    assert_eq!(again(send(&office, request)).len(), MOST_ANSWER);
}

#[test]
fn an_answer_that_another_key_sealed_is_no_reason_to_run_the_request_again() {
    let (office, request) = asked();
    block_on(opened(send(&office, request)).keep(b"vk_1", None));
    let sent = send_to(office.world(), 1, request);
    assert!(matches!(sent, Err(IdempotencyError::SealedElsewhere)), "{sent:?}");
}

#[test]
fn a_store_that_fails_leaves_the_request_unrun_or_its_answer_with_its_sender() {
    let (office, request) = asked();
    let failing = |failure| {
        let store = Arc::new(FailingStore::from(office.store.clone(), 1, failure));
        World { store, ..office.world() }
    };
    let sent = send_to(failing(Failure::Unavailable), 0, request);
    assert!(matches!(sent, Err(IdempotencyError::Store(StoreError::Unavailable(_)))), "{sent:?}");
    let sent = send_to(failing(Failure::Conflict), 0, request);
    assert!(matches!(sent, Err(IdempotencyError::Store(StoreError::Conflict))), "{sent:?}");
    // The claim is written, and nothing after it.
    for settle in [true, false] {
        let store = Arc::new(FailingStore::from(office.store.clone(), 2, Failure::Unavailable));
        let open = opened(send_to(World { store, ..office.world() }, 0, request));
        if settle {
            block_on(open.keep(b"vk_1", None));
        } else {
            block_on(open.release());
        }
        assert!(matches!(send(&office, request), Err(IdempotencyError::InUse)));
        office.clock.advance(Duration::seconds(60));
    }
    opened(send(&office, request));
}

#[test]
fn one_conflict_is_another_attempt() {
    let (office, request) = asked();
    let store = Arc::new(FailingStore::at(office.store.clone(), 1, Failure::Conflict));
    opened(send_to(World { store, ..office.world() }, 0, request));
}

#[test]
fn nothing_is_run_for_an_api_key_that_is_gone() {
    let (office, of_key) = asked();
    let sent = send(&office, request(ApiKeyId(office.acme.organization.id.0), "body"));
    assert!(matches!(sent, Err(IdempotencyError::Store(StoreError::Conflict))), "{sent:?}");
    opened(send(&office, of_key));
}
