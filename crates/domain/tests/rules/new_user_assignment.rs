//! Which user type and role a person gets whom nobody knows.

use vestibule_domain::field::Field;
use vestibule_domain::refusal::RefusalCode::InvalidUserTypeOrRole;

use crate::case::Case;
use crate::expected::{check, created, refused};

fn sending(user_type: &str, role: &str) -> Case {
    Case::newcomer().sending("UserType", &[user_type]).sending("Role", &[role])
}

fn trusted(case: Case) -> Case {
    case.set(|settings| settings.allow_privileged_assignments = true)
}

fn visitors_by_default(case: Case) -> Case {
    case.set(|settings| {
        settings.defaults.user_type = Some("contractor".into());
        settings.defaults.role = Some("visitor".into());
    })
}

#[test]
fn role_of_type() {
    let typed = |user_type: &str| Case::newcomer().sending("UserType", &[user_type]);
    let unclear = || {
        refused(InvalidUserTypeOrRole)
            .says("role role_of_type from Role")
            .says("assignments role_of_type (role_missing)")
    };
    check([
        (
            "the default role, which that type has",
            typed("employee"),
            created()
                .says("role role_of_type from Role = learner")
                .says("assignments pair_in_catalog = employee/learner"),
        ),
        (
            "the type's only role, as it has not the default one",
            typed("contractor"),
            created()
                .says("role role_of_type from Role = visitor")
                .says("assignments pair_in_catalog = contractor/visitor"),
        ),
        ("the type's only role, without a default", typed("contractor").without_defaults(), created()),
        ("several roles, and no default", typed("employee").without_defaults(), unclear()),
        (
            "several roles, and the default is another type's",
            visitors_by_default(typed("employee")),
            unclear(),
        ),
        (
            "the role is not mapped",
            typed("employee").unmapped(Field::Role),
            created().says("role role_of_type = learner"),
        ),
        ("the role is empty", typed("contractor").sending("Role", &[""]), created()),
    ]);
}

#[test]
fn pair_in_catalog() {
    let not_a_pair =
        || refused(InvalidUserTypeOrRole).says("assignments pair_in_catalog (not_a_role_of_the_type)");
    let halfless = || Case::newcomer().without_defaults();
    check([
        (
            "in it",
            sending("employee", "supervisor"),
            created().says("assignments pair_in_catalog = employee/supervisor"),
        ),
        ("a role of another type", sending("contractor", "learner"), not_a_pair()),
        (
            "a role that the default type has not",
            Case::newcomer().sending("Role", &["visitor"]),
            not_a_pair(),
        ),
        (
            "the role alone, without a default",
            halfless().sending("Role", &["learner"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"role mapped_attribute from Role ["learner"] = learner"#)
                .says("assignments pair_in_catalog (user_type_missing)"),
        ),
        (
            "neither, without a default",
            halfless(),
            refused(InvalidUserTypeOrRole)
                .says("user_type default_value from UserType")
                .says("assignments pair_in_catalog (pair_missing)"),
        ),
    ]);
}

#[test]
fn privileged_pair() {
    let refused_as = |note| refused(InvalidUserTypeOrRole).says(note);
    let filled_in = || refused_as("assignments privileged_pair (privileged_filled_in)");
    let not_allowed = || refused_as("assignments privileged_pair (privileged_not_allowed)");
    let translated = |case: Case| {
        case.translating(Field::UserType, &[("Staff", "employee")])
            .translating(Field::Role, &[("Root", "admin")])
    };
    check([
        (
            "both sent, allowed",
            trusted(sending("employee", "admin")),
            created().says("assignments pair_in_catalog = employee/admin"),
        ),
        ("both sent and translated, allowed", trusted(translated(sending("Staff", "Root"))), created()),
        ("both sent, not allowed", sending("employee", "admin"), not_allowed()),
        ("the type is the default", trusted(Case::newcomer().sending("Role", &["admin"])), filled_in()),
        (
            "the role is the type's only one",
            trusted(Case::newcomer().sending("UserType", &["auditor"])),
            filled_in(),
        ),
        (
            "the type is not mapped",
            trusted(Case::newcomer().unmapped(Field::UserType).sending("Role", &["admin"])),
            filled_in(),
        ),
        ("filled in and not allowed", Case::newcomer().sending("UserType", &["auditor"]), not_allowed()),
        (
            "a pair that is not privileged, beside one that is",
            trusted(Case::newcomer().sending("Role", &["supervisor"])),
            created(),
        ),
    ]);
}
