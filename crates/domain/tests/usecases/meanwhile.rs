//! Somebody else is faster, between the reading and the writing of a sign-in.

use std::sync::{Arc, Mutex, PoisonError};

use vestibule_domain::ports::{AdministratorSignOns as _, Random};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{MatchedBy, Outcome, SignInRecord};
use vestibule_domain::testing::{CountingRandom, block_on};
use vestibule_domain::usecase::{
    AdminError, NameAdministratorsConnection, RemoveIdentityProvider, SignInAnswer, World,
};

use crate::installation::Installation;
use crate::office::{OPERATOR, administrator, newcomer, office, office_with_ada, okta, slug};
use crate::saml::Response;
use crate::sign_in::{refused, welcomed};

type Act = Box<dyn FnOnce() + Send>;

/// Chance, which a sign-in asks first when it has decided and before it writes: then somebody else acts, once.
struct Meanwhile {
    inner: CountingRandom,
    act: Mutex<Option<Act>>,
}

impl Random for Meanwhile {
    fn fill(&self, bytes: &mut [u8]) {
        let act = self.act.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(act) = act {
            act();
        }
        self.inner.fill(bytes);
        // Unlike any that the office draws.
        bytes[0] = 0xff;
    }
}

/// Signs a person in while somebody else acts.
fn post_while(
    office: &Arc<Installation>,
    response: &Response,
    act: impl FnOnce(&Installation) + Send + 'static,
) -> (SignInAnswer, Vec<SignInRecord>) {
    let there = office.clone();
    let act: Act = Box::new(move || act(&there));
    let random = Meanwhile { inner: CountingRandom::default(), act: Mutex::new(Some(act)) };
    let world = World { random: Arc::new(random), ..office.world() };
    let answer = block_on(Installation::sign_in_on(world).run(&office.posted(response))).unwrap();
    (answer, office.contents().history)
}

#[test]
fn two_first_sign_ins_of_one_person_make_one_user_and_one_welcome() {
    let office = Arc::new(office());
    let (answer, mut history) = post_while(&office, &newcomer(&office, "_1"), |office| {
        assert_eq!(office.post(&newcomer(office, "_2")).1.outcome, Outcome::Created);
    });
    welcomed(answer);
    history.sort_by_key(|record| record.outcome);
    let ends: Vec<_> = history.iter().map(|record| (record.outcome, record.matched_by)).collect();
    assert_eq!(ends, [(Outcome::Created, MatchedBy::None), (Outcome::Unchanged, MatchedBy::Identity)]);
    let contents = office.contents();
    assert_eq!((contents.users.len(), contents.letters.len()), (1, 1));
}

#[test]
fn a_response_posted_twice_at_once_is_used_once() {
    let office = Arc::new(office());
    let (answer, _) = post_while(&office, &newcomer(&office, "_1"), |office| {
        office.post(&newcomer(office, "_1"));
    });
    assert_eq!(refused(answer).code, RefusalCode::ReplayedResponse);
    assert_eq!(office.contents().users.len(), 1);
}

#[test]
fn nobody_comes_in_through_a_connection_that_is_disabled_meanwhile() {
    let office = Arc::new(office_with_ada());
    let (answer, history) = post_while(&office, &office.response("_1", "ada@acme.example"), |office| {
        office.change_connection(|details| details.enabled = false);
    });
    assert_eq!(refused(answer).code, RefusalCode::ConnectionDisabled);
    assert_eq!(history.len(), 1);
}

#[test]
fn settings_that_are_saved_meanwhile_decide() {
    let office = Arc::new(office());
    let (answer, history) = post_while(&office, &newcomer(&office, "_1"), |office| {
        office.set(|settings| settings.allow_automatic_registration = false);
    });
    assert_eq!(refused(answer).code, RefusalCode::RegistrationDisabled);
    assert_eq!(history[0].settings_version, Some(office.connection().settings_version));
}

#[test]
fn a_change_of_the_user_meanwhile_is_not_overwritten() {
    let office = Arc::new(office_with_ada());
    let mut response = office.response("_1", "ada@acme.example");
    response.attributes.insert("sn".into(), vec!["Byron".into()]);
    let (answer, _) = post_while(&office, &response, |office| {
        let mut other = office.response("_2", "ada@acme.example");
        other.attributes.insert("givenName".into(), vec!["Augusta".into()]);
        welcomed(office.post(&other).0);
    });
    welcomed(answer);
    let profile = office.contents().users.remove(0).profile;
    assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), ("Augusta", "Byron"));
}

#[test]
fn nobody_changes_a_connection_that_is_named_meanwhile() {
    let office = Arc::new(office());
    let there = office.clone();
    let act: Act = Box::new(move || {
        let name = NameAdministratorsConnection(there.world());
        block_on(name.run(&OPERATOR, &slug(), &okta(), there.connection().versions())).unwrap();
    });
    let random = Meanwhile { inner: CountingRandom::default(), act: Mutex::new(Some(act)) };
    let world = World { random: Arc::new(random), ..office.world() };
    let bob = administrator(office.acme.organization.id);
    let changed = block_on(RemoveIdentityProvider(world).run(&bob, &slug(), &okta(), None));
    assert!(matches!(changed, Err(AdminError::AdministratorsConnection)), "{changed:?}");
    assert!(office.connection().identity_provider.is_some());
    assert!(block_on(office.store.administrators_connection()).unwrap().is_some());
}
