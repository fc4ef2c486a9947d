//! Whatever call to the store fails, nothing is half written.

use std::fmt::Display;
use std::sync::Arc;

use vestibule_domain::catalog::CatalogDraft;
use vestibule_domain::connection::{ConnectionDraft, IdpMetadata};
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::letter::LetterContent;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::ports::{Administration as _, Credentials as _, Page, ServiceKeys, StoreError};
use vestibule_domain::refresh::{MetadataRefresh, PendingMetadata};
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::settings::{LinkByEmail, SettingsDraft};
use vestibule_domain::testing::{FailingStore, Failure, PaperKeysmith, block_on};
use vestibule_domain::usecase::{
    ActivateServiceKey, AdminError, ApiKeyDraft, ApproveMetadata, ChangeConnection, ChangeOrganization,
    ChangeUser, CreateApiKey, CreateConnection, CreateOrganization, CreateUser, DeleteConnection,
    DeleteOrganization, KeyOwner, LinkIdentity, LoginAttempt, MetadataDraft, NameAdministratorsConnection,
    PrepareServiceKeys, RejectMetadata, RemoveIdentityProvider, RemoveServiceKey, RevokeApiKey,
    RotateServiceKey, SaveCatalog, SaveSettings, SignInError, UserDraft, World,
};

use crate::installation::{Installation, secret_key};
use crate::office::{OPERATOR, newcomer, office, office_with_ada, okta, slug, somewhere};
use crate::saml::Response;

/// Something that is done with a store that may fail.
struct Act {
    name: &'static str,
    run: fn(&Installation, World) -> Result<(), String>,
    /// How often it is tried when somebody else is always faster.
    attempts: usize,
}

fn text<T>(result: Result<T, impl Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

fn once(name: &'static str, run: fn(&Installation, World) -> Result<(), String>) -> Act {
    Act { name, run, attempts: 1 }
}

fn five_times(name: &'static str, run: fn(&Installation, World) -> Result<(), String>) -> Act {
    Act { name, run, attempts: 5 }
}

fn sign_in(office: &Installation, world: World, response: &Response) -> Result<(), String> {
    text(block_on(Installation::sign_in_on(world).run(&office.posted(response))))
}

/// Everything that writes, each as it succeeds in [`prepared`].
fn acts() -> Vec<Act> {
    vec![
        once("begin a sign-in", |_, world| {
            let attempt =
                LoginAttempt { organization: slug(), connection: None, return_to: None, browser: None };
            text(block_on(Installation::begin(world).run(&attempt)))
        }),
        five_times("sign in for the first time", |office, world| {
            sign_in(office, world, &newcomer(office, "_9"))
        }),
        five_times("sign in again", |office, world| {
            let mut response = office.response("_9", "ada@acme.example");
            response.attributes.insert("mail".into(), vec!["countess@acme.example".into()]);
            sign_in(office, world, &response)
        }),
        five_times("be refused by a rule", |office, world| {
            sign_in(office, world, &office.response("_9", "ADA@acme.example"))
        }),
        five_times("not be believed", |office, world| {
            sign_in(office, world, &Response { forged: true, ..newcomer(office, "_9") })
        }),
        five_times("be asked by mail", |office, world| {
            sign_in(office, world, &office.response("_9", "bob@acme.example"))
        }),
        five_times("create a user", |_, world| {
            let draft = UserDraft {
                email: "eve@acme.example".into(),
                first_name: "Eve".into(),
                last_name: "Else".into(),
                ..UserDraft::default()
            };
            text(block_on(CreateUser(world).run(&OPERATOR, &slug(), &draft)))
        }),
        five_times("change a user", |office, world| {
            let ada = office.contents().users[0].id;
            text(block_on(
                ChangeUser(world).run(&OPERATOR, &slug(), ada, None, &|draft| draft.active = false),
            ))
        }),
        once("create an organization", |_, world| {
            let draft = OrganizationDraft {
                slug: "umbrella".into(),
                name: "U".into(),
                ..OrganizationDraft::default()
            };
            text(block_on(CreateOrganization(world).run(&OPERATOR, &draft)))
        }),
        five_times("change an organization", |_, world| {
            let change = ChangeOrganization(world);
            text(block_on(change.run(&OPERATOR, &slug(), None, &|draft| draft.name = "A".into())))
        }),
        five_times("delete an organization", |_, world| {
            text(block_on(DeleteOrganization(world).run(&OPERATOR, &slug(), None)))
        }),
        five_times("name the administrators' connection", |office, world| {
            let (seen, name) = (office.connection().versions(), NameAdministratorsConnection(world));
            text(block_on(name.run(&OPERATOR, &slug(), &okta(), seen)))
        }),
        once("create a connection", |_, world| {
            let draft = ConnectionDraft {
                key: "entra".into(),
                display_name: "E".into(),
                ..ConnectionDraft::default()
            };
            text(block_on(CreateConnection(world).run(&OPERATOR, &slug(), &draft)))
        }),
        five_times("change a connection", |_, world| {
            let change = ChangeConnection(world);
            text(block_on(change.run(&OPERATOR, &slug(), &okta(), None, &|draft| draft.enabled = false)))
        }),
        five_times("delete a connection", |_, world| {
            text(block_on(DeleteConnection(world).run(&OPERATOR, &slug(), &okta(), None)))
        }),
        five_times("save settings", |_, world| {
            let nothing = SettingsDraft::default();
            text(block_on(SaveSettings(world).run(&OPERATOR, &slug(), &okta(), None, &nothing)))
        }),
    ]
    .into_iter()
    .chain(further_acts())
    .collect()
}

fn further_acts() -> Vec<Act> {
    vec![
        five_times("remove an identity provider", |_, world| {
            text(block_on(RemoveIdentityProvider(world).run(&OPERATOR, &slug(), &okta(), None)))
        }),
        five_times("save an identity provider", |_, world| {
            let draft = MetadataDraft::Xml("idp https://one.example".into());
            let save = Installation::save_identity_provider(world);
            text(block_on(save.run(&OPERATOR, &slug(), &okta(), None, &draft.into())))
        }),
        once("refresh metadata now", |_, world| {
            text(block_on(Installation::refresh_metadata(world).run_one(&OPERATOR, &slug(), &okta())))
        }),
        five_times("approve metadata", |office, world| {
            let digest = changed_metadata(office).digest();
            text(block_on(ApproveMetadata(world).run(&OPERATOR, &slug(), &okta(), None, &digest)))
        }),
        five_times("reject metadata", |office, world| {
            let digest = changed_metadata(office).digest();
            text(block_on(RejectMetadata(world).run(&OPERATOR, &slug(), &okta(), None, &digest)))
        }),
        once("create an API key", |_, world| {
            let owner = KeyOwner::Organization(slug());
            text(block_on(CreateApiKey(world).run(&OPERATOR, &ApiKeyDraft::named("K"), &owner)))
        }),
        once("revoke an API key", |office, world| {
            let keys = block_on(office.store.api_keys(None, Page { after: None, limit: 1 })).unwrap();
            text(block_on(RevokeApiKey(world).run(&OPERATOR, None, keys.items[0].id)))
        }),
        once("open a link", |office, world| {
            let mut links = office.contents().letters.into_iter().filter_map(|letter| match letter.content {
                LetterContent::LinkVerification { link, .. } => Some(link),
                _ => None,
            });
            let token = secret_key().link_token(links.next_back().unwrap());
            text(block_on(LinkIdentity { world }.run(&slug(), &token, somewhere())))
        }),
    ]
}

/// The same of the service's own keys.
fn acts_on_keys() -> [Act; 4] {
    [
        once("make the key that is missing", |_, world| {
            let keysmith = Arc::new(PaperKeysmith);
            text(block_on(PrepareServiceKeys { world, keysmith }.run()))
        }),
        once("rotate a key", |_, world| {
            let rotate = RotateServiceKey { world, keysmith: Arc::new(PaperKeysmith) };
            text(block_on(rotate.run(&OPERATOR, KeyUsage::Encryption)))
        }),
        five_times("activate a key", |office, world| {
            text(block_on(ActivateServiceKey(world).run(&OPERATOR, next_key(office))))
        }),
        five_times("remove a key", |office, world| {
            text(block_on(RemoveServiceKey(world).run(&OPERATOR, next_key(office))))
        }),
    ]
}

fn next_key(office: &Installation) -> ServiceKeyId {
    let keys = block_on(office.store.service_keys()).unwrap();
    ServiceKey::find(&keys, KeyUsage::Signing, KeyState::Next).unwrap().id
}

/// Acme with Ada, with Bob, who is asked by mail whether an identity is his, and with metadata that waits.
fn prepared() -> Installation {
    let office = office_with_ada();
    office.set(|settings| settings.link_by_email = LinkByEmail::Verify);
    let mut bob = office.acme.user("bob@acme.example");
    bob.identities.clear();
    office.knows(&bob);
    office.post(&office.response("_0", "bob@acme.example"));
    // A current key for signing, and a next one; no key for encryption.
    let rotate = RotateServiceKey { world: office.world(), keysmith: Arc::new(PaperKeysmith) };
    let first = block_on(rotate.run(&OPERATOR, KeyUsage::Signing)).unwrap();
    block_on(ActivateServiceKey(office.world()).run(&OPERATOR, first.id)).unwrap();
    block_on(rotate.run(&OPERATOR, KeyUsage::Signing)).unwrap();
    let create = CreateApiKey(office.world());
    block_on(create.run(&OPERATOR, &ApiKeyDraft::named("K"), &KeyOwner::Operator)).unwrap();
    let now = office.world().now();
    let refresh = MetadataRefresh {
        next_at: now,
        fetched_at: now,
        valid_until: None,
        failure: None,
        pending: Some(PendingMetadata { metadata: changed_metadata(&office), fetched_at: now }),
        rejected: None,
    };
    let before = office.connection();
    let provider = before.identity_provider.as_ref();
    let version = before.identity_provider_version;
    let noted = office.noted();
    let scheduled =
        office.store.replace_identity_provider(before.id, provider, Some(&refresh), version, &noted);
    block_on(scheduled).unwrap();
    office
}

/// What Acme's identity provider would be believed to be, if somebody approved it.
fn changed_metadata(office: &Installation) -> IdpMetadata {
    let mut metadata = office.acme.connection.identity_provider.clone().unwrap().metadata;
    metadata.certificates[0].der.push(7);
    metadata
}

/// Does it on a store that fails, and says how it ended and how many calls there were.
fn on_failing(
    office: &Installation,
    act: &Act,
    store: impl FnOnce(Arc<dyn vestibule_domain::ports::Store>) -> FailingStore,
) -> (Result<(), String>, usize) {
    let failing = Arc::new(store(office.store.clone()));
    ((act.run)(office, office.world_on(failing.clone())), failing.calls())
}

fn calls_of(act: &Act) -> usize {
    let (result, calls) =
        on_failing(&prepared(), act, |inner| FailingStore::at(inner, usize::MAX, Failure::Corrupt));
    assert_eq!(result, Ok(()), "{}", act.name);
    calls
}

#[test]
fn whichever_call_fails_an_error_is_answered_and_nothing_is_written() {
    for act in acts().into_iter().chain(acts_on_keys()) {
        for nth in 1..=calls_of(&act) {
            for failure in [Failure::Unavailable, Failure::Corrupt] {
                let office = prepared();
                let before = office.contents();
                let (result, calls) =
                    on_failing(&office, &act, |inner| FailingStore::at(inner, nth, failure));
                assert!(result.is_err(), "{}: call {nth} fails unnoticed", act.name);
                assert_eq!(calls, nth, "{}: goes on after call {nth} failed", act.name);
                assert_eq!(office.contents(), before, "{}: half written when call {nth} fails", act.name);
            }
        }
    }
}

#[test]
fn when_somebody_is_faster_once_it_is_done_all_the_same() {
    for act in acts().into_iter().chain(acts_on_keys()).filter(|act| act.attempts > 1) {
        let last = calls_of(&act);
        let (result, calls) =
            on_failing(&prepared(), &act, |inner| FailingStore::at(inner, last, Failure::Conflict));
        assert_eq!(result, Ok(()), "{}", act.name);
        assert!(calls > last, "{}: {calls} calls after {last}", act.name);
    }
}

#[test]
fn when_somebody_is_always_faster_it_is_given_up_and_nothing_is_written() {
    for act in acts().into_iter().chain(acts_on_keys()) {
        let last = calls_of(&act);
        let office = prepared();
        let before = office.contents();
        let (result, calls) =
            on_failing(&office, &act, |inner| FailingStore::from(inner, last, Failure::Conflict));
        let error = result.unwrap_err();
        assert!(!error.is_empty());
        assert_eq!(office.contents(), before, "{}", act.name);
        // Once the last call conflicts, so does the first one of the next attempt.
        assert_eq!(calls, last + act.attempts - 1, "{}", act.name);
    }
}

#[test]
fn a_sign_in_is_decided_five_times_at_most() {
    let office = prepared();
    let failing = Arc::new(FailingStore::from(office.store.clone(), 2, Failure::Conflict));
    let sign_in = Installation::sign_in_on(office.world_on(failing.clone()));
    let answer = block_on(sign_in.run(&office.posted(&newcomer(&office, "_9"))));
    assert!(matches!(answer, Err(SignInError::Store(StoreError::Conflict))));
    assert_eq!(failing.calls(), 1 + 5, "the organization once, and five attempts");
}

#[test]
fn a_change_that_is_always_overtaken_is_stale() {
    let office = office();
    let failing = Arc::new(FailingStore::from(office.store.clone(), 2, Failure::Conflict));
    let save = SaveCatalog(office.world_on(failing));
    let saved = block_on(save.run(&OPERATOR, &slug(), None, &CatalogDraft::default()));
    assert!(matches!(saved, Err(AdminError::Stale)));
}
