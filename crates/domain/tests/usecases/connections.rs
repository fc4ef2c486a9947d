//! Creating, changing and deleting connections.

use vestibule_domain::connection::ConnectionDraft;
use vestibule_domain::ids::Version;
use vestibule_domain::ports::{Directory, UniqueKey};
use vestibule_domain::settings::Settings;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, Bounded, ChangeConnection, CreateConnection, DeleteConnection};

use crate::office::{FIRST, OPERATOR, office, office_with_ada, okta, slug};

fn draft(key: &str) -> ConnectionDraft {
    ConnectionDraft { key: key.into(), display_name: "Entra".into(), ..ConnectionDraft::default() }
}

#[test]
fn a_new_connection_believes_nobody_creates_nobody_and_takes_no_unasked_response() {
    let office = office();
    let made = block_on(CreateConnection(office.world()).run(&OPERATOR, &slug(), &draft("entra"))).unwrap();
    assert_eq!((made.identity_provider.as_ref(), &made.settings), (None, &Settings::default()));
    let details = &made.details;
    assert_eq!((details.enabled, details.sp_initiated, details.allow_idp_initiated), (true, true, false));
    let stored = block_on(office.store.connection_by_key(made.organization_id, &details.key)).unwrap();
    assert_eq!(stored.unwrap().connection, made);
    assert_eq!(office.last_audit(), ("connection.created", "entra".to_owned()));
}

#[test]
fn a_key_belongs_to_one_connection_of_the_organization() {
    let office = office();
    office.add_connection("entra", |_| {});
    let before = office.contents();
    let taken = block_on(CreateConnection(office.world()).run(&OPERATOR, &slug(), &draft("okta")));
    assert!(matches!(taken, Err(AdminError::Taken(UniqueKey::ConnectionKey))));
    let rename = ChangeConnection(office.world());
    let taken = block_on(rename.run(&OPERATOR, &slug(), &okta(), None, &|draft| draft.key = "entra".into()));
    assert!(matches!(taken, Err(AdminError::Taken(UniqueKey::ConnectionKey))));
    assert_eq!(office.contents(), before);
}

#[test]
fn a_change_is_made_on_the_version_that_was_seen_and_keeps_all_else() {
    let office = office();
    let before = office.connection();
    let change = ChangeConnection(office.world());
    let disable = |expected| {
        block_on(change.run(&OPERATOR, &slug(), &okta(), expected, &|draft| draft.enabled = false))
    };
    let changed = disable(FIRST).unwrap();
    assert_eq!(changed, office.connection());
    assert_eq!((changed.details.enabled, changed.version), (false, Version(2)));
    assert_eq!((&changed.settings, changed.settings_version), (&before.settings, before.settings_version));
    assert_eq!(changed.details.technical_contact, before.details.technical_contact);
    assert!(matches!(disable(FIRST), Err(AdminError::Stale)));
    assert_eq!(office.last_audit(), ("connection.changed", "okta".to_owned()));
}

#[test]
fn faults_are_named_and_nothing_is_written() {
    let office = office();
    let before = office.contents();
    let change = ChangeConnection(office.world());
    let Err(AdminError::Invalid(problems)) =
        block_on(change.run(&OPERATOR, &slug(), &okta(), None, &|draft| {
            draft.key = "Okta".into();
            draft.display_name = String::new();
            draft.technical_contact.as_mut().unwrap().email = "nobody".into();
        }))
    else {
        panic!("it has faults")
    };
    let pointers: Vec<_> = problems.0.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/key", "/display_name", "/technical_contact/email"]);
    assert_eq!(office.contents(), before);
}

#[test]
fn a_deleted_connection_leaves_its_users_and_history() {
    let office = office_with_ada();
    office.post(&office.response("_1", "ada@acme.example"));
    let delete = DeleteConnection(office.world());
    let stale = block_on(delete.run(&OPERATOR, &slug(), &okta(), Some(Version(7))));
    assert!(matches!(stale, Err(AdminError::Stale)));
    block_on(delete.run(&OPERATOR, &slug(), &okta(), FIRST)).unwrap();

    let contents = office.contents();
    assert_eq!((contents.users.len(), contents.history.len()), (1, 1));
    assert_eq!(contents.users[0].identities, []);
    assert_eq!(office.last_audit(), ("connection.deleted", "okta".to_owned()));
    let again = block_on(delete.run(&OPERATOR, &slug(), &okta(), None));
    assert!(matches!(again, Err(AdminError::NotFound("connection"))));
}

#[test]
fn what_does_not_exist_is_said_to() {
    let office = office();
    let nowhere = "nowhere".parse().unwrap();
    let made = block_on(CreateConnection(office.world()).run(&OPERATOR, &nowhere, &draft("entra")));
    assert!(matches!(made, Err(AdminError::NotFound("organization"))));
    let change = ChangeConnection(office.world());
    let changed = block_on(change.run(&OPERATOR, &slug(), &"entra".parse().unwrap(), None, &|_| {}));
    assert!(matches!(changed, Err(AdminError::NotFound("connection"))));
}

#[test]
fn an_organization_has_a_hundred_connections_at_most() {
    let office = office();
    let create =
        |key: String| block_on(CreateConnection(office.world()).run(&OPERATOR, &slug(), &draft(&key)));
    // One is there already.
    for number in 1..Bounded::Connections.most() {
        create(format!("idp-{number}")).unwrap();
    }
    let before = office.contents();
    assert!(matches!(create("one-more".to_owned()), Err(AdminError::TooMany(Bounded::Connections))));
    assert_eq!(office.contents(), before);
}
