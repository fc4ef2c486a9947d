//! Keys of the administration API.

use chrono::{Duration, SecondsFormat};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{Actor, ApiKey, AuditFilter, AuditTrail, KeyRole, Origin, Page};
use vestibule_domain::testing::block_on;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{
    AdminError, ApiKeyDraft, Authenticate, Bounded, CreateApiKey, KeyOwner, NoteKeyUse, RevokeApiKey,
};

use crate::installation::Installation;
use crate::office::{OPERATOR, administrator, office, slug, somewhere};

fn created(office: &Installation, owner: &KeyOwner) -> (ApiKey, Token) {
    block_on(CreateApiKey(office.world()).run(&OPERATOR, &ApiKeyDraft::named("Terraform"), owner)).unwrap()
}

fn of_acme() -> KeyOwner {
    KeyOwner::Organization(slug())
}

fn known(office: &Installation, secret: &Token) -> Option<ApiKey> {
    block_on(Authenticate(office.world()).run(secret.reveal())).unwrap()
}

fn revoked(
    office: &Installation,
    actor: &Actor,
    organization: Option<OrganizationId>,
    key: &ApiKey,
) -> Result<(), AdminError> {
    block_on(RevokeApiKey(office.world()).run(actor, organization, key.id))
}

#[test]
fn a_key_is_shown_once_and_known_again() {
    let office = office();
    let admin = KeyRole::OrganizationAdmin(office.acme.organization.id);
    for (owner, role) in [(KeyOwner::Operator, KeyRole::Operator), (of_acme(), admin)] {
        let (key, secret) = created(&office, &owner);
        assert_eq!((key.role, key.name.as_str()), (role, "Terraform"));
        assert_eq!((&key.created_by, key.expires_at, key.last_used_at), (&Some(OPERATOR), None, None));
        assert!(secret.reveal().starts_with("vk_") && secret.reveal().len() == 67);
        assert_eq!(office.last_audit(), ("api_key.created", key.id.to_string()));
        assert!(!format!("{:?}", office.contents()).contains(secret.reveal()), "only its hash is kept");
        assert_eq!(known(&office, &secret), Some(key));
    }
}

#[test]
fn anything_else_is_no_key() {
    let office = office();
    let (_, secret) = created(&office, &KeyOwner::Operator);
    let secret = secret.reveal();
    for presented in ["", "vk_", &secret[3..], &secret[..66], &secret.to_uppercase(), &format!("{secret} ")] {
        assert!(!Authenticate::is_shaped(presented), "{presented}");
        assert_eq!(block_on(Authenticate(office.world()).run(presented)).unwrap(), None, "{presented}");
    }
    let guessed = format!("vk_{}", "f".repeat(64));
    assert!(Authenticate::is_shaped(&guessed));
    assert_eq!(known(&office, &Token::presented(&guessed)), None);
}

#[test]
fn a_key_has_a_name_and_an_organization_that_exists() {
    let office = office();
    let before = office.contents();
    let create = CreateApiKey(office.world());
    let nameless = block_on(create.run(&OPERATOR, &ApiKeyDraft::named(" "), &KeyOwner::Operator));
    assert!(matches!(nameless, Err(AdminError::Invalid(problems)) if problems.0[0].pointer == "/name"));
    let nowhere = KeyOwner::Organization("nowhere".parse().unwrap());
    let made = block_on(create.run(&OPERATOR, &ApiKeyDraft::named("Terraform"), &nowhere));
    assert!(matches!(made, Err(AdminError::NotFound("organization"))));
    assert_eq!(office.contents(), before);
}

#[test]
fn a_key_may_end_in_the_future_alone() {
    let office = office();
    let now = office.world().now();
    let instant = |seconds| (now + Duration::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let create = CreateApiKey(office.world());
    let until = |end: &str| {
        let draft = ApiKeyDraft { name: "Terraform".to_owned(), expires_at: Some(end.to_owned()) };
        block_on(create.run(&OPERATOR, &draft, &KeyOwner::Operator))
    };
    for wrong in ["tomorrow", "", &instant(0), &instant(-1)] {
        let made = until(wrong);
        assert!(
            matches!(made, Err(AdminError::Invalid(problems)) if problems.0[0].pointer == "/expires_at"),
            "{wrong}"
        );
    }
    let (key, secret) = until(&instant(60)).unwrap();
    assert_eq!(key.expires_at, Some(now + Duration::seconds(60)));
    office.clock.advance(Duration::seconds(59));
    assert_eq!(known(&office, &secret), Some(key));
    office.clock.advance(Duration::seconds(1));
    assert_eq!(known(&office, &secret), None);
}

#[test]
fn an_administrator_makes_no_operator() {
    let office = office();
    let administrator = administrator(office.acme.organization.id);
    let before = office.contents();
    let create = CreateApiKey(office.world());
    let made = block_on(create.run(&administrator, &ApiKeyDraft::named("Terraform"), &KeyOwner::Operator));
    assert!(matches!(made, Err(AdminError::OperatorOnly)));
    assert_eq!(office.contents(), before);
    let here = administrator.clone().acting_from(somewhere());
    let (key, _) = block_on(create.run(&here, &ApiKeyDraft::named("Terraform"), &of_acme())).unwrap();
    assert_eq!(key.created_by, Some(administrator), "who made it, and not from where");
    assert_eq!(office.contents().audit.last().unwrap().actor, here);
}

#[test]
fn a_revoked_key_is_none() {
    let office = office();
    let acme = office.acme.organization.id;
    for (owner, organization) in [(KeyOwner::Operator, None), (of_acme(), Some(acme))] {
        let (key, secret) = created(&office, &owner);
        revoked(&office, &OPERATOR, organization, &key).unwrap();
        assert_eq!(known(&office, &secret), None);
        let event = office.contents().audit.pop().unwrap();
        assert_eq!((&*event.action, &event.subject), ("api_key.revoked", &key.id.to_string()));
        assert_eq!((event.organization_id, event.after), (organization, None));
        assert_eq!(event.before.unwrap()["name"], "Terraform");
        let again = revoked(&office, &OPERATOR, organization, &key);
        assert!(matches!(again, Err(AdminError::NotFound("API key"))));
    }
}

#[test]
fn a_key_is_revoked_among_those_it_belongs_to() {
    let office = office();
    let acme = office.acme.organization.id;
    let administrator = administrator(acme);
    let (operators, _) = created(&office, &KeyOwner::Operator);
    let (acmes, _) = created(&office, &of_acme());
    let before = office.contents();
    for (organization, key) in [(Some(acme), &operators), (None, &acmes)] {
        let refused = revoked(&office, &OPERATOR, organization, key);
        assert!(matches!(refused, Err(AdminError::NotFound("API key"))));
    }
    let refused = revoked(&office, &administrator, None, &operators);
    assert!(matches!(refused, Err(AdminError::OperatorOnly)));
    assert_eq!(office.contents(), before);
}

#[test]
fn a_key_may_revoke_itself() {
    let office = office();
    let acme = office.acme.organization.id;
    let (key, _) = created(&office, &of_acme());
    let name = Some(key.name.clone());
    let itself = Actor::ApiKey { id: key.id, name, role: key.role, origin: Origin::default() };
    revoked(&office, &itself, Some(acme), &key).unwrap();
    let mine = AuditFilter { actor: Some(key.id.to_string()), ..AuditFilter::default() };
    let page = Page { after: None, limit: 10 };
    let events = block_on(AuditTrail::audit_events(&*office.store, Some(acme), &mine, page)).unwrap().items;
    assert_eq!(events.iter().map(|event| &*event.action).collect::<Vec<_>>(), ["api_key.revoked"]);
}

#[test]
fn a_use_is_written_down_once_an_hour() {
    let office = office();
    let (key, secret) = created(&office, &KeyOwner::Operator);
    let note = NoteKeyUse(office.world());
    assert!(note.is_due(&key));
    block_on(note.run(key.id)).unwrap();
    let used = known(&office, &secret).unwrap();
    assert_eq!(used.last_used_at, Some(office.world().now()));
    office.clock.advance(Duration::minutes(59));
    assert!(!note.is_due(&used));
    office.clock.advance(Duration::minutes(1));
    assert!(note.is_due(&used));
}

#[test]
fn whoever_has_a_hundred_keys_gets_no_more_until_one_is_revoked() {
    let office = office();
    let keys: Vec<_> = (0..Bounded::ApiKeys.most()).map(|_| created(&office, &of_acme()).0).collect();
    let before = office.contents();
    let one_more =
        || block_on(CreateApiKey(office.world()).run(&OPERATOR, &ApiKeyDraft::named("CI"), &of_acme()));
    assert!(matches!(one_more(), Err(AdminError::TooMany(Bounded::ApiKeys))));
    assert_eq!(office.contents(), before);
    created(&office, &KeyOwner::Operator);
    revoked(&office, &OPERATOR, Some(office.acme.organization.id), &keys[7]).unwrap();
    one_more().unwrap();
}
