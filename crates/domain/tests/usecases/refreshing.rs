//! Metadata that is asked for again and again.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::Duration;
use vestibule_domain::connection::IdentityProvider;
use vestibule_domain::ids::Version;
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::{
    Actor, Clock as _, Directory as _, MetadataError, MetadataRefreshes as _, MetadataSource,
};
use vestibule_domain::refresh::{MetadataRefresh, RefreshOutcome};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{
    AdminError, ApproveMetadata, IdentityProviderDraft, MetadataDraft, NameAdministratorsConnection,
    RefreshMetadata, Refreshes, RejectMetadata, SaveIdentityProvider, UnnameAdministratorsConnection, World,
};

use crate::installation::Installation;
use crate::office::{OPERATOR, OneLineMessages, administrator, office, okta, slug};

const ADDRESS: &str = "https://okta.example/metadata";

/// An address that says what a test lets it say.
pub(crate) struct Address(Mutex<Result<String, MetadataError>>);

impl Address {
    pub(crate) fn saying(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Ok(text.to_owned()))))
    }

    fn says(&self, text: &str) {
        *self.0.lock().unwrap() = Ok(text.to_owned());
    }

    fn fails(&self) {
        *self.0.lock().unwrap() = Err(MetadataError::new("fetch_failed", "It did not answer."));
    }
}

#[async_trait]
impl MetadataSource for Address {
    async fn fetch(&self, url: &WebUrl) -> Result<String, MetadataError> {
        assert_eq!(url.as_str(), ADDRESS);
        self.0.lock().unwrap().clone()
    }
}

fn saving(world: World, address: &Arc<Address>) -> SaveIdentityProvider {
    SaveIdentityProvider { world, messages: Arc::new(OneLineMessages), source: address.clone() }
}

/// Acme, whose connection believes what the address says.
struct Fresh {
    office: Installation,
    address: Arc<Address>,
}

impl Fresh {
    fn saying(text: &str, trust_metadata_url: bool, pem: Option<&str>) -> Self {
        let (office, address) = (office(), Address::saying(text));
        let save = saving(office.world(), &address);
        let draft = IdentityProviderDraft {
            metadata: MetadataDraft::Url(ADDRESS.into()),
            trust_metadata_url,
            metadata_signing_certificate: pem.map(str::to_owned),
        };
        block_on(save.run(&OPERATOR, &slug(), &okta(), None, &draft)).unwrap();
        Self { office, address }
    }

    fn untrusted() -> Self {
        Self::saying("idp okta aa", false, None)
    }

    fn trusted() -> Self {
        Self::saying("idp okta aa", true, None)
    }

    fn refresh_in(&self, world: World) -> RefreshMetadata {
        RefreshMetadata { world, messages: Arc::new(OneLineMessages), source: self.address.clone() }
    }

    fn save_in(&self, world: World) -> SaveIdentityProvider {
        saving(world, &self.address)
    }

    /// What comes of the refreshes that are due.
    fn run(&self) -> Refreshes {
        block_on(self.refresh_in(self.office.world()).run(10)).unwrap()
    }

    /// What comes of the refresh on a later day.
    fn run_later(&self) -> Refreshes {
        self.office.clock.advance(Duration::days(1));
        self.run()
    }

    fn run_by_hand(&self) -> Result<RefreshOutcome, AdminError> {
        block_on(self.refresh_in(self.office.world()).run_one(&OPERATOR, &slug(), &okta()))
    }

    fn provider(&self) -> IdentityProvider {
        self.office.connection().identity_provider.unwrap()
    }

    fn believed(&self) -> Vec<String> {
        self.provider().metadata.certificates.into_iter().map(|one| one.sha256_fingerprint).collect()
    }

    fn believed_version(&self) -> Version {
        self.office.connection().identity_provider_version
    }

    fn state(&self) -> MetadataRefresh {
        block_on(self.office.store.metadata_refresh(self.office.connection_id())).unwrap().unwrap().refresh
    }

    fn pending(&self) -> Option<String> {
        self.state().pending.map(|pending| pending.digest())
    }

    fn letters(&self) -> Vec<LetterContent> {
        self.office.contents().letters.into_iter().map(|letter| letter.content).collect()
    }

    fn approve(&self, expected: Option<Version>, digest: &str) -> Result<Version, AdminError> {
        let approve = ApproveMetadata(self.office.world());
        block_on(approve.run(&OPERATOR, &slug(), &okta(), expected, digest)).map(|(_, version)| version)
    }

    fn reject(&self, digest: &str) -> Result<Version, AdminError> {
        let reject = RejectMetadata(self.office.world());
        block_on(reject.run(&OPERATOR, &slug(), &okta(), None, digest)).map(|(_, version)| version)
    }
}

fn one(outcome: fn(&mut Refreshes)) -> Refreshes {
    let mut refreshes = Refreshes::default();
    outcome(&mut refreshes);
    refreshes
}

fn unchanged() -> Refreshes {
    one(|refreshes| refreshes.unchanged = 1)
}

fn taken() -> Refreshes {
    one(|refreshes| refreshes.taken = 1)
}

fn pending() -> Refreshes {
    one(|refreshes| refreshes.pending = 1)
}

fn failed() -> Refreshes {
    one(|refreshes| refreshes.failed = 1)
}

#[test]
fn metadata_is_fetched_when_it_is_due_and_not_before() {
    let fresh = Fresh::trusted();
    let due = fresh.state().next_at;
    // The sample may be kept for six hours.
    let now = fresh.office.clock.now();
    assert!(due > now + Duration::hours(5) && due <= now + Duration::hours(6));
    fresh.office.clock.set(due - Duration::microseconds(1));
    assert_eq!(fresh.run(), Refreshes::default());
    fresh.office.clock.set(due);
    assert_eq!(fresh.run(), unchanged());
    assert_eq!(fresh.run(), Refreshes::default());
    assert_eq!(fresh.state().fetched_at, due);
    assert!(fresh.state().next_at > due);
}

#[test]
fn a_refresh_that_finds_nothing_new_changes_nothing_that_sign_ins_stand_on() {
    let fresh = Fresh::saying("idp okta aa bb", true, None);
    let before = fresh.office.connection();
    let audit = fresh.office.contents().audit.len();
    assert_eq!(fresh.run_later(), unchanged());
    fresh.address.says("idp okta bb aa");
    assert_eq!(fresh.run_later(), unchanged(), "another order of certificates is none");
    assert_eq!(fresh.office.connection(), before);
    assert_eq!(fresh.office.contents().audit.len(), audit);
    assert!(fresh.letters().is_empty());
}

#[test]
fn what_a_trusted_address_says_is_taken_and_recorded() {
    let fresh = Fresh::trusted();
    fresh.address.says("idp okta aa bb");
    let before = fresh.believed_version();
    assert_eq!(fresh.run_later(), taken());
    assert_eq!(fresh.believed(), ["aa", "bb"]);
    assert_eq!(fresh.believed_version(), before.next());
    assert_eq!(fresh.provider().fetched_at, fresh.office.clock.now());
    let event = fresh.office.contents().audit.pop().unwrap();
    assert_eq!((&*event.action, event.actor), ("identity_provider.refreshed", Actor::System));
    assert!(event.before.is_some() && event.after.is_some());
    assert!(fresh.provider().trust_metadata_url, "it stays trusted");
    assert!(fresh.letters().is_empty());
    assert_eq!(fresh.run_later(), unchanged());
}

#[test]
fn what_another_address_says_waits_and_somebody_is_told_once() {
    let fresh = Fresh::untrusted();
    fresh.address.says("idp okta bb sso=https://okta.example/elsewhere");
    let before = fresh.office.connection();
    assert_eq!(fresh.run_later(), pending());
    assert_eq!(fresh.office.connection(), before);
    let event = fresh.office.contents().audit.pop().unwrap();
    assert_eq!((&*event.action, event.actor), ("identity_provider.change_awaits_approval", Actor::System));
    let letters = fresh.letters();
    let [LetterContent::MetadataAwaitsApproval { added, removed, endpoints_changed, .. }] = &letters[..]
    else {
        panic!("{letters:?}")
    };
    assert_eq!((&*added[0].sha256_fingerprint, &*removed[0].sha256_fingerprint), ("bb", "aa"));
    assert!(endpoints_changed);
    let waiting = fresh.state().pending;
    assert_eq!(fresh.run_later(), pending());
    assert_eq!((fresh.state().pending, fresh.letters().len()), (waiting, 1), "the same waits still");
    fresh.address.says("idp okta cc");
    assert_eq!(fresh.run_later(), pending());
    assert_eq!(fresh.letters().len(), 2, "something else waits now");
}

#[test]
fn an_address_alone_that_changes_waits_too() {
    let fresh = Fresh::untrusted();
    fresh.address.says("idp okta aa sso=https://evil.example/sso");
    assert_eq!(fresh.run_later(), pending());
    let letters = fresh.letters();
    assert!(
        matches!(&letters[..], [LetterContent::MetadataAwaitsApproval { added, removed, endpoints_changed: true, .. }]
        if added.is_empty() && removed.is_empty())
    );
}

#[test]
fn what_waits_is_gone_when_the_address_says_what_it_said_before() {
    let fresh = Fresh::untrusted();
    fresh.address.says("idp okta bb");
    assert_eq!(fresh.run_later(), pending());
    fresh.address.says("idp okta aa");
    assert_eq!(fresh.run_later(), unchanged());
    assert_eq!(fresh.pending(), None);
}

#[test]
fn what_is_approved_is_believed() {
    let fresh = Fresh::untrusted();
    fresh.address.says("idp okta aa bb");
    let version = fresh.believed_version();
    assert_eq!(fresh.run_later(), pending());
    let digest = fresh.pending().unwrap();
    assert!(matches!(fresh.approve(Some(version.next()), &digest), Err(AdminError::Stale)));
    assert_eq!(fresh.approve(Some(version), &digest).unwrap(), version.next());
    assert_eq!(
        (fresh.believed(), fresh.believed_version()),
        (vec!["aa".into(), "bb".into()], version.next())
    );
    assert_eq!(fresh.pending(), None);
    assert_eq!(fresh.office.last_audit(), ("identity_provider.change_approved", "okta".to_owned()));
    assert!(matches!(fresh.approve(None, &digest), Err(AdminError::NotFound("pending metadata"))));
    assert_eq!(fresh.run_later(), unchanged());
}

#[test]
fn nothing_is_approved_but_what_was_seen() {
    let fresh = Fresh::untrusted();
    assert!(matches!(fresh.approve(None, ""), Err(AdminError::NotFound("pending metadata"))));
    fresh.address.says("idp okta bb");
    fresh.run_later();
    let seen = fresh.pending().unwrap();
    fresh.address.says("idp okta evil");
    fresh.run_later();
    let before = fresh.office.contents();
    assert!(matches!(fresh.approve(None, &seen), Err(AdminError::Stale)));
    assert!(matches!(fresh.reject(&seen), Err(AdminError::Stale)));
    assert_eq!(fresh.office.contents(), before);
    assert_eq!(fresh.believed(), ["aa"]);
}

#[test]
fn what_is_rejected_is_not_asked_about_again() {
    let fresh = Fresh::untrusted();
    fresh.address.says("idp okta bb");
    fresh.run_later();
    let (version, digest) = (fresh.believed_version(), fresh.pending().unwrap());
    assert_eq!(fresh.reject(&digest).unwrap(), version);
    assert_eq!(fresh.office.last_audit(), ("identity_provider.change_rejected", "okta".to_owned()));
    for _ in 0..2 {
        assert_eq!(fresh.run_later(), unchanged());
        assert_eq!((fresh.pending(), fresh.letters().len()), (None, 1));
    }
    fresh.address.says("idp okta cc");
    assert_eq!(fresh.run_later(), pending(), "something else is");
    assert_eq!((fresh.believed_version(), fresh.believed()), (version, vec!["aa".into()]));
}

#[test]
fn the_last_good_copy_serves_while_the_address_fails() {
    let fresh = Fresh::trusted();
    let before = fresh.office.connection();
    for (text, code) in [
        (None, "fetch_failed"),
        (Some("<html>"), "not_metadata"),
        (Some("idp okta keyless"), "no_signing_key"),
        (Some("idp evil aa"), "entity_id_changed"),
    ] {
        match text {
            Some(text) => fresh.address.says(text),
            None => fresh.address.fails(),
        }
        assert_eq!(fresh.run_later(), failed());
        let failure = fresh.state().failure.unwrap();
        assert_eq!((failure.code.as_str(), failure.at), (code, fresh.office.clock.now()));
        assert_eq!(fresh.office.connection(), before);
    }
    fresh.address.says("idp okta aa");
    assert_eq!(fresh.run_later(), unchanged());
    assert_eq!(fresh.state().failure, None);
}

#[test]
fn a_failure_is_tried_again_soon_and_then_later_and_later() {
    let fresh = Fresh::trusted();
    fresh.address.fails();
    fresh.run_later();
    let mut waits = Vec::new();
    for _ in 0..9 {
        let now = fresh.office.clock.now();
        waits.push((fresh.state().next_at - now).num_minutes());
        fresh.office.clock.set(fresh.state().next_at);
        assert_eq!(fresh.run(), failed());
    }
    assert!(waits[0] <= 5 && waits.is_sorted() && *waits.last().unwrap() <= 360, "{waits:?}");
    assert_eq!(fresh.state().failure.unwrap().count, 10);
}

#[test]
fn a_failure_of_days_is_told_once() {
    let fresh = Fresh::trusted();
    fresh.address.fails();
    for day in 0..3 {
        assert_eq!((fresh.run_later(), fresh.letters().len()), (failed(), 0), "day {day}");
    }
    assert_eq!((fresh.run_later(), fresh.letters().len()), (failed(), 1));
    assert!(
        matches!(&fresh.letters()[0], LetterContent::MetadataNotRefreshed { reason, .. } if reason == "It did not answer.")
    );
    assert_eq!((fresh.run_later(), fresh.letters().len()), (failed(), 1));
    fresh.address.says("idp okta aa");
    fresh.run_later();
    fresh.address.fails();
    for _ in 0..4 {
        fresh.run_later();
    }
    assert_eq!(fresh.letters().len(), 2, "the next one is another failure");
}

#[test]
fn nobody_is_written_to_where_there_is_no_contact() {
    let fresh = Fresh::untrusted();
    fresh.office.change_connection(|details| details.technical_contact = None);
    fresh.address.says("idp okta bb");
    assert_eq!(fresh.run_later(), pending());
    fresh.address.fails();
    for _ in 0..5 {
        fresh.run_later();
    }
    assert!(fresh.letters().is_empty());
    assert!(fresh.pending().is_some(), "what waits waits on while the address fails");
}

#[test]
fn metadata_whose_signature_must_be_somebodys_is_taken_with_it_alone() {
    let fresh = Fresh::saying("idp okta aa signed kk", true, Some("pem kk"));
    for unsigned in ["idp okta bb", "idp okta bb signed ll"] {
        fresh.address.says(unsigned);
        assert_eq!(fresh.run_later(), failed());
        assert_eq!(fresh.state().failure.unwrap().code, "metadata_signature_missing");
        assert_eq!(fresh.believed(), ["aa"]);
    }
    fresh.address.says("idp okta bb signed kk");
    assert_eq!(fresh.run_later(), taken());
    assert_eq!(fresh.believed(), ["bb"]);
}

#[test]
fn an_administrator_refreshes_at_any_time_and_hears_what_came_of_it() {
    let fresh = Fresh::untrusted();
    assert_eq!(fresh.run_by_hand().unwrap(), RefreshOutcome::Unchanged);
    fresh.address.says("idp okta bb");
    assert_eq!(fresh.run_by_hand().unwrap(), RefreshOutcome::Pending);
    let event = fresh.office.contents().audit.pop().unwrap();
    assert_eq!(event.actor, OPERATOR);
    fresh.address.fails();
    let failed = fresh.run_by_hand().unwrap();
    assert!(matches!(failed, RefreshOutcome::Failed(error) if error.code == "fetch_failed"));
}

#[test]
fn pasted_metadata_cannot_be_refreshed() {
    let office = office();
    let save = Installation::save_identity_provider(office.world());
    let draft = MetadataDraft::Xml("idp okta aa".into()).into();
    block_on(save.run(&OPERATOR, &slug(), &okta(), None, &draft)).unwrap();
    let fresh = Fresh { office, address: Address::saying("idp okta bb") };
    assert!(matches!(fresh.run_by_hand(), Err(AdminError::NotByUrl)));
    assert_eq!(fresh.run_later(), Refreshes::default());
    assert!(matches!(fresh.approve(None, ""), Err(AdminError::NotFound("pending metadata"))));
}

/// An address during whose answer something else happens.
struct Meanwhile<F>(F);

#[async_trait]
impl<F: Fn() + Send + Sync> MetadataSource for Meanwhile<F> {
    async fn fetch(&self, _: &WebUrl) -> Result<String, MetadataError> {
        (self.0)();
        Ok("idp okta late".to_owned())
    }
}

#[test]
fn what_an_administrator_saves_meanwhile_is_not_overwritten() {
    let fresh = Arc::new(Fresh::trusted());
    let saving = fresh.clone();
    let source = Arc::new(Meanwhile(move || {
        let save = Installation::save_identity_provider(saving.office.world());
        let draft = MetadataDraft::Xml("idp okta saved".into()).into();
        block_on(save.run(&OPERATOR, &slug(), &okta(), None, &draft)).unwrap();
    }));
    fresh.office.clock.advance(Duration::days(1));
    let world = fresh.office.world();
    let refresh = RefreshMetadata { world, messages: Arc::new(OneLineMessages), source };
    assert_eq!(block_on(refresh.run(10)).unwrap(), one(|refreshes| refreshes.lost = 1));
    assert_eq!(fresh.believed(), ["saved"]);
}

#[test]
fn sign_ins_go_on_while_a_certificate_is_added_and_another_one_goes() {
    let fresh = Fresh::trusted();
    let mut count = 0;
    let mut sign_in = || {
        count += 1;
        let office = &fresh.office;
        let mut response = crate::office::newcomer(office, &format!("_{count}"));
        response.issuer = "okta".to_owned();
        let (answer, _) = office.post(&response);
        assert!(matches!(answer, vestibule_domain::usecase::SignInAnswer::Welcomed(_)), "{answer:?}");
    };
    for text in ["idp okta aa", "idp okta aa bb", "idp okta bb", "idp okta bb"] {
        fresh.address.says(text);
        sign_in();
        fresh.run_later();
        sign_in();
    }
    assert_eq!(fresh.believed(), ["bb"]);
    let view = block_on(fresh.office.store.connection_by_key(fresh.office.acme.organization.id, &okta()));
    assert_eq!(view.unwrap().unwrap().connection.identity_provider_version, Version(4));
}

#[test]
fn what_the_administrators_connection_would_believe_waits_for_an_operator() {
    let fresh = Fresh::trusted();
    let name = NameAdministratorsConnection(fresh.office.world());
    block_on(name.run(&OPERATOR, &slug(), &okta(), fresh.office.connection().versions())).unwrap();
    fresh.address.says("idp okta bb");
    assert_eq!(fresh.run_later(), Refreshes { pending: 1, ..Refreshes::default() }, "although it is trusted");
    assert_eq!(fresh.run_by_hand().unwrap(), RefreshOutcome::Pending);
    assert_eq!(fresh.believed(), ["aa"]);
    let digest = fresh.pending().unwrap();
    let bob = administrator(fresh.office.acme.organization.id);
    let world = fresh.office.world();
    let refused = [
        block_on(ApproveMetadata(world.clone()).run(&bob, &slug(), &okta(), None, &digest)).map(drop),
        block_on(RejectMetadata(world.clone()).run(&bob, &slug(), &okta(), None, &digest)).map(drop),
        block_on(fresh.refresh_in(world.clone()).run_one(&bob, &slug(), &okta())).map(drop),
        block_on(fresh.save_in(world.clone()).run(&bob, &slug(), &okta(), None, &draft())).map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(AdminError::AdministratorsConnection)), "{refused:?}");
    }
    assert_eq!(fresh.pending(), Some(digest.clone()));
    block_on(ApproveMetadata(world.clone()).run(&OPERATOR, &slug(), &okta(), None, &digest)).unwrap();
    assert_eq!(fresh.believed(), ["bb"]);
    assert!(fresh.provider().trust_metadata_url, "which counts again afterwards");
    block_on(UnnameAdministratorsConnection(world).run(&OPERATOR)).unwrap();
    fresh.address.says("idp okta cc");
    assert_eq!(fresh.run_later(), Refreshes { taken: 1, ..Refreshes::default() });
}

/// Somebody else's identity provider.
fn draft() -> IdentityProviderDraft {
    MetadataDraft::Xml("idp okta ee".to_owned()).into()
}
