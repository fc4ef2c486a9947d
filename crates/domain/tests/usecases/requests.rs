//! An answer belongs to the request that was made in that browser, and is used once.

use chrono::Duration;
use vestibule_domain::ports::Delivery;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::SignInRecord;
use vestibule_domain::testing::block_on;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{Begun, BrowserBinding, LoginAttempt, PostedResponse, SignIn, SignInAnswer};

use crate::installation::Installation;
use crate::office::{office_with_ada, okta, slug};
use crate::saml::Response;
use crate::sign_in::{refused, welcomed};

/// The ID of a request that awaits its answer, and the browser's cookie.
fn asked(office: &Installation) -> (String, Token) {
    let attempt = LoginAttempt {
        organization: slug(),
        connection: Some(okta()),
        return_to: Some("/reports".into()),
        browser: None,
    };
    let Begun::Sent { delivery: Delivery::Redirect(url), browser, .. } =
        block_on(Installation::begin(office.world()).run(&attempt)).unwrap()
    else {
        panic!("there was something to choose from")
    };
    (url.as_str().split_once("?id=").unwrap().1.to_owned(), browser)
}

fn answering(office: &Installation, id: &str, request: &str) -> Response {
    Response { in_response_to: Some(request.into()), ..office.response(id, "ada@acme.example") }
}

fn post_in(office: &Installation, response: &Response, browser: Option<&Token>) -> SignInAnswer {
    post_with(&office.sign_in(), office, response, browser)
}

fn post_with(
    sign_in: &SignIn,
    office: &Installation,
    response: &Response,
    browser: Option<&Token>,
) -> SignInAnswer {
    let posted = PostedResponse { browser: browser.cloned(), ..office.posted(response) };
    block_on(sign_in.run(&posted)).unwrap()
}

/// The refusal's code, when nothing but its record was written.
fn refused_without_a_trace(office: &Installation, act: impl FnOnce() -> SignInAnswer) -> RefusalCode {
    let before = office.contents();
    let code = refused(act()).code;
    let after = office.contents();
    assert_eq!(after.users, before.users);
    assert_eq!(after.letters, before.letters);
    let record: &SignInRecord = &after.history[0];
    assert_eq!((record.code, record.name_id.as_deref(), record.user_id), (Some(code), None, None));
    assert!(record.detail.is_some(), "the administrator reads what was wrong");
    code
}

#[test]
fn an_answer_in_the_browser_that_asked_leads_where_the_person_wanted_to_go() {
    let office = office_with_ada();
    let (request, browser) = asked(&office);
    let welcomed = welcomed(post_in(&office, &answering(&office, "_1", &request), Some(&browser)));
    assert_eq!(welcomed.return_to.unwrap().as_str(), "/reports");
}

#[test]
fn a_request_is_answered_once() {
    let office = office_with_ada();
    let (request, browser) = asked(&office);
    let answer = |id| post_in(&office, &answering(&office, id, &request), Some(&browser));
    welcomed(answer("_1"));
    assert_eq!(refused_without_a_trace(&office, || answer("_2")), RefusalCode::UnknownRequest);
    assert_eq!(
        refused_without_a_trace(&office, || answer("_1")),
        RefusalCode::ReplayedResponse,
        "a used response is that, although its request is gone too"
    );
}

#[test]
fn an_answer_in_another_browser_is_refused_and_the_request_still_waits() {
    let office = office_with_ada();
    let (request, browser) = asked(&office);
    let response = answering(&office, "_1", &request);
    for other in [None, Some(Token::presented("another"))] {
        let code = refused_without_a_trace(&office, || post_in(&office, &response, other.as_ref()));
        assert_eq!(code, RefusalCode::UnknownRequest);
    }
    welcomed(post_in(&office, &response, Some(&browser)));
}

#[test]
fn on_http_a_missing_cookie_is_overlooked_and_a_wrong_one_is_not() {
    let office = office_with_ada();
    let (request, _) = asked(&office);
    let lenient = SignIn { browser_binding: BrowserBinding::WrongOneRefuses, ..office.sign_in() };
    let response = answering(&office, "_1", &request);
    let wrong = Token::presented("another");
    let code = refused_without_a_trace(&office, || post_with(&lenient, &office, &response, Some(&wrong)));
    assert_eq!(code, RefusalCode::UnknownRequest);
    welcomed(post_with(&lenient, &office, &response, None));
}

#[test]
fn an_answer_is_awaited_for_ten_minutes() {
    let office = office_with_ada();
    let (request, browser) = asked(&office);
    let (late_request, late_browser) = asked(&office);
    office.clock.advance(Duration::minutes(10) - Duration::microseconds(1));
    welcomed(post_in(&office, &answering(&office, "_1", &request), Some(&browser)));
    office.clock.advance(Duration::microseconds(1));
    let late = answering(&office, "_2", &late_request);
    let code = refused_without_a_trace(&office, || post_in(&office, &late, Some(&late_browser)));
    assert_eq!(code, RefusalCode::UnknownRequest);
}

#[test]
fn an_answer_to_nothing_that_was_asked_is_refused() {
    let office = office_with_ada();
    let code =
        refused_without_a_trace(&office, || post_in(&office, &answering(&office, "_1", "_never"), None));
    assert_eq!(code, RefusalCode::UnknownRequest);
}

#[test]
fn a_request_to_another_connection_is_not_answered_by_this_one() {
    let office = office_with_ada();
    let entra = office.add_connection("entra", |_| {});
    let (request, browser) = asked(&office);
    let issuer = entra.identity_provider.unwrap().metadata.entity_id;
    let response = Response { issuer: issuer.to_string(), ..answering(&office, "_1", &request) };
    let code = refused_without_a_trace(&office, || post_in(&office, &response, Some(&browser)));
    assert_eq!(code, RefusalCode::UnknownRequest);
}

#[test]
fn a_sign_in_that_began_at_the_identity_provider_is_taken_where_the_connection_allows_it() {
    let office = office_with_ada();
    let unasked = |id: &str, relay_state: &str| {
        let relay_state = Some(relay_state.to_owned());
        let posted =
            PostedResponse { relay_state, ..office.posted(&office.response(id, "ada@acme.example")) };
        block_on(office.sign_in().run(&posted)).unwrap()
    };
    let there = "https://app.acme.example/x";
    assert_eq!(welcomed(unasked("_1", there)).return_to.unwrap().as_str(), there);
    assert!(welcomed(unasked("_2", "https://evil.example/")).return_to.is_none());

    office.change_connection(|details| details.allow_idp_initiated = false);
    let code = refused_without_a_trace(&office, || unasked("_3", there));
    assert_eq!(code, RefusalCode::UnsolicitedResponse);
}

#[test]
fn an_assertion_is_used_up_on_its_connection_alone() {
    let office = office_with_ada();
    let entra = office.add_connection("entra", |_| {});
    let here = office.response("_1", "ada@acme.example");
    welcomed(office.post(&here).0);
    assert_eq!(refused(office.post(&here).0).code, RefusalCode::ReplayedResponse);
    let issuer = entra.identity_provider.unwrap().metadata.entity_id.to_string();
    welcomed(office.post(&Response { issuer, ..here }).0);
}
