//! A person wants to sign in.

use chrono::Duration;
use std::sync::Arc;
use vestibule_domain::connection::SignRequests;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::ports::{Clock, Delivery, KeyError, MessageError, ServiceKeys, SignInStore};
use vestibule_domain::sign_in::{LoginRequest, Subject};

use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::testing::{PaperKeysmith, block_on};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{BeginError, Begun, LoginAttempt, PrepareServiceKeys};

use crate::installation::Installation;
use crate::office::{office, okta, slug};

fn attempt() -> LoginAttempt {
    LoginAttempt { organization: slug(), connection: None, return_to: None, browser: None }
}

fn begin(office: &Installation, attempt: &LoginAttempt) -> Result<Begun, BeginError> {
    block_on(Installation::begin(office.world()).run(attempt))
}

/// The pending request whose ID the URL has, and the browser's cookie.
fn redirected(office: &Installation, begun: Begun, connection_id: ConnectionId) -> (LoginRequest, Token) {
    let Begun::Sent { delivery: Delivery::Redirect(url), browser, .. } = begun else {
        panic!("there was something to choose from")
    };
    let (endpoint, id) = url.as_str().split_once("?id=").unwrap();
    assert_eq!(endpoint, "https://okta.example/sso");
    let subject = Subject {
        organization_id: office.acme.organization.id,
        connection_id,
        name_id: None,
        email: None,
        assertion_id: None,
        request_id: Some(id.to_owned()),
    };
    (block_on(office.store.snapshot(&subject)).unwrap().request.unwrap(), browser)
}

#[test]
fn a_person_goes_to_the_only_identity_provider_and_the_request_is_remembered() {
    let office = office();
    let wanted = LoginAttempt { return_to: Some("/reports".into()), ..attempt() };
    let begun = begin(&office, &wanted).unwrap();
    let (request, browser) = redirected(&office, begun, office.connection_id());

    assert_eq!(request.return_to.unwrap().as_str(), "/reports");
    assert_eq!(request.connection_id, office.connection_id());
    assert_eq!(request.expires_at, office.clock.now() + Duration::minutes(10));
    assert!(request.browser.matches(&browser.hash()));
    assert!(request.id.len() == 41 && request.id.starts_with('_'), "an XML ID of 160 bits: {}", request.id);
}

#[test]
fn sign_ins_of_one_browser_share_its_cookie() {
    let office = office();
    let cookie = Token::presented("cookie");
    let attempt = LoginAttempt { browser: Some(cookie.clone()), ..attempt() };
    let (one, same) = redirected(&office, begin(&office, &attempt).unwrap(), office.connection_id());
    let (other, _) = redirected(&office, begin(&office, &attempt).unwrap(), office.connection_id());
    assert_eq!(same.reveal(), cookie.reveal());
    assert!(one.browser.matches(&cookie.hash()) && other.browser.matches(&cookie.hash()));
    assert_ne!(one.id, other.id);
}

#[test]
fn of_several_connections_the_person_chooses_among_those_through_which_one_can_begin() {
    let office = office();
    let entra = office.add_connection("entra", |_| {});
    office.add_connection("off", |connection| connection.details.enabled = false);
    office.add_connection("portal", |connection| connection.details.sp_initiated = false);
    office.add_connection("unconfigured", |connection| connection.identity_provider = None);

    let Begun::Choose { organization, connections } = begin(&office, &attempt()).unwrap() else {
        panic!("one was chosen")
    };
    assert_eq!(organization.slug, slug());
    let keys: Vec<_> = connections.iter().map(|connection| connection.details.key.as_str()).collect();
    assert_eq!(keys, ["entra", "okta"]);

    let chosen = LoginAttempt { connection: Some("entra".parse().unwrap()), ..attempt() };
    let (request, _) = redirected(&office, begin(&office, &chosen).unwrap(), entra.id);
    assert_eq!(request.connection_id, entra.id);
}

#[test]
fn the_only_connection_through_which_one_can_begin_needs_no_choice() {
    let office = office();
    office.add_connection("entra", |connection| connection.details.enabled = false);
    redirected(&office, begin(&office, &attempt()).unwrap(), office.connection_id());
}

#[test]
fn what_does_not_exist_is_said_to() {
    let office = office();
    let nowhere = LoginAttempt { organization: "nowhere".parse().unwrap(), ..attempt() };
    assert!(matches!(begin(&office, &nowhere), Err(BeginError::OrganizationNotFound)));
    let unknown = LoginAttempt { connection: Some("entra".parse().unwrap()), ..attempt() };
    assert!(matches!(begin(&office, &unknown), Err(BeginError::ConnectionNotFound)));
}

#[test]
fn nobody_begins_through_a_connection_that_is_disabled() {
    let office = office();
    let by_name = LoginAttempt { connection: Some(okta()), ..attempt() };
    let closings: [fn(&mut vestibule_domain::connection::ConnectionDetails); 2] =
        [|details| details.sp_initiated = false, |details| details.enabled = false];
    for close in closings {
        office.change_connection(close);
        for attempt in [attempt(), by_name.clone()] {
            assert!(matches!(begin(&office, &attempt), Err(BeginError::ConnectionDisabled)));
        }
    }
}

#[test]
fn nobody_begins_where_no_identity_provider_is_set_up() {
    let office = office();
    office.add_connection("entra", |connection| connection.identity_provider = None);
    let unset = LoginAttempt { connection: Some("entra".parse().unwrap()), ..attempt() };
    assert!(matches!(begin(&office, &unset), Err(BeginError::NotConfigured)));

    let mut acme = vestibule_domain::testing::acme();
    acme.connection.identity_provider = None;
    assert!(matches!(begin(&Installation::of(acme), &attempt()), Err(BeginError::NotConfigured)));
}

#[test]
fn nobody_is_sent_on_to_a_place_that_the_organization_does_not_list() {
    let office = office();
    let to = |place: &str| begin(&office, &LoginAttempt { return_to: Some(place.into()), ..attempt() });
    assert!(to("https://app.acme.example/home").is_ok());
    for elsewhere in ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""] {
        let before = office.contents();
        assert!(matches!(to(elsewhere), Err(BeginError::ReturnTo(_))), "{elsewhere}");
        assert_eq!(office.contents(), before, "{elsewhere}");
    }
}

#[test]
fn an_identity_provider_that_cannot_be_asked_is_not_asked() {
    let mut acme = vestibule_domain::testing::acme();
    acme.connection.identity_provider.as_mut().unwrap().metadata.sso_endpoints.clear();
    let office = Installation::of(acme);
    let before = office.contents();
    assert!(
        matches!(begin(&office, &attempt()), Err(BeginError::Message(MessageError::Metadata(error))) if error.code == "no_endpoint")
    );
    assert_eq!(office.contents(), before);
}

#[test]
fn a_request_is_signed_by_the_current_key_where_that_is_wanted() {
    for (setting, wanted, signed) in [
        (SignRequests::WhenWanted, true, true),
        (SignRequests::WhenWanted, false, false),
        (SignRequests::Always, false, true),
        (SignRequests::Never, true, false),
    ] {
        let mut acme = vestibule_domain::testing::acme();
        acme.connection.details.requests.sign_requests = setting;
        acme.connection.identity_provider.as_mut().unwrap().metadata.wants_signed_requests = wanted;
        let office = Installation::of(acme);
        if signed {
            let refused = begin(&office, &attempt());
            assert!(matches!(refused, Err(BeginError::Message(MessageError::Key(KeyError::Missing)))));
        }
        let (world, keysmith) = (office.world(), Arc::new(PaperKeysmith));
        block_on(PrepareServiceKeys { world, keysmith }.run()).unwrap();
        let keys = block_on(office.store.service_keys()).unwrap();
        let current = ServiceKey::find(&keys, KeyUsage::Signing, KeyState::Current).unwrap();
        let Begun::Sent { delivery: Delivery::Redirect(url), .. } = begin(&office, &attempt()).unwrap()
        else {
            panic!("there was something to choose from")
        };
        let by_current = url.as_str().ends_with(&format!("&key={}", current.id));
        assert_eq!((by_current, url.as_str().contains("&key=")), (signed, signed), "{setting} {wanted}");
    }
}
