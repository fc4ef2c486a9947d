//! The owner of an address confirms that an identity is theirs.

use chrono::Duration;
use vestibule_domain::letter::LetterContent;
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{Actor, Clock as _};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::settings::LinkByEmail;
use vestibule_domain::sign_in::{LINK_LIFETIME, MailedLink, MatchedBy, Outcome, Snapshot};
use vestibule_domain::testing::{Acme, block_on};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{ChangeUser, LinkError, LinkIdentity, OpenLink};
use vestibule_domain::user::{Identity, User};

use crate::installation::{Installation, secret_key};
use crate::office::{OPERATOR, office, slug, somewhere};
use crate::sign_in::refused;

/// Acme with Ada, whom no identity provider has called anything yet, and where the owner of an address is asked.
fn office_that_asks() -> (Installation, User) {
    let office = office();
    office.set(|settings| settings.link_by_email = LinkByEmail::Verify);
    let mut ada = office.acme.user("ada@acme.example");
    ada.identities.clear();
    office.knows(&ada);
    (office, ada)
}

/// The token of the link that is mailed when `name_id` signs in with Ada's address.
fn mailed(office: &Installation, id: &str, name_id: &str) -> Token {
    let mut response = office.response(id, name_id);
    response.attributes.insert("mail".into(), vec!["ada@acme.example".into()]);
    assert_eq!(refused(office.post(&response).0).code, RefusalCode::LinkVerificationSent);
    let letters = office.contents().letters;
    let newest = letters.iter().max_by_key(|letter| letter.id).unwrap();
    let LetterContent::LinkVerification { link, .. } = &newest.content else { panic!("another letter") };
    secret_key().link_token(*link)
}

fn open(office: &Installation, token: &Token) -> Result<OpenLink, LinkError> {
    block_on(LinkIdentity { world: office.world() }.run(&slug(), token, somewhere()))
}

fn is_gone(office: &Installation, token: &Token) {
    let before = office.contents();
    assert!(matches!(open(office, token), Err(LinkError::Gone)));
    assert_eq!(office.contents(), before);
}

#[test]
fn opening_a_link_binds_the_identity_and_the_next_sign_in_finds_the_user() {
    let (office, ada) = office_that_asks();
    let token = mailed(&office, "_1", "00u1");
    let opened = open(&office, &token).unwrap();
    assert_eq!((opened.user.id, opened.organization_name), (ada.id, office.acme.organization.name.clone()));

    let after = office.contents();
    assert_eq!(after.users[0].identity_on(office.connection_id()).unwrap().as_str(), "00u1");
    let event = after.audit.last().unwrap();
    let owner = Actor::User { id: ada.id, origin: somewhere() };
    assert_eq!((&*event.action, &event.actor), ("identity.linked", &owner));
    assert_eq!(event.after.as_ref().unwrap()["name_id"], "00u1");

    let (_, record) = office.post(&office.response("_2", "00u1"));
    assert_eq!((record.outcome, record.matched_by), (Outcome::Unchanged, MatchedBy::Identity));
}

#[test]
fn looking_at_a_link_changes_nothing() {
    let (office, ada) = office_that_asks();
    let token = mailed(&office, "_1", "00u1");
    let before = office.contents();
    for _ in 0..2 {
        let seen = block_on(LinkIdentity { world: office.world() }.look(&slug(), &token)).unwrap();
        assert_eq!((seen.user.id, seen.link.identity.name_id.as_str()), (ada.id, "00u1"));
    }
    assert_eq!(office.contents(), before);
}

#[test]
fn a_link_is_opened_once_and_takes_the_others_along() {
    let (office, _) = office_that_asks();
    let (one, other) = (mailed(&office, "_1", "00u1"), mailed(&office, "_2", "00u2"));
    open(&office, &other).unwrap();
    is_gone(&office, &other);
    is_gone(&office, &one);
}

#[test]
fn a_link_can_be_opened_for_a_day() {
    let (office, _) = office_that_asks();
    let (one, other) = (mailed(&office, "_1", "00u1"), mailed(&office, "_2", "00u2"));
    office.clock.advance(Duration::hours(24));
    is_gone(&office, &one);
    office.clock.advance(-Duration::microseconds(1));
    open(&office, &other).unwrap();
}

#[test]
fn a_token_that_was_never_mailed_opens_nothing() {
    let (office, _) = office_that_asks();
    mailed(&office, "_1", "00u1");
    is_gone(&office, &Token::presented(""));
    is_gone(&office, &Token::presented("0123"));
}

#[test]
fn a_link_of_one_organization_opens_nothing_in_another() {
    let (office, _) = office_that_asks();
    let token = mailed(&office, "_1", "00u1");
    block_on(Acme::named("other").install(&*office.store));
    let link = LinkIdentity { world: office.world() };
    for elsewhere in ["other", "nowhere"] {
        let opened = block_on(link.run(&elsewhere.parse().unwrap(), &token, somewhere()));
        assert!(matches!(opened, Err(LinkError::Gone)), "{elsewhere}");
    }
    open(&office, &token).unwrap();
}

#[test]
fn a_link_to_a_user_who_is_deactivated_since_opens_nothing() {
    let (office, ada) = office_that_asks();
    let token = mailed(&office, "_1", "00u1");
    let change = ChangeUser(office.world());
    block_on(change.run(&OPERATOR, &slug(), ada.id, None, &|user| user.active = false)).unwrap();
    is_gone(&office, &token);
}

#[test]
fn a_link_to_an_identity_that_somebody_has_since_opens_nothing() {
    let (office, _) = office_that_asks();
    let token = mailed(&office, "_1", "bob@acme.example");
    let bob = office.acme.user("bob@acme.example");
    office.knows(&bob);
    is_gone(&office, &token);
}

/// How many letters there are once `name_id` has tried to sign in with Ada's address.
fn letters_after(office: &Installation, id: &str, name_id: &str) -> usize {
    mailed(office, id, name_id);
    office.contents().letters.len()
}

#[test]
fn who_tries_again_and_again_is_asked_by_one_mail_in_ten_minutes() {
    let (office, _) = office_that_asks();
    assert_eq!(letters_after(&office, "_1", "00u1"), 1);
    office.clock.advance(Duration::minutes(10) - Duration::seconds(1));
    let records = office.contents().history.len();
    assert_eq!(letters_after(&office, "_2", "00u1"), 1);
    assert_eq!(office.contents().history.len(), records + 1, "the refusal is the same");
    assert_eq!(letters_after(&office, "_3", "00u2"), 2, "another identity is another question");
    office.clock.advance(Duration::seconds(1));
    assert_eq!(letters_after(&office, "_4", "00u1"), 3);
}

#[test]
fn who_has_another_address_by_now_is_asked_there_at_once() {
    let (office, ada) = office_that_asks();
    let identity =
        Identity { connection_id: office.connection_id(), name_id: NameId::parse("00u1").unwrap() };
    let now = office.clock.now();
    let link = |email: &str| MailedLink {
        identity: identity.clone(),
        email: email.parse().unwrap(),
        expires_at: now + LINK_LIFETIME,
    };
    let may_mail = |email| {
        Snapshot { links: vec![link(email)], ..Snapshot::default() }.may_mail_link(
            &identity,
            &ada.profile.email,
            now,
        )
    };
    assert!(may_mail("ada@old.example"));
    assert!(!may_mail("ADA@acme.example"));
}

#[test]
fn a_mailbox_is_not_filled_by_ever_new_identities() {
    let (office, _) = office_that_asks();
    let count = |round: usize| letters_after(&office, &format!("_{round}"), &format!("00u{round}"));
    let counts: Vec<_> = (0..12).map(count).collect();
    assert_eq!(counts[9..], [10, 10, 10]);
    office.clock.advance(Duration::hours(24));
    assert_eq!(count(12), 11, "those of yesterday cannot be opened any more");
}
