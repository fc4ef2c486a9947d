//! Keys of the administration API.

use vestibule_domain::ports::KeyRole;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, Authenticate, CreateApiKey, KeyOwner};

use crate::office::{OPERATOR, administrator, office, slug};

#[test]
fn a_key_is_shown_once_and_known_again() {
    let office = office();
    let create = CreateApiKey(office.world());
    let of_acme = KeyRole::OrganizationAdmin(office.acme.organization.id);
    for (owner, role) in [(KeyOwner::Operator, KeyRole::Operator), (KeyOwner::Organization(slug()), of_acme)]
    {
        let (key, secret) = block_on(create.run(&OPERATOR, "Terraform", &owner)).unwrap();
        assert_eq!((key.role, key.name.as_str()), (role, "Terraform"));
        assert!(secret.reveal().starts_with("vk_") && secret.reveal().len() == 67);
        assert_eq!(office.last_audit(), ("api_key.created", key.id.to_string()));
        assert!(!format!("{:?}", office.contents()).contains(secret.reveal()), "only its hash is kept");
        let known = block_on(Authenticate(office.world()).run(secret.reveal())).unwrap();
        assert_eq!(known, Some(key));
    }
}

#[test]
fn anything_else_is_no_key() {
    let office = office();
    let (_, secret) =
        block_on(CreateApiKey(office.world()).run(&OPERATOR, "Terraform", &KeyOwner::Operator)).unwrap();
    let secret = secret.reveal();
    for presented in ["", "vk_", &secret[3..], &secret[..66], &secret.to_uppercase(), &format!("{secret} ")] {
        assert_eq!(block_on(Authenticate(office.world()).run(presented)).unwrap(), None, "{presented}");
    }
}

#[test]
fn a_key_has_a_name_and_an_organization_that_exists() {
    let office = office();
    let before = office.contents();
    let create = CreateApiKey(office.world());
    let nameless = block_on(create.run(&OPERATOR, " ", &KeyOwner::Operator));
    assert!(matches!(nameless, Err(AdminError::Invalid(problems)) if problems.0[0].pointer == "/name"));
    let nowhere = KeyOwner::Organization("nowhere".parse().unwrap());
    let made = block_on(create.run(&OPERATOR, "Terraform", &nowhere));
    assert!(matches!(made, Err(AdminError::NotFound("organization"))));
    assert_eq!(office.contents(), before);
}

#[test]
fn an_administrator_makes_no_operator() {
    let office = office();
    let administrator = administrator(office.acme.organization.id);
    let before = office.contents();
    let create = CreateApiKey(office.world());
    let made = block_on(create.run(&administrator, "Terraform", &KeyOwner::Operator));
    assert!(matches!(made, Err(AdminError::OperatorOnly)));
    assert_eq!(office.contents(), before);
    block_on(create.run(&administrator, "Terraform", &KeyOwner::Organization(slug()))).unwrap();
}
