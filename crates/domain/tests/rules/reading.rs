//! The seven steps in which an attribute is read.

use vestibule_domain::field::Field;
use vestibule_domain::refusal::RefusalCode::{
    InvalidUserTypeOrRole, MissingEmail, MissingRequiredAttribute, UnknownLocation,
};

use crate::case::Case;
use crate::expected::{check, created, refused, unchanged, updated};

#[test]
fn an_attribute_is_found_by_its_exact_name_and_a_near_miss_is_noted() {
    let surname_as = |name: &str| Case::newcomer().without("LastName").sending(name, &["Lovelace"]);
    let oid = "urn:oid:2.5.4.4";
    let claim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
    let mapped_to = |case: Case, name: &str| {
        case.set(|settings| drop(settings.attribute_mapping.insert(Field::LastName, name.into())))
    };
    let missing = || refused(MissingRequiredAttribute);
    check([
        ("exactly", Case::newcomer(), created()),
        (
            "letter case",
            surname_as("lastname"),
            missing().says("last_name required_name from LastName (attribute_near_miss lastname case)"),
        ),
        (
            "surrounding space",
            surname_as(" LastName"),
            missing().says("last_name required_name from LastName (attribute_near_miss  LastName space)"),
        ),
        (
            "the object identifier of the friendly name",
            mapped_to(surname_as(oid), "sn"),
            missing().says("last_name required_name from sn (attribute_near_miss urn:oid:2.5.4.4 twin)"),
        ),
        (
            "the friendly name of the object identifier",
            mapped_to(surname_as("sn"), oid),
            missing().says("last_name required_name from urn:oid:2.5.4.4 (attribute_near_miss sn twin)"),
        ),
        (
            "the claim of the friendly name",
            mapped_to(surname_as(claim), "surname"),
            missing().says("last_name required_name from surname (attribute_near_miss http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname twin)"),
        ),
        (
            "a FriendlyName is never matched",
            Case::newcomer().without("LastName").sending_friendly(oid, "LastName", &["Lovelace"]),
            missing().says("last_name required_name from LastName (attribute_near_miss urn:oid:2.5.4.4 friendly_name)"),
        ),
        (
            "anything else is no near miss",
            surname_as("Surname").sending("LastNames", &["x"]),
            missing().says("last_name required_name from LastName"),
        ),
        (
            "of an optional field of a new user",
            Case::newcomer().sending("location", &["Berlin"]),
            created().says("location default_value from Location = New York (attribute_near_miss location case)"),
        ),
        (
            "of a field of an existing user",
            Case::known().sending("location", &["New York"]),
            unchanged().says("location keep_current from Location = Berlin (attribute_near_miss location case)"),
        ),
        (
            "of the address, for which the NameID serves",
            Case::newcomer().called("ada@acme.example").without("Email").sending("email", &["b@acme.example"]),
            created().says(r#"email required_email from Email ["ada@acme.example"] = ada@acme.example (attribute_near_miss email case)"#),
        ),
        (
            "of the role, where the type has only one",
            Case::known().sending("UserType", &["contractor"]).sending("role", &["visitor"]),
            updated(&["assignments: nothing -> contractor/visitor"])
                .says("role role_of_type from Role = visitor (attribute_near_miss role case)"),
        ),
    ]);
}

#[test]
fn values_are_trimmed_and_empty_ones_and_repetitions_dropped() {
    check([
        (
            "trimmed",
            Case::newcomer().sending("FirstName", &["\t Ada \n"]),
            created().says(r#"first_name mapped_attribute from FirstName ["\t Ada \n"] = Ada"#),
        ),
        ("repeated", Case::newcomer().sending("FirstName", &["Ada", " Ada"]), created()),
        ("beside empty ones", Case::newcomer().sending("FirstName", &["", "Ada", "  "]), created()),
        (
            "empty is not sent",
            Case::newcomer().sending("FirstName", &["", " "]),
            refused(MissingRequiredAttribute).says(r#"first_name required_name from FirstName ["", " "]"#),
        ),
        (
            "empty erases nothing",
            Case::known().sending("FirstName", &[""]).sending("Location", &[" "]).sending("Email", &[]),
            unchanged().says(r#"location keep_current from Location [" "] = Berlin"#),
        ),
        (
            "repetitions are exact",
            Case::newcomer().sending("FirstName", &["Ada", "ADA"]),
            refused(MissingRequiredAttribute)
                .says(r#"first_name required_name from FirstName ["Ada", "ADA"] (multiple_values 2)"#),
        ),
    ]);
}

#[test]
fn values_are_translated_and_groups_without_a_translation_dropped() {
    let leads = || Case::newcomer().translating(Field::Role, &[("Leads", "supervisor"), ("All", "learner")]);
    let places = || Case::newcomer().translating(Field::Location, &[("NYC", "New York")]);
    check([
        (
            "translated",
            leads().sending("Role", &["Leads"]),
            created().says(r#"role mapped_attribute from Role ["Leads"] translating "Leads" = supervisor"#),
        ),
        (
            "trimmed first",
            leads().sending("Role", &[" Leads "]),
            created().says(r#"role mapped_attribute from Role [" Leads "] translating "Leads" = supervisor"#),
        ),
        (
            "a list of groups",
            leads().sending("Role", &["VPN", "Leads", "Printers"]),
            created().says(r#"role mapped_attribute from Role ["VPN", "Leads", "Printers"] translating "Leads" = supervisor"#),
        ),
        (
            "a list of groups of user types",
            Case::newcomer()
                .translating(Field::UserType, &[("Externals", "contractor")])
                .sending("UserType", &["VPN", "Externals"]),
            created().says(r#"user_type mapped_attribute from UserType ["VPN", "Externals"] translating "Externals" = contractor"#),
        ),
        (
            "a valid value without a translation is dropped beside one that has one",
            leads().sending("Role", &["learner", "Leads"]),
            created().says(r#"role mapped_attribute from Role ["learner", "Leads"] translating "Leads" = supervisor"#),
        ),
        (
            "one value without a translation is taken as it is",
            leads().sending("Role", &["supervisor"]),
            created().says(r#"role mapped_attribute from Role ["supervisor"] = supervisor"#),
        ),
        (
            "one group without a translation",
            leads().sending("Role", &["VPN"]),
            refused(InvalidUserTypeOrRole).says(r#"role invalid_value from Role ["VPN"] (not_in_catalog)"#),
        ),
        ("received values are exact", leads().sending("Role", &["leads"]), refused(InvalidUserTypeOrRole)),
        (
            "of a location",
            places().sending("Location", &["NYC"]),
            created().says(r#"location mapped_attribute from Location ["NYC"] translating "NYC" = New York"#),
        ),
        (
            "of a name",
            Case::newcomer().translating(Field::FirstName, &[("A.", "Ada")]).sending("FirstName", &["A."]),
            created().says(r#"first_name mapped_attribute from FirstName ["A."] translating "A." = Ada"#),
        ),
        (
            "of an address",
            Case::newcomer()
                .translating(Field::Email, &[("ada", "ada@acme.example")])
                .sending("Email", &["ada"]),
            created().says(r#"email mapped_attribute from Email ["ada"] translating "ada" = ada@acme.example"#),
        ),
    ]);
}

#[test]
fn of_several_values_the_translation_table_prefers_one_or_none_is_valid() {
    let leads = || Case::newcomer().translating(Field::Role, &[("Leads", "supervisor"), ("All", "learner")]);
    let places = || Case::newcomer().translating(Field::Location, &[("NYC", "New York"), ("B", "Berlin")]);
    check([
        (
            "the order of the table, not of the response",
            leads().sending("Role", &["All", "Leads"]),
            created().says(r#"role mapped_attribute from Role ["All", "Leads"] translating "Leads" = supervisor"#),
        ),
        (
            "two that mean the same",
            Case::newcomer()
                .translating(Field::Location, &[("NYC", "New York"), ("NY", "New York")])
                .sending("Location", &["NY", "NYC"]),
            created().says(r#"location mapped_attribute from Location ["NY", "NYC"] translating "NYC" = New York"#),
        ),
        (
            "a translated one and another, of a location",
            places().sending("Location", &["New York", "B"]),
            created().says(r#"location mapped_attribute from Location ["New York", "B"] translating "B" = Berlin"#),
        ),
        (
            "none that the table names",
            leads().sending("Role", &["learner", "supervisor"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"role invalid_value from Role ["learner", "supervisor"] (multiple_values 2)"#),
        ),
        (
            "no table",
            Case::newcomer().sending("Location", &["Berlin", "New York", "Berlin"]),
            refused(UnknownLocation)
                .says(r#"location invalid_value from Location ["Berlin", "New York", "Berlin"] (multiple_values 2)"#),
        ),
        (
            "of the address",
            Case::newcomer().sending("Email", &["a@acme.example", "b@acme.example"]),
            refused(MissingEmail).says(
                r#"email required_email from Email ["a@acme.example", "b@acme.example"] (multiple_values 2)"#,
            ),
        ),
        (
            "commas are not split",
            Case::newcomer().sending("Role", &["learner,supervisor"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"role invalid_value from Role ["learner,supervisor"] (not_in_catalog)"#),
        ),
    ]);
}

#[test]
fn user_type_and_role_are_in_the_catalog_and_a_location_is_a_name_there() {
    let location = |value: &str| Case::newcomer().sending("Location", &[value]);
    check([
        ("a name", location("Berlin"), created()),
        (
            "another name",
            location("Atlantis"),
            refused(UnknownLocation)
                .says(r#"location invalid_value from Location ["Atlantis"] (not_in_catalog)"#),
        ),
        ("a name in another letter case", location("berlin"), refused(UnknownLocation)),
        (
            "a number is not tried as an id",
            location("2"),
            refused(UnknownLocation).says(r#"location invalid_value from Location ["2"] (looks_like_an_id)"#),
        ),
        (
            "a user type in another letter case",
            Case::newcomer().sending("UserType", &["Employee"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"user_type invalid_value from UserType ["Employee"] (not_in_catalog)"#),
        ),
        (
            "a role in another letter case",
            Case::newcomer().sending("Role", &["Learner"]),
            refused(InvalidUserTypeOrRole)
                .says(r#"role invalid_value from Role ["Learner"] (not_in_catalog)"#),
        ),
        (
            "a name for people is no key",
            Case::newcomer().sending("UserType", &["EMPLOYEE"]),
            refused(InvalidUserTypeOrRole),
        ),
    ]);
}

#[test]
fn names_and_addresses_have_bounds_and_no_character_that_deceives() {
    let name = |value: &str| Case::newcomer().sending("LastName", &[value]);
    let address = |value: &str| Case::newcomer().sending("Email", &[value]);
    let wrong_name = || refused(MissingRequiredAttribute);
    let longest =
        format!("{}@{}.{}.{}.example", "a".repeat(64), "b".repeat(63), "c".repeat(63), "d".repeat(53));
    let rows = [
        ("254 characters", name(&"é".repeat(254)), created()),
        ("255 characters", name(&"é".repeat(255)), wrong_name()),
        ("any script, and markup", name("O’Brien-李 <b>"), created()),
        (
            "a control character",
            name("Love\u{7}lace"),
            wrong_name().says("last_name required_name from LastName [\"Love\\u{7}lace\"] (unfit must not contain control characters or characters that change the direction of text)"),
        ),
        ("a control character of C1", name("Love\u{85}lace"), wrong_name()),
        ("a line break", name("Love\nlace"), wrong_name()),
        ("the first override", name("Love\u{202a}lace"), wrong_name()),
        ("the last override", name("Love\u{202e}lace"), wrong_name()),
        ("the first isolate", name("Love\u{2066}lace"), wrong_name()),
        ("the last isolate", name("Love\u{2069}lace"), wrong_name()),
        ("an address of 254 characters", address(&longest), created()),
        ("an address of 255 characters", address(&longest.replace(".example", ".examples")), refused(MissingEmail)),
        ("an address with tags and dots", address("ada.b+c@x-y.example"), created()),
        (
            "an address that is none",
            address("ada"),
            refused(MissingEmail).says(r#"email required_email from Email ["ada"] (unfit must be an e-mail address like ada@example.com)"#),
        ),
        ("a quoted address", address("\"ada\"@acme.example"), refused(MissingEmail)),
        ("two dots", address("ada..b@acme.example"), refused(MissingEmail)),
        ("an address that is not ASCII", address("ädä@acme.example"), refused(MissingEmail)),
        ("a domain that is not ASCII", address("ada@äcme.example"), refused(MissingEmail)),
        ("two addresses in one", address("ada@acme.example,b@acme.example"), refused(MissingEmail)),
        ("an address with a header", address("ada@acme.example\r\nBcc: b@acme.example"), refused(MissingEmail)),
    ];
    assert_eq!(longest.len(), 254);
    check(rows);
}

#[test]
fn a_name_id_is_trimmed_of_xml_white_space_alone_and_counts_as_asserted_where_it_serves_as_the_address() {
    let nameless = |name_id: &str| Case::newcomer().called(name_id).without("Email");
    check([
        (
            "trimmed",
            nameless(" ada@acme.example\r\n"),
            created().says(r#"email required_email from Email ["ada@acme.example"] = ada@acme.example (address_from_name_id)"#),
        ),
        ("not of any other space", nameless("\u{a0}ada@acme.example"), refused(MissingEmail)),
        ("inner space stays", Case::newcomer().called("a d a"), created()),
        (
            "asserted, so it is in a domain or is refused",
            nameless("ada@acme.example").in_domains(&["acme.example"]),
            created(),
        ),
    ]);
}
