//! Who the person is.

use vestibule_domain::explanation::Topic;
use vestibule_domain::field::Field;
use vestibule_domain::name_id::TRANSIENT_FORMAT;
use vestibule_domain::refusal::RefusalCode::{
    AmbiguousMatch, ConnectionDisabled, EmailDomainNotAllowed, EmailInUse, LinkVerificationSent,
    RegistrationDisabled, UnsupportedResponse, UserDeactivated,
};
use vestibule_domain::settings::LinkByEmail;
use vestibule_domain::sign_in::MatchedBy;

use crate::case::Case;
use crate::expected::{Expected, check, created, refused, unchanged, updated};

/// A stranger called `new` who has the address of Ada, whom the other connection alone knows.
fn stranger_with_adas_address() -> Case {
    Case::newcomer().called("new").knowing(|_| {}).known_elsewhere_as("ada")
}

fn linking(case: Case, by: LinkByEmail) -> Case {
    case.set(|settings| settings.link_by_email = by)
}

/// By the address, at once.
fn linked() -> Expected {
    updated(&[]).matched_by(MatchedBy::Email).says(r#"identity match_email ["new"] = new"#)
}

/// By the address, perhaps.
fn asked() -> Expected {
    refused(LinkVerificationSent)
        .matched_by(MatchedBy::Email)
        .says(r#"identity match_email ["new"] (link_mailed)"#)
}

#[test]
fn match_identity() {
    let identified = || unchanged().matched_by(MatchedBy::Identity);
    check([
        ("the exact NameID", Case::known(), identified().says(r#"identity match_identity ["ada"] = ada"#)),
        (
            "between XML white space",
            Case::known().called("\r\n\tada "),
            identified().says(r#"identity match_identity ["\r\n\tada "] = ada"#),
        ),
        (
            "before the address, which is another user's",
            Case::known_but_for(|user| user.identities[0].name_id = "b@acme.example".parse().unwrap())
                .unmapped(Field::Email)
                .called("b@acme.example")
                .knowing(|user| user.profile.email = "b@acme.example".parse().unwrap())
                .known_elsewhere_as("b"),
            identified().says(r#"identity match_identity ["b@acme.example"] = b@acme.example"#),
        ),
        (
            "on another connection alone",
            Case::known().known_elsewhere_as("ada").closed(),
            refused(RegistrationDisabled).matched_by(MatchedBy::None).says_nothing_of(Topic::Identity),
        ),
        (
            "a near miss beside it",
            {
                let case = Case::known();
                let twin = case.identity("ADA");
                case.knowing(|user| {
                    user.profile.email = "twin@acme.example".parse().unwrap();
                    user.identities = vec![twin];
                })
            },
            identified(),
        ),
    ]);
}

#[test]
fn match_near_miss() {
    let ambiguous = || refused(AmbiguousMatch).matched_by(MatchedBy::None);
    check([
        (
            "letter case",
            Case::known().called("Ada"),
            ambiguous().says(r#"identity match_near_miss ["Ada"] (name_id_near_miss)"#),
        ),
        (
            "a space that is not XML's",
            Case::known().called("\u{a0}ada"),
            ambiguous().says("identity match_near_miss [\"\\u{a0}ada\"] (name_id_near_miss)"),
        ),
        (
            "although the address is that user's too",
            linking(Case::known().called("ADA"), LinkByEmail::TrustedDomains)
                .in_domains(&["acme.example"])
                .sending("Email", &["ada@acme.example"]),
            ambiguous(),
        ),
        (
            "although registration is open and all is sent",
            Case::newcomer()
                .called("ADA")
                .knowing(|user| user.profile.email = "b@acme.example".parse().unwrap()),
            ambiguous(),
        ),
        (
            "of an identity on another connection: none",
            Case::known().known_elsewhere_as("ada").called("ADA").closed(),
            refused(RegistrationDisabled),
        ),
        ("a longer NameID: none", Case::known().called("ada2").closed(), refused(RegistrationDisabled)),
    ]);
}

#[test]
fn match_email() {
    let stranger = stranger_with_adas_address;
    let trusting = || linking(stranger(), LinkByEmail::TrustedDomains);
    check([
        ("verify is the default", stranger(), asked()),
        ("in another letter case", stranger().sending("Email", &["ADA@Acme.Example"]), asked()),
        ("a listed domain does not matter to verify", stranger().in_domains(&["acme.example"]), asked()),
        ("a trusted domain", trusting().in_domains(&["b.example", "acme.example"]), linked()),
        (
            "a trusted domain in another letter case",
            trusting().in_domains(&["Acme.Example"]).sending("Email", &["ada@ACME.example"]),
            linked().says(r#"email mapped_attribute from Email ["ada@ACME.example"] = ada@acme.example (letter_case_only)"#),
        ),
        ("trusted domains, and none is listed", trusting(), asked()),
        (
            "the NameID is the address, in a trusted domain",
            trusting().in_domains(&["acme.example"]).called("ada@acme.example").without("Email"),
            updated(&[])
                .matched_by(MatchedBy::Email)
                .says(r#"identity match_email ["ada@acme.example"] = ada@acme.example"#),
        ),
        (
            "the NameID is the address, and none is mapped",
            stranger().unmapped(Field::Email).called("ada@acme.example"),
            refused(LinkVerificationSent).matched_by(MatchedBy::Email),
        ),
        (
            "a privileged user in a trusted domain",
            trusting().in_domains(&["acme.example"]).holding("auditor", "inspector"),
            asked(),
        ),
        (
            "never",
            linking(stranger(), LinkByEmail::Never),
            refused(EmailInUse)
                .matched_by(MatchedBy::Email)
                .says(r#"identity match_email ["new"] (linking_off)"#),
        ),
        (
            "never, and the user is privileged",
            linking(stranger(), LinkByEmail::Never).holding("employee", "admin"),
            refused(EmailInUse),
        ),
        ("registration is closed", stranger().closed(), asked()),
        (
            "bound at once and updated",
            trusting().in_domains(&["acme.example"]).sending("LastName", &["Byron"]),
            updated(&["last_name: Lovelace -> Byron"]).matched_by(MatchedBy::Email),
        ),
        (
            "an invalid address is nobody's",
            stranger().sending("Email", &["ada@acme.example", "b@acme.example"]).called("ada@acme.example").closed(),
            refused(RegistrationDisabled).matched_by(MatchedBy::None),
        ),
    ]);
}

#[test]
fn match_bound_elsewhere() {
    let stranger = || Case::newcomer().called("new").knowing(|_| {});
    let in_use = || {
        refused(EmailInUse)
            .matched_by(MatchedBy::Email)
            .says(r#"identity match_bound_elsewhere ["new"] (address_taken)"#)
    };
    check([
        ("verify", stranger(), in_use()),
        ("never", linking(stranger(), LinkByEmail::Never), in_use()),
        (
            "a trusted domain",
            linking(stranger(), LinkByEmail::TrustedDomains).in_domains(&["acme.example"]),
            in_use(),
        ),
        (
            "the NameID is the address",
            stranger().called("ada@acme.example").without("Email"),
            refused(EmailInUse)
                .says(r#"identity match_bound_elsewhere ["ada@acme.example"] (address_taken)"#),
        ),
    ]);
}

#[test]
fn match_none() {
    let nobody = || created().matched_by(MatchedBy::None).says_nothing_of(Topic::Identity);
    check([
        ("an empty organization", Case::newcomer(), nobody()),
        (
            "others are known",
            Case::newcomer().called("new").sending("Email", &["new@acme.example"]).knowing(|_| {}),
            nobody(),
        ),
        (
            "an address in which a known one begins",
            Case::newcomer().called("new").sending("Email", &["ada@acme.example.org"]).knowing(|_| {}),
            nobody(),
        ),
    ]);
}

#[test]
fn match_deactivated() {
    let known = || Case::known_but_for(|user| user.active = false);
    let by_address =
        || known().known_elsewhere_as("ada").called("new").sending("Email", &["ada@acme.example"]);
    let deactivated = |by| refused(UserDeactivated).matched_by(by);
    let by_identity = || deactivated(MatchedBy::Identity);
    check([
        ("by identity", known(), by_identity().says(r#"identity match_deactivated ["ada"]"#)),
        (
            "by address",
            by_address(),
            deactivated(MatchedBy::Email).says(r#"identity match_deactivated ["new"]"#),
        ),
        (
            "by address, bound elsewhere",
            known().called("new").sending("Email", &["ada@acme.example"]),
            deactivated(MatchedBy::Email),
        ),
        (
            "by address, in no trusted domain",
            linking(by_address(), LinkByEmail::Never).in_domains(&["b.example"]),
            deactivated(MatchedBy::Email),
        ),
        (
            "by address, before a near miss",
            known().called("ADA").sending("Email", &["ada@acme.example"]),
            deactivated(MatchedBy::Email).says(r#"identity match_deactivated ["ADA"]"#),
        ),
        (
            "before the domain",
            known().in_domains(&["b.example"]).sending("Email", &["ada@acme.example"]),
            by_identity(),
        ),
        ("before an invalid value", known().sending("Location", &["Atlantis"]), by_identity()),
        (
            "before a taken address",
            known()
                .sending("Email", &["b@acme.example"])
                .knowing(|user| user.profile.email = "b@acme.example".parse().unwrap())
                .known_elsewhere_as("b"),
            by_identity(),
        ),
        ("not reactivated by what is sent", known().sending("LastName", &["Byron"]), by_identity()),
        (
            "a disabled connection refuses first, however it was started",
            known().disabled(),
            refused(ConnectionDisabled).matched_by(MatchedBy::None),
        ),
    ]);
}

#[test]
fn match_unusable_name_id() {
    let unusable = || refused(UnsupportedResponse).matched_by(MatchedBy::None);
    let long = "x".repeat(1_025);
    check([
        (
            "empty",
            Case::newcomer().called(""),
            unusable().says(r#"identity match_unusable_name_id [""] (unfit must not be empty)"#),
        ),
        ("white space alone", Case::newcomer().called(" \n"), unusable()),
        ("1,025 characters", Case::newcomer().called(&long), unusable()),
        ("1,024 characters", Case::newcomer().called(&long[1..]), created()),
        (
            "1,024 characters and white space",
            Case::newcomer().called(&format!(" {}\n", &long[1..])),
            created(),
        ),
        (
            "transient",
            Case::newcomer().in_format(TRANSIENT_FORMAT),
            unusable().says(
                r#"identity match_unusable_name_id ["ada"] (unfit must be of a format other than transient)"#,
            ),
        ),
        ("transient, of somebody known", Case::known().in_format(TRANSIENT_FORMAT), unusable()),
        (
            "any other format",
            Case::known().in_format("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
            unchanged(),
        ),
        ("with a character that nobody sees", Case::newcomer().called("a\u{200b}da"), unusable()),
    ]);
}

#[test]
fn email_domain() {
    let not_allowed = || refused(EmailDomainNotAllowed);
    let stranger = stranger_with_adas_address;
    check([
        (
            "a new user",
            Case::newcomer().in_domains(&["b.example"]),
            not_allowed().says(r#"email email_domain from Email ["ada@acme.example"]"#),
        ),
        (
            "an existing user",
            Case::known().in_domains(&["b.example"]).sending("Email", &["ada@acme.example"]),
            not_allowed().matched_by(MatchedBy::Identity),
        ),
        (
            "a user found by the address",
            stranger().in_domains(&["b.example"]),
            not_allowed().matched_by(MatchedBy::Email),
        ),
        ("one of several", Case::newcomer().in_domains(&["b.example", "acme.example"]), created()),
        (
            "in another letter case",
            Case::newcomer().in_domains(&["ACME.example"]).sending("Email", &["ada@Acme.Example"]),
            created(),
        ),
        ("a subdomain is another domain", Case::newcomer().in_domains(&["example"]), not_allowed()),
        ("a parent is another domain", Case::newcomer().in_domains(&["mail.acme.example"]), not_allowed()),
        ("none is listed", Case::newcomer(), created()),
        (
            "the NameID where it serves as the address",
            Case::newcomer().unmapped(Field::Email).called("ada@acme.example").in_domains(&["b.example"]),
            not_allowed().says(r#"email email_domain ["ada@acme.example"] (address_from_name_id)"#),
        ),
        (
            "an existing user of whom no address is sent",
            Case::known().in_domains(&["b.example"]),
            unchanged(),
        ),
        (
            "the stored address is not asked",
            Case::known().in_domains(&["b.example"]).sending("Email", &["ada@b.example"]),
            updated(&["email: ada@acme.example -> ada@b.example"]),
        ),
    ]);
}

#[test]
fn a_connection_that_is_disabled_refuses_everybody() {
    check([
        ("a newcomer", Case::newcomer().disabled(), refused(ConnectionDisabled)),
        ("somebody known", Case::known().disabled(), refused(ConnectionDisabled)),
        ("an unusable NameID", Case::known().called("").disabled(), refused(ConnectionDisabled)),
    ]);
}
