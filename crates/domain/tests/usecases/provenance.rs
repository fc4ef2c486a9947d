//! Where the values of a user came from.

use vestibule_domain::ids::UserId;
use vestibule_domain::ports::UserAdmin;
use vestibule_domain::provenance::{FieldSource, Origin, OriginKind, Provenance, Source};
use vestibule_domain::sign_in::SignInRecord;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{ChangeUser, CreateUser, UserDraft};
use vestibule_domain::user::User;

use crate::installation::Installation;
use crate::office::{OPERATOR, newcomer, office, slug};

fn stored(office: &Installation, id: UserId) -> User {
    block_on(office.store.user(office.acme.organization.id, id)).unwrap().unwrap()
}

fn change(office: &Installation, id: UserId, edit: &(dyn Fn(&mut UserDraft) + Send + Sync)) -> User {
    block_on(ChangeUser(office.world()).run(&OPERATOR, &slug(), id, None, edit)).unwrap()
}

/// An origin in a sign-in.
fn of(record: &SignInRecord, from: FieldSource) -> Origin {
    let connection = record.connection.as_ref().unwrap().key.clone();
    Origin { source: Source::SignIn { connection, sign_in: record.id, from }, at: record.at }
}

fn attribute(name: &str) -> FieldSource {
    FieldSource::Attribute(name.parse().unwrap())
}

/// The kinds of the four fields and of the assignment as an employee.
fn kinds(provenance: &Provenance) -> [Option<OriginKind>; 5] {
    let Provenance { first_name, last_name, email, location, assignments } = provenance;
    let employee = assignments.get(&"employee".parse().unwrap());
    [first_name.as_ref(), last_name.as_ref(), email.as_ref(), location.as_ref(), employee]
        .map(|origin| origin.map(|origin| origin.source.kind()))
}

#[test]
fn a_new_users_values_come_from_attributes_defaults_and_the_name_id() {
    let office = office();
    let (_, record) = office.post(&newcomer(&office, "_1"));
    let user = stored(&office, record.user_id.unwrap());
    assert_eq!(
        user.provenance,
        Provenance {
            first_name: Some(of(&record, attribute("givenName"))),
            last_name: Some(of(&record, attribute("sn"))),
            email: Some(of(&record, FieldSource::NameId)),
            location: Some(of(&record, FieldSource::Default)),
            assignments: [("employee".parse().unwrap(), of(&record, FieldSource::Default))].into(),
        }
    );
}

#[test]
fn what_a_later_sign_in_changes_comes_from_there_and_nothing_else_does() {
    let office = office();
    let (_, first) = office.post(&newcomer(&office, "_1"));
    let id = first.user_id.unwrap();
    let before = stored(&office, id).provenance;
    office.post(&newcomer(&office, "_2"));
    assert_eq!(stored(&office, id).provenance, before, "who says the same again is no origin");

    let mut response = newcomer(&office, "_3");
    for (name, value) in [("sn", "Newer"), ("l", "Zürich"), ("userType", "contractor"), ("role", "visitor")]
    {
        response.attributes.insert(name.into(), vec![value.into()]);
    }
    let (_, third) = office.post(&response);
    let mut expected = Provenance {
        last_name: Some(of(&third, attribute("sn"))),
        location: Some(of(&third, attribute("l"))),
        ..before
    };
    expected.assignments.insert("contractor".parse().unwrap(), of(&third, attribute("role")));
    assert_eq!(stored(&office, id).provenance, expected);
}

#[test]
fn a_role_that_follows_from_its_type_comes_from_the_types_attribute() {
    let office = office();
    let mut response = newcomer(&office, "_1");
    response.attributes.insert("userType".into(), vec!["contractor".into()]);
    let (_, record) = office.post(&response);
    let user = stored(&office, record.user_id.unwrap());
    assert_eq!(
        user.provenance.assignments,
        [("contractor".parse().unwrap(), of(&record, attribute("userType")))].into()
    );
}

#[test]
fn what_an_administrator_writes_is_theirs_until_a_sign_in_says_otherwise() {
    use OriginKind::{Administrator, Attribute, NameId};
    let office = office();
    let (_, record) = office.post(&newcomer(&office, "_1"));
    let id = record.user_id.unwrap();
    let changed = change(&office, id, &|draft| {
        draft.last_name = "King".into();
        draft.location = None;
        draft.assignments = vec![("employee".into(), "manager".into())];
    });
    assert_eq!(
        kinds(&changed.provenance),
        [Some(Attribute), Some(Administrator), Some(NameId), Some(Administrator), Some(Administrator)]
    );
    let same = change(&office, id, &|draft| draft.active = true);
    assert_eq!(same.provenance, changed.provenance);
    office.post(&newcomer(&office, "_2"));
    assert_eq!(
        kinds(&stored(&office, id).provenance),
        [Some(Attribute), Some(Attribute), Some(NameId), Some(Administrator), Some(Administrator)]
    );
    let without = change(&office, id, &|draft| draft.assignments.clear());
    assert_eq!(without.provenance.assignments, [].into());
}

#[test]
fn a_user_made_by_hand_has_all_from_there() {
    use OriginKind::Administrator;
    let office = office();
    let draft = UserDraft {
        email: "bob@acme.example".into(),
        first_name: "Bob".into(),
        last_name: "Builder".into(),
        assignments: vec![("employee".into(), "clerk".into())],
        ..UserDraft::default()
    };
    let user = block_on(CreateUser(office.world()).run(&OPERATOR, &slug(), &draft)).unwrap();
    let by_hand = Some(Administrator);
    assert_eq!(kinds(&user.provenance), [by_hand, by_hand, by_hand, None, by_hand]);
    assert_eq!(user.provenance.first_name.unwrap().at, user.created_at);
}
