//! A person who is known: the fields of the profile.

use vestibule_domain::explanation::Topic;
use vestibule_domain::field::Field;
use vestibule_domain::refusal::RefusalCode::{
    EmailInUse, InvalidUserTypeOrRole, MissingEmail, MissingRequiredAttribute, UnknownLocation,
};
use vestibule_domain::settings::OnInvalidValue;

use crate::case::Case;
use crate::expected::{check_existing, refused, unchanged, updated};

fn keeping(case: Case) -> Case {
    case.set(|settings| settings.on_invalid_value = OnInvalidValue::KeepCurrent)
}

/// Ada, beside somebody who has `b@acme.example`.
fn beside_another(edit: impl FnOnce(&mut vestibule_domain::user::User)) -> Case {
    Case::known()
        .knowing(|user| {
            user.profile.email = "b@acme.example".parse().unwrap();
            edit(user);
        })
        .known_elsewhere_as("b")
}

#[test]
fn mapped_attribute() {
    check_existing([
        (
            "first name",
            Case::known().sending("FirstName", &["Augusta"]),
            updated(&["first_name: Ada -> Augusta"])
                .says(r#"first_name mapped_attribute from FirstName ["Augusta"] = Augusta"#),
        ),
        (
            "last name",
            Case::known().sending("LastName", &["Byron"]),
            updated(&["last_name: Lovelace -> Byron"]),
        ),
        (
            "location",
            Case::known().sending("Location", &["New York"]),
            updated(&["location: Berlin -> New York"])
                .says(r#"location mapped_attribute from Location ["New York"] = New York"#),
        ),
        (
            "location, where there was none",
            Case::known_but_for(|user| user.profile.location = None).sending("Location", &["Berlin"]),
            updated(&["location: nothing -> Berlin"]),
        ),
        (
            "email",
            Case::known().sending("Email", &["countess@acme.example"]),
            updated(&["email: ada@acme.example -> countess@acme.example"]),
        ),
        (
            "letter case of a name is a difference",
            Case::known().sending("FirstName", &["ADA"]),
            updated(&["first_name: Ada -> ADA"]),
        ),
        (
            "all that is there already",
            Case::known()
                .sending("FirstName", &["Ada"])
                .sending("LastName", &["Lovelace"])
                .sending("Email", &["ada@acme.example"])
                .sending("Location", &["Berlin"]),
            unchanged()
                .says(r#"first_name mapped_attribute from FirstName ["Ada"] = Ada"#)
                .says(r#"email mapped_attribute from Email ["ada@acme.example"] = ada@acme.example"#),
        ),
        (
            "several",
            Case::known().sending("FirstName", &["Augusta"]).sending("Location", &["New York"]),
            updated(&["first_name: Ada -> Augusta", "location: Berlin -> New York"]),
        ),
        (
            "an attribute that is not mapped does nothing",
            Case::known().unmapped(Field::Location).sending("Location", &["New York"]),
            unchanged().says_nothing_of(Topic::Location),
        ),
    ]);
}

#[test]
fn keep_current() {
    check_existing([
        (
            "nothing sent",
            Case::known(),
            unchanged()
                .says("first_name keep_current from FirstName = Ada")
                .says("last_name keep_current from LastName = Lovelace")
                .says("email keep_current from Email = ada@acme.example")
                .says("location keep_current from Location = Berlin")
                .says("user_type keep_current from UserType")
                .says("role keep_current from Role")
                .says("assignments keep_current"),
        ),
        (
            "sent and empty",
            Case::known().sending("LastName", &[" "]),
            unchanged().says(r#"last_name keep_current from LastName [" "] = Lovelace"#),
        ),
        (
            "no default fills a blank location",
            Case::known_but_for(|user| user.profile.location = None),
            unchanged().says("location keep_current from Location"),
        ),
        (
            "no default fills missing assignments",
            Case::known_but_for(|user| user.profile.assignments.clear()),
            unchanged().says("assignments keep_current"),
        ),
        (
            "not mapped",
            [Field::Email, Field::Location, Field::UserType, Field::Role]
                .into_iter()
                .fold(Case::known(), Case::unmapped),
            unchanged().says_nothing_of(Topic::Email).says("assignments keep_current"),
        ),
    ]);
}

#[test]
fn email_change() {
    let taken =
        || refused(EmailInUse).says(r#"email email_change from Email ["b@acme.example"] (address_taken)"#);
    check_existing([
        (
            "free",
            Case::known().sending("Email", &["countess@acme.example"]),
            updated(&["email: ada@acme.example -> countess@acme.example"]).says(
                r#"email email_change from Email ["countess@acme.example"] = countess@acme.example"#,
            ),
        ),
        ("taken", beside_another(|_| {}).sending("Email", &["b@acme.example"]), taken()),
        (
            "taken, in another letter case",
            beside_another(|_| {}).sending("Email", &["B@Acme.Example"]),
            refused(EmailInUse),
        ),
        (
            "taken by somebody who is deactivated",
            beside_another(|user| user.active = false).sending("Email", &["b@acme.example"]),
            taken(),
        ),
        (
            "taken, where invalid values are kept out",
            keeping(beside_another(|_| {})).sending("Email", &["b@acme.example"]),
            taken(),
        ),
        (
            "taken, and nothing else changes either",
            keeping(beside_another(|_| {}))
                .sending("Email", &["b@acme.example"])
                .sending("LastName", &["Byron"])
                .sending("Location", &["Atlantis"]),
            taken(),
        ),
        (
            "letter case alone",
            Case::known().sending("Email", &["ADA@acme.EXAMPLE"]),
            unchanged().says(
                r#"email mapped_attribute from Email ["ADA@acme.EXAMPLE"] = ada@acme.example (letter_case_only)"#,
            ),
        ),
        (
            "never by the NameID, where none is sent",
            Case::known_but_for(|user| user.identities[0].name_id = "countess@acme.example".parse().unwrap())
                .called("countess@acme.example"),
            unchanged().says("email keep_current from Email = ada@acme.example"),
        ),
        (
            "never by the NameID, where none is mapped",
            Case::known_but_for(|user| user.identities[0].name_id = "countess@acme.example".parse().unwrap())
                .called("countess@acme.example")
                .unmapped(Field::Email),
            unchanged(),
        ),
    ]);
}

#[test]
fn invalid_value() {
    let lost = || Case::known().sending("Location", &["Atlantis"]);
    let privileged = || Case::known().sending("UserType", &["employee"]).sending("Role", &["admin"]);
    let filled_in = || {
        let case = Case::known().sending("UserType", &["auditor"]);
        case.set(|settings| settings.allow_privileged_assignments = true)
    };
    check_existing([
        (
            "a name refuses",
            Case::known().sending("FirstName", &["Ada", "Augusta"]),
            refused(MissingRequiredAttribute)
                .says(r#"first_name invalid_value from FirstName ["Ada", "Augusta"] (multiple_values 2)"#),
        ),
        (
            "an address refuses",
            Case::known().sending("Email", &["ada"]),
            refused(MissingEmail).says(
                r#"email invalid_value from Email ["ada"] (unfit must be an e-mail address like ada@example.com)"#,
            ),
        ),
        (
            "a location refuses",
            lost(),
            refused(UnknownLocation).says(r#"location invalid_value from Location ["Atlantis"] (not_in_catalog)"#),
        ),
        (
            "a user type refuses",
            Case::known().sending("UserType", &["pirate"]).sending("Role", &["learner"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"user_type invalid_value from UserType ["pirate"] (not_in_catalog)"#)
                .says("assignments invalid_value (not_in_catalog)"),
        ),
        ("half a pair that is invalid refuses", Case::known().sending("Role", &["captain"]), refused(InvalidUserTypeOrRole)),
        (
            "a pair that is none refuses",
            Case::known().sending("UserType", &["contractor"]).sending("Role", &["learner"]),
            refused(InvalidUserTypeOrRole).says("assignments invalid_value (not_a_role_of_the_type)"),
        ),
        (
            "a privileged pair refuses",
            privileged(),
            refused(InvalidUserTypeOrRole).says("assignments invalid_value (privileged_not_allowed)"),
        ),
        (
            "a privileged pair that is filled in refuses",
            filled_in(),
            refused(InvalidUserTypeOrRole).says("assignments invalid_value (privileged_filled_in)"),
        ),
        (
            "refused, and nothing else changes either",
            lost().sending("LastName", &["Byron"]),
            refused(UnknownLocation).says(r#"last_name mapped_attribute from LastName ["Byron"] = Byron"#),
        ),
        (
            "a name is kept",
            keeping(Case::known()).sending("LastName", &["\u{202e}Byron"]).sending("FirstName", &["Augusta"]),
            updated(&["first_name: Ada -> Augusta"]).warns("last_name missing_required_attribute (unfit must not contain control characters or characters that change the direction of text)"),
        ),
        (
            "an address is kept",
            keeping(Case::known()).sending("Email", &["ada"]),
            unchanged().warns("email missing_email (unfit must be an e-mail address like ada@example.com)"),
        ),
        (
            "a location is kept",
            keeping(lost()),
            unchanged()
                .says(r#"location invalid_value from Location ["Atlantis"] (not_in_catalog)"#)
                .warns("location unknown_location (not_in_catalog)"),
        ),
        (
            "assignments are kept",
            keeping(Case::known()).sending("UserType", &["contractor"]).sending("Role", &["captain"]),
            unchanged().warns("assignments invalid_user_type_or_role (not_in_catalog)"),
        ),
        (
            "assignments are kept from a privileged pair",
            keeping(privileged()),
            unchanged().warns("assignments invalid_user_type_or_role (privileged_not_allowed)"),
        ),
        (
            "assignments are kept from a privileged pair that is filled in",
            keeping(filled_in()),
            unchanged().warns("assignments invalid_user_type_or_role (privileged_filled_in)"),
        ),
        (
            "all that is wrong is warned of",
            keeping(lost()).sending("Email", &["ada"]).sending("Role", &["captain"]).sending("LastName", &["Byron"]),
            updated(&["last_name: Lovelace -> Byron"])
                .warns("email missing_email (unfit must be an e-mail address like ada@example.com)")
                .warns("assignments invalid_user_type_or_role (not_in_catalog)")
                .warns("location unknown_location (not_in_catalog)"),
        ),
    ]);
}
