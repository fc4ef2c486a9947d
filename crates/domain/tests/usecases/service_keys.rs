//! The service's own keys: first use and rotation.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{KeyError, Keysmith, NewKey, ServiceKeys};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::service_key::{KeyState, KeyUsage, SealedKey, ServiceKey};
use vestibule_domain::sign_in::Outcome;
use vestibule_domain::testing::{PaperKeysmith, block_on};
use vestibule_domain::usecase::{
    ActivateServiceKey, AdminError, PrepareError, PrepareServiceKeys, RemoveServiceKey, RotateServiceKey,
    RotationError, SimulatedUser, Simulation, SimulationInput, World,
};

use crate::installation::Installation;
use crate::office::{OPERATOR, newcomer, office, okta, slug};
use crate::saml::Response;

fn prepare(world: World) -> Result<Vec<ServiceKey>, PrepareError> {
    block_on(PrepareServiceKeys { world, keysmith: Arc::new(PaperKeysmith) }.run())
}

fn rotate(office: &Installation, usage: KeyUsage) -> Result<ServiceKey, AdminError> {
    let rotate = RotateServiceKey { world: office.world(), keysmith: Arc::new(PaperKeysmith) };
    block_on(rotate.run(&OPERATOR, usage))
}

fn activate(office: &Installation, id: ServiceKeyId) -> Result<ServiceKey, AdminError> {
    block_on(ActivateServiceKey(office.world()).run(&OPERATOR, id))
}

fn remove(office: &Installation, id: ServiceKeyId) -> Result<(), AdminError> {
    block_on(RemoveServiceKey(office.world()).run(&OPERATOR, id))
}

fn keys(office: &Installation) -> Vec<ServiceKey> {
    block_on(office.store.service_keys()).unwrap()
}

fn states(office: &Installation, usage: KeyUsage) -> Vec<(ServiceKeyId, KeyState)> {
    let keys = keys(office);
    ServiceKey::published(&keys, usage).map(|key| (key.id, key.state)).collect()
}

fn is(result: Result<impl Sized, AdminError>, error: RotationError) -> bool {
    matches!(result, Err(AdminError::Rotation(found)) if found == error)
}

#[test]
fn at_first_use_a_current_key_of_each_use_is_made_and_kept() {
    let office = office();
    let made = prepare(office.world()).unwrap();
    let uses: Vec<_> = made.iter().map(|key| (key.usage, key.state)).collect();
    assert_eq!(uses, [(KeyUsage::Signing, KeyState::Current), (KeyUsage::Encryption, KeyState::Current)]);
    assert_eq!(office.last_audit(), ("service_key.added", made[1].id.to_string()));
    assert_eq!(prepare(office.world()).unwrap(), made);
    assert_eq!(keys(&office), made);
}

#[test]
fn an_encrypted_assertion_is_read_with_the_services_keys() {
    let office = office();
    let sent = Response { encrypted: true, ..newcomer(&office, "_1") };
    let input = SimulationInput::Response(sent.encoded());
    let simulation =
        Simulation { input, settings: None, user: SimulatedUser::Known, presumes_enabled: false };
    let simulate = || block_on(office.simulate().run(&slug(), &okta(), &simulation)).unwrap().record;
    let code = Some(RefusalCode::UntrustedSignature);
    assert_eq!((simulate().code, office.post(&sent).1.code), (code, code), "there are none yet");
    prepare(office.world()).unwrap();
    assert_eq!(simulate().outcome, Outcome::Created);
    assert_eq!(office.post(&sent).1.outcome, Outcome::Created);
}

/// Takes so long to make a key that somebody else has prepared all of them meanwhile.
struct Overtaken(World);

#[async_trait]
impl Keysmith for Overtaken {
    async fn make(&self, id: ServiceKeyId, usage: KeyUsage, now: DateTime<Utc>) -> Result<NewKey, KeyError> {
        let faster = PrepareServiceKeys { world: self.0.clone(), keysmith: Arc::new(PaperKeysmith) };
        faster.run().await.unwrap();
        PaperKeysmith.make(id, usage, now).await
    }

    fn check(&self, key: &ServiceKey) -> Result<(), KeyError> {
        PaperKeysmith.check(key)
    }

    fn sign(&self, key: &ServiceKey, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        PaperKeysmith.sign(key, bytes)
    }
}

#[test]
fn who_is_slower_at_first_use_takes_the_keys_of_who_was_faster() {
    let office = office();
    let keysmith = Arc::new(Overtaken(office.world()));
    let prepared = block_on(PrepareServiceKeys { world: office.world(), keysmith }.run()).unwrap();
    assert_eq!(prepared, keys(&office));
    let audit = office.contents().audit;
    assert_eq!(audit.iter().filter(|event| event.action == "service_key.added").count(), 2);
}

#[test]
fn a_key_that_does_not_open_is_named() {
    let office = office();
    let made = prepare(office.world()).unwrap().remove(1);
    let foreign =
        ServiceKey { id: office.world().id(), state: KeyState::Next, sealed: SealedKey(vec![1]), ..made };
    let event = office.contents().audit.pop().unwrap();
    block_on(office.store.add_service_key(&foreign, &event)).unwrap();
    let error = prepare(office.world()).unwrap_err();
    assert!(error.to_string().contains(&foreign.id.to_string()), "{error}");
    assert!(matches!(error, PrepareError::Key { usage: KeyUsage::Encryption, source: KeyError::Sealed, .. }));
}

#[test]
fn a_rotation_adds_activates_and_retires() {
    let office = office();
    let first = prepare(office.world()).unwrap().remove(0).id;
    let usage = KeyUsage::Signing;
    let second = rotate(&office, usage).unwrap();
    assert_eq!((second.usage, second.state), (usage, KeyState::Next));
    assert_eq!(office.last_audit(), ("service_key.added", second.id.to_string()));
    assert_eq!(states(&office, usage), [(first, KeyState::Current), (second.id, KeyState::Next)]);

    let activated = activate(&office, second.id).unwrap();
    assert_eq!(activated, ServiceKey { state: KeyState::Current, ..second.clone() });
    assert_eq!(office.last_audit(), ("service_key.activated", second.id.to_string()));
    assert_eq!(states(&office, usage), [(second.id, KeyState::Current), (first, KeyState::Previous)]);

    remove(&office, first).unwrap();
    assert_eq!(office.last_audit(), ("service_key.removed", first.to_string()));
    assert_eq!(states(&office, usage), [(second.id, KeyState::Current)]);
    assert_eq!(states(&office, KeyUsage::Encryption).len(), 1, "the other use is not concerned");
}

#[test]
fn a_rotation_is_one_at_a_time_and_in_order() {
    let office = office();
    let usage = KeyUsage::Encryption;
    let first = prepare(office.world()).unwrap().remove(1).id;
    let second = rotate(&office, usage).unwrap().id;
    assert!(is(rotate(&office, usage), RotationError::NextExists));
    assert!(is(activate(&office, first), RotationError::NotNext));
    activate(&office, second).unwrap();
    assert!(is(activate(&office, first), RotationError::NotNext));
    let third = rotate(&office, usage).unwrap().id;
    assert!(is(activate(&office, third), RotationError::PreviousExists));
    assert!(is(remove(&office, second), RotationError::IsCurrent));
    let before = [(second, KeyState::Current), (third, KeyState::Next), (first, KeyState::Previous)];
    assert_eq!(states(&office, usage), before);
    remove(&office, third).unwrap();
    remove(&office, first).unwrap();
    assert_eq!(states(&office, usage), [(second, KeyState::Current)]);
    for gone in [third, first] {
        assert!(matches!(remove(&office, gone), Err(AdminError::NotFound("service key"))));
        assert!(matches!(activate(&office, gone), Err(AdminError::NotFound("service key"))));
    }
}

#[test]
fn the_audit_trail_has_the_certificate_and_not_the_key() {
    let office = office();
    let made = prepare(office.world()).unwrap().remove(0);
    let events = office.contents().audit;
    let added = events.iter().find(|event| event.subject == made.id.to_string()).unwrap();
    let expected = serde_json::json!({
        "use": "signing", "state": "current", "sha256_fingerprint": made.certificate.sha256_fingerprint,
    });
    assert_eq!((added.before.as_ref(), added.after.as_ref()), (None, Some(&expected)));
}
