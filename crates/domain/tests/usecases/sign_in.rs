//! A response is believed, and the person signed in or refused by a rule.

use chrono::Duration;
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::{Clock, Sessions};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{MatchedBy, Outcome, WelcomeEmail};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{PostedResponse, Refused, SignInAnswer, SignInError, Welcomed};
use vestibule_domain::user::CreatedBy;

use crate::installation::Installation;
use crate::office::{newcomer, office, office_with_ada};
use crate::saml::Response;

pub(crate) fn welcomed(answer: SignInAnswer) -> Welcomed {
    match answer {
        SignInAnswer::Welcomed(welcomed) => welcomed,
        SignInAnswer::Refused(refused) => panic!("refused: {}", refused.code),
    }
}

pub(crate) fn refused(answer: SignInAnswer) -> Refused {
    match answer {
        SignInAnswer::Refused(refused) => refused,
        SignInAnswer::Welcomed(_) => panic!("welcomed"),
    }
}

fn sent(office: &Installation) -> Vec<(&'static str, String)> {
    let letters = office.contents().letters;
    letters.iter().map(|letter| (letter.content.kind(), letter.to.to_string())).collect()
}

#[test]
fn a_first_sign_in_writes_the_user_the_welcome_the_record_and_the_session() {
    let office = office();
    let (answer, record) = office.post(&newcomer(&office, "_1"));
    let now = office.clock.now();
    let contents = office.contents();

    let [user] = contents.users.as_slice() else { panic!("one user") };
    assert_eq!(user.profile.email.as_str(), "new@acme.example");
    assert_eq!(user.profile.first_name.as_str(), "Nora");
    assert_eq!(user.identity_on(office.connection_id()).unwrap().as_str(), "new@acme.example");
    assert_eq!((user.created_by, user.active, user.last_sign_in_at), (CreatedBy::Sso, true, Some(now)));

    assert_eq!(sent(&office), [("welcome", "new@acme.example".to_owned())]);
    assert_eq!(contents.history, std::slice::from_ref(&record));
    assert_eq!((record.outcome, record.code, record.matched_by), (Outcome::Created, None, MatchedBy::None));
    assert_eq!((record.user_id, record.welcome_email), (Some(user.id), WelcomeEmail::Queued));
    assert_eq!(record.name_id.as_deref(), Some("new@acme.example"));
    assert_eq!(record.settings_version, Some(office.connection().settings_version));
    assert_eq!(record.verified_by.as_deref(), Some("00ff"));
    assert_eq!(record.connection.unwrap().id, office.connection_id());

    let welcomed = welcomed(answer);
    let session = block_on(office.store.session(&welcomed.session.hash(), now)).unwrap().unwrap();
    assert_eq!(session.user, *user);
    assert_eq!(session.session.session_index.as_deref(), Some("_session"));
    assert_eq!(
        (welcomed.expires_at, session.session.expires_at),
        (now + Duration::hours(8), welcomed.expires_at)
    );
}

#[test]
fn a_session_ends_when_the_identity_provider_wants_it_to_but_no_later_than_ours() {
    let office = office_with_ada();
    let now = office.clock.now();
    for (id, wanted, granted) in [("_1", 1, 1), ("_2", 24, 8)] {
        let session_end = Some(now + Duration::hours(wanted));
        let response = Response { session_end, ..office.response(id, "ada@acme.example") };
        assert_eq!(welcomed(office.post(&response).0).expires_at, now + Duration::hours(granted));
    }
}

#[test]
fn an_existing_user_is_updated_and_told_nothing() {
    let office = office_with_ada();
    let before = office.contents().users.remove(0);
    office.clock.advance(Duration::hours(1));
    let mut response = office.response("_1", "ada@acme.example");
    response.attributes.insert("sn".into(), vec!["Byron".into()]);
    let (answer, record) = office.post(&response);
    welcomed(answer);

    let after = office.contents().users.remove(0);
    assert_eq!((record.outcome, record.user_id), (Outcome::Updated, Some(before.id)));
    assert_eq!(after.profile.last_name.as_str(), "Byron");
    assert_eq!(after.version, before.version.next());
    assert_eq!((after.updated_at, after.created_at), (office.clock.now(), before.created_at));
    assert_eq!(sent(&office), []);
}

#[test]
fn a_sign_in_that_changes_nothing_moves_on_the_time_of_the_last_alone() {
    let office = office_with_ada();
    let before = office.contents().users.remove(0);
    office.clock.advance(Duration::hours(1));
    let (_, record) = office.post(&office.response("_1", "ada@acme.example"));
    let after = office.contents().users.remove(0);
    assert_eq!(record.outcome, Outcome::Unchanged);
    assert_eq!((after.updated_at, after.last_sign_in_at), (before.updated_at, Some(office.clock.now())));
    assert_eq!(after.profile, before.profile);
}

#[test]
fn the_old_address_is_told_of_a_new_one() {
    let office = office_with_ada();
    let mut response = office.response("_1", "ada@acme.example");
    response.attributes.insert("mail".into(), vec!["countess@acme.example".into()]);
    welcomed(office.post(&response).0);
    assert_eq!(sent(&office), [("address_changed", "ada@acme.example".to_owned())]);
    assert_eq!(office.contents().users[0].profile.email.as_str(), "countess@acme.example");
}

#[test]
fn the_owner_of_an_address_is_asked_at_the_stored_address() {
    let office = office_with_ada();
    office.set(|settings| settings.link_by_email = vestibule_domain::settings::LinkByEmail::Verify);
    let mut ada = office.acme.user("Bob@acme.example");
    ada.identities.clear();
    office.knows(&ada);
    let (answer, record) = office.post(&office.response("_1", "bob@acme.example"));

    assert_eq!(refused(answer).code, RefusalCode::LinkVerificationSent);
    assert_eq!((record.matched_by, record.user_id), (MatchedBy::Email, Some(ada.id)));
    let letters = office.contents().letters;
    assert_eq!(letters[0].to.as_str(), "Bob@acme.example");
    let LetterContent::LinkVerification { expires_at, connection_name, .. } = &letters[0].content else {
        panic!("asked by another letter")
    };
    assert_eq!(*expires_at, office.clock.now() + Duration::hours(24));
    assert_eq!(*connection_name, office.acme.connection.details.display_name);
}

#[test]
fn a_refusal_names_its_reference_and_whom_to_ask() {
    let office = office();
    let (answer, record) = office.post(&office.response("_1", "new@acme.example"));
    let refused = refused(answer);
    assert_eq!((refused.code, refused.id), (RefusalCode::MissingRequiredAttribute, record.id));
    assert_eq!(refused.contact, office.acme.connection.details.technical_contact);
    assert_eq!(refused.organization.id, office.acme.organization.id);
    assert_eq!((record.outcome, record.user_id), (Outcome::Refused, None));
}

#[test]
fn a_refused_user_stands_in_the_record() {
    let office = office();
    let mut ada = office.acme.user("ada@acme.example");
    ada.active = false;
    office.knows(&ada);
    let (answer, record) = office.post(&office.response("_1", "ada@acme.example"));
    assert_eq!(refused(answer).code, RefusalCode::UserDeactivated);
    assert_eq!(record.user_id, Some(ada.id));
}

#[test]
fn settings_take_effect_for_the_next_response() {
    let office = office();
    office.set(|settings| settings.suppress_welcome_emails = true);
    let (_, record) = office.post(&newcomer(&office, "_1"));
    assert_eq!(record.welcome_email, WelcomeEmail::Suppressed);
    assert_eq!(record.settings_version, Some(vestibule_domain::ids::Version(2)));
    assert_eq!(sent(&office), []);
}

#[test]
fn an_organization_that_does_not_exist_is_said_to() {
    let office = office();
    let posted = PostedResponse {
        organization: "nowhere".parse().unwrap(),
        ..office.posted(&newcomer(&office, "_1"))
    };
    let answer = block_on(office.sign_in().run(&posted));
    assert!(matches!(answer, Err(SignInError::OrganizationNotFound)));
}
