//! A person whom nobody knows.

use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::explanation::Topic;
use vestibule_domain::field::Field;
use vestibule_domain::refusal::RefusalCode::{
    InvalidUserTypeOrRole, MissingEmail, MissingRequiredAttribute, RegistrationDisabled, UnknownLocation,
};
use vestibule_domain::settings::OnInvalidValue;
use vestibule_domain::sign_in::WelcomeEmail;

use crate::case::Case;
use crate::expected::{check, created, refused, unchanged};

#[test]
fn registration() {
    check([
        ("open and enabled", Case::newcomer(), created().says_nothing_of(Topic::Registration)),
        (
            "closed",
            Case::newcomer().closed(),
            refused(RegistrationDisabled).says("registration registration (registration_off)"),
        ),
        (
            "open and not enabled",
            Case::newcomer().without_jit(),
            refused(RegistrationDisabled).says("registration registration (jit_not_enabled)"),
        ),
        (
            "closed and not enabled",
            Case::newcomer().closed().without_jit(),
            refused(RegistrationDisabled).says("registration registration (registration_off)"),
        ),
        (
            "closed, and all else is wrong too",
            Case::newcomer().closed().without("LastName"),
            refused(RegistrationDisabled),
        ),
    ]);
}

#[test]
fn required_name() {
    let missing = || refused(MissingRequiredAttribute);
    check([
        (
            "no first name",
            Case::newcomer().without("FirstName"),
            missing()
                .says("first_name required_name from FirstName")
                .says(r#"last_name mapped_attribute from LastName ["Lovelace"] = Lovelace"#),
        ),
        (
            "no last name",
            Case::newcomer().without("LastName"),
            missing().says("last_name required_name from LastName"),
        ),
        (
            "neither",
            Case::newcomer().without("FirstName").without("LastName"),
            missing()
                .says("first_name required_name from FirstName")
                .says("last_name required_name from LastName"),
        ),
        (
            "an empty one",
            Case::newcomer().sending("LastName", &[" "]),
            missing().says(r#"last_name required_name from LastName [" "]"#),
        ),
        (
            "several",
            Case::newcomer().sending("FirstName", &["Ada", "Augusta"]),
            missing()
                .says(r#"first_name required_name from FirstName ["Ada", "Augusta"] (multiple_values 2)"#),
        ),
        (
            "an invalid one, although the connection keeps current values",
            Case::newcomer()
                .sending("FirstName", &["A\u{202e}da"])
                .set(|settings| settings.on_invalid_value = OnInvalidValue::KeepCurrent),
            missing(),
        ),
        (
            "the same attribute for both",
            Case::newcomer()
                .without("LastName")
                .set(|settings| drop(settings.attribute_mapping.insert(Field::LastName, "FirstName".into()))),
            created().says(r#"last_name mapped_attribute from FirstName ["Ada"] = Ada"#),
        ),
    ]);
}

#[test]
fn required_email() {
    let by_name_id = || Case::newcomer().called("ada@acme.example");
    check([
        (
            "the mapped attribute, before the NameID",
            by_name_id().sending("Email", &["b@acme.example"]),
            created().says(r#"email mapped_attribute from Email ["b@acme.example"] = b@acme.example"#),
        ),
        (
            "the NameID where none is sent",
            by_name_id().without("Email"),
            created().says(r#"email required_email from Email ["ada@acme.example"] = ada@acme.example (address_from_name_id)"#),
        ),
        ("the NameID where an empty one is sent", by_name_id().sending("Email", &[""]), created()),
        (
            "the NameID where none is mapped",
            by_name_id().unmapped(Field::Email),
            created().says(r#"email required_email ["ada@acme.example"] = ada@acme.example (address_from_name_id)"#),
        ),
        (
            "a NameID that is no address",
            Case::newcomer().without("Email"),
            refused(MissingEmail).says("email required_email from Email"),
        ),
        (
            "a NameID that is no address, and none is mapped",
            Case::newcomer().unmapped(Field::Email),
            refused(MissingEmail).says("email required_email"),
        ),
        (
            "the NameID is not taken in place of an invalid one",
            by_name_id().sending("Email", &["nobody"]),
            refused(MissingEmail).says(
                r#"email required_email from Email ["nobody"] (unfit must be an e-mail address like ada@example.com)"#,
            ),
        ),
        (
            "names are missed first",
            Case::newcomer().without("Email").without("FirstName"),
            refused(MissingRequiredAttribute).says("email required_email from Email"),
        ),
    ]);
}

#[test]
fn mapped_attribute() {
    check([
        (
            "location",
            Case::newcomer().sending("Location", &["Berlin"]),
            created().says(r#"location mapped_attribute from Location ["Berlin"] = Berlin"#).changing(&[
                "first_name: nothing -> Ada",
                "last_name: nothing -> Lovelace",
                "email: nothing -> ada@acme.example",
                "location: nothing -> Berlin",
                "assignments: nothing -> employee/learner",
            ]),
        ),
        (
            "user type and role",
            Case::newcomer().sending("UserType", &["contractor"]).sending("Role", &["visitor"]),
            created()
                .says(r#"user_type mapped_attribute from UserType ["contractor"] = contractor"#)
                .says(r#"role mapped_attribute from Role ["visitor"] = visitor"#)
                .says("assignments pair_in_catalog = contractor/visitor"),
        ),
        (
            "a role of the default type",
            Case::newcomer().sending("Role", &["supervisor"]),
            created()
                .says("user_type default_value from UserType = employee")
                .says(r#"role mapped_attribute from Role ["supervisor"] = supervisor"#)
                .says("assignments pair_in_catalog = employee/supervisor"),
        ),
        (
            "without defaults",
            Case::newcomer()
                .without_defaults()
                .sending("UserType", &["employee"])
                .sending("Role", &["learner"]),
            created().says("location default_value from Location"),
        ),
        (
            "an attribute that is not mapped does nothing",
            Case::newcomer().unmapped(Field::Location).sending("Location", &["Berlin"]),
            created().says("location default_value = New York"),
        ),
    ]);
}

fn catalog_without_locations() -> Catalog {
    let roles = vec![RoleDraft { key: "learner".into(), name: "Learner".into(), privileged: false }];
    let employee = UserTypeDraft { key: "employee".into(), name: "Employee".into(), roles };
    CatalogDraft { user_types: vec![employee], locations: Vec::new() }.parse().unwrap()
}

#[test]
fn default_value() {
    let unmapped = || {
        let case = Case::newcomer().unmapped(Field::Location);
        case.unmapped(Field::UserType).unmapped(Field::Role)
    };
    check([
        (
            "not sent",
            Case::newcomer(),
            created()
                .says("location default_value from Location = New York")
                .says("user_type default_value from UserType = employee")
                .says("role default_value from Role = learner")
                .says("assignments pair_in_catalog = employee/learner"),
        ),
        (
            "sent and empty",
            Case::newcomer().sending("Location", &[""]).sending("Role", &[" "]),
            created()
                .says(r#"location default_value from Location [""] = New York"#)
                .says(r#"role default_value from Role [" "] = learner"#),
        ),
        (
            "not mapped",
            unmapped().sending("Location", &["Berlin"]).sending("UserType", &["contractor"]),
            created()
                .says("location default_value = New York")
                .says("user_type default_value = employee")
                .says("role default_value = learner"),
        ),
        (
            "no default location leaves it empty",
            Case::newcomer().set(|settings| settings.defaults.location = None),
            created().says("location default_value from Location").changing(&[
                "first_name: nothing -> Ada",
                "last_name: nothing -> Lovelace",
                "email: nothing -> ada@acme.example",
                "assignments: nothing -> employee/learner",
            ]),
        ),
        (
            "no location mapped and no default",
            unmapped().set(|settings| settings.defaults.location = None),
            created().says_nothing_of(Topic::Location),
        ),
        (
            "only a type and role are sent",
            Case::newcomer().sending("UserType", &["contractor"]).sending("Role", &["visitor"]),
            created().says("location default_value from Location = New York"),
        ),
        (
            "a default location that the catalog has lost",
            Case::newcomer().under(catalog_without_locations()),
            refused(UnknownLocation).says("location default_value from Location (not_in_catalog)"),
        ),
    ]);
}

#[test]
fn invalid_value() {
    let wrong_pair = || refused(InvalidUserTypeOrRole);
    check([
        (
            "location",
            Case::newcomer().sending("Location", &["Atlantis"]),
            refused(UnknownLocation)
                .says(r#"location invalid_value from Location ["Atlantis"] (not_in_catalog)"#),
        ),
        (
            "user type",
            Case::newcomer().sending("UserType", &["pirate"]),
            wrong_pair().says(r#"user_type invalid_value from UserType ["pirate"] (not_in_catalog)"#),
        ),
        (
            "user type beside a valid role",
            Case::newcomer().sending("UserType", &["pirate"]).sending("Role", &["learner"]),
            wrong_pair(),
        ),
        (
            "role",
            Case::newcomer().sending("Role", &["captain"]),
            wrong_pair().says(r#"role invalid_value from Role ["captain"] (not_in_catalog)"#),
        ),
        (
            "role beside a type that has only one",
            Case::newcomer().sending("UserType", &["contractor"]).sending("Role", &["captain"]),
            wrong_pair(),
        ),
        (
            "all of them are explained",
            Case::newcomer()
                .sending("Location", &["7"])
                .sending("UserType", &["pirate"])
                .sending("Role", &["captain", "mate"]),
            wrong_pair()
                .says(r#"location invalid_value from Location ["7"] (looks_like_an_id)"#)
                .says(r#"user_type invalid_value from UserType ["pirate"] (not_in_catalog)"#)
                .says(r#"role invalid_value from Role ["captain", "mate"] (multiple_values 2)"#),
        ),
        (
            "although the connection keeps the current values of users who exist",
            Case::newcomer()
                .sending("Location", &["Atlantis"])
                .set(|settings| settings.on_invalid_value = OnInvalidValue::KeepCurrent),
            refused(UnknownLocation),
        ),
    ]);
}

#[test]
fn welcome() {
    let suppressing = |case: Case| case.set(|settings| settings.suppress_welcome_emails = true);
    check([
        ("created", Case::newcomer(), created().welcome(WelcomeEmail::Queued)),
        ("suppressed", suppressing(Case::newcomer()), created().welcome(WelcomeEmail::Suppressed)),
        (
            "refused",
            Case::newcomer().without("LastName"),
            refused(MissingRequiredAttribute).welcome(WelcomeEmail::NotApplicable),
        ),
        ("known", Case::known(), unchanged().welcome(WelcomeEmail::NotApplicable)),
        (
            "known and suppressed",
            suppressing(Case::known()),
            unchanged().welcome(WelcomeEmail::NotApplicable),
        ),
    ]);
}
