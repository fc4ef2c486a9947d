//! Creating and changing users by hand.

use vestibule_domain::ids::{UserId, Version};
use vestibule_domain::ports::{Clock, Sessions, UniqueKey};
use vestibule_domain::sign_in::Outcome;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{
    AdminError, ChangeUser, CreateUser, EndSessions, IdentityDraft, PurgeUser, PutUserPart, RemoveUserPart,
    UserDraft, UserPart,
};
use vestibule_domain::user::{CreatedBy, User};

use crate::installation::Installation;
use crate::office::{FIRST, OPERATOR, newcomer, office, office_with_ada, slug};
use crate::sign_in::welcomed;

fn bob() -> UserDraft {
    UserDraft {
        email: " bob@acme.example ".into(),
        first_name: "Bob".into(),
        last_name: "Builder".into(),
        location: Some("Zürich".into()),
        assignments: vec![("administrator".into(), "owner".into()), ("contractor".into(), "visitor".into())],
        identities: vec![IdentityDraft { connection: "okta".into(), name_id: "00u2".into() }],
        ..UserDraft::default()
    }
}

fn create(office: &Installation, draft: &UserDraft) -> Result<User, AdminError> {
    block_on(CreateUser(office.world()).run(&OPERATOR, &slug(), draft))
}

fn change(
    office: &Installation,
    id: UserId,
    expected: Option<Version>,
    edit: &(dyn Fn(&mut UserDraft) + Send + Sync),
) -> Result<User, AdminError> {
    block_on(ChangeUser(office.world()).run(&OPERATOR, &slug(), id, expected, edit))
}

fn faults(error: AdminError) -> Vec<(String, &'static str)> {
    let AdminError::Invalid(problems) = error else { panic!("not because of faults: {error}") };
    problems.0.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

#[test]
fn an_administrator_may_give_a_new_user_everything_and_no_mail_is_sent() {
    let office = office();
    let user = create(&office, &bob()).unwrap();
    assert_eq!(user.profile.email.as_str(), "bob@acme.example");
    assert_eq!((user.created_by, user.version, user.active), (CreatedBy::Api, Version(1), true));
    assert_eq!((user.profile.assignments.len(), user.identities.len()), (2, 1));
    let contents = office.contents();
    assert_eq!((contents.users, contents.letters), (vec![user.clone()], Vec::new()));
    assert_eq!(office.last_audit(), ("user.created", user.id.to_string()));
}

#[test]
fn every_fault_is_named_and_nothing_is_written() {
    let office = office();
    let before = office.contents();
    let draft = UserDraft {
        email: "bob".into(),
        first_name: " ".into(),
        location: Some("Atlantis".into()),
        assignments: vec![
            ("employee".into(), "visitor".into()),
            ("contractor".into(), "visitor".into()),
            ("contractor".into(), "visitor".into()),
        ],
        identities: vec![
            IdentityDraft { connection: "entra".into(), name_id: "00u2".into() },
            IdentityDraft { connection: "okta".into(), name_id: String::new() },
        ],
        ..bob()
    };
    let named = [
        ("/email", "invalid"),
        ("/first_name", "invalid"),
        ("/location", "unknown_location"),
        ("/assignments/0", "invalid_user_type_or_role"),
        ("/assignments/2/user_type", "duplicate"),
        ("/identities/0/connection", "connection_not_found"),
        ("/identities/1/name_id", "invalid"),
    ];
    let named = named.map(|(pointer, code)| (pointer.to_owned(), code));
    assert_eq!(faults(create(&office, &draft).unwrap_err()), named);
    let foreseen = block_on(CreateUser(office.world()).faults(&slug(), &draft)).unwrap();
    assert_eq!(foreseen.0.len(), named.len());
    assert_eq!(office.contents(), before);
}

#[test]
fn an_address_and_an_identity_belong_to_one_user() {
    let office = office_with_ada();
    let before = office.contents();
    let same_address = UserDraft { email: "ADA@acme.example".into(), ..bob() };
    assert!(matches!(create(&office, &same_address), Err(AdminError::Taken(UniqueKey::Email))));
    let mut same_identity = bob();
    same_identity.identities[0].name_id = "ada@acme.example".into();
    assert!(matches!(create(&office, &same_identity), Err(AdminError::Taken(UniqueKey::Identity))));
    assert_eq!(office.contents(), before);

    let user = create(&office, &bob()).unwrap();
    let taken = change(&office, user.id, None, &|draft| draft.email = "ada@acme.example".into());
    assert!(matches!(taken, Err(AdminError::Taken(UniqueKey::Email))));
}

#[test]
fn a_change_is_made_on_the_version_that_was_seen_and_keeps_all_else() {
    let office = office();
    let user = create(&office, &bob()).unwrap();
    let unchanged = change(&office, user.id, FIRST, &|_| {}).unwrap();
    assert_eq!(unchanged, User { version: Version(2), ..user.clone() });

    let changed = change(&office, user.id, Some(Version(2)), &|draft| {
        draft.last_name = "Brown".into();
        draft.assignments.pop();
    });
    let changed = changed.unwrap();
    assert_eq!((changed.profile.last_name.as_str(), changed.profile.assignments.len()), ("Brown", 1));
    let stale = change(&office, user.id, Some(Version(2)), &|draft| draft.last_name = "Black".into());
    assert!(matches!(stale, Err(AdminError::Stale)));
    assert_eq!(office.contents().users, [changed]);

    let error = change(&office, user.id, None, &|draft| draft.email.clear()).unwrap_err();
    assert_eq!(faults(error), [("/email".to_owned(), "invalid")]);
    let foreseen = ChangeUser(office.world());
    let foreseen = block_on(foreseen.faults(&slug(), user.id, &|draft| draft.email.clear())).unwrap();
    assert_eq!(foreseen.0[0].pointer, "/email");
}

#[test]
fn a_user_who_is_deactivated_is_signed_out() {
    let office = office_with_ada();
    let session = welcomed(office.post(&office.response("_1", "ada@acme.example")).0).session.hash();
    let signed_in = || block_on(office.store.session(&session, office.clock.now())).unwrap();
    let ada = signed_in().unwrap().user;
    change(&office, ada.id, None, &|draft| draft.active = false).unwrap();
    assert!(signed_in().is_none());
    change(&office, ada.id, None, &|draft| draft.active = true).unwrap();
    assert!(signed_in().is_none(), "whoever is active again signs in again");
    let event = office.contents().audit.pop().unwrap();
    assert_eq!(event.before.unwrap()["active"], false);
    assert_eq!(event.after.unwrap()["active"], true);
}

#[test]
fn a_purged_user_leaves_facts_and_nothing_of_the_person() {
    let office = office_with_ada();
    let (_, record) = office.post(&office.response("_1", "ada@acme.example"));
    let ada = record.user_id.unwrap();
    change(&office, ada, None, &|draft| draft.last_name = "King".into()).unwrap();
    let purge = |expected| block_on(PurgeUser(office.world()).run(&OPERATOR, &slug(), ada, expected));
    assert!(matches!(purge(FIRST), Err(AdminError::Stale)));
    purge(None).unwrap();
    let contents = office.contents();
    assert_eq!((contents.users, contents.letters), (Vec::new(), Vec::new()));
    assert_eq!(contents.history, [record.without_person()]);
    let of_ada = contents.audit.iter().filter(|event| event.subject == ada.to_string());
    let of_ada: Vec<_> =
        of_ada.map(|event| (event.action.clone(), event.before.clone(), event.after.clone())).collect();
    let changed = serde_json::json!({"changed": ["last_name"]});
    assert_eq!(of_ada, [("user.changed".into(), None, Some(changed)), ("user.purged".into(), None, None)]);
    assert!(matches!(purge(None), Err(AdminError::NotFound("user"))));
}

#[test]
fn a_purged_person_who_signs_in_again_is_new() {
    let office = office();
    let first = office.post(&newcomer(&office, "_1")).1;
    block_on(PurgeUser(office.world()).run(&OPERATOR, &slug(), first.user_id.unwrap(), None)).unwrap();
    let second = office.post(&newcomer(&office, "_2")).1;
    assert_eq!(second.outcome, Outcome::Created);
    assert_ne!(second.user_id, first.user_id);
}

#[test]
fn what_does_not_exist_is_said_to() {
    let office = office();
    let nobody = change(&office, UserId(office.connection_id().0), None, &|_| {});
    assert!(matches!(nobody, Err(AdminError::NotFound("user"))));
    let nowhere = "nowhere".parse().unwrap();
    let made = block_on(CreateUser(office.world()).run(&OPERATOR, &nowhere, &bob()));
    assert!(matches!(made, Err(AdminError::NotFound("organization"))));
}

#[test]
fn a_part_of_a_user_is_put_and_removed_and_all_else_stays() {
    let office = office();
    let bob = create(&office, &bob()).unwrap();
    let put = |part, value: &str| {
        block_on(PutUserPart(office.world()).run(&OPERATOR, &slug(), bob.id, None, part, value))
    };
    let remove = |part, expected| {
        block_on(RemoveUserPart(office.world()).run(&OPERATOR, &slug(), bob.id, expected, part))
    };
    let (employee, okta) = (UserPart::Assignment("employee"), UserPart::Identity("okta"));
    let with = put(employee, "clerk").unwrap();
    assert_eq!((with.profile.assignments.len(), with.version), (3, Version(2)));
    assert_eq!(office.last_audit(), ("user.changed", bob.id.to_string()));
    let with = put(okta, "00u3").unwrap();
    assert_eq!(with.identities[0].name_id.as_str(), "00u3");
    assert_eq!((with.identities.len(), with.profile.assignments.len()), (1, 3));

    assert_eq!(
        faults(put(employee, "visitor").unwrap_err()),
        [("/role".into(), "invalid_user_type_or_role")]
    );
    assert_eq!(faults(put(okta, " ").unwrap_err()), [("/name_id".into(), "invalid")]);
    assert!(matches!(remove(employee, Some(Version(2))), Err(AdminError::Stale)));
    assert_eq!(remove(employee, Some(Version(3))).unwrap().profile.assignments, bob.profile.assignments);
    assert_eq!(remove(okta, None).unwrap().identities, []);
    assert!(matches!(remove(employee, None), Err(AdminError::NotFound("assignment"))));
    assert!(matches!(remove(okta, None), Err(AdminError::NotFound("identity"))));
    assert_eq!(office.contents().users[0].version, Version(5));
}

#[test]
fn a_user_who_is_signed_out_everywhere_may_come_again() {
    let office = office_with_ada();
    let sign_in = |id| welcomed(office.post(&office.response(id, "ada@acme.example")).0).session.hash();
    let session = sign_in("_1");
    let end = |id| block_on(EndSessions(office.world()).run(&OPERATOR, &slug(), id));
    let user = office.contents().users.remove(0);
    end(user.id).unwrap();
    let is_live = |session| block_on(office.store.session(session, office.clock.now())).unwrap().is_some();
    assert!(!is_live(&session));
    assert_eq!(office.last_audit(), ("user.sessions_ended", user.id.to_string()));
    assert_eq!(office.contents().users, [user]);
    assert!(is_live(&sign_in("_2")));
    let nobody = UserId(uuid::Uuid::nil());
    assert!(matches!(end(nobody), Err(AdminError::NotFound("user"))));
}
