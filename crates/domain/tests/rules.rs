//! A table for every provisioning rule, in a test that has the rule's name.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

#[path = "rules/case.rs"]
mod case;
#[path = "rules/existing_user.rs"]
mod existing_user;
#[path = "rules/existing_user_assignments.rs"]
mod existing_user_assignments;
#[path = "rules/expected.rs"]
mod expected;
#[path = "rules/matching.rs"]
mod matching;
#[path = "rules/new_user.rs"]
mod new_user;
#[path = "rules/new_user_assignment.rs"]
mod new_user_assignment;
#[path = "support/organization.rs"]
mod organization;
#[path = "rules/reading.rs"]
mod reading;
#[path = "rules/saving.rs"]
mod saving;

use vestibule_domain::rule::Rule;

/// Where the tables are.
const TABLES: [&str; 6] = [
    include_str!("rules/matching.rs"),
    include_str!("rules/new_user.rs"),
    include_str!("rules/new_user_assignment.rs"),
    include_str!("rules/existing_user.rs"),
    include_str!("rules/existing_user_assignments.rs"),
    include_str!("rules/saving.rs"),
];

#[test]
fn every_rule_has_a_test_of_its_name() {
    for rule in Rule::ALL {
        let tests = TABLES.iter().filter(|table| table.contains(&format!("#[test]\nfn {rule}() {{"))).count();
        // These two hold for new users and for existing ones, in other words.
        let wanted = if matches!(rule, Rule::MappedAttribute | Rule::InvalidValue) { 2 } else { 1 };
        assert_eq!(tests, wanted, "tests named {rule}");
    }
}
