//! Administrators sign in by single sign-on.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use vestibule_domain::administrator::{
    Administrator, AdministratorRole, IDLE_LIMIT, PasswordHash, SESSION_LIMIT, SignOnRefusal, SingleSignOn,
};
use vestibule_domain::connection::ConnectionDraft;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::field::Field;
use vestibule_domain::ids::{SetupLinkId, Version};
use vestibule_domain::ports::{
    Actor, Administrators as _, AuditEvent, Delivery, Directory as _, KeyRole, Origin, PortalSessions as _,
    SignInHistory as _,
};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::testing::{PaperVault, block_on};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{
    AdminError, AdministratorChange, BeginAdministratorSignOn, BeginError, BrowserBinding,
    ChangeAdministrator, ChangeConnection, DeleteConnection, LoginAttempt, NameAdministratorsConnection,
    NotSignedOn, OpenArrival, PostedResponse, ReceiveAdministratorSignOn, RemoveIdentityProvider,
    RevokeInvitation, SaveSettings, SignInAnswer, SignOnAnswer, SignOnAttempt,
    UnnameAdministratorsConnection,
};

use crate::installation::{Installation, PUBLIC_URL};
use crate::office::{newcomer, office, okta, slug};
use crate::saml::Response;

pub(crate) const ROOT: &str = "root@acme.example";

fn of_organization(office: &Installation) -> AdministratorRole {
    AdministratorRole::OrganizationAdmin(BTreeSet::from([office.acme.organization.id]))
}

/// An administrator who may sign in so, unless it is said otherwise.
pub(crate) fn administrator(office: &Installation, email: &str) -> Administrator {
    let made = Administrator {
        id: office.world().id(),
        email: EmailAddress::parse(email).unwrap(),
        role: AdministratorRole::Operator,
        password: Some(PasswordHash("hash".to_owned())),
        single_sign_on: SingleSignOn::Allowed,
        disabled: false,
        version: Version::FIRST,
        created_at: office.world().now(),
        last_signed_in_at: None,
    };
    added(office, made)
}

fn added(office: &Installation, administrator: Administrator) -> Administrator {
    let event = AuditEvent {
        id: office.world().id(),
        organization_id: None,
        at: office.world().now(),
        actor: Actor::CommandLine,
        action: "administrator.created".into(),
        subject: administrator.id.to_string(),
        before: None,
        after: None,
    };
    block_on(office.store.add_administrator(&administrator, &event)).unwrap();
    administrator
}

pub(crate) fn stored(office: &Installation, administrator: &Administrator) -> Administrator {
    block_on(office.store.administrator(administrator.id)).unwrap().unwrap()
}

/// Names the connection as it is.
pub(crate) fn name(office: &Installation) {
    let seen = block_on(office.world().connection(&slug(), &okta())).unwrap().connection.versions();
    let name = NameAdministratorsConnection(office.world());
    block_on(name.run(&Actor::CommandLine, &slug(), &okta(), seen)).unwrap();
}

pub(crate) fn begun(office: &Installation) -> (String, Token) {
    let begin = BeginAdministratorSignOn(Installation::begin(office.world()));
    let attempt =
        SignOnAttempt { return_to: Some("/admin/acme/users".to_owned()), ..SignOnAttempt::default() };
    let begun = block_on(begin.run(&attempt)).unwrap();
    let Delivery::Redirect(url) = begun.delivery else { panic!("not a redirect") };
    (url.as_str().split_once("?id=").unwrap().1.to_owned(), begun.browser)
}

/// What the identity provider says of somebody, in answer to a request.
pub(crate) fn response(
    office: &Installation,
    id: &str,
    name_id: &str,
    email: &str,
    request: &str,
) -> Response {
    let mut response = newcomer(office, id);
    name_id.clone_into(&mut response.name_id);
    response.in_response_to = Some(request.to_owned());
    let address = office.acme.connection.settings.attribute(Field::Email).unwrap();
    response.attributes.insert(address.to_string(), vec![email.to_owned()]);
    response
}

pub(crate) fn answer(
    office: &Installation,
    response: &Response,
    relay_state: &str,
    browser: Option<&Token>,
) -> SignOnAnswer {
    let posted = PostedResponse {
        relay_state: Some(relay_state.to_owned()),
        browser: browser.map(|token| Token::presented(token.reveal())),
        ..office.posted(response)
    };
    assert!(ReceiveAdministratorSignOn::is_meant(&posted));
    let receive = ReceiveAdministratorSignOn {
        world: office.world(),
        verifier: office.sign_in().verifier,
        public_url: PUBLIC_URL.into(),
        browser_binding: BrowserBinding::Required,
    };
    block_on(receive.run(&posted, &Origin::default())).unwrap()
}

/// A whole sign-in of somebody.
pub(crate) fn sign_in(office: &Installation, id: &str, name_id: &str, email: &str) -> SignOnAnswer {
    let (request, browser) = begun(office);
    answer(office, &response(office, id, name_id, email, &request), &request, Some(&browser))
}

#[track_caller]
pub(crate) fn refused(answer: &SignOnAnswer) -> &'static str {
    match answer {
        SignOnAnswer::Refused { why, .. } => why.as_str(),
        SignOnAnswer::SignedIn { .. } => panic!("somebody was signed in"),
    }
}

#[track_caller]
pub(crate) fn signed_in(answer: SignOnAnswer) -> Token {
    match answer {
        SignOnAnswer::SignedIn { session, .. } => session,
        SignOnAnswer::Refused { why, .. } => panic!("{why:?}"),
    }
}

fn lives(office: &Installation, session: &Token) -> bool {
    let now = office.world().now();
    block_on(office.store.portal_session(&session.hash(), now, now - IDLE_LIMIT)).unwrap().is_some()
}

fn last_event(office: &Installation) -> AuditEvent {
    office.store.audit_events().pop().unwrap()
}

#[test]
fn the_first_time_the_address_counts_and_afterwards_the_name_id_alone() {
    let office = office();
    let root = administrator(&office, ROOT);
    name(&office);
    let before = office.contents();
    let SignOnAnswer::SignedIn { session, who, return_to } =
        sign_in(&office, "_1", "00u1", "Root@ACME.example")
    else {
        panic!("nobody was signed in")
    };
    assert_eq!(return_to.as_deref(), Some("/admin/acme/users"));
    assert_eq!(who.administrator, stored(&office, &root));
    assert!(
        matches!(&who.administrator.single_sign_on, SingleSignOn::Linked(link) if link.name_id.as_str() == "00u1")
    );
    assert!(lives(&office, &session));
    let events: Vec<_> = office.store.audit_events().split_off(before.audit.len());
    let actions: Vec<_> = events.iter().map(|event| event.action.as_ref()).collect();
    assert_eq!(actions, ["administrator.single_sign_on_linked", "administrator.signed_in"]);
    assert!(matches!(&events[1].actor, Actor::Administrator { id, operator: true, .. } if *id == root.id));
    assert_eq!(events[1].after, Some(json!({"single_sign_on": "okta"})));
    let after = office.contents();
    assert_eq!((after.users, after.history, after.letters), (before.users, before.history, before.letters));

    // Another address does not matter any more, and another NameID with the address is nobody's.
    signed_in(sign_in(&office, "_2", "00u1", "married@acme.example"));
    assert_eq!(last_event(&office).action, "administrator.signed_in");
    assert_eq!(refused(&sign_in(&office, "_3", "00u2", ROOT)), "other_identity");
    let event = last_event(&office);
    assert_eq!(
        (event.action.as_ref(), event.subject),
        ("administrator.sign_in_refused", root.id.to_string())
    );
    assert_eq!(event.after, Some(json!({"code": "other_identity", "connection": "okta"})), "and no person");

    let change = ChangeAdministrator(office.world());
    block_on(change.run(&Actor::CommandLine, root.id, None, &AdministratorChange::ForgetIdentity)).unwrap();
    assert!(!lives(&office, &session));
    signed_in(sign_in(&office, "_4", "00u2", ROOT));
    assert_eq!(refused(&sign_in(&office, "_5", "00u1", "married@acme.example")), "unknown_administrator");
}

#[test]
fn nobody_becomes_an_administrator_and_who_may_not_is_refused() {
    let office = office();
    name(&office);
    assert_eq!(refused(&sign_in(&office, "_1", "00u1", "nobody@acme.example")), "unknown_administrator");
    assert_eq!(last_event(&office).subject, "okta", "nobody is named");
    let bob = administrator(&office, "bob@acme.example");
    let change = ChangeAdministrator(office.world());
    block_on(change.run(&Actor::CommandLine, bob.id, None, &AdministratorChange::ForbidSingleSignOn))
        .unwrap();
    let refusal = sign_in(&office, "_2", "00u2", "bob@acme.example");
    assert_eq!(refused(&refusal), "single_sign_on_not_allowed");
    let SignOnAnswer::Refused { reference, .. } = refusal else { unreachable!() };
    assert_eq!(reference, Some(last_event(&office).id.0));
    administrator(&office, ROOT);
    block_on(change.run(&Actor::CommandLine, bob.id, None, &AdministratorChange::AllowSingleSignOn)).unwrap();
    block_on(change.run(&Actor::CommandLine, bob.id, None, &AdministratorChange::Disable)).unwrap();
    assert_eq!(refused(&sign_in(&office, "_3", "00u2", "bob@acme.example")), "administrator_disabled");
    block_on(change.run(&Actor::CommandLine, bob.id, None, &AdministratorChange::Enable)).unwrap();
    let session = signed_in(sign_in(&office, "_4", "00u2", "bob@acme.example"));
    block_on(change.run(&Actor::CommandLine, bob.id, None, &AdministratorChange::Disable)).unwrap();
    assert!(!lives(&office, &session));
    assert_eq!(refused(&sign_in(&office, "_5", "00u2", "bob@acme.example")), "administrator_disabled");
    let lost = AdministratorRole::OrganizationAdmin(BTreeSet::new());
    added(
        &office,
        Administrator {
            role: lost,
            id: office.world().id(),
            email: "eve@acme.example".parse().unwrap(),
            ..bob
        },
    );
    assert_eq!(refused(&sign_in(&office, "_6", "00u3", "eve@acme.example")), "administrator_disabled");
    let mut transient = response(&office, "_7", "00u9", ROOT, "");
    transient.format = Some(vestibule_domain::name_id::TRANSIENT_FORMAT.to_owned());
    let (request, browser) = begun(&office);
    transient.in_response_to = Some(request.clone());
    assert_eq!(refused(&answer(&office, &transient, &request, Some(&browser))), "unusable_name_id");
}

#[test]
fn an_answer_counts_once_in_time_and_in_the_browser_that_asked() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let (request, browser) = begun(&office);
    let right = response(&office, "_1", "00u1", ROOT, &request);
    let before = office.contents();
    assert_eq!(refused(&answer(&office, &right, &request, None)), "unknown_request");
    assert_eq!(
        refused(&answer(&office, &right, &request, Some(&Token::presented("another")))),
        "unknown_request"
    );
    assert_eq!(refused(&answer(&office, &right, "_admin_unknown", Some(&browser))), "unknown_request");
    assert_eq!(office.contents(), before, "a stranger writes nothing");
    signed_in(answer(&office, &right, &request, Some(&browser)));
    assert_eq!(refused(&answer(&office, &right, &request, Some(&browser))), "unknown_request", "again");

    // The assertion itself is used up, whatever request it would answer.
    let (next, browser) = begun(&office);
    let replayed = Response { in_response_to: Some(next.clone()), ..right };
    assert_eq!(refused(&answer(&office, &replayed, &next, Some(&browser))), "replayed_response");

    let (late, browser) = begun(&office);
    office.clock.advance(Duration::minutes(10));
    let response = response(&office, "_2", "00u1", ROOT, &late);
    assert_eq!(refused(&answer(&office, &response, &late, Some(&browser))), "unknown_request");
}

/// What is wrong with a response.
type Change<'a> = &'a dyn Fn(&mut Response);

#[test]
fn what_is_not_believed_signs_nobody_in_and_is_told_of_in_the_history() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let organization = office.acme.organization.id;
    let changes: [(Change<'_>, &str); 5] = [
        (&|response| response.forged = true, "untrusted_signature"),
        (&|response| response.expired = true, "response_expired"),
        (&|response| response.in_response_to = None, "unsolicited_response"),
        (&|response| response.in_response_to = Some("_admin_other".to_owned()), "unknown_request"),
        (&|response| response.issuer = "https://evil.example".to_owned(), "wrong_issuer"),
    ];
    for (number, (change, code)) in changes.into_iter().enumerate() {
        let (request, browser) = begun(&office);
        let mut response = response(&office, &format!("_{number}"), "00u1", ROOT, &request);
        change(&mut response);
        let answer = answer(&office, &response, &request, Some(&browser));
        assert_eq!(refused(&answer), code);
        let SignOnAnswer::Refused { why: NotSignedOn::NotBelieved(_), reference: Some(reference) } = answer
        else {
            panic!("{answer:?}")
        };
        let record = block_on(office.store.sign_in(organization, reference.into())).unwrap().unwrap();
        assert_eq!((record.code.unwrap().as_str(), record.name_id, record.user_id), (code, None, None));
        // The right answer may come yet.
        let right = self::response(&office, &format!("_r{number}"), "00u1", ROOT, &request);
        signed_in(self::answer(&office, &right, &request, Some(&browser)));
    }
}

#[test]
fn answers_of_people_and_of_administrators_are_never_taken_for_each_other() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    // A person's answer, posted as an administrator's.
    let attempt = LoginAttempt { organization: slug(), connection: None, return_to: None, browser: None };
    let begun_by_person = block_on(Installation::begin(office.world()).run(&attempt)).unwrap();
    let vestibule_domain::usecase::Begun::Sent { delivery: Delivery::Redirect(url), browser, .. } =
        begun_by_person
    else {
        panic!("not sent")
    };
    let persons = url.as_str().split_once("?id=").unwrap().1.to_owned();
    let begin = BeginAdministratorSignOn(Installation::begin(office.world()));
    let same =
        SignOnAttempt { browser: Some(Token::presented(browser.reveal())), ..SignOnAttempt::default() };
    let Delivery::Redirect(url) = block_on(begin.run(&same)).unwrap().delivery else {
        panic!("not a redirect")
    };
    let request = url.as_str().split_once("?id=").unwrap().1.to_owned();
    let of_person = response(&office, "_1", "00u1", ROOT, &persons);
    assert_eq!(refused(&answer(&office, &of_person, &request, Some(&browser))), "unknown_request");
    // An administrator's answer, posted as a person's: with the RelayState left out, so that it is not looked at as one of theirs.
    let of_administrator = response(&office, "_2", "00u1", ROOT, &request);
    let posted = PostedResponse {
        browser: Some(Token::presented(browser.reveal())),
        ..office.posted(&of_administrator)
    };
    let users = office.contents().users;
    let SignInAnswer::Refused(person) = block_on(office.sign_in().run(&posted)).unwrap() else {
        panic!("a person was signed in")
    };
    assert_eq!(person.code, RefusalCode::UnknownRequest);
    assert_eq!(office.contents().users, users);
    let open = OpenArrival { world: office.world(), vault: Arc::new(PaperVault { number: 0 }) };
    let opened = block_on(open.run(&Actor::CommandLine, office.acme.organization.id, person.id));
    assert!(
        matches!(opened, Err(AdminError::NotFound(_))),
        "the organization's administrators do not read it"
    );
    signed_in(answer(&office, &of_administrator, &request, Some(&browser)));
}

#[test]
fn a_session_lives_as_long_as_one_by_password_or_as_the_identity_provider_says() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let ends = |session_end: Option<DateTime<Utc>>| {
        let (request, browser) = begun(&office);
        let id = format!("_{request}");
        let response = Response { session_end, ..response(&office, &id, "00u1", ROOT, &request) };
        match answer(&office, &response, &request, Some(&browser)) {
            SignOnAnswer::SignedIn { who, .. } => who.session.expires_at,
            SignOnAnswer::Refused { why, .. } => panic!("{why:?}"),
        }
    };
    let now = office.world().now();
    assert_eq!(ends(None), now + SESSION_LIMIT);
    assert_eq!(ends(Some(now + Duration::days(3))), now + SESSION_LIMIT);
    assert_eq!(ends(Some(now + Duration::hours(1))), now + Duration::hours(1));
}

#[test]
fn a_session_ends_when_its_connection_is_no_more_the_administrators() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let session = signed_in(sign_in(&office, "_1", "00u1", ROOT));
    block_on(UnnameAdministratorsConnection(office.world()).run(&Actor::CommandLine)).unwrap();
    assert!(!lives(&office, &session));
    assert_eq!(last_event(&office).action, "administrators_connection.unnamed");
    let begin = BeginAdministratorSignOn(Installation::begin(office.world()));
    let not_begun = block_on(begin.run(&SignOnAttempt::default())).unwrap_err();
    assert!(matches!(not_begun, BeginError::NotConfigured));
    assert!(!block_on(BeginAdministratorSignOn::is_offered(&office.world())).unwrap());
    let again = block_on(UnnameAdministratorsConnection(office.world()).run(&Actor::CommandLine));
    assert!(matches!(again, Err(AdminError::NotFound(_))));

    name(&office);
    assert!(!lives(&office, &session), "it does not come back");
    let session = signed_in(sign_in(&office, "_2", "00u1", ROOT));
    let (request, browser) = begun(&office);
    let change = ChangeConnection(office.world());
    block_on(change.run(&Actor::CommandLine, &slug(), &okta(), None, &|draft| draft.enabled = false))
        .unwrap();
    assert!(!lives(&office, &session));
    let response = response(&office, "_3", "00u1", ROOT, &request);
    assert_eq!(refused(&answer(&office, &response, &request, Some(&browser))), "connection_disabled");
    let not_begun = block_on(begin.run(&SignOnAttempt::default())).unwrap_err();
    assert!(matches!(not_begun, BeginError::ConnectionDisabled));
}

/// Whoever is no operator.
pub(crate) fn others(office: &Installation) -> [Actor; 3] {
    let bob = Administrator {
        role: of_organization(office),
        ..administrator(office, &format!("bob{}@acme.example", office.store.audit_events().len()))
    };
    let origin = Origin::default();
    [
        bob.acting_from(origin.clone()),
        Actor::ApiKey {
            id: office.world().id(),
            name: None,
            role: KeyRole::OrganizationAdmin(office.acme.organization.id),
            origin: origin.clone(),
        },
        Actor::SetupLink {
            id: office.world().id::<SetupLinkId>(),
            email: "it@acme.example".parse().unwrap(),
            origin,
        },
    ]
}

#[test]
fn nobody_but_an_operator_changes_the_administrators_connection() {
    let office = office();
    name(&office);
    // Disabled, so that nothing but this stands in the way of whoever came by a setup link.
    let change = ChangeConnection(office.world());
    block_on(change.run(&Actor::CommandLine, &slug(), &okta(), None, &|draft| draft.enabled = false))
        .unwrap();
    let draft = SettingsDraft::from(&office.acme.connection.settings);
    let before = office.contents();
    let edits: [&(dyn Fn(&mut ConnectionDraft) + Send + Sync); 3] =
        [&|draft| draft.key = "mine".into(), &|draft| draft.allow_idp_initiated = true, &|_| {}];
    for actor in others(&office) {
        let before = office.contents();
        let world = office.world();
        let mut results = Vec::new();
        block_on(async {
            for edit in edits {
                results.push(change.run(&actor, &slug(), &okta(), None, edit).await.map(drop));
            }
            let versions = world.connection(&slug(), &okta()).await.unwrap().connection.versions();
            results.push(change.enable(&actor, &slug(), &okta(), versions).await.map(drop));
            results.push(RemoveIdentityProvider(world.clone()).run(&actor, &slug(), &okta(), None).await);
            results.push(
                SaveSettings(world.clone()).run(&actor, &slug(), &okta(), None, &draft).await.map(drop),
            );
            results.push(DeleteConnection(world.clone()).run(&actor, &slug(), &okta(), None).await);
        });
        for result in results {
            let error = result.unwrap_err();
            let by_link =
                matches!(actor, Actor::SetupLink { .. }) && matches!(error, AdminError::NotBySetupLink);
            assert!(by_link || matches!(error, AdminError::AdministratorsConnection), "{actor:?}: {error:?}");
        }
        let versions = block_on(office.world().connection(&slug(), &okta())).unwrap().connection.versions();
        let named =
            block_on(NameAdministratorsConnection(office.world()).run(&actor, &slug(), &okta(), versions));
        assert!(matches!(named, Err(AdminError::OperatorOnly)));
        let unnamed = block_on(UnnameAdministratorsConnection(office.world()).run(&actor));
        assert!(matches!(unnamed, Err(AdminError::OperatorOnly)));
        assert_eq!(office.contents(), before);
    }
    drop(before);
    block_on(UnnameAdministratorsConnection(office.world()).run(&Actor::CommandLine)).unwrap();
    let [bob, ..] = others(&office);
    block_on(change.run(&bob, &slug(), &okta(), None, &|draft| draft.enabled = true)).unwrap();
}

#[test]
fn a_connection_is_named_as_an_operator_has_seen_it_and_only_where_people_can_begin() {
    let office = office();
    let view = block_on(office.world().connection(&slug(), &okta())).unwrap();
    let seen = view.connection.versions();
    let change = ChangeConnection(office.world());
    let attempt = |seen| {
        let name = NameAdministratorsConnection(office.world());
        block_on(name.run(&Actor::CommandLine, &slug(), &okta(), seen))
    };
    let now = || block_on(office.world().connection(&slug(), &okta())).unwrap().connection.versions();
    let [bob, ..] = others(&office);
    let set = |edit: &(dyn Fn(&mut ConnectionDraft) + Send + Sync)| {
        block_on(change.run(&bob, &slug(), &okta(), None, edit)).unwrap();
    };
    set(&|draft| draft.sp_initiated = false);
    assert!(matches!(attempt(seen), Err(AdminError::Stale)), "somebody changed it since");
    assert!(matches!(attempt(now()), Err(AdminError::Invalid(_))));
    set(&|draft| (draft.sp_initiated, draft.enabled) = (true, false));
    assert!(matches!(attempt(now()), Err(AdminError::Invalid(_))));
    set(&|draft| draft.enabled = true);
    attempt(now()).unwrap();
    let event = last_event(&office);
    assert_eq!(event.action, "administrators_connection.named");
    assert_eq!(
        event.after.unwrap()["identity_provider"],
        view.connection.identity_provider.unwrap().metadata.entity_id.as_str()
    );
    // A change that was decided on before it was named is decided again.
    let connection = block_on(office.store.connections(office.acme.organization.id)).unwrap().swap_remove(0);
    assert!(connection.version > seen.details.next());
}

#[test]
fn whoever_may_sign_in_so_and_has_no_password_is_no_invitation() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let invited = Administrator {
        password: None,
        id: office.world().id(),
        email: "ada@acme.example".parse().unwrap(),
        ..administrator(&office, "x@acme.example")
    };
    let ada = added(&office, invited);
    assert!(stored(&office, &ada).is_invited());
    signed_in(sign_in(&office, "_1", "00u7", "ada@acme.example"));
    let ada = stored(&office, &ada);
    assert!(!ada.is_invited() && !ada.is_able_operator(), "which a password alone makes");
    let revoke = RevokeInvitation(office.world());
    let revoked = block_on(revoke.run(&Actor::CommandLine, ada.id, None));
    assert!(matches!(revoked, Err(AdminError::NotFound(_))), "{revoked:?}");

    // Without the connection they have no way in but another mail. They have come, though, and their organization's others do not remove them.
    block_on(UnnameAdministratorsConnection(office.world()).run(&Actor::CommandLine)).unwrap();
    assert!(stored(&office, &ada).is_invited());
    let revoked = block_on(revoke.run(&Actor::CommandLine, ada.id, None));
    assert!(matches!(revoked, Err(AdminError::NotFound(_))), "{revoked:?}");
}

#[test]
fn somebody_lets_themselves_sign_in_so_and_does_nothing_else_to_themselves() {
    let office = office();
    let root = administrator(&office, ROOT);
    let actor = root.acting_from(Origin::default());
    let change = ChangeAdministrator(office.world());
    for own in [
        AdministratorChange::ForbidSingleSignOn,
        AdministratorChange::AllowSingleSignOn,
        AdministratorChange::ForgetIdentity,
    ] {
        block_on(change.run(&actor, root.id, None, &own)).unwrap();
    }
    assert_eq!(stored(&office, &root).single_sign_on, SingleSignOn::Allowed);
    let oneself = block_on(change.run(&actor, root.id, None, &AdministratorChange::Disable));
    assert!(matches!(oneself, Err(AdminError::Oneself)));
    let bob = Administrator { role: of_organization(&office), ..administrator(&office, "bob@acme.example") };
    let by_bob = block_on(change.run(
        &bob.acting_from(Origin::default()),
        bob.id,
        None,
        &AdministratorChange::AllowSingleSignOn,
    ));
    assert!(
        matches!(by_bob, Err(AdminError::OperatorOnly)),
        "who may do it to nobody does it not to themselves"
    );
}

#[test]
fn every_refusal_has_a_word() {
    for refusal in SignOnRefusal::ALL {
        assert_eq!(NotSignedOn::NotAdmitted(*refusal).as_str(), refusal.as_str());
    }
    assert_eq!(NotSignedOn::NotBelieved(RefusalCode::UnknownRequest).as_str(), "unknown_request");
}
