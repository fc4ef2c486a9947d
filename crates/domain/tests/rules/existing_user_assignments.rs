//! A person who is known: user types and roles.

use vestibule_domain::field::Field;
use vestibule_domain::refusal::RefusalCode::InvalidUserTypeOrRole;

use crate::case::Case;
use crate::expected::{check_existing, refused, unchanged, updated};

/// Ada, an employee and learner, of whom this pair is sent.
fn sending(user_type: &str, role: &str) -> Case {
    Case::known().sending("UserType", &[user_type]).sending("Role", &[role])
}

fn trusted(case: Case) -> Case {
    case.set(|settings| settings.allow_privileged_assignments = true)
}

#[test]
fn add_assignment() {
    let none_held = || Case::known_but_for(|user| user.profile.assignments.clear());
    check_existing([
        (
            "a second type",
            sending("contractor", "visitor"),
            updated(&["assignments: nothing -> contractor/visitor"])
                .says("assignments add_assignment = contractor/visitor")
                .says(r#"user_type mapped_attribute from UserType ["contractor"] = contractor"#),
        ),
        (
            "the first type",
            none_held().sending("UserType", &["employee"]).sending("Role", &["supervisor"]),
            updated(&["assignments: nothing -> employee/supervisor"]),
        ),
        (
            "a privileged pair, where allowed",
            trusted(sending("auditor", "inspector")),
            updated(&["assignments: nothing -> auditor/inspector"]),
        ),
        (
            "a privileged pair, where not allowed",
            sending("auditor", "inspector"),
            refused(InvalidUserTypeOrRole),
        ),
        (
            "without defaults",
            sending("contractor", "visitor").without_defaults(),
            updated(&["assignments: nothing -> contractor/visitor"]),
        ),
    ]);
}

#[test]
fn change_role() {
    check_existing([
        (
            "another role of the type",
            sending("employee", "supervisor"),
            updated(&["assignments: employee/learner -> employee/supervisor"])
                .says("assignments change_role = employee/supervisor"),
        ),
        (
            "to a privileged one, where allowed",
            trusted(sending("employee", "admin")),
            updated(&["assignments: employee/learner -> employee/admin"]),
        ),
        (
            "to a privileged one, where not allowed",
            sending("employee", "admin"),
            refused(InvalidUserTypeOrRole),
        ),
        (
            "from a privileged one",
            sending("employee", "learner").holding("employee", "admin"),
            updated(&["assignments: employee/admin -> employee/learner"]),
        ),
    ]);
}

#[test]
fn same_assignment() {
    let held = |case: Case| (case, unchanged());
    let row = |name, (case, expected)| (name, case, expected);
    check_existing([
        (
            "held already",
            sending("employee", "learner"),
            unchanged().says("assignments same_assignment = employee/learner"),
        ),
        row("one of several", held(sending("contractor", "visitor").holding("contractor", "visitor"))),
        row(
            "a privileged one, although this connection may not assign it",
            held(sending("employee", "admin").holding("employee", "admin")),
        ),
        row(
            "the type alone, whose only role is held",
            held(Case::known().holding("auditor", "inspector").sending("UserType", &["auditor"])),
        ),
    ]);
}

#[test]
fn incomplete_pair() {
    let typed = |user_type: &str| Case::known().sending("UserType", &[user_type]);
    check_existing([
        (
            "the type alone",
            typed("employee"),
            unchanged()
                .says("assignments incomplete_pair (role_missing)")
                .says("role keep_current from Role"),
        ),
        (
            "the role alone",
            Case::known().sending("Role", &["supervisor"]),
            unchanged().says("assignments incomplete_pair (user_type_missing)"),
        ),
        (
            "the role alone, although one type alone has it",
            Case::known().sending("Role", &["visitor"]),
            unchanged().says("assignments incomplete_pair (user_type_missing)"),
        ),
        (
            "the type, and an empty role",
            typed("employee").sending("Role", &[""]),
            unchanged().says("assignments incomplete_pair (role_missing)"),
        ),
        (
            "the role, and the type is not mapped",
            Case::known().unmapped(Field::UserType).sending("Role", &["supervisor"]),
            unchanged().says("assignments incomplete_pair (user_type_missing)"),
        ),
        (
            "no default completes it",
            Case::known_but_for(|user| user.profile.assignments.clear()).sending("UserType", &["employee"]),
            unchanged(),
        ),
        (
            "a type whose only role is fixed counts as both",
            typed("contractor"),
            updated(&["assignments: nothing -> contractor/visitor"])
                .says("role role_of_type from Role = visitor (only_role)")
                .says("assignments add_assignment = contractor/visitor"),
        ),
        (
            "a type whose only role is fixed, and no role is mapped",
            typed("contractor").unmapped(Field::Role),
            updated(&["assignments: nothing -> contractor/visitor"])
                .says("role role_of_type = visitor (only_role)"),
        ),
        (
            "a type whose only role is privileged is filled in",
            trusted(typed("auditor")),
            refused(InvalidUserTypeOrRole).says("assignments invalid_value (privileged_filled_in)"),
        ),
    ]);
}

#[test]
fn never_removed() {
    let of_two_types = |case: Case| case.holding("contractor", "visitor");
    check_existing([
        ("nothing is sent", of_two_types(Case::known()), unchanged()),
        ("one of two is sent", of_two_types(sending("employee", "learner")), unchanged()),
        (
            "the role of one of two changes",
            of_two_types(sending("employee", "supervisor")),
            updated(&["assignments: employee/learner -> employee/supervisor"]),
        ),
        (
            "a third is added",
            trusted(of_two_types(sending("auditor", "inspector"))),
            updated(&["assignments: nothing -> auditor/inspector"]),
        ),
        ("empty values are sent", of_two_types(sending("", "")), unchanged()),
        ("a privileged one is not sent", Case::known().holding("auditor", "inspector"), unchanged()),
    ]);
}
