//! Saying whom a connection believes.

use vestibule_domain::connection::{IdentityProvider, MetadataOrigin};
use vestibule_domain::ids::Version;
use vestibule_domain::ports::{Clock, UniqueKey};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, IdentityProviderDraft, MetadataDraft, RemoveIdentityProvider};

use crate::installation::Installation;
use crate::office::{FIRST, OPERATOR, office, okta, slug};

fn save(
    office: &Installation,
    expected: Option<Version>,
    draft: &MetadataDraft,
) -> Result<(IdentityProvider, Version), AdminError> {
    block_on(Installation::save_identity_provider(office.world()).run(
        &OPERATOR,
        &slug(),
        &okta(),
        expected,
        &draft.clone().into(),
    ))
}

fn xml(text: &str) -> MetadataDraft {
    MetadataDraft::Xml(text.into())
}

fn url(text: &str) -> MetadataDraft {
    MetadataDraft::Url(text.into())
}

fn fails_without_a_trace(office: &Installation, draft: &MetadataDraft) -> AdminError {
    let before = office.contents();
    let error = save(office, None, draft).unwrap_err();
    assert_eq!(office.contents(), before);
    error
}

#[test]
fn metadata_is_taken_as_text_or_from_its_address() {
    let office = office();
    let (pasted, version) = save(&office, FIRST, &xml("idp https://one.example")).unwrap();
    assert_eq!((pasted.source.clone(), version), (MetadataOrigin::Xml, Version(2)));
    assert_eq!(pasted.fetched_at, office.clock.now());
    assert_eq!(office.connection().identity_provider, Some(pasted));

    let address = "https://two.example/metadata";
    let (fetched, version) = save(&office, Some(version), &url(address)).unwrap();
    assert_eq!(fetched.metadata.entity_id.as_str(), "https://two.example");
    assert!(matches!(&fetched.source, MetadataOrigin::Url(url) if url.as_str() == address));
    assert_eq!(office.connection().identity_provider, Some(fetched));
    assert_eq!(office.connection().identity_provider_version, version);
    assert_eq!(office.last_audit(), ("identity_provider.changed", "okta".to_owned()));
}

#[test]
fn metadata_that_cannot_be_used_says_why() {
    let office = office();
    let error = fails_without_a_trace(&office, &xml("<html>"));
    assert!(matches!(error, AdminError::Metadata(error) if error.code == "not_metadata"));
    let error = fails_without_a_trace(&office, &url("https://one.example/nothing"));
    assert!(matches!(error, AdminError::Metadata(error) if error.code == "unreachable"));
    let error = fails_without_a_trace(&office, &url("file:///etc/passwd"));
    assert!(matches!(error, AdminError::Invalid(problems) if problems.0[0].pointer == "/metadata_url"));
}

#[test]
fn an_entity_id_belongs_to_one_connection_of_the_organization() {
    let office = office();
    office.add_connection("entra", |_| {});
    let error = fails_without_a_trace(&office, &xml("idp https://entra.example/idp"));
    assert!(matches!(error, AdminError::Taken(UniqueKey::EntityId)));
    save(&office, None, &xml("idp https://okta.example/idp")).unwrap();
}

#[test]
fn a_change_is_made_on_the_version_that_was_seen() {
    let office = office();
    save(&office, FIRST, &xml("idp https://one.example")).unwrap();
    let stale = save(&office, FIRST, &xml("idp https://two.example"));
    assert!(matches!(stale, Err(AdminError::Stale)));
    let remove = RemoveIdentityProvider(office.world());
    let stale = block_on(remove.run(&OPERATOR, &slug(), &okta(), FIRST));
    assert!(matches!(stale, Err(AdminError::Stale)));
    assert!(office.connection().identity_provider.is_some());
}

#[test]
fn a_connection_whose_identity_provider_is_removed_believes_nobody() {
    let office = office();
    let remove = RemoveIdentityProvider(office.world());
    block_on(remove.run(&OPERATOR, &slug(), &okta(), FIRST)).unwrap();
    assert_eq!(office.connection().identity_provider, None);
    let event = office.contents().audit.pop().unwrap();
    assert!(event.before.is_some() && event.after.is_none());
}

#[test]
fn a_connection_that_does_not_exist_fetches_nothing() {
    let office = office();
    let unknown = "entra".parse().unwrap();
    let saving = Installation::save_identity_provider(office.world());
    let saved =
        block_on(saving.run(&OPERATOR, &slug(), &unknown, None, &url("https://one.example/nothing").into()));
    assert!(matches!(saved, Err(AdminError::NotFound("connection"))));
}

fn save_signed(
    office: &Installation,
    text: &str,
    pem: &str,
) -> Result<(IdentityProvider, Version), AdminError> {
    let draft = IdentityProviderDraft {
        metadata: xml(text),
        trust_metadata_url: true,
        metadata_signing_certificate: Some(pem.to_owned()),
    };
    let saving = Installation::save_identity_provider(office.world());
    block_on(saving.run(&OPERATOR, &slug(), &okta(), None, &draft))
}

#[test]
fn where_a_key_is_pinned_metadata_must_be_signed_by_it() {
    let office = office();
    let (saved, _) = save_signed(&office, "idp https://one.example signed aa", "pem aa").unwrap();
    assert_eq!(saved.metadata_signing_certificate.unwrap().sha256_fingerprint, "aa");
    assert!(!saved.trust_metadata_url, "there is no address to trust");
    for unsigned in ["idp https://one.example", "idp https://one.example signed bb"] {
        let refused = save_signed(&office, unsigned, "pem aa");
        assert!(
            matches!(refused, Err(AdminError::Metadata(error)) if error.code == "metadata_signature_missing")
        );
    }
    let refused = save_signed(&office, "idp https://one.example signed aa", "aa");
    let Err(AdminError::Invalid(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!(problems.0[0].pointer, "/metadata_signing_certificate");
}
