//! Requests that may be sent again.

use std::sync::Arc;

use super::super::future::together;
use super::credentials::with_key;
use super::fixture::*;
use crate::idempotency::{
    ClaimedRequest, KeyedRequest, MOST_ON_A_SHELF, RequestClaim, RequestHash, SealedAnswer,
};
use crate::ports::{ApiKey, KeyRole, Store};

fn request(of: &ApiKey, key: &str) -> KeyedRequest {
    KeyedRequest::new(of.id, key, &[b"POST"])
}

/// A claim of that second, whose lease ends ten seconds later, and which is kept for a hundred.
fn claim(request: KeyedRequest, seconds: i64) -> RequestClaim {
    let (leased_until, kept_until) = (later(seconds + 10), later(seconds + 100));
    RequestClaim { id: id(), request, leased_until, kept_until }
}

/// Claims a request at that second, and answers what came of it.
async fn claimed(store: &Arc<dyn Store>, request: KeyedRequest, seconds: i64) -> ClaimedRequest {
    store.claim_request(&claim(request, seconds), later(seconds)).await.unwrap()
}

/// Claims a request that nobody has claimed, at that second.
async fn new(store: &Arc<dyn Store>, request: KeyedRequest, seconds: i64) -> RequestClaim {
    let claim = claim(request, seconds);
    assert_eq!(store.claim_request(&claim, later(seconds)).await.unwrap(), ClaimedRequest::New);
    claim
}

fn answer(text: &str) -> SealedAnswer {
    SealedAnswer([&[0, 255], text.as_bytes()].concat())
}

pub async fn a_request_is_claimed_once_and_its_answer_given_again(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    let monday = request(&key, "monday");
    let first = new(&store, monday, 0).await;
    assert_eq!(claimed(&store, monday, 9).await, ClaimedRequest::Running);
    store.keep_answer(&first, &answer("first"), None).await.unwrap();
    for seconds in [9, 50, 99] {
        assert_eq!(claimed(&store, monday, seconds).await, ClaimedRequest::Answered(answer("first")));
    }
    must_conflict(store.keep_answer(&first, &answer("second"), None).await);
    store.release_request(&first).await.unwrap();
    assert_eq!(claimed(&store, monday, 9).await, ClaimedRequest::Answered(answer("first")));
    new(&store, request(&key, "tuesday"), 9).await;
}

pub async fn a_request_is_claimed_again_when_its_lease_ends(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    let monday = request(&key, "monday");
    let late = new(&store, monday, 0).await;
    let second = new(&store, monday, 10).await;
    must_conflict(store.keep_answer(&late, &answer("late"), None).await);
    store.release_request(&late).await.unwrap();
    assert_eq!(claimed(&store, monday, 19).await, ClaimedRequest::Running);
    store.keep_answer(&second, &answer("second"), None).await.unwrap();
    assert_eq!(claimed(&store, monday, 109).await, ClaimedRequest::Answered(answer("second")));
}

pub async fn a_released_request_was_never_sent(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    let first = new(&store, request(&key, "monday"), 0).await;
    store.release_request(&first).await.unwrap();
    let other = KeyedRequest::new(key.id, "monday", &[b"another"]);
    new(&store, other, 0).await;
    must_conflict(store.keep_answer(&first, &answer("first"), None).await);
}

pub async fn a_key_of_a_request_is_of_no_other(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    let other = KeyedRequest::new(key.id, "monday", &[b"another"]);
    let first = new(&store, request(&key, "monday"), 0).await;
    for seconds in [0, 10] {
        assert_eq!(claimed(&store, other, seconds).await, ClaimedRequest::Another);
    }
    store.keep_answer(&first, &answer("first"), None).await.unwrap();
    assert_eq!(claimed(&store, other, 99).await, ClaimedRequest::Another);
    new(&store, other, 100).await;
}

pub async fn each_api_key_has_requests_of_its_own(store: Arc<dyn Store>) {
    let (acme, rival) = (with_acme(&store).await, Acme::named("rival"));
    rival.install(&*store).await;
    for organization in [acme, rival].map(|acme| acme.organization.id) {
        let key = with_key(&store, KeyRole::OrganizationAdmin(organization)).await;
        let claim = new(&store, request(&key, "monday"), 0).await;
        store.keep_answer(&claim, &answer("theirs"), None).await.unwrap();
    }
}

pub async fn a_request_is_swept_when_its_time_is_over(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    let requests = ["one", "two", "three"].map(|name| request(&key, name));
    for request in requests {
        let claim = new(&store, request, 0).await;
        store.keep_answer(&claim, &answer("before"), None).await.unwrap();
    }
    let lasting = new(&store, request(&key, "four"), 1).await;
    assert_eq!(store.sweep(later(100), 100).await.unwrap(), 0);
    assert_eq!(store.sweep(later(101), 2).await.unwrap(), 2);
    assert_eq!(store.sweep(later(101), 2).await.unwrap(), 1);
    for request in requests {
        new(&store, request, 0).await;
    }
    store.keep_answer(&lasting, &answer("kept"), None).await.unwrap();
}

pub async fn requests_go_with_their_api_key(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let role = KeyRole::OrganizationAdmin(acme.organization.id);
    let (revoked, of_acme) = (with_key(&store, role).await, with_key(&store, role).await);
    let claims =
        [new(&store, request(&revoked, "one"), 0).await, new(&store, request(&of_acme, "two"), 0).await];
    store.revoke_api_key(revoked.id, &audit()).await.unwrap();
    must_conflict(store.keep_answer(&claims[0], &answer("one"), None).await);
    must_conflict(store.claim_request(&claim(claims[0].request, 0), then()).await);
    assert_eq!(claimed(&store, claims[1].request, 0).await, ClaimedRequest::Running);
    store.delete_organization(acme.organization.id, acme.organization.version, &audit()).await.unwrap();
    must_conflict(store.keep_answer(&claims[1], &answer("two"), None).await);
    assert_eq!(store.sweep(later(1_000), 100).await.unwrap(), 0);
}

pub async fn a_purged_user_takes_along_the_answers_about_them(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let key = with_key(&store, KeyRole::Operator).await;
    for (name, about) in [("hers", Some(user.id)), ("another's", Some(id())), ("nobody's", None)] {
        let claim = new(&store, request(&key, name), 0).await;
        store.keep_answer(&claim, &answer(name), about).await.unwrap();
    }
    store.purge_user(acme.organization.id, user.id, user.version, &audit()).await.unwrap();
    for name in ["another's", "nobody's"] {
        assert_eq!(claimed(&store, request(&key, name), 1).await, ClaimedRequest::Answered(answer(name)));
    }
    new(&store, request(&key, "hers"), 1).await;
}

pub async fn an_api_key_has_so_many_requests_and_no_more(store: Arc<dyn Store>) {
    let (key, other) = (with_key(&store, KeyRole::Operator).await, with_key(&store, KeyRole::Operator).await);
    let numbered = |key: &ApiKey, shelf: u8, number: u32| {
        let mut hash = [shelf; 32];
        hash[28..].copy_from_slice(&number.to_be_bytes());
        KeyedRequest { key: RequestHash(hash), ..request(key, "") }
    };
    for number in 0..MOST_ON_A_SHELF {
        new(&store, numbered(&key, 255, number), 0).await;
    }
    assert_eq!(claimed(&store, numbered(&key, 255, u32::MAX), 0).await, ClaimedRequest::TooMany);
    assert_eq!(claimed(&store, numbered(&key, 255, 0), 0).await, ClaimedRequest::Running);
    new(&store, numbered(&key, 255, 0), 10).await;
    new(&store, numbered(&key, 254, 0), 0).await;
    new(&store, numbered(&other, 255, 0), 0).await;
}

pub async fn of_two_simultaneous_claims_one_is_new(store: Arc<dyn Store>) {
    let key = with_key(&store, KeyRole::Operator).await;
    for round in 0..20 {
        let asked = request(&key, &format!("round {round}"));
        // The second time both take over what nobody has settled.
        for seconds in [0, 10] {
            let claims = [claim(asked, seconds), claim(asked, seconds)];
            let ask = |index: usize| store.claim_request(&claims[index], later(seconds));
            match together(ask(0), ask(1)).await {
                (Ok(ClaimedRequest::New), other) | (other, Ok(ClaimedRequest::New)) => match other {
                    Ok(other) => assert_eq!(other, ClaimedRequest::Running),
                    conflict => must_conflict(conflict),
                },
                neither => panic!("nobody may run the request: {neither:?}"),
            }
        }
    }
}
