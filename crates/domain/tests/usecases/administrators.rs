//! Administrators of the portal.

use std::sync::Arc;

use chrono::{Duration, TimeDelta};
use vestibule_domain::administrator::{Administrator, AdministratorRole};
use vestibule_domain::ports::{
    Actor, Administrators as _, Credentials as _, Origin, Page, PasswordError, PortalSessions as _,
    SessionsToEnd, SetupLinks as _, SignedInAdministrator, UniqueKey,
};
use vestibule_domain::testing::{BusyPasswords, PaperPasswords, block_on};
use vestibule_domain::token::{SecretKey, Token};
use vestibule_domain::usecase::{
    AdminError, AdministratorChange, AdministratorDraft, AdministratorSignIn, AdministratorSignInError,
    ApiKeyDraft, ChangeAdministrator, ChangeOwnPassword, CreateAdministrator, CreateApiKey,
    DisableAdministrator, EndPortalSessions, FirstAdministrator, FirstAdministratorError, KeyOwner, KeysMade,
    OwnPasswordError, RecognizeAdministrator, RoleDraft, SendSetupLink, SetPassword, SignInAdministrator,
};

use crate::installation::{Installation, secret_key};
use crate::office::{OPERATOR, administrator, office, slug, somewhere};

const EMAIL: &str = "Root@acme.example";
const SECRET: &str = "correct horse battery staple";

fn draft(email: &str, password: &str) -> AdministratorDraft {
    AdministratorDraft { email: email.to_owned(), password: password.to_owned() }
}

fn create(office: &Installation, email: &str, owner: &KeyOwner) -> Result<Administrator, AdminError> {
    let create = CreateAdministrator { world: office.world(), passwords: Arc::new(PaperPasswords) };
    block_on(create.run(&OPERATOR, &draft(email, SECRET), owner))
}

fn office_with_root() -> (Installation, Administrator) {
    let office = office();
    let root = create(&office, EMAIL, &KeyOwner::Operator).unwrap();
    (office, root)
}

fn try_from(
    office: &Installation,
    email: &str,
    password: &str,
    origin: Origin,
) -> Result<(Token, SignedInAdministrator), AdministratorSignInError> {
    let sign_in = SignInAdministrator { world: office.world(), passwords: Arc::new(PaperPasswords) };
    block_on(sign_in.run(&AdministratorSignIn { email, password, origin, instead_of: None }))
}

fn try_in(
    office: &Installation,
    email: &str,
    password: &str,
) -> Result<(Token, SignedInAdministrator), AdministratorSignInError> {
    try_from(office, email, password, somewhere())
}

fn known(office: &Installation, token: &Token) -> Option<SignedInAdministrator> {
    block_on(RecognizeAdministrator(office.world()).run(token)).unwrap()
}

fn first(office: &Installation) -> FirstAdministrator {
    FirstAdministrator {
        world: office.world(),
        passwords: Arc::new(PaperPasswords),
        secret_key: secret_key(),
    }
}

fn elsewhere(last: u8) -> Origin {
    Origin { address: Some([203, 0, 113, last].into()), request_id: None }
}

#[test]
fn an_administrator_is_an_operators_or_of_one_organization() {
    let (office, root) = office_with_root();
    assert_eq!((root.role, root.email.as_str()), (AdministratorRole::Operator, EMAIL));
    assert_eq!(office.last_audit(), ("administrator.created", root.id.to_string()));
    let bob = create(&office, "bob@acme.example", &KeyOwner::Organization(slug())).unwrap();
    assert!(bob.role.may_reach(office.acme.organization.id) && !bob.role.is_operator());
    let nowhere = KeyOwner::Organization("nowhere".parse().unwrap());
    let made = create(&office, "eve@acme.example", &nowhere);
    assert!(matches!(made, Err(AdminError::NotFound("organization"))));
    let again = create(&office, "ROOT@acme.example", &KeyOwner::Operator);
    assert!(matches!(again, Err(AdminError::Taken(UniqueKey::Administrator))));
    assert!(!format!("{:?}", office.contents()).contains("correct horse"), "no password is kept");
}

#[test]
fn only_an_operator_makes_administrators() {
    let office = office();
    let create = CreateAdministrator { world: office.world(), passwords: Arc::new(PaperPasswords) };
    let admin = administrator(office.acme.organization.id);
    let made = block_on(create.run(&admin, &draft(EMAIL, SECRET), &KeyOwner::Operator));
    assert!(matches!(made, Err(AdminError::OperatorOnly)));
}

#[test]
fn all_faults_of_a_draft_are_named_at_once() {
    let office = office();
    let create = CreateAdministrator { world: office.world(), passwords: Arc::new(PaperPasswords) };
    for (email, password, faults) in [
        ("ada", "short", &["/email", "/password"][..]),
        ("ada@acme.example", "my Password is long", &["/password"]),
        ("ada@acme.example", "ada@ACME.example", &["/password"]),
        ("ada@acme.example", "who else but acme.example", &["/password"]),
        ("ada@acme.example", &"x".repeat(129), &["/password"]),
        ("", SECRET, &["/email"]),
    ] {
        let made = block_on(create.run(&OPERATOR, &draft(email, password), &KeyOwner::Operator));
        let Err(AdminError::Invalid(problems)) = made else { panic!("{email} {password}") };
        let pointers: Vec<_> = problems.0.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, faults);
    }
}

#[test]
fn an_administrator_signs_in_and_is_known_by_a_token() {
    let (office, root) = office_with_root();
    let (token, who) = try_in(&office, " root@ACME.example ", SECRET).unwrap();
    let now = office.world().now();
    assert_eq!(who.administrator, Administrator { last_signed_in_at: Some(now), ..root.clone() });
    assert_eq!(who.session.address, somewhere().address);
    assert_eq!(known(&office, &token), Some(who.clone()));
    assert_eq!(known(&office, &Token::presented("x")), None);
    assert!(!format!("{:?}", office.store).contains(token.reveal()), "only its hash is kept");
    let event = office.contents().audit.pop().unwrap();
    assert_eq!((&*event.action, event.subject), ("administrator.signed_in", root.id.to_string()));
    assert_eq!(event.actor, who.acting_from(somewhere()));
}

#[test]
fn whatever_is_wrong_the_answer_is_the_same() {
    let (office, _) = office_with_root();
    let eve = create(&office, "eve@acme.example", &KeyOwner::Operator).unwrap();
    let change = ChangeAdministrator(office.world());
    block_on(change.run(&OPERATOR, eve.id, None, &AdministratorChange::Disable)).unwrap();
    let before = office.contents();
    for (email, password) in [
        (EMAIL, "correct horse battery stable"),
        (EMAIL, ""),
        (EMAIL, &"x".repeat(10_000)),
        ("nobody@acme.example", SECRET),
        ("no address", SECRET),
        ("eve@acme.example", SECRET),
    ] {
        let refused = try_in(&office, email, password);
        assert!(matches!(refused, Err(AdministratorSignInError::Refused)), "{email}");
    }
    assert_eq!(office.contents().audit, before.audit);
}

#[test]
fn an_administrator_of_no_organization_any_more_is_nobody() {
    let office = office();
    create(&office, "bob@acme.example", &KeyOwner::Organization(slug())).unwrap();
    let (token, _) = try_in(&office, "bob@acme.example", SECRET).unwrap();
    let delete = vestibule_domain::usecase::DeleteOrganization(office.world());
    block_on(delete.run(&OPERATOR, &slug(), None)).unwrap();
    let refused = try_in(&office, "bob@acme.example", SECRET);
    assert!(matches!(refused, Err(AdministratorSignInError::Refused)));
    let who = known(&office, &token).unwrap();
    assert!(!who.administrator.role.may_reach(office.acme.organization.id));
}

#[test]
fn who_guesses_waits_longer_and_longer() {
    let (office, _) = office_with_root();
    for _ in 0..5 {
        assert!(matches!(try_in(&office, EMAIL, "wrong"), Err(AdministratorSignInError::Refused)));
    }
    for seconds in [2, 4, 8] {
        let until = office.world().now() + Duration::seconds(seconds);
        // Not even the right one is looked at.
        let early = try_in(&office, EMAIL, SECRET);
        assert!(matches!(early, Err(AdministratorSignInError::TooEarly(at)) if at == until));
        office.clock.advance(Duration::seconds(seconds));
        assert!(matches!(try_in(&office, EMAIL, "wrong"), Err(AdministratorSignInError::Refused)));
    }
}

#[test]
fn a_stranger_lets_nobody_wait_but_themselves() {
    let (office, _) = office_with_root();
    for _ in 0..5 {
        try_from(&office, EMAIL, "wrong", elsewhere(1)).unwrap_err();
    }
    let early = try_from(&office, EMAIL, SECRET, elsewhere(1));
    assert!(matches!(early, Err(AdministratorSignInError::TooEarly(_))));
    try_from(&office, "nobody@acme.example", "wrong", elsewhere(1)).unwrap_err();
    try_in(&office, EMAIL, SECRET).unwrap();
    let early = try_from(&office, EMAIL, SECRET, elsewhere(1));
    assert!(matches!(early, Err(AdministratorSignInError::TooEarly(_))), "a success elsewhere helps nobody");
}

#[test]
fn an_attempt_that_nobody_had_time_to_look_at_does_not_count() {
    let (office, _) = office_with_root();
    for _ in 0..4 {
        try_in(&office, EMAIL, "wrong").unwrap_err();
    }
    let busy = SignInAdministrator { world: office.world(), passwords: Arc::new(BusyPasswords) };
    for _ in 0..20 {
        let typed =
            AdministratorSignIn { email: EMAIL, password: SECRET, origin: somewhere(), instead_of: None };
        let refused = block_on(busy.run(&typed));
        assert!(
            matches!(refused, Err(AdministratorSignInError::Password(PasswordError::Busy))),
            "{:?}",
            refused.err()
        );
    }
    // The four of before count still.
    try_in(&office, EMAIL, "wrong").unwrap_err();
    assert!(matches!(try_in(&office, EMAIL, SECRET), Err(AdministratorSignInError::TooEarly(_))));
}

#[test]
fn a_success_forgets_the_attempts() {
    let (office, _) = office_with_root();
    for _ in 0..3 {
        for _ in 0..4 {
            try_in(&office, EMAIL, "wrong").unwrap_err();
        }
        try_in(&office, EMAIL, SECRET).unwrap();
    }
}

#[test]
fn the_session_that_the_browser_had_ends_when_another_begins() {
    let (office, _) = office_with_root();
    let (token, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let (kept, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let sign_in = SignInAdministrator { world: office.world(), passwords: Arc::new(PaperPasswords) };
    let instead_of = Some(token.clone());
    let typed = AdministratorSignIn { email: EMAIL, password: SECRET, origin: somewhere(), instead_of };
    let (another, _) = block_on(sign_in.run(&typed)).unwrap();
    assert!(known(&office, &token).is_none());
    assert!(known(&office, &kept).is_some() && known(&office, &another).is_some());
}

#[test]
fn a_session_lives_while_it_is_used_and_half_a_day_at_most() {
    let (office, _) = office_with_root();
    let (token, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let (idle, _) = try_in(&office, EMAIL, SECRET).unwrap();
    for _ in 0..24 {
        assert!(known(&office, &token).is_some());
        office.clock.advance(Duration::minutes(30) - Duration::microseconds(1));
    }
    assert!(known(&office, &idle).is_none());
    assert!(known(&office, &token).is_some());
    office.clock.advance(Duration::microseconds(24));
    assert!(known(&office, &token).is_none(), "twelve hours are over");
}

#[test]
fn a_use_is_written_down_once_a_minute() {
    let (office, _) = office_with_root();
    let (token, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let began = office.world().now();
    let seen = || known(&office, &token).unwrap().session.last_seen_at - began;
    office.clock.advance(Duration::seconds(59));
    assert_eq!((seen(), seen()), (TimeDelta::zero(), TimeDelta::zero()));
    office.clock.advance(Duration::seconds(1));
    assert_eq!((seen(), seen()), (TimeDelta::zero(), TimeDelta::minutes(1)));
}

#[test]
fn sessions_are_ended_by_their_owner_or_an_operator() {
    let (office, root) = office_with_root();
    let bob = create(&office, "bob@acme.example", &KeyOwner::Organization(slug())).unwrap();
    let (token, who) = try_in(&office, "bob@acme.example", SECRET).unwrap();
    let (other, _) = try_in(&office, "bob@acme.example", SECRET).unwrap();
    let end = EndPortalSessions(office.world());
    let of_root = block_on(end.run(&bob.acting_from(somewhere()), root.id, SessionsToEnd::All));
    assert!(matches!(of_root, Err(AdminError::OperatorOnly)));
    let but_this = SessionsToEnd::AllBut(who.session.id);
    block_on(end.run(&bob.acting_from(somewhere()), bob.id, but_this)).unwrap();
    assert!(known(&office, &token).is_some() && known(&office, &other).is_none());
    block_on(end.run(&root.acting_from(somewhere()), bob.id, SessionsToEnd::All)).unwrap();
    assert!(known(&office, &token).is_none());
    assert_eq!(office.last_audit(), ("administrator.sessions_ended", bob.id.to_string()));
    let nobody = block_on(end.run(&OPERATOR, office.world().id(), SessionsToEnd::All));
    assert!(matches!(nobody, Err(AdminError::NotFound("administrator"))));
}

#[test]
fn a_disabled_administrator_is_out_at_once_until_enabled() {
    let (office, root) = office_with_root();
    let eve = create(&office, "eve@acme.example", &KeyOwner::Operator).unwrap();
    let (token, _) = try_in(&office, "eve@acme.example", SECRET).unwrap();
    let change = |actor: &Actor, id, change| {
        block_on(ChangeAdministrator(office.world()).run(actor, id, None, &change))
    };
    let own = root.acting_from(somewhere());
    assert!(matches!(change(&own, root.id, AdministratorChange::Disable), Err(AdminError::Oneself)));
    let admin = administrator(office.acme.organization.id);
    assert!(matches!(change(&admin, eve.id, AdministratorChange::Disable), Err(AdminError::OperatorOnly)));
    assert!(change(&own, eve.id, AdministratorChange::Disable).unwrap().disabled);
    assert_eq!(office.last_audit(), ("administrator.disabled", eve.id.to_string()));
    assert!(known(&office, &token).is_none());
    let written = office.contents().audit.len();
    change(&own, eve.id, AdministratorChange::Disable).unwrap();
    assert_eq!(office.contents().audit.len(), written, "nothing changed");
    change(&own, eve.id, AdministratorChange::Enable).unwrap();
    assert!(known(&office, &token).is_none(), "the session is gone for good");
    try_in(&office, "eve@acme.example", SECRET).unwrap();
    let nobody = change(&own, office.world().id(), AdministratorChange::Enable);
    assert!(matches!(nobody, Err(AdminError::NotFound("administrator"))));
}

#[test]
fn what_a_disabled_administrator_left_behind_ends_with_them() {
    let (office, root) = office_with_root();
    let eve = create(&office, "eve@acme.example", &KeyOwner::Operator).unwrap();
    let made = |by: &Actor, name: &str| {
        let draft = ApiKeyDraft::named(name);
        block_on(CreateApiKey(office.world()).run(by, &draft, &KeyOwner::Operator)).unwrap().0.id
    };
    let (hers, own) = (eve.acting_from(somewhere()), root.acting_from(somewhere()));
    let (of_eve, of_root) = (made(&hers, "eve"), made(&own, "root"));
    let send = SendSetupLink { world: office.world(), secret_key: SecretKey::new(&[7; 32]) };
    block_on(send.run(&hers, &office.acme.organization, "it@acme.example")).unwrap();
    let kept = block_on(send.run(&own, &office.acme.organization, "it@acme.example")).unwrap();
    let disable = |keys| block_on(DisableAdministrator(office.world()).run(&own, eve.id, keys));
    let keys = || {
        let ids = [of_eve, of_root].map(|id| block_on(office.store.api_key_by_id(id)).unwrap());
        ids.map(|key| key.is_some())
    };
    assert!(disable(KeysMade::Kept).unwrap().disabled);
    let links = block_on(office.store.setup_links(office.acme.organization.id)).unwrap();
    assert_eq!(links.iter().map(|link| link.id).collect::<Vec<_>>(), [kept.id]);
    assert_eq!((office.last_audit().0, keys()), ("setup_link.revoked", [true, true]));
    // Whoever kept the keys then can still do away with them.
    disable(KeysMade::Revoked).unwrap();
    assert_eq!((office.last_audit(), keys()), (("api_key.revoked", of_eve.to_string()), [false, true]));
    let admin = administrator(office.acme.organization.id);
    let refused = block_on(DisableAdministrator(office.world()).run(&admin, root.id, KeysMade::Revoked));
    assert!(matches!(refused, Err(AdminError::OperatorOnly)));
    assert_eq!(keys(), [false, true]);
}

#[test]
fn a_role_is_changed_on_the_version_that_was_seen() {
    let (office, root) = office_with_root();
    let eve = create(&office, "eve@acme.example", &KeyOwner::Operator).unwrap();
    let own = root.acting_from(somewhere());
    let change = |expected| {
        let role =
            RoleDraft { role: "organization_admin".to_owned(), organizations: vec!["acme".to_owned()] };
        let change = AdministratorChange::Role(role);
        block_on(ChangeAdministrator(office.world()).run(&own, eve.id, Some(expected), &change))
    };
    assert!(matches!(change(eve.version.next()), Err(AdminError::Stale)));
    let after = change(eve.version).unwrap();
    assert_eq!(after.version, eve.version.next());
    assert!(matches!(change(eve.version), Err(AdminError::Stale)));
}

#[test]
fn who_changes_their_password_stays_signed_in_here_alone() {
    const NEW: &str = "four words are enough";
    let (office, _) = office_with_root();
    let (token, who) = try_in(&office, EMAIL, SECRET).unwrap();
    let (other, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let change = ChangeOwnPassword { world: office.world(), passwords: Arc::new(PaperPasswords) };
    let run = |present: &str, new: &str| block_on(change.run(&who, present, new, somewhere()));
    assert!(matches!(run(SECRET, "short"), Err(OwnPasswordError::New(_))));
    let wrong = run("wrong", NEW);
    assert!(matches!(wrong, Err(OwnPasswordError::Present(AdministratorSignInError::Refused))));
    run(SECRET, NEW).unwrap();
    assert_eq!(office.last_audit().0, "administrator.password_changed");
    assert!(known(&office, &token).is_some() && known(&office, &other).is_none());
    assert!(matches!(run(NEW, SECRET), Err(OwnPasswordError::Present(_) | OwnPasswordError::Stale)));
    try_in(&office, EMAIL, SECRET).unwrap_err();
    try_in(&office, EMAIL, NEW).unwrap();
}

#[test]
fn a_lost_password_is_set_at_the_command_line() {
    const NEW: &str = "four words are enough";
    let (office, root) = office_with_root();
    let (token, _) = try_in(&office, EMAIL, SECRET).unwrap();
    let set = SetPassword { world: office.world(), passwords: Arc::new(PaperPasswords) };
    let weak = block_on(set.run(root.id, "my Password is long"));
    assert!(matches!(weak, Err(AdminError::Invalid(problems)) if problems.0[0].pointer == "/password"));
    let nobody = block_on(set.run(office.world().id(), NEW));
    assert!(matches!(nobody, Err(AdminError::NotFound("administrator"))));
    assert!(known(&office, &token).is_some());
    block_on(set.run(root.id, NEW)).unwrap();
    assert_eq!(office.last_audit(), ("administrator.password_set", root.id.to_string()));
    assert!(known(&office, &token).is_none());
    try_in(&office, EMAIL, SECRET).unwrap_err();
    try_in(&office, EMAIL, NEW).unwrap();
}

#[test]
fn who_sits_down_before_an_open_session_has_no_more_attempts_than_at_the_door() {
    let (office, _) = office_with_root();
    let (_, who) = try_in(&office, EMAIL, SECRET).unwrap();
    let change = ChangeOwnPassword { world: office.world(), passwords: Arc::new(PaperPasswords) };
    let run = || block_on(change.run(&who, "wrong", "four words are enough", somewhere())).unwrap_err();
    for _ in 0..5 {
        assert!(matches!(run(), OwnPasswordError::Present(AdministratorSignInError::Refused)));
    }
    assert!(matches!(run(), OwnPasswordError::Present(AdministratorSignInError::TooEarly(_))));
}

#[test]
fn the_first_administrator_is_made_once_by_the_printed_link() {
    let office = office();
    let first = first(&office);
    let (token, expires_at) = block_on(first.link()).unwrap().unwrap();
    assert_eq!(expires_at - office.world().now(), TimeDelta::hours(1));
    block_on(first.look(&token)).unwrap();
    let short = block_on(first.run(&token, &draft(EMAIL, "short"), somewhere()));
    assert!(matches!(short, Err(FirstAdministratorError::Failed(AdminError::Invalid(_)))));
    let root = block_on(first.run(&token, &draft(EMAIL, SECRET), somewhere())).unwrap();
    assert!(root.role.is_operator());
    let event = office.contents().audit.pop().unwrap();
    assert_eq!((event.actor, &*event.action), (root.acting_from(somewhere()), "administrator.created"));
    try_in(&office, EMAIL, SECRET).unwrap();
    assert!(block_on(first.link()).unwrap().is_none());
    assert!(matches!(block_on(first.look(&token)), Err(FirstAdministratorError::Gone)));
    let second = block_on(first.run(&token, &draft("eve@acme.example", SECRET), somewhere()));
    assert!(matches!(second, Err(FirstAdministratorError::Gone)));
    let all = Page { after: None, limit: 10 };
    assert_eq!(block_on(office.store.administrators(None, all)).unwrap().items.len(), 1);
}

#[test]
fn another_link_and_an_old_one_make_nobody() {
    let office = office();
    let first = first(&office);
    let (token, _) = block_on(first.link()).unwrap().unwrap();
    let text = token.reveal();
    let longer = format!("7{}", &text[1..]);
    for wrong in ["", "x", &"0".repeat(80), &text[1..], &longer, &"é".repeat(40)] {
        let looked = block_on(first.look(&Token::presented(wrong)));
        assert!(matches!(looked, Err(FirstAdministratorError::Gone)), "{wrong}");
    }
    office.clock.advance(Duration::minutes(59));
    block_on(first.look(&token)).unwrap();
    office.clock.advance(Duration::minutes(1));
    assert!(matches!(block_on(first.look(&token)), Err(FirstAdministratorError::Gone)));
}

#[test]
fn every_attempt_counts_and_changes_nobody() {
    let (office, root) = office_with_root();
    let key = vestibule_domain::administrator::AttemptKey::of(EMAIL, somewhere().address);
    for count in 1..=4 {
        try_in(&office, EMAIL, "wrong").unwrap_err();
        assert_eq!(block_on(office.store.attempts(&key)).unwrap().unwrap().count, count);
    }
    assert_eq!(block_on(office.store.administrator(root.id)).unwrap(), Some(root));
}
